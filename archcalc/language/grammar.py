"""The grammar of a spec: every mapping of the language with its keys and what may stand at each.

The parser (`parser`, `entries`) reads by it, and the JSON schema (`schema`) is generated from it.
"""

from fractions import Fraction

from archcalc.language import tree
from archcalc.language.forms import (
    IDENTIFIER,
    AnyOf,
    Computed,
    Form,
    Keys,
    ListOf,
    MapOf,
    OneOf,
    Record,
    Ref,
    Requirement,
    ScalarForm,
    Schema,
    identifiers,
)
from archcalc.language.tree import Map, Node, Scalar, Seq


def _is_text(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is not None


def _is_data(node: Node) -> bool:
    return all(map(_is_data, node.items)) if isinstance(node, Seq) else _is_text(node)


def number_in(node: Node) -> int | Fraction | None:
    """The number that a node is, or None."""
    value = node.value if isinstance(node, Scalar) else None
    return value if isinstance(value, (int, Fraction)) and not isinstance(value, bool) else None


def _numbers(
    words: str, least: int | None = None, above: int | None = None, most: int | None = None, empty: bool = False
) -> ScalarForm:
    """Numbers within bounds."""

    def fits(node: Node) -> bool:
        value = number_in(node)
        if value is None or (least is not None and value < least) or (above is not None and value <= above):
            return False
        return most is None or value <= most

    bounds = {"minimum": least, "exclusiveMinimum": above, "maximum": most}
    schema: Schema = {"type": "number"}
    return ScalarForm(words, fits, schema | {word: bound for word, bound in bounds.items() if bound is not None}, empty)


def _is_digits(node: Node) -> bool:
    return isinstance(node, Scalar) and any(c.isdigit() for c in node.text)


class Version(ScalarForm):
    """The version of the language."""

    hint = "this archcalc reads version 1"

    def __init__(self) -> None:
        super().__init__("1", lambda node: number_in(node) == 1, {"const": 1})

    def refusal(self, what: str, node: Node) -> tuple[str, str]:
        return f"language version {tree.words(node)} is not known", self.hint


SCALAR: Schema = {"type": ["string", "number", "boolean"]}
TEXT = ScalarForm("a text", _is_text, SCALAR)
TEXTS = AnyOf(TEXT, ListOf(TEXT), words="a text or a list of texts")
LAYER = ScalarForm("the name of a layer", _is_text, SCALAR)
NAMES = AnyOf(LAYER, ListOf(LAYER), words="the name of a layer or a list of names")
DATA = ScalarForm("a number, a text or a list", _is_data, {"$ref": "#/$defs/data"})
NOTHING = ScalarForm("nothing", lambda node: isinstance(node, Scalar) and node.value is None, {"type": "null"})
VALUE = Computed("a value or an expression", {"description": "a value or an expression"})
CONDITION = Computed("a condition", {"type": ["boolean", "string"]})
COUNT = Computed("a whole number", {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}]})
SIZE = Computed("a size", {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]})
BOUND = _numbers("a number", empty=True)
COEFFICIENT = _numbers("a number above 0 and up to 100", above=0, most=100)
PHI = _numbers("a number from 0 to 100", least=0, most=100)
STEP = ScalarForm(
    "a number other than 0",
    lambda node: bool(number_in(node)),
    {"type": "number", "not": {"const": 0}},
    empty=True,
)
LET = MapOf("the value {}", VALUE, identifiers("a value"))

# -- layers ------------------------------------------------------------------------------------------------------------

LAYERS = Ref("layers", "a mapping or a list", (Map, Seq), empty=True)
ENTRY = Ref("entry", "an operation, a mapping or a list", (Scalar, Map, Seq))
LOOP = Keys("a variable", rf"\s*{IDENTIFIER}\s*(,\s*{IDENTIFIER}\s*)*", 'write a name, or several as in "k, c"')
FOR = MapOf("the list of {}", VALUE, LOOP, least=1, empty=False)
MODIFIERS: dict[str, Form] = {
    "from": NAMES,
    "when": CONDITION,
    "for": FOR,
    "repeat": COUNT,
    "let": LET,
    "share": LAYER,
    "frozen": CONDITION,
    "name": TEXT,
    "doc": TEXT,
}
"""What an entry may say beside its operation."""
BODIES: dict[str, Form] = {"layers": Ref("layers", LAYERS.words, LAYERS.kinds), "splice": ListOf(ENTRY, least=1)}
"""What an entry may have in place of an operation: layers in a scope of their own, or in the list that it stands in."""

# -- parts of a spec ---------------------------------------------------------------------------------------------------

CONFIG = Record(
    {
        "default": ScalarForm(DATA.words, _is_data, DATA.schema(), empty=True),
        "min": BOUND,
        "max": BOUND,
        "multiple_of": STEP,
        "choices": ListOf(DATA),
        "doc": TEXT,
    }
)
"""An entry of `config`."""
DTYPES = ("float32", "float64", "float16", "bfloat16", "int64", "int32", "bool")
SHAPE = ListOf(SIZE, "a list of sizes", least=1, hint="such as [N, 3, H, W]")
INPUT = Record(
    {"shape": SHAPE, "dtype": OneOf(*DTYPES), "layout": TEXT, "doc": TEXT},
    Requirement(["shape"], "a shape", "such as [N, 3, H, W]"),
)
BLOCK = Record(
    {
        "args": MapOf("the argument {}", VALUE, identifiers("an argument")),
        "inputs": NAMES,
        "let": LET,
        "layers": LAYERS,
        "outputs": NAMES,
        "doc": TEXT,
    },
    Requirement(["layers"], "layers"),
)
_FACTS = ("parameters", "trainable", "buffers", "macs", "flops", "activations", "receptive_field", "depth")
CLAIMED = {"params": "parameters"} | {fact: fact for fact in _FACTS}
"""What a claim may be about, and the fact that it names."""
PRINTED = ScalarForm(
    "a number as printed",
    _is_digits,
    {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "[0-9]"}]},
)
BY_FACT = AnyOf(
    *(TEXT, ListOf(TEXT)),
    MapOf("{}", TEXTS, Keys("a fact", f"({'|'.join(CLAIMED)})", f"known: {', '.join(CLAIMED)}"), empty=False),
    words="a text, a list of texts, or a mapping from facts to these",
)
JUDGED = ("counts", "verdict", "erratum")
"""What a claim may say of its numbers."""
CLAIM = Record(
    {
        "source": TEXT,
        "variant": TEXT,
        "config": MapOf("config {}", DATA),
        "layers": TEXT,
        "note": TEXT,
        **dict.fromkeys(JUDGED, BY_FACT),
        **dict.fromkeys(CLAIMED, PRINTED),
    },
    Requirement(["source"], "a source", "such as {source: Table 1, macs: 11.3e9}"),
    Requirement(CLAIMED, "a number", "such as {source: Table 1, macs: 11.3e9}"),
)
SCALING = Record(
    {
        "by": MapOf("a coefficient", COEFFICIENT, least=1),
        "released": MapOf("a phi", PHI),
    },
    Requirement(["by"], "the coefficients", "such as by: {depth: 1.2, width: 1.1}"),
    empty=True,
)
VARIANT = MapOf("{}", DATA)

# -- files -------------------------------------------------------------------------------------------------------------

ABOUT = ("title", "source", "doc", "family")
"""Texts about a spec."""
SPEC = Record(
    {
        "archcalc": Version(),
        "extends": TEXT,
        "use": AnyOf(TEXT, ListOf(TEXT), words="the name of a file of blocks or a list of names"),
        **dict.fromkeys(ABOUT, TEXT),
        "config": MapOf("config {}", AnyOf(DATA, NOTHING, CONFIG), identifiers("a config entry")),
        "let": LET,
        "variants": MapOf("variant {}", VARIANT),
        "scaling": SCALING,
        "inputs": MapOf("input {}", AnyOf(SHAPE, INPUT, words="a shape", hint=SHAPE.hint)),
        "outputs": NAMES,
        "blocks": MapOf("block {}", BLOCK, identifiers("a block")),
        "layers": LAYERS,
        "frozen": CONDITION,
        "claims": ListOf(CLAIM),
    },
    Requirement(["inputs"], "inputs", "such as `inputs: {image: [N, 3, H, W]}`"),
    Requirement(["layers"], "layers"),
)
"""A spec that extends no other."""
OVERRIDES = MapOf("the layer {}", AnyOf(ENTRY, NOTHING))
"""The layers of a spec that extends another, by path."""
LIBRARY = Record(
    {key: SPEC.keys[key] for key in ("archcalc", "title", "doc", "blocks")}, Requirement(["blocks"], "blocks")
)
"""A file of blocks for other specs to use."""

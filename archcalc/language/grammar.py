"""The grammar of a spec: every mapping of the language, its keys, and the form of each value.

The parser (`parser`, `entries`) reads by it, and the JSON schema (`schema`) is generated from it.
"""

from collections.abc import Callable
from fractions import Fraction

from archcalc.language import tree
from archcalc.language.forms import (
    IDENTIFIER,
    AnyOf,
    Form,
    Keys,
    ListOf,
    MapOf,
    OneOf,
    Record,
    Requirement,
    ScalarForm,
    Schema,
    identifiers,
)
from archcalc.language.tree import Map, Node, Scalar, Seq, is_null, text_of
from archcalc.network import DTYPES


def _is_string(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is not None


def _is_data(node: Node) -> bool:
    return all(map(_is_data, node.items)) if isinstance(node, Seq) else _is_string(node)


def number_in(node: Node | None) -> int | Fraction | None:
    """The number that a node is, or None."""
    value = node.value if isinstance(node, Scalar) else None
    return value if isinstance(value, (int, Fraction)) and not isinstance(value, bool) else None


def _number(
    words: str, bounds: Schema, fits: Callable[[int | Fraction], bool] = lambda value: True, empty: bool = False
) -> ScalarForm:
    """A number within bounds."""

    def number_fits(node: Node) -> bool:
        value = number_in(node)
        return value is not None and fits(value)

    return ScalarForm(words, {"type": "number"} | bounds, number_fits, empty)


def _defined(name: str, words: str, *kinds: type[Node], empty: bool = False) -> ScalarForm:
    """A form that may contain itself, so that the schema defines it by name."""
    return ScalarForm(words, {"$ref": f"#/$defs/{name}"}, lambda node: isinstance(node, kinds), empty)


def _one_or_more(form: Form, words: str) -> AnyOf:
    return AnyOf(form, ListOf(form), words=words)


class Version(ScalarForm):
    """The version of the language."""

    hint = "this archcalc reads version 1"

    def __init__(self) -> None:
        super().__init__("1", {"const": 1}, lambda node: number_in(node) == 1)

    def refusal(self, what: str, node: Node) -> tuple[str, str]:
        return f"language version {tree.words(node)} is not known", self.hint


SCALAR: Schema = {"type": ["string", "number", "boolean"]}
TEXT = ScalarForm("a string", SCALAR, _is_string)
TEXTS = _one_or_more(TEXT, "a string or a list of strings")
LAYER = ScalarForm("the name of a layer", SCALAR, _is_string)
NAMES = _one_or_more(LAYER, "the name of a layer or a list of names")
DATA = ScalarForm("a number, a string or a list", {"$ref": "#/$defs/data"}, _is_data)
NOTHING = ScalarForm("nothing", {"type": "null"}, is_null)
VALUE = ScalarForm("a value or an expression", {"description": "a value or an expression"})
CONDITION = ScalarForm("a condition", {"type": ["boolean", "string"]})
COUNT = ScalarForm("an integer", {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}]})
SIZE = ScalarForm("a size", {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]})
BOUND = _number("a number", {}, empty=True)
COEFFICIENT = _number(
    "a number above 0 and up to 100", {"exclusiveMinimum": 0, "maximum": 100}, lambda value: 0 < value <= 100
)
PHI = _number("a number from 0 to 100", {"minimum": 0, "maximum": 100}, lambda value: 0 <= value <= 100)
STEP = _number("a number other than 0", {"not": {"const": 0}}, bool, empty=True)
LET = MapOf("the value {}", VALUE, identifiers("a value"))

# -- layers ------------------------------------------------------------------------------------------------------------

BODY = _defined("layers", "a mapping or a list", Map, Seq)
LAYERS = _defined("layers", BODY.words, Map, Seq, empty=True)
ENTRY = _defined("entry", "an operation, a mapping or a list", Scalar, Map, Seq)
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
"""The keys of an entry beside its operation."""
BODIES: dict[str, Form] = {"layers": BODY, "splice": ListOf(ENTRY, least=1)}
"""The keys of an entry in place of an operation: layers in a scope of their own, or in the list around the entry."""

# -- parts of a spec ---------------------------------------------------------------------------------------------------

CONFIG = Record(
    {
        "default": ScalarForm(DATA.words, DATA.schema(), _is_data, empty=True),
        "min": BOUND,
        "max": BOUND,
        "multiple_of": STEP,
        "choices": ListOf(DATA),
        "doc": TEXT,
    }
)
"""An entry of `config`."""
CONFIGS = MapOf("config {}", AnyOf(DATA, NOTHING, CONFIG), identifiers("a config entry"))
VARIANT = MapOf("{}", DATA)
VARIANTS = MapOf("variant {}", VARIANT)
BY = MapOf("a coefficient", COEFFICIENT, least=1)
RELEASED = MapOf("a phi", PHI)
SCALING = Record(
    {"by": BY, "released": RELEASED},
    Requirement(["by"], "the coefficients", "such as by: {depth: 1.2, width: 1.1}"),
    empty=True,
)
SHAPE = ListOf(SIZE, "a list of sizes", least=1, hint="such as [N, 3, H, W]")
INPUT = Record(
    {"shape": SHAPE, "dtype": OneOf(*DTYPES), "layout": TEXT, "doc": TEXT},
    Requirement(["shape"], "a shape", "such as [N, 3, H, W]"),
)
INPUTS = MapOf("input {}", AnyOf(SHAPE, INPUT, words="a shape", hint=SHAPE.hint))
ARGS = MapOf("the argument {}", VALUE, identifiers("an argument"))
BLOCK = Record(
    {"args": ARGS, "inputs": NAMES, "let": LET, "layers": LAYERS, "outputs": NAMES, "doc": TEXT},
    Requirement(["layers"], "layers"),
)
BLOCKS = MapOf("block {}", BLOCK, identifiers("a block"))
_FACTS = ("parameters", "trainable", "buffers", "macs", "flops", "activations", "receptive_field", "depth")
CLAIMED = {"params": "parameters"} | {fact: fact for fact in _FACTS}
"""The keys of the numbers in a claim, each with the fact that it names."""
PRINTED = ScalarForm(
    "a number as printed",
    {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "[0-9]"}]},
    lambda node: any(c.isdigit() for c in text_of(node)),
)
BY_FACT = AnyOf(
    *TEXTS.forms,
    MapOf("{}", TEXTS, Keys("a fact", f"({'|'.join(CLAIMED)})", f"known: {', '.join(CLAIMED)}"), empty=False),
    words="a string, a list of strings, or a mapping from facts to these",
)
JUDGED = ("counts", "verdict", "erratum")
"""The keys of a claim that describe its numbers."""
SETTINGS = MapOf("config {}", DATA)
CLAIM = Record(
    {
        "source": TEXT,
        "variant": TEXT,
        "config": SETTINGS,
        "layers": TEXT,
        "note": TEXT,
        **dict.fromkeys(JUDGED, BY_FACT),
        **dict.fromkeys(CLAIMED, PRINTED),
    },
    Requirement(["source"], "a source", "such as {source: Table 1, macs: 11.3e9}"),
    Requirement([*CLAIMED], "a number", "such as {source: Table 1, macs: 11.3e9}"),
)

# -- files -------------------------------------------------------------------------------------------------------------

ABOUT = ("title", "source", "doc", "family")
"""The keys that describe a spec."""
SPEC = Record(
    {
        "archcalc": Version(),
        "extends": TEXT,
        "use": _one_or_more(TEXT, "the name of a file of blocks or a list of names"),
        **dict.fromkeys(ABOUT, TEXT),
        "config": CONFIGS,
        "let": LET,
        "variants": VARIANTS,
        "scaling": SCALING,
        "inputs": INPUTS,
        "outputs": NAMES,
        "blocks": BLOCKS,
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

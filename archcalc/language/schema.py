"""The JSON schema of a spec, made from the declarations: for editors that complete and check while one types.

It knows every key of the language and every setting of every operation. It cannot know what a spec's own blocks are
called, nor what an expression gives; `archcalc summary` checks these.
"""

import json
from typing import Any

from archcalc.language.parser import CLAIMED, DTYPES
from archcalc.op import Op
from archcalc.ops import OPS

Schema = dict[str, Any]

EXPRESSION = {"type": "string"}
IDENTIFIER = {"pattern": r"^[^\W\d]\w*$"}
VALUE: Schema = {"description": "a value or an expression"}
SCALAR: Schema = {"type": ["string", "number", "boolean"]}
DATA: Schema = {"anyOf": [SCALAR, {"type": "array", "items": {"$ref": "#/$defs/data"}}]}
NAME: Schema = {"type": ["string", "integer"]}
NAMES: Schema = {"anyOf": [NAME, {"type": "array", "items": NAME}]}
CONDITION: Schema = {"type": ["boolean", "string"]}
TEXT = SCALAR
MAYBE = {"type": "null"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _keys(properties: Schema, **more: Any) -> Schema:
    """A mapping with these keys and no others."""
    return {"type": "object", "properties": properties, "additionalProperties": False, **more}


def _named(values: Schema) -> Schema:
    """A mapping from names of the user's own."""
    return {"type": "object", "propertyNames": IDENTIFIER, "additionalProperties": values}


MODIFIER: Schema = {
    "from": NAMES,
    "when": CONDITION,
    "for": {"type": "object", "additionalProperties": VALUE},
    "repeat": {"anyOf": [{"type": "integer", "minimum": 0}, EXPRESSION]},
    "let": _named(VALUE),
    "share": NAME,
    "frozen": CONDITION,
    "name": NAME,
    "doc": TEXT,
}
"""What an entry may say beside its operation."""

LAYERS: Schema = {
    "anyOf": [
        {"type": "object", "additionalProperties": _ref("entry")},
        {"type": "array", "items": _ref("entry")},
    ]
}
CONFIG: Schema = _keys(
    {
        "default": _ref("data"),
        "min": {"type": "number"},
        "max": {"type": "number"},
        "multiple_of": {"type": "number"},
        "choices": {"type": "array", "items": SCALAR},
        "doc": TEXT,
    }
)
SHAPE: Schema = {"type": "array", "items": {"type": ["integer", "string"]}, "minItems": 1}
INPUT: Schema = _keys(
    {"shape": SHAPE, "dtype": {"enum": list(DTYPES)}, "layout": TEXT, "doc": TEXT}, required=["shape"]
)
BLOCK: Schema = _keys(
    {
        "args": _named(VALUE),
        "inputs": NAMES,
        "let": _named(VALUE),
        "layers": _ref("layers"),
        "outputs": NAMES,
        "doc": TEXT,
    },
    required=["layers"],
)
JUDGED: Schema = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}
BY_FACT: Schema = {"anyOf": [*JUDGED["anyOf"], {"type": "object", "additionalProperties": JUDGED}]}
CLAIM: Schema = _keys(
    {
        "source": TEXT,
        "variant": NAME,
        "config": {"type": "object", "additionalProperties": _ref("data")},
        "layers": NAME,
        "note": TEXT,
        **dict.fromkeys(("counts", "verdict", "erratum"), BY_FACT),
        **{fact: NAME | {"type": ["string", "number"]} for fact in CLAIMED},
    },
    required=["source"],
    anyOf=[{"required": [fact]} for fact in CLAIMED],
)
SPEC: Schema = {
    "archcalc": {"const": 1},
    "extends": TEXT,
    "use": NAMES,
    "title": TEXT,
    "source": TEXT,
    "doc": TEXT,
    "family": TEXT,
    "config": _named({"anyOf": [_ref("data"), MAYBE, CONFIG]}),
    "let": _named(VALUE),
    "variants": {"type": "object", "additionalProperties": {"anyOf": [MAYBE, _named(_ref("data"))]}},
    "scaling": _keys(dict.fromkeys(("by", "released"), _named({"type": "number"})), required=["by"]),
    "inputs": {"type": "object", "additionalProperties": {"anyOf": [SHAPE, INPUT]}},
    "outputs": NAMES,
    "blocks": _named(BLOCK),
    "layers": _ref("layers"),
    "frozen": CONDITION,
    "claims": {"type": "array", "items": CLAIM},
}
"""The keys of a spec."""
LIBRARY: Schema = _keys({key: SPEC[key] for key in ("archcalc", "title", "doc", "blocks")}, required=["blocks"])
"""A file of blocks for other specs to use."""


def settings(cls: type[Op]) -> Schema:
    """What may stand after an operation's name: its settings, the first of them alone, or nothing."""
    own = {name: kind.schema(cls.axes) for name, kind in cls.kinds().items()}
    needed = cls.required()
    given = [_keys(own, **({"required": needed} if needed else {}))]
    alone = list(own.values())[:1] if len(needed) <= 1 and needed == list(own)[: len(needed)] else []
    doc = (cls.__doc__ or "").strip().splitlines()[0]
    return {"description": doc, "anyOf": [*given, *alone, *([] if needed else [MAYBE])]}


def schema() -> Schema:
    """The JSON schema of a spec."""
    operations = {name: _ref(name) for name in OPS}
    work = {"layers": _ref("layers"), "splice": {"type": "array", "items": _ref("entry")}}
    entry = {"type": "object", "properties": MODIFIER | work | operations, "minProperties": 1}
    override = {"type": "object", "additionalProperties": {"anyOf": [_ref("entry"), MAYBE]}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A spec of archcalc",
        **_keys(SPEC | {"layers": True}),
        "if": {"required": ["extends"]},
        "then": {"properties": {"layers": {"anyOf": [override, MAYBE]}}},
        "else": {"anyOf": [{"properties": {"layers": _ref("layers")}, "required": ["inputs", "layers"]}, LIBRARY]},
        "$defs": {
            "data": DATA,
            "layers": LAYERS,
            "entry": {"anyOf": [TEXT, {"type": "array", "items": _ref("entry")}, entry]},
            **{name: settings(cls) for name, cls in OPS.items()},
        },
    }


def text() -> str:
    """The schema as a file, one definition a line."""
    whole = schema()
    definitions = whole.pop("$defs")
    lines = [f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in definitions.items()]
    head = json.dumps(whole, indent=2).removesuffix("\n}")
    return head + ',\n  "$defs": {\n' + ",\n".join(lines) + "\n  }\n}\n"

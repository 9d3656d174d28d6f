"""The JSON schema of a spec, generated from the grammar and the operations, for editors that check while typing.

It has every key of the language and every setting of every operation. It cannot know a spec's own blocks, so it accepts
any key beside an operation, nor the values of expressions; `archcalc summary` checks these.
"""

import json

from archcalc.language.forms import Schema, optional
from archcalc.language.grammar import BODIES, ENTRY, LIBRARY, MODIFIERS, SCALAR, SPEC
from archcalc.op import Op
from archcalc.ops import OPS

DATA: Schema = {"anyOf": [SCALAR, {"type": "array", "items": {"$ref": "#/$defs/data"}}]}


def settings(cls: type[Op]) -> Schema:
    """The value of an operation's key: its settings, the first of them alone, or nothing."""
    own = {name: kind.schema(cls.axes) for name, kind in cls.kinds().items()}
    needed = cls.required()
    given = {"type": "object", "properties": own, "additionalProperties": False}
    alone = list(own.values())[:1] if len(needed) <= 1 and needed == list(own)[: len(needed)] else []
    doc = (cls.__doc__ or "").strip().splitlines()[0]
    forms = [given | ({"required": needed} if needed else {}), *alone, *([] if needed else [{"type": "null"}])]
    return {"description": doc, "anyOf": forms}


def _work() -> Schema:
    """An entry that is a mapping."""
    known: Schema = {key: optional(form) for key, form in (MODIFIERS | BODIES).items()}
    operations: Schema = {name: {"$ref": f"#/$defs/{name}"} for name in OPS}
    return {"type": "object", "properties": known | operations}


def _definitions() -> Schema:
    """The forms that contain themselves, and the settings of every operation."""
    several: Schema = {"type": "array", "items": ENTRY.schema(), "minItems": 1}
    named: Schema = {"type": "object", "additionalProperties": ENTRY.schema(), "minProperties": 1}
    modified: Schema = {"type": "object", "propertyNames": {"enum": [*MODIFIERS]}}
    return {
        "data": DATA,
        "layers": {"anyOf": [named, several]},
        "work": _work(),
        "entry": {"anyOf": [{"type": "string"}, several, {"$ref": "#/$defs/work", "not": modified}]},
        "override": {"anyOf": [{"type": "string"}, several, {"$ref": "#/$defs/work"}, {"type": "null"}]},
        **{name: settings(cls) for name, cls in OPS.items()},
    }


def schema() -> Schema:
    """The JSON schema of a spec."""
    known = {key: optional(form) for key, form in SPEC.keys.items()} | {"layers": True}  # see below
    overrides: Schema = {"type": "object", "additionalProperties": {"$ref": "#/$defs/override"}}
    needed: Schema = {key: SPEC.keys[key].schema() for need in SPEC.needs for key in need.keys}
    alone: Schema = {"properties": needed, "required": [*needed]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A spec of archcalc",
        "type": "object",
        "properties": known,
        "additionalProperties": False,
        "if": {"required": ["extends"]},
        "then": {"properties": {"layers": {"anyOf": [overrides, {"type": "null"}]}}},
        "else": {"anyOf": [alone, LIBRARY.schema()]},
        "$defs": _definitions(),
    }


def text() -> str:
    """The schema as a file, one definition a line."""
    whole = schema()
    definitions = whole.pop("$defs")
    lines = [f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in definitions.items()]
    head = json.dumps(whole, indent=2).removesuffix("\n}")
    return head + ',\n  "$defs": {\n' + ",\n".join(lines) + "\n  }\n}\n"

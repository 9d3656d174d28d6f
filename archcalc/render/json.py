"""JSON: the record of a result."""

from collections.abc import Sequence
from json import dumps

from archcalc.render.result import Plain, Result


def json(result: Result) -> str:
    """A result for machines; long lists have one item on each line."""
    record = result.to_json()
    if not result.lists or not isinstance(record, dict):
        return dumps(record, indent=2, ensure_ascii=result.ascii) + "\n"
    parts = [f"  {_line(key)}: {_list(v) if key in result.lists else _line(v)}" for key, v in record.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _list(items: Plain) -> str:
    if not items or not isinstance(items, Sequence):
        return "[]"
    return "[\n" + ",\n".join(f"    {_line(item)}" for item in items) + "\n  ]"


def _line(value: Plain) -> str:
    return dumps(value, allow_nan=False)

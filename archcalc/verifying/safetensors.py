"""The header of a safetensors file: names, types and shapes of its arrays. No array is loaded and no code is run.

A file is eight bytes with the length of the header (little-endian), the header in JSON, and the arrays' bytes, which
the header's offsets must cover without gap or overlap. Source: the format description of the safetensors project.
"""

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from archcalc.dim import Shape, say
from archcalc.errors import Refused
from archcalc.language.reader import READ

HEADER = 32 * 1024**2
"""The most bytes of a header; a model with a hundred thousand arrays needs some ten million."""
_BITS = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0"), 8),
    **dict.fromkeys(("I16", "U16", "F16", "BF16"), 16),
    **dict.fromkeys(("I32", "U32", "F32"), 32),
    **dict.fromkeys(("I64", "U64", "F64", "C64"), 64),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    "F4": 4,
}
"""The bits of one element, by its type."""


class StoredTensor(NamedTuple):
    """One array of a checkpoint."""

    dtype: str
    shape: Shape


def read_checkpoint(path: Path) -> dict[str, StoredTensor]:
    """The arrays of a checkpoint: a safetensors file, or the index (`*.index.json`) of one that is split into several.

    Raises Refused if the file is damaged or malicious.
    """
    return _read_index(path) if path.name.endswith(".json") else read_header(path)


def read_header(path: Path) -> dict[str, StoredTensor]:
    """The arrays of one safetensors file."""
    READ.add(os.path.abspath(path))
    try:
        with path.open("rb") as file:
            start = file.read(8)
            length = int.from_bytes(start, "little")
            if len(start) < 8 or length > HEADER:
                raise Refused(f"{path} is not a safetensors file: its header would have {length:,} bytes")
            text = file.read(length)
            size = file.seek(0, 2)
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror or error}") from None
    if len(text) < length:
        raise Refused(f"{path} ends within its header, which should have {length:,} bytes")
    header = _json(text, path)
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise Refused(f"{path}: __metadata__ must be a mapping from names to strings")
    spans = {name: _span(name, entry, path) for name, entry in header.items()}
    _require_cover(spans, size - 8 - length, path)
    return {name: StoredTensor(entry["dtype"], tuple(entry["shape"])) for name, entry in header.items()}


def _json(text: bytes, path: Path) -> dict[str, Any]:
    """A JSON object with unique keys."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            left = iter(found)  # in the order of first appearance: the first name out of step is a repeated one
            twice = next(name for name, _ in pairs if name != next(left, None))
            raise Refused(f"{path}: the name {say(twice)} is repeated")
        return found

    try:
        found = json.loads(text.decode("utf-8"), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path}: the header is not JSON in UTF-8: {str(error)[:100]}") from None
    if not isinstance(found, dict):
        raise Refused(f"{path}: the header must be a JSON object, not {say(found)}")
    return found


def _span(name: str, entry: Any, path: Path) -> tuple[int, int]:
    """The begin and end of an array's bytes, checked against its type and shape."""
    about = f"{path}: {say(name)}"
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise Refused(f"{about} must have dtype, shape and data_offsets")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _BITS:
        raise Refused(f"{about} has the unknown dtype {say(dtype)}")
    if not _are_sizes(shape) or len(shape) > 64:
        raise Refused(f"{about} must have a shape, not {say(shape)}")
    if not _are_sizes(offsets) or len(offsets) != 2:
        raise Refused(f"{about} must have two data_offsets, not {say(offsets)}")
    bits = math.prod(shape) * _BITS[dtype]
    begin, end = offsets
    if bits % 8 or end - begin != bits // 8:
        raise Refused(f"{about} takes {end - begin:,} bytes, but {dtype} of {shape} takes {bits / 8:,.0f}")
    return begin, end


def _are_sizes(values: Any) -> bool:
    return isinstance(values, list) and all(type(v) is int and 0 <= v < 2**63 for v in values)


def _require_cover(spans: Mapping[str, tuple[int, int]], size: int, path: Path) -> None:
    """Refuse arrays that overlap, leave gaps or end before or after the file does."""
    at = 0
    for name, (begin, end) in sorted(spans.items(), key=lambda item: item[1]):
        if begin != at:
            what = "overlaps the array before it" if begin < at else "leaves a gap before it"
            raise Refused(f"{path}: {say(name)} begins at byte {begin:,} and {what}, which ends at {at:,}")
        at = end
    if at != size:
        raise Refused(f"{path}: the arrays end at byte {at:,}, but the file has {size:,} bytes for them")


def _read_index(path: Path) -> dict[str, StoredTensor]:
    """The arrays of a checkpoint that is split into several files beside its index."""
    try:
        if path.stat().st_size > HEADER:
            raise Refused(f"{path} is too large for an index")
        READ.add(os.path.abspath(path))
        index = _json(path.read_bytes(), path)
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror or error}") from None
    where = index.get("weight_map")
    if not isinstance(where, dict) or not where:
        raise Refused(f"{path}: the index has no weight_map from names to files")
    parts = {file: read_header(_part(path, file)) for file in dict.fromkeys(map(str, where.values()))}
    stored = {(name, file) for file, tensors in parts.items() for name in tensors}
    for name, file in sorted(where.items() - stored):
        raise Refused(f"{path}: {say(name)} should be in {file}, but is not")
    for name, file in sorted(stored - where.items()):
        raise Refused(f"{path}: {say(name)} is in {file}, but the index says {say(where.get(name))}")
    return {name: parts[file][name] for name, file in where.items()}


def _part(index: Path, file: str) -> Path:
    """A file that an index names; it must be in the same folder."""
    part = index.parent / file
    if Path(file).name != file or "\\" in file or not file.endswith(".safetensors"):
        raise Refused(f"{index}: {say(file)} is not a safetensors file beside the index")
    if part.is_symlink() and part.resolve().parent != index.parent.resolve():
        raise Refused(f"{index}: {say(file)} is a link that leaves the folder")
    return part

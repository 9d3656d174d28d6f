"""Amounts in human notation, read exactly: 25_000_000, 25,000,000, 5e6, 5M, 4.1G, 100MB, 96 MiB."""

import re
from fractions import Fraction

from archcalc.errors import Refused

_AMOUNT = re.compile(
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:_[0-9]+)*)(?:\.(?P<part>[0-9]+))?"
    r"(?:[eE](?P<power>[+-]?[0-9]{1,2}))?\s*(?P<prefix>[kKMGT]?)(?P<binary>i?)(?P<bytes>B?)"
)
PREFIXES = {"": 0, "k": 1, "K": 1, "M": 2, "G": 3, "T": 4}
"""The power of 1,000, or of 1,024 before an i, as in MiB."""
VALID = "write 25000000, 25_000_000, 5e6, 4.1G, or 100MB and 96MiB of memory"
LONGEST = 60
"""The most characters in an amount."""


def amount(text: str, unit: str = "") -> Fraction:
    """The number in a string; only bytes may end in B. Raises Refused."""
    found = _AMOUNT.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if found is None or (found["binary"] and not (found["prefix"] and found["bytes"])):
        shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
        raise Refused(f"{shown!r} is not a valid amount", VALID)
    if found["bytes"] and unit != "bytes":
        raise Refused(f"{text!r} is in bytes, which only memory is counted in")
    part = found["part"] or ""
    digits = int(re.sub("[_,]", "", found["whole"]) + part)
    step = 1024 if found["binary"] else 1000
    power = int(found["power"] or 0) - len(part)
    exact: Fraction = Fraction(10) ** power * digits * step ** PREFIXES[found["prefix"]]
    return exact


def written(number: Fraction) -> str:
    """An amount with thousands separators and all decimals."""
    whole, rest = divmod(number, 1)
    if not rest:
        return f"{whole:,}"
    text = f"{whole:,}."
    while rest:
        digit, rest = divmod(rest * 10, 1)
        text += str(digit)
    return text

"""Amounts as people write them: 25_000_000, 25,000,000, 5e6, 5M, 4.1G, 100MB, 96 MiB; read exactly, never as floats."""

import re
from fractions import Fraction

from archcalc.errors import Refused

_AMOUNT = re.compile(
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:_[0-9]+)*)(?:\.(?P<part>[0-9]+))?"
    r"(?:[eE](?P<power>[+-]?[0-9]{1,2}))?\s*(?P<prefix>[kKMGT]?)(?P<binary>i?)(?P<bytes>B?)"
)
PREFIXES = {"": 0, "k": 1, "K": 1, "M": 2, "G": 3, "T": 4}
"""How often a thousand is multiplied with itself; 1,024 where an i follows, as in MiB."""
LONGEST = 60
"""The most characters of an amount."""


def amount(text: str, unit: str = "") -> Fraction:
    """The number that a text means; only what is counted in bytes has B behind it. Raises Refused."""
    found = _AMOUNT.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if found is None or (found["binary"] and not (found["prefix"] and found["bytes"])):
        shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
        raise Refused(f"{shown!r} is no amount", "write 25000000, 25_000_000, 5e6, 4.1G, or 100MB and 96MiB of memory")
    if found["bytes"] and unit != "bytes":
        raise Refused(f"{text!r} is in bytes, which only memory is counted in")
    part = found["part"] or ""
    digits = int(re.sub("[_,]", "", found["whole"]) + part)
    step = 1024 if found["binary"] else 1000
    power = int(found["power"] or 0) - len(part)
    scale = Fraction(10**power) if power >= 0 else Fraction(1, 10**-power)
    return scale * digits * int(step ** PREFIXES[found["prefix"]])


def written(number: Fraction) -> str:
    """An amount with its thousands apart and all of its decimals."""
    whole, rest = divmod(number, 1)
    if not rest:
        return f"{whole:,}"
    digits = ""
    while rest:
        digit, rest = divmod(rest * 10, 1)
        digits += str(digit)
    return f"{whole:,}.{digits}"

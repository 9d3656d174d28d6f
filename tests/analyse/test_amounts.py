"""Amounts are read exactly."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.analyse.amounts import amount, written
from archcalc.errors import Refused

READ = {
    "0": 0,
    "25000000": 25_000_000,
    "25_000_000": 25_000_000,
    "25,557,032": 25_557_032,
    "5e6": 5_000_000,
    "5E+6": 5_000_000,
    "1.5e3": 1500,
    "5M": 5_000_000,
    " 600 M ": 600_000_000,
    "4.1G": 4_100_000_000,
    "2k": 2000,
    "2K": 2000,
    "1T": 10**12,
    "0.1": Fraction(1, 10),
    "9007199254740993": 2**53 + 1,
    "0.30000000000000004": Fraction(30000000000000004, 10**17),
}


@pytest.mark.parametrize("text", READ)
def test_read(text):
    assert amount(text, "MACs") == READ[text]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("100MB", 10**8),
        ("100MiB", 100 * 2**20),
        ("1 GiB", 2**30),
        ("7B", 7),
        ("3kB", 3000),
        ("0.5KiB", 512),
        ("5e6", 5e6),
    ],
)
def test_bytes(text, number):
    assert amount(text, "bytes") == number


WRONG = [
    "",
    "M",
    "-5",
    "+5",
    "5 6",
    "5__0",
    "_5",
    "1,00",
    "1,0000",
    "1e",
    "1e100",
    "5Mi",
    "5iB",
    "5m",
    "0x10",
    "nan",
    "1/2",
]


@pytest.mark.parametrize("text", [*WRONG, "\u0665", "5\u00a0000"])
def test_refused(text):
    with pytest.raises(Refused) as error:
        amount(text)
    hint = "write 25000000, 25_000_000, 5e6, 4.1G, or 100MB and 96MiB of memory"
    assert (error.value.message, error.value.hint) == (f"{text!r} is not a valid amount", hint)


def test_a_long_text_is_cut():
    with pytest.raises(Refused, match=rf"^'{'1' * 60}\.\.\.' is not a valid amount"):
        amount("1" * 10_000)


def test_bytes_are_for_memory():
    with pytest.raises(Refused, match=r"^'100MB' is in bytes, which only memory is counted in$"):
        amount("100MB", "parameters")


@given(st.integers(0, 10**30))
def test_whole_numbers_in_every_writing(number):
    for text in (str(number), f"{number:_}", f"{number:,}", f"{number}e0", f"{number}.000"):
        assert amount(text) == number


@given(st.decimals(0, 10**12, places=6, allow_nan=False), st.sampled_from(["", "k", "M", "G", "T"]))
def test_decimals_are_exact(number, prefix):
    scale = 1000 ** ["", "k", "M", "G", "T"].index(prefix)
    assert amount(f"{number:f}{prefix}") == Fraction(number) * scale


@given(st.decimals(0, 10**6, places=4, allow_nan=False), st.integers(-20, 20))
def test_powers_are_exact(number, power):
    assert amount(f"{number:f}e{power}") == Fraction(number) * Fraction(10) ** power


@given(st.integers(0, 10**15), st.integers(0, 8))
def test_what_is_written_reads_as_the_same(number, places):
    value = Fraction(number, 10**places)
    assert amount(written(value)) == value
    assert Decimal(written(value).replace(",", "")) == Decimal(number) / 10**places

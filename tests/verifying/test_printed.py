from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.errors import Refused
from archcalc.verifying.printed import read


@pytest.mark.parametrize(
    ("text", "value", "step", "digits", "unit"),
    [
        ("25.6M", 25_600_000, 100_000, 3, ""),
        ("3.8×10^9", 38 * 10**8, 10**8, 2, ""),
        ("3.8 x 10^9", 38 * 10**8, 10**8, 2, ""),
        ("11.3e9", 113 * 10**8, 10**8, 3, ""),
        ("~138M", 138 * 10**6, 10**6, 3, ""),
        ("4.1 GMACs", 41 * 10**8, 10**8, 2, "macs"),
        ("4.1 G MACs", 41 * 10**8, 10**8, 2, "macs"),
        ("600M mult-adds", 600 * 10**6, 10**6, 3, "macs"),
        ("15.3 billion", 153 * 10**8, 10**8, 3, ""),
        ("0.39B", 39 * 10**7, 10**7, 2, ""),
        ("14,208", 14208, 1, 5, ""),
        ("1 248 424", 1248424, 1, 7, ""),
        ("25_557_032", 25557032, 1, 8, ""),
        ("74.59%", Fraction(7459, 100), Fraction(1, 100), 4, "percent"),
        ("0.5", Fraction(1, 2), Fraction(1, 10), 1, ""),
        ("4.8MB", 4_800_000, 100_000, 2, "bytes"),
        ("97 MiB", 97 * 2**20, 2**20, 2, "bytes"),
        ("98kB", 98_000, 1000, 2, "bytes"),
        ("1550", 1550, 1, 4, ""),
        (".27M", 270_000, 10_000, 2, ""),
        ("-3", -3, 1, 1, ""),
        ("0", 0, 1, 1, ""),
        ("2.7K params", 2700, 100, 2, "parameters"),
        ("5.58 B FLOPs", 558 * 10**7, 10**7, 3, "flops"),
    ],
)
def test_numbers_as_printed(text, value, step, digits, unit):
    found = read(text)
    assert (found.value, found.step, found.digits, found.unit) == (value, step, digits, unit)
    assert found.approximate is text.startswith("~")


@pytest.mark.parametrize(
    "text",
    ["", "M", "12x12", "1.2.3", "1,2", "five", "3 4", "5 apples", "1e9999", "9" * 100, "27C^2", "1.8M)", "--3", "٣"],
)
def test_what_is_no_number(text):
    with pytest.raises(Refused, match=r"is not a printed number \(such as 25.6M"):
        read(text)


@given(st.integers(0, 10**12), st.integers(0, 4), st.sampled_from(["", "K", "M", "G"]))
def test_a_number_agrees_with_what_it_was_printed_from(number, places, suffix):
    scale = 10 ** {"": 0, "K": 3, "M": 6, "G": 9}[suffix]
    step = Fraction(scale, 10**places)
    rounded = round(number / step)
    cut = number // step
    for kept, agreement in ((rounded, {"exactly", "rounded"}), (cut, {"exactly", "rounded", "cut off"})):
        whole, part = divmod(kept, 10**places)
        text = f"{whole:,}" + (f".{part:0{places}d}" if places else "") + suffix
        found = read(text)
        assert found.step == step
        assert found.agrees(number) in agreement
        assert found.agrees(number + 2 * step) is None
        assert found.agrees(number - 3 * step) is None


def test_how_numbers_agree():
    assert read("25.6M").agrees(25_557_032) == "rounded"
    assert read("25.5M").agrees(25_557_032) == "cut off"
    assert read("25.7M").agrees(25_557_032) is None
    assert read("~25.7M").agrees(25_610_000) == "about"
    assert read("25,557,032").agrees(25_557_032) == "exactly"
    assert read("25,557,033").agrees(25_557_032) is None
    assert read("-3").agrees(-3.5) == "rounded"


@pytest.mark.parametrize(
    ("text", "slack"),
    [("12", 0), ("1,516", 0), ("12.0", 0.05), ("12M", 5e5), ("~12", 0.5), ("12%", 0.5), ("12 bytes", 0.5)],
)
def test_a_count_of_single_things_is_exact(text, slack):
    assert float(read(text).slack) == slack

"""Relations between printed numbers, kernels, rows about several networks: what is checked, and what is wrong."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.errors import Refused, SpecError
from archcalc.verifying.cells import Networks, check_table
from archcalc.verifying.document import read_table
from archcalc.verifying.printed import read
from archcalc.verifying.relation import relation

HEAD = "archcalc_table: 1\ntitle: A paper\nref: arXiv:1\nwhere: Table 1\n"


@pytest.fixture
def table(tmp_path):
    """The findings on a table document, as pairs of a fact and whether it agrees."""

    def judged(rows, head=""):
        path = tmp_path / "t.yaml"
        path.write_text(f"{HEAD}{head}rows:\n{rows}")
        return check_table(read_table(path), Networks()).findings

    return judged


def rounded(number, digits):
    """A number as it would be printed in millions."""
    step = Fraction(10) ** (6 - digits)
    count = round(number / step)
    return f"{count // 10**digits}.{count % 10**digits:0{digits}d}M" if digits else f"{count}M"


@given(st.integers(10**6, 10**10), st.integers(10**6, 10**10), st.integers(0, 3), st.integers(0, 3))
def test_a_true_relation_survives_rounding(a, b, first, second):
    known = {
        "a": read(rounded(a, first)),
        "b": read(rounded(b, second)),
        "c": read(str(a + 2 * b)),
        "d": read(str(a - b)),
    }
    assert relation("a + 2 * b == c").of(known).agrees
    assert relation("a - b == d").of(known).agrees
    assert relation("a + 2 * b <= c").of(known).agrees
    assert relation("a + 2 * b >= c").of(known).agrees
    assert relation("a * b == e").of(known | {"e": read(str(a * b))}).slack > 0


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from([-1, 1]))
def test_whole_numbers_are_exact(a, b, by):
    known = {"a": read(str(a)), "b": read(f"{b:,}"), "c": read(str(a * b)), "d": read(str(a * b + by))}
    assert relation("a * b == c").of(known).agrees
    assert not relation("a * b == d").of(known).agrees
    assert relation("a * b <= d").of(known).agrees == (by > 0)
    assert relation("a * b >= d").of(known).agrees == (by < 0)


def test_of_a_row_and_of_all_rows(table):
    found = table(
        "  - {label: a, numbers: {heads: 12, head_size: 64, width: 768}}\n"
        "  - {label: b, numbers: {heads: 16, head_size: 64, width: 1042}}\n"
        "  - {label: c, parameters: 3M, numbers: {other: 5}}\n"
        "  - {label: d, output: 2x2x9, numbers: {p: 4, q: 5}, holds: ['p + q == output[2]', p <= q]}\n",
        "holds: heads * head_size == width\n",
    )
    assert [(f.about, f.fact, f.printed, f.verdict) for f in found if f.verdict != "not checkable"] == [
        ("a", "heads * head_size == width", "768", "agrees"),
        ("b", "heads * head_size == width", "1,042", "differs"),
        ("d", "p + q == output[2]", "9", "agrees"),
        ("d", "p <= q", "<= 5", "agrees"),
    ]
    assert [f.fact for f in found if f.verdict == "not checkable"] == ["parameters", "other", "output"]
    assert found[1].computed == 1024


def test_a_relation_uses_what_is_meant_and_the_units_of_the_column(table):
    row = "  - {label: a, parameters: 61M, erratum: {parameters: 60M}, size: '229', holds: size == 4 * parameters}\n"
    (*_, found) = table(row, "units: {size: 1e6}\ncounts: {size: '1024'}\n")
    assert (found.verdict, found.computed) == ("agrees", 229 * 2**20)
    (*_, found) = table(row, "units: {size: 1e6}\n")
    assert found.verdict == "differs"
    (*_, found) = table(row[:-2] + ", verdict: {size == 4 * parameters: differs}, note: w}\n", "units: {size: 1e6}\n")
    assert found.as_recorded


@pytest.mark.parametrize(
    ("layers", "printed", "computed", "agrees"),
    [
        ("conv1", "7x7/2", "7x7/2", True),
        ("conv1", "7 × 7", "7x7/2", True),
        ("conv1", "7/2", "7x7/2", True),
        ("conv1", "7x7/1", "7x7/2", False),
        ("conv1", "5x5/2", "7x7/2", False),
        ("layer1.0.conv2", "3x3", "3x3", True),
        ("layer1.0.conv2", "3x3/1", "3x3/1", True),
        ("maxpool", "3x3/2", "3x3/2", True),
    ],
)
def test_kernels(table, layers, printed, computed, agrees):
    (found,) = table(f"  - {{spec: 'resnet:50', layers: {layers}, kernel: {printed}}}\n")
    assert (found.computed, found.verdict) == (computed, "agrees" if agrees else "differs")


def test_a_row_about_several_networks(table):
    found = table("  - {spec: ['cifar_resnet:56', 'cifar_resnet:110'], parameters: 0.85M / 1.7M}\n")
    assert [(f.about, f.printed, f.verdict) for f in found] == [
        ("cifar_resnet:56", "0.85M", "agrees"),
        ("cifar_resnet:110", "1.7M", "agrees"),
    ]
    found = table("  - {label: no, spec: ['cifar_resnet:56', 'cifar_resnet:110'], parameters: 1.7M/0.85M}\n")
    assert [(f.about, f.verdict) for f in found] == [
        ("no cifar_resnet:56", "differs"),
        ("no cifar_resnet:110", "differs"),
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{label: x, numbers: {macs: 3}}", "6:26: error: 'macs' is a fact of the row itself"),
        ("{label: x, numbers: {1x1: 3}}", "6:26: error: '1x1' cannot name a number"),
        ("{label: x, numbers: {a: many}}", "6:29: error: 'many' is not a printed number"),
        ("{label: x, numbers: {a: 3}, holds: b == 3}", "6:40: error: for 'b == 3' there is no number 'b'"),
        ("{label: x, macs: 3, holds: macs}", "6:32: error: 'macs' does not compare two sides (such as heads"),
        ("{label: x, macs: 3, holds: macs != 3}", "'macs != 3' does not compare two sides"),
        ("{label: x, macs: 3, holds: 3 == 3}", "6:32: error: '3 == 3' names no printed number"),
        ("{label: x, macs: 3, holds: macs ==}", "6:39: error: 'macs ==' is not an expression"),
        ("{label: x, macs: 3, holds: macs / 0 == 3}", "6:32: error: division by zero"),
        ("{label: x, output: 3x3, holds: output == 3}", "a side of 'output == 3' is [3, 3], not a number"),
        ("{label: x, macs: 3, holds: __import__('os') == macs}", "there is no function '__import__'"),
        ("{label: x, kernel: 3x3/}", "6:24: error: '3x3/' are not printed sizes"),
        ("{spec: [vgg16, vgg], macs: 3M}", "6:32: error: 3M is not a number for each of 2 networks"),
        ("{label: x, macs: 3, verdict: {macs == 4: differs}}", "verdict has no fact 'macs == 4'"),
    ],
)
def test_wrong_rows(row, message, tmp_path):
    path = tmp_path / "t.yaml"
    path.write_text(f"{HEAD}rows:\n  - {row}\n")
    with pytest.raises((SpecError, Refused)) as error:
        read_table(path)
    assert message in str(error.value)
    assert len(error.value.problems) == 1


def test_a_relation_of_all_rows_must_be_about_one(tmp_path):
    path = tmp_path / "t.yaml"
    path.write_text(f"{HEAD}holds: a == b\nrows: [{{label: x, numbers: {{a: 1}}}}, {{label: y, numbers: {{b: 1}}}}]\n")
    with pytest.raises(SpecError, match="for 'a == b' there is no row with all of a, b"):
        read_table(path)


def test_rows_about_what_is_not_there_are_told_with_their_places(table):
    with pytest.raises(SpecError) as error:
        table(
            "  - {spec: 'resnet:19', parameters: 1M}\n"
            "  - {spec: 'resnet:18', layers: foo, parameters: 1M}\n"
            "  - {spec: 'resnet:18', config: {klasses: 3}, parameters: 1M}\n"
            "  - {spec: 'resnet:18', layers: layer1, kernel: 3x3}\n"
            "  - {spec: 'resnet:50', layers: layer1, kernel: 3x3}\n"
        )
    text = str(error.value)
    for message in (
        "t.yaml:6:12: error: resnet has no variant '19'",
        "t.yaml:7:33: error: resnet:18 has no layer or scope 'foo'",
        "t.yaml:8:33: error: resnet has no config entry 'klasses'",
        "t.yaml:10:5: error: layer1 has 2 different kernels (name one layer with `layers`)",
    ):
        assert message in text
    assert len(error.value.problems) == 4

"""Solving for the unknown, against trying every value."""

import random
from fractions import Fraction
from pathlib import Path

import pytest

import archcalc
from archcalc.cli import main
from archcalc.errors import Refused
from archcalc.verifying.document import read_table
from archcalc.verifying.printed import read
from archcalc.verifying.unknown import rising, shown, unknown

HEAD = "archcalc_table: 1\ntitle: A paper\nref: arXiv:1\nwhere: Table 1\nrows:\n"
SMALL = """
config: {vocabulary: 30, width: 4}
inputs: {x: {shape: [1, 5], dtype: int64}}
layers:
  embed: {Embedding: {num_embeddings: vocabulary, embedding_dim: width * 4}}
  first: {Linear: width * 3 // 2}
  last: {Linear: vocabulary}
"""


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SMALL)

    def made(rows):
        (tmp_path / "t.yaml").write_text(HEAD + rows)
        return read_table(tmp_path / "t.yaml")

    return made


@pytest.mark.parametrize("seed", [*range(8), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(8, 30))])
def test_the_values_are_those_of_brute_force(seed, table):
    draw = random.Random(seed)
    entry = draw.choice(["vocabulary", "width"])
    true = archcalc.load("small.yaml", config={entry: draw.randint(2, 200)})
    about = draw.choice(["", "~"])
    texts = {
        "parameters": f"{about}{true.parameters / 1000:.{draw.randint(0, 2)}f}K",
        "macs": f"{draw.choice(['', '~'])}{true.macs:,}",
    }
    kept = dict(draw.sample(sorted(texts.items()), draw.choice([1, 2])))
    printed = ", ".join(f"{fact}: '{text}'" for fact, text in kept.items())
    found = unknown(table(f"  - {{spec: small, {printed}}}\n"), entry)
    right = []
    for value in range(1, 400):
        model = archcalc.load("small.yaml", config={entry: value})
        numbers = {"parameters": model.parameters, "macs": model.macs}
        if all(read(text).agrees(numbers[fact]) for fact, text in kept.items()):
            right.append(value)
    assert [v for a, b in found.common for v in range(a, min(b, 399) + 1)] == right


@pytest.mark.parametrize("text", ["10", "~10", "10.0", "~10.0", "1e1", "~1e1", "~0", "1.5", "12M"])
def test_both_ways_to_agree_are_one(text):
    printed = read(text)
    right = [n for n in range(1, 101) if printed.agrees(n)]
    found = rising(Fraction, printed, 1, 100)
    assert [v for a, b in found for v in range(a, b + 1)] == right
    assert [n for n in range(-100, 101) if printed.side(n) == 0] == [n for n in range(-100, 101) if printed.agrees(n)]


ALLOWED = {
    "default: 90": "95 to 109",
    "default: 90, max: 100": "95 to 100",
    "default: 90, max: 94": "none that is at most 94",
    "default: 100, min: 100": "100 to 109",
    "default: 300, min: 200, max: 400": "none that is at least 200 and at most 400",
    "default: 90, choices: [90, 99, 100, 102, 200]": "99 to 100 or 102",
    "default: 90, choices: [90, 200]": "none that is one of 90, 200",
    "default: 90, multiple_of: 5": "95 or 100 or 105",
    "default: 90, multiple_of: 5, min: 90, max: 100": "95 or 100",
    "default: 500, multiple_of: 500": "none that is a multiple of 500",
}


@pytest.mark.parametrize("entry", ALLOWED)
def test_values_are_those_that_the_spec_allows(table, entry):
    layer = "{Linear: {out_features: width, bias: false}}"
    Path("bounded.yaml").write_text(f"config: {{width: {{{entry}}}}}\ninputs: {{x: [1, 1]}}\nlayers: [{layer}]\n")
    found = unknown(table("  - {spec: bounded, parameters: 0.10K}\n"), "width")
    assert found.left[0].values == ALLOWED[entry]
    for value in (v for a, b in found.common for v in range(a, b + 1)):
        assert archcalc.load("bounded.yaml", width=value).parameters == value


def test_rows_are_taken_together(table):
    found = unknown(
        table(
            "  - {spec: 'resnet:18', parameters: 11.23M}\n  - {spec: 'resnet:50', parameters: 23.71M, macs: 4.0874G}\n"
            "  - {spec: vgg16, layers: features, parameters: 14.7M}\n  - {label: none, parameters: 1M}\n"
        ),
        "classes",
    )
    assert [shown(one.runs) for one in found.left] == ["95 to 123", "97 to 103", "105 to 177", "none"]
    assert found.left[3].reason == "it does not depend on classes"
    assert found.common == ()
    with pytest.raises(Refused, match=r"no row of t\.yaml has a spec with a config entry 'foo'"):
        unknown(table("  - {spec: 'resnet:18', parameters: 11.23M}\n"), "foo")


def test_command(table, capsys):
    table("  - {spec: 'resnet:18', parameters: 11.23M}\n")
    with pytest.raises(SystemExit) as left:
        main(["verify", "t.yaml", "--unknown", "classes"])
    assert left.value.code == 0
    assert capsys.readouterr().out.endswith("classes is 95 to 123\n")
    for arguments, message in (
        (["resnet", "--unknown", "classes"], "--unknown needs a table document"),
        (["--all", "--unknown", "classes"], "--unknown needs a table document"),
    ):
        with pytest.raises(SystemExit) as left:
            main(["verify", *arguments])
        assert left.value.code == 2
        assert message in capsys.readouterr().err

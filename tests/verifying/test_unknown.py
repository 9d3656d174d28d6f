"""Solving for the unknown, against trying every value."""

import random

import pytest

import archcalc
from archcalc.cli import main
from archcalc.errors import Refused
from archcalc.verifying.document import read_table
from archcalc.verifying.printed import read
from archcalc.verifying.unknown import shown, unknown

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
    texts = {"parameters": f"{true.parameters / 1000:.{draw.randint(0, 2)}f}K", "macs": f"{true.macs:,}"}
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

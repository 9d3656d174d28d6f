"""Verdicts: claims of the zoo, columns, readings, errata, and documents that are wrong."""

import importlib
import json
import re
import sys
from fractions import Fraction

import pytest

import archcalc
from archcalc.cli import main
from archcalc.errors import Refused, SpecError
from archcalc.language.find import zoo
from archcalc.language.limits import DEFAULT
from archcalc.language.loaded import Loading, open_spec
from archcalc.many.verify import check
from archcalc.verifying.cells import Networks, check_table
from archcalc.verifying.document import read_table
from archcalc.verifying.judge import BELIEVED, chance_of_any
from archcalc.verifying.printed import read, read_sizes
from archcalc.verifying.reading import NAMES, PLAIN, Reading, declared, readings
from archcalc.verifying.subject import Subject
from tests.sweeps import sampled

CLAIMED = [name for name in zoo() if open_spec(name)[0].claims]
HEAD = "archcalc_table: 1\ntitle: A paper\nref: arXiv:1\nwhere: Table 1\n"


@pytest.mark.parametrize("name", sampled(CLAIMED))
def test_every_claim_of_the_zoo_has_the_verdict_that_is_recorded(name):
    (found,) = check((name,))
    assert found.surprises == []
    for finding in found.findings:
        assert finding.note or finding.verdict != "differs", finding


@pytest.fixture
def table(tmp_path):
    """The findings on a table document."""

    def judged(rows, head=HEAD):
        path = tmp_path / "t.yaml"
        path.write_text(f"{head}rows:\n{rows}")
        return check_table(read_table(path), Networks()).findings

    return judged


def test_a_network_that_cannot_be_made_does_not_end_the_others(table, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.yaml").write_text("inputs: {x: [1, 8]}\nlayers: [{Linear: three}]\n")
    (tmp_path / "large.yaml").write_text("inputs: {x: [1, 8]}\nlayers: [{ReLU: , repeat: 10**9}]\n")
    found = table(
        "  - {spec: wrong, parameters: 1M, output: 1x3}\n"
        "  - {spec: large, parameters: 1M}\n"
        "  - {spec: large, layers: '0', parameters: 1M, verdict: {parameters: differs}}\n"
        "  - {spec: 'resnet:18', parameters: 11.7M}\n"
        "  - {spec: 'resnet:18', config: {H: 1}, parameters: 11.7M}\n"
    )
    assert [(f.verdict, f.as_recorded) for f in found[:4]] == [("not checkable", False)] * 4
    assert [f.verdict for f in found[4:]] == ["agrees", "agrees"]
    assert found[0].reason.startswith("the network cannot be made: wrong.yaml:2:")
    assert found[1].reason == found[0].reason
    assert "the limit layers is 60,000" in found[2].reason
    (tmp_path / "claims.yaml").write_text(
        "inputs: {x: [1, 8]}\nlayers: [{Linear: 3}, {Linear: three}]\nclaims: [{source: Table 1, params: 27}]\n"
    )
    (claimed,) = check(("claims.yaml",))
    assert [(f.verdict, f.as_recorded) for f in claimed.findings] == [("not checkable", False)]


def rows(*numbers, fact="parameters", names=("resnet:18", "resnet:34", "resnet:50", "resnet:101")):
    return "".join(
        f"  - {{spec: '{name}', {fact}: {json.dumps(text)}}}\n" for name, text in zip(names, numbers, strict=False)
    )


def test_a_column_that_agrees(table):
    found = table(rows("11.7M", "21.8M", "25.6M", "44.5M"))
    assert [(f.verdict, f.agreement) for f in found] == [("agrees", "rounded")] * 4
    assert found[2].computed == 25_557_032


def test_a_reading_explains_a_whole_column(table):
    found = table(rows("3.63", "7.33", "8.18", "15.6", fact="macs"), HEAD + "units: {macs: 1e9}\n")
    assert {(f.verdict, f.reading) for f in found} == {("agrees under", "counts FLOPs (flops)")}
    assert {f.reason for f in found} == {"as the column counts"}


def test_a_column_is_of_the_tool_that_counted_it(table):
    found = table(rows("1.824", "3.678", "4.134", "7.866", fact="macs"), HEAD + "units: {macs: 1e9}\n")
    assert {(f.verdict, f.reading, f.reason) for f in found} == {
        ("agrees under", "counts MACs (thop)", "as the column counts")
    }


def test_three_digits_do_not_tell_the_tool(table):
    (found,) = table(rows("4.13", names=["resnet:50"], fact="macs"), HEAD + "units: {macs: 1e9}\n")
    assert found.verdict == "differs"
    (found,) = table(rows("4.134", names=["resnet:50"], fact="macs"), HEAD + "units: {macs: 1e9}\n")
    assert (found.verdict, found.reading) == ("agrees under", "counts MACs (thop)")


def test_a_reading_does_not_explain_one_cell_of_a_column_that_counts_otherwise(table):
    # 25.5 million without batch norm; but the others count it
    found = table(rows("11.69M", "21.80M", "25.50M", "44.55M"))
    assert [f.verdict for f in found] == ["agrees", "agrees", "differs", "agrees"]
    assert found[2].reason == "-0.22%; nearest reading: without normalisation (-0.02%)"
    assert not found[2].as_recorded


def test_a_cell_that_stands_alone_may_have_a_reading_of_its_own(table):
    (found,) = table(rows("25.50M", names=["resnet:50"]))
    assert (found.verdict, found.reading) == ("agrees under", "without normalisation")
    assert 0 < found.chance < BELIEVED
    assert not found.as_recorded


def test_a_number_that_does_not_agree_as_declared_is_not_as_recorded(table):
    head = HEAD + "counts: {parameters: without norm}\n"
    found = table(rows("11.68M", "21.78M", "25.70M", "44.44M"), head)
    assert [f.verdict for f in found] == ["agrees under", "agrees under", "differs", "agrees under"]
    assert [f.as_recorded for f in found] == [True, True, False, True]


def test_what_differs_is_told_as_declared(table):
    (found,) = table(rows("24.0M", names=["resnet:50"]), HEAD + "counts: {parameters: '1024'}\n")
    assert found.reading == "K = 1024"
    assert found.reason == "-1.53%; nearest reading: without normalisation, K = 1024 (-1.33%)"


@pytest.mark.parametrize(("printed", "recorded"), [("25.5M", True), ("25.6M", False), ("25.4M", False)])
def test_that_a_number_is_cut_off_may_be_recorded(table, printed, recorded):
    (found,) = table(f"  - {{spec: 'resnet:50', parameters: {printed}, verdict: {{parameters: cut off}}}}\n")
    assert found.as_recorded is recorded


def test_few_digits_are_not_believed(table):
    (found,) = table(rows("24M", names=["resnet:50"]))
    assert found.verdict == "differs"


def test_declared_readings_and_recorded_verdicts(table):
    found = table(
        "  - {spec: 'resnet:50', parameters: 25.50M, counts: {parameters: without norm}}\n"
        "  - {spec: 'resnet:50', parameters: 23.5M, counts: {parameters: [without norm, without classifier]}}\n"
        "  - {spec: 'resnet:50', parameters: 30M, verdict: {parameters: differs}, note: of another network}\n"
        "  - {spec: 'resnet:50', parameters: 2.56M, erratum: {parameters: 25.6M}, note: a slip}\n"
        "  - {spec: 'resnet:50', parameters: 25.6M, erratum: {parameters: 25.6M}}\n"
        "  - {spec: 'resnet:50', parameters: 2.56M, erratum: {parameters: 25.7M}}\n"
        "  - {label: ResNet-49, parameters: 25M, note: nobody knows it}\n"
        "  - {spec: 'resnet:50', not_checkable: {top1: 76.1%}}\n"
    )
    assert [(f.verdict, f.as_recorded) for f in found] == [
        ("agrees under", True),
        ("agrees under", True),
        ("differs", True),
        ("erratum", True),
        ("agrees", False),
        ("differs", False),
        ("not checkable", True),
        ("not checkable", True),
    ]
    assert found[3].reason == "25.6M is meant; a slip"
    assert found[5].reason == "recorded as an erratum for 25.7M"


def test_shares_shapes_and_fields(table):
    found = table(
        "  - {spec: vgg16, layers: classifier, parameters: 89.4%, macs: 0.80%}\n"
        "  - {spec: vgg16, layers: features, output: 7x7x512, receptive_field: 212}\n"
        "  - {spec: vgg16, layers: features, output: 14x14x512, receptive_field: 196}\n"
        "  - {spec: vgg16, layers: 'features.?', parameters: '38,720'}\n"
        "  - {spec: vgg16, receptive_field: 212}\n"
    )
    kinds = [f.verdict for f in found]
    assert kinds[:4] == ["agrees"] * 4
    assert kinds[4:] == ["differs", "differs", "agrees", "not checkable"] or kinds[4:6] == ["differs", "differs"]
    assert found[-1].reason == "the receptive_field is whole input"


def subject(name, layers=None, **config):
    def made(changes):
        return Subject.of(archcalc.load(name, config=config | changes), made)

    return made({}).narrowed(layers)


@pytest.mark.parametrize(
    ("name", "fact", "reading", "value"),
    [
        ("resnet:50", "parameters", PLAIN, 25557032),
        ("resnet:50", "parameters", NAMES["without norm"], 25557032 - 53120),
        ("resnet:50", "parameters", NAMES["without classifier"], 23508032),
        ("resnet:50", "parameters", NAMES["without biases"], 25557032 - 1000),
        ("resnet:50", "parameters", NAMES["with buffers"], 25557032 + 53120),
        ("resnet:50", "size", PLAIN, 4 * 25557032),
        ("resnet:50", "macs", NAMES["flops"], 2 * 4089184256),
        ("resnet:50", "macs", NAMES["without classifier"], 4089184256 - 2048000),
        ("resnet:50", "macs", Reading(config=(("halve", "conv1"),)), 3857973248),
        ("resnet:50", "macs", Reading(config=(("H", 320), ("W", 320))), None),
        ("vit:b_16", "parameters", NAMES["without tables"], 86567656 - 197 * 768 - 768),
        ("lstm_lm:medium", "parameters", NAMES["without embeddings"], None),
        ("googlenet_aux", "parameters", NAMES["without auxiliary"], 6624904),
        ("transfer_learning", "parameters", NAMES["without frozen"], None),
    ],
)
def test_readings_count_what_they_say(name, fact, reading, value):
    found = subject(name).value(fact, reading)
    if value is None:
        settings = dict(reading.config)
        model = archcalc.load(name, config=settings)
        if settings:
            value = model.macs
        elif reading == NAMES["without embeddings"]:
            value = sum(la.parameters for la in model.summary().layers if la.kind != "Embedding")
        else:
            value = model.summary().totals.trainable
    assert found == value


def test_the_simplest_readings_come_first():
    found = list(readings(subject("resnet:50"), "macs", 2))
    assert [r.departures for r in found] == sorted(r.departures for r in found)
    values = [(subject("resnet:50").value("macs", r), r.kilo) for r in found[:20]]
    assert len(set(values)) == len(values)
    assert str(Reading("flops", ("biases",), ("buffers",), 1024, (("H", 224),))) == (
        "counts FLOPs (flops), without biases, with buffers, K = 1024, H = 224"
    )


def test_a_batch_is_no_reading_of_multiply_accumulates_where_it_looks_like_flops():
    def settings(fact):
        return {name for reading in readings(subject("resnet:18"), fact, 1) for name, _ in reading.config}

    assert "N" not in settings("macs") | settings("parameters") | settings("receptive_field")
    assert {"H", "W", "N"} <= settings("flops") & settings("activations") & settings("memory")


def test_activations_of_another_size_of_the_image(table):
    names = ("resnet:18", "resnet:34", "resnet:50", "resnet:101")
    written = [archcalc.load(name, H=256, W=256).summary().totals.activations for name in names]
    found = table(rows(*(f"{n / 1e6:.3f}M" for n in written), fact="activations", names=names))
    assert {(f.verdict, f.reading) for f in found} == {("agrees under", "H = 256, W = 256")}


def test_depths(table):
    *found, part = table(
        rows("18", "34", "50", "102", fact="depth") + "  - {spec: 'resnet:18', layers: layer4, depth: '5'}\n"
    )
    assert [(f.computed, f.verdict) for f in found] == [
        (18, "agrees"),
        (34, "agrees"),
        (50, "agrees"),
        (101, "differs"),
    ]
    assert (part.verdict, part.reason) == ("not checkable", "the depth is that of whole networks only")


def test_rows_of_sums(table):
    parts = "  - {label: a, parameters: 1.2M}\n  - {label: b, parameters: 3.5M}\n"
    for text, verdict in {"4.7M": "agrees", "4.8M": "agrees", "4.9M": "differs", "4.5M": "differs"}.items():
        *_, found = table(parts + f"  - {{label: all, sum: true, parameters: {text}}}\n")
        assert (found.about, found.computed, found.verdict) == ("all (sum)", 4_700_000, verdict)
        assert found.reason == "of 2 numbers above, known to 150,000"
        assert found.as_recorded == (verdict == "agrees")
    found = table(parts + "  - {label: all, sum: true, parameters: 5M}\n" + parts.replace("3.5M", "3.6M, macs: 3"))
    assert [f.verdict for f in found] == ["not checkable"] * 2 + ["agrees"] + ["not checkable"] * 3


def test_a_sum_starts_after_the_last_one_and_takes_what_is_meant(table):
    found = table(
        "  - {label: a, macs: 3}\n  - {label: b, macs: 5, erratum: {macs: 4}}\n  - {label: all, sum: true, macs: 7}\n"
        "  - {label: c, macs: 20}\n  - {label: d, sum: true, macs: 20}\n"
    )
    assert [(f.about, f.verdict, f.computed) for f in found if "sum" in f.about] == [
        ("all (sum)", "agrees", 7),
        ("d (sum)", "agrees", 20),
    ]


def test_a_sum_beside_a_network_is_checked_twice(table):
    found = table(
        "  - {spec: 'resnet:18', layers: layer4, parameters: 8.4M}\n  - {label: rest, parameters: 3.3M}\n"
        "  - {label: all, spec: 'resnet:18', sum: true, parameters: 11.7M}\n"
    )
    assert [(f.about, f.verdict) for f in found[2:]] == [("all (sum)", "agrees"), ("all", "agrees")]


def test_rows_of_sums_that_are_wrong(table):
    with pytest.raises(SpecError) as caught:
        table(
            "  - {label: a, macs: 3, sum: 1}\n  - {label: b, sum: true, parameters: 5, macs: 3}\n"
            "  - {label: c, sum: true, spec: vgg16, output: 1x2}\n"
        )
    text = str(caught.value)
    assert "t.yaml:6:30: error: sum must be true or false, not 1" in text
    assert "t.yaml:7:21: error: above this row of sums there are no parameters to add up" in text
    assert "t.yaml:8:5: error: a row of sums needs a printed number" in text


def test_declared_readings():
    assert declared([]) == PLAIN
    assert declared(["without norm", "1024"]).departures == 2
    with pytest.raises(Refused, match=r"there is no reading 'without bias' \(did you mean 'without biases'\?\)"):
        declared(["without bias"])
    with pytest.raises(Refused, match="the reading 'macs' cannot be joined with the others"):
        declared(["flops", "macs"])


def test_chance_grows_with_what_is_tried_and_falls_with_the_digits():
    values = [25_557_032, 25_503_912, 23_508_032, 51_000_000]
    few, many = chance_of_any(read("25M"), values[:1]), chance_of_any(read("25M"), values)
    assert 0 < few < many < 1
    assert chance_of_any(read("25.50M"), values) < many / 50
    assert chance_of_any(read("25M"), [3, None]) == 0


def test_sizes():
    assert read_sizes("112x112x64").sizes == read_sizes("112 × 112 × 64").sizes == (112, 112, 64)
    assert read_sizes("7×7/2") == ("7×7/2", (7, 7), (2,))
    for text in ("a x 3", "", "x", "7x7/", "/2", "7x7/2/2"):
        with pytest.raises(Refused, match="are not printed sizes"):
            read_sizes(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: t\n", "1:1: error: archcalc_table must be 1"),
        ("archcalc_table: 2\ntitle: t\nref: r\nwhere: w\nrows: [{spec: a, macs: 1}]\n", "archcalc_table must be 1"),
        (HEAD, "1:1: error: a table document needs rows (a list of mappings, one for each row)"),
        (HEAD + "rows: 3\n", "5:7: error: a table document needs rows"),
        (HEAD + "rows: [{spec: a}]\n", "5:8: error: a row needs a printed number (such as parameters: 25.6M)"),
        (HEAD + "rows: [{macs: 1}]\n", "5:8: error: a row needs a spec or a label (such as spec: resnet:50)"),
        (HEAD + "rows: [{spec: a, mac: 1}]\n", "5:18: error: a row has no key 'mac' (did you mean 'macs'?)"),
        (HEAD + "rows: [{spec: a, macs: many}]\n", "5:24: error: 'many' is not a printed number (such as 25.6M"),
        (HEAD + "rows: [{spec: a, output: 3 by 3}]\n", "5:26: error: '3 by 3' are not printed sizes (such as"),
        (HEAD + "rows: [{spec: a, macs: 1, verdict: {macs: wrong}}]\n", "error: there is no verdict 'wrong'"),
        (HEAD + "rows: [{spec: a, macs: 1, verdict: differs}]\n", "error: verdict must name its fact"),
        (HEAD + "rows: [{spec: a, macs: 1, counts: {macs: flop}}]\n", "no reading 'flop' (did you mean 'flops'?)"),
        (HEAD + "rows: [{spec: a, macs: 1, erratum: {flops: 2}}]\n", "erratum is about flops, but the row has no such"),
        (HEAD + "units: {macs: much}\nrows: [{spec: a, macs: 1}]\n", "5:15: error: a unit is a number, such as 1e6"),
        (
            HEAD + "rows: [{spec: a, macs: 1, counts: {mac: flops}}]\n",
            "counts has no fact 'mac' (did you mean 'macs'",
        ),
        ("archcalc_table: 1\nref: r\nrows: [{spec: a, macs: 1}]\n", "a table document needs 'title'"),
    ],
)
def test_wrong_documents(text, message, tmp_path):
    path = tmp_path / "t.yaml"
    path.write_text(text)
    with pytest.raises(SpecError) as error:
        read_table(path)
    assert message in str(error.value)


def test_wrong_claims(tmp_path):
    path = tmp_path / "s.yaml"
    head = "inputs: {x: [1, 4]}\nlayers: [{Linear: 3}]\nclaims:\n"
    for claim, message in (
        ("{source: t, macs: 12, verdict: {parameters: differs}}", "verdict is about 'parameters', but the claim"),
        ("{source: t, macs: 12, params: 15, verdict: differs}", "verdict must say for which number"),
        ("{source: t, macs: 12, counts: without bias}", "there is no reading 'without bias'"),
        ("{source: t, macs: 12, verdict: wrong}", "there is no verdict 'wrong'"),
    ):
        path.write_text(f"{head}  - {claim}\n")
        with pytest.raises(SpecError, match=message):
            check((str(path),))
    path.write_text(f"{head}  - {{source: t, macs: 13, params: 15, verdict: {{macs: differs}}, note: a slip}}\n")
    (found,) = check((str(path),))
    assert [f.as_recorded for f in found.findings] == [True, True]


@pytest.fixture
def run(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main(["verify", *arguments])
        return left.value.code, *capsys.readouterr()

    return run


def test_commands(run, tmp_path, golden, monkeypatch):
    status, out, _ = run("resnet")
    assert (status, out.splitlines()[-1]) == (0, "17 agrees; all as recorded")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.yaml").write_text(HEAD + "rows:\n" + rows("11.7M", "21.8M", "25.3M", "44.5M"))
    status, out, _ = run("t.yaml")
    assert status == 1
    golden("verdicts.txt", out)
    status, out, _ = run("t.yaml", "--format", "markdown", "--quiet")
    assert "| resnet:50 | parameters |   25.3M | 25,557,032 | \\! differs |" in out
    assert "resnet:18" not in out
    status, out, _ = run("t.yaml", "--format", "json")
    (document,) = json.loads(out)
    assert document["surprises"] == 1
    assert document["findings"][2]["computed"] == 25557032


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([], 2, "give a spec or a table document, or --all"),
        (["resnet", "--all"], 2, "give a spec or a table document, or --all"),
        (["--all", "--checkpoint", "x"], 2, "--all, --checkpoint and --unknown exclude each other"),
        (["resnet_table1", "--unknown", "H", "--checkpoint", "x"], 2, "exclude each other"),
        (["resnet", "--set", "H=320"], 2, "--set belongs to --checkpoint"),
        (["resnet", "--variant", "50"], 2, "--variant belongs to --checkpoint"),
        (["--all", "--limit", "layers=1"], 2, "--limit belongs to --checkpoint or published numbers or --unknown"),
        (["--all", "--ops", "json"], 2, "--ops belongs to --checkpoint"),
        (["resnet_table1", "--unknown", "H", "--set", "N=2"], 2, "--set belongs to --checkpoint"),
        (["resnet:18", "--checkpoint", "x", "--quiet"], 2, "--quiet belongs to published numbers"),
        (["resnit"], 3, "there is no file and nothing in the zoo called 'resnit'"),
        (["s.yaml"], 1, "s.yaml has no claims to check"),
    ],
)
def test_wrong_commands(run, arguments, status, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text("inputs: {x: [1, 4]}\nlayers: [{Linear: 3}]\n")
    code, _, err = run(*arguments)
    assert code == status
    assert message in err


OWN = """
from archcalc import Cost, Op
from archcalc.ops.linear import Linear

class Twice(Linear):
    def weights(self, x):
        return super().weights(x) | {"again": (self.out_features, x[-1])}

OPS = {"Twice": Twice}
"""
CLAIMED_SPEC = """
config: {width: 2}
variants: {s: {width: 4}}
inputs: {x: [1, 10]}
layers: [{Twice: width}]
claims:
  - {source: a paper, variant: s, parameters: 84}
"""


@pytest.fixture
def twice(tmp_path, monkeypatch):
    """A spec with a claim, and a table, about a network with an operation of a user."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "twice_op", raising=False)
    (tmp_path / "twice_op.py").write_text(OWN)
    (tmp_path / "s.yaml").write_text(CLAIMED_SPEC)
    (tmp_path / "t.yaml").write_text(f"{HEAD}rows:\n  - {{spec: 's.yaml:s', parameters: 84}}\n")
    return archcalc.OPS | importlib.import_module("twice_op").OPS


def test_a_loaded_network_is_verified_with_its_own_operations_and_limits(twice):
    found = archcalc.verify(archcalc.load("s.yaml", ops=twice))
    assert [f.verdict for f in found.checked[0].findings] == ["agrees"]
    limits = DEFAULT.raised({"layers": 40})
    found = archcalc.verify(archcalc.load("lenet_dense", limits=limits), archcalc.load("resnet:18"))
    assert found.surprises == 0
    few = archcalc.load("resnet:18", limits=DEFAULT.raised({"layers": 200}))
    broken = [f.reason for f in archcalc.verify(few).checked[0].findings if "cannot be made" in f.reason]
    assert broken
    assert all("the limit layers is 200" in reason for reason in broken)


def test_verify_takes_operations_and_limits_for_names(twice, run):
    loading = Loading(ops=twice)
    for name in ("s.yaml", "t.yaml"):
        assert [f.verdict for f in archcalc.verify(name, loading=loading).checked[0].findings] == ["agrees"]
        status, out, _ = run(name, "--ops", "twice_op")
        assert (status, out.splitlines()[-1]) == (0, "1 agrees; all as recorded")
        status, out, _ = run(name, "--ops", "twice_op", "--limit", "layers=0")
        assert (status, "the limit layers is 0" in out) == (1, True)
    status, out, _ = run("t.yaml", "--unknown", "width", "--ops", "twice_op")
    assert (status, out.splitlines()[-1]) == (0, "width is 4")


def test_a_network_with_settings_of_its_own_is_not_verified(twice):
    message = "vgg:16 has the settings H: 448, but claims have settings of their own"
    with pytest.raises(Refused, match=message):
        archcalc.verify(archcalc.load("vgg:16", H=448))
    with pytest.raises(Refused, match="but claims have settings of their own"):
        archcalc.verify(archcalc.load("vgg:16", free="H"))
    with pytest.raises(Refused, match="`loading` has the settings H: 448"):
        archcalc.verify("vgg:16", loading=Loading({"H": 448}))
    assert archcalc.verify(archcalc.load("vgg:16", H=224)).surprises == 0


def test_hostile_documents_are_inert(table, tmp_path):
    from archcalc.verifying.cells import CheckedDocument
    from archcalc.verifying.verdicts import Verdicts

    bad = "</script><img onerror=x>|`$x$\\u202e\\n*"
    head = f'archcalc_table: 1\ntitle: "{bad}"\nref: r\nwhere: w\n'
    found = table(f'  - {{label: "{bad}", macs: 1M, note: "{bad}", not_checkable: {{"{bad}": "{bad}"}}}}\n', head)
    checked = Verdicts((CheckedDocument(bad, "f", found),))
    shown = checked.render("text")
    assert "\u202e" not in shown
    assert len(shown.splitlines()) == 8  # the last two are an empty line and the counts
    assert not re.search(r"(?<!\\)[<`$]", checked.render("markdown"))
    assert json.loads(checked.render("json"))


def test_shares_are_exact():
    found = subject("vgg16", "classifier")
    whole = Fraction(100 * 123642856, 138357544)
    assert found.share("parameters") == whole

"""The command line as a user meets it: output, errors, exit statuses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from archcalc.cli import main


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run a command in an empty folder; gives its exit status, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        out, err = capsys.readouterr()
        return left.value.code, out, err

    return run


NAMES = ("vgg16.yaml", "vgg16", "vgg:16", "resnet:50", "resnet50", "resnet_50", "resnet50.yaml", "lesson/simple_cnn")


@pytest.mark.parametrize("name", NAMES)
def test_names_of_the_zoo_work_from_any_folder(run, name):
    status, out, err = run("summary", name)
    assert (status, err) == (0, "")
    assert "specs" in out.split("file", 1)[1].splitlines()[0]


def test_a_local_file_wins_and_is_named(run):
    Path("vgg16.yaml").write_text("archcalc: 1\ninputs: {x: [1, 8]}\nlayers: [{Linear: 3}]\n")
    for name in ("vgg16.yaml", "vgg16"):
        status, out, _ = run("summary", name, "--format", "json")
        document = json.loads(out)
        assert status == 0
        assert document["file"] == "vgg16.yaml"
        assert document["totals"]["parameters"] == 27


def test_a_local_spec_may_extend_the_zoo_spec_of_its_name(run):
    Path("resnet.yaml").write_text("archcalc: 1\nextends: resnet:18\nlayers: {fc: {Linear: 10}}\n")
    status, out, err = run("summary", "resnet.yaml", "--format", "json")
    assert (status, err) == (0, "")
    assert json.loads(out)["totals"]["parameters"] == 11689512 - 990 * 513


def test_set_and_variant(run):
    _, out, _ = run("summary", "resnet", "--variant", "18", "--set", "H=320", "--set", "classes=10", "--format", "json")
    document = json.loads(out)
    assert document["name"] == "resnet:18"
    assert document["config"]["H"] == 320
    assert document["inputs"] == {"image": [1, 3, 320, 224]}
    assert document["outputs"] == {"fc": [1, 10]}


def test_json_keys_are_those_of_the_interface(run):
    _, out, _ = run("summary", "vgg16", "--format", "json")
    document = json.loads(out)
    for key in (
        "schema",
        "name",
        "file",
        "config",
        "convention",
        "inputs",
        "outputs",
        "assumptions",
        "totals",
        "layers",
    ):
        assert key in document
    first = document["layers"][0]
    assert first["path"] == "features.0"
    assert first["weights"] == {"weight": [64, 3, 3, 3], "bias": [64]}
    assert first["parameters"] == 1792
    assert first["macs"] == 86704128
    assert first["receptive_field"] == [{"size": 3, "stride": 1, "padding": 1}] * 2
    assert document["layers"][-1]["receptive_field"] == "whole input"
    assert document["totals"]["parameters"] == 138357544
    assert document["totals"]["flops"] == 2 * document["totals"]["macs"]


@pytest.mark.parametrize(
    ("convention", "number", "note"),
    [
        ("fvcore", "4,111,512,576", "as fvcore 0.1.5 counts: one for each multiply-accumulate"),
        ("thop", "4,133,742,592", "as-is, its mistakes included"),
        ("torchvision", "4,089,184,256", "which call them GFLOPS"),
    ],
)
def test_the_conventions_of_others(run, convention, number, note):
    _, out, _ = run("summary", "resnet:50", "--convention", convention, "--depth", "1")
    line = next(line for line in out.splitlines() if line.split("  ")[0].endswith(f"({convention})"))
    assert number in line
    assert note in line
    _, out, _ = run("formula", "resnet:50", "--of", convention)
    assert out.strip() == number.replace(",", "")
    _, out, _ = run("summary", "resnet:50", "--convention", convention, "--format", "json")
    assert json.loads(out)["totals"][convention] == int(number.replace(",", ""))


def test_a_convention_that_cannot_tell_says_at_least(run, tmp_path):
    path = tmp_path / "three.yaml"
    path.write_text("inputs: {x: [2, 3]}\nlayers: [{Einsum: 'ni,nj,nk->n', from: [x, x, x]}]\n")
    _, out, _ = run("summary", str(path), "--convention", "fvcore")
    assert "at least 0" in out
    _, out, _ = run("formula", str(path), "--of", "fvcore")
    assert out.startswith("at least 0\nthe work of")
    _, out, _ = run("formula", str(path), "--of", "torch")
    assert "at least" not in out


WRONG = {
    "no such command": (("sumary",), 2, "No such command 'sumary'"),
    "no spec": (("summary",), 2, "Missing argument 'SPEC'"),
    "no such network": (("summary", "vgg61"), 3, "called 'vgg61' (did you mean 'vgg"),
    "no such variant": (("summary", "resnet:49"), 3, "resnet has no variant '49'"),
    "a setting without a value": (("summary", "vgg16", "--set", "H"), 2, "is not of the form NAME=VALUE"),
    "no such setting": (("summary", "vgg16", "--set", "Q=3"), 3, "vgg16 has no config entry 'Q'"),
    "a text for a number": (("summary", "vgg16", "--set", "H=abc"), 3, "config H must be a number, not 'abc'"),
    "an image that is too small": (("summary", "resnet18", "--set", "H=0"), 3, "a size must be an integer"),
    "a mapping for a number": (("summary", "vgg16", "--set", "H={a: 1}"), 3, "a mapping is not allowed here"),
    "no such format": (("summary", "vgg16", "--format", "xml"), 2, "'xml' is not one of"),
    "no such column": (("summary", "vgg16", "--columns", "parms"), 3, "there is no column 'parms' (did you mean"),
    "no such convention": (("summary", "vgg16", "--convention", "mac"), 2, "'mac' is not one of"),
    "no depth": (("summary", "vgg16", "--depth", "0"), 2, "is neither a number of at least 1 nor all"),
    "no such limit": (
        ("summary", "vgg16", "--limit", "layer=1"),
        3,
        "there is no limit 'layer' (did you mean 'layers'?)",
    ),
    "a limit that is no number": (("summary", "vgg16", "--limit", "layers=many"), 2, "must be an integer"),
    "a limit that is reached": (("summary", "vgg16", "--limit", "layers=10"), 5, "the limit layers is 10"),
    "a module without operations": (("summary", "vgg16", "--ops", "json"), 3, "the module must define a mapping OPS"),
    "a folder that is not there": (("summary", "vgg16", "-o", "no/where.txt"), 2, "cannot write 'no/where.txt'"),
    "no such operation": (("ops", "Conv2D"), 3, "there is no operation 'Conv2D' (did you mean 'Conv2d'?)"),
    "no such device": (("crosscheck", "vgg16", "--device", "tpu"), 2, "'tpu' is not one of"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input(run, name):
    arguments, expected, message = WRONG[name]
    status, out, err = run(*arguments)
    assert (status, out) == (expected, "")
    assert message in err
    assert "Traceback" not in err


def test_an_internal_error_says_so(run, monkeypatch):
    import archcalc.analyse.verbs

    monkeypatch.setattr(archcalc.analyse.verbs, "summarize", lambda *a, **k: 1 / 0)
    status, out, err = run("summary", "vgg16")
    assert (status, out) == (70, "")
    assert err.splitlines()[0] == "internal error: ZeroDivisionError: division by zero"
    assert "--debug" in err
    with pytest.raises(ZeroDivisionError):
        main(["--debug", "summary", "vgg16"])


def test_output_is_written_whole_or_not_at_all(run):
    Path("table.txt").write_text("before")
    assert run("summary", "vgg61", "-o", "table.txt")[0] == 3
    assert Path("table.txt").read_text() == "before"
    assert run("summary", "vgg16", "-o", "table.txt") == (0, "", "")
    assert "138,357,544" in Path("table.txt").read_text()
    assert os.listdir() == ["table.txt"]


def test_a_reader_that_goes_away_is_no_error():
    command = f"{sys.executable} -m archcalc summary densely --format csv | head -1"
    command = command.replace("densely", "efficientnet_b7")
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith("layer,")


def test_zoo_lists_every_spec_with_its_source(run):
    _, out, _ = run("zoo", "--format", "json")
    entries = json.loads(out)
    specs = (Path(__file__).parent.parent / "specs").rglob("*.yaml")
    assert sorted(e["name"] for e in entries) == sorted(
        path.stem for path in specs if path.parent.name not in ("blocks", "tables")
    )
    assert all(entry["source"] and entry["title"] for entry in entries)
    _, text, _ = run("zoo")
    for entry in entries:
        assert entry["title"] in text


def test_ops_lists_every_operation(run):
    from archcalc.ops import OPS

    _, out, _ = run("ops")
    listed = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert listed == list(OPS)


def test_ops_shows_formulas(run):
    _, out, _ = run("ops", "Conv2d")
    assert "H_out = floor((H - dilation[0]*(kernel_size[0] - 1) + 2*padding[0] - 1)/stride[0]) + 1" in out
    assert "groups divides C" in out


def test_users_bring_their_own_operations(run, monkeypatch):
    Path("mine.py").write_text(
        'from archcalc.ops.activation import ReLU\nclass Twice(ReLU):\n    """Double."""\nOPS = {\'Twice\': Twice}\n'
    )
    Path("s.yaml").write_text("archcalc: 1\ninputs: {x: [1, 8]}\nlayers: [Twice]\n")
    monkeypatch.syspath_prepend(".")
    assert run("summary", "s.yaml")[0] == 3
    status, out, _ = run("summary", "s.yaml", "--ops", "mine")
    assert status == 0
    assert "Twice" in out


SHIFT = """
from archcalc import Cost, Op
from archcalc.op import example
from archcalc.ops.activation import ReLU
class Shift(ReLU):
    "Add a number."
    examples = (example((2, 3)),)
"""
FAULTS = {
    "no such module": ("", "other", "there is no module 'other' (give its name without .py"),
    "a file": ("", "own.py", "there is no module 'own.py' (give its name without .py"),
    "a mistake of the language": ("x = 1\ny = = 2\n", "own", "own.py:2: SyntaxError: invalid syntax"),
    "a failing line": ("x = 1\ny = 1 / 0\n", "own", "own.py:2: ZeroDivisionError: division by zero"),
    "a failing library": ("import json\n\njson.loads('{')\n", "own", "own.py:3: JSONDecodeError: Expecting"),
    "a missing library": ("\nimport no_such\n", "own", "own.py:2: ModuleNotFoundError: No module named 'no_such'"),
    "an exit": ("raise SystemExit(0)\n", "own", "own.py:1: SystemExit: 0"),
    "a setting without a kind": (f"{SHIFT}    by: int\n", "own", "own.py:5: TypeError: Shift.by must be annotated"),
    "no OPS": ("x = 1\n", "own", "the module must define a mapping OPS, but has none (such as OPS ="),
    "a list": (f"{SHIFT}OPS = [Shift]\n", "own", "must define a mapping OPS, but has a value of type list"),
    "no class": ("OPS = {'Shift': 3}\n", "own", "OPS maps 'Shift' to 3, which is not a subclass of archcalc.Op"),
    "a foreign class": (
        "OPS = {'Shift': dict}\n",
        "own",
        "OPS maps 'Shift' to <class 'dict'>, which is not a",
    ),
    "a number for a name": (f"{SHIFT}OPS = {{1: Shift}}\n", "own", "OPS maps 1 to <class 'own.Shift'>"),
    "a class without its methods": (
        f"{SHIFT}class Half(Op):\n    def out(self, x):\n        return x\nOPS = {{'Half': Half}}\n",
        "own",
        "the operation 'Half' lacks cost, field, torch, weights (define these methods)",
    ),
    "a name that is taken": (
        f"{SHIFT}OPS = {{'Conv2d': Shift}}\n",
        "own",
        "there is already an operation 'Conv2d' (choose another name)",
    ),
}


@pytest.fixture
def own(run, monkeypatch):
    """Write a module `own` of the current folder, which is imported anew."""
    monkeypatch.syspath_prepend(".")
    monkeypatch.delitem(sys.modules, "own", raising=False)
    yield lambda text: Path("own.py").write_text(text)
    sys.modules.pop("own", None)


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("command", [("summary", "vgg16"), ("ops",)], ids=["summary", "ops"])
def test_a_fault_of_the_users_module_is_not_ours(run, own, name, command):
    text, module, message = FAULTS[name]
    own(text)
    status, out, err = run(*command, "--ops", module)
    assert (status, out) == (3, "")
    assert err.startswith(f"error: --ops {module}: ")
    assert message in err
    assert err.count("\n") == 1


OWN = """
from archcalc import Cost
from archcalc.ops.activation import ReLU
from archcalc.op import elements


class Shift(ReLU):
    {method}


OPS = {{"Shift": Shift}}
"""
BROKEN = {
    "a wrong name of a cost": ("cost(self, x)", "Cost(mull=1)", "summary", "9: Shift: TypeError: Cost.__new__() got"),
    "an unknown name": ("cost(self, x)", "unknown", "summary", "9: Shift: NameError: name 'unknown' is not defined"),
    "a wrong argument": ("cost(self, x)", "Cost(add=elements(3))", "summary", "9: Shift: TypeError: "),
    "a wrong shape": ("torch(self, torch, x)", "lambda x: x.reshape(7)", "crosscheck", "9: Shift: RuntimeError: shape"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_of_a_users_operation_is_not_ours(run, own, name):
    method, value, command, message = BROKEN[name]
    if command == "crosscheck":
        pytest.importorskip("torch")
    own(OWN.format(method=f"def {method}:\n        return {value}"))
    Path("s.yaml").write_text("inputs: {x: [1, 8]}\nlayers: [Shift, Linear: 3]\n")
    status, out, err = run(command, "s.yaml", "--ops", "own")
    assert (status, out) == (3, "")
    assert err.startswith(f"error: own.py:{message}")
    assert err.endswith(" (`archcalc --debug ...` shows the traceback)\n")
    with pytest.raises((TypeError, NameError, AttributeError, RuntimeError)):
        main(["--debug", command, "s.yaml", "--ops", "own"])


def test_a_users_output_of_another_shape_is_a_difference(run, own):
    pytest.importorskip("torch")
    own(OWN.format(method="def torch(self, torch, x):\n        return lambda x: x[:, :2]"))
    Path("s.yaml").write_text("inputs: {x: [1, 8]}\nlayers: [Shift, Linear: 3]\n")
    status, out, err = run("crosscheck", "s.yaml", "--ops", "own")
    assert (status, err) == (1, "")
    assert "\n1 difference:\n  0: output shape: archcalc [1, 8], PyTorch [1, 2]\n" in out
    assert "compared: 2 layers, 2 weights and buffers, 27 parameters, 0 macs\n" in out


def test_an_operation_may_be_named_again_if_it_is_the_same(run, own):
    own("from archcalc import OPS as ALL\nOPS = {'ReLU': ALL['ReLU']}\n")
    assert run("summary", "vgg16", "--ops", "own", "--ops", "own")[::2] == (0, "")


def test_ops_shows_operations_of_the_users_module(run, own):
    own(f"{SHIFT}class Bare(ReLU):\n    examples = ()\nOPS = {{'Shift': Shift, 'Bare': Bare}}\n")
    _, out, _ = run("ops", "--ops", "own")
    assert out.endswith("own\n  Shift  Add a number.\n  Bare\n")
    status, out, _ = run("ops", "Shift", "--ops", "own")
    assert (status, out.splitlines()[:2]) == (0, ["Shift", "Add a number."])
    status, _, err = run("ops", "Bare", "--ops", "own")
    assert status == 3
    assert err.startswith("error: the reference of Bare needs an example (such as examples = (example((1, 3, 8, 8)),)")
    assert err.endswith("in the class Bare, after from archcalc.op import example)\n")


def test_crosscheck_agrees(run):
    status, out, _ = run("crosscheck", "lenet_dense")
    assert status == 0
    assert "archcalc and PyTorch agree on all of it" in out


def test_crosscheck_lists_differences(run, monkeypatch):
    from archcalc.op import Cost
    from archcalc.ops.linear import Linear

    monkeypatch.setattr(Linear, "cost", lambda self, x: Cost(macs=1))
    monkeypatch.setattr(Linear, "weights", lambda self, x: {"weight": (self.out_features, x[-1] + 1)})
    status, out, _ = run("crosscheck", "lenet_dense", "--device", "meta")
    assert status == 1
    assert "macs: archcalc 1, PyTorch 48,000" in out
    assert "weight weight: archcalc [120, 401], PyTorch [120, 400]" in out
    assert "weight bias: archcalc none, PyTorch [120]" in out


def test_crosscheck_without_torch_names_the_extra(tmp_path):
    code = "import sys; sys.modules['torch'] = None; from archcalc.cli import main; main(['crosscheck', 'lenet_dense'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 4
    assert done.stderr == 'error: crosscheck needs PyTorch; install it with: pip install "archcalc[torch]"\n'


BORDERS = {
    "a field that does not grow": (
        "inputs: {x: [1, 3, 8, 8]}\nlayers: [ReLU]\n",
        ("draw", "s.yaml", "--style", "field", "-o", "s.svg"),
        "the field of s does not grow",
    ),
    "no width": (
        "inputs: {x: [1, 3, 8, 8]}\nlayers: [ReLU]\n",
        ("plot", "s.yaml", "--width", "nan", "-o", "s.svg"),
        "'nan' is not a length",
    ),
    "a number beyond a float": (
        "config: {act: ReLU}\ninputs: {x: [1, 3, 8, 8]}\nlayers: [ReLU]\n",
        ("summary", "s.yaml", "--set", "act=1e400"),
        "config act must be a string, not 1000",
    ),
}


@pytest.mark.parametrize("name", BORDERS)
def test_what_lies_at_a_border_is_refused(name, tmp_path, monkeypatch, capsys):
    spec, arguments, message = BORDERS[name]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text(spec)
    with pytest.raises(SystemExit) as left:
        main([*arguments])
    assert left.value.code in (2, 3)
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("method", ["cost(self, x)", "weights(self, x)", "out(self, x)", "field(self, x)"])
def test_what_a_method_returns_is_named(run, own, method):
    own(OWN.format(method=f"def {method}:\n        return 3"))
    Path("s.yaml").write_text("inputs: {x: [1, 8]}\nlayers: [Shift, Linear: 3]\n")
    status, out, err = run("summary", "s.yaml", "--ops", "own")
    assert (status, out) == (3, "")
    assert f"Shift.{method.partition('(')[0]} must return" in err


def test_an_axis_without_positions(tmp_path, capsys):
    path = tmp_path / "s.yaml"
    layers = "  - {Slice: {dim: 1, start: 7, end: 2}}\n  - {Reshape: {shape: [-1, 5, 1]}}\n"
    path.write_text(f"inputs: {{x: [5, 7, 9, 6]}}\nlayers:\n{layers}")
    with pytest.raises(SystemExit) as left:
        main(["summary", str(path)])
    assert left.value.code == 0
    assert "[0, 5, 1]" in capsys.readouterr().out

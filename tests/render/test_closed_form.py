"""Closed forms in every format."""

import json
import re
from fractions import Fraction

import pytest

import archcalc
from archcalc.analyse.formulas import formulas
from archcalc.analyse.quantities import QUANTITIES, quantity
from archcalc.cli import main
from archcalc.errors import Refused
from archcalc.render import FORMATS

FORMS = [*FORMATS, "python"]

HOSTILE = "a\\n</script>$_{^%~\u202e"


@pytest.fixture
def hostile(tmp_path):
    """A network whose layers, config and file have hostile names."""
    path = tmp_path / 'it\'s "s".yaml'
    path.write_text(
        "config: {import_os: 3, __class__: 2}\ninputs: {x: [1, import_os]}\n"
        f"layers:\n  {json.dumps('</b>$%_')}: {{Linear: __class__}}\n  {json.dumps(HOSTILE[:1] + '%_&')}: ReLU\n"
    )
    return archcalc.load(path, free=["import_os", "__class__"])


def shown(model, of, form, by_stage=False):
    part = model.part()
    found = formulas(part.summary, quantity(of), part, by_stage)
    return found.python() if form == "python" else found.render(form).removesuffix("\n")


@pytest.mark.parametrize("form", list(FORMS))
@pytest.mark.parametrize("of", list(QUANTITIES))
def test_every_quantity_in_every_form(form, of, hostile):
    for model in (hostile, archcalc.load("resnet:18", free=["N", "H"]), archcalc.load("lstm_lm:medium")):
        for by_stage in (False, True):
            text = shown(model, of, form, by_stage)
            assert text.strip()
            if form == "json":
                assert json.loads(text)["of"] == of
            if form == "python":
                compile(text, "formula", "exec")
            if form == "latex":
                body = re.sub(r"(?m)^%.*$", "", text)
                assert not re.search(r"(?<!\\)[%$#]", body), text
                assert body.count("{") - body.count(r"\{") == body.count("}") - body.count(r"\}")


def test_python_functions_give_the_numbers():
    model = archcalc.load("mobilenet_v2", free=["N", "width"], assume="defaults")
    for of in ("parameters", "macs", "memory"):
        names = {}
        exec(shown(model, of, "python"), names)
        for width in (1, Fraction(7, 5), Fraction(3, 4)):
            expected = archcalc.load("mobilenet_v2", N=2, width=Fraction(width)).formula(of)
            assert names[of](N=2, width=width) == expected
            assert type(names[of](2, width)) is int


def test_stages_add_up_to_the_whole():
    model = archcalc.load("densenet:121", free=["N", "H", "W"])
    document = json.loads(shown(model, "macs", "json", by_stage=True))
    assert [f["part"] for f in document["formulas"]] == ["features", "relu", "avgpool", "flatten", "classifier"]
    total = sum(model.formula("macs", layer=f["part"]) for f in document["formulas"])
    assert (total - model.macs).expand() == 0
    inner = formulas(model.summary(), quantity("macs"), model.part("features"), by_stage=True)
    assert [line.label for line in inner.lines][:3] == ["features.conv0", "features.norm0", "features.relu0"]


def test_what_is_not_known_is_said(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(
        "config: {n: 20, m: 6}\ninputs: {x: [1, 3, n, n]}\nlayers: [{AdaptiveAvgPool2d: m}, {Conv2d: {out_channels: 2, "
        "kernel_size: 1}}]\n"
    )
    model = archcalc.load(path, free=["n", "m"])
    assert shown(model, "macs", "text") == "at least 6*m**2\nthe work of 0 is not known"
    assert shown(model, "parameters", "text") == "8"
    assert r"\ge 6 m^{2}" in shown(model, "macs", "latex")
    assert "At least the macs" in shown(model, "macs", "python")


def test_how_many_layers_are_not_known_is_said(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(
        "config: {n: 20, m: 6, k: 7}\ninputs: {x: [1, 3, n, n]}\nlayers:\n"
        + "- {AdaptiveAvgPool2d: m}\n- {AdaptiveAvgPool2d: k}\n" * 3
        + "- {AdaptiveAvgPool2d: m}\n"
    )
    model = archcalc.load(path, free=["n", "m", "k"])
    assert shown(model, "macs", "text").endswith("\nthe work of 0, 1, 2, 3, 4 and 2 more is not known")


def test_errors():
    model = archcalc.load("resnet:18")
    with pytest.raises(Refused, match=r"resnet:18 has no layer or scope 'layer5' \(did you mean 'layer4'\?\)"):
        model.formula("macs", layer="layer5")
    with pytest.raises(Refused, match=r"there is no quantity 'flop' \(did you mean 'flops'\?\)"):
        model.formula("flop")
    with pytest.raises(Refused, match=r"there is no format 'yaml'"):
        shown(model, "macs", "yaml")


COMMANDS = {
    "macs": ["resnet:50", "--free", "H,W"],
    "shape": ["resnet:50", "--free", "H", "--set", "W=224", "--of", "shape", "--layer", "layer4"],
    "vgg": ["vgg16", "--free", "H", "--of", "shape", "--layer", "features"],
    "closed": ["resnet:152", "--free", "N,H=32*h,W=32*w,width"],
    "depth": ["vit:b_16", "--free", "depth"],
    "stage": ["resnet:50", "--free", "depths[2]", "--of", "receptive_field", "--by", "stage"],
    "several": ["vgg16", "--free", "N", "--free", "H", "--assume", "H >= 224", "--of", "memory"],
}


def test_commands(capsys, golden):
    texts = []
    for name, arguments in COMMANDS.items():
        with pytest.raises(SystemExit) as left:
            main(["formula", *arguments])
        assert left.value.code == 0
        texts.append(f"{name}\n{capsys.readouterr().out}")
    golden("formulas.txt", "\n".join(texts))


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--free", "Q"], 3, "error: resnet has no config entry 'Q' to leave free"),
        (["--free", "H="], 2, "'H=' is not the name of a config entry, as in --free N,H=32*h"),
        (["--free", ","], 2, "'' is not the name of a config entry"),
        (["--free", "H", "--assume", "H"], 3, "error: an assumption is a condition such as 'H >= 32', not H"),
        (["--free", "block"], 3, "error: config block is 'bottleneck'; only a number can be left free"),
        (["--of", "flop"], 2, "'flop' is not one of"),
        (["--layer", "x"], 3, "error: resnet:50 has no layer or scope 'x'"),
        (["--free", "reduction"], 3, "cannot decide whether reduction != 0 (fix reduction, or assume"),
    ],
)
def test_wrong_commands(capsys, arguments, status, message):
    with pytest.raises(SystemExit) as left:
        main(["formula", "resnet:50", *arguments])
    assert left.value.code == status
    assert message in capsys.readouterr().err

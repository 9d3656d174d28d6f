"""The formats of a derivation, and the command."""

import re

import pytest
from click.testing import CliRunner

import archcalc
from archcalc.cli import archcalc as program
from archcalc.errors import Refused
from archcalc.render import FORMATS, renderer
from tests.render.networks import NAMES, RESIDUAL, hostile


def run(*arguments):
    return CliRunner().invoke(program, arguments)


@pytest.fixture
def residual(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(RESIDUAL, encoding="utf-8")
    return path


@pytest.mark.parametrize(("form", "ending"), [("text", "txt"), ("markdown", "md"), ("latex", "tex")])
def test_golden(form, ending, residual, golden):
    golden(f"explain/residual.{ending}", archcalc.load(residual).explain("stage1.0.sum").render(form))


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_names_are_inert(form, tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(hostile(), encoding="utf-8")
    model = archcalc.load(path)
    for name in NAMES:
        text = model.explain(model.summary().layers[NAMES.index(name)].path).render(form)
        assert "\u202e" not in text
        assert form in ("text", "json", "csv") or "<script>" not in text.replace("\\<", "")
        if form == "latex":
            check_latex(text)


def check_latex(text):
    """Braces and environments close, and only commands that we know are used."""
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")
    assert text.count(r"\begin{") == text.count(r"\end{")
    known = "subsection subsubsection begin end mathrm left right lfloor rfloor lceil rceil frac cdot text char textbar"
    known += " toprule midrule bottomrule min max gcd bmod le"
    assert set(re.findall(r"\\([a-zA-Z]+)", text)) <= set(known.split())
    for special in "#%":
        assert not re.search(rf"(?<!\\){special}", text)


@pytest.mark.parametrize("name", archcalc.OPS)
def test_latex_of_every_operation(name):
    from archcalc.derive.verbs import derived
    from tests.derive.networks import alone

    for example in archcalc.OPS[name].examples:
        check_latex(derived(alone(archcalc.OPS[name], example), "layer").render("latex"))


def test_command(residual, tmp_path):
    found = run("explain", str(residual), "stem")
    assert found.exit_code == 0
    assert found.output == f"{archcalc.load(residual).explain('stem')}\n"
    out = tmp_path / "out.tex"
    assert run("explain", str(residual), "stem", "--format", "latex", "-o", str(out)).exit_code == 0
    assert out.read_text(encoding="utf-8").startswith(r"\subsection*{stem of net: Conv2d}")


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("stage0.0.con", "there is no layer 'stage0.0.con' (did you mean 'stage0.0.conv'?)"),
        ("stage1", "'stage1' is a scope, not a layer (its layers: stage1.0.conv, stage1.0.bn, "),
        ("image", "'image' is an input of the network, from which nothing is derived"),
    ],
)
def test_no_such_layer(layer, message, residual):
    with pytest.raises(Refused) as error:
        archcalc.load(residual).explain(layer)
    assert message in str(error.value)


def test_missing_layer(residual):
    found = run("explain", str(residual))
    assert found.exit_code == 2
    assert "Missing argument 'LAYER'. net has stem, stage0.0.conv, " in found.output


def test_another_format():
    with pytest.raises(Refused, match="there is no format 'tex'"):
        renderer("tex")

"""Every network of the zoo in every style and format, in one run."""

import xml.etree.ElementTree as ET

import pytest

import archcalc
from archcalc.cli import main
from archcalc.language.find import zoo
from archcalc.picture.styles import STYLES
from tests.sweeps import sampled

STARTS = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG", "dot": b"digraph"}
CASES = [(style, form) for style, found in STYLES.items() for form in found.formats if style != "diff"]


@pytest.mark.slow
@pytest.mark.parametrize("name", sampled(zoo()))
@pytest.mark.parametrize(("style", "form"), CASES)
def test_drawn(name, style, form):
    data = archcalc.load(name).draw(form, style, theme="print").data
    assert data.startswith(STARTS[form])
    if form == "svg":
        assert len(list(ET.fromstring(data).iter("{http://www.w3.org/2000/svg}text"))) > 1


@pytest.mark.slow
@pytest.mark.parametrize("name", sampled(zoo()))
@pytest.mark.parametrize("form", ["svg", "pdf", "png"])
def test_plotted_layer_by_layer(name, form, tmp_path, capsys):
    path = tmp_path / f"x.{form}"
    with pytest.raises(SystemExit) as end:
        main(["plot", name, "--per", "layer", "--y", "macs,memory", "-o", str(path)])
    assert end.value.code == 0, capsys.readouterr()
    assert path.read_bytes().startswith(STARTS[form])

"""Receptive fields as pictures: of every network, inert, the same each time, and refused where there is none."""

import xml.etree.ElementTree as ElementTree

import pytest
from click.testing import CliRunner
from PIL import Image

import archcalc
from archcalc.analyse import told
from archcalc.cli import archcalc as cli
from archcalc.errors import Refused
from archcalc.language.find import zoo
from archcalc.picture.field import photo as photos
from archcalc.picture.field.growth import growth_of
from archcalc.picture.field.growth_figure import growth
from archcalc.picture.field.pyramid import levels
from archcalc.picture.field.region_figure import region
from tests.sweeps import sampled


@pytest.mark.parametrize("name", sampled(zoo()))
@pytest.mark.parametrize("gates", ["count", "ignore"])
def test_steps_are_the_layers_that_change_the_field(name, gates):
    summary = archcalc.load(name).summary(gates=gates)
    one_by_one, folded = growth_of(summary, 10**9).steps, growth_of(summary).steps
    paths = [path for step in one_by_one for path in step.paths]
    order = {layer.path: i for i, layer in enumerate(summary.layers)}
    assert paths == sorted(paths, key=order.__getitem__)
    assert [path for step in folded for path in step.paths] == paths
    for before, step in zip((None, *one_by_one), one_by_one, strict=False):
        assert step.words == tuple(told.field((axis,)) for axis in summary[step.paths[0]].field)
        assert before is None or (before.words, before.last) != (step.words, step.last)
        for axis, span in zip(summary[step.paths[0]].field, step.last, strict=True):
            assert span is None or (span.size, span.stride, span.padding) == (axis.size, axis.jump, axis.padding)
    # The last one has the field of what the network gives.
    output = next(iter(summary.outputs)).path
    assert folded[-1].words == tuple(told.field((axis,)) for axis in summary[output].field)


def test_what_repeats_is_seen_once():
    steps = growth_of(archcalc.load("resnet:152").summary()).steps
    assert [(step.paths[0], len(step.paths), step.words[0]) for step in steps][-4:] == [
        ("layer3.1.conv2", 35, "1,291"),
        ("layer4.0.conv2", 1, "1,323"),
        ("layer4.1.conv2", 2, "1,451"),
        ("avgpool", 1, "whole"),
    ]


def test_a_pyramid_reads_what_the_field_says():
    summary = archcalc.load("lenet").summary()
    seen = growth_of(summary)
    shown = levels(summary, seen.steps, "image", 0, 32)
    assert [level.positions for level in shown] == [32, 28, 14, 10, 5, 1]
    for level, step in zip(shown[1:], seen.steps, strict=False):
        read = {0}
        for lower in shown[shown.index(level) : 0 : -1]:
            read = lower.reads(read)
        assert (min(read), max(read)) == (0, int(step.words[0]) - 1)
    assert (
        levels(archcalc.load("vgg16").summary(), growth_of(archcalc.load("vgg16").summary()).steps, "image", 0, 224)
        == ()
    )


def texts(data):
    """The texts of an SVG; raises where it is no XML."""
    root = ElementTree.fromstring(data)
    return [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(
    "name", sampled(["lenet", "resnet:152", "wavenet", "c3d", "retinanet", "swin", "unet", "lstm_lm"])
)
def test_growth_is_drawn(name):
    summary = archcalc.load(name).summary()
    data = growth(summary).data
    assert name in texts(data)
    assert data == growth(summary).data


@pytest.mark.slow
@pytest.mark.parametrize("name", sampled(zoo()))
def test_growth_of_every_network_is_drawn(name):
    summary = archcalc.load(name).summary(gates="ignore")
    found = texts(growth(summary, theme="dark").data)
    assert {word for step in growth_of(summary).steps if len(step.paths) == 1 for word in step.words} <= {*found, "?"}


@pytest.mark.parametrize("form", sampled(["svg", "pdf", "png"], ["pdf"]))
def test_formats(form):
    start = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG"}[form]
    summary = archcalc.load("lenet").summary()
    for draw in (growth, lambda *given: region(*given, "C3")):
        data = draw(summary, form).data
        assert data.startswith(start)
        assert draw(summary, form).data == data


def test_numbers_of_a_region_are_written():
    picture = region(archcalc.load("resnet:50").summary(), "svg", "layer4.2.conv2")
    found = texts(picture.data)
    assert {"427 × 427", "32 × 32", "213 × 213", "(3, 3) of 7 × 7, counted from 0", "117", "86"} <= {*found}
    assert "\N{MINUS SIGN}117 … 309, outside of the input 117 above and 86 below" in found
    assert picture.said == ("the field of layer4.2.conv2 reaches beyond the input along the height and width",)
    assert ": the whole input" in str(texts(region(archcalc.load("lenet").summary(), "svg", "F6").data))


NASTY = "$\\frac{a}{b}$<script>&\u202e\x07\u0000"


@pytest.mark.parametrize("title", sampled([NASTY, "x" * 5000, "中文"], [NASTY]))
def test_names_are_inert(title):
    model = archcalc.load("lenet")
    summary = model.summary()
    object.__setattr__(summary, "name", title)
    for draw in (growth, lambda *given: region(*given, "C1")):
        data = {form: draw(summary, form).data for form in ("svg", "pdf", "png")}
        assert all(text is None or (text.isprintable() and len(text) < 120) for text in texts(data["svg"]))
        assert not any(b"<script" in found for found in data.values())


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        result = CliRunner().invoke(cli, ["draw", *arguments])
        return result.exit_code, result.output

    return run


def test_a_region_on_a_picture(run, tmp_path):
    for kind in ("png", "jpg"):
        Image.new("RGB", (50, 40), (200, 30, 30)).save(tmp_path / f"on.{kind}")
        picture = region(archcalc.load("lenet").summary(), "svg", "C3", on=tmp_path / f"on.{kind}")
        assert b"data:image/png;base64" in picture.data
    assert photos.photo(tmp_path / "on.png", 32, 20).size == (32, 20)
    code, output = run("lenet", "--style", "field", "--layer", "C3", "--at", "0,9", "--on", "on.png", "-o", "a.pdf")
    assert (code, output) == (0, "wrote a.pdf\n")


def test_pictures_that_are_none_are_refused(tmp_path, monkeypatch):
    (tmp_path / "no.png").write_bytes(b"no picture")
    Image.new("RGB", (40, 40)).save(tmp_path / "a.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "a.png").read_bytes()[:60])
    Image.new("RGB", (40, 40)).save(tmp_path / "a.gif")
    for name in ("no.png", "cut.png", "a.gif"):
        with pytest.raises(Refused, match=r"as a picture \(it is no PNG or JPEG file, or a damaged one\)$"):
            photos.photo(tmp_path / name, 8, 8)
    with pytest.raises(Refused, match="there is no file"):
        photos.photo(tmp_path / "b.png", 8, 8)
    monkeypatch.setattr(photos, "PIXELS", 1000)
    with pytest.raises(Refused, match=r"has more than 1,000 pixels \(make it smaller\)$"):
        photos.photo(tmp_path / "a.png", 8, 8)
    with pytest.raises(Refused, match="has one axis in space or time, a picture two"):
        region(archcalc.load("wavenet").summary(), "svg", "causal.conv", on=tmp_path / "a.png")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--layer", "C1"], "Error: --layer is for --style field, not for --style graph"),
        (
            ["--style", "field", "--depth", "2"],
            "Error: --depth is for --style graph or --style volumes, not for --style field",
        ),
        (["--style", "field", "--at", "1,2"], "Error: --at needs a layer: --layer PATH"),
        (["--style", "field", "--on", "x.png"], "Error: --on needs a layer: --layer PATH"),
        (
            ["--style", "field", "--layer", "C1", "--at", "1,-2"],
            "Error: Invalid value for '--at': '1,-2' is not a position, such as 3,3",
        ),
        (
            ["--style", "field", "-o", "x.dot"],
            "Error: Invalid value: the file must end in .svg, .pdf, .png, not '.dot'",
        ),
    ],
)
def test_wrong_options_are_refused(run, arguments, message):
    code, output = run("lenet", *arguments)
    assert code != 0
    assert output.splitlines()[-1] == message


def test_gates_are_told(run):
    assert run("se_resnet", "--style", "field")[1] == (
        "gates such as layer1.0.se.scale read the whole input; --gates ignore leaves them out\nwrote se_resnet.svg\n"
    )
    code, output = run("se_resnet", "--style", "field", "--gates", "ignore")
    assert code == 0
    assert output.startswith("from layer3.3.conv2 on the field is larger than the input's height and width (224)")

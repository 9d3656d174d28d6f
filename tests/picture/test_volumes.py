"""Volumes: what is drawn of every network of the zoo, on scales that never lie, with texts that can be read."""

import xml.etree.ElementTree as ET
from functools import cache
from itertools import combinations, pairwise

import pytest

import archcalc
from archcalc.cli import main
from archcalc.errors import MissingExtra, Refused
from archcalc.language.find import zoo
from archcalc.picture import figure as sheets
from archcalc.picture.theme import MEANING, THEMES
from archcalc.picture.volumes import volumes as picture
from archcalc.picture.volumes.figure import figure, volumes
from archcalc.picture.volumes.layout import layout
from archcalc.picture.volumes.shapes import Scales
from tests.sweeps import sampled

FAMOUS = ["vgg16", "resnet:50", "unet", "lenet"]


@cache
def load(name):
    model = archcalc.load(name)
    return archcalc.load(name, variant=next(iter(model.spec.variants), None)).summary()


@cache
def seen(name):
    return picture.seen(load(name))


def row(name, depth=None):
    return picture.seen(archcalc.load(name).summary(), depth).row


def sizes(volumes):
    return [(v.tensor.channels, *v.tensor.places, v.copies) for v in volumes]


def placed(name, depth=None):
    with sheets.settings():
        return layout(picture.seen(archcalc.load(name).summary(), depth))


@pytest.fixture
def run(capsys):
    """Run the command line; gives its status and what it printed."""

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(list(arguments))
        return end.value.code or 0, capsys.readouterr()

    return call


# --- laws ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sampled(zoo()))
def test_every_network_is_a_few_volumes_from_its_input_to_an_output(name):
    summary = load(name)
    found = seen(name)
    assert 2 <= len(found.row) <= picture.MOST
    assert {v.colour for v in found.row} <= set(MEANING)
    assert found.row[0].colour == "end"
    assert found.row[0].name in summary.inputs
    ends = [sorted(n for n in shape if n != 1) for shape in summary.outputs.values()]
    last = found.row[-1].tensor
    assert any(last.channels in shape or last.channels == 1 for shape in ends)
    assert not found.row[-1].transition
    assert all(0 <= arc.source < arc.target - 1 < len(found.row) - 1 for arc in found.arcs)


@pytest.mark.parametrize("name", sampled(zoo()))
def test_every_network_is_drawn_and_valid_xml(name):
    with sheets.settings():
        data = sheets.written(figure(layout(seen(name)), THEMES["light"]), "svg")
    root = ET.fromstring(data)
    assert len(root.findall(".//{*}text")) >= 3


@pytest.mark.parametrize("name", sampled(zoo()))
def test_what_is_larger_never_looks_smaller(name):
    found = seen(name).row
    scales = Scales(found)
    for a, b in combinations([v.tensor for v in found], 2):
        if a.kind != b.kind:
            continue
        if a.kind != "bar":
            assert (a.height - b.height) * (scales.height(a) - scales.height(b)) >= 0
            assert (a.width - b.width) * (scales.back(a) - scales.back(b)) >= 0
            assert (a.channels - b.channels) * (scales.thickness(a) - scales.thickness(b)) >= 0
        else:
            assert (a.channels - b.channels) * (scales.height(a) - scales.height(b)) >= 0


def test_sizes_far_apart_can_be_told_apart():
    scales = Scales(row("resnet:50"))
    assert scales.extent(224) / scales.extent(7) == pytest.approx(32**0.5)
    assert scales.extent(7) > 15
    assert len({scales.thickness(v.tensor) for v in row("resnet:50") if v.tensor.kind == "map"}) == 6


# --- what can be read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*FAMOUS, "squeezenet", "vit", "lstm_lm", "fcn:8s", "c3d", "googlenet_aux"])
def test_texts_lie_inside_and_apart(name):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with sheets.settings():
        fig = figure(layout(picture.seen(archcalc.load(name).summary())), THEMES["light"])
        canvas = FigureCanvasAgg(fig)
        canvas.draw()
        boxes = [(t.get_text(), t.get_window_extent(canvas.get_renderer())) for t in fig.axes[0].texts]
    assert len(boxes) > 8
    for text, box in boxes:
        assert fig.bbox.x0 <= box.x0, text
        assert box.x1 <= fig.bbox.x1, text
        assert fig.bbox.y0 <= box.y0, text
        assert box.y1 <= fig.bbox.y1, text
    for (one, a), (other, b) in combinations(boxes, 2):
        apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 or b.y1 <= a.y0
        assert apart, (one, other)


@pytest.mark.parametrize("name", sampled(zoo()))
def test_volumes_stand_apart_but_for_transitions(name):
    with sheets.settings():
        stands = layout(seen(name)).stands
    for before, after in pairwise(stands):
        if not after.volume.transition or before.planes:
            assert before.right < after.left


# --- four figures of articles -------------------------------------------------------------------------------------


def test_vgg_is_five_stages_of_slabs_with_pools_between():
    found = row("vgg16")
    stages = [v for v in found if v.colour == "convolution"]
    assert sizes(stages) == [
        (64, 224, 224, 2),
        (128, 112, 112, 2),
        (256, 56, 56, 3),
        (512, 28, 28, 3),
        (512, 14, 14, 3),
    ]
    assert [v.tensor.places for v in found if v.transition] == [(112, 112), (56, 56), (28, 28), (14, 14), (7, 7)]
    assert sizes(found[-2:]) == [(4096, 2), (1000, 1)]
    assert [v.ops for v in stages] == ["2 × Conv2d 3×3"] * 2 + ["3 × Conv2d 3×3"] * 3
    slabs = [len(stand.cuboids) for stand in placed("vgg16").stands if stand.volume.colour == "convolution"]
    assert slabs == [2, 2, 3, 3, 3]


@pytest.mark.parametrize(("name", "blocks"), [("resnet:50", [3, 4, 6, 3]), ("resnet:18", [2, 2, 2, 2])])
def test_resnet_is_stages_of_blocks_without_arcs(name, blocks):
    found = picture.seen(archcalc.load(name).summary())
    stages = [v for v in found.row if v.name.startswith("layer")]
    assert [v.copies for v in stages] == blocks
    assert [v.name for v in stages] == ["layer1", "layer2", "layer3", "layer4"]
    assert [v.tensor.height for v in stages] == [56, 28, 14, 7]
    assert found.arcs == ()


def test_unet_is_an_hourglass_with_arcs_from_each_level_to_its_own():
    found = picture.seen(archcalc.load("unet").summary())
    arcs = [(found.row[a.source].name, found.row[a.target].tensor.places, a.label) for a in found.arcs]
    assert arcs == [
        ("down0", (392, 392), "crop, concat"),
        ("down1", (200, 200), "crop, concat"),
        ("down2", (104, 104), "crop, concat"),
        ("down3", (56, 56), "crop, concat"),
    ]
    joined = [(v.joined, v.tensor.channels) for v in found.row if v.joined]
    assert joined == [(512, 1024), (256, 512), (128, 256), (64, 128)]
    bows = placed("unet").bows
    assert len({bow.height for bow in bows}) == 4
    for inner, outer in pairwise(sorted(bows, key=lambda bow: bow.stop[0] - bow.start[0])):
        assert outer.start[0] < inner.start[0] < inner.stop[0] < outer.stop[0]
        assert inner.height < outer.height


def test_lenet_is_planes():
    found = row("lenet")
    assert [v.name for v in found] == ["image", "C1", "S2", "C3", "S4", "C5", "F6", "output"]
    assert sizes(found)[1:5] == [(6, 28, 28, 1), (6, 14, 14, 1), (16, 10, 10, 1), (16, 5, 5, 1)]
    stands = placed("lenet").stands
    assert [stand.planes and len(stand.cuboids) for stand in stands] == [1, 6, 6, 16, 16, 0, 0, 0]
    texts = [label.text for stand in stands for label in stand.labels]
    assert {"6@28×28", "16@5×5", "120", "84", "10"} <= set(texts)


# --- other networks -----------------------------------------------------------------------------------------------


def test_the_channels_of_tokens_and_of_images_are_told_apart():
    kinds = {v.name: (v.tensor.kind, v.tensor.places, v.tensor.channels) for v in row("vit")}
    assert kinds["image"] == ("map", (224, 224), 3)
    assert kinds["encoder"] == ("sequence", (197,), 768)
    assert kinds["heads"][0] == "bar"
    assert [v.tensor.channels for v in row("swin") if v.tensor.kind == "map"][1:] == sorted(
        v.tensor.channels for v in row("swin") if v.tensor.kind == "map"
    )[1:]
    assert [(v.tensor.places, v.tensor.channels) for v in row("lstm_lm")][1:3] == [((35,), 650), ((35,), 650)]
    assert row("wavenet")[0].tensor == ((16000,), 256)


def test_branches_are_seen_by_the_output_of_their_block():
    found = {v.name: v for v in row("googlenet")}
    assert found["inception3a"].tensor.channels == 256
    assert found["inception3a"].ops == "inception"
    said = picture.seen(archcalc.load("googlenet_aux").summary()).said
    assert said == ("18 layers beside the main line are not drawn",)


def test_layers_of_another_output_are_told_even_if_they_share_others_with_the_main_line():
    assert picture.seen(archcalc.load("retinanet").summary()).said == ("45 layers beside the main line are not drawn",)


def test_a_gate_is_not_on_the_main_line():
    assert [v.tensor for v in row("se_resnet:50")] == [v.tensor for v in row("resnet:50")]


SPEC = "inputs: {x: [1, 3, 64, 64]}\nlayers:\n"


def write(folder, text):
    path = folder / "net.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_too_many_volumes_are_folded_and_that_is_said(tmp_path):
    text = (
        SPEC
        + '  "c{i}":\n    for: {i: range(200)}\n    Conv2d: {out_channels: 8 + i % 7, kernel_size: 3, padding: 1}\n'
    )
    found = picture.seen(archcalc.load(write(tmp_path, text)).summary())
    assert found.said == ("200 volumes are folded by their sizes into 24",)
    assert len(found.row) == picture.MOST


def test_dense_layers_alone_are_bars(tmp_path):
    text = "inputs: {x: [1, 784]}\nlayers:\n  a: {Linear: 512}\n  b: ReLU\n  c: {Linear: 10}\n"
    found = picture.seen(archcalc.load(write(tmp_path, text)).summary()).row
    assert [(v.tensor.kind, v.tensor.channels) for v in found] == [("bar", 784), ("bar", 512), ("bar", 10)]


def test_many_copies_are_one_slab_with_their_number():
    (encoder,) = (stand for stand in placed("vit").stands if stand.volume.name == "encoder")
    assert len(encoder.cuboids) == 1
    assert any("12 ×" in label.text for label in encoder.labels)


def test_hostile_names_are_inert(tmp_path):
    text = "inputs: {x: [1, 3, 8, 8]}\nlayers:\n  " + "n" * 200 + ": {Conv2d: {out_channels: 64, kernel_size: 3}}\n"
    drawn = volumes(archcalc.load(write(tmp_path, text)).summary(), "svg")
    texts = ["".join(t.itertext()) for t in ET.fromstring(drawn.data).iter("{http://www.w3.org/2000/svg}text")]
    assert max(map(len, texts)) < 80
    with sheets.settings():
        found = picture.seen(archcalc.load("vgg16").summary())
        name = "$x^2$ <script>\u202e"
        hostile = found._replace(row=(found.row[0]._replace(name=name), *found.row[1:]))
        for form in sheets.FORMATS:
            data = sheets.written(figure(layout(hostile), THEMES["light"]), form)
            assert data
            if form == "svg":
                texts = [t.text for t in ET.fromstring(data).iter("{http://www.w3.org/2000/svg}text")]
                assert any(t.startswith("$x^2$ <script>") for t in texts if t)
                assert b"<script" not in data


@pytest.mark.parametrize("form", ["svg", "pdf", "png"])
def test_the_same_network_gives_the_same_bytes(form):
    summary = archcalc.load("lenet").summary()
    assert volumes(summary, form).data == volumes(summary, form).data


# --- what is refused ----------------------------------------------------------------------------------------------


def test_free_sizes_are_refused():
    with pytest.raises(Refused) as error:
        volumes(archcalc.load("resnet:50", free=["N", "H"]).summary())
    assert str(error.value) == (
        "volumes are drawn to scale, but H, N are free (give them a number instead of --free, or draw --style graph)"
    )


def test_unknown_words_are_refused():
    summary = archcalc.load("lenet").summary()
    with pytest.raises(Refused, match="there is no format 'gif'"):
        volumes(summary, "gif")
    with pytest.raises(Refused, match=r"there is no theme 'lihgt'.*did you mean 'light'"):
        volumes(summary, theme="lihgt")
    with pytest.raises(Refused, match="at least 1"):
        volumes(summary, depth=0)


def test_without_matplotlib_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r"drawing needs matplotlib; install it with: pip install \"archcalc"):
        volumes(archcalc.load("lenet").summary())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--heat", "macs"], "--heat is for --style graph, not for --style volumes"),
        (["--show", "shape"], "--show is for --style graph, not for --style volumes"),
        (["--unroll"], "--unroll is for --style graph, not for --style volumes"),
        (["-o", "x.dot"], "the file must end in .svg, .pdf, .png, not '.dot'"),
    ],
)
def test_options_of_another_style_are_refused(run, arguments, message):
    status, captured = run("draw", "lenet", "--style", "volumes", *arguments)
    assert status == 2
    assert message in captured.err


def test_the_command_writes_the_file(run, tmp_path):
    path = tmp_path / "net.pdf"
    given = ["--style", "volumes", "--depth", "1", "--theme", "print", "-o", str(path)]
    status, captured = run("draw", "resnet:50", *given)
    assert (status, captured.out) == (0, f"wrote {path}\n")
    assert path.read_bytes().startswith(b"%PDF")

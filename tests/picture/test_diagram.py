"""The graph as a picture: golden DOT, and an SVG of every network with just the boxes and arrows that are seen."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace

import pytest

import archcalc
from archcalc.analyse.difference import difference
from archcalc.errors import ArchcalcError, MissingExtra, Refused, TooSlow
from archcalc.language.find import zoo
from archcalc.ops import OPS
from archcalc.picture.graph import engine
from archcalc.picture.graph.diagram import diagram
from archcalc.picture.graph.difference import _joined, _uniform, compared
from archcalc.picture.graph.dot import SHOWN, dot
from archcalc.picture.graph.view import view
from archcalc.picture.texts import cut, short, sizes
from archcalc.picture.theme import COLOURS, LIGHT, MEANING, THEMES, colour
from archcalc.role import Role
from tests.sweeps import sampled

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "</script><script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "quoted 'once' \"twice\" `thrice`",
    "new\nline\r\ttab",
    "\u202eright to left\u2066",
    "a:b:c -> d [label=x]; }",
    "\\N \\G \\L &lt; &#60; %s {x}",
    "x" * 10_000,
    "<<B>bold</B>>",
    "{{table}} ${picture} $name",
    "\x1b[31mred",
)


def drawn(data):
    """The nodes, edges and clusters of an SVG, by their titles."""
    root = ET.fromstring(data)
    found = {kind: [] for kind in ("node", "edge", "cluster")}
    for group in root.iter(f"{SVG}g"):
        if group.get("class") in found:
            found[group.get("class")].append(group.find(f"{SVG}title").text)
    return found


def texts(data):
    return "\n".join("".join(element.itertext()) for element in ET.fromstring(data).iter(f"{SVG}text"))


def check(data, seen):
    """An SVG has just what is seen."""
    found = drawn(data)
    boxes = list(seen.all_boxes())
    assert Counter(found["node"]) == Counter(box.key for box in boxes if not box.is_open)
    assert Counter(found["edge"]) == Counter(f"{a.source}->{a.target}" for a in seen.arrows)
    assert Counter(found["cluster"]) == Counter(f"cluster_{box.key}" for box in boxes if box.is_open)


@pytest.mark.parametrize("name", sampled(zoo()))
def test_every_network_is_drawn_as_it_is_seen(name):
    summary = archcalc.load(name).summary()
    check(diagram(summary, "svg").data, view(summary))


@pytest.mark.slow
@pytest.mark.parametrize("name", sampled(zoo()))
def test_every_network_is_drawn_as_deep_as_it_goes(name):
    summary = archcalc.load(name).summary()
    check(diagram(summary, "svg", depth=9, show=SHOWN).data, view(summary, 9))


CASES = {
    "lenet": ("lenet", {}, {}),
    "resnet": ("resnet:18", {}, {"depth": 2, "direction": "LR"}),
    "unet": ("unet", {}, {"depth": 1, "heat": "macs", "show": ["share", "memory"], "theme": "dark"}),
    "vit": (
        "vit:b_16",
        {},
        {"unfold": ["encoder.layers.encoder_layer_0"], "depth": 1, "show": SHOWN, "theme": "print"},
    ),
    "symbolic": ("vgg:11", {"free": ["N", "H"]}, {"depth": 1, "show": SHOWN}),
    "repeats": ("vit:b_16", {"free": ["depth"]}, {"depth": 3}),
}


@pytest.mark.parametrize("case", CASES)
def test_golden_dot(case, golden):
    name, loading, options = CASES[case]
    golden(f"draw/{case}.dot", diagram(archcalc.load(name, **loading).summary(), "dot", **options).data.decode())


PAIRS = [
    ("resnet:18", "resnet:34"),
    ("vgg:11", "vgg:11_bn"),
    ("resnet:50", "resnet:50_paper"),
    ("lenet", "lenet_dense"),
]


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_golden_differences(pair, golden):
    found = difference(*(archcalc.load(name).summary() for name in pair))
    golden(f"draw/{'-'.join(pair).replace(':', '_')}.dot", compared(found, "dot").data.decode())


@pytest.mark.parametrize(
    "pair", [*PAIRS, ("alexnet", "vit:b_16"), ("googlenet", "googlenet_aux"), ("unet", "fcn")], ids="-".join
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_difference_has_every_layer_of_both(pair, turned):
    before, after = (archcalc.load(name).summary() for name in (pair[::-1] if turned else pair))
    found = difference(before, after)
    joined = _joined(found)
    paths = [layer.path for layer in joined.summary.layers]
    assert len(paths) == len(set(paths)) == len(found.kept) + len(found.added) + len(found.removed)
    known = {*paths, *joined.summary.inputs}
    assert {source.path for layer in joined.summary.layers for source in layer.sources} <= known
    check(compared(found, "svg", depth=2).data, view(joined.summary, 2, _uniform(joined), marks=joined.marks))
    text = compared(found, "dot").data.decode()
    assert (LIGHT.added.fill in text) == bool(found.added)
    assert (LIGHT.removed.fill in text) == bool(found.removed)
    assert (LIGHT.changed.fill in text) == bool(found.changed)


def test_no_difference_is_all_pale():
    summary = archcalc.load("resnet:18").summary()
    text = compared(difference(summary, summary), "dot").data.decode()
    for look in (LIGHT.added, LIGHT.removed, LIGHT.changed):
        assert look.stroke not in text
    assert text.count("peripheries=2") == 4


# -- hostile names -----------------------------------------------------------------------------------------------------


def hostile(name):
    """A network with a name everywhere where one may stand; also what the language itself refuses."""
    summary = archcalc.load("unet").summary()
    name = name.replace(".", "_").replace("[", "(")

    def renamed(path):
        return path.replace("down0", name).replace("conv1", name)

    layers = [
        la.renamed(renamed(la.path), tuple(s._replace(path=renamed(s.path)) for s in la.sources))
        for la in summary.layers
    ]
    scopes = {renamed(path): name for path in summary.scopes}
    inputs = {"image": (1, 1, 572, 572)}
    return replace(summary, name=name, title=name, layers=tuple(layers), scopes=scopes, inputs=inputs)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_inert(name):
    summary = hostile(name)
    seen = view(summary)
    data = diagram(summary, "svg").data
    check(data, seen)
    root = ET.fromstring(data)
    allowed = {"svg", "g", "title", "polygon", "path", "text", "ellipse", "polyline"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
    assert not any(key.startswith("on") or "href" in key for element in root.iter() for key in element.attrib)
    assert max(map(len, texts(data).splitlines())) < 120
    assert not set("\u202e\u2066\x1b") & set(texts(data))
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    assert all(re.fullmatch(r"(graph|node|edge|clust)\d+", i) for i in ids)


# -- numbers and words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.00K"),
        (1516, "1.52K"),
        (61_706, "61.7K"),
        (999_499, "999K"),
        (999_500, "1.00M"),
        (25_557_032, "25.6M"),
        (4_089_184_256, "4.09G"),
        (10**15, "1000T"),
    ],
)
def test_short_numbers(number, text):
    assert short(number) == text


def test_sizes_and_cuts():
    assert sizes((1, 64, 56, 56)) == "1×64×56×56"
    assert sizes(()) == "scalar"
    assert cut("x" * 100) == "x" * 47 + "…"
    assert cut("a\u202eb") != "a\u202eb"


def test_every_role_has_a_colour_and_every_colour_a_look():
    assert set(Role) == set(COLOURS)
    for theme in THEMES.values():
        assert set(theme.colours) == set(MEANING)
        assert set(COLOURS.values()) <= set(MEANING)
        looks = [theme.colours[name] for name in MEANING]
        assert len({(look.fill, look.stroke, look.width, look.dashed) for look in looks}) >= len(looks) - 1

    class Mine(OPS["ReLU"]):
        """An operation of a user's own."""

    assert colour(OPS["Conv2d"](out_channels=1, kernel_size=1)) == "convolution"
    assert colour(Mine()) == "activation"


# -- what cannot be done -----------------------------------------------------------------------------------------------


def test_what_is_not_known_is_refused():
    summary = archcalc.load("lenet").summary()
    for options, message in (
        ({"form": "gif"}, "there is no format 'gif'"),
        ({"direction": "up"}, "direction must be 'TB' or 'LR', not 'up'"),
        ({"theme": "lite"}, r"there is no theme 'lite' \(did you mean 'light'"),
        ({"show": ["shap"]}, r"nothing called 'shap' can be shown \(did you mean 'shape'"),
        ({"heat": "mac"}, r"boxes cannot be shaded by 'mac' \(did you mean 'macs'"),
    ):
        with pytest.raises(Refused, match=message):
            diagram(summary, **options)


def test_a_layout_that_takes_too_long_is_tried_again_in_haste_and_then_given_up(monkeypatch):
    text = dot(view(archcalc.load("resnet:18").summary()))
    asked = []

    def slow(haste):
        asked.append(haste)
        return text

    with pytest.raises(TooSlow, match=r"no layout was found in 0\.02 seconds; close scopes with --depth or --fold"):
        engine.drawn(slow, "svg", (0.01, 0.01))
    assert asked == [0, 1]


def test_in_haste_there_are_fewer_labels_and_then_straight_arrows():
    seen = view(archcalc.load("resnet:18").summary())
    calm, hasty, hastier = (dot(seen, haste=haste) for haste in range(3))
    assert "1×64×56×56" in calm
    assert "1×64×56×56" not in hasty + hastier
    assert [("splines=line" in text) for text in (calm, hasty, hastier)] == [False, False, True]
    assert len(engine.SECONDS) == 3
    assert sum(engine.SECONDS) <= 20


def test_without_graphviz_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r'pip install "archcalc\[pictures\]"'):
        engine.drawn(lambda haste: "digraph {}", "svg")


def test_what_graphviz_refuses_is_told():
    with pytest.raises(ArchcalcError, match="Graphviz cannot draw this"):
        engine.drawn(lambda haste: "no graph", "svg")


# -- in Python and in a notebook ---------------------------------------------------------------------------------------


def test_a_model_draws_itself():
    model = archcalc.load("lenet")
    assert model.draw("dot", theme="dark").data == diagram(model.summary(), "dot", theme="dark").data
    assert model.draw("png", "volumes").data.startswith(b"\x89PNG")
    assert model.draw("pdf", "field", layer="C3").data.startswith(b"%PDF")
    with pytest.raises(Refused, match=r"there is no style 'volume' \(did you mean 'volumes'"):
        model.draw(style="volume")
    with pytest.raises(Refused, match="`at` needs a layer"):
        model.draw(style="field", at=(1, 1))


def test_a_notebook_shows_the_picture_and_the_table(monkeypatch):
    model = archcalc.load("resnet:18")
    shown = model._repr_html_()
    assert shown.count("<svg") == 1
    assert shown.endswith(model.summary()._repr_html_())
    ET.fromstring(shown[shown.index("<svg") : shown.index("</svg>") + 6])
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert model._repr_html_() == model.summary()._repr_html_()


def test_a_picture_is_short_saved_and_shown(tmp_path):
    picture = archcalc.draw("lenet_dense")
    assert repr(picture) == f"<archcalc.Picture lenet_dense svg, {len(picture.data):,} bytes>"
    picture.save(tmp_path / "net.SVG")
    assert (tmp_path / "net.SVG").read_bytes() == picture.data
    with pytest.raises(Refused, match=r"the picture is svg, so its file must end in \.svg, not 'net\.png'"):
        picture.save(str(tmp_path / "net.png"))
    assert (picture._repr_svg_(), picture._repr_png_()) == (picture.data.decode(), None)
    drawn = archcalc.load("lenet_dense").draw("png", "volumes")
    assert (drawn._repr_svg_(), drawn._repr_png_(), drawn.name) == (None, drawn.data, "lenet_dense")
    assert archcalc.draw("vgg:11", "dot", other="vgg:13").name == "vgg:11 -> vgg:13"


def test_lists_may_be_strings_as_on_the_command_line():
    model = archcalc.load("resnet:18")
    assert model.draw("dot", show="shape, share").data == model.draw("dot", show=["shape", "share"]).data
    assert model.draw("dot", show="nothing").data == model.draw("dot", show=()).data
    assert model.draw("dot", fold="layer3").data == model.draw("dot", fold=["layer3"]).data
    for option in ("show", "fold", "unfold"):
        with pytest.raises(Refused, match=f"`{option}` takes strings, not a Python object of type int"):
            model.draw("dot", **{option: 5})
    with pytest.raises(Refused, match="the depth must be at least 1, not '3'"):
        model.draw("dot", depth="3")


def test_a_plot_reads_a_range_as_the_command_line_does():
    from archcalc.picture.plots.sweep import Sweep

    model = archcalc.load("lenet_dense")
    sweep = Sweep(("classes",), (2, 4, 6))
    assert model.plot(over="classes=2:6:2").data == model.plot(over=sweep).data
    assert Sweep.read("H,W=8,4") == Sweep(("H", "W"), (4, 8))
    for over, message in [
        ("classes", "'classes' is not a range"),
        ("classes=1,two", "a range takes numbers, not 'two'"),
        (["classes"], "`over` takes a range such as 'H=128:512:32', not"),
    ]:
        with pytest.raises(Refused, match=message):
            model.plot(over=over)

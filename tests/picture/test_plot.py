"""Plots show every network, layer and point once, or say why not; they are valid, inert and the same every time."""

import xml.etree.ElementTree as ET
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.analyse.comparison import compared
from archcalc.convention import CONVENTIONS
from archcalc.errors import ArchcalcError, Refused
from archcalc.language.find import zoo
from archcalc.picture.plots.axes import amount, tick
from archcalc.picture.plots.layer_bars import KNOWN, finest, grouped, profile
from archcalc.picture.plots.layers import layers
from archcalc.picture.plots.networks import bubbles
from archcalc.picture.plots.over import curves
from archcalc.picture.plots.paper import Paper
from archcalc.picture.plots.points import ComparedNetwork, Point, front, points, runs
from archcalc.picture.plots.sweep import Sweep, ranged, swept
from tests.sweeps import sampled
from tests.test_cli import run  # noqa: F401 - a fixture

SVG = "{http://www.w3.org/2000/svg}"
EVIL = "\u202ea$\\frac{1}{0}$_<script>alert(1)</script>&amp;\x07漢字" + "x" * 300
SPEC = """
inputs: {x: [1, 4]}
config: {width: {default: 8, max: 64}}
layers:
  漢字: [{Linear: width}, ReLU]
  LONG: {Linear: width}
""".replace("LONG", "long" * 20)


@pytest.fixture(scope="module")
def networks():
    found = []
    for name in zoo():
        model = archcalc.load(name)
        told = compared(model.summary(), model.depth, model.spec.source, model.spec.family)
        found.append(ComparedNetwork(told, model.spec.name, model.variant or ""))
    return found


def texts(data):
    return [node.text for node in ET.fromstring(data).iter(f"{SVG}text")]


# -- networks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("y", ["parameters", "activations", "memory", "depth", "layers", "year", "field"])
def test_every_network_is_a_point_or_left_out(networks, y):
    seen = points(networks, CONVENTIONS["macs"], "macs", y)
    assert bool(len(networks) - len(seen.all)) == bool(seen.said)
    numbers = {(n.told.work, v) for n in networks if isinstance(v := getattr(n.told, y, None), int)}
    if y != "field":
        assert {(p.x, p.y) for p in seen.all} == numbers


def test_the_whole_zoo_is_drawn(networks):
    picture = bubbles(points(networks, CONVENTIONS["macs"], "macs", "parameters", "memory"), "svg", Paper(12, 9))
    shown = texts(picture.data)
    assert {"10G", "resnet", "MACs", "parameters"} <= set(shown)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=20), st.booleans(), st.booleans())
def test_the_front_is_what_none_surpasses(pairs, lower_x, lower_y):
    every = [Point("s", str(i), x, y, 0) for i, (x, y) in enumerate(pairs)]
    sign_x, sign_y = (1 if lower else -1 for lower in (lower_x, lower_y))

    def surpasses(a, b):
        dx, dy = sign_x * (a.x - b.x), sign_y * (a.y - b.y)
        return dx <= 0 and dy <= 0 and (dx, dy) != (0, 0)

    best = {p for p in every if not any(surpasses(other, p) for other in every)}
    ways = ["lower" if lower else "higher" for lower in (lower_x, lower_y)]
    assert set(front(every, *ways)) == best


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_a_series_is_joined_as_far_as_it_goes_one_way(xs):
    line = [Point("s", str(i), x, 0, 0) for i, x in enumerate(xs)]
    parts = runs(line)
    assert [p for part in parts for p in part] == line
    for part in parts:
        along = [p.x for p in part]
        assert along in (sorted(along), sorted(along, reverse=True))


def test_numbers_at_axes():
    said = [tick(v, "parameters") for v in (0, 950, 1000, 25e6, 4.1e9, 999_999, 2e15)]
    assert said == ["0", "950", "1K", "25M", "4.1G", "1M", "2000T"]
    assert [tick(v, "memory") for v in (0, 500, 2e3, 1e8)] == ["0 B", "500 B", "2 kB", "100 MB"]
    assert [tick(v, "year") for v in (2015, 2015.5)] == ["2015", ""]
    assert [amount(v, "macs") for v in (4_089_184_256, 999_600)] == ["4.09G", "1M"]


# -- layers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sampled(zoo()))
@pytest.mark.parametrize(
    "depth", [None, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)]
)
def test_bars_add_up_to_the_network(name, depth):
    model = archcalc.load(name)
    summary = model.summary()
    seen = profile(summary, ["parameters", "macs", "activations", "receptive_field"], depth)
    held, work, written, field = seen.panels
    assert held.total == summary.totals.parameters
    assert work.total == summary.totals.cost.macs
    assert written.total == summary.totals.activations
    assert held.shares[-1] == pytest.approx(1)
    assert len(field.values) == len(seen.bars)
    if depth is None:
        assert [bar.path for bar in seen.bars] == [layer.path for layer in summary.layers]
    for level in (1, 2, 3):
        groups = grouped(seen.bars, level)
        assert [i for g in groups for i in range(g.start, g.stop)] == list(range(len(seen.bars)))
    assert len(grouped(seen.bars, finest(seen.bars, 40))) <= max(40, len(grouped(seen.bars, 1)))


@pytest.mark.parametrize("name", sampled(["vgg16", "densenet:201", "lstm_lm", "c3d"], ["vgg16", "lstm_lm"]))
@pytest.mark.parametrize("theme", ["light", "print"])
def test_layers_are_drawn(name, theme):
    summary = archcalc.load(name).summary()
    shown = texts(layers(profile(summary, ["macs", "receptive_field"]), "svg", Paper(theme=theme)).data)
    assert summary.name in shown
    assert "receptive field (positions)" in shown
    assert any(text.endswith("%") and "." in text for text in shown)


def test_too_many_bars(tmp_path):
    path = tmp_path / "long.yaml"
    path.write_text("inputs: {x: [1, 4]}\nlayers: [{Linear: 4, repeat: 5001}]\n")
    with pytest.raises(Refused, match=r"5,001 bars are more than 5,000 \(draw fewer with --per scope --depth NUMBER\)"):
        profile(archcalc.load(path).summary(), ["macs"])


# -- over an entry -----------------------------------------------------------------------------------------------------


@given(st.fractions(-5, 5), st.fractions(0, 20), st.fractions(Fraction(1, 10), 3))
def test_ranges(start, length, step):
    values = ranged(start, start + length, step)
    assert values[0] == start
    assert all(b - a == step for a, b in pairwise(values))
    assert values[-1] <= start + length < values[-1] + step


CASES = [
    ("vgg16", ("H", "W"), ranged(16, 80, 8)),
    ("resnet:50", ("depths[2]",), ranged(1, 12, 1)),
    ("mobilenet_v2", ("width",), ranged(Fraction(1, 4), 2, Fraction(1, 4))),
    pytest.param("resnet:50", ("H",), ranged(1, 70, 3), marks=pytest.mark.slow),
    pytest.param("unet", ("H",), ranged(180, 220, 1), marks=pytest.mark.slow),
    pytest.param("efficientnet:b0", ("H",), ranged(32, 256, 32), marks=pytest.mark.slow),
]


def as_loaded(model, sweep, name):
    """The numbers by loading every network anew."""
    for value in sweep.values:
        try:
            number = model.changed(dict.fromkeys(sweep.entries, value)).formula(name)
            yield None if isinstance(number, str) else float(number)
        except ArchcalcError:
            yield None


@pytest.mark.parametrize(("name", "entries", "values"), CASES)
def test_curves_are_what_loading_every_network_gives(name, entries, values):
    model, sweep = archcalc.load(name), Sweep(entries, values)
    seen = swept([model], sweep, ["macs", "parameters", "memory"])
    for name, (curve,) in seen.panels.items():
        assert list(curve.values) == list(as_loaded(model, sweep, name))


@pytest.mark.slow
@pytest.mark.parametrize("name", sampled(zoo()))
def test_curves_of_the_zoo_are_what_loading_gives(name):
    model = archcalc.load(name)
    entry = next((e for e in ("H", "T", "N") if e in model.config), None)
    assert entry is not None
    sweep = Sweep((entry,), tuple(sorted({1, 17, 64, model.config[entry], model.config[entry] + 32})))
    seen = swept([model], sweep, ["macs", "activations"])
    for name, (curve,) in seen.panels.items():
        assert list(curve.values) == list(as_loaded(model, sweep, name))


def test_points_left_out_are_named():
    said = swept([archcalc.load("vgg16")], Sweep(("H",), ranged(16, 64, 8)), ["macs", "receptive_field"]).said
    assert said == (
        "left out vgg16 at H = 16, 24: the formula holds only if H >= 32",
        "left out vgg16 at H = 32, 40, 48, 56, 64: the receptive_field is whole input, which cannot be drawn",
    )


def test_the_formula_stands_in_the_legend():
    seen = swept([archcalc.load("resnet:50")], Sweep(("width",), (32, 64)), ["parameters"])
    assert seen.panels["parameters"][0].formula == "5724·width² + 32977·width + 1000"
    assert "resnet:50: 5724·width² + 32977·width + 1000" in texts(curves(seen).data)


MULTIPLES = """
inputs: {x: [1, width]}
config: {width: {default: 16, multiple_of: 8}}
layers: [{Linear: width}, {Linear: {out_features: 3, bias: false}}]
"""


def test_multiples_are_left_out_in_one_line_and_defined_once(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(MULTIPLES, encoding="utf-8")
    seen = swept([archcalc.load(path)], Sweep(("width",), ranged(8, 32, 4)), ["macs", "buffers"])
    assert seen.said == ("left out net at width = 12, 20, 28: width = 8*width_8, and width_8 must be an integer",)
    work, buffers = (curve.formula for (curve,) in seen.panels.values())
    assert work == "64·width_8² + 24·width_8 where width = 8·width_8"
    assert buffers == "0"


# -- all of them -------------------------------------------------------------------------------------------------------


@pytest.fixture
def hostile(tmp_path):
    """A network whose file has a bad name; more than that the names of layers cannot be in a spec."""
    path = tmp_path / "a$b_$<b>&.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return archcalc.load(path)


def drawings(model):
    told = ComparedNetwork(compared(model.summary(), model.depth)._replace(name=EVIL), EVIL, EVIL)
    seen = profile(model.summary(), ["parameters", "memory"])
    bars = tuple(bar._replace(path=f"{EVIL}.{i}.{bar.path}") for i, bar in enumerate(seen.bars))
    over = swept([model], Sweep(("width",), (8, 16)), ["macs"])
    panels = {name: [c._replace(name=EVIL, formula=EVIL) for c in curves] for name, curves in over.panels.items()}
    yield lambda form: bubbles(points([told] * 2, CONVENTIONS["macs"], "macs", "parameters"), form)
    yield lambda form: layers(seen._replace(bars=bars), form)
    yield lambda form: layers(seen._replace(name=EVIL), form)
    yield lambda form: curves(over._replace(panels=panels), form)


@pytest.mark.parametrize("form", sampled(["svg", "pdf", "png"], ["svg"]))
def test_what_a_spec_says_is_inert_and_the_same_every_time(hostile, form):
    start = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG"}[form]
    for draw in drawings(hostile):
        data = draw(form).data
        assert data.startswith(start)
        assert data == draw(form).data
        if form == "svg":
            assert b"<script" not in data
            assert {node.tag for node in ET.fromstring(data).iter()} & {f"{SVG}script", f"{SVG}a"} == set()


def test_a_dollar_is_a_dollar(hostile):
    shown = [" ".join(filter(None, texts(draw("svg").data))) for draw in drawings(hostile)]
    assert all("$" in text for text in shown)
    assert "\\u202ea$\\frac{1}{0}$" in shown[2]
    assert "漢字" in shown[2]
    assert all("\u202e" not in text and "\x07" not in text for text in shown)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_themes_have_their_background(theme):
    model = archcalc.load("lenet_dense")
    data = layers(profile(model.summary(), ["macs"]), "svg", Paper(theme=theme)).data.decode()
    assert {"light": "#ffffff", "dark": "#15181d", "print": "#ffffff"}[theme] in data


# -- the verb ----------------------------------------------------------------------------------------------------------


def test_networks_and_names_are_plotted():
    model = archcalc.load("vgg16")
    loaded, by_name = archcalc.plot(model, per="layer", y="macs"), archcalc.plot("vgg16", per="layer", y=["work"])
    assert loaded.data == by_name.data == layers(profile(model.summary(), ["macs"])).data
    assert archcalc.plot("vgg16", over=Sweep(("H",), (64, 96))).data.startswith(b"<?xml")


def test_a_broken_network_is_raised_or_handed_over():
    with pytest.raises(ArchcalcError, match="vgg61"):
        archcalc.plot("vgg16", "vgg61")
    broken = []
    assert archcalc.plot("vgg61", "vgg16", broken=broken.append).name == "vgg16"
    assert "vgg61" in str(*broken)


# -- the command -------------------------------------------------------------------------------------------------------


def test_files(run):  # noqa: F811
    assert run("plot", "vgg")[:2] == (0, "wrote vgg.svg\n")
    assert run("plot", "vgg:16", "resnet:18", "--y", "top-1", "--size", "memory")[:2] == (0, "wrote vgg_16.svg\n")
    assert run("plot", "vgg16", "--per", "scope", "-o", "a.PDF")[:2] == (0, "wrote a.PDF\n")
    assert run("plot", "vgg16", "--over", "H=64:128:32", "-o", "a.png")[:2] == (0, "wrote a.png\n")
    assert ET.parse("vgg.svg").getroot().tag == f"{SVG}svg"


def test_a_broken_network_does_not_lose_the_others(run):  # noqa: F811
    status, out, err = run("plot", "vgg61", "vgg16")
    assert (status, out) == (3, "wrote vgg16.svg\n")
    assert err.startswith("error: there is no file and nothing in the zoo called 'vgg61'")


LARGE = "points are more than 10,000 (take a larger step)"
NO_RANGE = "is not a range, such as H=128:512:32 or width=32,64,128"
OVER = {
    "H=5": f"'H=5' {NO_RANGE}",
    "H=5:6": f"'H=5:6' {NO_RANGE}",
    "H=": f"'H=' {NO_RANGE}",
    "H,H=5,6": f"'H,H=5,6' {NO_RANGE}",
    "H=5,5": "'H=5,5' has 1 different point; from 2 to 10,000 are drawn",
    "H=1:9:0": "the step must be greater than 0, not 0",
    "H=9:1:1": "the range ends at 1, before it starts at 9",
    "H=1:10001:1": f"10,001 {LARGE}",
    "H=1:1e9:1e-9": f"999,999,999,000,000,001 {LARGE}",
    "H=a,b": "a range takes numbers, not 'a'",
}
USAGE = {
    "vgg16 resnet --per layer": "--per draws one network, not 2",
    "vgg16 --per layer --over H=1,2": "--per and --over are two different plots; give one of them",
    "vgg16 --per layer --depth 2": "--depth belongs to --per scope",
    "vgg16 --depth 2": "--depth belongs to --per scope",
    "vgg16 --over H=32,64 --x macs": "--x belongs to a plot of networks",
    "vgg16 --per layer --linear": "--linear belongs to a plot of networks or --over",
    "vgg16 -o a.gif": "Invalid value: the file must end in .svg, .pdf, .png, not '.gif'",
    **{f"vgg16 --over {over}": f"Invalid value for '--over': {message}" for over, message in OVER.items()},
}
NOTHING = "there is nothing left to draw"
KEYS = "N, H, W, classes, convolutions, pointwise, batch_norm"
REFUSED = {
    "vgg16 --y tpo-1": "there is no column 'tpo-1' (did you mean 'top-1'?)",
    "vgg16 --y year --pareto": "there is no Pareto front by year (neither a higher nor a lower one is better)",
    "vit:b_16 --x field": f"{NOTHING} (left out vit:b_16: the receptive field is the whole input or unknown)",
    "vgg16 --per layer --y macz": "there is no quantity 'macz' to draw (did you mean 'macs'?)",
    "vgg16 --over D=1,2": f"vgg16 has no config entry 'D' to leave free (known: {KEYS})",
    "vgg16 --over H=1,2": f"{NOTHING} (left out vgg16: the formula holds only if H >= 32)",
}
WRONG = [(text, 2, f"Error: {message}") for text, message in USAGE.items()]
WRONG += [(text, 3, f"error: {message}") for text, message in REFUSED.items()]


@pytest.mark.parametrize(("arguments", "status", "message"), WRONG, ids=[w[0] for w in WRONG])
def test_what_is_wrong_is_told(run, arguments, status, message):  # noqa: F811
    found, out, err = run("plot", *arguments.split())
    assert (found, out, err.splitlines()[-1]) == (status, "", message)


def test_every_quantity_can_be_drawn():
    summary = archcalc.load("lenet_dense").summary()
    assert len(profile(summary, KNOWN).panels) == len(KNOWN)

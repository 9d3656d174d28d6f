"""Networks made by a program: every verb takes them, and every mistake is refused where it is made."""

import inspect
import subprocess
import sys
from functools import partial

import pytest

import archcalc
from archcalc import OPS, Builder, Source
from archcalc.analyse.budgets import budget
from archcalc.dim import symbol
from archcalc.errors import ArchcalcError, Place, Refused

CONV, RELU = OPS["Conv2d"], OPS["ReLU"]


def small(name="tiny", size=32):
    build = Builder(name)
    image = build.input("image", (1, 3, size, size))
    stem = build.layer("stem.conv", CONV(out_channels=8, kernel_size=3), image)
    relu = build.layer("stem.relu", RELU(), stem)
    pool = build.layer("pool", OPS["AdaptiveAvgPool2d"](output_size=1), relu)
    flat = build.layer("flat", OPS["Flatten"](), pool)
    return build.finish(build.layer("head", OPS["Linear"](out_features=10), flat))


SPEC = """\
inputs: {image: [1, 3, 32, 32]}
layers:
  stem:
    layers:
      conv: {Conv2d: {out_channels: 8, kernel_size: 3}}
      relu: ReLU
  pool: {AdaptiveAvgPool2d: 1}
  flat: Flatten
  head: {Linear: 10}
"""
SAME = {
    "summary": lambda network: archcalc.summary(network),
    "summary under fvcore": lambda network: archcalc.summary(network, "fvcore", "ignore"),
    "formula": lambda network: archcalc.formula(network, "receptive_field", layer="stem"),
    "formula by stage": lambda network: archcalc.formula(network, by_stage=True),
    "explain": lambda network: archcalc.explain(network, "stem.conv"),
    "diff": lambda network: archcalc.diff(network, "lenet_dense"),
    "check": lambda network: archcalc.check(network, budgets=[budget("macs", "max", "1M")]),
    "compare": lambda network: archcalc.compare(network, "lenet_dense"),
    "crosscheck": lambda network: archcalc.crosscheck(network),
}


def without_file(value):
    """A record without the file, and what a network of a program cannot have."""
    if isinstance(value, dict):
        return {
            key: without_file(item) for key, item in value.items() if key not in ("file", "line", "column", "place")
        }
    return [without_file(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("verb", SAME)
def test_a_verb_says_the_same_of_a_program_as_of_a_spec(verb, tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(SPEC)
    mine, theirs = SAME[verb](small()), SAME[verb](path)
    assert "tiny" in str(mine) + str(mine.to_json())
    assert without_file(mine.to_json()) == without_file(theirs.to_json())


@pytest.mark.parametrize("style", ["graph", "volumes", "field"])
def test_a_network_of_a_program_is_drawn(style):
    assert b"<svg" in archcalc.draw(small(), style=style).data


def test_a_network_of_a_program_is_plotted_and_has_a_page():
    assert b"<svg" in archcalc.plot(small(), "lenet_dense").data
    assert b"<svg" in archcalc.plot(small(), per="layer").data
    assert "stem.conv" in archcalc.page(small())


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda network: archcalc.solve(network, "H", "parameters <= 100"), "tiny has no config entry 'H'"),
        (lambda network: archcalc.scale(network, 1), "tiny has no scaling"),
        (lambda network: archcalc.scale(network, 1, {"H": 2}), "tiny has no config entry 'H' to scale"),
        (lambda network: archcalc.verify(network), "tiny has no claims to check"),
        (lambda network: archcalc.Model.of(network).freed(["H"]), "tiny has no config entries"),
        (lambda network: archcalc.Model.of(network).changed({}), "tiny has no config entries"),
        (lambda network: archcalc.summary(network.layers), "is not a network"),
        (lambda network: archcalc.summary(Builder()), "a Builder is not a network yet \\(call its `finish`\\)"),
    ],
)
def test_what_needs_a_spec_is_refused(ask, message):
    with pytest.raises(ArchcalcError, match=message):
        ask(small())


def test_a_model_of_a_program_has_the_methods_of_a_loaded_one():
    model = archcalc.Model.of(small())
    assert (model.parameters, model.depth, model.name) == (314, 2, "tiny")
    assert len(model.to_torch("meta").state_dict()) == 4
    assert model.graph.number_of_nodes() == 6


def test_the_verbs_are_methods():
    model = archcalc.load("lenet_dense")
    for verb in set(VERBS) - {"load"}:
        assert callable(getattr(model, verb)), verb
    same = {
        "compare": lambda one, ask: ask("vgg:11", columns=["network", "depth"]),
        "diff": lambda one, ask: ask("vgg:11"),
        "verify": lambda one, ask: ask(),
        "check": lambda one, ask: ask(budgets="parameters <= 5M"),
        "draw": lambda one, ask: ask("dot", depth=1),
        "plot": lambda one, ask: ask("vgg:11", x="macs"),
        "page": lambda one, ask: ask(),
    }
    for verb, question in same.items():
        mine = question(model, getattr(model, verb))
        theirs = question(model, partial(getattr(archcalc, verb), model))
        assert getattr(mine, "data", str(mine)) == getattr(theirs, "data", str(theirs)), verb


def test_symbols_and_repeats_of_a_program():
    size, width, count = symbol("H", 1), symbol("w", 1), symbol("n", 1)
    build = Builder()
    image = build.input("image", (1, 3, size, size))
    (stem,) = build.layer("stem", CONV(out_channels=width, kernel_size=3, padding=1), image)
    with build.repeat(count, stem) as repeat:
        (body,) = build.layer("body.conv", CONV(out_channels=width, kernel_size=3, padding=1), repeat.passed(stem))
        build.ends(repeat, body)
    network = build.finish(build.layer("relu", RELU(), repeat.passed(body)))
    assert archcalc.Model.of(network).macs == 9 * size**2 * count * width**2 + 27 * size**2 * width
    assert str(archcalc.formula(network, "receptive_field")) == "2*n + 3"
    macs = archcalc.Model.of(network).lambdify("macs")
    assert (macs.names, macs(H=2, n=3, w=5)) == (("H", "n", "w"), 9 * 4 * 3 * 25 + 27 * 4 * 5)
    assert archcalc.load("lenet_dense", free=["N"]).lambdify("parameters")(N=3) == 61706


def test_a_repeat_takes_what_a_layer_returns():
    build = Builder()
    image = build.input("image", (1, 3, 8, 8))
    with build.repeat(symbol("n", 1), build.layer("stem", RELU(), image)) as repeat:
        (body,) = build.layer("body", RELU(), repeat.passed(repeat.before))
        build.ends(repeat, body)
    assert len(build.finish(repeat.passed(body))) == 3
    with pytest.raises(Refused, match="a repeat carries one source, not 2"), build.repeat(2, [image, image]):
        pass


def reader(build):
    return build.input("x", (1, 3, 8, 8))


MISTAKES = [
    (lambda b: (reader(b), reader(b)), "there is a layer 'x' already"),
    (lambda b: (b.layer("y.z", RELU(), reader(b)), b.layer("y", RELU(), Source("x"))), "there is a scope 'y' already"),
    (lambda b: b.layer("x.y", RELU(), reader(b)), "'x.y' cannot be inside 'x', which is a layer"),
    (lambda b: b.layer("a", RELU(), Source("zz")), "there is no layer 'zz'"),
    (lambda b: b.layer("a", RELU(), (reader(b), Source("x", 1))), "'x' has no output 1, it has 1"),
    (lambda b: b.layer("a", RELU(), (reader(b), Source("x", -1))), "'x' has no output -1"),
    (lambda b: b.layer("a", RELU(), "x"), "a source is what `input` and `layer` return, not 'x'"),
    (lambda b: b.layer("a", RELU(), None), "a source is what `input` and `layer` return, not None"),
    (lambda b: b.layer("a", RELU(), [("x", 0)]), "a source is what `input` and `layer` return, not 'x'"),
    (lambda b: b.layer("a", RELU, reader(b)), "a layer is an operation such as ReLU"),
    (lambda b: b.layer("a..b", RELU(), reader(b)), "'a..b' is not a path"),
    (lambda b: b.layer("", RELU(), reader(b)), "'' is not a path"),
    (lambda b: b.layer("a\n", RELU(), reader(b)), "is not a path"),
    (lambda b: b.layer("a[0]", RELU(), reader(b)), "is not a path"),
    (lambda b: b.layer(5, RELU(), reader(b)), "5 is not a path"),
    (lambda b: b.layer("a", CONV(out_channels=1, kernel_size=9), reader(b)), "the kernel reaches over 9 positions"),
    (lambda b: b.layer("a", RELU(), [reader(b), Source("x")]), "ReLU takes 1 input, not 2"),
    (lambda b: b.layer("a", RELU(), reader(b), weights_of="q"), "there is no layer 'q' to share the weights of"),
    (lambda b: b.layer("a", OPS["Embedding"](num_embeddings=3, embedding_dim=3), reader(b)), "reads integers"),
    (lambda b: b.input("x", (1, 3), dtype="floaty"), "dtype must be"),
    (lambda b: b.input("x", (1, 3), layout="NNN"), "layout 'NNN' must have one letter for each of the 2 axes"),
    (lambda b: b.input("x", (1, 3), layout=7), "layout must be a string"),
    (lambda b: b.input("x", (1, 0)), "shape must be"),
    (lambda b: b.input("x", (1, 2.5)), "shape must be"),
    (lambda b: b.input("x", "abc"), "shape must be"),
    (lambda b: b.finish([]), "a network needs an output"),
    (lambda b: b.finish(Source("q")), "there is no layer 'q'"),
    (lambda b: (b.layer("y", RELU(), reader(b)), b.finish(Source("x"))), "nothing reads y"),
    (lambda b: (reader(b), b.input("z", (1,)), b.finish(Source("x"))), "nothing reads z"),
]


@pytest.mark.parametrize(("make", "message"), MISTAKES, ids=[message for _, message in MISTAKES])
def test_a_mistake_is_refused_where_it_is_made(make, message):
    with pytest.raises(Refused) as caught:
        make(Builder())
    assert message in str(caught.value)


def test_a_refusal_names_the_layer():
    build = Builder()
    image = build.input("image", (1, 3, 8, 8))
    with pytest.raises(Refused) as caught:
        build.layer("stem.conv", CONV(out_channels=1, kernel_size=9), image)
    assert caught.value.message.endswith(", in the layer 'stem.conv'")
    with pytest.raises(Refused) as caught:
        build.layer("stem.conv", CONV(out_channels=1, kernel_size=9), image, place=Place("net.yaml", 1, 1))
    assert "stem.conv" not in str(caught.value)  # the reader of specs says it beside the place


def test_a_refused_layer_leaves_the_builder_as_it_was():
    build = Builder()
    image = build.input("image", (1, 3, 8, 8))
    with pytest.raises(Refused):
        build.layer("a.b", CONV(out_channels=1, kernel_size=9), image)
    assert len(build.finish(build.layer("a", RELU(), image))) == 2


def test_a_refused_layer_leaves_no_assumption():
    size = symbol("H", 1)
    build = Builder()
    image = build.input("image", (1, 3, size, size))
    with pytest.raises(Refused):
        build.layer("a", CONV(out_channels=1, kernel_size=300), image, weights_of="nope")
    assert [*build.finish(build.layer("b", RELU(), image)).given] == []


@pytest.mark.parametrize("size", [8, symbol("H", 1)])
def test_a_network_does_not_change_when_its_builder_goes_on(size):
    build = Builder()
    image = build.input("image", (1, 3, size, size))
    first = build.layer("a", CONV(out_channels=3, kernel_size=1), image)
    network = build.finish(first)
    build.scope("s", "Later")
    build.layer("s.b", CONV(out_channels=3, kernel_size=1), first)
    assert (list(network.layers), dict(network.scopes)) == (["image", "a"], {})
    assert archcalc.Model.of(network).parameters == 12


def repeated(count, body, ends=lambda build, repeat, last: build.ends(repeat, last), reads=None):
    """Repeat a convolution to `body` channels; the layer after it reads what `reads` says."""
    build = Builder()
    image = build.input("image", (1, 3, 8, 8))
    with build.repeat(count, image) as repeat:
        (last,) = build.layer("conv", CONV(out_channels=body, kernel_size=1), repeat.passed(image))
        ends(build, repeat, last)
    return build.finish(
        build.layer("after", RELU(), (reads or (lambda repeat, last: repeat.passed(last)))(repeat, last))
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, 5), "the body turns [1, 3, 8, 8] into [1, 5, 8, 8]"),
        ((-2, 3), "a body is repeated a number of times, not -2"),
        ((2.5, 3), "a body is repeated a number of times, not 2.5"),
        (("n", 3), "a body is repeated a number of times, not 'n'"),
        ((3, 3, lambda *_: None), "the body of a repeat has no end"),
        ((3, 3, lambda build, repeat, last: build.ends(repeat, [last, last])), "the body turns [1, 3, 8, 8] into"),
        ((3, 3, lambda *a: a[0].ends(*a[1:]), lambda _, last: last), "'conv' is inside a repeat that has ended"),
        ((3, 3, lambda *a: a[0].ends(*a[1:]), lambda _, last: Source("image", 0, 7)), "no repeat carries 'image'"),
        ((3, 3, lambda *a: a[0].ends(*a[1:]), lambda _, last: Source("image", 0, 0)), "no repeat carries 'image'"),
    ],
)
def test_a_repeat_is_checked(arguments, message):
    with pytest.raises(Refused) as caught:
        repeated(*arguments)
    assert message in str(caught.value)


def test_a_repeat_that_fits():
    assert archcalc.Model.of(repeated(symbol("n", 1), 3)).parameters == 12 * symbol("n", 1)


def test_buffers_are_shared_with_weights():
    build = Builder()
    image = build.input("image", (1, 3, 8, 8))
    norm = build.layer("norm", OPS["BatchNorm2d"](affine=False), image)
    with pytest.raises(Refused, match="cannot share the buffers of norm"):
        build.layer("relu", RELU(), norm, weights_of="norm")


def test_a_page_starts_from_numbers():
    build = Builder()
    image = build.input("image", (1, 3, symbol("H", 1), 8))
    with pytest.raises(Refused, match="these are free: H"):
        archcalc.page(build.finish(build.layer("relu", RELU(), image)))


VERBS = sorted(name for name in archcalc.__all__ if inspect.isfunction(getattr(archcalc, name)))


def test_every_command_is_a_verb():
    from archcalc.cli import COMMANDS

    assert set(COMMANDS) - {"ops", "zoo"} == set(VERBS) - {"load"}


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_describes_its_parameters(name):
    verb = getattr(archcalc, name)
    _, *others = inspect.signature(verb).parameters.values()
    for parameter in others:
        if parameter.kind is not parameter.VAR_KEYWORD:
            assert f"`{parameter.name}" in verb.__doc__, parameter.name


def test_importing_a_package_does_not_hide_a_verb():
    code = "import archcalc.solving.solution, archcalc.many.verify, archcalc; print(archcalc.solve, archcalc.verify)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.count("<function") == 2


def test_the_first_settings_are_given_by_position():
    assert CONV(16, 3) == CONV(16, kernel_size=3) == CONV(out_channels=16, kernel_size=3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RELU(True), "ReLU has no settings, but 1 are given"),
        (lambda: OPS["Linear"](10, True, 3), "Linear has 2 settings, but 3 are given (out_features, bias)"),
        (lambda: CONV(16, 3, out_channels=16), "Conv2d is given out_channels twice, by position and by name"),
        (lambda: CONV(16), "Conv2d needs kernel_size"),
    ],
)
def test_wrong_settings_by_position(make, message):
    with pytest.raises(Refused) as caught:
        make()
    assert message in str(caught.value)

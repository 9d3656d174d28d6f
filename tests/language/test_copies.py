"""A block that is called again in the same way is copied; the network is the same as if it were expanded again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.errors import LimitReached, SpecError
from archcalc.language.calls import Calls
from archcalc.language.find import zoo
from archcalc.language.limits import DEFAULT
from archcalc.language.loaded import configured, expand, open_spec
from archcalc.network import Network
from tests.sweeps import sampled

from .depths import conv


def content(network: Network) -> tuple[object, ...]:
    """Everything in a network, in order; the operations and shapes in place of calls."""
    layers = [
        (layer._replace(call=None), layer.op, layer.call.inputs, layer.call.outputs)
        for layer in network.layers.values()
    ]
    paths, scopes = [*network.layers], [*network.scopes.items()]
    return paths, layers, scopes, network.inputs, network.outputs, network.repeats, [*network.given]


def both(text, **config):
    """The networks of a spec with and without copies, and the number of layers that were copied."""
    copied = []
    spec, variant = open_spec(text)
    found = configured(spec, variant, config)
    with pytest.MonkeyPatch.context() as patch:
        keep = Calls.copied

        def counted(self, key, call):
            before = len(self.builder.layers)
            done = keep(self, key, call)
            copied.append(len(self.builder.layers) - before)
            return done

        patch.setattr(Calls, "copied", counted)
        short = expand(spec, found)
        patch.setattr(Calls, "key", lambda self, call: None)
        long = expand(spec, found)
    return content(short), content(long), sum(copied)


@pytest.mark.parametrize("name", sampled(zoo()))
def test_the_zoo_is_the_same_with_and_without_copies(name):
    short, long, _ = both(name)
    assert short == long


def test_most_of_a_deep_network_is_copied():
    short, _, copied = both("resnet:152")
    assert copied > 0.8 * len(short[0])


INNER = st.sampled_from(
    [
        conv(3),
        "{inner: {n: 2}}",
        "{inner: {n: 1}, frozen: true}",
        "{layers: {a: {inner: }, b: {Add: , from: [a.first, input]}}}",
        "{repeat: 2, inner: }",
        "{for: {i: range(3)}, inner: {n: i % 2 + 1}}",
        "{layers: {a: {pair: , from: [input, input]}}}",
        f"{{layers: {{a: {conv(1)}, b: {{pair: , from: [a, input]}}, c: {{pair: , from: [b, a]}}}}}}",
        f"{{layers: {{a: {conv(1)}, b: {{{conv(1)[1:-1]}, share: a}}}}}}",
        "{layers: {a: {inner: }, b: {inner: , share: a}}}",
        "{layers: {a: {inner: {n: 2}}, b: {Add: , from: [a, a.more.0]}}}",
        "{through: }",
    ]
)
BLOCKS = f"""
  inner: {{args: {{n: 2}}, layers: {{first: {conv(1)}, more: {{layers: [{{repeat: n, splice: [{conv(3)}, ReLU]}}]}}}}}}
  pair: {{inputs: [x, y], layers: {{x2: {{inner: {{n: 1}}, from: x}}, sum: {{Add: , from: [x2, y]}}}}}}
  through: {{layers: {{a: {{inner: }}}}, outputs: input}}
"""


@given(st.lists(INNER, min_size=1, max_size=3), st.integers(1, 4))
def test_random_networks_are_the_same_with_and_without_copies(tmp_path_factory, parts, times):
    path = tmp_path_factory.mktemp("copies") / "spec.yaml"
    body = ", ".join(parts)
    path.write_text(
        f"inputs: {{image: [1, 4, 8, 8]}}\nblocks:{BLOCKS}  outer: {{layers: [{body}]}}\n"
        f"layers:\n  all: {{layers: [{{repeat: {times}, outer: }}, {{outer: }}]}}\n  last: {conv(1)}\n"
    )
    try:
        short, long, _ = both(str(path))
    except SpecError:
        return
    assert short == long


SPEC = f"""
inputs: {{image: [1, 4, H, 8]}}
config: {{H: 8, n: 2}}
blocks:
  unit: {{layers: {{a: {conv(3)}, b: ReLU}}}}
layers:
  one: {{unit: }}
  two: {{unit: }}
  three: {{unit: , when: n == 2}}
"""


def text_of(tmp_path, layers="", name="spec"):
    path = tmp_path / f"{name}.yaml"
    path.write_text(SPEC + layers)
    return str(path)


def test_names_inside_a_copy_can_be_read(tmp_path):
    text = text_of(tmp_path, "  sum: {Add: , from: [one.a, two.a, three.a, three]}\n")
    network = archcalc.load(text).network
    assert [source.path for source in network.layers["sum"].reads] == ["one.a", "two.a", "three.a", "three.b"]


def test_an_extending_spec_changes_one_call_alone(tmp_path):
    text_of(tmp_path, name="base")
    path = tmp_path / "more.yaml"
    path.write_text("extends: base\nlayers:\n  two.b: Sigmoid\n")
    kinds = [layer.kind for layer in archcalc.load(path).summary().layers]
    assert kinds == ["Conv2d", "ReLU", "Conv2d", "Sigmoid", "Conv2d", "ReLU"]


def test_copies_count_as_layers(tmp_path):
    with pytest.raises(LimitReached) as caught:
        archcalc.load(text_of(tmp_path), limits=DEFAULT._replace(layers=8))
    assert caught.value.place.line == 5
    assert len(archcalc.load(text_of(tmp_path), limits=DEFAULT._replace(layers=9)).network) == 7

"""Receptive fields where paths meet, split, turn and grow; single operations are tested by the laws."""

from fractions import Fraction

import pytest

import archcalc
from archcalc.analyse.extent import Extent
from archcalc.analyse.receptive_fields import receptive_fields
from archcalc.op import UNKNOWN, WHOLE


@pytest.fixture
def fields(tmp_path):
    """The receptive fields of a network, by layer; of the input `x`."""

    def fields(layers, inputs="{x: [1, 4, 32, 32]}", gates="count", name="x", **settings):
        path = tmp_path / "s.yaml"
        path.write_text(f"archcalc: 1\ninputs: {inputs}\nlayers:\n{layers}")
        network = archcalc.load(path, **settings).network
        return {layer: state.get(name) for layer, state in receptive_fields(network, gates).items()}

    return fields


def conv(kernel, stride=1, padding=0):
    return f"{{Conv2d: {{out_channels: 4, kernel_size: {kernel}, stride: {stride}, padding: {padding}}}"


def test_windows_compose(fields):
    found = fields(f"  a: {conv(3, 2, 1)}}}\n  b: {conv(5, 1, 2)}}}\n  c: {{MaxPool2d: 2}}\n")
    for axis, extent in zip((2, 3), found["c"], strict=True):
        # jumps 2, 2, 4; first -1 - 2*2; last 1 + 2*2 + 2*1
        assert extent == Extent((axis,), 4, ((-5, 7),))
        assert (extent.size, extent.padding) == (13, 5)


def test_paths_that_meet_give_the_hull(fields):
    found = fields(f"  a: {conv(3, 1, 1)}}}\n  b: {conv(7, 1, 3)}, from: x}}\n  sum: {{Add: , from: [a, b]}}\n")
    assert found["sum"][0] == Extent((2,), 1, ((-3, 3),), aligned=True)


def test_the_largest_path_does_not_simply_win(fields):
    """Araujo et al. 2019: where the centres of the paths differ, the hull is larger than every path."""
    found = fields(
        "  left: {Pad: [0, 0, 2, 0]}\n"
        f"  a: {conv(3)}}}\n"
        "  right: {Pad: [0, 0, 0, 2], from: x}\n"
        f"  b: {conv(3)}}}\n"
        "  sum: {Add: , from: [a, b]}\n"
    )
    assert found["a"][0].size == found["b"][0].size == 3
    assert found["sum"][0] == Extent((2,), 1, ((-2, 2),), aligned=False)
    assert found["sum"][0].size == 5
    assert found["sum"][1].aligned


def test_gates_see_everything_unless_ignored(fields):
    layers = (
        f"  a: {conv(3, 1, 1)}}}\n"
        "  pool: {AdaptiveAvgPool2d: 1}\n"
        "  gate: Sigmoid\n"
        "  scale: {Multiply: , from: [a, gate]}\n"
    )
    assert fields(layers)["scale"] == (WHOLE, WHOLE)
    assert [e.size for e in fields(layers, gates="ignore")["scale"]] == [3, 3]


def test_pooled_branches_of_a_sum_are_no_gates(fields):
    layers = f"  a: {conv(3, 1, 1)}}}\n  pool: {{AdaptiveAvgPool2d: 1}}\n  sum: {{Add: , from: [a, pool]}}\n"
    assert fields(layers, gates="ignore")["sum"] == (WHOLE, WHOLE)


def test_upsampling_has_a_rational_jump(fields):
    found = fields(f"  up: {{Upsample: {{scale_factor: 2}}}}\n  a: {conv(3, 1, 1)}}}\n  down: {conv(3, 2, 1)}}}\n")
    assert found["up"][0].jump == Fraction(1, 2)
    assert found["up"][0].size == 1
    assert found["a"][0].size == 2
    assert found["down"][0].jump == 1
    assert found["down"][0].size == 3


def test_a_skip_meets_what_was_pooled_and_upsampled(fields):
    found = fields(
        f"  a: {conv(3, 1, 1)}}}\n  pool: {{MaxPool2d: 2}}\n  b: {conv(3, 1, 1)}}}\n"
        "  up: {ConvTranspose2d: {out_channels: 4, kernel_size: 2, stride: 2}}\n"
        "  join: {Concat: , from: [a, up]}\n"
    )
    extent = found["join"][0]
    assert extent.jump == 1
    # of position i: floor(i/2) - 1 ... floor(i/2) + 1 pooled, each of two positions and one more on either side
    assert extent.spans == found["up"][0].spans == ((-3, 4), (-3, 4))  # i - 1 ... i + 1, of the skip, is inside
    assert not extent.aligned


def test_tokens_and_back_is_no_step(fields):
    """Merging two axes and splitting them again reads what was read before, also where the steps are large."""
    found = fields(
        f"  a: {conv(7, 4, 3)}}}\n"
        "  tokens: {Rearrange: n c h w -> n (h w) c}\n"
        "  back: {Rearrange: {pattern: n (h w) c -> n c h w, sizes: {h: 8}}}\n"
        f"  b: {conv(3, 1, 1)}}}\n"
    )
    assert [e.size for e in found["tokens"]] == [7, 7]
    assert found["back"][0] == found["a"][0]
    assert found["b"][0] == Extent((2,), 4, ((-3 - 4, 3 + 4),))


def test_upsampled_steps_add_no_places(fields):
    """Of what moves in steps of 4, each of the doubled positions reads the same as one did before."""
    found = fields(f"  a: {conv(7, 4, 3)}}}\n  up: {{Upsample: {{scale_factor: 2}}}}\n  b: {conv(3, 1, 1)}}}\n")
    assert (found["up"][0].size, found["up"][0].jump) == (7, 2)
    assert (found["up"][0].period, found["a"][0].period) == (2, 1)
    assert (found["b"][0].size, found["b"][0].padding) == (7 + 4, 3 + 4)


def test_dense_layers_and_normalisation_over_space_see_everything(fields):
    layers = "  flat: Flatten\n  fc: {Linear: 3}\n"
    assert fields(layers)["fc"] == (WHOLE, WHOLE)
    assert fields("  n: InstanceNorm2d\n")["n"] == (WHOLE, WHOLE)
    assert [e.size for e in fields("  n: BatchNorm2d\n")["n"]] == [1, 1]


def test_axes_are_followed_through_permutations(fields):
    found = fields(f"  a: {conv([5, 3], 1, [2, 1])}}}\n  last: {{Permute: [0, 3, 2, 1]}}\n  fc: {{Linear: 3}}\n")
    height, width = found["fc"]
    assert (height.size, height.axes) == (5, (2,))
    assert (width.size, width.axes) == (3, (1,))


def test_flattened_places_keep_their_size_and_lose_their_steps(fields):
    found = fields(
        f"  a: {conv(3, 1, 1)}}}\n"
        "  tokens: {Rearrange: n c h w -> n (h w) c}\n"
        "  fc: {Linear: 3}\n"
        "  s: {Softmax: 1}\n"
    )
    height, width = found["fc"]
    assert (height.size, height.jump) == (3, Fraction(1, 32))  # 32 tokens in a row have one height
    assert (width.size, width.jump, width.padding) == (3, None, None)
    assert found["s"] == (WHOLE, WHOLE)


def test_sequences_by_layout(fields):
    layers = "  turn: {Permute: [0, 2, 1]}\n  a: {Conv1d: {out_channels: 8, kernel_size: 3, dilation: 2}}\n"
    assert fields(layers, "{x: {shape: [1, 20, 6], layout: NLC}}")["a"] == (Extent((2,), 1, ((0, 4),)),)
    tokens = "{x: {shape: [1, 20], dtype: int64}}"
    assert fields("  e: {Embedding: {num_embeddings: 5, embedding_dim: 3}}\n", tokens)["e"] == (
        Extent((1,), 1, ((0, 0),)),
    )


def test_attention_sees_everything(fields):
    layers = "  a: {ScaledDotProductAttention: , from: [x, x, x]}\n"
    assert fields(layers, "{x: {shape: [1, 2, 9, 4], layout: NHLC}}")["a"][1] is WHOLE


def test_two_inputs_are_told_apart(fields):
    inputs = "{x: [1, 4, 8, 8], y: [1, 4, 8, 8]}"
    layers = f"  a: {conv(3, 1, 1)}, from: x}}\n  b: {conv(5, 1, 2)}, from: y}}\n  sum: {{Add: , from: [a, b]}}\n"
    assert fields(layers, inputs)["sum"][0].size == 3
    assert fields(layers, inputs, name="y")["sum"][0].size == 5
    assert fields(layers, inputs, name="y")["a"] is None


def test_what_stands_for_many_layers_has_the_field_of_the_last(fields):
    layers = f"  body: {{layers: {{a: {conv(3, 1, 1)}}}}}, repeat: L}}\n"
    inputs = "{x: [1, 4, 8, 8]}\nconfig: {L: 3}"
    assert fields(layers, inputs)["body.2.a"][0].size == 7
    assert str(fields(layers, inputs, free=["L"])["body.0.a"][0].size) == "2*L + 1"


TWICE = "{x: [1, 4, 16, 16]}\nconfig: {L: 3, M: 2}"


def test_repeats_inside_each_other_multiply(fields):
    inner = f"{{repeat: M, layers: [{conv(3, 1, 1)}}}]}}"
    layers = f"  body: {{repeat: L, layers: {{a: {conv(5, 1, 2)}}}, b: {inner}}}}}\n  after: {conv(3, 1, 1)}}}\n"
    found = fields(layers, TWICE, free=["L", "M"])
    assert str(found["after"][0].size) == "2*L*M + 4*L + 3"
    assert str(found["body.0.a"][0].size) == "2*L*M + 4*L - 2*M + 1"
    assert fields(layers, TWICE)["body.2.a"][0].size == 2 * 3 * 2 + 4 * 3 - 2 * 2 + 1


def test_a_layer_from_outside_stands_still(fields):
    """What comes from outside is hulled once; it is no start from which the copies go on."""
    layers = (
        f"  far: {conv(9, 1, 4)}}}\n  near: {conv(1, 1, 0)}, from: x}}\n"
        f"  body: {{repeat: L, layers: {{a: {conv(3, 1, 1)}}}, sum: {{Add: , from: [a, far]}}}}}}\n"
        f"  after: {conv(1)}}}\n"
    )
    found = fields(layers, TWICE, free=["L"])
    assert str(found["after"][0].size) == "2*L + 7"
    assert [fields(layers, TWICE, L=n)["after"][0].size for n in (1, 2, 5)] == [9, 11, 17]
    # In the first copy it reads 3 places, in the next ones 11, 13, ...
    assert found["body.0.a"] == (UNKNOWN, UNKNOWN)


def test_what_moves_towards_something_that_stands_still_cannot_be_told(fields):
    """It moves until it is there, and what two copies do is not what the others do."""
    shift = "pad: {Pad: [-1, 1, -1, 1]}, sum: {Add: , from: [pad, x]}"
    layers = f"  wide: {conv(9, 1, 4)}}}\n  body: {{repeat: L, layers: {{{shift}}}}}\n  after: {conv(1)}}}\n"
    assert [fields(layers, TWICE, L=n)["after"][0].padding for n in (1, 2, 3, 6)] == [3, 2, 1, 0]
    assert fields(layers, TWICE, free=["L"])["after"] == (UNKNOWN, UNKNOWN)


def test_what_sees_everything_needs_a_copy(fields):
    """Where there may be none, what comes out may be what went in."""
    gate = "pool: {AdaptiveAvgPool2d: 1}, gate: Sigmoid, scale: {Multiply: , from: [input, gate]}"
    layers = f"  body: {{repeat: COUNT, layers: {{{gate}}}}}\n  after: {conv(3, 1, 1)}}}\n"
    assert fields(layers.replace("COUNT", "L"), TWICE, free=["L"])["after"] == (WHOLE, WHOLE)
    assert fields(layers.replace("COUNT", "L - 1"), TWICE, free=["L"])["after"] == (UNKNOWN, UNKNOWN)
    ignoring = fields(layers.replace("COUNT", "L - 1"), TWICE, gates="ignore", free=["L"])["after"]
    assert [axis.size for axis in ignoring] == [3, 3]


def test_an_input_that_only_the_body_reads(fields):
    layers = f"  body: {{repeat: L, layers: {{a: {conv(3, 1, 1)}}}, sum: {{Add: , from: [a, y]}}}}, from: x}}\n"
    layers += f"  after: {conv(1)}}}\n"
    inputs = "{x: [1, 4, 16, 16], y: [1, 4, 16, 16]}\nconfig: {L: 3}"
    found = {name: fields(layers, inputs, name=name, free=["L"]) for name in "xy"}
    assert str(found["x"]["after"][0].size) == "2*L + 1"
    assert str(found["y"]["after"][0].size) == "2*L - 1"
    assert [fields(layers, inputs, name="y", L=n)["after"][0].size for n in (1, 2, 3)] == [1, 3, 5]
    assert found["y"]["body.0.a"] == (UNKNOWN, UNKNOWN)


def test_symbols(fields):
    config = "{x: [1, 4, 32, 32]}\nconfig: {k: 3, s: 2}"
    found = fields(f"  a: {conv('k', 's')}}}\n  b: {conv(3, 1)}}}\n", config, free=["k", "s"])
    assert str(found["b"][0].size) == "k + 2*s"

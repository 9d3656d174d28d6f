"""Moving elements: where they go, which windows that leaves, and what the messages say."""

from fractions import Fraction

import pytest
import torch

from archcalc.call import Call
from archcalc.dim import symbol
from archcalc.errors import Refused, Undecidable
from archcalc.op import UNKNOWN, Piece, Scattered, Window
from archcalc.ops import OPS
from archcalc.ops.axes import Refinement

C, H, N, W = (symbol(name) for name in "CHNW")


def call(name, *inputs, **settings):
    return Call(OPS[name](**settings), inputs)


def run(name, x, **settings):
    return OPS[name](**settings).torch(torch, tuple(x.shape))(x)


def message(name, *inputs, **settings):
    with pytest.raises(Refused) as caught:
        call(name, *inputs, **settings)
    return str(caught.value)


def numbers(*shape):
    return torch.arange(torch.Size(shape).numel()).reshape(shape)


# --- Rearrange: each pattern beside the reshapes and permutations that it stands for ---------------------------------

REARRANGED = [
    ((2, 3, 4, 5), "b c h w -> b h w c", {}, lambda x: x.permute(0, 2, 3, 1)),
    ((2, 3, 4, 5), "b c h w -> b (c h w)", {}, lambda x: x.flatten(1)),
    ((2, 12, 5), "b (h d) n -> b h n d", {"h": 3}, lambda x: x.reshape(2, 3, 4, 5).transpose(2, 3)),
    ((2, 12, 5), "b (h d) n -> b h n d", {"d": 4}, lambda x: x.reshape(2, 3, 4, 5).transpose(2, 3)),
    (
        (2, 3, 4, 6),
        "b c (h p) (w q) -> b (h w) (p q c)",
        {"p": 2, "q": 3},
        lambda x: x.reshape(2, 3, 2, 2, 2, 3).permute(0, 2, 4, 3, 5, 1).reshape(2, 4, 18),
    ),
    (
        (2, 12, 3, 5),
        "b (c p q) h w -> b c (h p) (w q)",
        {"p": 2, "q": 2},
        lambda x: torch.nn.functional.pixel_shuffle(x, 2),
    ),
    ((2, 3, 4, 5), "b ... c -> b c ...", {}, lambda x: x.permute(0, 3, 1, 2)),
    ((2, 3, 4, 5), "b ... c -> b (...) c", {}, lambda x: x.flatten(1, 2)),
    ((2, 3, 4, 5), "b c ... -> b (... c)", {}, lambda x: x.permute(0, 2, 3, 1).flatten(1)),
    ((2, 3), "b ... c -> c b ...", {}, lambda x: x.T),
    ((2, 1, 3), "b 1 c -> b c 1 1", {}, lambda x: x[:, 0, :, None, None]),
    ((2, 1, 3), "b () c -> () c b", {}, lambda x: x.permute(1, 2, 0)),
    ((2, 3), "b (1 c)->c b", {}, lambda x: x.T),
]


@pytest.mark.parametrize(("shape", "pattern", "sizes", "by_hand"), REARRANGED)
def test_rearrange_is_what_one_writes_by_hand(shape, pattern, sizes, by_hand):
    x = numbers(*shape)
    wanted = by_hand(x)
    assert torch.equal(run("Rearrange", x, pattern=pattern, sizes=sizes), wanted)
    assert call("Rearrange", shape, pattern=pattern, sizes=sizes).outputs == (tuple(wanted.shape),)


def test_rearrange_there_and_back_is_the_identity():
    x = numbers(2, 3, 4, 6)
    there, back = "b c (h p) w -> (b h) p w c", "(b h) p w c -> b c (h p) w"
    assert torch.equal(
        run("Rearrange", run("Rearrange", x, pattern=there, sizes={"p": 2}), pattern=back, sizes={"b": 2}), x
    )


@pytest.mark.parametrize(
    ("pattern", "sizes", "wanted"),
    [
        (
            "b c h w -> b (c h w",
            {},
            "a parenthesis is not closed in the pattern 'b c h w -> b (c h w'",
        ),
        (
            "b c h w -> b c) h w",
            {},
            "the parentheses do not match, or are nested, in the pattern 'b c h w -> b c) h w'",
        ),
        ("b c h w", {}, "there must be one '->', not 0, in the pattern 'b c h w'"),
        ("b c -> b -> c", {}, "there must be one '->', not 2, in the pattern 'b c -> b -> c'"),
        ("b c h w -> b c h", {}, "'w' must be on both sides in the pattern 'b c h w -> b c h'"),
        ("b c h w -> b ...", {}, "'...', 'c', 'h', 'w' must be on both sides in the pattern 'b c h w -> b ...'"),
        ("b c c w -> b c w", {}, "'c' occurs twice on the left side in the pattern 'b c c w -> b c w'"),
        ("b (...) -> b ...", {}, "'...' is in parentheses on the left side in the pattern 'b (...) -> b ...'"),
        (
            "b (c ...) -> b c ...",
            {},
            "'...' is in parentheses on the left side in the pattern 'b (c ...) -> b c ...'",
        ),
        ("b 3 h w -> b h w 3", {}, "the only number may be 1, not 3, in the pattern 'b 3 h w -> b h w 3'"),
        ("b c. h w -> b h w c.", {}, "'.' is not the name of an axis in the pattern 'b c. h w -> b h w c.'"),
        (
            "b c h -> b h c",
            {},
            "pattern 'b c h -> b h c' has 3 axes on the left, but the input has 4: [1, 3, 8, 9]",
        ),
        (
            "b c (h p) (w q) -> b c h w (p q)",
            {"p": 2, "q": 2},
            "axis 3 of [1, 3, 8, 9] cannot be split into (w q) of pattern 'b c (h p) (w q) -> b c h w (p q)': "
            "2 does not divide 9",
        ),
        (
            "b (c d) h w -> b c d h w",
            {"c": 2, "d": 2},
            "axis 1 of [1, 3, 8, 9] is not (c d) of pattern 'b (c d) h w -> b c d h w' with 2 * 2 positions",
        ),
        (
            "b c h w -> b h w c",
            {"h": 7},
            "axis 2 of [1, 3, 8, 9] is not h of pattern 'b c h w -> b h w c' with 7 positions",
        ),
        (
            "b 1 h w -> b h w",
            {},
            "axis 1 of [1, 3, 8, 9] is not () of pattern 'b 1 h w -> b h w' with 1 positions",
        ),
        (
            "b (c d) h w -> b c d h w",
            {},
            "sizes must give a size for 'c' or 'd' of pattern 'b (c d) h w -> b c d h w'",
        ),
        ("b c h w -> b h w c", {"d": 7}, "sizes names 'd', but pattern 'b c h w -> b h w c' does not"),
    ],
)
def test_rearrange_says_what_is_wrong(pattern, sizes, wanted):
    assert message("Rearrange", (1, 3, 8, 9), pattern=pattern, sizes=sizes) == wanted


def test_rearrange_assumes_what_it_cannot_decide():
    heads = call("Rearrange", (N, W, C), pattern="n l (h d) -> n h l d", sizes={"h": 12})
    assert tuple(map(str, heads.assumptions)) == ("12 divides C",)
    assert heads.outputs == ((N, 12, W, C / 12),)


# --- Fields of regrouped axes -----------------------------------------------------------------------------------------


def field(name, *inputs, **settings):
    return call(name, *inputs, **settings).fields[0][0]


def test_an_axis_that_is_split_reads_all_of_its_inner_part():
    assert field("Rearrange", (2, 12), pattern="b (h p) -> p b h", sizes={"p": 4})[1] == Window(2, 4, 0, 3)


def test_the_outer_part_of_a_merged_axis_is_read_in_steps_and_the_inner_one_is_scattered():
    batch, outer, inner = field("Rearrange", (2, 3, 4), pattern="b c l -> b (c l)")
    assert batch == Window(0)
    assert outer == Window(1, Fraction(1, 4), Fraction(-3, 4), 0)
    assert inner == Scattered((1,))


def test_windows_of_windows_are_scattered_over_both_axes():
    _, height, width, channels = field(
        "Rearrange", (2, 8, 8, 3), pattern="b (h p) (w q) c -> b (h w) (p q c)", sizes={"p": 2, "q": 2}
    )
    assert height == width == Scattered((1, 2))
    assert channels == Scattered((2,))


def test_flatten_after_global_pooling_leaves_the_channels_alone():
    assert field("Flatten", (N, C, 1, 1)) == (Window(0), Window(1), Window(1, 0), Window(1, 0))


@pytest.mark.parametrize(
    ("before", "after", "reaches"),
    [
        ((6, 4), (2, 12), (Window(0, 3, 0, 2), Scattered((1,)))),
        ((6, 4), (4, 6), (Scattered((0, 1)), Scattered((0, 1)))),
        ((6, 4, 5), (4, 6, 5), (Scattered((0, 1)), Scattered((0, 1)), Window(2))),
        ((2, 3, 4), (2, 1, 12), (Window(0), Window(2, Fraction(1, 4), Fraction(-3, 4), 0), Scattered((2,)))),
        ((2, 1, 4), (2, 4), (Window(0), Window(1, Fraction(1, 4), Fraction(-3, 4), 0), Window(1))),
        ((N, C, H * W), (N, C, H, W), (Window(0), Window(1), Window(2, W, 0, W - 1))),
        ((N, C), (N, H), (Window(0), UNKNOWN)),
    ],
)
def test_shapes_are_refined_as_far_as_they_divide_each_other(before, after, reaches):
    assert Refinement(before, after).reaches() == reaches


def test_reshape_infers_a_symbolic_size():
    reshaped = call("Reshape", (N, C, H, W), shape=[N, C, -1])
    assert reshaped.outputs == ((N, C, H * W),)
    assert tuple(map(str, reshaped.assumptions)) == ()


def test_reshape_messages():
    assert message("Reshape", (2, 7), shape=[3, -1]) == "[2, 7] has 14 elements, which [3, -1] cannot hold"
    assert message("Reshape", (2, 7), shape=[2, 8]) == "[2, 7] has 14 elements, which [2, 8] cannot hold"


# --- Joining and cutting ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [None, -12, -9, -3, 0, 2, 8, 9, 12])
@pytest.mark.parametrize("end", [None, -12, -9, -3, 0, 2, 8, 9, 12])
@pytest.mark.parametrize("step", [1, 2, 5])
def test_slice_is_a_python_slice(start, end, step):
    assert call("Slice", (1, 9), dim=1, start=start, end=end, step=step).outputs[0][1] == len(range(9)[start:end:step])


def test_slice_of_a_symbolic_axis():
    def size(**settings):
        return call("Slice", (N, H), dim=1, **settings).outputs[0][1]

    assert size(start=1) == H - 1
    assert size(end=-1, step=2) == H // 2
    assert size(start=2, end=6).subs(H, 4) == 2
    assert size(start=2, end=6).subs(H, 9) == 4


def test_a_split_has_as_many_outputs_as_torch():
    for size in range(1, 13):
        sizes = [t.shape[1] for t in torch.zeros(1, size).split(4, 1)]
        assert [o[1] for o in call("Split", (1, size), sizes=4, dim=1).outputs] == sizes


def test_a_split_in_symbolic_pieces_needs_a_number_of_them():
    assert call("Split", (N, 3 * C), sizes=C, dim=1).outputs == ((N, C),) * 3
    with pytest.raises(Undecidable, match=r"the number of pieces of 4 of C is .* but must be one number"):
        call("Split", (N, C), sizes=4, dim=1)


def test_the_pieces_of_a_split_are_read_where_they_lie():
    first, second = call("Split", (2, 7, 5), sizes=[3, 4], dim=1).fields
    assert first[0][1] == Window(1, 1, 0, 0)
    assert second[0][1] == Window(1, 1, 3, 3)


def test_a_position_of_a_concatenation_reads_one_part():
    one, other = call("Concat", (N, C, H, W), (N, 32, H, W)).fields[0]
    assert one == (Window(0), Piece(1, 0), Window(2), Window(3))
    assert other == (Window(0), Piece(1, C), Window(2), Window(3))


def test_concat_assumes_equal_sizes():
    joined = call("Concat", (N, C, H), (N, C, W))
    assert joined.outputs == ((N, 2 * C, H),)
    assert tuple(map(str, joined.assumptions)) == ("H = W",)


def test_concat_messages():
    assert message("Concat", (2, 3, 4), (2, 3, 5)) == "inputs [2, 3, 4] and [2, 3, 5] must agree on axis 2: 4 and 5"
    assert message("Concat", (2, 3), (2,)) == "inputs [2, 3] and [2] must have the same number of axes: 2 and 1"


def test_padding_is_listed_from_the_last_axis():
    padded = call("Pad", (2, 3, 5, 6), padding=[1, 2, -3, 4])
    assert padded.outputs == ((2, 3, 6, 9),)
    assert padded.fields[0][0] == (Window(0), Window(1), Window(2, 1, 3, 3), Window(3, 1, -1, -1))


def test_padding_to_an_even_size_runs_on_symbols():
    assert call("Pad", (N, C, W), padding=[0, W % 2]).outputs == ((N, C, W + W % 2),)


def test_a_reflection_needs_the_positions_that_it_repeats():
    assert tuple(map(str, call("Pad", (N, C, W), padding=[2, 3], mode="reflect").assumptions)) == ("W >= 4",)


def test_views_keep_no_activations():
    assert {name for name in OPS if OPS[name].view} >= {"Flatten", "Reshape", "Permute", "Expand", "Split", "Slice"}
    assert call("Flatten", (2, 3, 4)).activations == 0
    assert call("Roll", (2, 3, 4), shifts=1, dims=1).activations == 24

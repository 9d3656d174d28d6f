"""The core of attention: its work, its heads, its masks."""

from fractions import Fraction

import pytest
import torch

from archcalc.call import Call
from archcalc.dim import symbol
from archcalc.errors import Refused
from archcalc.op import WHOLE, Before, Cost, Window
from archcalc.ops.attention import ScaledDotProductAttention as Attention

C, L, N = (symbol(name) for name in "CLN")


def test_the_products_are_counted_over_all_scores():
    call = Call(Attention(), ((2, 3, 5, 8), (2, 3, 6, 8), (2, 3, 6, 7)))
    assert call.outputs == ((2, 3, 5, 7),)
    assert call.cost.macs == 2 * 3 * 5 * 6 * (8 + 7)


def test_a_causal_mask_is_no_silent_factor():
    shapes = ((N, 12, L, C),) * 3
    causal, full = Call(Attention(is_causal=True), shapes), Call(Attention(), shapes)
    assert causal.cost == full.cost
    assert causal.cost.macs == 24 * N * L * L * C


def test_each_score_is_scaled_and_goes_through_a_softmax():
    shapes = ((1, 1, 2, 4), (1, 1, 3, 4), (1, 1, 3, 4))
    # Per row of 3: 2 comparisons, 3 subtractions, 3 exponentials, 2 additions, 3 divisions.
    assert Call(Attention(), shapes).cost == Cost(macs=48, mul=6, compare=4, add=10, exp=6, div=6)
    assert Call(Attention(), (*shapes, (2, 3))).cost == Cost(macs=48, mul=6, compare=4, add=16, exp=6, div=6)


def test_a_query_reads_all_keys_and_values():
    query, key, value = Call(Attention(), ((2, 3, 5, 8), (2, 3, 6, 8), (2, 3, 6, 7))).fields[0]
    assert query == (Window(0), Window(1), Window(2), WHOLE)
    assert key == (Window(0), Window(1), WHOLE, WHOLE)
    assert value == (Window(0), Window(1), WHOLE, Window(3))


def test_a_causal_query_reads_no_later_key():
    _, key, value = Call(Attention(is_causal=True), ((2, 3, 7, 8), (2, 3, 5, 8), (2, 3, 5, 8))).fields[0]
    assert key[2] == value[2] == Before(2)


def test_grouped_heads_serve_several_heads_of_the_query():
    call = Call(Attention(enable_gqa=True), ((N, 12, L, C), (N, 4, L, C), (N, 4, L, C)))
    assert call.outputs == ((N, 12, L, C),)
    assert call.cost.macs == 24 * N * L * L * C
    assert call.fields[0][1][1] == Window(1, Fraction(1, 3), Fraction(-2, 3), 0)


def test_a_mask_may_broadcast_to_the_scores():
    query = key = value = (2, 3, 5, 8)
    for mask in ((5, 5), (1, 5), (3, 5, 5), (2, 1, 1, 5), (2, 3, 5, 5)):
        assert Call(Attention(), (query, key, value, mask)).outputs == (query,)
    masked = Call(Attention(), (query, key, value, (2, 1, 1, 5))).fields[0][3]
    assert masked == (Window(0), Window(1, 0), Window(2, 0), WHOLE)


def test_the_settings_reach_torch():
    torch.manual_seed(0)
    x = torch.randn(1, 2, 4, 3)
    run = Attention(is_causal=True, scale=0.25).torch(torch, *[tuple(x.shape)] * 3)
    wanted = torch.nn.functional.scaled_dot_product_attention(x, x, x, is_causal=True, scale=0.25)
    assert torch.equal(run(x, x, x), wanted)


SAME = [(2, 3, 5, 8)] * 3


@pytest.mark.parametrize(
    ("op", "inputs", "wanted"),
    [
        (Attention(), [(8,), (5, 8), (5, 8)], "query must have at least 2 axes, not 1: [8]"),
        (
            Attention(enable_gqa=True),
            [(3, 5, 8), (5, 8), (5, 8)],
            "with enable_gqa key must have at least 3 axes, not 2: [5, 8]",
        ),
        (Attention(), [(2, 3, 5, 8), (2, 3, 6, 7), (2, 3, 6, 7)], "query has 8 features, but key has 7"),
        (Attention(), [(2, 3, 5, 8), (2, 3, 6, 8), (2, 3, 5, 8)], "key has 6 positions, but value has 5"),
        (
            Attention(),
            [(2, 4, 5, 8), (2, 2, 5, 8), (2, 2, 5, 8)],
            "shapes [2, 4, 5, 8] and [2, 2, 5, 8] do not fit on axis -3: 4 and 2",
        ),
        (
            Attention(enable_gqa=True),
            [(2, 4, 5, 8), (2, 2, 5, 8), (2, 3, 5, 8)],
            "the heads of value (3) must divide those of query (4)",
        ),
        (Attention(is_causal=True), [*SAME, (5, 5)], "a mask cannot be given with is_causal"),
        (Attention(), [*SAME, (5, 6)], "the mask [5, 6] does not broadcast to the scores [2, 3, 5, 5]"),
        (Attention(), [*SAME, (5,)], "the mask [5] does not broadcast to the scores [2, 3, 5, 5]"),
    ],
)
def test_messages(op, inputs, wanted):
    with pytest.raises(Refused) as caught:
        Call(op, tuple(inputs))
    assert str(caught.value) == wanted

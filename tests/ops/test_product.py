"""Products of matrices and by letters: shapes as torch has them, and the work of every step."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from archcalc.call import Call
from archcalc.dim import symbol
from archcalc.errors import Refused
from archcalc.op import WHOLE, Cost, Window
from archcalc.ops.product import Einsum, MatMul

C, H, N, W = (symbol(name) for name in "CHNW")


def message(op, *inputs):
    with pytest.raises(Refused) as caught:
        Call(op, inputs)
    return str(caught.value)


@pytest.mark.parametrize(
    ("a", "b", "out"),
    [
        ((3, 4), (4, 5), (3, 5)),
        ((4,), (4,), ()),
        ((4,), (4, 5), (5,)),
        ((3, 4), (4,), (3,)),
        ((2, 3, 4), (4,), (2, 3)),
        ((4,), (2, 4, 5), (2, 5)),
        ((6, 1, 3, 4), (2, 4, 5), (6, 2, 3, 5)),
        ((N, W, C), (C, H), (N, W, H)),
    ],
)
def test_matmul_has_the_shapes_of_torch(a, b, out):
    call = Call(MatMul(), (a, b))
    assert call.outputs == (out,)
    if all(type(n) is int for n in (*a, *b)):
        assert tuple(torch.matmul(torch.zeros(a), torch.zeros(b)).shape) == out


def test_matmul_costs_the_product_of_all_indices():
    assert Call(MatMul(), ((6, 1, 3, 4), (2, 4, 5))).cost == Cost(macs=6 * 2 * 3 * 4 * 5)
    assert Call(MatMul(), ((4,), (4,))).cost == Cost(macs=4)


def test_matmul_reads_rows_and_columns():
    a, b = Call(MatMul(), ((6, 1, 3, 4), (2, 4, 5))).fields[0]
    assert a == (Window(0), Window(1, 0), Window(2), WHOLE)
    assert b == (Window(1), WHOLE, Window(3))


def test_matmul_messages():
    assert message(MatMul(), (2, 3, 4), (5, 6)) == "[2, 3, 4] has rows of 4, but [5, 6] has columns of 5"
    wanted = "shapes [2, 3, 4] and [3, 4, 5] do not fit on axis -3: 2 and 3"
    assert message(MatMul(), (2, 3, 4), (3, 4, 5)) == wanted
    assert tuple(map(str, Call(MatMul(), ((N, H), (W, C))).assumptions)) == ("H = W",)


EQUATIONS = [
    ("ij->ji", [(2, 3)]),
    ("ij->", [(2, 3)]),
    ("bij,bjk->bik", [(2, 3, 4), (2, 4, 5)]),
    ("bij,bjk->bk", [(2, 3, 4), (2, 4, 5)]),
    ("bi,bj->bij", [(2, 3), (2, 4)]),
    ("bi,bi->bi", [(2, 3), (2, 3)]),
    ("i,j->", [(3,), (4,)]),
    ("bi,i", [(2, 3), (3,)]),
    ("bA,Aa", [(2, 3), (3, 4)]),
    ("ij,jk,kl,lm->im", [(2, 3), (3, 4), (4, 5), (5, 7)]),
    ("ij,kl,jk->il", [(2, 3), (4, 5), (3, 4)]),
    ("ij,jk->ik", [(2, 1), (3, 4)]),
    ("...ij, ...jk -> ...ik", [(2, 1, 3, 4), (6, 4, 5)]),
    ("...j,jk", [(2, 5, 3), (3, 4)]),
    ("...j,jk->k", [(2, 5, 3), (3, 4)]),
    ("b...->b", [(2, 5, 3)]),
    (",ij->ij", [(), (2, 3)]),
]


@pytest.mark.parametrize(("equation", "shapes"), EQUATIONS)
def test_einsum_has_the_shapes_and_macs_of_torch(equation, shapes):
    op = Einsum(equation=equation)
    with FlopCounterMode(display=False) as counter:
        out = op.torch(torch, *shapes)(*map(torch.zeros, shapes))
    call = Call(op, tuple(shapes))
    assert call.outputs == (tuple(out.shape),)
    assert call.cost.macs * 2 == counter.get_total_flops()


@pytest.mark.parametrize(
    ("equation", "shapes", "cost"),
    [
        # A letter of one operand alone is summed before the product.
        ("bij,bjk->bk", [(2, 3, 4), (2, 4, 5)], Cost(add=2 * 4 * 2, macs=2 * 4 * 5)),
        # Without a sum there are products alone.
        ("bi,bj->bij", [(2, 3), (2, 4)], Cost(mul=24)),
        # From left to right, not by the cheapest path.
        ("ij,jk,k->i", [(2, 3), (3, 4), (4,)], Cost(macs=2 * 3 * 4 + 2 * 4)),
        ("ij->i", [(2, 3)], Cost(add=4)),
        ("ij->ji", [(2, 3)], Cost()),
    ],
)
def test_einsum_counts_every_step(equation, shapes, cost):
    assert Call(Einsum(equation=equation), tuple(shapes)).cost == cost


def test_einsum_of_attention_on_symbols():
    call = Call(Einsum(equation="bhid,bhjd->bhij"), ((N, 12, W, C), (N, 12, W, C)))
    assert call.outputs == ((N, 12, W, W),)
    assert call.cost == Cost(macs=12 * N * W * W * C)
    assert call.fields[0] == (
        (Window(0), Window(1), Window(2), WHOLE),
        (Window(0), Window(1), Window(3), WHOLE),
    )


@pytest.mark.parametrize(
    ("equation", "shapes", "wanted"),
    [
        ("ij,jk->ik", [(2, 3)], "equation 'ij,jk->ik' has 2 operands for 1 input"),
        ("ijk->i", [(2, 3)], "'ijk' of equation 'ijk->i' has 3 axes, but input 0 has 2: [2, 3]"),
        ("...ijk->i", [(2, 3)], "'...ijk' of equation '...ijk->i' has at least 3 axes, but input 0 has 2: [2, 3]"),
        ("ij,jk->ik", [(2, 3), (4, 5)], "'j' of equation 'ij,jk->ik' is 3 in input 0 and 4 in input 1"),
        ("ij->ik", [(2, 3)], "'k' of the output occurs in no operand of equation 'ij->ik'"),
        ("ij->ii", [(2, 3)], "'i' occurs twice in 'ii' of equation 'ij->ii'"),
        ("ii->i", [(2, 2)], "'i' occurs twice in 'ii' of equation 'ii->i'"),
        ("i_->i", [(2, 3)], "'_' is not a letter in equation 'i_->i'"),
        ("ij->i->j", [(2, 3)], "'-' is not a letter in equation 'ij->i->j'"),
        ("i..->i", [(2, 3)], "'.' is not a letter in equation 'i..->i'"),
    ],
)
def test_einsum_says_what_is_wrong(equation, shapes, wanted):
    assert message(Einsum(equation=equation), *shapes) == wanted

"""Normalisations: over what they run, and what they need."""

import pytest
import torch

from archcalc.algebra.assumptions import NOTHING, Assumptions
from archcalc.call import Call
from archcalc.dim import symbol
from archcalc.errors import Refused, Undecidable
from archcalc.op import WHOLE, Cost, Scattered, Window, identity
from archcalc.ops.norm import several
from archcalc.ops.norm.across_channels import GroupNorm, LayerNorm, LayerNorm2d, LocalResponseNorm, Normalize, RMSNorm
from archcalc.ops.norm.per_channel import BatchNorm1d, BatchNorm2d, InstanceNorm1d, InstanceNorm2d

N, H = symbol("N"), symbol("H")
X = (2, 4, 5, 6)
SIZE = 2 * 4 * 5 * 6


@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("norm", [BatchNorm2d, InstanceNorm2d])
def test_kept_statistics_are_one_scale_and_one_shift(norm, affine):
    op = norm(affine=affine, track_running_stats=True)
    assert op.cost(X) == Cost(mul=SIZE, add=SIZE)
    assert op.field(X) == (identity(4),)
    assert op.buffers(X) == {"running_mean": (4,), "running_var": (4,), "num_batches_tracked": ()}


def test_statistics_of_the_input():
    batch = BatchNorm2d(affine=False, track_running_stats=False)
    assert batch.field(X) == ((WHOLE, Window(1), WHOLE, WHOLE),)
    assert batch.cost(X) == Cost(add=3 * SIZE - 4, mul=2 * SIZE, div=3 * 4, sqrt=4)
    instance = InstanceNorm2d(affine=True)
    assert instance.field(X) == ((Window(0), Window(1), WHOLE, WHOLE),)
    assert instance.cost(X) == Cost(add=4 * SIZE - 8, mul=3 * SIZE, div=3 * 8, sqrt=8)


def test_work_of_one_row_counted_by_hand():
    # A row (a, b): 1 addition for the mean, 2 subtractions, 1 for the variance, 1 of eps; 2 squares, 2 scalings.
    assert LayerNorm(elementwise_affine=False).cost((1, 2)) == Cost(add=5, mul=4, div=3, sqrt=1)
    assert LayerNorm(bias=False).cost((1, 2)) == Cost(add=5, mul=6, div=3, sqrt=1)
    # No mean: 1 addition for the mean square, 1 of eps; 2 squares, 2 scalings, 2 trained scalings.
    assert RMSNorm().cost((1, 2)) == Cost(add=2, mul=6, div=2, sqrt=1)


def test_last_axes():
    op = LayerNorm(axes=2)
    assert op.weights(X) == {"weight": (5, 6), "bias": (5, 6)}
    assert op.field(X) == ((Window(0), Window(1), WHOLE, WHOLE),)
    assert op.cost(X).sqrt == 2 * 4
    assert LayerNorm(elementwise_affine=False).weights(X) == {}
    assert RMSNorm().weights(X) == {"weight": (6,)}


def test_the_batch_is_not_normalised():
    with pytest.raises(Refused, match="axes must be at most 3, not 4"):
        Call(LayerNorm(axes=4), (X,))


@pytest.mark.parametrize("given", [NOTHING, Assumptions(near=True, defaults={"H": 1})])
def test_the_number_of_axes_must_be_a_number(given):
    with pytest.raises(Undecidable, match="axes is H, but must be one number") as error:
        Call(RMSNorm(axes=H), (X,), given)
    with pytest.raises(Undecidable):
        given.decided(error.value)


def test_groups():
    assert GroupNorm(num_groups=2).field(X) == ((Window(0), Scattered((1,)), WHOLE, WHOLE),)
    assert GroupNorm(num_groups=1).field(X) == ((Window(0), WHOLE, WHOLE, WHOLE),)
    assert GroupNorm(num_groups=2, affine=False).cost(X) == Cost(add=3 * SIZE - 4, mul=2 * SIZE, div=3 * 4, sqrt=4)


# Inputs with one value per channel or group; the batch counts for all but the instance norm, as in torch.
TOO_FEW = [
    (BatchNorm1d(track_running_stats=False), (1, 3), (2, 3)),
    (BatchNorm2d(track_running_stats=False), (1, 3, 1, 1), (2, 3, 1, 1)),
    (InstanceNorm1d(), (2, 3, 1), (2, 3, 2)),
    (GroupNorm(num_groups=3), (1, 3), (2, 3)),
]  # fmt: skip


@pytest.mark.parametrize(("op", "few", "enough"), TOO_FEW)
def test_one_value_has_no_variance(op, few, enough):
    with pytest.raises(Refused, match="more than one value"):
        Call(op, (few,))
    with pytest.raises(ValueError, match="Expected more than 1"):
        op.torch(torch, few).eval()(torch.zeros(few))
    op.torch(torch, enough).eval()(torch.zeros(enough))
    Call(op, (enough,))


def test_several_sees_through_symbols():
    assert several((N, 2, H)) is True
    assert several((1, 1)) is False
    assert str(several((N, H))) == "N*H >= 2"


@pytest.mark.parametrize("size", range(1, 9))
def test_local_response_reads_the_channels_that_torch_reads(size):
    shape = (1, 6, 2, 2)
    op = LocalResponseNorm(size=size, alpha=1.0)
    reach = op.field(shape)[0][1]
    for channel in range(6):
        x = torch.ones(shape, dtype=torch.float64, requires_grad=True)
        op.torch(torch, shape)(x)[0, channel, 0, 1].backward()
        assert x.grad[0, :, [0, 1, 1], [0, 0, 1]].eq(0).all()
        read = x.grad[0, :, 0, 1].nonzero().flatten().tolist()
        assert read == list(range(max(channel + reach.first, 0), min(channel + reach.last, 5) + 1))


def test_local_response_work():
    assert LocalResponseNorm(size=5).cost((1, 2, 3)) == Cost(mul=18, add=30, div=12, exp=6, log=6)


def test_layer_norm_of_an_image_is_layer_norm_at_each_place():
    op, x = LayerNorm2d(eps=0.1), torch.randn(X)
    weight, bias = torch.randn(4), torch.randn(4)
    found = op.torch(torch, X)(x, weight=weight, bias=bias)
    assert torch.equal(found[1, :, 2, 3], torch.nn.functional.layer_norm(x[1, :, 2, 3], (4,), weight, bias, 0.1))
    assert op.cost(X) == LayerNorm(eps=0.1).cost((2, 5, 6, 4))
    assert op.field(X) == ((Window(0), WHOLE, Window(2), Window(3)),)


def test_normalize_work():
    # of each of 2 x 3 rows of 4: squares, 3 additions, a root, the greater of two, divisions
    assert Normalize(dim=-2).cost((2, 4, 3)) == Cost(mul=24, add=18, sqrt=6, compare=6, div=24)


def test_a_vector_shorter_than_eps_is_divided_by_eps():
    found = Normalize(dim=0, eps=10).torch(torch, (2,))(torch.tensor([3.0, 4.0]))
    assert found.tolist() == pytest.approx([0.3, 0.4])

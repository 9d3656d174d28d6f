"""Normalised weights: the arrays and the numbers of PyTorch's parametrizations."""

import pytest
import torch
from torch.nn.utils import parametrizations

from archcalc.builder import Builder
from archcalc.call import Call
from archcalc.errors import Refused
from archcalc.op import example
from archcalc.ops import OPS
from archcalc.ops.parametrize import PARAMETRIZATIONS, SpectralNorm, WeightNorm, parametrized
from archcalc.torchcheck.build import build
from archcalc.torchcheck.module import as_module
from tests.ops import laws
from tests.ops.laws import Case

CASES = [
    ("Linear", example((2, 8), out_features=5)),
    ("Linear", example((3, 4, 8), out_features=6, bias=False)),
    ("Conv1d", example((2, 4, 9), out_channels=6, kernel_size=3)),
    ("Conv2d", example((1, 4, 8, 9), out_channels=6, kernel_size=[3, 2], groups=2)),
    ("ConvTranspose2d", example((1, 4, 5, 5), out_channels=6, kernel_size=3, stride=2)),
    ("BatchNorm1d", example((2, 5))),
    ("LayerNorm", example((2, 5))),
]


@pytest.mark.parametrize("how", PARAMETRIZATIONS)
@pytest.mark.parametrize(("name", "given"), CASES)
def test_laws_hold(name, given, how):
    case = Case.of(parametrized(OPS[name], PARAMETRIZATIONS[how]), given)
    for law in (laws.check_shapes, laws.check_names, laws.check_macs, laws.check_symbols, laws.check_defaults):
        law(case)


@pytest.mark.parametrize("how", PARAMETRIZATIONS)
def test_the_module_is_that_of_torch(how):
    torch.manual_seed(0)
    ours = as_module(parametrized(OPS["Conv2d"], PARAMETRIZATIONS[how])(out_channels=6, kernel_size=3), (1, 4, 8, 8))
    theirs = getattr(parametrizations, how)(torch.nn.Conv2d(4, 6, 3)).eval()
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(1, 4, 8, 8)
    assert torch.equal(ours(x), theirs(x))


def test_names_are_those_of_checkpoints():
    call = Call(parametrized(OPS["Conv2d"], WeightNorm)(out_channels=6, kernel_size=3), ((1, 4, 8, 8),))
    assert call.weights == {
        "bias": (6,),
        "parametrizations.weight.original0": (6, 1, 1, 1),
        "parametrizations.weight.original1": (6, 4, 3, 3),
    }
    call = Call(parametrized(OPS["ConvTranspose2d"], SpectralNorm)(out_channels=6, kernel_size=3), ((1, 4, 8, 8),))
    assert call.buffers == {"parametrizations.weight.0._u": (6,), "parametrizations.weight.0._v": (4 * 9,)}


def test_what_has_no_weight_cannot_be_normalised():
    with pytest.raises(Refused, match="ReLU has no weight for spectral_norm"):
        Call(parametrized(OPS["ReLU"], SpectralNorm)(), ((2, 3),))


def test_an_operation_is_made_once_and_keeps_its_role():
    cls = parametrized(OPS["Conv2d"], WeightNorm)
    assert cls is parametrized(OPS["Conv2d"], WeightNorm)
    assert (cls.__name__, cls.role, list(cls.declared)) == ("Conv2d", OPS["Conv2d"].role, list(OPS["Conv2d"].declared))


@pytest.mark.parametrize("how", PARAMETRIZATIONS.values())
def test_layers_share_what_the_weight_is_computed_from(how):
    builder, op = Builder(), parametrized(OPS["Linear"], how)(out_features=8)
    first = builder.layer("first", op, [builder.input("x", (2, 8))])
    network = builder.finish(builder.layer("second", op, first, weights_of="first"))
    module = build(network).double()
    x = torch.randn(2, 8, dtype=torch.float64)
    assert torch.equal(module(x), module.layers["first"](module.layers["first"](x)))
    name = next(name for name in network.layers["first"].call.weights if "original" in name)
    assert module.layers["second"].get_parameter(name) is module.layers["first"].get_parameter(name)

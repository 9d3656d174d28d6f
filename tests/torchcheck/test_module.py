"""An operation as a module of PyTorch, and PyTorch's own count of its products."""

import subprocess
import sys
from dataclasses import replace

import pytest
import torch

import archcalc
from archcalc.ops import OPS
from archcalc.torchcheck.crosscheck import Disagreement
from archcalc.torchcheck.module import FunctionModule, as_module, measured


def test_a_module_is_used_as_it_is_in_eval_mode() -> None:
    module = as_module(OPS["Dropout"](p=0.5), (2, 3))
    assert type(module) is torch.nn.Dropout
    assert not module.training


def test_a_function_gets_the_declared_weights() -> None:
    op = OPS["ConnectedConv2d"](out_channels=2, kernel_size=3, connections=[[0], [0, 1]])
    module = as_module(op, (1, 2, 5, 5))
    assert type(module) is FunctionModule
    assert {name: tuple(p.shape) for name, p in module.named_parameters()} == op.weights((1, 2, 5, 5))


def test_a_weight_without_a_name_is_called_weight() -> None:
    module = as_module(OPS["Parameter"](shape=[1, 4]))
    assert list(module.state_dict()) == ["weight"]
    assert torch.equal(module(), module.weight)


def test_the_device_is_that_of_the_context() -> None:
    with torch.device("meta"):
        module = as_module(OPS["Linear"](out_features=10**6), (1, 10**6))
    assert module.weight.device.type == "meta"


@pytest.mark.parametrize("device", ["meta", "cpu"])
@pytest.mark.parametrize(
    ("name", "settings", "inputs"),
    [
        ("LSTM", {"hidden_size": 7}, ((4, 2, 5),)),  # one kernel of oneDNN on the CPU
        ("ScaledDotProductAttention", {}, ((2, 3, 4, 5),) * 3),  # one fused kernel
        ("MatMul", {}, ((3, 4), (4,))),
        ("MatMul", {}, ((4,), (4,))),
    ],
)
def test_products_that_torch_leaves_out_are_counted(name, settings, inputs, device) -> None:
    op = OPS[name](**settings)
    with torch.device(device):
        _, macs = measured(as_module(op, *inputs), [torch.randn(x) for x in inputs])
    assert macs == op.cost(*inputs).macs > 0


def test_without_pytorch_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from archcalc.errors import MissingExtra\n"
        "try: import archcalc.torchcheck.module\n"
        "except MissingExtra as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == 'crosscheck needs PyTorch; install it with: pip install "archcalc[torch]"\n'


def test_an_operation_without_a_twin_says_what_to_define() -> None:
    from archcalc.errors import Refused
    from archcalc.op import Cost
    from archcalc.ops.base import Elementwise

    class Cube(Elementwise):
        """x to the third power."""

        each = Cost(mul=2)

    with pytest.raises(Refused, match=r"torch.nn has no Cube \(define the method `torch` in the class"):
        Cube().torch(torch, (1, 2))


def test_a_comparison_says_whether_it_agrees() -> None:
    found = archcalc.crosscheck("lenet_dense", "meta")
    assert found.agrees
    assert not replace(found, differences=[Disagreement("conv1", "macs", "1", "2")]).agrees
    assert archcalc.crosscheck("lenet_dense", torch.device("meta")).device == "meta"

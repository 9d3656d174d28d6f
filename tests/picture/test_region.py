"""What one position reads: the support of PyTorch's gradient, in the middle and at every border."""

import pytest
import torch
from torch.nn import functional

import archcalc
from archcalc.errors import Refused
from archcalc.language.find import zoo
from archcalc.picture.field.region import region_of
from tests.sweeps import sampled

CONVOLUTIONS = """archcalc: 1
inputs: {image: [1, 2, 41, 29]}
layers:
  wide: {Conv2d: {out_channels: 2, kernel_size: [5, 4], stride: [2, 1], padding: [1, 2]}}
  pool: {MaxPool2d: {kernel_size: 3, stride: 2, padding: 1}}
  even: {Conv2d: {out_channels: 2, kernel_size: 2}}
  gaps: {Conv2d: {out_channels: 2, kernel_size: 3, dilation: [1, 2], padding: [1, 2]}}
  causal: {Pad: [2, 0, 0, 3]}
  last: {Conv2d: {out_channels: 1, kernel_size: 3}}
"""
UPSAMPLED = """archcalc: 1
inputs: {image: [1, 1, 12, 15]}
layers:
  down: {Conv2d: {out_channels: 2, kernel_size: 3, stride: 2, padding: 1}}
  up: {ConvTranspose2d: {out_channels: 2, kernel_size: 4, stride: 2, padding: 1}}
  thrice: {ConvTranspose2d: {out_channels: 2, kernel_size: 3, stride: 3}}
  last: {Conv2d: {out_channels: 1, kernel_size: 3, padding: 1}}
"""
SEQUENCE = """archcalc: 1
inputs: {sound: {shape: [1, 3, 40], layout: NCL}}
layers:
  before: {Pad: [4, 0]}
  a: {Conv1d: {out_channels: 2, kernel_size: 3, dilation: 2}}
  b: {Conv1d: {out_channels: 2, kernel_size: 4, stride: 3}}
"""
VOLUME = """archcalc: 1
inputs: {video: {shape: [1, 1, 7, 12, 14], layout: NCDHW}}
layers:
  a: {Conv3d: {out_channels: 2, kernel_size: [1, 3, 3], padding: [0, 1, 1]}}
  pool: {AvgPool3d: [2, 2, 2]}
  b: {Conv3d: {out_channels: 1, kernel_size: [3, 3, 2], padding: [1, 1, 0]}}
"""
BRANCHES = """archcalc: 1
inputs: {image: [1, 1, 24, 20]}
layers:
  a: {Conv2d: {out_channels: 2, kernel_size: 3, padding: 1}}
  far: {Conv2d: {out_channels: 2, kernel_size: 7, padding: 3}}
  sum: {Add: , from: [far, a]}
  turn: {Permute: [0, 1, 3, 2]}
  last: {Conv2d: {out_channels: 1, kernel_size: [1, 3], stride: [1, 2]}}
"""
OURS = {
    "convolutions": CONVOLUTIONS,
    "upsampled": UPSAMPLED,
    "sequence": SEQUENCE,
    "volume": VOLUME,
    "branches": BRANCHES,
}


@pytest.fixture
def spec(tmp_path):
    def spec(text):
        path = tmp_path / "spec.yaml"
        path.write_text(text)
        return archcalc.load(path)

    return spec


class Supports:
    """Where the gradient of one position is not 0, all weights being positive and maxima means."""

    def __init__(self, model):
        torch.manual_seed(0)
        self.net = model.to_torch().double()
        for weight in self.net.parameters():
            weight.data.uniform_(0.5, 1.5)
        self.net.requires_grad_(False)
        self.inputs = [torch.rand_like(x, dtype=torch.float64).requires_grad_() for x in self.net.example_inputs()]
        self.found = {}
        self.net.run(self.inputs, self.kept)

    def kept(self, layer, module, given):
        if type(module).__name__ == "MaxPool2d":
            settings = (module.kernel_size, module.stride, module.padding, module.ceil_mode)
            out = functional.avg_pool2d(*given, *settings)
        else:
            out = module(*given)
        # As large as at first: products of many weights would leave what a number can hold.
        self.found[layer.path] = out / out.mean().detach() if isinstance(out, torch.Tensor) else out
        return self.found[layer.path]

    def of(self, path, place):
        """The hull of what is read per axis of the first input."""
        part = self.found[path][(slice(None), slice(None), *place)].sum()
        (gradient,) = torch.autograd.grad(part, self.inputs[:1], retain_graph=True)
        touched = (gradient != 0).nonzero().T[2:]
        return [range(int(axis.min()), int(axis.max()) + 1) if axis.numel() else range(0) for axis in touched]


def places(axes):
    """The corners, the middle, and what lies between."""
    each = [sorted({0, 1, a.positions // 3, a.positions // 2, a.positions - 1} & set(range(a.positions))) for a in axes]
    most = max(map(len, each))
    return [tuple(some[min(i, len(some) - 1)] for some in each) for i in range(most)] + [
        (each[0][0], *(some[-1] for some in each[1:])),
        (each[0][-1], *(some[0] for some in each[1:])),
    ]


def check(model, paths):
    summary, supports = model.summary(gates="ignore"), Supports(model)
    compared = 0
    for path in paths:
        shape = summary[path].outputs[0]
        for at in places(region_of(summary, path).axes):
            seen = region_of(summary, path, at)
            axes = seen.axes
            place = [None] * len(shape[2:])
            for axis, i in zip(axes, at, strict=True):
                place[axis.field.axes[0] - 2] = i
            assert all(0 <= i < n for i, n in zip(place, shape[2:], strict=True))
            found = supports.of(path, place)
            exact = not seen.dilated or not any(axis.before + axis.after for axis in axes)
            if exact:
                assert found == [axis.inside for axis in axes], (path, at)
            else:  # the hull of taps, of which those at the end may lie outside
                assert all({*read} <= {*axis.inside} for read, axis in zip(found, axes, strict=True)), (path, at)
            compared += 1
    assert compared >= len(paths) * 3


@pytest.mark.parametrize("name", list(OURS))
def test_it_is_the_support_of_the_gradient(spec, name):
    model = spec(OURS[name])
    check(model, [layer.path for layer in model.summary().layers])


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("resnet:18", ["maxpool", "layer2.0.conv1", "layer3.1.sum", "layer4.1.conv2"]),
        pytest.param("vgg:11", ["features.5", "features.20"], marks=pytest.mark.slow),
        pytest.param("alexnet", ["features.2", "features.12"], marks=pytest.mark.slow),
        ("lenet", ["S2", "C3", "S4", "C5"]),
    ],
)
def test_it_is_the_support_of_the_gradient_of_published_networks(name, paths):
    small = {} if name in ("alexnet", "lenet") else {"H": 65, "W": 96}
    check(archcalc.load(name, config=small), paths)


@pytest.mark.parametrize("name", sampled(zoo()))
def test_it_is_what_stride_size_and_padding_say(name):
    """Position i reads the span of its phase; where the field is regular, stride*i - padding and so many from there."""
    summary = archcalc.load(name).summary(gates="ignore")
    told = 0
    for layer in summary.layers[:: 1 + len(summary.layers) // 60]:
        try:
            axes = region_of(summary, layer.path).axes
        except Refused:
            continue
        for axis in axes:
            length = axis.last - axis.first + 1
            assert axis.before + len(axis.inside) + axis.after <= length
            assert axis.inside.start >= max(axis.first, 0)
            assert axis.inside.stop <= min(axis.last + 1, axis.side.size)
            if axis.field is None:
                assert (axis.first, axis.last) == (0, axis.side.size - 1)
            elif axis.field.jump is None or axis.field.period > 1:
                assert (axis.first, axis.last) == axis.field.span(axis.at)
                assert length <= axis.field.size
            else:
                assert (axis.first, length) == (axis.field.jump * axis.at - axis.field.padding, axis.field.size)
            told += 1
    assert told or name in ("first_fully_connected",)


def test_a_dilated_window_is_told(spec):
    summary = spec(CONVOLUTIONS).summary()
    assert not region_of(summary, "even").dilated
    assert region_of(summary, "last").dilated


MLP = "archcalc: 1\ninputs: {features: [1, 784]}\nlayers:\n  fc: {Linear: 10}\n"
SPARSE = "{ConvTranspose2d: {out_channels: 1, kernel_size: 1, stride: 2}}"
TRANSPOSED = f"archcalc: 1\ninputs: {{x: [1, 1, 5, 5]}}\nlayers:\n  up: {SPARSE}\n"


@pytest.mark.parametrize(
    ("text", "path", "at", "message"),
    [
        (CONVOLUTIONS, "pol", None, "spec has no layer 'pol' (did you mean 'pool'?)"),
        (CONVOLUTIONS, "even", (1,), "1 number says no position of 'even' (it takes 2: height, width)"),
        (CONVOLUTIONS, "even", (0, 99), "'even' has no position 99 along the width (it has 14: 0 to 13)"),
        (
            MLP,
            "fc",
            None,
            "what 'fc' gives has no receptive field: the input features [1, 784] has no axis in space or time"
            " (give it a layout with one, such as NCL, or draw --style graph)",
        ),
        (
            TRANSPOSED,
            "up",
            (1, 0),
            "position 1 of 'up' reads nothing along the height"
            " (it lies between the taps of a transposed convolution; choose another with --at)",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(spec, text, path, at, message):
    with pytest.raises(Refused) as error:
        region_of(spec(text).summary(), path, at)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("name", "entry", "path"),
    [("resnet:50", "width", "layer1.0.conv2"), ("densenet:121", "growth", "features.denseblock1.denselayer2.concat")],
)
def test_a_free_width_does_not_change_it(name, entry, path):
    free = archcalc.load(name, free=[entry]).summary()
    assert region_of(free, path) == region_of(archcalc.load(name).summary(), path)


def test_a_region_that_depends_on_a_free_size_is_refused(spec):
    text = "inputs: {x: [1, 4, 9, 9]}\nconfig: {k: 3}\nlayers:\n  conv: {Conv2d: {out_channels: 2, kernel_size: k}}\n"
    model = spec(text)
    with pytest.raises(Refused, match="are formulas in k; a picture is made of numbers"):
        region_of(archcalc.load(model.file, free=["k"]).summary(), "conv", (0, 0))


def test_scopes_and_what_cannot_be_told_are_refused():
    with pytest.raises(Refused, match=r"^'layer4' is a scope, not a layer \(its last layer is 'layer4.1.relu2'\)$"):
        region_of(archcalc.load("resnet:18").summary(), "layer4")
    with pytest.raises(Refused, match=r"along the height cannot be determined, since 'features\.1\.1\.windows\.shift'"):
        region_of(archcalc.load("swin").summary(), "features.1.1.sum")
    with pytest.raises(Refused, match="are formulas in h; a picture is made of numbers"):
        region_of(archcalc.load("resnet:18", free={"H": "32*h"}).summary(), "conv1")
    with pytest.raises(Refused, match="every position of 'fc' reads the whole input"):
        region_of(archcalc.load("resnet:18").summary(), "fc", (0, 0))

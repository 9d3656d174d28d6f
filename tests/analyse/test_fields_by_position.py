"""Law: what the field of each position says is what it reads by brute force, in random networks."""

from collections import Counter
from collections.abc import Iterator

import pytest
import torch

from archcalc import OPS
from archcalc.analyse.extent import Axis, Irregular
from archcalc.analyse.receptive_fields import states
from archcalc.analyse.support import support
from archcalc.network import Source
from archcalc.op import UNKNOWN, WHOLE
from archcalc.torchcheck.build import build
from tests.analyse.field_networks import Field, Growing, Node, Read

QUICK, SLOW = 300, 20_000


def compared(net: Growing) -> Iterator[tuple[str, object]]:
    """For each position of each layer whether its field is right, too small, too large or unknown, and where it is."""
    found = states(net.network())
    for node in net.nodes[1:]:
        axes = found[node.source.path][node.source.port]["x"]
        for number, (field, axis) in enumerate(zip(node.fields, axes, strict=True)):
            for verdict, i in verdicts(field, axis, net.sizes[number]):
                yield verdict, (node.source, number, i, axis, field.reads[i])


def verdicts(field: Field, axis: Axis, size: int) -> Iterator[tuple[str, int]]:
    if axis is UNKNOWN or (isinstance(axis, Irregular) and axis.size is None):
        yield "unknown", 0
        return
    if isinstance(axis, Irregular):
        yield irregular(field, axis), 0
        return
    assert axis is WHOLE or axis.axes in ((), (field.axis,))
    for i, read in enumerate(field.reads):
        yield verdict(read, (0, size - 1) if axis is WHOLE else axis.span(i if axis.axes else 0)), i
    if axis is not WHOLE and not any(read.clipped for read in field.reads):
        sizes = [0 if read.ends is None else read.ends[1] - read.ends[0] + 1 for read in field.reads]
        yield "right" if axis.size == max(sizes) else "size", 0


def verdict(read: Read, told: tuple[int, int] | None) -> str:
    ends = read.ends
    if not read.clipped:
        return "right" if told == ends else "too small" if told is None or not inside(ends, told) else "too large"
    return "clipped" if inside(ends, told) else "too small"


def inside(ends: tuple[int, int] | None, told: tuple[int, int] | None) -> bool:
    return ends is None or (told is not None and told[0] <= ends[0] and ends[1] <= told[1])


def irregular(field: Field, axis: Irregular) -> str:
    sizes = [0 if read.ends is None else read.ends[1] - read.ends[0] + 1 for read in field.reads]
    if max(sizes) > axis.size:
        return "too small"
    if axis.hull is None or any(read.clipped for read in field.reads):
        return "clipped"  # the position with the largest field may be cut off
    return "right" if max(sizes) == axis.size else "too large"


def check(seeds: range) -> Counter[str]:
    counts: Counter[str] = Counter()
    for seed in seeds:
        for verdict, where in compared(Growing(seed).grown()):
            counts[verdict] += 1
            assert verdict in ("right", "clipped", "unknown"), (seed, verdict, where)
    assert counts["right"] > 500 * counts["unknown"]
    return counts


def test_fields_are_what_is_read():
    check(range(QUICK))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_fields_of_many_networks_are_what_is_read(part):
    check(range(QUICK + part * SLOW // 20, QUICK + (part + 1) * SLOW // 20))


# -- brute force itself, and the other ways to say what is read --------------------------------------------------------


def gradient_reads(net: Growing, node: Node, module: torch.nn.Module) -> Iterator[tuple[Field, int, set[int]]]:
    """For some positions of a tensor, along each axis of the input, where the gradient is not 0."""
    tensor = module.found[node.source]
    for number, field in enumerate(node.fields):
        count = len(field.reads)
        for i in sorted({0, count // 2, count // 3, count - 1}):
            part = tensor.select(field.axis, i)
            weighted = (part * (torch.rand_like(part) + 0.5)).sum()
            (gradient,) = torch.autograd.grad(weighted, [module.input], retain_graph=True, materialize_grads=True)
            other = [a for a in range(gradient.dim()) if a != 2 + number]
            yield field, i, {*(gradient != 0).amax(dim=other).nonzero().flatten().tolist()}


def run(net: Growing) -> torch.nn.Module:
    """The network in PyTorch, with positive weights, and the outputs of all layers."""
    torch.manual_seed(0)
    network = net.network()
    module = build(network).double().eval()
    for weight in module.parameters():
        weight.data.uniform_(0.5, 1.5)
    module.input = torch.rand(network.layers["x"].call.outputs[0], dtype=torch.float64).requires_grad_()
    module.found = {}

    def kept(layer, part, given):
        found = part(*given)
        outputs = found if isinstance(found, tuple) else (found,)
        module.found |= {Source(layer.path, port): output for port, output in enumerate(outputs)}
        return found

    module.run([module.input], kept)
    return module


@pytest.mark.parametrize("part", [pytest.param(i, marks=[pytest.mark.slow] if i else []) for i in range(10)])
def test_brute_force_is_the_support_of_the_gradient(part):
    """A causal softmax of one position is constant, and a saturated one is 0: gradients may show less, never more."""
    exact = 0
    for seed in range(50 * part, 50 * (part + 1)):
        net = Growing(seed).grown()
        if len(net.nodes) < 2:
            continue
        module = run(net)
        squashed = is_entangled(net) or any(type(layer.op).__name__ in SQUASH for layer in net.build.layers.values())
        for node in net.nodes[1:]:
            for field, i, found in gradient_reads(net, node, module):
                bits = field.reads[i].bits
                wanted = {k for k in range(bits.bit_length()) if bits >> k & 1}
                assert found <= wanted, (seed, node.source, i)
                assert squashed or found == wanted, (seed, node.source, i)
                exact += not squashed
    assert exact > 100


def is_entangled(net: Growing) -> bool:
    """Whether what is read along an axis depends on the place along another one.

    That is so for positions that read nothing along one of them, and for the parts of a concatenation in space.
    """
    gaps = (not read.bits for node in net.nodes for field in node.fields for read in field.reads)
    parts = (layer.op.dim > 1 for layer in net.build.layers.values() if isinstance(layer.op, OPS["Concat"]))
    return len(net.sizes) > 1 and (any(gaps) or any(parts))


SQUASH = ("ScaledDotProductAttention", "LSTM", "Softmax", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d")


def test_support_is_what_is_read_inside_of_the_input():
    """What `draw --style field` fills is the hull of what is read, with no padding in it."""
    for seed in range(60):
        net = Growing(seed).grown()
        network = net.network()
        for node in net.nodes[1:]:
            for number, field in enumerate(node.fields):
                if is_entangled(net) or len({f.axis for f in node.fields}) < len(node.fields) or node.source.port:
                    continue  # of flattened axes and second outputs the support is not told
                for i in {0, len(field.reads) // 2, len(field.reads) - 1}:
                    read = support(network, node.source.path, "x", {field.axis: i})
                    ends = field.reads[i].ends
                    told = None if read is None else read[2 + number]
                    assert told == ends, (seed, node.source, number, i)

"""Formulas first, numbers after = numbers: every fact of every layer of every network of the zoo."""

from fractions import Fraction
from typing import Any

import pytest

import archcalc
from archcalc import dim
from archcalc.algebra.evaluate import number
from archcalc.analyse.extent import Extents, stands_still
from archcalc.analyse.receptive_fields import spatial_sizes
from archcalc.errors import ArchcalcError, Refused
from archcalc.language.zoo import networks
from archcalc.op import WHOLE
from tests.sweeps import every_network

SIZES = ("N", "H", "W", "D", "L", "width")
GRID = [(1, 32, 48), (3, 33, 29), (1, 64, 63), (2, 75, 71), (1, 100, 161), (1, 225, 256), (5, 224, 448), (1, 299, 331)]
GRID += [(1, 188, 572)]
# Whether a window is shifted, filled up or masked depends on the size of the image in windows: these conditions cannot
# stay open. In the same way a residual connection depends on whether two widths are equal, which rounding may make so.
NEAR = {
    "swin",
    "swin_v2",
    "maxvit",
    "mobilenet_v2",
    "mnasnet",
    "mobilenet_v3",
    "efficientnet",
    "efficientnet_v2",
    "preact_resnet",
    "wide_resnet_cifar",
    "fcn",
}


def freed(name: str) -> tuple[Any, bool]:
    """The network with its sizes and width free, and whether conditions had to be taken as the defaults decide them."""
    model = archcalc.load(name)
    free = [n for n in SIZES if n in model.config and isinstance(model.config[n], (int, Fraction))]
    try:
        return model.freed(free), False
    except ArchcalcError:
        assert model.spec.name in NEAR
        return model.freed(free, "defaults"), True


def facts(model: Any) -> dict[str, Any]:
    """Everything that is known of the layers and of the network."""
    summary = model.summary()
    found: dict[str, Any] = {
        layer.path: (
            layer.inputs,
            layer.outputs,
            layer.weights,
            layer.buffers,
            layer.trainable,
            layer.frozen,
            layer.buffer_elements,
            layer.cost,
            layer.activations,
            layer.times,
            fields(layer, summary.network),
        )
        for layer in summary.layers
    }
    sums = summary.totals
    totals = (sums.trainable, sums.frozen, sums.buffers, sums.cost, sums.activations, sums.unknown)
    return found | {"": totals, "outputs": summary.outputs}


def fields(layer: Any, network: Any) -> Any:
    """The fields in the first input."""
    name = next(iter(layer.state), "")
    return layer.field and tuple(map(field, layer.field, spatial_sizes(network.input_op(name))))


def field(axis: Any, size: Any) -> Any:
    """A field as numbers or formulas; a formula need not tell that all that is held is all of the input."""
    if stands_still(axis):
        return Told(size if axis is WHOLE else axis.size, None, None)
    if not isinstance(axis, Extents):
        return repr(axis)
    return Told(axis.size, axis.jump, axis.padding, phases=getattr(axis, "period", 1))


class Told:
    """A field. How it moves is compared where both sides say it: an axis of one position moves in any way."""

    def __init__(self, size: Any, *moves: Any, phases: int = 1):
        self.size, self.moves, self.phases = size, moves, phases

    def differences(self, exact: "Told", at: dict[str, Any], where: str) -> list[Any]:
        pairs = [(self.size, exact.size), *zip(self.moves, exact.moves, strict=True)]
        if exact.phases < self.phases and None not in pairs[0] and self.size > exact.size:
            pairs = pairs[1:]  # the axis is so short that the largest phase does not exist
        return [d for a, b in pairs if a is not None and b is not None for d in differences(a, b, at, where)]


def differences(formula: Any, exact: Any, at: dict[str, Any], where: str) -> list[Any]:
    """Where a formula with numbers put in is not the exact value."""
    if isinstance(formula, Told) and isinstance(exact, Told):
        return formula.differences(exact, at, where)
    if isinstance(formula, dict):
        assert list(formula) == list(exact), where
        return [d for key in formula for d in differences(formula[key], exact[key], at, f"{where} {key}")]
    if isinstance(formula, tuple):
        assert len(formula) == len(exact), where
        pairs = zip(formula, exact, strict=True)
        return [d for i, (a, b) in enumerate(pairs) for d in differences(a, b, at, f"{where}[{i}]")]
    found = number(formula, at) if dim.is_symbolic(formula) else formula
    return [] if type(found) is type(exact) and found == exact else [(where, dim.text(formula), found, exact)]


@pytest.mark.parametrize("name", every_network())
def test_formulas_at_the_defaults_are_the_numbers(name):
    model, _ = freed(name)
    at = model.assumptions.defaults
    assert model.assumptions.hold(at) is None
    assert differences(facts(model), facts(archcalc.load(name)), at, name) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", networks())
def test_formulas_on_a_grid_agree_or_both_refuse(name):
    model, near = freed(name)
    formulas = facts(model)
    usual = archcalc.load(name).config
    agreed = 0
    for n, h, w in GRID:
        config = {k: v for k, v in zip("NHW", (n, h, w), strict=True) if k in usual}
        refusal = None
        try:
            at = dict(model.assumptions.defaults)
            for entry, value in config.items():
                at |= model.assumptions.symbols(entry, value)
            refusal = model.assumptions.hold(at)
        except Refused as error:
            refusal = str(error)
        exact = made(name, config)
        if refusal is None:
            assert isinstance(exact, dict), (config, exact)
            assert differences(formulas, exact, at, f"{name} {config}") == []
            agreed += 1
        elif not near:  # where conditions were decided near the defaults, the network may be another one elsewhere
            assert not isinstance(exact, dict), (config, refusal)
    assert agreed or near or name in ("maxvit:t", "unet:paper", "unet")  # which take none of these sizes


def made(name: str, config: dict[str, Any]) -> Any:
    """The facts of the network with these sizes, or the error that it ends in."""
    try:
        return facts(archcalc.load(name, config=config))
    except ArchcalcError as error:
        return error

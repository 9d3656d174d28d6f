"""Deliberate mistakes in formulas, each of which a law must catch: what the laws cannot see, they cannot prove."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from archcalc.dim import Shape, ceil_div, prod
from archcalc.op import WHOLE, Cost, Op, Window
from archcalc.ops import OPS
from archcalc.ops.conv import slide
from tests.ops import laws
from tests.ops.laws import Case, examples


class Mutant(NamedTuple):
    """A fact of an operation with a mistake in it, made from the right one, and the law that sees it."""

    mistake: str
    operation: str
    fact: str
    wrong: Callable[..., Any]
    """Called with the right method, the operation and the input shapes."""
    law: Callable[[Case], object]


def _forgets_dilation(right: Any, op: Any, x: Shape) -> Shape:
    sizes = zip(x[2:], op.kernel_size, op.stride, op._pads(), strict=True)
    return (x[0], op.out_channels, *(slide(n, k, s, sum(p), 1) for n, k, s, p in sizes))


def _branches_on_a_size(right: Any, op: Any, x: Shape) -> Shape:
    return right(op, x) if x[2] > 3 else x


def _weight_of_one_group(right: Any, op: Any, x: Shape) -> dict[str, Shape]:
    return right(op, x) | {"weight": (op.out_channels, x[1], *op.kernel_size)}


def _macs_over_the_output(right: Any, op: Any, x: Shape) -> Cost:
    n, _, *spatial = op.out(x)
    per_position = x[1] * (op.out_channels // op.groups) * prod(op.kernel_size)
    return right(op, x)._replace(macs=n * prod(spatial) * per_position)


def _rounds_up(right: Any, op: Any, x: Shape) -> Shape:
    if not op.ceil_mode:
        return right(op, x)
    windows = zip(x[2:], op._windows(), strict=True)
    return (*x[:2], *(ceil_div(n + 2 * p - d * (k - 1) - 1, s) + 1 for n, (k, s, p, d) in windows))


def _drops_a_count(right: Any, op: Any, x: Shape) -> dict[str, Shape]:
    return {name: shape for name, shape in right(op, x).items() if name != "num_batches_tracked"}


def _pads_one_more(right: Any, op: Any, x: Shape) -> Any:
    ((*kept, last),) = right(op, x)
    return ((*kept, Window(last.axis, last.stride, last.first - 1, last.last - 1)),)


def _one_less(right: Any, op: Any, x: Shape) -> Any:
    ((*kept, last),) = right(op, x)
    return ((*kept, Window(last.axis, last.stride, last.first, last.last - 1)),)


def _one_more(right: Any, op: Any, x: Shape) -> Any:
    ((*kept, last),) = right(op, x)
    return ((*kept, Window(last.axis, last.stride, last.first, last.last + 1)),)


def _reads_everything(right: Any, op: Any, x: Shape) -> Any:
    return ((Window(0), *[WHOLE] * (len(x) - 1)),)


def _one_image(right: Any, op: Any, x: Shape) -> Cost:
    return right(op, (1, *x[1:]))


def _adds_once(right: Any, op: Any, x: Shape) -> Cost:
    cost = right(op, x)
    return cost._replace(add=cost.add + 1)


def _forgets_the_hidden_products(right: Any, op: Any, x: Shape, *states: Shape) -> Cost:
    cost = right(op, x, *states)
    return cost._replace(macs=cost.macs - x[0] * x[1] * 4 * op.hidden_size * op.hidden_size)


def _nothing(right: Any, op: Any, x: Shape) -> Any:
    return iter(())


def _refuses_odd(right: Any, op: Any, x: Shape) -> Any:
    yield from right(op, x)
    yield x[-1] % 2 == 0, "the last size must be even"


MUTANTS = (
    Mutant("the output forgets dilation", "Conv2d", "out", _forgets_dilation, laws.check_shapes),
    Mutant("the output branches on a size", "Conv2d", "out", _branches_on_a_size, laws.check_symbols),
    Mutant("the output branches on a size", "Conv2d", "out", _branches_on_a_size, laws.check_arrays),
    Mutant("the weight ignores groups", "Conv2d", "weights", _weight_of_one_group, laws.check_names),
    Mutant("the field has another padding", "Conv2d", "field", _pads_one_more, laws.check_field),
    Mutant("the window is too short", "AvgPool2d", "field", _one_less, laws.check_field),
    Mutant("the window is too long", "MaxPool2d", "field", _one_more, laws.check_field),
    Mutant("an elementwise function reads everything", "ReLU", "field", _reads_everything, laws.check_field),
    Mutant("the work is that over the output", "ConvTranspose2d", "cost", _macs_over_the_output, laws.check_macs),
    Mutant("the work is that of one image", "Linear", "cost", _one_image, laws.check_macs),
    Mutant("the work is that of one image", "Conv2d", "cost", _one_image, laws.check_batch),
    Mutant("an addition does not depend on the batch", "ReLU", "cost", _adds_once, laws.check_batch),
    Mutant("the hidden products are forgotten", "LSTM", "cost", _forgets_the_hidden_products, laws.check_macs),
    Mutant("the last window may start beyond the end", "MaxPool2d", "out", _rounds_up, laws.check_shapes),
    Mutant("a buffer is forgotten", "BatchNorm2d", "buffers", _drops_a_count, laws.check_names),
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: f"{m.operation}-{m.law.__name__}-{m.mistake}")
def test_mutant_is_caught(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    cls = OPS[mutant.operation]
    break_fact(monkeypatch, cls, mutant.fact, mutant.wrong)
    assert any(map(fails(mutant.law), examples(cls)))


def break_fact(monkeypatch: pytest.MonkeyPatch, cls: type[Op], fact: str, wrong: Callable[..., Any]) -> None:
    right = getattr(cls, fact)
    monkeypatch.setattr(cls, fact, lambda op, *x: wrong(right, op, *x))


def fails(law: Callable[[Case], object]) -> Callable[[Case], bool]:
    def broken(case: Case) -> bool:
        try:
            law(case)
        except (AssertionError, TypeError, ValueError):  # the last two: a size was asked for its truth
            return True
        return False

    return broken


def test_a_law_holds_without_the_mistake() -> None:
    for mutant in MUTANTS:
        assert not any(map(fails(mutant.law), examples(OPS[mutant.operation]))), mutant.mistake


def test_taking_too_much_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(OPS["Conv2d"], ((1, 4, 8, 8),), {"out_channels": 6, "kernel_size": 9})
    break_fact(monkeypatch, case.cls, "requires", _nothing)
    with pytest.raises(RuntimeError, match="Kernel size can't be greater"):
        laws.check_refusals(case)


def test_refusing_too_much_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(OPS["Conv2d"], ((1, 4, 8, 9),), {"out_channels": 6, "kernel_size": 3})
    break_fact(monkeypatch, case.cls, "requires", _refuses_odd)
    with pytest.raises(AssertionError, match="torch takes it: the last size must be even"):
        laws.check_refusals(case)


def test_a_wrong_message_is_caught() -> None:
    linear = OPS["Linear"]
    with pytest.raises(AssertionError, match="is no part of the message"):
        laws.check_refused(linear, linear.refused[0]._replace(message="something else"))
    with pytest.raises(AssertionError, match="nothing is refused"):
        laws.check_refused(linear, linear.examples[0])


@pytest.mark.parametrize("missing", ["examples", "refused"])
def test_an_operation_without_examples_is_caught(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OPS["Linear"], missing, ())
    with pytest.raises(AssertionError, match="no "):
        laws.check_declared(OPS["Linear"])

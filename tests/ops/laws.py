"""The laws that every operation keeps, each a plain function of one case that raises AssertionError where it is broken.

They hold of any operation, so a new one is tested by being declared. The tables name every exception, with its reason.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch

from archcalc.algebra.assumptions import Assumptions
from archcalc.call import Call
from archcalc.dim import Shape, is_array, is_symbolic, symbol, tidy
from archcalc.errors import Refused, Undecidable
from archcalc.op import UNKNOWN, WHOLE, Before, Cost, Example, Op, Piece, Scattered, Window
from archcalc.ops.base import LETTERS, Spatial
from archcalc.setting import Each, Either, Kind, Many, Whole
from archcalc.torchcheck.module import as_module, measured

DEVICES = ("meta", "cpu")

torch.set_num_threads(1)  # the tensors are tiny; threads that wait for each other take a hundred times longer


@dataclass(frozen=True)
class Case:
    """An operation with settings and input shapes, not yet known to be taken."""

    cls: type[Op]
    inputs: tuple[Shape, ...]
    settings: dict[str, Any]

    @classmethod
    def of(cls, operation: type[Op], example: Example) -> "Case":
        return cls(operation, example.inputs, example.settings)

    def op(self) -> Op:
        return self.cls(**self.settings)

    def call(self) -> Call:
        return Call(self.op(), self.inputs)

    def __str__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in self.settings.items())
        return f"{self.cls.__name__}({settings}) on {', '.join(str(list(x)) for x in self.inputs)}"


def examples(cls: type[Op]) -> list[Case]:
    return [Case.of(cls, example) for example in cls.examples]


@contextmanager
def about(case: Case) -> Iterator[None]:
    """Whatever goes wrong inside says which case it was."""
    try:
        yield
    except Exception as error:
        error.add_note(f"in {case}")
        raise


# --- Law 1: every operation is documented, and has examples and refused examples -------------------------------------


def refused(cls: type[Op]) -> tuple[Example, ...]:
    """What an operation refuses: its own examples and, if it has spatial axes, an input with one more."""
    if not issubclass(cls, Spatial):
        return cls.refused
    rank = cls.axes + 3
    other = [(1,) * rank] * len(cls.examples[0].inputs)
    return (*cls.refused, cls.examples[0].but(f"{LETTERS[cls.axes]}), not {rank}", *other))


def check_declared(cls: type[Op]) -> None:
    assert (cls.__doc__ or "").strip(), "no docstring"
    assert not cls.__doc__.startswith(f"{cls.__name__}("), "the docstring is the one that dataclass makes up"
    assert cls.examples, "no examples"
    assert refused(cls), "no refused examples"
    for wrong in refused(cls):
        assert wrong.message, f"{wrong} does not say what the message holds"


def check_refused(cls: type[Op], wrong: Example) -> None:
    message = refusal(Case.of(cls, wrong).call)
    assert message, "nothing is refused"
    assert wrong.message in message, f"{wrong.message!r} is no part of the message {message!r}"


def refusal(run: Callable[[], object]) -> str:
    """The message with which something is refused; empty where it is taken."""
    try:
        run()
    except Refused as error:
        return str(error)
    return ""


# --- Law 2: symbols first, numbers after = numbers -------------------------------------------------------------------


def sizes_of(op: Op, inputs: tuple[Shape, ...]) -> dict[str, Any]:
    """What an operation declares of these inputs, but for where it reads them."""
    return {
        "outputs": op.outputs(*inputs),
        "weights": op.weights(*inputs),
        "buffers": op.buffers(*inputs),
        "cost": op.cost(*inputs),
    }


def facts(op: Op, inputs: tuple[Shape, ...]) -> dict[str, Any]:
    """What an operation declares of these inputs."""
    return sizes_of(op, inputs) | {"fields": op.fields(*inputs)}


def each(change: Callable[[Any], Any], value: Any) -> Any:
    """A fact with every number in it changed."""
    if isinstance(value, (Window, Before, Piece, Scattered, Cost)):
        return type(value)(*(each(change, v) for v in value))
    if isinstance(value, tuple):
        return tuple(each(change, v) for v in value)
    if isinstance(value, dict):
        return {name: each(change, v) for name, v in value.items()}
    return change(value)


class Symbols:
    """Symbols for numbers, and the numbers to put in their places."""

    def __init__(self) -> None:
        self.numbers: dict[Any, Any] = {}

    def fresh(self, value: int) -> Any:
        """A symbol that stands for a number; a negative one stands for itself (an axis counted from the end)."""
        return value if value < 0 else self.named(f"s{len(self.numbers)}", value)

    def named(self, name: str, value: int) -> Any:
        import sympy

        free = symbol(name, least=min(value, 1))
        self.numbers[free] = sympy.Integer(value)
        return free

    def put_in(self, value: Any) -> Any:
        return each(lambda v: tidy(v.xreplace(self.numbers)) if is_symbolic(v) else v, value)


Position = tuple[int, int]
"""Input and axis."""


def positions(inputs: tuple[Shape, ...]) -> list[Position]:
    return [(i, axis) for i, shape in enumerate(inputs) for axis in range(len(shape))]


def with_sizes(inputs: tuple[Shape, ...], sizes: dict[Position, Any]) -> tuple[Shape, ...]:
    """The inputs with other sizes at some positions."""
    return tuple(tuple(sizes.get((i, a), d) for a, d in enumerate(shape)) for i, shape in enumerate(inputs))


def _is_number(kind: Kind) -> bool:
    """Whether a setting is a size or a number of something, or a list of them (not an axis)."""
    match kind:
        case Whole():
            return kind.least is not None
        case Each() | Many():
            return _is_number(kind.item)
        case Either():
            return any(map(_is_number, kind.kinds))
    return False


def _free_setting(value: Any, symbols: Symbols) -> Any:
    if isinstance(value, tuple):
        return tuple(symbols.fresh(v) if type(v) is int else v for v in value)
    return symbols.fresh(value) if type(value) is int else value


def free_settings(case: Case, symbols: Symbols, only: str | None = None) -> dict[str, Any]:
    """The settings with a symbol for every size in them, or in one of them."""
    known = case.cls.kinds()
    return {
        name: _free_setting(value, symbols) if only in (None, name) and _is_number(known[name]) else value
        for name, value in case.op().settings().items()
    }


Freed = tuple[dict[str, Any], tuple[Shape, ...], Symbols]


def _fresh_sizes(case: Case, symbols: Symbols) -> dict[Position, Any]:
    """A symbol for each size of the inputs; 1 stays, because it broadcasts."""
    sizes = {(i, axis): case.inputs[i][axis] for i, axis in positions(case.inputs)}
    return {p: symbols.fresh(size) for p, size in sizes.items() if size != 1}


def _free_everything(case: Case) -> Freed:
    symbols = Symbols()
    sizes = _fresh_sizes(case, symbols)
    return free_settings(case, symbols), with_sizes(case.inputs, sizes), symbols


def _free_one_setting(name: str, case: Case) -> Freed:
    symbols = Symbols()
    return free_settings(case, symbols, name), case.inputs, symbols


def _free_inputs(case: Case) -> Freed:
    symbols = Symbols()
    sizes = _fresh_sizes(case, symbols)
    return case.settings, with_sizes(case.inputs, sizes), symbols


def _free_equal_sizes(case: Case, keep: Callable[[Position], bool] = lambda _: True) -> Freed:
    """One symbol for all axes of the same size; 1 stays, because it broadcasts."""
    symbols = Symbols()
    sizes = {}
    for i, axis in positions(case.inputs):
        size = case.inputs[i][axis]
        if keep((i, axis)) and size > 1:
            sizes[i, axis] = symbols.named(f"n{size}", size)
    return case.settings, with_sizes(case.inputs, sizes), symbols


def _free_space(case: Case) -> Freed:
    return _free_equal_sizes(case, lambda p: p in batch_positions(case) or p[1] >= 2)


def _free_batch(case: Case) -> Freed:
    symbols = Symbols()
    sizes = {p: symbols.named("N", case.inputs[p[0]][p[1]]) for p in batch_positions(case)}
    return case.settings, with_sizes(case.inputs, sizes), symbols


def freedoms(case: Case) -> dict[str, Freed]:
    """Ways to put symbols for numbers, by name; some leave an operation undecided, a free batch size never does."""
    ways: dict[str, Callable[[Case], Freed]] = {
        "everything": _free_everything,
        "inputs": _free_inputs,
        "equal sizes": _free_equal_sizes,
        "space": _free_space,
        "batch": _free_batch,
        **{name: partial(_free_one_setting, name) for name in case.cls.kinds()},
    }
    return {name: free(case) for name, free in ways.items()}


def check_symbols(case: Case) -> None:
    expected = facts(case.op(), case.inputs)
    for name, (settings, inputs, symbols) in freedoms(case).items():
        try:
            op = case.cls(**settings)
            Call(op, inputs)
            found = symbols.put_in(facts(op, inputs))
        except Undecidable:
            assert name != "batch", "a free batch size leaves it undecided"
            continue
        for fact, value in expected.items():
            same = found[fact] == value if name == "batch" else agree(found[fact], value)
            assert same, f"with {name} free, {fact} are {found[fact]}, not {value}"


def agree(found: Any, expected: Any) -> bool:
    """Whether two facts are equal, but that a reach or a cost may be unknown: less is known with symbols.

    A reach may also be scattered, which is less than a window says: with 1 for a symbol an axis may be regular.
    """
    if isinstance(found, Scattered):
        return True
    if isinstance(found, tuple) and isinstance(expected, tuple):
        return len(found) == len(expected) and all(map(agree, found, expected))
    return found in (None, UNKNOWN) or bool(found == expected)


def _free_ones_too(case: Case, settings: dict[str, Any], symbols: Symbols) -> Freed:
    """A symbol for each size of the inputs, also for those that broadcast."""
    sizes = {(i, axis): symbols.fresh(case.inputs[i][axis]) for i, axis in positions(case.inputs)}
    return settings, with_sizes(case.inputs, sizes), symbols


def near(op: Op, inputs: tuple[Shape, ...], given: Assumptions) -> Call:
    """The call as a builder makes it: what must not stay open is decided near the defaults."""
    while True:
        try:
            return Call(op, inputs, given)
        except Undecidable as error:
            given = given.decided(error)


def check_defaults(case: Case) -> None:
    """What is assumed near the defaults holds there, and so do the sizes under it."""
    expected = {"outputs": case.call().outputs, "weights": case.call().weights}
    symbols = Symbols()
    settings = free_settings(case, symbols)
    ways = [_free_ones_too(case, settings, symbols), _free_ones_too(case, case.settings, Symbols())]
    for settings, inputs, symbols in (*ways, *freedoms(case).values()):
        values = {free.name: int(number) for free, number in symbols.numbers.items()}
        try:
            call = near(case.cls(**settings), inputs, Assumptions(near=True, defaults=values))
        except Undecidable:
            continue
        broken = call.given.hold(values)
        assert broken is None, f"at {values} it is not true that {broken}"
        found = symbols.put_in({"outputs": call.outputs, "weights": call.weights})
        assert found == expected, f"at {values} the sizes are {found}, not {expected}"


# --- Law 3: many at once = one by one ---------------------------------------------------------------------------------


def check_arrays(case: Case) -> None:
    _check_array(case, batch_positions(case))
    rank = len(case.inputs[0]) if case.inputs else 0
    for axis in range(2, rank):
        size = case.inputs[0][axis]
        _check_array(case, [(i, axis) for i, x in enumerate(case.inputs) if len(x) == rank and x[axis] == size])


def _check_array(case: Case, where: list[Position]) -> None:
    """Many sizes at some positions at once, where the operation takes each of them alone."""
    if not where:
        return
    size = case.inputs[where[0][0]][where[0][1]]
    op = case.op()
    sizes = [
        n
        for n in range(size, size + 9)
        if not refusal(partial(Call, op, with_sizes(case.inputs, dict.fromkeys(where, n))))
    ]
    try:
        many = sizes_of(op, with_sizes(case.inputs, dict.fromkeys(where, np.array(sizes, dtype=np.int64))))
    except Undecidable:
        assert where != batch_positions(case), "many batch sizes leave it undecided"
        return  # such as the number of outputs, where it is not the same for all sizes
    for j, n in enumerate(sizes):
        one = sizes_of(op, with_sizes(case.inputs, dict.fromkeys(where, n)))
        for fact, value in many.items():
            assert each(lambda v, j=j: _at(v, j), value) == one[fact], f"{fact} for {n} among {sizes}"


def _at(value: Any, index: int) -> Any:
    if not is_array(value):
        return value
    assert value.dtype == np.int64, f"an array of {value.dtype}"
    return int(value[index])


# --- Law 4: torch agrees ----------------------------------------------------------------------------------------------


COMPLEX = ("IRFFT", "IRFFT2")
"""Operations that are tried on complex numbers: real ones would not show all that they read."""


def element(cls: type[Op], slot: int) -> str:
    """The element type of an input."""
    if slot in cls.integers:
        return "int64"
    if slot in cls.booleans:
        return "bool"
    return "complex64" if cls.__name__ in COMPLEX else "float32"


def tensors(case: Case, dtype: torch.dtype = torch.float32) -> list[torch.Tensor]:
    """Random inputs; integers are 0, which every vocabulary holds."""
    make: dict[str, Callable[[Shape], torch.Tensor]] = {
        "int64": lambda x: torch.zeros(x, dtype=torch.long),
        "bool": lambda x: torch.rand(x) < 0.5,
        "complex64": lambda x: torch.randn(x, dtype=dtype.to_complex()),
        "float32": lambda x: torch.randn(x, dtype=dtype),
    }
    return [make[element(case.cls, i)](x) for i, x in enumerate(case.inputs)]


def flat(outputs: Any) -> list[torch.Tensor]:
    """The tensors of a module's result, however nested."""
    return [t for o in outputs for t in flat(o)] if isinstance(outputs, (tuple, list)) else [outputs]


def check_shapes(case: Case, device: str = "cpu") -> None:
    call = case.call()
    with torch.device(device), torch.no_grad():
        outputs = flat(as_module(call.op, *case.inputs)(*tensors(case)))
    assert call.outputs == tuple(tuple(o.shape) for o in outputs)
    assert dtypes(call) == [str(o.dtype).removeprefix("torch.") for o in outputs]


def dtypes(call: Call) -> list[str]:
    """The element type of each output."""
    found = call.op.out_dtypes(*(element(type(call.op), slot) for slot in range(len(call.inputs))))
    return list(found * len(call.outputs) if len(found) == 1 else found)


def check_names(case: Case, device: str = "cpu") -> None:
    """The names and shapes of weights and buffers are those of torch's state dict, in the same order."""
    call = case.call()
    with torch.device(device):
        module = as_module(call.op, *case.inputs)
    trained = {name: tuple(p.shape) for name, p in module.named_parameters()}
    kept = {name: tuple(t.shape) for name, t in module.state_dict().items() if name not in trained}
    assert [(name or "weight", shape) for name, shape in call.weights.items()] == list(trained.items())
    assert [(name or "weight", shape) for name, shape in call.buffers.items()] == list(kept.items())


def check_macs(case: Case, device: str = "cpu") -> None:
    call = case.call()
    with torch.device(device):
        _, macs = measured(as_module(call.op, *case.inputs), tensors(case))
    if call.cost is None:
        assert case.cls.__name__ in UNKNOWN_COST, "the cost is not known"
    assert macs == (call.cost.macs if call.cost else 0)


UNKNOWN_COST: dict[str, str] = {
    **dict.fromkeys(("RFFT", "RFFT2", "IRFFT", "IRFFT2"), "a length that is no power of 2 may be done in many ways"),
    "GridSample": "bicubic kernels and reflections are computed in many ways",
    "RoIAlign": "without a sampling ratio the number of samples follows from the numbers in the regions",
}
"""Operations whose work is not always known, and why; none of it is multiply-accumulates."""


STRICTER: dict[str, str] = {
    "the input must have": "torch also takes inputs without a batch axis; here inputs are always batched",
    "axes must be at most": "torch also normalises over the batch axis",
    "the regions must be": "torch has no twin that would check it",
    "position to be removed": "torch keeps an axis that has another size than 1",
    "must be less than the number of elements": "torch divides by 0 there and warns",
    "the output would have": "torch makes an empty output in some cases, such as a transposed convolution in groups",
    "positions, but value has": "the fused attention of torch does not look at the length of the values",
    "away, which has": "circular padding that takes more away than there is leaves memory unset in torch",
    "output maps, but out_channels": "a connection table has no twin in torch that would check it",
    "the first window reads padding alone": "torch gives -inf there and its backward pass writes outside of its memory",
    "reads a map twice": "a connection table has no twin in torch that would check it",
}
"""Parts of messages with which more is refused than by torch, and why."""


def check_refusals(case: Case) -> bool:
    """What is taken runs on real tensors in torch, what is refused does not; whether it is taken."""
    if refusal(case.op):
        return False  # there is no module to ask: the setting alone is wrong
    op = case.op()
    message = refusal(case.call)
    if message:
        assert any(part in message for part in STRICTER) or _fails(op, case), f"torch takes it: {message}"
        return False
    with torch.no_grad():
        as_module(op, *case.inputs)(*tensors(case))
    return True


def _fails(op: Op, case: Case) -> bool:
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # a warning is no refusal
        try:
            as_module(op, *case.inputs)(*tensors(case))
        except Exception:
            return True
    return False


# --- Law 5: the receptive field is the support of torch's gradient ----------------------------------------------------

BORDER_MODES = ("reflect", "replicate", "circular")
"""Padding that reads the input again at another place, so that only windows inside the input say where they read."""
DRAWS = 200
"""Random inputs until a window must be covered: a maximum or a rectifier shows only a part of it at a time."""

LOOSE: dict[str, tuple[Callable[[Any], bool], str]] = {
    "GridSample": (
        lambda op: op.align_corners or op.padding_mode != "zeros",
        "an image of one position, and what lies beyond a border, is the same for all coordinates",
    ),
    "RoIAlign": (
        lambda op: True,
        "the first number of a region, its image, has no gradient",
    ),
    "Scatter": (
        lambda op: True,
        "an element that is written over is not read",
    ),
    "Unfold": (
        lambda op: any(op.padding),
        "a position of the kernel may lie in the padding of all blocks",
    ),
    "LPPool": (
        lambda op: op.norm_type % 1 != 0,
        "a broken power of a negative number is none",
    ),
    "ScaledDotProductAttention": (
        lambda op: op.is_causal,
        "the first position sees one key alone, and a softmax of one number is constant",
    ),
    "LocalResponseNorm": (
        lambda op: op.alpha == 0 or op.beta == 0,
        "the neighbouring channels are weighed with 0",
    ),
}
"""Operations, by a part of their names, whose window is sometimes only a bound: when, and why."""


def check_field(case: Case) -> bool:
    """Whether every input is read at all, as far as the gradient tells; what is not read proves nothing."""
    call = case.call()
    for shape, field in zip(call.outputs, call.fields, strict=True):
        assert [len(reaches) for reaches in field] == [len(x) for x in case.inputs]
        for reach in (r for reaches in field for r in reaches if isinstance(r, Window | Before | Piece)):
            assert 0 <= reach.axis < len(shape), f"{reach} names no axis of the output"
    reals = [i for i in range(len(case.inputs)) if i not in (*case.cls.integers, *case.cls.booleans)]
    differentiable = [k for k, dtype in enumerate(dtypes(call)) if not dtype.startswith("int")]
    if case.inputs and not reals:
        return False  # integers have no gradient
    seen = Support(case)
    unread = {(k, i) for k in range(len(call.outputs)) for i in reals if not seen.reads(k, i)}
    for output, (shape, field) in enumerate(zip(call.outputs, call.fields, strict=True)):
        for i, axis in positions(case.inputs):
            reach = field[i][axis]
            if (output, i) in unread or i not in reals:
                continue  # an input may be so small that it lies between the taps, a factor may be 0
            if isinstance(reach, Window | Before | Piece):
                _check_window(seen, output, shape, (i, axis), reach)
            elif reach is WHOLE:
                _check_whole(seen, output, shape, (i, axis))
    return not any(k in differentiable for k, _ in unread)


def _read(reach: Window | Before | Piece, at: int) -> Sequence[int]:
    """The positions that an output position reads, perhaps some outside of the input."""
    if isinstance(reach, Before):
        return range(at + 1)
    return reach.positions(at) if isinstance(reach, Window) else [at - reach.start]


def _check_window(seen: "Support", output: int, shape: Shape, where: Position, reach: Window | Before | Piece) -> None:
    length, size = shape[reach.axis], seen.case.inputs[where[0]][where[1]]
    loose = any(name in seen.case.cls.__name__ and when(seen.case.op()) for name, (when, _) in LOOSE.items())
    inside_only = any(v in BORDER_MODES for v in seen.case.settings.values() if isinstance(v, str))
    for at in sorted({0, 1, length // 2, length - 2, length - 1} & set(range(length))):
        read = _read(reach, at)
        window = {p for p in read if 0 <= p < size}
        # An end that lies outside says little: the taps of a dilated window may step over the border.
        ends = {p for p in (*read[:1], *read[-1:]) if p in window and not loose}
        if inside_only and len(window) < len(read):
            continue
        place = tuple(at if a == reach.axis else slice(None) for a in range(len(shape)))
        found = seen.along(output, place, where, ends.issubset)
        assert ends <= found <= window, (
            f"position {at} of output axis {reach.axis} reads {sorted(found)} of input {where}, not {sorted(window)}"
        )


def _check_whole(seen: "Support", output: int, shape: Shape, where: Position) -> None:
    everything = set(range(seen.case.inputs[where[0]][where[1]]))
    all_of_it = tuple(slice(None) for _ in shape)
    corners = (tuple(0 for _ in shape), tuple(n // 2 for n in shape), tuple(n - 1 for n in shape))
    for place in (all_of_it, *corners):
        found = seen.along(output, place, where, lambda read: read == everything)
        # A window that lies in the padding reads nothing at all.
        nothing = place != all_of_it and not found
        assert nothing or found == everything, f"output position {place} reads only {found} of input {where}"


class Support:
    """Where torch's gradient is not 0, on inputs drawn again until they show enough."""

    def __init__(self, case: Case):
        self.case = case
        self.module = as_module(case.op(), *case.inputs).double()
        self.gradients: dict[Any, list[torch.Tensor]] = {}

    def reads(self, output: int, which: int) -> bool:
        """Whether an output reads an input at all."""
        return any(self.gradient(draw, output, (...,))[which].nan_to_num(0).any() for draw in range(5))

    def along(
        self, output: int, place: tuple[Any, ...], where: Position, enough: Callable[[set[int]], bool]
    ) -> set[int]:
        """The positions on an input's axis that some output positions read."""
        read: set[int] = set()
        for draw in range(DRAWS):
            gradient = self.gradient(draw, output, place)[where[0]]
            other = [a for a in range(gradient.dim()) if a != where[1]]
            touched = gradient.nan_to_num(0) != 0  # NaN: outside of a function's domain
            read |= set((touched.amax(dim=other) if other else touched).nonzero().flatten().tolist())
            if enough(read):
                break
        return read

    def gradient(self, draw: int, output: int, place: tuple[Any, ...]) -> list[torch.Tensor]:
        key = (draw, output, str(place))
        if key not in self.gradients:
            torch.manual_seed(draw)
            inputs = [x.requires_grad_(_has_gradient(x)) for x in tensors(self.case, torch.float64)]
            part = _parts(flat(self.module(*inputs))[output][place])
            # Random weights: the unweighted sum of a softmax, say, is constant.
            weighted = (part * (torch.rand_like(part) + 0.5)).sum()
            reals = [x for x in inputs if x.requires_grad]
            found = iter(torch.autograd.grad(weighted, reals, materialize_grads=True))
            self.gradients[key] = [next(found).abs() if x.requires_grad else torch.zeros(x.shape) for x in inputs]
        return self.gradients[key]


def _has_gradient(x: torch.Tensor) -> bool:
    return x.is_floating_point() or x.is_complex()


def _parts(x: torch.Tensor) -> torch.Tensor:
    """Real numbers that stand for an output: both parts of complex ones, zeros without a gradient for integers."""
    if not _has_gradient(x):
        return torch.zeros(x.shape, requires_grad=True)
    return torch.view_as_real(x) if x.is_complex() else x


# --- Law 7: weights do not depend on the batch, and the cost is linear in it ------------------------------------------


def _first_axes(case: Case) -> list[Position]:
    """The first axis of every input that has as many entries there as the first input."""
    return [(i, 0) for i, x in enumerate(case.inputs) if x and x[0] == case.inputs[0][0]]


def _second_axes(case: Case) -> list[Position]:
    first = 0 if case.op().settings()["batch_first"] else 1
    return [(0, first), *((i, 1) for i in range(1, len(case.inputs)))]


def _shared_first_axes(case: Case) -> list[Position]:
    """The first axis of the inputs with the most axes, where it is the same in all of them."""
    rank = max(map(len, case.inputs))
    full = [i for i, x in enumerate(case.inputs) if len(x) == rank]
    same = len({case.inputs[i][0] for i in full}) == 1
    return [(i, 0) for i in full] if same else []


def _kept_first_axis(case: Case) -> list[Position]:
    settings = case.op().settings()
    if "shape" in settings:
        kept = settings["shape"][:1] == (-1,)
    else:
        kept = settings["start_dim" if "start_dim" in settings else "dim"] % len(case.inputs[0]) > 0
    return [(0, 0)] if kept else []


_LETTERED = "letters name the axes, and an operand without the batch may be summed once for all of it"


def _lettered_first_axes(case: Case) -> list[Position]:
    terms, _, output = case.op().settings()["equation"].replace(" ", "").partition("->")
    letter = (output or terms)[0]
    places = [(i, term.find(letter)) for i, term in enumerate(terms.split(","))]
    found = [(i, axis) for i, axis in places if axis >= 0] if letter.isalpha() else _shared_first_axes(case)
    return [] if case.call().cost.add and len(found) < len(case.inputs) else found


_BROADCAST = "an input with fewer axes has no batch, nor has one that is broadcast along the first axis"
_RECURRENT = "time stands first unless batch_first is set, and layers stand first in the states"
_FIXED = "the first axis may have a given size, be merged with others, or be cut"

BATCH: dict[str, tuple[Callable[[Case], list[Position]], str]] = {
    **dict.fromkeys(("RNN", "LSTM", "GRU"), (_second_axes, _RECURRENT)),
    **dict.fromkeys(
        ("Add", "Subtract", "Multiply", "Divide", "Maximum", "Minimum", "Where", "MatMul"),
        (_shared_first_axes, _BROADCAST),
    ),
    "ScaledDotProductAttention": (_shared_first_axes, _BROADCAST),
    "Einsum": (_lettered_first_axes, _LETTERED),
    "IndexSelect": (lambda case: [(0, 0)], "the index is the same for all of the batch"),
    "Cumsum": (_kept_first_axis, "the elements may be added up along the first axis"),
    **dict.fromkeys(("Flatten", "Reshape", "Expand", "Split", "Chunk"), (_kept_first_axis, _FIXED)),
}
"""Operations whose batch axis is not the first axis of every input: where it is, and why."""


def batch_positions(case: Case) -> list[Position]:
    """Where the batch stands in the inputs; empty where there is none, as for a softmax over the first axis."""
    find, _ = BATCH.get(case.cls.__name__, (_first_axes, ""))
    where, fields = find(case), case.call().fields
    reaches = [field[i][axis] for field in fields for i, axis in where]
    return where if all(isinstance(r, Window) and r == Window(r.axis) for r in reaches) else []


def check_batch(case: Case) -> None:
    where = batch_positions(case)
    if not where:
        return
    op, once = case.op(), case.inputs
    size = once[where[0][0]][where[0][1]]
    thrice = with_sizes(once, dict.fromkeys(where, 3 * size))
    assert op.weights(*thrice) == op.weights(*once), "the weights depend on the batch"
    assert op.buffers(*thrice) == op.buffers(*once), "the buffers depend on the batch"
    cost = op.cost(*once)
    assert op.cost(*thrice) == (cost and cost.times(3)), "the cost is not linear in the batch"

"""One operation applied to input shapes: its requirements are checked, and its facts computed when asked for."""

from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import chain
from typing import Any

from archcalc.algebra.assumptions import NOTHING, Assumptions
from archcalc.algebra.claim import Undecided
from archcalc.dim import Dim, Shape, is_size, prod, tidy, total
from archcalc.errors import Refused
from archcalc.op import REACHES, Cost, Field, Op


class Call:
    """One operation applied to input shapes under what is given: its facts, each computed once.

    Equal calls of a network share one object.
    """

    def __init__(self, op: Op, inputs: tuple[Shape, ...], given: Assumptions = NOTHING):
        self.op, self.inputs = op, inputs
        given, self.assumptions = _required(op, inputs, given)
        """The requirements that are neither true nor false under what is given."""
        self.given = given.take(*self.assumptions)
        """What was given, and that the requirements hold."""
        op, inputs = self._known
        shapes = op.outputs(*inputs)
        if not is_ours(type(op)):
            _require_kind(op, "outputs", shapes, isinstance(shapes, tuple), "a tuple of shapes")
            for shape in shapes:
                _require_kind(op, _written(op, "out", "outputs"), shape, _is_shape(shape), "a tuple of sizes")
        self.outputs = tuple([self._fact(shape) for shape in shapes])
        for shape in self.outputs:
            _within_bounds(shape)

    def under(self, given: Assumptions) -> "Call":
        """The same call, its facts under more that is given."""
        if given is self.given:
            return self
        made = object.__new__(Call)
        made.op, made.inputs, made.given = self.op, self.inputs, given
        made.assumptions, made.outputs = self.assumptions, self.outputs
        return made

    @cached_property
    def _known(self) -> tuple[Op, tuple[Shape, ...]]:
        return _knowing(self.op, self.inputs, self.given)

    def _fact(self, sizes: Shape) -> Shape:
        """Sizes in normal form."""
        return sizes if set(map(type, sizes)) <= {int} else self.given.plain(tuple(map(tidy, sizes)))

    def _elements(self, shapes: Iterable[Shape]) -> Dim:
        """The number of elements of some arrays."""
        given = self.given
        if not given.domains:
            return total(map(prod, shapes))
        return given.plain(total(map(prod, given.knowing(tuple(shapes)))))

    @cached_property
    def weights(self) -> dict[str, Shape]:
        """The trained arrays by name."""
        op, inputs = self._known
        return self._arrays("weights", op.weights(*inputs))

    @cached_property
    def buffers(self) -> dict[str, Shape]:
        """The arrays by name that are kept but not trained."""
        op, inputs = self._known
        return self._arrays("buffers", op.buffers(*inputs))

    def _arrays(self, method: str, found: dict[str, Shape]) -> dict[str, Shape]:
        """What a method gives: arrays by name."""
        if not is_ours(type(self.op)):
            right = isinstance(found, dict) and all(map(_is_shape, found.values()))
            _require_kind(self.op, method, found, right, "a dict from names to tuples of sizes")
        return {name: self._fact(shape) for name, shape in found.items()}

    @cached_property
    def parameters(self) -> Dim:
        """The number of elements of all weights."""
        return self._elements(self.weights.values())

    @cached_property
    def buffer_elements(self) -> Dim:
        """The number of elements of all buffers."""
        return self._elements(self.buffers.values())

    @cached_property
    def cost(self) -> Cost | None:
        """The work of one pass; None where it is not known."""
        op, inputs = self._known
        found = op.cost(*inputs)
        if not isinstance(found, Cost | None):
            _require_kind(op, "cost", found, False, "a Cost, or None if it is unknown")
        return None if found is None else Cost._make(self._fact(found))

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """For each output, which input positions one of its positions reads; symbols carry what is given of them."""
        op, inputs = self._known
        found = op.fields(*inputs)
        if is_ours(type(op)):
            return found
        _require_kind(op, "fields", found, isinstance(found, tuple), "a tuple of fields")
        for field in found:
            wanted = "a tuple with a tuple for each input, which says how each of its axes is read"
            _require_kind(op, _written(op, "field", "fields"), field, _is_field(field, inputs), wanted)
        return found

    @cached_property
    def activations(self) -> Dim:
        """The number of elements that the operation writes; none where the output is a view of the input."""
        return 0 if self.op.view else self._elements(self.outputs)


@cache
def is_ours(kind: type[Op]) -> bool:
    """Whether an operation is one of archcalc's, of which the laws know what its methods return."""
    return kind.__module__.startswith("archcalc.")


def _require_kind(op: Op, method: str, found: object, right: bool, wanted: str) -> None:
    """Raise Refused if a method of an operation returned a value of the wrong kind."""
    if not right:
        raise Refused(f"{type(op).__name__}.{method} must return {wanted}, not {found!r:.60}")


def _written(op: Op, one: str, several: str) -> str:
    """The method that an operation declares: the one for one output, or the one for several."""
    return one if getattr(type(op), several) is getattr(Op, several) else several


def _is_shape(found: Any) -> bool:
    return isinstance(found, tuple) and all(map(is_size, found))


def _is_field(found: Any, inputs: tuple[Shape, ...]) -> bool:
    """Whether it has a reach for each axis of each input."""
    if not isinstance(found, tuple) or len(found) != len(inputs):
        return False
    pairs = zip(found, inputs, strict=True)
    return all(
        type(axes) is tuple and len(axes) == len(shape) and all(isinstance(a, REACHES) for a in axes)
        for axes, shape in pairs
    )


def _knowing(op: Op, inputs: tuple[Shape, ...], given: Assumptions) -> tuple[Op, tuple[Shape, ...]]:
    """An operation and its inputs, their symbols carrying what is given of them."""
    if not given.domains:
        return op, inputs
    return (op.replaced(given.knowing) if op.is_symbolic else op), given.knowing(inputs)


def _required(op: Op, inputs: tuple[Shape, ...], given: Assumptions) -> tuple[Assumptions, tuple[Undecided, ...]]:
    """What is given, with each size that only broadcasts at the defaults being 1, and the requirements left open."""
    claims = tuple(_left_open(*_knowing(op, inputs, given), given))
    for ones in given.broadcasts(claims):
        try:
            return _required(op, inputs, given.take(*ones))
        except Refused:
            continue
    return given, claims


def _left_open(op: Op, inputs: tuple[Shape, ...], given: Assumptions) -> Iterator[Undecided]:
    """The requirements that are neither true nor false; raises Refused for one that is false."""
    _require_arity(op, len(inputs))
    claims = op.requires(*inputs)
    for claim, message in chain(op.claims(), claims) if op.is_symbolic else claims:
        if isinstance(claim, Undecided):
            yield claim.plain() if given.domains else claim
        elif not claim:
            raise Refused(message)


def _require_arity(op: Op, count: int) -> None:
    least, most = op.arity
    if count < least or (most is not None and count > most):
        wanted = f"{least}" if most == least else f"at least {least}" if most is None else f"{least} to {most}"
        raise Refused(f"{type(op).__name__} takes {wanted} input{'' if wanted == '1' else 's'}, not {count}")


AXES, SIZE = 64, 2**63 - 1
"""The most axes of an array, and the largest size of one: what arrays of PyTorch and NumPy can have."""


def _within_bounds(shape: Shape) -> None:
    if len(shape) > AXES:
        raise Refused(f"the output would have {len(shape)} axes", f"at most {AXES}")
    for size in shape:
        if type(size) is int and size > SIZE:
            raise Refused("the output would have a size beyond 2^63", "no array can be so large")

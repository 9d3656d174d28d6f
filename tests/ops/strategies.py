"""Random settings and input shapes for an operation, near enough to its examples that a fair share is taken."""

from typing import Any

from hypothesis import strategies as st

from archcalc.op import Op
from archcalc.setting import ByName, Choice, Each, Either, Kind, Many, Null, Real, Text, Truth, Whole
from tests.ops.laws import Case

REALS = (0.0, 0.1, 0.5, 1.0, 1.5, 2.0)


def values(kind: Kind, axes: int, old: Any) -> st.SearchStrategy[Any]:
    """Values that a kind accepts, most of them small; `old` is the value of the example."""
    match kind:
        case Whole():
            least = -3 if kind.least is None else kind.least
            return st.integers(least, least + 5)
        case Each():
            one = values(kind.item, axes, old)
            return one | st.tuples(*[one] * axes)
        case Many():
            items = old if isinstance(old, tuple) else (old,)
            return st.tuples(*(values(kind.item, axes, item) | st.just(item) for item in items))
        case Real():
            low, high = (b if b is not None else e for b, e in zip((kind.least, kind.most), (0, 2), strict=True))
            return st.sampled_from([r for r in REALS if low <= r <= high])
        case Truth():
            return st.booleans()
        case Choice():
            return st.sampled_from(kind.choices)
        case Null():
            return st.none()
        case Either():
            return st.one_of(*(values(k, axes, old) for k in kind.kinds))
        case Text() | ByName():
            return st.just(old)  # nothing can be drawn that would fit the inputs
    raise NotImplementedError(f"no strategy for {kind!r}")


@st.composite
def calls(draw: st.DrawFn, cls: type[Op]) -> Case:
    """An example with up to two settings and two sizes of the inputs drawn anew."""
    example = draw(st.sampled_from(cls.examples))
    known, now = cls.kinds(), cls(**example.settings).settings()
    names = draw(st.lists(st.sampled_from(list(known)), max_size=2, unique=True)) if known else []
    drawn = {name: draw(values(known[name], cls.axes, now[name])) for name in names}
    inputs = example.inputs
    for _ in range(draw(st.integers(0, 2))):
        inputs = draw(resized(inputs))
    return Case(cls, inputs, dict(example.settings) | drawn)


@st.composite
def resized(draw: st.DrawFn, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """The inputs with one size drawn anew, in all inputs that share it or, rarely, in one alone."""
    where = [(i, axis) for i, shape in enumerate(inputs) for axis in range(len(shape))]
    if not where:
        return inputs
    at, axis = draw(st.sampled_from(where))
    old = inputs[at][axis]
    new = draw(st.integers(1, 12) | st.sampled_from([2 * old, old + 1, 1]))
    alone = draw(st.integers(0, 4)) == 0
    return tuple(
        tuple(new if a == axis and n == old and (i == at or not alone) else n for a, n in enumerate(shape))
        for i, shape in enumerate(inputs)
    )

"""What the methods of an operation return is checked."""

import pytest

from archcalc import Cost, Op
from archcalc.call import Call
from archcalc.errors import Refused
from archcalc.op import WHOLE, Window, elements, identity


class Shift(Op):
    """A right one."""

    def out(self, x):
        return x

    def weights(self, x):
        return {}

    def cost(self, x):
        return Cost(add=elements(x))

    def field(self, x):
        return (identity(len(x)),)

    def torch(self, torch, x):
        return lambda x: x


def ask(**methods):
    call = Call(type("Shifted", (Shift,), methods)(), ((1, 3, 8),))
    return call.weights, call.buffers, call.cost, call.fields


def test_a_right_one():
    assert ask() == ({}, {}, Cost(add=24), ((identity(3),),))


SHAPES = "must return a dict from names to tuples of sizes"
FIELD = "must return a tuple with a tuple for each input, which says how each of its axes is read"
WRONG = [
    ("out", 5, "Shifted.out must return a tuple of sizes, not 5"),
    ("out", [1, 3], "Shifted.out must return a tuple of sizes, not [1, 3]"),
    ("out", (1, "a"), "Shifted.out must return a tuple of sizes, not (1, 'a')"),
    ("out", (1, 2.5), "Shifted.out must return a tuple of sizes, not (1, 2.5)"),
    ("outputs", 5, "Shifted.outputs must return a tuple of shapes, not 5"),
    ("outputs", (5,), "Shifted.outputs must return a tuple of sizes, not 5"),
    ("weights", 5, f"Shifted.weights {SHAPES}, not 5"),
    ("weights", [(3,)], f"Shifted.weights {SHAPES}, not [(3,)]"),
    ("weights", {"weight": 3}, f"Shifted.weights {SHAPES}, not {{'weight': 3}}"),
    ("buffers", None, f"Shifted.buffers {SHAPES}, not None"),
    ("cost", 5, "Shifted.cost must return a Cost, or None if it is unknown, not 5"),
    ("field", identity(3), f"Shifted.field {FIELD}, not (Window(axis=0"),
    ("field", (identity(2),), f"Shifted.field {FIELD}"),
    ("field", (identity(3), identity(3)), f"Shifted.field {FIELD}"),
    ("field", ((WHOLE, 1, 2),), f"Shifted.field {FIELD}"),
    ("field", (Window(0),), f"Shifted.field {FIELD}"),
    ("fields", 5, "Shifted.fields must return a tuple of fields, not 5"),
    ("fields", (identity(3),), f"Shifted.fields {FIELD}"),
]


@pytest.mark.parametrize(("method", "returned", "message"), WRONG)
def test_a_wrong_one_is_refused(method, returned, message):
    with pytest.raises(Refused) as error:
        ask(**{method: lambda self, x: returned})
    assert message in str(error.value)

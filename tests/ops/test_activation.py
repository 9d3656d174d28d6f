"""Activations and what acts in training only."""

import pytest

from archcalc.algebra.assumptions import NOTHING, Assumptions
from archcalc.call import Call
from archcalc.dim import symbol
from archcalc.errors import Refused, Undecidable
from archcalc.op import WHOLE, Cost, Window, identity
from archcalc.ops import FAMILIES, OPS
from archcalc.ops.activation import GELU, GLU, Elementwise, LogSoftmax, PReLU, Softmax

C, H = symbol("C"), symbol("H")
ELEMENTWISE = [n for n in FAMILIES["activation"] if issubclass(OPS[n], Elementwise)]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_element_costs_the_same_and_something(name):
    op = OPS[name]()
    one = op.cost((1,))
    assert one != Cost()
    assert one.macs == 0
    assert op.cost((2, C, 3)) == one.times(6 * C)
    assert op.field((2, 3)) == (identity(2),)


def test_work_of_gelu_follows_its_approximation():
    assert GELU().cost((2, 3)) == Cost(mul=18, add=6, erf=6)
    assert GELU(approximate="tanh").cost((2, 3)) == Cost(mul=36, add=12, tanh=6)


def test_slopes_of_prelu():
    assert PReLU().weights((1, 8)) == {"weight": (1,)}
    assert PReLU(num_parameters=8).weights((1, 8, 2)) == {"weight": (8,)}
    assert tuple(map(str, Call(PReLU(num_parameters=C), ((1, C, 2),)).assumptions)) == ()
    assert tuple(map(str, Call(PReLU(num_parameters=8), ((1, C, 2),)).assumptions)) == ("8 = C",)


@pytest.mark.parametrize(("dim", "axis"), [(1, 1), (-1, 2), (-3, 0)])
def test_softmax_reads_its_axis(dim, axis):
    x = (2, 3, 5)
    for op in (Softmax(dim=dim), LogSoftmax(dim=dim)):
        assert op.field(x)[0][axis] is WHOLE
        assert sum(isinstance(reach, Window) for reach in op.field(x)[0]) == 2
    assert Softmax(dim=dim).cost(x) == Cost(compare=30 - 30 // x[axis], add=60 - 30 // x[axis], exp=30, div=30)
    assert LogSoftmax(dim=dim).cost(x).log == 30 // x[axis]


@pytest.mark.parametrize("cls", [Softmax, GLU])
@pytest.mark.parametrize("dim", [3, -4])
def test_an_axis_is_a_number_within_the_rank(cls, dim):
    with pytest.raises(Refused, match=f"dim must be from -3 to 2, not {dim}"):
        Call(cls(dim=dim), ((2, 4, 6),))


@pytest.mark.parametrize("given", [NOTHING, Assumptions(near=True, defaults={"H": 1})])
def test_an_axis_must_be_a_number(given):
    with pytest.raises(Undecidable, match="dim is H, but must be one number") as error:
        Call(Softmax(dim=H), ((2, 4, 6),), given)
    with pytest.raises(Undecidable):
        given.decided(error.value)


def test_glu_reads_a_position_of_either_half():
    call = Call(GLU(dim=1), ((2, 2 * C, 3),))
    assert call.outputs == ((2, C, 3),)
    assert tuple(map(str, call.assumptions)) == ()
    assert call.fields[0][0] == (Window(0), Window(1, 1, 0, C), Window(2))
    assert call.cost == Cost(mul=1, exp=1, add=1, div=1).times(6 * C)
    assert tuple(map(str, Call(GLU(), ((2, H),)).assumptions)) == ("2 divides H",)


@pytest.mark.parametrize("name", FAMILIES["dropout"])
def test_what_acts_in_training_only_does_nothing_and_keeps_nothing(name):
    shape = {"Dropout1d": (2, 3, 4), "Dropout3d": (2, 3, 4, 4, 4)}.get(name, (2, 3, 4, 4))
    call = Call(OPS[name](), (shape,))
    assert call.cost == Cost()
    assert call.activations == 0
    assert call.parameters == call.buffer_elements == 0
    assert call.outputs == (shape,)

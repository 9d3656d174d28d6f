"""An operation of a user's own is what it declares to be: for `verify`, colours, volumes and counting tools."""

import pytest

import archcalc
from archcalc.call import Call
from archcalc.convention import CONVENTIONS, Countable
from archcalc.errors import Refused
from archcalc.op import Cost, Op, identity
from archcalc.picture.theme import colour
from archcalc.picture.volumes.volumes import seen
from archcalc.role import Role
from archcalc.verifying.reading import NAMES
from archcalc.verifying.subject import Subject

SPEC = """
inputs: {image: [1, 3, 8, 8]}
layers:
  conv: {Conv2d: {out_channels: 4, kernel_size: 3}}
  norm: NORM
  relu: ReLU
  out: {Conv2d: {out_channels: 5, kernel_size: 1}}
"""


class Unsaid(Op):
    """Multiply each channel by a trained number."""

    def out(self, x):
        return x

    def weights(self, x):
        return {"weight": (x[1],)}

    def cost(self, x):
        return Cost()

    def field(self, x):
        return (identity(len(x)),)

    def torch(self, torch, x):
        return lambda x, weight: x * weight[:, None, None]


class Norm(Unsaid):
    role = Role.NORMALISATION


class Movement(Unsaid):
    role = Role.LAYOUT


class Special(archcalc.OPS["BatchNorm2d"]):
    """A subclass of ours."""


OWN = {"Unsaid": Unsaid, "Norm": Norm, "Movement": Movement, "Special": Special}


@pytest.fixture
def load(tmp_path):
    def loaded(norm):
        path = tmp_path / "own.yaml"
        path.write_text(SPEC.replace("NORM", norm))
        return archcalc.load(path, ops=archcalc.OPS | OWN)

    return loaded


def again(settings):
    raise Refused("no config")


@pytest.mark.parametrize(("name", "left_out"), [("Norm", 4), ("Special", 8), ("BatchNorm2d", 8), ("Unsaid", 0)])
def test_without_norm_leaves_out_a_norm_of_the_users_own(load, name, left_out):
    model = load(name)
    counted = Subject.of(model, again)
    assert counted.value("parameters") - counted.value("parameters", NAMES["without norm"]) == left_out


@pytest.mark.parametrize(("cls", "name"), [(Norm, "norm"), (Special, "norm"), (Unsaid, "plain"), (Movement, "plain")])
def test_colours_follow_the_role(cls, name):
    assert colour(cls()) == name


@pytest.mark.parametrize("name", OWN)
def test_a_norm_belongs_to_the_volume_before_it(load, name):
    assert seen(load(name).summary()) == seen(load("BatchNorm2d").summary())


@pytest.mark.parametrize(("cls", "kind"), [(Norm, ""), (Special, "batch norm"), (Unsaid, ""), (Movement, "movement")])
def test_tools_take_an_operation_for_what_it_declares(cls, kind):
    layer = Countable(Call(cls(), ((1, 4, 6, 6),)))
    assert layer.kind == kind
    assert (CONVENTIONS["fvcore"].of(layer) is None) == (kind == "")

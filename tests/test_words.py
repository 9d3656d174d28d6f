"""A word that nobody knows is refused with a hint, wherever it is given."""

import pytest

import archcalc
from archcalc.analyse.budgets import budget
from archcalc.convention import CONVENTIONS
from archcalc.errors import Refused
from archcalc.render import renderer

LENET = archcalc.load("lenet_dense")
GATES = "gates must be 'count' or 'ignore', not 'all'"
CONVENTION = "there is no counting convention 'mac' (did you mean 'macs'?)"
DEVICE = "there is no device '{}' (known: cpu, cuda, meta)"
WRONG = {
    "a layer": (lambda: LENET.summary()["conv1x"], "there is no layer 'conv1x' (did you mean 'conv1'?)"),
    "gates of a summary": (lambda: LENET.summary(gates="all"), GATES),
    "gates of a part": (lambda: LENET.part(gates="all"), GATES),
    "gates of a comparison": (lambda: archcalc.compare(LENET, gates="all"), GATES),
    "gates of a derivation": (lambda: LENET.explain("conv1", gates="all"), GATES),
    "a convention": (lambda: LENET.summary(convention="mac"), CONVENTION),
    "a convention of a part": (lambda: LENET.part().work("mac"), CONVENTION),
    "a convention of a difference": (lambda: archcalc.diff(LENET, LENET, "mac"), CONVENTION),
    "a convention of the table": (lambda: CONVENTIONS["mac"], CONVENTION),
    "a device": (lambda: LENET.to_torch("nope"), DEVICE.format("nope")),
    "a numbered device": (lambda: LENET.to_torch("cuda:one"), "there is no device 'cuda:one' (did you mean 'cuda'?)"),
    "a device of a comparison": (lambda: LENET.crosscheck(device="nope"), DEVICE.format("nope")),
    "a device with a strange number": (lambda: LENET.to_torch("cuda:²"), "there is no device 'cuda:²'"),
    "a device that is no string": (lambda: LENET.crosscheck(5), "there is no device '5'"),
    "a missing device": (lambda: LENET.to_torch("cuda:99"), "this machine has no CUDA device that PyTorch can use"),
    "a direction": (
        lambda: LENET.solve("classes", "valid", direction="up"),
        "direction must be 'largest' or 'smallest', not 'up'",
    ),
    "a side": (lambda: budget("macs", "most", "1"), "side must be 'max' or 'min', not 'most'"),
    "a quantity": (lambda: LENET.formula("mac"), "there is no quantity 'mac' (did you mean 'macs'?)"),
    "a format": (lambda: LENET.summary().render("xml"), "there is no format 'xml' (known: text, json"),
    "a format of formulas only": (lambda: LENET.summary().render("python"), "there is no format 'python'"),
    "a renderer": (lambda: renderer("python"), "there is no format 'python'"),
    "a bar": (lambda: LENET.plot(per="layers"), "per must be 'layer' or 'scope', not 'layers'"),
    "an option of a picture": (lambda: LENET.draw(dept=3), "has no option 'dept' (did you mean 'depth'?)"),
    "an option of another style": (
        lambda: LENET.draw(style="volumes", heat="macs"),
        "has no option 'heat' (the style 'graph' has it)",
    ),
    "a theme": (lambda: LENET.draw("dot", theme="drak"), "there is no theme 'drak' (did you mean 'dark'?)"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_unknown_word(name):
    give, message = WRONG[name]
    with pytest.raises(Refused) as error:
        give()
    assert message in str(error.value)


def test_a_missing_layer_is_a_missing_key_too():
    with pytest.raises(KeyError):
        LENET.summary()["nope"]
    assert LENET.summary()["conv1"].path == "conv1"
    assert "nope" not in CONVENTIONS
    assert CONVENTIONS.get("nope") is None

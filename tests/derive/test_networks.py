"""Every layer of some networks is derived, and comes to what the summary says."""

import pytest

import archcalc
from archcalc import dim
from archcalc.op import UNKNOWN, WHOLE

NETWORKS = [
    *("resnet:18", "mobilenet_v3:small", "lstm_lm:medium", "unet"),
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("mobilenet_v3:large", "resnet:50", "googlenet", "vgg16")),
    *(
        pytest.param(name, marks=pytest.mark.slow)
        for name in ("convnext:tiny", "densenet:121", "wavenet", "swin:t", "vit:b_16")
    ),
]

FREED = [
    ("vgg16", ["H", "W"]),
    ("resnet:18", ["N", "H"]),
    pytest.param("resnet:50", ["N", "H"], marks=pytest.mark.slow),
    pytest.param("unet", ["H"], marks=pytest.mark.slow),
]


def check_field(derivation, field):
    """The last row along each axis of the first input is the summary's field."""
    tables = derivation.sections[-1].tables
    mine = [t for t in tables if t.input == tables[0].input] if tables else []
    rows = [table.rows[-1] for table in mine for _ in table.axes]
    sizes = sorted(str(row.size.value) for row in rows)
    assert sizes == sorted(str(None if a is WHOLE or a is UNKNOWN else a.size) for a in field or ())
    notes = [row.note for row in rows]
    assert all(("whole" in note) == (axis is WHOLE) for note, axis in zip(sorted(notes), field or (), strict=True)) or (
        len(set(notes)) > 1
    )


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("gates", ["count", "ignore"])
def test_layers(name, gates):
    if gates == "ignore" and not name.startswith("mobilenet_v3"):
        pytest.skip("has no gates")
    model = archcalc.load(name)
    for layer in model.summary(gates=gates).layers:
        derivation = model.explain(layer.path, gates)
        steps = {step.name: step.value for section in derivation.sections for step in section.steps}
        assert steps["macs"] == layer.macs
        assert steps["activations"] == layer.activations
        assert layer.weights_of or steps["parameters"] == layer.parameters
        assert steps.get("buffer elements", 0) == layer.buffer_elements
        check_field(derivation, layer.field)


def test_symbols_are_put_in():
    model = archcalc.load("vgg16", free=["H"])
    text = str(model.explain("features.4"))
    assert "H_out = floor((H + 2*padding[0] - dilation[0]*(kernel_size[0] - 1) - 1)/kernel_size[0]) + 1" in text
    assert "= floor((H + 2*0 - 1*(2 - 1) - 1)/2) + 1" in text
    assert "= floor(H/2)" in text


@pytest.mark.parametrize(("name", "free"), FREED)
def test_symbolic_layers_keep_their_facts(name, free):
    model = archcalc.load(name, free=free)
    for layer in model.summary().layers:
        steps = {step.name: step.value for section in model.explain(layer.path).sections for step in section.steps}
        assert steps["parameters"] == layer.parameters
        assert dim.equal(steps["macs"], layer.macs) is True

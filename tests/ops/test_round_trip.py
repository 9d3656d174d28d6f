"""Law 7: an operation survives being written into a spec, read, summed up as JSON and written into a spec again."""

import json

import pytest

import archcalc
from archcalc.call import Call
from archcalc.ops import OPS
from tests.ops.laws import element

CASES = [(name, number) for name in OPS for number in range(len(OPS[name].examples))]


def spec(name, settings, shapes, ports):
    """A spec with this one layer; an Identity beside it, since a network must read its inputs."""
    inputs = {f"x{i}": {"shape": list(shape), "dtype": element(OPS[name], i)} for i, shape in enumerate(shapes)}
    inputs["unused"] = {"shape": [1]}
    layer = {name: settings} | ({"from": list(inputs)[:-1]} if shapes else {})
    outputs = ["kept", *(f"layer[{port}]" for port in range(ports))]
    layers = {"kept": {"Identity": None, "from": "unused"}, "layer": layer}
    return {"archcalc": 1, "inputs": inputs, "layers": layers, "outputs": outputs}


@pytest.mark.parametrize(("name", "number"), CASES)
def test_round_trip(name, number, tmp_path):
    example = OPS[name].examples[number]
    op = OPS[name](**example.settings)
    ports = len(Call(op, example.inputs).outputs)
    settings = example.settings
    for _ in range(2):
        path = tmp_path / "s.yaml"
        path.write_text(json.dumps(spec(name, settings, example.inputs, ports)))
        model = archcalc.load(path)
        assert model.graph.nodes["layer"]["op"] == op
        settings = json.loads(json.dumps(model.summary().to_json()))["layers"][-1]["settings"]

"""The JSON schema of a spec takes what the language takes and refuses misspelt words."""

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from archcalc.errors import ArchcalcError, SpecError
from archcalc.language.find import zoo_folder
from archcalc.language.grammar import BLOCK, BODIES, CLAIM, CONFIG, INPUT, MODIFIERS, SCALING, SPEC
from archcalc.language.loaded import configured, expand
from archcalc.language.parser import Parser
from archcalc.language.reader import read, read_file
from archcalc.language.schema import schema
from archcalc.language.spec import Spec
from archcalc.language.tree import Node, Scalar
from archcalc.op import Example
from archcalc.ops import OPS

FILES = [*zoo_folder().rglob("*.yaml"), *Path(__file__).parent.rglob("specs/**/*.yaml")]
SPECS = sorted(path for path in FILES if "tables" not in path.parts)


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    whole = schema()
    Draft202012Validator.check_schema(whole)
    return Draft202012Validator(whole)


def _plain(value: Any) -> Any:
    """A value, or a node of a file, as JSON has it."""
    if isinstance(value, Node):
        return _plain(value.value if isinstance(value, Scalar) else value.items)  # type: ignore[attr-defined]
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return {str(k): _plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def _spec(name: str, settings: dict[str, Any]) -> dict[str, Any]:
    return {"inputs": {"x": [1, "C", 8]}, "layers": {"layer": {name: _plain(settings)}}}


@pytest.mark.parametrize("name", OPS)
def test_examples(name: str, validator: Draft202012Validator) -> None:
    for example in OPS[name].examples:
        validator.validate(_spec(name, example.settings))
    if not OPS[name].required():
        validator.validate({"inputs": {"x": [1]}, "layers": [name, {name: None}]})


@pytest.mark.parametrize("name", OPS)
def test_unknown_setting(name: str, validator: Draft202012Validator) -> None:
    example: Example = OPS[name].examples[0]
    assert not validator.is_valid(_spec(name, {**example.settings, "colour": 1}))


@pytest.mark.parametrize("path", SPECS, ids=lambda p: p.stem)
def test_specs(path: Path, validator: Draft202012Validator) -> None:
    validator.validate(_plain(read_file(path)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"inputs": {"x": [1]}},
        {"inputs": {"x": [1]}, "layers": ["ReLU"], "titel": "A"},
        {"inputs": {"x": {"shape": [1], "dtyp": "int64"}}, "layers": ["ReLU"]},
        {"inputs": {"x": [1]}, "layers": [{"Linear": {"out_feature": 3}}]},
        {"inputs": {"x": [1]}, "layers": [{"Linear": 3, "repeat": -1}]},
        {"inputs": {"x": [1]}, "layers": ["ReLU"], "claims": [{"source": "Table 1"}]},
        {"inputs": {"x": [1]}, "layers": {"a": None}},
    ],
)
def test_refused(wrong: dict[str, Any], validator: Draft202012Validator) -> None:
    assert not validator.is_valid(wrong)


HEAD: dict[str, Any] = {
    "config": {"a": 1},
    "variants": {"v": {"a": 2}},
    "scaling": {"by": {"a": 2}},
    "inputs": {"x": [1, 8]},
}
SAMPLES: list[Any] = [
    *(None, True, 0, 1, -1, 2, 101, 0.5, "a", "x", "1", "float32", "a b", ""),
    *([], ["a"], ["x"], ["ReLU"], [[1]], [None], [1.5], [{}]),
    *({}, {"a": 1}, {"v": 1}, {"x": [1]}, {"a": None}, {"a b": 1}, {"layers": ["ReLU"]}, {"macs": "as printed"}),
]
"""Values of every kind, for every key."""


def _at(record: str, key: str, value: Any) -> dict[str, Any]:
    """A spec with a value at a key of one of the mappings of the language."""
    layer: dict[str, Any] = {"ReLU": None}
    spec: dict[str, Any] = {**HEAD, "layers": [layer]}
    claim = {"source": "Table 1", "macs": 1}
    block = {"layers": ["ReLU"], key: value}
    places: dict[str, dict[str, Any]] = {
        "spec": {key: value},
        "config": {"config": {"a": 1, "b": {"default": 1, key: value}}},
        "input": {"inputs": {"x": {"shape": [1, 8], key: value}}},
        "block": {"blocks": {"b": block}},
        "claim": {"claims": [claim | {key: value}]},
        "scaling": {"scaling": {"by": {"a": 2}, key: value}},
        "modifier": {"layers": [layer | {key: value}]},
        "body": {"layers": [{key: value}]},
    }
    return spec | places[record]


PLACES = {
    "spec": SPEC.keys,
    "config": CONFIG.keys,
    "input": INPUT.keys,
    "block": BLOCK.keys,
    "claim": CLAIM.keys,
    "scaling": SCALING.keys,
    "modifier": MODIFIERS,
    "body": BODIES,
}
BEYOND = re.compile(
    "config b must be (one of|at least|at most|a multiple of)|which config does not have|there is no variant"
    "|must have one letter|is not an expression|is not the name of a layer|already has the operation"
)
"""Mistakes that no schema can say: they lie between two parts of a spec, or in the text of an expression."""


def _mistakes(spec: dict[str, Any]) -> list[str]:
    """What the language finds wrong with a spec."""
    try:
        found = Parser(Spec()).read(read(json.dumps(spec).encode()), {})
        expand(found, configured(found, None, {}))
    except SpecError as error:
        return [problem.message for problem in error.problems]
    except ArchcalcError as error:
        return [str(error)]
    return []


def _agrees(spec: dict[str, Any], validator: Draft202012Validator) -> bool:
    if not validator.is_valid(spec):
        return bool(_mistakes(spec))
    try:
        Parser(Spec()).read(read(json.dumps(spec).encode()), {})
    except SpecError as error:
        return all(BEYOND.search(problem.message) for problem in error.problems)
    return True


@pytest.mark.parametrize(("record", "key"), [(r, k) for r, keys in PLACES.items() for k in [*keys, "unknown"]])
def test_language_and_schema_agree(record: str, key: str, validator: Draft202012Validator) -> None:
    if key == "extends":  # another file would have to be there
        return
    assert [value for value in SAMPLES if not _agrees(_at(record, key, value), validator)] == []


@pytest.mark.parametrize(("record", "key"), [(r, k) for r, keys in PLACES.items() for k in keys])
def test_no_message_asks_for_what_is_there(record: str, key: str) -> None:
    """`must be a list, not a list` says neither what is wrong nor what would be right."""
    for value in [*SAMPLES, [[[None]]], [["a"], {}]]:
        for message in _mistakes(_at(record, key, value)):
            found = re.search("must be (?P<wanted>.*), not (?P<given>a list|a mapping)$", message)
            assert found is None or found["given"] not in found["wanted"], message

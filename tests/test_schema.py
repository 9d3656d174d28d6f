"""The JSON schema of a spec takes what the language takes and refuses misspelt words."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from archcalc.language.entries import MODIFIERS
from archcalc.language.find import zoo_folder
from archcalc.language.parser import CLAIMED, SPEC_KEYS
from archcalc.language.reader import read_file
from archcalc.language.schema import CLAIM, MODIFIER, SPEC, schema
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
    """A value as JSON has it."""
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
    validator.validate(_plain(read_file(path).plain()))


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


def test_every_key_of_the_language_is_described() -> None:
    assert set(SPEC) == set(SPEC_KEYS)
    assert set(MODIFIER) == set(MODIFIERS)
    assert set(CLAIMED) < set(CLAIM["properties"])

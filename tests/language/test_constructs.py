"""The constructs that prove the grammar: each is written in the language, and PyTorch agrees with what follows."""

from pathlib import Path

import pytest

import archcalc
from archcalc.torchcheck.verbs import compared as crosscheck

SPECS = Path(__file__).parent / "specs"


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.yaml")), ids=lambda path: path.stem)
def test_construct_agrees_with_torch(path: Path) -> None:
    model = archcalc.load(path)
    result = crosscheck(model.network, "cpu")
    assert result.differences == []
    assert result.layers == len(model.network) - len(model.network.inputs)
    assert result.unknown == []

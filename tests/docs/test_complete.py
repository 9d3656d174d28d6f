"""The language reference names everything that the language has."""

import pytest

from archcalc.cli import COMMANDS
from archcalc.convention import CONVENTIONS
from archcalc.language.functions import FUNCTIONS
from archcalc.language.grammar import CLAIMED, DTYPES, MODIFIERS, SPEC
from archcalc.language.limits import DEFAULT
from archcalc.language.value import SHAPE_WORDS
from tests.docs.blocks import ROOT

LANGUAGE = (ROOT / "docs/language.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*SPEC.keys, *MODIFIERS, *CLAIMED, *DTYPES, *SHAPE_WORDS, "splice"])
def test_words(word: str) -> None:
    assert f"`{word}`" in LANGUAGE


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    assert f"`{name}(" in LANGUAGE


@pytest.mark.parametrize(("name", "limit"), DEFAULT._asdict().items())
def test_limits(name: str, limit: int) -> None:
    assert f"| `{name}` | {limit:,} |" in LANGUAGE


@pytest.mark.parametrize("name", CONVENTIONS)
def test_conventions(name: str) -> None:
    assert f"| `{name}` " in (ROOT / "docs/counting.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_commands(name: str) -> None:
    assert f"archcalc {name}" in (ROOT / "README.md").read_text(encoding="utf-8")

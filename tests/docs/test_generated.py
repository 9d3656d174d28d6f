"""The generated documents are what the code generates now."""

from collections.abc import Callable

import pytest

from archcalc.derive import reference
from archcalc.language import schema
from tests.docs import conventions
from tests.docs.blocks import ROOT


@pytest.mark.parametrize(
    ("name", "generate"),
    [
        ("docs/operations.md", reference.page),
        ("docs/spec.schema.json", schema.text),
        ("docs/counting.md", lambda: conventions.inserted((ROOT / "docs/counting.md").read_text(encoding="utf-8"))),
    ],
    ids=["operations.md", "spec.schema.json", "counting.md"],
)
def test_current(name: str, generate: Callable[[], str], request: pytest.FixtureRequest) -> None:
    path, text = ROOT / name, generate()
    if request.config.getoption("--overwrite"):
        path.write_text(text, encoding="utf-8")
    current = path.is_file() and path.read_text(encoding="utf-8") == text
    assert current, f"{name} is out of date; rewrite it with: pytest tests/docs --overwrite"

"""What all tests share: golden files, and Hypothesis draws the same cases every time and sets no deadline."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("archcalc", derandomize=True, deadline=None, database=None)
settings.load_profile("archcalc")

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser):
    parser.addoption("--overwrite", action="store_true", help="write the golden files anew instead of comparing")


@pytest.fixture
def golden(request):
    """A check that a text is the one in tests/golden; `pytest --overwrite` writes it anew."""

    def check(name, text):
        path = GOLDEN / name
        if request.config.getoption("--overwrite"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        assert path.is_file(), f"there is no {path}; pytest --overwrite writes it"
        with path.open(encoding="utf-8", newline="") as file:
            assert text == file.read(), f"{path.name} has changed; if it should, pytest --overwrite"

    return check

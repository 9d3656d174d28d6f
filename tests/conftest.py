"""What all tests share: golden files, Hypothesis without chance or deadlines, and which sweeps are slow."""

import os
from pathlib import Path

# Two workers of torch with a thread for each processor wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import settings

settings.register_profile("archcalc", derandomize=True, deadline=None, database=None)
settings.load_profile("archcalc")

GOLDEN = Path(__file__).parent / "golden"
SLOW = pytest.StashKey[int]()
"""The number of slow tests left out."""


def pytest_addoption(parser):
    parser.addoption("--overwrite", action="store_true", help="write the golden files anew instead of comparing")
    parser.addoption("--all", action="store_true", help="run the slow sweeps too")


def named(config):
    """Whether the command line names single tests."""
    return any("::" in argument for argument in config.args)


def pytest_xdist_auto_num_workers(config):
    """Run tests that are named in this process, everything else on all processors."""
    return 0 if named(config) else None


def pytest_collection_modifyitems(config, items):
    """Leave the slow sweeps out, unless the command line chooses tests itself."""
    if config.option.all or config.option.markexpr or config.option.keyword or named(config):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if not item.get_closest_marker("slow")]
    config.stash[SLOW] = len(slow)


def pytest_sessionfinish(session):
    """Hand the number from a worker to the process that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["slow"] = session.config.stash.get(SLOW, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Every worker collects the same tests."""
    node.config.stash[SLOW] = getattr(node, "workeroutput", {}).get("slow", 0)


def pytest_terminal_summary(terminalreporter, config):
    if count := config.stash.get(SLOW, 0):
        terminalreporter.write_line(f"{count} slow sweeps left out; run them with: pytest --all")


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

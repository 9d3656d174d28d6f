"""Limits belong to the reader of a spec: none leaks into another file or thread."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import archcalc
from archcalc.errors import LimitReached
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.reader import read

LONG = " + ".join(["1"] * 300)  # 1,197 characters
HEAD = "inputs: {x: [1, 8]}\n"
OVER = {
    "expression": (LONG, {"expression": 2_000}),
    "rounds": ("len([i for i in range(1001)])", {"rounds": 2_000}),
    "items": ("len([0] * 100001)", {"items": 200_000}),
    "bits": ("len([2**4099])", {"bits": 5_000}),
}


def load(path: Path, limits: Limits = DEFAULT) -> bool:
    """Whether a spec is taken."""
    try:
        archcalc.load(path, limits=limits)
    except LimitReached:
        return False
    return True


@pytest.fixture(params=OVER)
def case(request, tmp_path: Path) -> tuple[list[Path], Limits]:
    text, raised = OVER[request.param]
    paths = [tmp_path / f"{name}.yaml" for name in ("first", "second")]
    for path in paths:
        path.write_text(f'{HEAD}layers: [{{Linear: "{text}"}}]\n')
    return paths, DEFAULT.raised(raised)


def test_a_raised_limit_does_not_leak_into_the_next_file(case) -> None:
    (first, second), raised = case
    assert not load(first)
    assert load(first, raised)
    assert not load(second)
    assert not load(first)


def test_threads_have_limits_of_their_own(case) -> None:
    (first, _), raised = case
    limits = [raised, DEFAULT] * 10
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda each: load(first, each), limits)) == [each is raised for each in limits]


def test_nesting_beyond_all_bounds_is_a_limit_too():
    with pytest.raises(LimitReached, match="nested too deeply"):
        read(b"[" * 50_000, limits=DEFAULT._replace(nesting=10**9))

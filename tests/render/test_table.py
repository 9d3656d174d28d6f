import subprocess
import sys

import pytest

from archcalc.render.text import terminal

from .networks import NAMES, RESIDUAL, STACK, VGG, hostile, summary, zoo
from .test_columns import unknown


def table(facts, depth=None, columns=None, **terminal_):
    """A summary as a terminal shows it."""
    return terminal(facts.shown(depth=depth, columns=columns).document(), **terminal_)


@pytest.mark.parametrize(
    ("name", "text", "given"),
    [
        ("vgg", VGG, {}),
        ("residual", RESIDUAL, {}),
        ("stack", STACK, {}),
        ("stack_free", STACK, {"free": ["L", "width"]}),
        ("hostile", hostile(), {}),
    ],
)
def test_tables(tmp_path, golden, name, text, given):
    golden(f"{name}.txt", table(summary(tmp_path, text, name, **given)))


@pytest.mark.parametrize("name", ["resnet:50", "vgg16"])
def test_tables_of_the_zoo(golden, name):
    golden(f"{name.replace(':', '_')}.txt", table(zoo(name)))


def test_all_levels(tmp_path, golden):
    golden("residual_all.txt", table(summary(tmp_path, RESIDUAL, "residual"), depth="all"))


def test_work_that_is_not_known(tmp_path, golden):
    golden("unknown.txt", table(unknown(summary(tmp_path, VGG), "features.0"), depth=1))


@pytest.mark.parametrize("width", [30, 60, 80, 100, 120])
def test_a_narrow_terminal_loses_the_less_important_columns(width):
    text = table(zoo("resnet:50"), width=width)
    lines = text.splitlines()
    if width >= 60:
        assert max(map(len, lines)) <= width
    assert "parameters" in text
    assert ("too narrow for: " in lines[-1]) == (width < 120)


def test_without_a_width_nothing_is_left_out():
    assert "too narrow" not in table(zoo("googlenet"))


def test_columns_that_were_asked_for_stay():
    text = table(zoo("lenet"), columns=["layer", "weights"], width=30)
    assert "weight [6, 1, 5, 5], bias [6]" in text
    assert "too narrow" not in text


def test_color_is_only_decoration(tmp_path):
    import re

    facts = summary(tmp_path, VGG)
    colored = table(facts, color=True)
    assert "\x1b[1mfeatures" in colored
    assert re.sub(r"\x1b\[\d+m", "", colored) == table(facts)
    assert "\x1b" not in table(facts)


def test_names_cannot_reach_the_terminal_as_controls(tmp_path):
    text = table(summary(tmp_path, hostile()))
    assert all(c.isprintable() for c in text.replace("\n", ""))
    assert "\\u202eevil" in text
    assert len(NAMES) == sum(" Linear " in line for line in text.splitlines())


def test_wide_characters_keep_the_columns_straight(tmp_path):
    text = "archcalc: 1\ninputs: {x: [1, 4]}\nlayers:\n  层: {Linear: 4}\n  layer: {Linear: 3}\n"
    lines = table(summary(tmp_path, text)).splitlines()
    wide, narrow = (next(line for line in lines if line.startswith(start)) for start in ("层", "layer "))
    assert wide.startswith("层     Linear")
    assert narrow.startswith("layer  op")


def test_a_table_is_cheap_to_start():
    """rich and SymPy take tens to hundreds of milliseconds to import."""
    code = (
        "import sys, archcalc; str(archcalc.load('vgg16'));"
        "print([m for m in ('rich', 'sympy', 'numpy', 'torch') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"

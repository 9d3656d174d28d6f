"""Differences in every format."""

import json
import re

import pytest
from markdown_it import MarkdownIt

from archcalc.analyse.difference import difference, lines
from archcalc.render import words
from archcalc.render.text import terminal

from .networks import NAMES, RESIDUAL, STACK, VGG, hostile, summary, zoo
from .test_columns import unknown
from .test_markup import Reader

ENDINGS = {"text": "txt", "markdown": "md", "json": "json"}
DEEPER = RESIDUAL.replace("[3, 2]", "[3, 6]").replace("pool:", "squeeze:").replace("Linear: 10", "Linear: 100")
CASES = {
    "residual": (RESIDUAL, DEEPER),
    "normed": (VGG, VGG.replace("      - ReLU\n", "      - BatchNorm2d\n      - ReLU\n", 1)),
    "resized": (VGG, VGG.replace("H: 64", "H: 96")),
    "replaced": (VGG, STACK),
    "hostile": (hostile(), hostile().replace("Linear: 4}", "Linear: {out_features: 4, bias: false}}", 3)),
    "renamed": (hostile(), hostile().replace(": {Linear", "2: {Linear").replace('"2: ', '2": ')),
    "same": (VGG, VGG),
}


def found(folder, case):
    before, after = CASES[case]
    return difference(summary(folder, before, "before"), summary(folder, after, "after"))


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("case", CASES)
def test_golden(tmp_path, golden, form, case):
    golden(f"diff/{case}.{ENDINGS[form]}", found(tmp_path, case).render(form))


def test_color_is_only_decoration(tmp_path):
    for case in CASES:
        colored = terminal(found(tmp_path, case).document(), color=True)
        assert re.sub(r"\x1b\[\d+m", "", colored) == found(tmp_path, case).render("text")
    assert "\x1b[32m+ stage1.2-5 x 4" in terminal(found(tmp_path, "residual").document(), color=True)


def test_long_expressions_stand_below_the_totals(tmp_path):
    one = summary(tmp_path, STACK, free=["L", "width", "N"])
    text = STACK.replace("4 * width", "2 * width")
    other = summary(tmp_path, text, free=["L", "width", "N"])
    said = difference(one, other).render("text")
    assert "\nMACs\n    before      8*N*L*width**2 + 2*N*width**2\n" in said
    assert "\n    difference  -4*N*L*width**2\n" in said
    assert max(map(len, said.splitlines())) < 120


def test_work_that_is_not_known(tmp_path):
    facts = summary(tmp_path, VGG)
    said = difference(facts, unknown(facts, "features.0")).render("text")
    assert "    MACs  1,769,472 -> not known\n" in said
    assert ">= 10,355,008" in said
    document = json.loads(difference(facts, unknown(facts, "features.0")).render("json"))
    assert document["totals"]["macs"]["least"] == [False, True]


def test_names_are_inert(tmp_path):
    for case in ("hostile", "renamed"):
        text = found(tmp_path, case).render("text")
        assert all(c.isprintable() for c in text.replace("\n", ""))
        page = Reader(MarkdownIt("gfm-like", {"linkify": False}).render(found(tmp_path, case).render("markdown")))
        assert page.tags <= {"h2", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td"}
        json.loads(found(tmp_path, case).render("json"))
    assert len(found(tmp_path, "renamed").renamed) == len(NAMES)


def test_whole_scopes_are_one_line():
    shown = lines(difference(zoo("resnet:50"), zoo("resnet:152")))
    assert [(line.mark, line.name, line.kind) for line in shown] == [
        ("+", "layer2.4-7 x 4", "bottleneck"),
        ("+", "layer3.6-35 x 30", "bottleneck"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (100, 150, "+50.0%"),
        (100, 0, "-100.0%"),
        (3, 4, "+33.3%"),
        (10**9, 10**9 + 1, "+<0.1%"),
        (10**9, 10**9 - 1, "-<0.1%"),
        (1, 2000, "+199,900.0%"),
        (10**400, 2 * 10**400, "+100.0%"),
        (0, 5, ""),
        (5, 5, ""),
        (None, 5, ""),
    ],
)
def test_growth(before, after, text):
    assert words.growth(before, after) == text

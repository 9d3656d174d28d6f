"""A new format serves every result, and a new result has every format, by being declared."""

import json
import re
import sys
from functools import cache
from types import ModuleType

import pytest

import archcalc
from archcalc.derive.reference import known
from archcalc.errors import MissingExtra, Refused
from archcalc.render import FORMATS
from archcalc.render.document import (
    Chapter,
    Derived,
    Equations,
    Figure,
    Forms,
    Formula,
    Grid,
    GridRow,
    Head,
    Item,
    Items,
    Note,
    Pair,
    Pairs,
    Paragraph,
    Title,
    Verbatim,
)
from archcalc.render.result import Result

ONE = Formula(lambda notation: {"text": "a/2", "latex": r"\frac{a}{2}"}[notation])
HOSTILE = "<b>*|$&\u202e"


class Everything(Result):
    """A result that has every block there is, and hostile names in each."""

    def document(self):
        grid = Grid(
            (Head(HOSTILE), Head("n", right=True, key="count")),
            (
                GridRow((HOSTILE, Figure("1,000", 1000)), level=1, tone="good"),
                GridRow((ONE, "2"), tone="strong", sums=True),
                GridRow((), note=HOSTILE),
            ),
            caption=HOSTILE,
            foot=(Pair(HOSTILE, HOSTILE, "5"),),
        )
        inside = (
            Paragraph(f"{HOSTILE} `code`"),
            Note(HOSTILE),
            Verbatim(f"{HOSTILE}\n  {HOSTILE}"),
            Items((Item(HOSTILE, "+", "Conv2d", HOSTILE, (Pair(HOSTILE, HOSTILE),)), Item(HOSTILE, code=True))),
            Equations((Derived(HOSTILE, (ONE, ONE)), Derived(ONE, (ONE,), least=True))),
            Forms((Derived("x", (ONE,)), Derived("y", (ONE,)))),
            grid,
        )
        return Title(HOSTILE), Pairs((Pair(HOSTILE, HOSTILE),)), *inside, Chapter(HOSTILE, inside)

    def record(self):
        return {"name": HOSTILE, "items": [1, {"a": None}]}


@pytest.mark.parametrize("form", FORMATS)
def test_a_new_result_has_every_format(form):
    text = Everything().render(form)
    assert text.endswith("\n")
    assert "\u202e" not in text
    bare = re.sub(r"(?m)^%.*$|(?s:```text.*?```)|`[^`]*`", "", text)
    if form in ("markdown", "html", "latex"):
        assert "<b>*" not in bare
    if form == "latex":
        assert text.count(r"\begin{") == text.count(r"\end{")
        assert r"\frac{a}{2}" in text


def test_a_new_format_serves_every_result(monkeypatch):
    def names(result):
        return ",".join(type(block).__name__ for block in result.document()) + "\n"

    module = ModuleType("shouting")
    module.names = names
    monkeypatch.setitem(sys.modules, "shouting", module)
    monkeypatch.setitem(FORMATS, "names", "shouting:names")
    assert Everything().render("names").startswith("Title,Pairs,Paragraph,Note")
    assert archcalc.summary("vgg16").render("names") == "Title,Pairs,Grid\n"
    assert archcalc.compare("vgg16").render("names") == "Grid\n"


VERBS = {
    "summary": lambda: archcalc.summary("lenet_dense"),
    "formula": lambda: archcalc.formula(archcalc.load("lenet_dense", free=["N"]), "macs", by_stage=True),
    "explain": lambda: archcalc.explain("lenet_dense", archcalc.summary("lenet_dense").layers[0].path),
    "solve": lambda: archcalc.load("lenet_dense").solve("classes", "parameters <= 1e5"),
    "scale": lambda: archcalc.scale("efficientnet:b0", 1),
    "compare": lambda: archcalc.compare("lenet_dense", "nothing"),
    "diff": lambda: archcalc.diff("vgg:11", "vgg:13"),
}


@cache
def result(verb):
    """What a verb gives."""
    return VERBS[verb]()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_every_format(verb, form):
    found = result(verb)
    text = found.render(form)
    assert text.strip()
    if form == "text":
        assert f"{found}\n" == text
    if form == "json":
        assert json.loads(text) == json.loads(json.dumps(found.to_json()))


VERSIONED = {
    **VERBS,
    "check": lambda: archcalc.check("lenet_dense", budgets=[]),
    "crosscheck": lambda: archcalc.crosscheck("lenet_dense", "meta"),
    "ops": lambda: known("Conv2d"),
}


@pytest.mark.parametrize("verb", VERSIONED)
def test_every_json_has_the_version_of_its_keys(verb):
    found = VERSIONED[verb]()
    version = 2 if verb in ("summary", "compare") else 1  # receptive fields list their phases
    assert found.to_json()["schema"] == json.loads(found.render("json"))["schema"] == version


def test_only_formulas_are_written_in_python():
    found = result("formula")
    assert found.render("python") == found.python()
    assert "def features_0" in archcalc.formula("vgg16", by_stage=True, layer="features").render("python")
    with pytest.raises(Refused, match="there is no format 'python'"):
        result("summary").render("python")


def test_a_table_for_data_frames(monkeypatch):
    class Frame(dict):
        pass

    pandas = ModuleType("pandas")
    pandas.DataFrame = Frame
    monkeypatch.setitem(sys.modules, "pandas", pandas)
    found = archcalc.summary("lenet_dense").to_pandas()
    assert list(found)[:2] == ["layer", "op"]
    assert sum(found["parameters"]) == archcalc.load("lenet_dense").parameters
    for name in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match="a data frame needs pandas or polars"):
        archcalc.summary("lenet_dense").to_pandas()

"""Comparisons in every format."""

import csv
import io
import json
import re

import pytest
from markdown_it import MarkdownIt

import archcalc
from archcalc.analyse.compare import COLUMNS, Comparison
from archcalc.analyse.comparison import Broken, compared
from archcalc.convention import CONVENTIONS
from archcalc.errors import Refused
from archcalc.render import FORMATS
from archcalc.render.text import terminal

from .networks import NAMES, RESIDUAL, STACK, VGG, hostile, summary
from .test_columns import unknown
from .test_markup import Reader

ENDINGS = {"text": "txt", "json": "json", "csv": "csv", "markdown": "md", "latex": "tex", "html": "html"}
DEPTHS = {"vgg": 4, "residual": 12, "stack": 10, "hostile": 7}


def told(folder, name, text, **given):
    facts = summary(folder, text, name, **given)
    return compared(facts, DEPTHS[name], "arXiv:1512.03385", "family")


def usual(folder):
    found = [told(folder, name, text) for name, text in (("vgg", VGG), ("residual", RESIDUAL), ("stack", STACK))]
    return Comparison(CONVENTIONS["macs"], (found[0], Broken("gone", "error: it is not there\nat all"), *found[1:]))


def evil(folder):
    one = told(folder, "hostile", hostile())
    networks = [one._replace(name=name, title=name, source=name, family=name) for name in NAMES]
    return Comparison(CONVENTIONS["macs"], (*networks, Broken(NAMES[0], " ".join(NAMES))))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("make", [usual, evil], ids=["usual", "hostile"])
def test_golden(tmp_path, golden, form, make):
    name = {usual: "usual", evil: "hostile"}[make]
    golden(f"compare/{name}.{ENDINGS[form]}", make(tmp_path).render(form))


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "json"])
def test_columns(tmp_path, form):
    text = usual(tmp_path).shown(list(COLUMNS)).render(form)
    assert "gone" in text
    assert "it is not there" in text
    assert "at all" not in text
    only = usual(tmp_path).shown(["depth", "macs"]).render(form)
    assert "vgg" not in only
    assert "gone" in only
    with pytest.raises(Refused, match=r"^there is no column 'dept' \(did you mean 'depth'\?\)$"):
        usual(tmp_path).shown(["dept"]).render(form)


def test_json_has_no_columns(tmp_path):
    with pytest.raises(Refused, match=r"^json has no columns"):
        usual(tmp_path).shown(["depth"]).render("json")


def test_json_holds_every_fact(tmp_path):
    document = json.loads(usual(tmp_path).render("json"))
    assert document["convention"] == "macs"
    assert [n["name"] for n in document["networks"]] == ["vgg", "gone", "residual", "stack"]
    first, broken = document["networks"][:2]
    assert (first["year"], first["depth"], first["receptive_field"][0]["size"]) == (2015, 4, 8)
    assert broken == {"name": "gone", "error": "error: it is not there\nat all"}


def test_csv_has_numbers_as_they_are(tmp_path):
    rows = list(csv.DictReader(io.StringIO(usual(tmp_path).render("csv"))))
    assert [row["network"] for row in rows] == ["vgg", "gone", "residual", "stack"]
    assert rows[0]["macs"] == str(summary(tmp_path, VGG).totals.cost.macs)
    assert rows[1]["error"] == "error: it is not there"
    assert rows[1]["macs"] == ""


@pytest.mark.parametrize("column", COLUMNS)
def test_sorting(tmp_path, column):
    up, down = (usual(tmp_path).in_order(column, reverse) for reverse in (False, True))
    names = [n.name for n in up.networks]
    assert sorted(names) == ["gone", "residual", "stack", "vgg"]
    assert names[-1] == down.networks[-1].name == "gone"
    if column in ("network", "parameters", "depth", "work", "memory", "layers"):
        assert [n.name for n in down.networks[:3]] == names[2::-1]


def test_sorting_by_numbers_and_the_name_of_the_convention(tmp_path):
    for column in ("macs", "work"):
        found = usual(tmp_path).in_order(column).networks[:-1]
        assert [n.work for n in found] == sorted(n.work for n in found)
    with pytest.raises(Refused, match=r"^there is no column 'flops'"):
        usual(tmp_path).in_order("flops")


def test_a_field_that_is_the_whole_input_is_the_largest():
    fields = ["efficientnet:b0", "lenet_dense", "swin:t"]
    networks = tuple(compared((model := archcalc.load(name)).summary(), model.depth) for name in fields)
    found = Comparison(CONVENTIONS["macs"], networks).in_order("field")
    assert [n.name for n in found.networks] == ["lenet_dense", "efficientnet:b0", "swin:t"]


def test_work_that_is_not_known(tmp_path):
    network = compared(unknown(summary(tmp_path, VGG), "features.0"), 4)
    found = Comparison(CONVENTIONS["macs"], (network,))
    assert ">= 10,355,008" in found.render("text")
    assert ",>= 10355008," in found.render("csv")
    assert json.loads(found.render("json"))["networks"][0]["unknown"] == ["features.0"]


def test_another_convention(tmp_path):
    facts = summary(tmp_path, VGG, convention="flops")
    found = Comparison(CONVENTIONS["flops"], (compared(facts, 4),))
    assert "FLOPs" in found.render("text").splitlines()[0]
    assert "flops" in found.render("csv").splitlines()[0]
    assert json.loads(found.render("json"))["networks"][0]["flops"] == 2 * facts.totals.cost.macs


def test_symbols(tmp_path):
    network = compared(summary(tmp_path, STACK, free=["L", "width"]), 2 * archcalc.dim.symbol("L") + 2)
    found = Comparison(CONVENTIONS["macs"], (network, replace_name(told(tmp_path, "stack", STACK))))
    assert "2*L + 2" in found.render("text")
    assert [n.name for n in found.in_order("depth").networks] == ["other", "net"]


def replace_name(network):
    return network._replace(name="other")


def test_color_is_only_decoration(tmp_path):
    found = usual(tmp_path)
    assert re.sub(r"\x1b\[\d+m", "", terminal(found.document(), color=True)) == found.render("text")


def test_names_are_inert(tmp_path):
    found = evil(tmp_path)
    assert all(c.isprintable() for c in found.render("text").replace("\n", ""))
    page = Reader(found.render("html"))
    assert page.tags == {"div", "style", "table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd"}
    page = Reader(MarkdownIt("gfm-like", {"linkify": False}).render(found.render("markdown")))
    assert page.tags <= {"ul", "li", "table", "thead", "tbody", "tr", "th", "td"}
    body = "\n".join(line for line in found.render("latex").splitlines() if not line.startswith("%"))
    assert not re.search(r"(?<!\\)[#$%_]", body)
    assert all(len(re.findall(r"(?<!\\)&", line)) == 8 for line in body.splitlines() if line.endswith(r"\\"))
    assert "\n'=1+1," in found.render("csv")

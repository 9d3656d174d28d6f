"""Markdown, LaTeX and HTML."""

import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from archcalc.errors import Refused
from archcalc.render import FORMATS, renderer

from .networks import NAMES, RESIDUAL, STACK, VGG, hostile, summary
from .test_columns import unknown

ENDINGS = {"markdown": "md", "latex": "tex", "html": "html"}


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize(("name", "text"), [("residual", RESIDUAL), ("hostile", hostile())])
def test_golden(tmp_path, golden, form, name, text):
    golden(f"{name}.{ENDINGS[form]}", summary(tmp_path, text, name).render(form))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_takes_the_same_arguments(tmp_path, form):
    facts = unknown(summary(tmp_path, VGG), "features.0")
    text = facts.shown(depth=1, unroll=True).render(form)
    assert "features" in text
    assert "avgpool" in text


def test_a_wrong_format_is_refused():
    with pytest.raises(Refused, match=r"there is no format 'jsn' \(did you mean 'json'\?\)"):
        renderer("jsn")


@pytest.mark.parametrize("form", ["text", *ENDINGS])
def test_totals_assumptions_and_what_is_not_known_are_said(tmp_path, form):
    text = "archcalc: 1\nconfig: {C: 4}\ninputs: {x: [1, C, 8, 8]}\nlayers: [{GroupNorm: 4}]\n"
    said = summary(tmp_path, text, free=["C"]).render(form)
    assert "4 divides C" in said
    said = unknown(summary(tmp_path, VGG), "features.0").render(form)
    assert "at least 10,355,008" in said
    assert "the work of features.0" in said


# -- hostile names -----------------------------------------------------------------------------------------------------

VISIBLE = [name.replace("\u202e", "\\u202e") for name in NAMES]


class Reader(HTMLParser):
    """What a browser makes of a page: its tags, and the text of its cells."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.cells, self.inside = set(), [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.inside = tag
        if tag in ("td", "p"):
            self.cells.append("")

    def handle_data(self, data):
        if self.inside in ("td", "b", "strong") and self.cells:
            self.cells[-1] += data


def test_names_are_inert_in_html(tmp_path):
    page = Reader(summary(tmp_path, hostile()).render("html"))
    assert page.tags == {"div", "style", "p", "b", "table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd"}
    assert [cell.strip() for cell in page.cells if cell.strip() in VISIBLE] == VISIBLE


def test_names_are_inert_in_markdown(tmp_path):
    text = summary(tmp_path, hostile()).render("markdown")
    page = Reader(MarkdownIt("gfm-like", {"linkify": False}).render(text))
    assert page.tags <= {"h2", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td"}
    assert [cell.strip() for cell in page.cells if cell.strip() in VISIBLE] == VISIBLE


@pytest.mark.parametrize("text", ["*a*", "_a_", "`a`", "[a](b)", "![a](b)", "<a>", "&amp;", "a|b", "~~a~~", "a\\"])
def test_markdown_is_escaped(text):
    from archcalc.render.markdown import escaped

    assert MarkdownIt("gfm-like", {"linkify": False}).renderInline(escaped(text)) in (
        text,
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
    )


def test_names_are_inert_in_latex(tmp_path):
    text = summary(tmp_path, hostile()).render("latex")
    body = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    commands = set(re.findall(r"\\([A-Za-z]+)", body))
    assert commands <= {
        *("begin", "end", "toprule", "midrule", "bottomrule", "quad"),
        *("textbackslash", "textasciitilde", "textless", "textgreater", "textbar", "char"),
    }
    cells = [line.split(" & ")[0] for line in body.splitlines() if " & " in line]
    assert len(cells) == len(NAMES) + 1
    assert all(len(re.findall(r"(?<!\\)&", line)) == 8 for line in body.splitlines() if line.endswith(r"\\"))
    assert not re.search(r"(?<!\\)[#$%_]", body)


def test_no_row_of_latex_is_an_option_of_the_row_before(tmp_path):
    text = summary(tmp_path, VGG).shown(columns=["input", "layer"]).render("latex")
    assert all(line.lstrip().startswith("{}[1") for line in text.splitlines() if "[1, 3" in line and "%" not in line)


def test_scopes_are_indented(tmp_path):
    facts = summary(tmp_path, STACK)
    assert "| &nbsp;&nbsp;0-3 x 4 " in facts.render("markdown")
    assert r"\quad 0-3 x 4" in facts.render("latex")
    assert "<td>&emsp;0-3 x 4" in facts.render("html")

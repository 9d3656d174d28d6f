"""The page in a real browser: its numbers, its controls, and that nothing in a spec can act on it."""

import json
import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Max, Min, Mod, Symbol, ceiling, floor

import archcalc
from archcalc.algebra.evaluate import number
from archcalc.algebra.functions import AtLeast0, Is0, RoundHalfEven, RoundTo
from archcalc.algebra.javascript import JavaScript
from archcalc.cli import main
from archcalc.language.find import zoo
from archcalc.picture.graph.view import view
from archcalc.picture.page.page import movable, page
from archcalc.render import words
from tests.algebra.expressions import NextEven
from tests.sweeps import sampled

from .browser import complaints, requests, show, start, wait
from .test_diagram import HOSTILE, hostile


@pytest.fixture(scope="module")
def browser():
    found = start()
    yield found
    found.quit()


def written(model, path):
    free, entries = movable(model)
    path.write_text(page(model.summary(), free.summary(), entries), encoding="utf-8", newline="")
    return path


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The page of a network, made once."""
    folder, found = tmp_path_factory.mktemp("pages"), {}

    def of(name):
        if name not in found:
            found[name] = written(archcalc.load(name), folder / f"{len(found)}.html")
        return found[name]

    return of


# -- closed forms as JavaScript ----------------------------------------------------------------------------------------

N, H, W = (Symbol(name, integer=True, positive=True) for name in "NHW")
FORMS = [
    N * H**3 - 7 * W,
    floor(H / 2 - Fraction(7, 3) * W),
    ceiling(H / W),
    floor((H - W) / 4) + floor((W - H) / 4),
    Mod(H - W, 7),
    Mod(H, W),
    Max(H, W, N) - Min(H, 3 * W),
    Max(H / 3, W / 5) * 15,
    RoundTo(H * Fraction(11, 10), 8),
    RoundTo(H / W, 4),
    NextEven(H / 3) + NextEven(H / W),
    RoundHalfEven(H / 2) + RoundHalfEven(W * Fraction(3, 4)),
    AtLeast0(H - W) + 2 * Is0(H - 2 * W),
    N * (H + W) / 2 * 2,
    H * W * 10**30,
    (H + 1) ** 2 / (H + 1),
    floor(H / (W + 1)) ** 2,
]


def computed(browser, code, points):
    script = (
        f"{code.helpers()}const f = {code.function()}; return arguments[0].map((v) => f(v.map(BigInt)).map(String))"
    )
    return browser.execute_script(script, [list(map(str, point)) for point in points])


@settings(max_examples=30)
@given(points=st.lists(st.tuples(*[st.integers(1, 10**6)] * 3), min_size=1, max_size=20))
def test_javascript_computes_what_python_does(browser, points):
    code = JavaScript(["N", "H", "W"])
    places = [code.add(form) for form in FORMS]
    for point, found in zip(points, computed(browser, code, points), strict=True):
        for form, place in zip(FORMS, places, strict=True):
            expected = number(form, dict(zip("NHW", point, strict=True)))
            assert int(found[place]) == (expected.__floor__() if isinstance(expected, Fraction) else expected), form


# -- every network -----------------------------------------------------------------------------------------------------


def totals(browser):
    names = ("parameters", "MACs", "activations", "bytes")
    read = "return arguments[0].map((n) => document.querySelector(`[data-total=${n}]`).textContent)"
    return [text.removeprefix("≥ ") for text in browser.execute_script(read, names)]


def table(browser):
    """The rows as texts, in the order of the network."""
    read = "return rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    return [[cell.removeprefix("≥ ") for cell in row] for row in browser.execute_script(read)]


def expected_totals(summary):
    sums = summary.totals
    size = 4 * (sums.parameters + sums.buffers + sums.activations)
    return [words.number(n) for n in (sums.parameters, summary.work().value, sums.activations, size)]


def expected_rows(summary, like):
    """Parameters, work and activations of the rows with these paths."""
    found = {box.row.path: box.row.sums for box in view(summary, most=10**9).all_boxes() if box.row is not None}
    return [[words.number(n) for n in (s.parameters, s.cost, s.activations)] for s in map(found.get, like)]


def check(browser, summary):
    assert totals(browser) == expected_totals(summary)
    paths = browser.execute_script("return data.boxes.map((box) => box.path)")
    assert [row[3:6] for row in table(browser)] == expected_rows(summary, paths)


@pytest.mark.parametrize(
    "name", sampled(["resnet:18", "vit:b_32", "unet", "mobilenet_v3:small", "lstm_lm", "lenet"], ["unet", "lenet"])
)
def test_a_page_has_the_numbers_of_the_command_line(browser, pages, name):
    show(browser, pages(name))
    check(browser, archcalc.load(name).summary())
    assert complaints(browser) == []
    assert all(url.startswith(("file://", "data:")) for url in requests(browser))


@pytest.mark.slow
@pytest.mark.parametrize("name", sampled(zoo()))
def test_the_page_of_every_network(browser, pages, name):
    path = pages(name)
    assert path.stat().st_size < 3_000_000
    show(browser, path)
    check(browser, archcalc.load(name).summary())
    assert complaints(browser) == []
    assert all(url.startswith("file://") for url in requests(browser))


def put(browser, name, value):
    """Type a value into the field of a config entry."""
    browser.execute_script(
        """const input = document.querySelector(`input[type=number][data-entry="${arguments[0]}"]`);
        input.value = arguments[1]; input.dispatchEvent(new Event("input", {bubbles: true}))""",
        name,
        str(value),
    )


MOVES = [
    ("resnet:18", {"H": 320, "W": 256, "N": 8, "classes": 10}),
    ("resnet:18", {"width": 17}),
    ("resnet:50", {"H": 225, "W": 97, "width": 128, "groups": 2}),
    ("vit:b_32", {"H": 384, "W": 384, "hidden": 1000}),
    ("mobilenet_v2", {"H": 161, "N": 3, "classes": 7}),
    ("unet", {"H": 700, "W": 620, "width": 32}),
    ("densenet:121", {"growth": 40, "H": 256}),
    ("lenet", {"N": 10**9, "classes": 11}),
]


@pytest.mark.parametrize(
    ("name", "values"), [*MOVES[:3], *(pytest.param(*move, marks=pytest.mark.slow) for move in MOVES[3:])]
)
def test_sliders_compute_what_the_command_line_does(browser, pages, name, values):
    show(browser, pages(name))
    for entry, value in values.items():
        put(browser, entry, value)
    assert browser.execute_script("return document.getElementById('broken').hidden")
    check(browser, archcalc.load(name, **values).summary())
    browser.execute_script("document.getElementById('reset').click()")
    check(browser, archcalc.load(name).summary())
    assert complaints(browser) == []


def test_values_that_are_refused_are_told_and_change_nothing(browser, pages):
    show(browser, pages("alexnet"))
    before = totals(browser)
    put(browser, "H", 20)
    assert browser.execute_script("return document.getElementById('broken').textContent") == (
        "The numbers hold only where H >= 63."
    )
    assert totals(browser) == before
    put(browser, "H", 224)
    assert browser.execute_script("return document.getElementById('broken').hidden")


# -- controls ----------------------------------------------------------------------------------------------------------


def keys(browser):
    return set(browser.execute_script("return [...document.querySelectorAll('g.node.box')].map((g) => g.dataset.key)"))


def click(browser, key):
    browser.execute_script("group(arguments[0]).dispatchEvent(new MouseEvent('click', {bubbles: true}))", key)


def key_of(browser, path):
    return browser.execute_script("return data.boxes.find((box) => box.path === arguments[0]).key", path)


def test_scopes_open_and_close(browser, pages):
    model = archcalc.load("resnet:18")
    show(browser, pages("resnet:18"))
    browser.execute_script("document.getElementById('close-all').click()")
    assert len(keys(browser)) == view(model.summary(), 1).seen - 2  # without input and output
    key = key_of(browser, "layer2")
    click(browser, key)
    assert key not in keys(browser)
    assert key_of(browser, "layer2.0") in keys(browser)
    canvas = "document.getElementById('canvas').dataset"
    seen = view(model.summary(), 1, unfold=["layer2"])
    assert browser.execute_script(f"return [{canvas}.boxes, {canvas}.arrows]") == [
        str(seen.seen),
        str(len(seen.arrows)),
    ]
    click(browser, key)
    assert key in keys(browser)
    browser.execute_script("document.getElementById('open-all').click()")
    assert len(keys(browser)) == view(model.summary()).seen - 2
    assert complaints(browser) == []


@pytest.mark.slow
def test_many_boxes_are_laid_out_in_haste(browser, pages):
    show(browser, pages("wavenet"))
    browser.execute_script("document.getElementById('open-all').click()")
    assert browser.execute_script("return document.getElementById('busy').textContent").startswith("Laying out ")
    wait(browser, "return document.getElementById('busy').hidden")
    seen = view(archcalc.load("wavenet").summary(), most=10**9)
    assert int(browser.execute_script("return document.getElementById('canvas').dataset.boxes")) == seen.seen
    assert complaints(browser) == []


def test_by_keyboard(browser, pages):
    from selenium.webdriver.common.keys import Keys

    show(browser, pages("resnet:18"))
    browser.execute_script("document.getElementById('close-all').click()")
    key = key_of(browser, "layer1")
    browser.execute_script("focus(arguments[0])", key)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert key not in keys(browser)
    assert browser.execute_script("return document.activeElement.dataset.key") == key
    assert browser.execute_script("return document.activeElement.getAttribute('aria-expanded')") == "true"
    browser.switch_to.active_element.send_keys(" ")
    assert key in keys(browser)
    browser.switch_to.active_element.send_keys("/")
    assert browser.execute_script("return document.activeElement.id") == "search"
    browser.switch_to.active_element.send_keys("layer4.0.conv2")
    assert browser.execute_script("return document.getElementById('found').textContent") == "1 found"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.execute_script("return boxes.get(chosen).path") == "layer4.0.conv2"
    assert key_of(browser, "layer4.0.conv2") in keys(browser)
    assert "layer4.0.conv2" in browser.execute_script("return document.getElementById('detail').textContent")
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert browser.execute_script("return document.getElementById('found').textContent") == ""


def test_the_table_is_sorted(browser, pages):
    show(browser, pages("mobilenet_v3:small"))
    heads = "document.querySelectorAll('#list th button')"
    column = "[...document.querySelectorAll('#list tbody tr')].map((row) => row.cells[3].textContent)"
    first = browser.execute_script(f"return {column}")
    for way in (True, False):
        browser.execute_script(f"{heads}[3].click()")
        found = [int(text.replace(",", "")) for text in browser.execute_script(f"return {column}")]
        assert found == sorted(found, reverse=way)
    browser.execute_script(f"{heads}[3].click()")
    assert browser.execute_script(f"return {column}") == first
    browser.execute_script(f"{heads}[0].click()")
    names = browser.execute_script(
        "return [...document.querySelectorAll('#list tbody tr')].map((row) => boxes.get(row.dataset.key).path)"
    )
    assert names == sorted(names)


def test_the_panel_derives_the_numbers_of_a_layer(browser, pages):
    show(browser, pages("resnet:18"))
    browser.execute_script("reveal(arguments[0])", key_of(browser, "conv1"))
    text = browser.execute_script("return document.getElementById('detail').textContent")
    for part in ("conv1", "kernel_size", "64×3×7×7", "9,408", "118,013,952", "macs = N*out_channels*H_out*W_out"):
        assert part in text


def test_settings_and_copies_follow_the_sliders(browser, pages):
    show(browser, pages("vit:b_32"))
    put(browser, "patch", 16)
    put(browser, "width", 384)
    browser.execute_script("reveal(data.boxes.find((box) => box.path.endsWith('out_proj')).key)")
    text = browser.execute_script("return document.getElementById('detail').textContent")
    assert "out_features: 384, bias: true" in text
    assert "1,774,080 = 12 × 147,840" in text
    assert "Conv2d 16x16 /16" in browser.execute_script("return svg.textContent")
    assert "place" not in browser.execute_script("return svg.textContent")


def test_on_a_phone_in_the_dark_and_without_scripts(pages, tmp_path):
    found = start(390, 800, dark=True)
    try:
        show(found, pages("resnet:18"))
        assert found.execute_script("return getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 29)"
        assert found.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        assert complaints(found) == []
    finally:
        found.quit()
    found = start(scripts=False)
    try:
        found.get(f"file://{pages('resnet:18')}")
        from selenium.webdriver.common.by import By

        assert len(found.find_elements(By.CSS_SELECTOR, "#canvas svg g.node")) > 10
        assert found.find_element(By.CSS_SELECTOR, "#list tbody tr td:nth-child(4)").text == "9,408"
        assert not found.find_element(By.ID, "config").is_displayed()
    finally:
        found.quit()


# -- hostile -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sampled(HOSTILE, HOSTILE[:2]), ids=range(len(HOSTILE)))
def test_hostile_names_are_text(browser, tmp_path, name):
    summary = hostile(name)
    _, entries = movable(archcalc.load("unet"))
    entries = [entry._replace(name=name, symbol=None) for entry in entries]
    path = tmp_path / "h.html"
    path.write_text(page(summary, summary, entries), encoding="utf-8", newline="")
    show(browser, path)
    browser.execute_script("window.alert = () => { document.title = 'ATTACKED' }")
    browser.execute_script("document.getElementById('open-all').click()")
    key = browser.execute_script("return data.boxes.find((box) => box.leaf).key")
    browser.execute_script("reveal(arguments[0])", key)
    tags = set(browser.execute_script("return [...document.querySelectorAll('*')].map((e) => e.localName)"))
    allowed = "html head meta title style body header h1 h2 p dl div dt dd main section label input output span button"
    allowed += " aside table thead tbody tr th td pre details summary script svg g path polygon ellipse text tspan"
    assert tags <= set(allowed.split())
    assert browser.execute_script("return document.querySelectorAll('script').length") == 2
    assert browser.title != "ATTACKED"
    attributes = browser.execute_script(
        "return [...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames())"
    )
    assert not any(attribute.startswith("on") or attribute in ("href", "src", "style") for attribute in attributes)
    assert complaints(browser) == []
    assert path.stat().st_size < 3_000_000


def test_the_policy_is_in_force(browser, pages):
    show(browser, pages("lenet"))
    browser.execute_script(
        """const script = document.createElement("script"); script.textContent = "document.title = 'ATTACKED'";
        document.body.append(script);
        const image = document.createElement("img"); image.src = "https://example.com/x.png";
        document.body.append(image);
        fetch("https://example.com/").catch(() => { document.body.dataset.fetch = "refused" })"""
    )
    wait(browser, "return document.body.dataset.fetch === 'refused'")
    assert browser.title == "lenet"
    assert len([text for text in complaints(browser) if "Content Security Policy" in text]) >= 3


def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        main(["page", "lenet"])
    assert end.value.code == 0
    assert capsys.readouterr().out == "wrote lenet.html\n"
    text = (tmp_path / "lenet.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text)[1]
    assert json.loads(data)["name"] == "lenet"
    assert 'http-equiv="Content-Security-Policy"' in text

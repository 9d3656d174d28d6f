"""Verdicts as text and JSON."""

import json
import re

import archcalc
from archcalc.analyse.budgets import Budgeted, Budgets, budget
from archcalc.render.text import terminal

from .networks import NAMES

BUDGETS = [
    budget("parameters", "max", "60_000"),
    budget("parameters", "max", "60K"),
    budget("macs", "max", "0.2M"),
    budget("macs", "min", "416519.5"),
    budget("memory", "max", "100kB"),
    budget("receptive_field", "min", "33"),
    budget("buffers", "max", "0"),
    budget("buffers", "min", "1e-3"),
]


def checked():
    verdicts = archcalc.load("lenet_dense").check(BUDGETS).verdicts
    return Budgets((Budgeted("lenet", "lenet.yaml", verdicts), *(Budgeted(name, error=name) for name in NAMES)))


def test_golden(golden):
    golden("check.txt", checked().render("text"))
    golden("check.json", checked().render("json"))


def test_json_is_exact():
    document = json.loads(checked().render("json"))
    found = document["networks"][0]["budgets"]
    assert document["kept"] is False
    assert [(b["limit"], b["value"], b["margin"]) for b in found][3] == ("416519.5", 416520, "0.5")


def test_color_is_only_decoration():
    colored = terminal(checked().document(), color=True)
    assert re.sub(r"\x1b\[\d+m", "", colored) == checked().render("text")
    assert all(c.isprintable() for c in checked().render("text").replace("\n", ""))

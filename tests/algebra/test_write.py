import math
import re
import shutil
import subprocess
from fractions import Fraction

import pytest
from hypothesis import given
from sympy import sympify

from archcalc import dim
from archcalc.algebra.evaluate import number
from archcalc.algebra.names import identifier, ordered
from archcalc.algebra.normal import normal
from archcalc.algebra.rounding import round_to
from archcalc.algebra.write import Python, latex
from tests.algebra.expressions import H, W, two
from tests.sweeps import sampled

N, C, d, L, width = (dim.symbol(n) for n in ("N", "C", "d", "L", "width"))
real = dim.symbol("r", 0, whole=False)


@given(two)
def test_python_is_exact(value):
    value = normal(sympify(value))
    code = Python({"order": None}).doprint(value)
    for h, w in ((1, 1), (7, 32), (224, 3), (225, 500)):
        found = eval(code, {"H": h, "W": w, "floor": math.floor, "fraction": Fraction})
        assert found == number(value, {"H": h, "W": w})
        assert isinstance(found, int)


@given(two)
def test_text_reads_back(value):
    value = normal(sympify(value))
    text = dim.text(value)
    names = {"floor": math.floor, "ceil": math.ceil}
    for h, w in ((1, 1), (7, 32), (224, 3)):
        exact = re.sub(r"\d+", lambda m: f"Fraction({m[0]})", text)
        assert eval(exact, {"H": Fraction(h), "W": Fraction(w), "Fraction": Fraction, **names}) == number(
            value, {"H": h, "W": w}
        ), text


@pytest.mark.parametrize(
    ("value", "written", "tex"),
    [
        (12 * L * d**2, "12*L*d**2", "12 L d^{2}"),
        (3 * W * H * N, "3*N*H*W", "3 N H W"),
        (width * C * N * 2 - 7 * H, "2*N*C*width - 7*H", r"2 N C \mathrm{width} - 7 H"),
        ((H + 31) // 32, "ceil(H/32)", r"\left\lceil \frac{H}{32} \right\rceil"),
        (H // 32 * W, "W*floor(H/32)", r"W \left\lfloor \frac{H}{32} \right\rfloor"),
        ((H - 5) // 4, "floor((H - 5)/4)", r"\left\lfloor \frac{H - 5}{4} \right\rfloor"),
        (H / 4 - 31, "(H - 124)/4", r"\frac{H}{4} - 31"),
        (N * C**2 * 9 / 4 + C, "9*N*C**2/4 + C", r"\frac{9 N C^{2}}{4} + C"),
        (dim.maximum(H - 8, W), "max(W, H - 8)", r"\max\left(W, H - 8\right)"),
        (dim.round_to(16 * real, 8), "round_to(16*r, 8)", r"\operatorname{round\_to}\left(16 r, 8\right)"),
        (dim.choose(dim.at_least(H, W + 8), 1, 0), "[H >= W + 8]", r"\left[H \ge W + 8\right]"),
        (dim.choose(dim.equal(H, 8), 3, 0), "3*[H = 8]", r"3 \left[H = 8\right]"),
        (H % 7, "H % 7", r"H \bmod 7"),
        (C // width, "floor(C/width)", r"\left\lfloor \frac{C}{\mathrm{width}} \right\rfloor"),
        (dim.symbol("lambda") * dim.symbol("beta"), "beta*lambda", r"\beta \lambda"),
        (dim.symbol("a_b%") + 1, "a_b% + 1", r"\mathrm{a\_b\%} + 1"),
        (dim.symbol("depths[2]") * 3, "3*depths[2]", r"3 \mathrm{depths[2]}"),
    ],
)
def test_how_expressions_read(value, written, tex):
    assert dim.text(value) == written
    assert latex(value) == tex


def test_identifiers():
    names = ["depths[2]", "lambda", "class", "2", "a-b", "H", "größe", "", "__import__"]
    assert [identifier(n) for n in names] == [
        "depths_2",
        "lambda_",
        "class_",
        "_2",
        "a_b",
        "H",
        "größe",
        "_",
        "import_",
    ]


def test_order_of_names():
    assert ordered(["width", "W", "depth", "H", "L", "N", "C", "a"]) == ["N", "C", "H", "W", "L", "a", "depth", "width"]


def test_rounding_in_python():
    value = dim.tidy(dim.round_to(16 * real, 8) * 3)
    code = Python({"order": None}).doprint(value)
    assert code == "3*round_to(16*r, 8)"
    assert eval(code, {"round_to": round_to, "r": Fraction(7, 5)}) == 72


@pytest.mark.skipif(shutil.which("python3") is None, reason="needs an interpreter of its own")
@pytest.mark.parametrize("name", sampled(["vgg:11", "densenet:121"], ["vgg:11"]))
def test_texts_do_not_change_between_runs(name):
    code = f"import archcalc; print(archcalc.load({name!r}).formula('macs', free=['N', 'H', 'W']))"
    runs = {
        subprocess.run(
            ["python3", "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed, **_env()}
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(runs) == 1


def _env():
    import os

    return {k: v for k, v in os.environ.items() if k != "PYTHONHASHSEED"}

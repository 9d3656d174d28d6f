"""Expressions: what they mean, what they refuse, and that they mean what Python's arithmetic means."""

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc import dim
from archcalc.errors import LimitReached, Refused, Undecidable
from archcalc.language.expression.conditions import truth
from archcalc.language.expression.names import Names
from archcalc.language.expression.parse import parse, template
from archcalc.language.value import LayerValue


class Scope(Names):
    """A scope with these values and layers."""

    def __init__(self, **values):
        self.values = values

    def value(self, name):
        if name not in self.values:
            raise Refused(f"there is nothing called {name!r} here")
        return self.values[name]


def run(text, **values):
    return parse(text)(Scope(**values))


LSTM = LayerValue("lstm", ((2, 7, 24), (1, 2, 24)))
MEANING = {
    "7 // 2": 3,
    "-7 // 2": -4,
    "7 % 4": 3,
    "7 / 2": Fraction(7, 2),
    "8 / 2": 4,
    "0.1 + 0.2": Fraction(3, 10),
    "1.1 * 10": 11,
    "2**10": 1024,
    "2**-1": Fraction(1, 2),
    "-2**2": -4,
    "1e3": 1000,
    "1 < 2 < 3": True,
    "1 == 1.0": True,
    "1 == true": False,
    "'a' == 'a'": True,
    "'a' in ['a', 'b']": True,
    "3 not in [1, 2]": True,
    "not false or false": True,
    "1 if 2 > 1 else 0": 1,
    "[1, 2] + [3]": (1, 2, 3),
    "[1, 2] * 2": (1, 2, 1, 2),
    "[1, 2, 3][-1]": 3,
    "[x * 2 for x in range(3)]": (0, 2, 4),
    "[x for x in range(6) if x % 2 == 0 if x > 0]": (2, 4),
    "[a + b for a, b in [[1, 2], [3, 4]]]": (3, 7),
    "[[x * y for y in range(2)] for x in range(1, 3)]": ((0, 1), (0, 2)),
    "[lstm for lstm in [1]]": (1,),
    "[x.features for x in [lstm, lstm[1]]]": (24, 24),
    "[x for x in []]": (),
    "[1, 2, 3][1:]": (2, 3),
    "min(3, 1, 2)": 1,
    "max([3, 1, 2])": 3,
    "sum([1, 2, 3])": 6,
    "prod([])": 1,
    "len([1, 2])": 2,
    "range(1, 5)": (1, 2, 3, 4),
    "reversed(range(3))": (2, 1, 0),
    "ceil(1.1 * 10)": 11,
    "floor(-0.5)": -1,
    "round(2.5)": 2,
    "round(3.5)": 4,
    "abs(-3)": 3,
    "sqrt(16)": 4,
    "round(log(8) / log(2))": 3,
    "round_to(35.2, 8)": 32,
    "round_to(36, 8)": 40,
    "round_to(3, 8)": 8,
    "round_to(11, 8)": 16,  # 8 would be below 90 %
    "null": None,
    "lstm.features": 24,
    "lstm[1].shape": (1, 2, 24),
    "lstm.rank": 3,
}


@pytest.mark.parametrize("text", MEANING)
def test_meaning(text):
    found = run(text, lstm=LSTM)
    if isinstance(found, tuple) and any(isinstance(v, dim.Undecided) for v in found):
        raise AssertionError(found)
    assert found == MEANING[text]
    assert type(found) is type(MEANING[text])


REFUSED = {
    "1 +": "'1 +' is not an expression: invalid syntax",
    "1 / 0": "division by zero: 1 / 0",
    "1 % 0": "division by zero: 1 % 0",
    "0**-1": "division by zero: 0 to a negative power",
    "true + 1": "+ needs numbers, not true",
    "'a' + 'b'": "+ needs numbers, not 'a'",
    "'a' < 'b'": "only numbers can be ordered, not 'a'",
    "-'a'": "- needs a number, not 'a'",
    "not 3": "a condition must be true or false, not 3",
    "1 if 'x' else 2": "a condition must be true or false, not 'x'",
    "[1][1]": "there is no entry 1 in a list of 1: [1]",
    "[1][true]": "an index needs a list and an integer, not [1][true]",
    "3[0]": "an index needs a list and an integer, not 3[0]",
    "len(3)": "len needs a list, not 3",
    "len()": "len does not take 0 values",
    "min()": "min needs at least one number",
    "min('a')": "min needs a number, not 'a'",
    "range(1.5)": "range needs an integer, not 1.5",
    "log(0)": "log of 0 is not a real number",
    "sqrt(-1)": "sqrt of -1 is not a real number",
    "round_to(3, 0)": "round_to needs a divisor of at least 1, not 0",
    "mx(1)": "there is no function 'mx' (did you mean 'max'?)",
    "max(1, key=2)": "naming a function's arguments is not part of the language",
    "lstm.chanels": "a layer has no 'chanels' (did you mean 'channels'?)",
    "lstm[2].shape": "lstm has 2 outputs, so there is no [2]",
    "(3).channels": "only a layer has 'channels', not 3",
    "[x for x in 3]": "`for` needs a list, not 3",
    "[a for a, b in [[1, 2, 3]]]": "`for a, b` needs lists of 2 entries, not [1, 2, 3]",
    "[1 for true in [1]]": "the variable of a `for` must be a name",
    "[1 for x[0] in [1]]": "the variable of a `for` must be a name",
    "[x for x in [1] if 1]": "a condition must be true or false, not 1",
    "[x for x in [1] for y in [1]]": "a second `for` in a list is not part of the language",
    "[x async for x in [1]]": "async is not part of the language",
    "[x for x in [1]] + [x]": "there is nothing called 'x' here",
    "sum(x for x in [1])": "a comprehension without [ ] is not part of the language",
    "{x for x in [1]}": "a set is not part of the language",
    "{x: 1 for x in [1]}": "a mapping is not part of the language",
    "1 is 1": "`is` is not part of the language",
    "1 << 3": "a bitwise operator is not part of the language",
    "1 @ 2": "@ is not part of the language",
    "~1": "~ is not part of the language",
    "{1: 2}": "a mapping is not part of the language",
    "f'{1}'": "an f-string is not part of the language",
    "b'a'": "b'a' is not part of the language",
    "1j": "1j is not part of the language",
    "(x := 1)": ":= is not part of the language",
    "[*[1]]": "* is not part of the language",
    "1e999": "the number is too large",
}


@pytest.mark.parametrize("text", REFUSED)
def test_refusal(text):
    with pytest.raises(Refused) as caught:
        run(text, lstm=LSTM)
    assert str(caught.value) == REFUSED[text]


@pytest.mark.parametrize("text", ["[0 for x in range(1001)]", "[[0 for y in range(99)] for x in range(11)]"])
def test_lists_within_lists_run_for_a_limited_time(text):
    with pytest.raises(LimitReached, match="the limit rounds is 1,000"):
        run(text)


def test_symbols_stay():
    n, h = dim.symbol("N"), dim.symbol("H")
    assert run("2 * N + H // 2", N=n, H=h) == 2 * n + h // 2
    assert str(run("max(N, 3)", N=n)) == "Max(3, N)"
    assert run("N >= 1", N=n) is True
    assert run("2 * N == N + N", N=n) is True
    assert run("N > 0 or H > 5", N=n, H=h) is True
    assert run("N < 1 and H > 5", N=n, H=h) is False
    assert dim.text(run("1 if H > 5 else 3", H=h)) == "2*[H <= 5] + 1"
    assert dim.text(run("round_to(H, 8)", H=h)) == "round_to(H, 8)"
    with pytest.raises(Undecidable, match=r"cannot decide whether 5 < H"):
        run("'a' if H > 5 else 'b'", H=h)
    with pytest.raises(Undecidable, match="log needs a known number, not H"):
        run("log(H)", H=h)


@pytest.mark.parametrize("name", ["N", "S", "E", "I", "Q", "beta", "gamma", "zeta", "pi", "lambda", "class", "O", "re"])
def test_every_name_works_as_a_symbol(name):
    symbol = dim.symbol(name)
    assert run(f"{name} * 2 - {name}", **{name: symbol}) == symbol


def test_templates():
    assert template("layer{i}")(Scope(i=3)) == "layer3"
    assert template("{a}_{b}x")(Scope(a="p", b=2)) == "p_2x"
    assert template("plain")(Scope()) == "plain"
    with pytest.raises(Refused, match=r"a placeholder needs a name or an integer, not 1\.5"):
        template("{a}")(Scope(a=Fraction(3, 2)))


numbers = st.integers(-50, 50).map(str) | st.decimals(-9, 9, places=2).map(lambda d: f"{d:f}")
operators = st.sampled_from(["+", "-", "*", "/", "//", "%", "<", "<=", "==", "!=", ">", ">="])
arithmetic = st.recursive(
    numbers,
    lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    ),
    max_leaves=6,
)


@given(arithmetic, operators, arithmetic)
def test_arithmetic_is_exact(left, operator, right):
    """What Python computes with fractions, for the same text with every number wrapped."""
    import re

    text = f"{left} {operator} {right}"
    exact = re.sub(r"\d+(\.\d+)?", lambda m: f"Fraction('{m[0]}')", text)
    try:
        expected = eval(exact, {"Fraction": Fraction})
    except ZeroDivisionError:
        with pytest.raises(Refused, match="division by zero"):
            run(text)
        return
    found = run(text)
    assert found == expected
    assert not isinstance(found, float)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(Refused):
        truth(run(text, x=1, lstm=LSTM) == 1, Scope())

"""Expressions: the arithmetic of a spec, read with Python's own grammar and evaluated by us.

`ast.parse` only reads: nothing of the text is ever compiled or run. Each node of the tree becomes a closure over the
scope, so that a block that is expanded fifty times is read once. Lists are tuples; reals are exact fractions.
"""

import ast
import functools
import itertools
import keyword
import operator
import re
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from archcalc import dim
from archcalc.algebra.assumptions import NOTHING, Assumptions
from archcalc.algebra.claim import Claim, Several, Undecided
from archcalc.dim import say
from archcalc.errors import LimitReached, Refused, Undecidable, nearest
from archcalc.language.functions import FUNCTIONS
from archcalc.language.limits import current
from archcalc.language.rounds import Rounds, unfit


class Names(ABC):
    """Where an expression looks up its names, and what decides its conditions."""

    __slots__ = ()

    @property
    def given(self) -> Assumptions:
        """What is assumed of the symbols."""
        return NOTHING

    @abstractmethod
    def value(self, name: str) -> Any:
        """The value of a name; raises Refused when there is none."""

    def asked(self, name: str) -> Any:
        """What a name followed by a dot stands for: a layer, even where a value has the same name."""
        return self.value(name)

    def decide(self, claim: Claim) -> bool:
        """Whether a claim holds; raises Undecidable where it must stay open."""
        return bool(self.given.judge(claim))


Run = Callable[[Names], Any]

SHAPE_WORDS = ("channels", "height", "width", "length", "features", "shape", "rank")
"""What a layer's name can be asked for."""


class Tensor:
    """What a layer's name stands for in an expression: the shapes of its outputs, the first unless indexed."""

    __slots__ = ("name", "shape", "shapes")

    def __init__(self, name: str, shapes: tuple[dim.Shape, ...]):
        self.name, self.shapes, self.shape = name, shapes, shapes[0]

    def __getitem__(self, port: int) -> "Tensor":
        if not 0 <= port < len(self.shapes):
            count = len(self.shapes)
            raise Refused(f"{self.name} has {count} output{'s' * (count != 1)}, so there is no [{port}]")
        return Tensor(f"{self.name}[{port}]", (self.shapes[port],))

    def __str__(self) -> str:
        return f"the layer {self.name}"

    def ask(self, word: str) -> Any:
        """The size that a word such as `channels` names."""
        if word == "shape":
            return self.shape
        if word == "rank":
            return len(self.shape)
        axis = {"channels": 1, "length": 2, "height": -2, "width": -1, "features": -1}.get(word)
        if axis is None:
            raise Refused(f"a layer has no {word!r}", nearest(word, SHAPE_WORDS))
        least = {"height": 3, "width": 3, "length": 3, "features": 1}.get(word, 2)
        if len(self.shape) < least:
            raise Refused(f"{self.name} has no {word}: its shape is {dim.show(self.shape)}")
        return self.shape[axis]


@functools.lru_cache(maxsize=8192)
def parse(text: str) -> Run:
    """An expression, ready to be evaluated in a scope; raises Refused with the offset of the mistake."""
    most = current().expression
    if len(text) > most:
        raise LimitReached("expression", most, f"an expression of {len(text):,} characters is too long")
    if text.isidentifier() and text not in _CONSTANTS and text not in _KEYWORDS:
        return lambda names: names.value(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = _tree(text.strip())
    except SyntaxError as error:
        at = error.offset - 1 if error.offset else len(text)  # 0: something is missing at the end
        raise Refused(f"{_shown(text)} is not an expression: {error.msg}", offset=at) from None
    except (MemoryError, RecursionError, ValueError):
        raise Refused(f"{_shown(text)} is not an expression: it is nested too deeply") from None
    try:
        return _compile(tree)
    except RecursionError:
        raise Refused(f"{_shown(text)} is not an expression: it is nested too deeply") from None


def _tree(text: str) -> ast.expr:
    """The tree of an expression, its places counted in characters; words that only Python reserves are names in it."""
    read = _RESERVED.sub(lambda m: m[0] if m[1] is None else chr(ord(m[1][0]) + _BOLD) + m[1][1:], text)
    tree = ast.parse(read, mode="eval").body
    if not read.isascii():
        line = read.encode()
        for node in ast.walk(tree):
            if hasattr(node, "col_offset"):
                node.col_offset = len(line[: node.col_offset].decode())
    return tree


def sides(text: str) -> tuple[Run, str, Run] | None:
    """The two sides of a text that is a single comparison, and what stands between them; None for any other."""
    tree = _tree(text.strip())
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
        return None
    sign = _SIGNS.get(type(tree.ops[0]))
    return None if sign is None else (_compile(tree.left), sign, _compile(tree.comparators[0]))


def names_in(text: str) -> frozenset[str]:
    """The names that an expression looks up, but for the functions that it calls and the variables of its loops."""
    nodes = list(ast.walk(_tree(text.strip())))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    looked_up = (node for node in nodes if isinstance(node, ast.Name) and id(node) not in called)
    return frozenset(node.id for node in looked_up) - bound - _CONSTANTS.keys()


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@functools.lru_cache(maxsize=8192)
def template(text: str, label: bool = False) -> Callable[[Names], str]:
    """A text with {expression} placeholders, ready to be filled in a scope; in a label symbols stand for themselves."""
    if "{" not in text:
        return lambda names: text
    parts = _PLACEHOLDER.split(text)
    literal, runs = parts[::2], [parse(p) for p in parts[1::2]]

    def fill(names: Names) -> str:
        values = [_fits(run(names), label) for run in runs]
        return "".join(a + b for a, b in zip(literal, [*values, ""], strict=True))

    return fill


def _fits(value: Any, label: bool) -> str:
    value = dim.tidy(value)
    if label and dim.is_symbolic(value):
        return dim.text(value).replace(" ", "")
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise unfit(f"a placeholder needs a name or a whole number, not {say(value)}", value)
    return str(value)


def truth(value: Any, names: Names) -> bool:
    """A condition's value; raises Undecidable when it depends on a symbol."""
    if isinstance(value, (bool, Undecided)):
        return names.decide(value)
    raise unfit(f"a condition must be true or false, not {say(value)}", value)


def _truth_or_claim(value: Any, names: Names) -> Any:
    return names.given.judge(value) if isinstance(value, Undecided) else truth(value, names)


def _compile(node: ast.AST) -> Run:
    compiler = _COMPILERS.get(type(node))
    if compiler is None:
        raise _foreign(node, _FOREIGN.get(type(node), "this"))
    return compiler(node)


def _foreign(node: Any, what: str) -> Refused:
    return Refused(f"{what} is not part of the language", offset=getattr(node, "col_offset", 0))


_FOREIGN: dict[type, str] = {
    ast.GeneratorExp: "a comprehension without [ ]",
    ast.SetComp: "a set",
    ast.DictComp: "a mapping",
    ast.JoinedStr: "an f-string",
    ast.NamedExpr: ":=",
    ast.Dict: "a mapping",
    ast.Set: "a set",
    ast.Starred: "*",
    ast.Await: "await",
    ast.Yield: "yield",
}
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None}
_KEYWORDS = {"True", "False", "None", "and", "or", "not", "if", "else", "in", "is", "await", "yield", "for", "async"}
"""The words of Python's grammar that are no names here either; all others are: `lambda` is a usual symbol."""
# Python compares a word with its keywords before it takes a bold letter for the plain one, as it does in names.
_BOLD = ord("\N{MATHEMATICAL BOLD SMALL A}") - ord("a")
_RESERVED = re.compile(
    rf"""'[^']*'|"[^"]*"|\b({"|".join(sorted(set(keyword.kwlist) - _KEYWORDS, key=len, reverse=True))})\b"""
)


def _constant(node: ast.Constant) -> Run:
    value = node.value
    if isinstance(value, float):
        try:
            value = dim.tidy(Fraction(repr(value)))
        except ValueError:
            raise Refused("the number is too large", offset=node.col_offset) from None
    elif isinstance(value, int):
        _bounded(value)
    elif not isinstance(value, (str, bool, type(None))):
        raise _foreign(node, repr(value))
    return lambda names: value


def _name(node: ast.Name) -> Run:
    name = node.id
    if name in _CONSTANTS:
        value = _CONSTANTS[name]
        return lambda names: value

    def run(names: Names) -> Any:
        try:
            return names.value(name)
        except Refused as error:
            if error.place is None:  # else the mistake is in the value that the name stands for
                error.offset = node.col_offset
            raise

    return run


def _several(node: ast.List | ast.Tuple) -> Run:
    items = [_compile(item) for item in node.elts]
    return lambda names: tuple([item(names) for item in items])


class _Round(Names):
    """The names in one round of a comprehension: its variables, and all names around it."""

    __slots__ = ("names", "rounds", "values")

    def __init__(self, names: Names, values: dict[str, Any], rounds: Iterator[int]):
        self.names, self.values, self.rounds = names, values, rounds

    def value(self, name: str) -> Any:
        return self.values[name] if name in self.values else self.names.value(name)

    def asked(self, name: str) -> Any:
        return self.values[name] if name in self.values else self.names.asked(name)

    @property
    def given(self) -> Assumptions:
        return self.names.given

    def decide(self, claim: Claim) -> bool:
        return self.names.decide(claim)


def _comprehension(node: ast.ListComp) -> Run:
    part = node.generators[0]
    if len(node.generators) > 1:
        raise _foreign(node.generators[1].target, "a second `for` in a list")
    if part.is_async:
        raise _foreign(node, "async")
    variables = [
        _variable(name) for name in (part.target.elts if isinstance(part.target, ast.Tuple) else [part.target])
    ]
    rows = isinstance(part.target, ast.Tuple)
    entries, item, tests = _compile(part.iter), _compile(node.elt), [_compile(test) for test in part.ifs]

    def run(names: Names) -> Any:
        # The rounds of comprehensions within each other are counted together: they multiply.
        rounds = names.rounds if isinstance(names, _Round) else itertools.count(1)
        made = []
        for entry in _entries(entries(names)):
            if next(rounds) > current().rounds:
                raise LimitReached("rounds", current().rounds, "the lists of an expression run for too many rounds")
            inside = _Round(names, _unpacked(variables, entry) if rows else {variables[0]: entry}, rounds)
            if all(truth(test(inside), names) for test in tests):
                made.append(item(inside))
        return tuple(made)

    return run


def _variable(node: ast.expr) -> str:
    if not isinstance(node, ast.Name) or node.id in _CONSTANTS:
        raise Refused("the variable of a `for` must be a name", offset=node.col_offset)
    return node.id


def _entries(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, tuple):
        raise unfit(f"`for` needs a list, not {say(value)}", value)
    return value


def _unpacked(variables: list[str], row: Any) -> dict[str, Any]:
    if not isinstance(row, tuple) or len(row) != len(variables):
        raise Refused(f"`for {', '.join(variables)}` needs lists of {len(variables)} entries, not {say(row)}")
    return dict(zip(variables, row, strict=True))


def _binary(node: ast.BinOp) -> Run:
    found = _ARITHMETIC.get(type(node.op))
    if found is None:
        raise _foreign(node, "a bitwise operator" if not isinstance(node.op, ast.MatMult) else "@")
    sign, apply = found
    left, right = _compile(node.left), _compile(node.right)

    def run(names: Names) -> Any:
        a, b = left(names), right(names)
        if type(a) is int and type(b) is int and sign in "+-":
            return a + b if sign == "+" else a - b
        return _arithmetic(sign, apply, a, b)

    return run


def _arithmetic(sign: str, apply: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    if sign == "+" and isinstance(a, tuple) and isinstance(b, tuple):
        return _short(a + b)
    if sign == "*" and isinstance(a, tuple) and type(b) is int:
        return _short(a * b) if len(a) * b <= current().items else _short(range(len(a) * b))
    if sign == "*" and isinstance(a, tuple) and dim.is_symbolic(b):
        raise unfit(f"a list can be repeated a known number of times, not {say(b)} times", b)
    for value in (a, b):
        if not is_number(value):
            raise unfit(f"{sign} needs numbers, not {say(value)}", value)
    if sign in ("/", "//", "%") and not dim.is_symbolic(b) and b == 0:
        raise Refused(f"division by zero: {say(a)} {sign} 0")
    try:
        return _bounded(dim.tidy(apply(a, b)))
    except (OverflowError, ValueError):
        raise Refused(f"{say(a)} {sign} {say(b)} is no real number within bounds") from None


def _short(value: Any) -> Any:
    if len(value) > current().items:
        raise LimitReached("items", current().items, f"a list of {len(value):,} entries is too long")
    return value


def _bounded(value: Any) -> Any:
    if isinstance(value, complex):
        raise ValueError
    size = value.numerator if isinstance(value, Fraction) else value
    if isinstance(size, int) and size.bit_length() > current().bits:
        raise LimitReached("bits", current().bits, f"a number of {size.bit_length():,} binary digits is too large")
    return value


def is_number(value: Any) -> bool:
    """Whether a value is a number, exact, real or symbolic; true and false are none."""
    return (isinstance(value, (int, Fraction, float)) and not isinstance(value, bool)) or dim.is_symbolic(value)


def _power(a: Any, b: Any) -> Any:
    if not (dim.is_symbolic(a) or dim.is_symbolic(b)):
        size = max(a.numerator.bit_length(), a.denominator.bit_length()) if isinstance(a, (int, Fraction)) else 1
        most = current().bits
        if abs(b) > most or size * abs(b) > 2 * most:
            raise LimitReached("bits", most, f"{say(a)} ** {say(b)} has too many binary digits")
        if a == 0 and b < 0:
            raise Refused("division by zero: 0 to a negative power")
        if isinstance(a, int) and isinstance(b, int):
            return Fraction(a) ** b
    return a**b


def _divide(a: Any, b: Any) -> Any:
    exact = not isinstance(a, float) and not isinstance(b, float)
    return dim.ratio(a, b) if exact else a / b


_ARITHMETIC: dict[type, tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", _divide),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", _power),
}


def _unary(node: ast.UnaryOp) -> Run:
    operand = _compile(node.operand)
    if isinstance(node.op, ast.Not):
        return lambda names: _negated(_truth_or_claim(operand(names), names))
    if isinstance(node.op, ast.Invert):
        raise _foreign(node, "~")
    negative = isinstance(node.op, ast.USub)

    def run(names: Names) -> Any:
        value = operand(names)
        if not is_number(value):
            raise unfit(f"- needs a number, not {say(value)}", value)
        return -value if negative else value

    return run


def _logic(node: ast.BoolOp) -> Run:
    parts = [_compile(value) for value in node.values]
    every = isinstance(node.op, ast.And)

    def run(names: Names) -> Any:
        left: list[Undecided] = []
        undecided = None
        for part in parts:
            try:
                value = names.given.judge(part(names))
            except Undecidable as error:  # another part may still decide
                undecided = error
                continue
            if isinstance(value, Undecided):
                left.append(value)
            elif truth(value, names) is not every:
                return not every
        if undecided is not None:
            raise undecided
        return every if not left else left[0] if len(left) == 1 else Several(left, every)

    return run


def _comparison(node: ast.Compare) -> Run:
    operands = [_compile(n) for n in (node.left, *node.comparators)]
    tests = [_COMPARISONS.get(type(op)) for op in node.ops]
    if None in tests:
        raise _foreign(node, "`is`")

    def run(names: Names) -> Any:
        values = [operand(names) for operand in operands]
        pairs = itertools.pairwise(values)
        claims = [test(a, b, names) for test, (a, b) in zip(tests, pairs, strict=True)]  # type: ignore[misc]
        return names.given.judge(dim.both(*claims))

    return run


def _same(a: Any, b: Any, names: Names) -> Any:
    if is_number(a) and is_number(b):
        return dim.equal(a, b)
    for value in (a, b):
        if isinstance(value, Rounds):
            raise unfit(f"{say(value)} cannot be compared", value)
    return type(a) is type(b) and bool(a == b)


def _negated(claim: Any) -> Any:
    return claim.negated() if isinstance(claim, Undecided) else not claim


def _ordered(claim: Callable[[Any, Any], Any]) -> Callable[[Any, Any, Names], Any]:
    def test(a: Any, b: Any, names: Names) -> Any:
        for value in (a, b):
            if not is_number(value):
                raise unfit(f"only numbers can be ordered, not {say(value)}", value)
        return claim(a, b)

    return test


def _among(a: Any, b: Any, names: Names) -> Any:
    if not isinstance(b, tuple):
        raise unfit(f"`in` needs a list, not {say(b)}", b)
    return any(truth(_same(a, item, names), names) for item in b)


_SIGNS = {ast.Eq: "==", ast.NotEq: "!=", ast.GtE: ">=", ast.LtE: "<=", ast.Gt: ">", ast.Lt: "<"}
_COMPARISONS: dict[type, Callable[[Any, Any, Names], Any]] = {
    ast.Eq: _same,
    ast.NotEq: lambda a, b, names: _negated(_same(a, b, names)),
    ast.GtE: _ordered(dim.at_least),
    ast.LtE: _ordered(lambda a, b: dim.at_least(b, a)),
    ast.Gt: _ordered(lambda a, b: _negated(dim.at_least(b, a))),
    ast.Lt: _ordered(lambda a, b: _negated(dim.at_least(a, b))),
    ast.In: _among,
    ast.NotIn: lambda a, b, names: not _among(a, b, names),
}


def _choice(node: ast.IfExp) -> Run:
    test, yes, no = _compile(node.test), _compile(node.body), _compile(node.orelse)

    def run(names: Names) -> Any:
        claim = names.given.judge(test(names))
        if isinstance(claim, Undecided) and not names.given.near:
            return _open_choice(claim, names, yes, no)
        return yes(names) if truth(claim, names) else no(names)

    return run


def _open_choice(claim: Undecided, names: Names, yes: Run, no: Run) -> Any:
    """A choice that cannot be decided yet; between numbers it stays open."""
    try:
        either = yes(names), no(names)
    except Refused:  # the part that is not chosen need not make sense
        either = None, None
    if all(map(is_number, either)) and not any(isinstance(v, float) for v in either):
        return dim.choose(claim, *either)
    return names.decide(claim)


def _attribute(node: ast.Attribute) -> Run:
    base, word = _compile(node.value), node.attr
    name = node.value.id if isinstance(node.value, ast.Name) else None
    if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        name = node.value.value  # a path that is no name: 'layer4.0.conv1'.height

    def run(names: Names) -> Any:
        value = base(names) if name is None else names.asked(name)
        if not isinstance(value, Tensor):
            raise Refused(f"only a layer has {word!r}, not {say(value)}")
        return value.ask(word)

    return run


def _index(node: ast.Subscript) -> Run:
    base = _compile(node.value)
    if isinstance(node.slice, ast.Slice):
        parts = [_compile(n) if n else None for n in (node.slice.lower, node.slice.upper, node.slice.step)]
        return lambda names: _slice(base(names), [p(names) if p else None for p in parts])
    index = _compile(node.slice)
    return lambda names: _item(base(names), index(names))


def _slice(value: Any, bounds: list[Any]) -> Any:
    if not isinstance(value, tuple) or any(b is not None and type(b) is not int for b in bounds) or bounds[2] == 0:
        message = f"a slice needs a list and whole numbers, not {say(value)}[{':'.join(map(say, bounds))}]"
        raise unfit(message, value, *bounds)
    return value[slice(*bounds)]


def _item(value: Any, index: Any) -> Any:
    if dim.is_symbolic(index):
        raise unfit(f"an index must be a number that is known, not {say(index)}", index)
    if isinstance(value, Tensor) and type(index) is int:
        return value[index]
    if not isinstance(value, tuple) or type(index) is not int:
        raise unfit(f"an index needs a list and a whole number, not {say(value)}[{say(index)}]", value)
    if not -len(value) <= index < len(value):
        raise Refused(f"there is no entry {index} in a list of {len(value)}: {say(value)}")
    return value[index]


def _call(node: ast.Call) -> Run:
    if not isinstance(node.func, ast.Name):
        raise _foreign(node, "calling anything but a function of the language")
    name = node.func.id
    function = FUNCTIONS.get(name)
    if function is None:
        raise Refused(f"there is no function {name!r}", nearest(name, FUNCTIONS), node.col_offset)
    if node.keywords:
        raise _foreign(node, "naming a function's arguments")
    arguments = [_compile(a) for a in node.args]

    def run(names: Names) -> Any:
        values = [a(names) for a in arguments]
        try:
            return function(*values)
        except TypeError:
            raise Refused(f"{name} does not take {len(values)} values") from None

    return run


_COMPILERS: dict[type, Callable[[Any], Run]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.List: _several,
    ast.Tuple: _several,
    ast.ListComp: _comprehension,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _logic,
    ast.Compare: _comparison,
    ast.IfExp: _choice,
    ast.Attribute: _attribute,
    ast.Subscript: _index,
    ast.Call: _call,
}

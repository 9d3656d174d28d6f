"""Text to expression, with Python's own grammar.

`ast.parse` only reads: the text is never compiled or run. Each node of the tree becomes a closure that takes a scope,
so that a block that is expanded fifty times is parsed once.
"""

import ast
import functools
import keyword
import re
import warnings
from collections.abc import Callable
from typing import Any

from archcalc import dim
from archcalc.dim import say
from archcalc.errors import LimitReached, Refused
from archcalc.language.expression import conditions, lists, operators
from archcalc.language.expression.names import CONSTANTS, Build, Constant, Names, Run, attribute, call, foreign, name
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.tree import shortened
from archcalc.language.value import Value, unfit

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def parse(text: str, limits: Limits = DEFAULT) -> Run:
    """An expression, ready to be evaluated; raises Refused with the offset of the mistake, or LimitReached."""
    if len(text) > limits.expression:
        what = f"an expression of {len(text):,} characters is too long"
        raise LimitReached("expression", limits.expression, what)
    return _parsed(text)


@functools.lru_cache(maxsize=8192)
def _parsed(text: str) -> Run:
    """An expression of any length; readers with different limits share the cache."""
    if text.isidentifier() and text not in CONSTANTS and text not in _KEYWORDS:
        return lambda names: names.value(text)
    try:
        return _compile(_tree(text))
    except SyntaxError as error:
        at = error.offset - 1 if error.offset else len(text)  # 0: something is missing at the end
        raise Refused(f"{shortened(text, 60)!r} is not an expression: {error.msg}", offset=at) from None
    except (MemoryError, RecursionError, ValueError):
        raise Refused(f"{shortened(text, 60)!r} is not an expression: it is nested too deeply") from None


def template(text: str, limits: Limits = DEFAULT, label: bool = False) -> Callable[[Names], str]:
    """A text with {expression} placeholders, ready to be filled in; a `label` may contain symbols."""
    if "{" not in text:
        return Constant(text)
    literal, texts = (_PLACEHOLDER.split(text)[start::2] for start in (0, 1))
    runs = [parse(part, limits) for part in texts]

    def fill(names: Names) -> str:
        values = [_filled(run(names), label) for run in runs]
        return "".join(a + b for a, b in zip(literal, [*values, ""], strict=True))

    return fill


def _filled(value: Value, label: bool) -> str:
    value = dim.tidy(value)
    if label and dim.is_symbolic(value):
        return dim.text(value).replace(" ", "")
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise unfit(f"a placeholder needs a name or an integer, not {say(value)}", value)
    return str(value)


def sides(text: str) -> tuple[Run, str, Run] | None:
    """The two sides of a single comparison, and the sign between them; None for any other text."""
    tree = _tree(text)
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
        return None
    sign, _ = conditions.COMPARISONS.get(type(tree.ops[0]), ("", None))
    return (_compile(tree.left), sign, _compile(tree.comparators[0])) if sign else None


def names_in(text: str) -> frozenset[str]:
    """The names that an expression looks up, without the functions that it calls and the variables of its loops."""
    nodes = list(ast.walk(_tree(text)))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    looked_up = (node for node in nodes if isinstance(node, ast.Name) and id(node) not in called)
    return frozenset(node.id for node in looked_up) - bound - CONSTANTS.keys()


_KEYWORDS = {"True", "False", "None", "and", "or", "not", "if", "else", "in", "is", "await", "yield", "for", "async"}
"""The keywords that the language shares with Python; all others are names: `lambda` is a common symbol."""
# Python normalizes a bold letter in a name to the plain one, but only after it has looked for keywords.
_BOLD = ord("\N{MATHEMATICAL BOLD SMALL A}") - ord("a")
_RESERVED = re.compile(
    rf"""'[^']*'|"[^"]*"|\b({"|".join(sorted(set(keyword.kwlist) - _KEYWORDS, key=len, reverse=True))})\b"""
)


def _tree(text: str) -> ast.expr:
    """The tree of an expression, with offsets in characters; words that only Python reserves are names."""
    read = _RESERVED.sub(lambda m: m[0] if m[1] is None else chr(ord(m[1][0]) + _BOLD) + m[1][1:], text.strip())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(read, mode="eval").body
    if not read.isascii():
        line = read.encode()
        for node in ast.walk(tree):
            if isinstance(node, ast.expr):
                node.col_offset = len(line[: node.col_offset].decode())
    return tree


_COMPILERS: dict[type[ast.AST], Callable[[Any, Build], Run]] = {  # each takes nodes of its type
    ast.Constant: operators.literal,
    ast.Name: name,
    ast.List: lists.several,
    ast.Tuple: lists.several,
    ast.ListComp: lists.comprehension,
    ast.BinOp: operators.binary,
    ast.UnaryOp: conditions.unary,
    ast.BoolOp: conditions.logic,
    ast.Compare: conditions.comparison,
    ast.IfExp: conditions.choice,
    ast.Attribute: attribute,
    ast.Subscript: lists.index,
    ast.Call: call,
}
_FOREIGN: dict[type[ast.AST], str] = {
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


def _compile(node: ast.AST) -> Run:
    compiler = _COMPILERS.get(type(node))
    if compiler is None:
        raise foreign(node, _FOREIGN.get(type(node), "this"))
    return compiler(node, _compile)

"""Text to expression, with Python's own grammar.

`ast.parse` only reads: nothing of the text is ever compiled or run. Each node of the tree becomes a closure over the
names that it is evaluated in, so that a block that is expanded fifty times is parsed once.
"""

import ast
import functools
import keyword
import re
import warnings
from collections.abc import Callable
from typing import Any

from archcalc.errors import LimitReached, Refused
from archcalc.language.expression import conditions, lists, lookups, operators
from archcalc.language.expression.names import CONSTANTS, Build, Run, foreign
from archcalc.language.limits import DEFAULT, Limits


def parse(text: str, limits: Limits = DEFAULT) -> Run:
    """An expression, ready to be evaluated; raises Refused with the offset of the mistake, or LimitReached."""
    if len(text) > limits.expression:
        what = f"an expression of {len(text):,} characters is too long"
        raise LimitReached("expression", limits.expression, what)
    return _parsed(text)


@functools.lru_cache(maxsize=8192)
def _parsed(text: str) -> Run:
    """An expression of any length; the cache is shared by readers with different limits."""
    if text.isidentifier() and text not in CONSTANTS and text not in _KEYWORDS:
        return lambda names: names.value(text)
    try:
        return _compile(_tree(text))
    except SyntaxError as error:
        at = error.offset - 1 if error.offset else len(text)  # 0: something is missing at the end
        raise Refused(f"{_shown(text)} is not an expression: {error.msg}", offset=at) from None
    except (MemoryError, RecursionError, ValueError):
        raise Refused(f"{_shown(text)} is not an expression: it is nested too deeply") from None


def sides(text: str) -> tuple[Run, str, Run] | None:
    """The two sides of a text that is a single comparison, and the sign between them; None for any other."""
    tree = _tree(text)
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
        return None
    sign = conditions.SIGNS.get(type(tree.ops[0]))
    return None if sign is None else (_compile(tree.left), sign, _compile(tree.comparators[0]))


def names_in(text: str) -> frozenset[str]:
    """The names that an expression looks up, but for the functions that it calls and the variables of its loops."""
    nodes = list(ast.walk(_tree(text)))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    looked_up = (node for node in nodes if isinstance(node, ast.Name) and id(node) not in called)
    return frozenset(node.id for node in looked_up) - bound - CONSTANTS.keys()


_KEYWORDS = {"True", "False", "None", "and", "or", "not", "if", "else", "in", "is", "await", "yield", "for", "async"}
"""The words of Python's grammar that are no names here either; all others are: `lambda` is a usual symbol."""
# Python compares a word with its keywords before it takes a bold letter for the plain one, as it does in names.
_BOLD = ord("\N{MATHEMATICAL BOLD SMALL A}") - ord("a")
_RESERVED = re.compile(
    rf"""'[^']*'|"[^"]*"|\b({"|".join(sorted(set(keyword.kwlist) - _KEYWORDS, key=len, reverse=True))})\b"""
)


def _tree(text: str) -> ast.expr:
    """The tree of an expression, its places counted in characters; words that only Python reserves are names in it."""
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


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


_COMPILERS: dict[type[ast.AST], Callable[[Any, Build], Run]] = {  # each takes the nodes of its own type
    ast.Constant: operators.literal,
    ast.Name: lookups.name,
    ast.List: lists.several,
    ast.Tuple: lists.several,
    ast.ListComp: lists.comprehension,
    ast.BinOp: operators.binary,
    ast.UnaryOp: conditions.unary,
    ast.BoolOp: conditions.logic,
    ast.Compare: conditions.comparison,
    ast.IfExp: conditions.choice,
    ast.Attribute: lookups.attribute,
    ast.Subscript: lists.index,
    ast.Call: lookups.call,
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

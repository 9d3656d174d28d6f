"""Products of matrices, and of arrays by the names of their axes."""

import functools
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Annotated, Any

from archcalc.dim import Shape, Size, equal, is_array, prod, show
from archcalc.errors import Refused, Undecidable
from archcalc.op import WHOLE, Cost, Field, Reach, Requirements, Torch, Window, example, refusal
from archcalc.ops.axes import aligned, broadcast, fits, is_one, onto, widest
from archcalc.ops.base import TorchFunction, Weightless
from archcalc.render.words import count_of
from archcalc.role import Role
from archcalc.setting import Text


class MatMul(Weightless, TorchFunction):
    """Multiply the matrices in the last two axes of both inputs; the axes before them broadcast.

    A first input with one axis is a row, a second input with one axis a column; the output lacks the missing axis too.
    """

    role = Role.PRODUCT
    counted_as = "matrix product"
    arity = (2, 2)
    examples = (
        example((2, 3, 4), (2, 4, 5)),
        example((2, 3, 6, 4), (4, 7)),
        example((2, 1, 3, 4), (5, 4, 6)),
        example((2, 3, 4), (4,)),
        example((4,), (2, 4, 5)),
    )
    refused = (
        refusal("[2, 3, 4] has rows of 4, but [2, 5, 6] has columns of 5", (2, 3, 4), (2, 5, 6)),
        refusal("shapes [2, 3, 4] and [3, 4, 5] do not fit on axis -3: 2 and 3", (2, 3, 4), (3, 4, 5)),
        refusal("each input must have at least one axis", (), (3,)),
        refusal("MatMul takes 2 inputs, not 1", (2, 3)),
    )

    def requires(self, a: Shape, b: Shape) -> Requirements:
        yield len(a) >= 1 and len(b) >= 1, "each input must have at least one axis"
        column = b[-2] if len(b) > 1 else b[-1]
        yield equal(a[-1], column), f"{show(a)} has rows of {a[-1]}, but {show(b)} has columns of {column}"
        if len(a) > 2 and len(b) > 2:
            yield from fits(a, b, tail=2)

    def _batch(self, a: Shape, b: Shape) -> Shape:
        return broadcast(a[:-2], b[:-2])

    def out(self, a: Shape, b: Shape) -> Shape:
        """The output has the rows of the first and the columns of the second; the axes before them broadcast."""
        columns = b[-1:] if len(b) > 1 else ()
        return (*self._batch(a, b), *a[-2:-1], *columns)

    def cost(self, a: Shape, b: Shape) -> Cost:
        """Each output value is a sum of products, one per element of a row."""
        return Cost(macs=prod(self.out(a, b)) * a[-1])

    def field(self, a: Shape, b: Shape) -> Field:
        """Each output value reads one whole row and one whole column."""
        batch, last = self._batch(a, b), len(self.out(a, b)) - 1
        row: tuple[Reach, ...] = (*aligned(a[:-2], batch), *([Window(len(batch))] * (len(a) > 1)), WHOLE)
        column: tuple[Reach, ...] = (*aligned(b[:-2], batch), WHOLE, *([Window(last)] * (len(b) > 1)))
        return row, column


ELLIPSIS = "..."
Labels = tuple[str, ...]
"""For each axis its letter, or the name of an axis that the ellipsis covers."""


@functools.lru_cache(maxsize=1024)
def parse(equation: str) -> tuple[tuple[Labels, ...], Labels | None]:
    """The operands and the output of an equation such as ``bhid,bhjd->bhij``; without an arrow the output is None.

    Raises Refused with the reason and the equation.
    """
    inputs, arrow, output = equation.partition("->")
    operands = tuple(_term(term, equation) for term in inputs.split(","))
    return operands, _term(output, equation) if arrow else None


def _term(text: str, equation: str) -> Labels:
    tokens = [token for token in re.findall(r"\.\.\.|.", text, re.DOTALL) if token != " "]
    for token in tokens:
        if token != ELLIPSIS and not re.fullmatch("[a-zA-Z]", token):
            raise Refused(f"{token!r} is not a letter in equation {equation!r}")
        if tokens.count(token) > 1:
            raise Refused(f"{token!r} occurs twice in {text.strip()!r} of equation {equation!r}")
    return tuple(tokens)


class Einsum(Weightless):
    """Multiply inputs along axes with the same letter, and sum over the letters that the output does not have.

    `...` covers axes without letters, which broadcast. Inputs are multiplied from left to right, two at a time; letters
    of only one input, and not of the output, are summed first. Source: PyTorch's aten/src/ATen/native/Linear.cpp.
    """

    role = Role.PRODUCT
    counted_as = "einsum"
    equation: Annotated[str, Text()]
    arity = (1, None)
    examples = (
        example((2, 3, 5, 4), (2, 3, 6, 4), equation="bhid,bhjd->bhij"),
        example((2, 3, 4), (4, 5), equation="...c,cd->...d"),
        example((2, 3), (3, 4), (4, 5), equation="ni, ij, jk -> nk"),
        example((2, 3, 4), (2, 3, 5), equation="nij,nik->nj"),
        example((2, 3, 4), equation="nij->jn"),
        example((2, 3), (2, 4), equation="ni,nj->nij"),
        example((2, 3, 4), (2, 4, 5), equation="nij,njk"),
        example((2, 1, 3, 4), (6, 4, 5), equation="...ij,...jk->...ik"),
    )
    refused = (
        refusal("equation 'ij->i' has 1 operand for 2 inputs", (2, 3), (2, 3), equation="ij->i"),
        refusal("'ijk' of equation 'ijk->i' has 3 axes, but input 0 has 2: [2, 3]", (2, 3), equation="ijk->i"),
        refusal("'k' of the output occurs in no operand of equation 'ij->ik'", (2, 3), equation="ij->ik"),
        refusal("'j' of equation 'ij,jk->ik' is 3 in input 0 and 4 in input 1", (2, 3), (4, 5), equation="ij,jk->ik"),
        refusal("'i' occurs twice in 'ij i' of equation 'ij i->j'", (2, 3, 2), equation="ij i->j"),
        refusal("'1' is not a letter in equation 'i1->i'", (2, 3), equation="i1->i"),
    )

    def requires(self, *x: Shape) -> Requirements:
        operands, output = parse(self.equation)
        count, what = len(operands), f"equation {self.equation!r}"
        yield count == len(x), f"{what} has {count_of(count, 'operand')} for {count_of(len(x), 'input')}"
        for i, (term, shape) in enumerate(zip(operands, x, strict=True)):
            open_end = ELLIPSIS in term
            axes = f"{'at least ' * open_end}{count_of(len(term) - open_end, 'axis', 'axes')}"
            message = f"{''.join(term)!r} of {what} has {axes}, but input {i} has {len(shape)}: {show(shape)}"
            yield len(shape) >= len(term) - 1 if open_end else len(shape) == len(term), message
        for letter in output or ():
            known = letter == ELLIPSIS or any(letter in term for term in operands)
            yield known, f"{letter!r} of the output occurs in no operand of {what}"
        yield from self._equal_sizes(x, what)

    def _equal_sizes(self, x: Sequence[Shape], what: str) -> Requirements:
        """The requirements that a letter has the same size everywhere, apart from sizes of 1."""
        first: dict[str, tuple[int, Any]] = {}
        for i, axes in enumerate(self._labelled(x)):
            for label, size in axes:
                j, known = first.setdefault(label, (i, size)) if not is_one(size) else (i, size)
                yield equal(known, size), f"{label!r} of {what} is {known} in input {j} and {size} in input {i}"

    def _operands(self, x: Sequence[Shape]) -> list[Labels]:
        """The labels of each input, with a name for each axis of an ellipsis, counted from its end."""
        terms, _ = parse(self.equation)
        return [_named(term, len(shape) - len(term) + 1) for term, shape in zip(terms, x, strict=True)]

    def _labelled(self, x: Sequence[Shape]) -> list[list[tuple[str, Any]]]:
        """The label and the size of each axis of each input."""
        return [list(zip(labels, shape, strict=True)) for labels, shape in zip(self._operands(x), x, strict=True)]

    def _output(self, x: Sequence[Shape]) -> Labels:
        operands = self._operands(x)
        every = list(chain.from_iterable(operands))
        unnamed = max(sum(label.startswith(ELLIPSIS) for label in labels) for labels in operands)
        _, output = parse(self.equation)
        if output is None:
            # By default: the axes of the ellipsis, then in alphabetical order the letters that occur once.
            letters = sorted(label for label in every if label.isalpha() and every.count(label) == 1)
            output = (ELLIPSIS, *letters)
        return _named(output, unnamed)

    def _sizes(self, x: Sequence[Shape]) -> dict[str, Any]:
        found: dict[str, list[Any]] = {}
        for label, size in chain.from_iterable(self._labelled(x)):
            found.setdefault(label, []).append(size)
        return {label: widest(sizes) for label, sizes in found.items()}

    def out(self, *x: Shape) -> Shape:
        """Each axis of the output has the size of its letter."""
        sizes = self._sizes(x)
        return tuple(sizes[label] for label in self._output(x))

    def cost(self, *x: Shape) -> Cost:
        """Each step multiplies two inputs: one product for every combination of positions of their letters."""
        # An axis of size 1 does not count.
        output = frozenset(self._output(x))
        operands = [
            frozenset(label for label, size in axes if not _is_one(size, summed=label not in output))
            for axes in self._labelled(x)
        ]
        return Cost.sum(_steps(operands, output, self._sizes(x)))

    def field(self, *x: Shape) -> Field:
        """A position reads its own position along the letters of the output, and all positions along the others."""
        output, sizes = self._output(x), self._sizes(x)

        def reach(label: str, size: Size) -> Reach:
            return onto(output.index(label), size, sizes[label]) if label in output else WHOLE

        return tuple(tuple(reach(*axis) for axis in axes) for axes in self._labelled(x))

    def torch(self, torch: Torch, *x: Shape) -> Torch:
        return lambda *x: torch.einsum(self.equation, *x)


def _is_one(size: Size, summed: bool) -> bool:
    # A sum over a single position has no additions, so its products are not counted as macs.
    if summed and is_array(size) and (size == 1).any():
        raise Undecidable(f"whether there is a sum differs among {size}; evaluate 1 separately")
    return is_one(size)


def _named(term: Labels, unnamed: int) -> Labels:
    names = tuple(f"{ELLIPSIS}{-i}" for i in range(unnamed, 0, -1))
    return tuple(chain.from_iterable(names if label == ELLIPSIS else (label,) for label in term))


def _steps(operands: Sequence[frozenset[str]], output: frozenset[str], sizes: dict[str, Any]) -> Iterator[Cost]:
    """The work of each step from left to right."""

    def size(labels: frozenset[str]) -> int:
        return prod(sizes[label] for label in sorted(labels))

    done = operands[0]
    for i, new in enumerate(operands[1:], start=2):
        needed = output.union(*operands[i:])
        # Letters that only one of the two has are summed before the product.
        left, right = done & (new | needed), new & (done | needed)
        add = size(done) - size(left) + size(new) - size(right)
        together, done = size(left | right), (left | right) & needed
        summed = (left | right) > done
        yield Cost(macs=together if summed else 0, mul=0 if summed else together, add=add)
    yield Cost(add=size(done) - size(done & output))

"""Products of matrices, and of arrays by the names of their axes."""

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, NamedTuple

from archcalc.dim import Shape, Size, equal, is_array, prod, show
from archcalc.errors import Refused, Undecidable
from archcalc.op import WHOLE, Cost, Field, Op, Reach, Requirements, Torch, Window, example, refusal
from archcalc.ops.axes import aligned, broadcast, fits, is_one, onto, widest
from archcalc.role import Role
from archcalc.setting import Text


class MatMul(Op):
    """Multiply matrices, the last two axes of both inputs; the axes before broadcast.

    A first input of one axis is a row, a second a column, whose missing axis the output does not have either.
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
        """Rows of the first by columns of the second, for each matrix of the axes before."""
        columns = b[-1:] if len(b) > 1 else ()
        return (*self._batch(a, b), *a[-2:-1], *columns)

    def weights(self, a: Shape, b: Shape) -> dict[str, Shape]:
        return {}

    def cost(self, a: Shape, b: Shape) -> Cost:
        """Each output value is a sum of products, one for each element of a row."""
        return Cost(macs=prod(self.out(a, b)) * a[-1])

    def field(self, a: Shape, b: Shape) -> Field:
        """Each output value reads one whole row and one whole column."""
        batch, last = self._batch(a, b), len(self.out(a, b)) - 1
        row: tuple[Reach, ...] = (*aligned(a[:-2], batch), *([Window(len(batch))] * (len(a) > 1)), WHOLE)
        column: tuple[Reach, ...] = (*aligned(b[:-2], batch), WHOLE, *([Window(last)] * (len(b) > 1)))
        return row, column

    def torch(self, torch: Torch, a: Shape, b: Shape) -> Torch:
        return torch.matmul


ELLIPSIS = "..."
Labels = tuple[str, ...]
"""For each axis its letter, or the name of an axis that an ellipsis stands for."""


class Equation(NamedTuple):
    """An equation such as ``bhid,bhjd->bhij``, read; without an arrow there is no output."""

    operands: tuple[Labels, ...]
    output: Labels | None


@functools.lru_cache(maxsize=1024)
def parse(equation: str) -> Equation:
    """Read an equation; raises Refused with the reason and the equation."""
    inputs, arrow, output = equation.partition("->")
    operands = tuple(_term(term, equation) for term in inputs.split(","))
    return Equation(operands, _term(output, equation) if arrow else None)


def _term(text: str, equation: str) -> Labels:
    tokens = [token for token in re.findall(r"\.\.\.|.", text, re.DOTALL) if token != " "]
    for token in tokens:
        if token != ELLIPSIS and not re.fullmatch("[a-zA-Z]", token):
            raise Refused(f"{token!r} is no letter in equation {equation!r}")
        if tokens.count(token) > 1:
            raise Refused(f"{token!r} stands twice in {text.strip()!r} of equation {equation!r}")
    return tuple(tokens)


class StepCost(NamedTuple):
    """The work of an equation: products that are added up, products that are not, and additions alone."""

    macs: int
    mul: int
    add: int


class Einsum(Op):
    """Multiply inputs by the letters of their axes, and sum over the letters that the output does not have.

    `...` are axes without letters, which broadcast. Inputs are multiplied from left to right, two at a time; a letter
    that no other input and not the output has is summed first. Source: PyTorch's aten/src/ATen/native/Linear.cpp.
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
        refusal("equation 'ij->i' has 1 operands, but there are 2 inputs", (2, 3), (2, 3), equation="ij->i"),
        refusal("'ijk' of equation 'ijk->i' has 3 axes, but input 0 has 2: [2, 3]", (2, 3), equation="ijk->i"),
        refusal("'k' of the output stands in no operand of equation 'ij->ik'", (2, 3), equation="ij->ik"),
        refusal("'j' of equation 'ij,jk->ik' is 3 in input 0 and 4 in input 1", (2, 3), (4, 5), equation="ij,jk->ik"),
        refusal("'i' stands twice in 'ij i' of equation 'ij i->j'", (2, 3, 2), equation="ij i->j"),
        refusal("'1' is no letter in equation 'i1->i'", (2, 3), equation="i1->i"),
    )

    def requires(self, *x: Shape) -> Requirements:
        parsed, what = parse(self.equation), f"equation {self.equation!r}"
        count = len(parsed.operands)
        yield count == len(x), f"{what} has {count} operands, but there are {len(x)} inputs"
        for i, (term, shape) in enumerate(zip(parsed.operands, x, strict=True)):
            open_end = ELLIPSIS in term
            axes = f"{'at least ' * open_end}{len(term) - open_end} axes"
            message = f"{''.join(term)!r} of {what} has {axes}, but input {i} has {len(shape)}: {show(shape)}"
            yield len(shape) >= len(term) - 1 if open_end else len(shape) == len(term), message
        for letter in parsed.output or ():
            known = letter == ELLIPSIS or any(letter in term for term in parsed.operands)
            yield known, f"{letter!r} of the output stands in no operand of {what}"
        yield from self._equal_sizes(x, what)

    def _equal_sizes(self, x: Sequence[Shape], what: str) -> Requirements:
        """The requirements that a letter has one size, apart from sizes of 1."""
        first: dict[str, tuple[int, Any]] = {}
        for i, (labels, shape) in enumerate(zip(self._operands(x), x, strict=True)):
            for label, size in zip(labels, shape, strict=True):
                j, known = first.setdefault(label, (i, size)) if not is_one(size) else (i, size)
                yield equal(known, size), f"{label!r} of {what} is {known} in input {j} and {size} in input {i}"

    def _operands(self, x: Sequence[Shape]) -> list[Labels]:
        """The labels of each input, with a name for each axis of an ellipsis, counted from its end."""
        terms = parse(self.equation).operands
        return [tuple(_named(term, len(shape) - len(term) + 1)) for term, shape in zip(terms, x, strict=True)]

    def _output(self, x: Sequence[Shape]) -> Labels:
        operands = self._operands(x)
        every = [label for labels in operands for label in labels]
        unnamed = max(sum(label.startswith(ELLIPSIS) for label in labels) for labels in operands)
        output = parse(self.equation).output
        if output is None:
            # By default: the axes of the ellipsis, then in alphabetical order the letters that stand once.
            letters = sorted(label for label in every if label.isalpha() and every.count(label) == 1)
            output = (ELLIPSIS, *letters)
        return tuple(_named(output, unnamed))

    def _sizes(self, x: Sequence[Shape]) -> dict[str, Any]:
        found: dict[str, list[Any]] = {}
        for labels, shape in zip(self._operands(x), x, strict=True):
            for label, size in zip(labels, shape, strict=True):
                found.setdefault(label, []).append(size)
        return {label: widest(sizes) for label, sizes in found.items()}

    def out(self, *x: Shape) -> Shape:
        """Each letter of the output has its one size."""
        sizes = self._sizes(x)
        return tuple(sizes[label] for label in self._output(x))

    def weights(self, *x: Shape) -> dict[str, Shape]:
        return {}

    def cost(self, *x: Shape) -> Cost:
        """Each step, of two inputs, takes a product for every combination of its letters' positions."""
        # An axis of size 1 is as good as none.
        output = frozenset(self._output(x))
        operands = [
            frozenset(
                label
                for label, size in zip(labels, shape, strict=True)
                if not _is_one(size, summed=label not in output)
            )
            for labels, shape in zip(self._operands(x), x, strict=True)
        ]
        steps = _steps(operands, output, self._sizes(x))
        return Cost.sum(Cost(macs=step.macs, mul=step.mul, add=step.add) for step in steps)

    def field(self, *x: Shape) -> Field:
        """An output position reads its own position of the letters that it has, and all of those that it has not."""
        output, sizes = self._output(x), self._sizes(x)

        def reach(label: str, size: Size) -> Reach:
            return onto(output.index(label), size, sizes[label]) if label in output else WHOLE

        operands = zip(self._operands(x), x, strict=True)
        return tuple(tuple(map(reach, labels, shape)) for labels, shape in operands)

    def torch(self, torch: Torch, *x: Shape) -> Torch:
        return lambda *x: torch.einsum(self.equation, *x)


def _is_one(size: Size, summed: bool) -> bool:
    # Over a single position nothing is added up, so that products are not counted as macs.
    if summed and is_array(size) and (size == 1).any():
        raise Undecidable(f"whether there is a sum cannot be said of all of {size} at once; take 1 apart")
    return is_one(size)


def _named(term: Labels, unnamed: int) -> Iterator[str]:
    for label in term:
        if label == ELLIPSIS:
            yield from (f"{ELLIPSIS}{-i}" for i in range(unnamed, 0, -1))
        else:
            yield label


def _steps(operands: Sequence[frozenset[str]], output: frozenset[str], sizes: dict[str, Any]) -> Iterator[StepCost]:
    """The work of each step from left to right."""

    def size(labels: frozenset[str]) -> int:
        return prod(sizes[label] for label in sorted(labels))

    done = operands[0]
    for i, new in enumerate(operands[1:], start=2):
        needed = output.union(*operands[i:])
        # Letters of one of the two alone are summed before the product.
        left, right = done & (new | needed), new & (done | needed)
        add = size(done) - size(left) + size(new) - size(right)
        together, done = size(left | right), (left | right) & needed
        summed = (left | right) > done
        yield StepCost(macs=together if summed else 0, mul=0 if summed else together, add=add)
    yield StepCost(macs=0, mul=0, add=size(done) - size(done & output))

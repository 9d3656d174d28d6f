"""Rearranging axes by name, in the notation of einops: Rogozhnikov, ICLR 2022 (openreview.net/forum?id=oapKSVM2bcj)."""

import functools
import re
from collections.abc import Iterator
from typing import Annotated, Any

from archcalc.dim import Shape, divides, equal, prod, show
from archcalc.errors import Refused
from archcalc.op import Field, Requirements, Torch, example, refusal
from archcalc.ops.axes import regrouped
from archcalc.ops.base import Movement
from archcalc.render.words import count_of
from archcalc.role import Role
from archcalc.setting import ByName, Text, Whole

ELLIPSIS, MERGED = "...", "(...)"
"""All axes without a name: as separate axes, and as parts of one axis."""
Groups = tuple[tuple[str, ...], ...]
"""For each axis the names of its parts; an axis written as 1 has none."""


@functools.lru_cache(maxsize=1024)
def parse(pattern: str) -> tuple[Groups, Groups]:
    """The left and right side of a pattern such as ``b (h p) c -> b h (p c)``.

    Raises Refused with the reason and the pattern.
    """
    try:
        return _parse(pattern)
    except Refused as mistake:
        raise Refused(f"{mistake} in the pattern {pattern!r}") from None


def _parse(pattern: str) -> tuple[Groups, Groups]:
    sides = pattern.split("->")
    if len(sides) != 2:
        raise Refused(f"there must be one '->', not {len(sides) - 1},")
    left, right = (tuple(_groups(side)) for side in sides)
    if any(MERGED in group for group in left):
        raise Refused("'...' is in parentheses on the left side")
    _check_names(_names(left), _names(right))
    return left, right


def _check_names(left: list[str], right: list[str]) -> None:
    for names, side in ((left, "left"), (right, "right")):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise Refused(f"{_quoted(twice)} occurs twice on the {side} side")
    lonely = sorted(set(left) ^ set(right))
    if lonely:
        raise Refused(f"{_quoted(lonely)} must be on both sides")


def _quoted(names: list[str]) -> str:
    return ", ".join(map(repr, names))


def _names(groups: Groups) -> list[str]:
    return [ELLIPSIS if name == MERGED else name for group in groups for name in group]


def _groups(text: str) -> Iterator[tuple[str, ...]]:
    group: list[str] | None = None
    for token in re.findall(r"\.\.\.|[()]|[^\s().]+|\.", text):
        if token == "(" and group is None:
            group = []
        elif token == ")" and group is not None:
            yield tuple(group)
            group = None
        elif token in ("(", ")"):
            raise Refused("the parentheses do not match, or are nested,")
        elif group is None:
            yield _parts(token)
        else:
            group += (MERGED,) if token == ELLIPSIS else _parts(token)
    if group is not None:
        raise Refused("a parenthesis is not closed")


def _parts(token: str) -> tuple[str, ...]:
    """The parts of an axis that is written as a name or as 1."""
    if token == "1":
        return ()
    if token == ELLIPSIS or (token.isidentifier() and not token.startswith("_") and not token.endswith("_")):
        return (token,)
    if token.isdigit():
        raise Refused(f"the only number may be 1, not {token},")
    raise Refused(f"{token!r} is not the name of an axis")


class Rearrange(Movement):
    """Split, reorder and merge axes by name, as einops does: ``b (h p) c -> b h (p c)``.

    Parentheses hold the parts of one axis, outermost first; 1 is an axis of size 1; `...` is all axes that have no
    name. `sizes` gives the sizes of parts that do not follow from the input.
    """

    role = Role.REARRANGE
    pattern: Annotated[str, Text()]
    sizes: Annotated[Any, ByName(Whole(1))] = ()
    examples = (
        example((2, 8, 6, 3), pattern="b (h p) (w q) c -> b (h w) (p q c)", sizes={"p": 2, "q": 3}),
        example((2, 5, 12), pattern="b n (h d) -> b h n d", sizes={"h": 4}),
        example((2, 12, 5), pattern="b (h p) c -> b h p c", sizes={"p": 3}),
        example((2, 3, 4, 5), pattern="b ... w -> b w (...)"),
        example((2, 1, 6), pattern="b 1 (c d) -> 1 d b c", sizes={"d": 2}),
        example((2, 3, 4), pattern="b c l -> b (c l)"),
        example((2, 6, 4), pattern="b (c d) l -> b (c d) l", sizes={"c": 3, "d": 2, "l": 4}),
    )
    refused = (
        refusal("'c' must be on both sides in the pattern 'b c -> b'", (2, 3), pattern="b c -> b"),
        refusal("there must be one '->', not 0, in the pattern 'b c'", (2, 3), pattern="b c"),
        refusal("'b' occurs twice on the left side", (2, 2), pattern="b b -> b"),
        refusal("a parenthesis is not closed in the pattern 'b (c -> b c'", (2, 3), pattern="b (c -> b c"),
        refusal("the parentheses do not match", (2, 3), pattern="b ((c d)) -> b c d", sizes={"c": 3}),
        refusal("'...' is in parentheses on the left side", (2, 3), pattern="b (...) -> b ..."),
        refusal("the only number may be 1, not 2,", (2, 3), pattern="b 2 -> b 2"),
        refusal("'_c' is not the name of an axis", (2, 3), pattern="b _c -> _c b"),
        examples[5].but("pattern 'b c l -> b (c l)' has 3 axes on the left, but the input has 2: [2, 3]", (2, 3)),
        examples[2].but("axis 1 of [2, 12, 5] cannot be split into (h p) of pattern", sizes={"p": 5}),
        examples[2].but("(h p) of pattern 'b (h p) c -> b h p c': 5 does not divide 12", sizes={"p": 5}),
        examples[2].but("is not (h p) of pattern 'b (h p) c -> b h p c' with 2 * 4", sizes={"h": 2, "p": 4}),
        refusal("sizes must give a size for 'h' or 'p' of pattern", (2, 9), pattern="b (h p) -> b h p"),
        refusal("sizes names 'q', but pattern 'b c -> c b' does not", (2, 9), pattern="b c -> c b", sizes={"q": 2}),
    )

    def requires(self, x: Shape) -> Requirements:
        left, _ = parse(self.pattern)
        what = f"pattern {self.pattern!r}"
        for name, _ in self.sizes:
            yield name in _names(left), f"sizes names {name!r}, but {what} does not"
        count = len(left)
        message = f"{what} has {count_of(count, 'axis', 'axes')} on the left, but the input has {len(x)}: {show(x)}"
        yield len(x) >= count - 1 if (ELLIPSIS,) in left else len(x) == count, message
        for axis, (size, group) in enumerate(zip(x, self._sides(x)[0], strict=True)):
            yield from self._splits(size, group, f"axis {axis} of {show(x)}", what)

    def _splits(self, size: int, group: tuple[str, ...], axis: str, what: str) -> Requirements:
        """The requirements that an axis has the parts of a group."""
        given = dict(self.sizes)
        known = prod(given[name] for name in group if name in given)
        unknown = [name for name in group if name not in given]
        shown = group[0] if len(group) == 1 else f"({' '.join(group)})"
        yield len(unknown) <= 1, f"sizes must give a size for {' or '.join(map(repr, unknown))} of {what}"
        if not unknown:
            sizes = " * ".join(str(given[name]) for name in group) or "1"
            yield equal(known, size), f"{axis} is not {shown} of {what} with {sizes} positions"
        elif len(group) > 1:
            yield divides(known, size), f"{axis} cannot be split into {shown} of {what}: {known} does not divide {size}"

    def _sides(self, x: Shape) -> tuple[Groups, Groups]:
        """The parts of each axis before and after."""
        left, right = parse(self.pattern)
        unnamed = len(x) - len(left) + 1
        return tuple(_expand(left, unnamed)), tuple(_expand(right, unnamed))

    def _sizes(self, x: Shape) -> dict[str, Any]:
        """The size of each part."""
        sizes = dict(self.sizes)
        for size, group in zip(x, self._sides(x)[0], strict=True):
            for name in [name for name in group if name not in sizes]:
                sizes[name] = size // prod(sizes[other] for other in group if other != name)
        return sizes

    def out(self, x: Shape) -> Shape:
        """The size of each axis of the pattern's right side is the product of the sizes of its parts."""
        _, after = self._sides(x)
        sizes = self._sizes(x)
        return tuple(prod(sizes[name] for name in group) for group in after)

    def field(self, x: Shape) -> Field:
        """A position reads the position with the same parts in the axes of the pattern's left side."""
        return (regrouped(*self._sides(x), self._sizes(x)),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        (before, after), sizes, merged = map(_names, self._sides(x)), self._sizes(x), self.out(x)
        split, order = [sizes[name] for name in before], [before.index(name) for name in after]
        return lambda x: x.reshape(split).permute(order).reshape(merged)


def _expand(groups: Groups, unnamed: int) -> Iterator[tuple[str, ...]]:
    """Groups with a name for each axis that `...` covers."""
    names = tuple(f"{ELLIPSIS}{i}" for i in range(unnamed))
    for group in groups:
        if group == (ELLIPSIS,):
            yield from ((name,) for name in names)
        else:
            yield tuple(part for name in group for part in (names if name == MERGED else (name,)))

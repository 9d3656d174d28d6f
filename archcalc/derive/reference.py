"""The reference of an operation, made from its declaration: its methods run on symbols.

Nothing about an operation is written twice: the settings are its fields, the formulas what its methods give for
symbols, the requirements the claims that stay open.
"""

import inspect
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

from archcalc import dim
from archcalc.algebra.claim import Undecided
from archcalc.dim import Shape
from archcalc.errors import ArchcalcError, Refused, nearest
from archcalc.network import LAYOUTS, axis_letters
from archcalc.op import WHOLE, Cost, Example, Field, Op, Reach, Scattered, Window
from archcalc.render.document import Chapter, Document, Grid, GridRow, Head, Item, Items, Paragraph, Title
from archcalc.render.markdown import written
from archcalc.render.result import Plain, Result
from archcalc.setting import Each, Either, Kind, Whole

PREFACE = """# Operations

Made from the declarations of the operations by `pytest tests/docs --overwrite`; `archcalc ops NAME` prints one of
them. Names and settings are PyTorch's where PyTorch has the operation. Sizes that follow from the input, such as
`in_channels`, are never given. The first setting may stand alone: `{Linear: 10}` is `{Linear: {out_features: 10}}`.

The formulas are what the operation's own methods give for symbols: N is the batch, C the channels, H and W the height
and width, L a length, D a depth. [Counting](counting.md) says what a cost counts and how a receptive field is told."""


@dataclass(frozen=True)
class Setting:
    """One setting: its name, what it accepts, and its default or `required`."""

    name: str
    accepts: str
    default: str


@dataclass(frozen=True)
class Reference(Result):
    """All that a reader wants to know of an operation; prints as a text."""

    name: str
    doc: str
    settings: list[Setting]
    example: str
    """The settings that the formulas are for, where not all are symbols; empty otherwise."""
    inputs: list[str]
    outputs: list[str]
    where: list[str]
    """The formulas of the output's sizes, which the cost refers to by name."""
    requirements: list[str]
    weights: list[str]
    buffers: list[str]
    cost: list[str]
    field: list[str]

    def document(self) -> Document:
        chapters = (Chapter(head, (Items(tuple(map(_code, lines))),)) for head, lines in self._sections() if lines)
        return Title(self.name), Paragraph(self.doc), *chapters

    def _sections(self) -> Iterator[tuple[str, list[str]]]:
        """The headed lists."""
        yield "Settings", list(map(_told, self.settings))
        yield "Formulas for", [self.example] if self.example else []
        yield "Inputs" if len(self.inputs) > 1 else "Input", self.inputs
        yield "Outputs" if len(self.outputs) > 1 else "Output", self.outputs
        yield "where", self.where
        yield "Requirements", self.requirements
        yield "Weights", self.weights
        yield "Buffers", self.buffers
        yield "Cost", self.cost
        yield "Reads", self.field

    def record(self) -> Plain:
        return asdict(self)


def _code(line: str) -> Item:
    return Item(line, code=True)


def _told(setting: Setting) -> str:
    default = setting.default if setting.default == "required" else f"default {setting.default}"
    return f"{setting.name}: {setting.accepts}; {default}"


@dataclass(frozen=True)
class OperationList(Result):
    """All operations with the first line of their documentation; prints by family."""

    families: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

    def document(self) -> Document:
        return tuple(Chapter(family, (self._grid(lines),), close=True) for family, lines in self.families)

    def _grid(self, lines: tuple[tuple[str, str], ...]) -> Grid:
        return Grid((Head("operation"), Head("doc")), tuple(map(GridRow, lines)), bare=True)

    def table(self) -> Grid:
        """A row for each operation."""
        heads = tuple(map(Head, ("family", "operation", "doc")))
        return Grid(heads, tuple(GridRow((family, *line)) for family, lines in self.families for line in lines))

    def record(self) -> Plain:
        return {family: dict(lines) for family, lines in self.families}


def reference(name: str, cls: type[Op]) -> Reference:
    """The reference of an operation."""
    op, inputs, example = _symbolic(cls)
    outputs = op.outputs(*inputs)
    named = _named_sizes(outputs)
    return Reference(
        name=name,
        doc=inspect.cleandoc(cls.__doc__ or ""),
        settings=[_setting(cls, key, kind) for key, kind in cls.kinds().items()],
        example=example,
        inputs=[dim.show(shape) for shape in inputs],
        outputs=[dim.show(named.get(size, size) for size in shape) for shape in outputs],
        where=[f"{symbol} = {dim.text(size)}" for size, symbol in named.items()],
        requirements=_requirements(op, inputs),
        weights=[f"{key or '(the path itself)'}: {dim.show(s)}" for key, s in op.weights(*inputs).items()],
        buffers=[f"{key}: {dim.show(s)}" for key, s in op.buffers(*inputs).items()],
        cost=_cost(op.cost(*inputs), named),
        field=_axes(op.fields(*inputs)[0], inputs),
    )


def _setting(cls: type[Op], name: str, kind: Kind) -> Setting:
    default = "required" if name in cls.required() else _plain(cls.declared[name].default)
    return Setting(name, kind.words(cls.axes), default)


def _plain(value: Any) -> str:
    return {None: "null", True: "true", False: "false"}.get(value, str(value)) if not _number(value) else f"{value:g}"


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _symbolic(cls: type[Op]) -> tuple[Op, tuple[Shape, ...], str]:
    """The operation and its inputs with as many symbols as its methods allow, and the settings that are no symbols."""
    example = cls.examples[0]
    inputs = tuple(_letters(cls, shape, slot) for slot, shape in enumerate(example.inputs))
    free = {name: value for name, kind in cls.kinds().items() if (value := _symbol(name, kind, cls.axes)) is not None}
    given = {k: v for k, v in example.settings.items() if k in cls.required() or k not in free}
    attempts: list[tuple[dict[str, Any], tuple[Shape, ...]]] = [
        ({**{k: v for k, v in given.items() if k in cls.required()}, **free}, inputs),
        ({**given, **{k: v for k, v in free.items() if k in cls.required()}}, inputs),
        (example.settings, inputs),
        (example.settings, _batch_only(example)),
    ]
    for settings, shapes in attempts:
        if (op := _works(cls, settings, shapes)) is not None:
            fixed = {k: v for k, v in settings.items() if k not in free or settings[k] is not free[k]}
            return (
                op,
                shapes,
                ", ".join(f"{k}: {_plain(v) if not isinstance(v, (list, dict)) else v}" for k, v in fixed.items()),
            )
    return cls(**example.settings), example.inputs, "the numbers of an example"


def _works(cls: type[Op], settings: dict[str, Any], inputs: tuple[Shape, ...]) -> Op | None:
    try:
        op = cls(**settings)
        claims = [claim for claim, _ in op.requires(*inputs)]
        if any(claim is False for claim in claims):
            return None
        for fact in (op.outputs, op.weights, op.buffers, op.cost, op.fields):
            fact(*inputs)
    except (ArchcalcError, TypeError, ValueError):
        return None
    return op


def _letters(cls: type[Op], shape: Shape, slot: int) -> Shape:
    """A symbol for each axis of an input, by the operation's own letters or the usual ones."""
    return tuple(map(dim.symbol, axis_letters(cls.letters, slot, len(shape))))


def _batch_only(example: Example) -> tuple[Shape, ...]:
    return tuple((dim.symbol("N"), *shape[1:]) for shape in example.inputs)


def _symbol(name: str, kind: Kind, axes: int) -> Any:
    """A symbol for a setting that is a number, or None."""
    if isinstance(kind, Whole):
        return None if kind.least is None else dim.symbol(name, kind.least)
    if isinstance(kind, Each):
        names = [name] if axes == 1 else [f"{name}[{i}]" for i in range(axes)]
        found = tuple(_symbol(n, kind.item, axes) for n in names)
        return None if None in found else found
    if isinstance(kind, Either):
        return next((s for k in kind.kinds if (s := _symbol(name, k, axes)) is not None), None)
    return None


def _requirements(op: Op, inputs: tuple[Shape, ...]) -> list[str]:
    found = [str(claim) for claim, _ in op.requires(*inputs) if isinstance(claim, Undecided)]
    return list(dict.fromkeys(found))


def _named_sizes(outputs: tuple[Shape, ...]) -> dict[Any, Any]:
    """A name such as H_out for every size of the first output that is more than a symbol or a number."""
    shape = outputs[0] if outputs else ()
    letters = LAYOUTS.get(len(shape), "")
    sizes = {size: letter for size, letter in zip(shape, letters, strict=False) if getattr(size, "args", ())}
    return {size: dim.symbol(f"{letter}_out") for size, letter in sizes.items()}


def _cost(cost: Cost | None, named: dict[Any, Any]) -> list[str]:
    if cost is None:
        return ["unknown"]
    found = list(cost._asdict().items())
    spent = [(name, dim.tidy(v.xreplace(named) if dim.is_symbolic(v) else v)) for name, v in found]
    return [f"{name} = {dim.text(value)}" for name, value in spent if not (type(value) is int and value == 0)] or [
        "none"
    ]


def _axes(field: Field, inputs: tuple[Shape, ...]) -> list[str]:
    """A line for each axis of each input."""
    many = len(inputs) > 1
    return [
        f"{f'input {slot}, ' if many else ''}axis {axis} ({size}): {_reach(reach)}"
        for slot, (reaches, shape) in enumerate(zip(field, inputs, strict=True))
        for axis, (reach, size) in enumerate(zip(reaches, shape, strict=True))
    ]


def _reach(reach: Reach) -> str:
    if reach is WHOLE:
        return "all of it"
    if isinstance(reach, Scattered):
        many = "" if reach.single else "several positions, "
        return f"{many}scattered over output axes {', '.join(map(str, reach.axes))}"
    if isinstance(reach, Window):
        i = "i" if str(reach.stride) == "1" else f"{dim.text(reach.stride)}*i"
        first, last = (
            i if str(v) == "0" else f"{i} + {dim.text(v)}".replace("+ -", "- ") for v in (reach.first, reach.last)
        )
        places = first if first == last else f"{first} ... {last}"
        return f"{places} for position i of output axis {reach.axis}"
    return "cannot be told"


def known(name: str) -> Reference:
    """The reference of one of our operations; raises Refused for an unknown name."""
    from archcalc.ops import OPS

    if name not in OPS:
        raise Refused(f"there is no operation {name!r}", nearest(name, OPS))
    return reference(name, OPS[name])


def listed() -> OperationList:
    """The operations by family."""
    from archcalc.ops import FAMILIES, OPS

    lines = {family: [(name, _first(OPS[name].__doc__)) for name in names] for family, names in FAMILIES.items()}
    return OperationList(tuple((family, tuple(operations)) for family, operations in lines.items()))


def _first(doc: str | None) -> str:
    return (doc or "").strip().splitlines()[0]


def page() -> str:
    """The page of all operations, by family."""
    from archcalc.ops import FAMILIES, OPS

    parts = [PREFACE]
    for family, names in FAMILIES.items():
        chapters = [written(reference(name, OPS[name]).document(), level=3).rstrip("\n") for name in names]
        parts += [f"## {family}", _doc(family), *chapters]
    return "\n\n".join(parts) + "\n"


def _doc(family: str) -> str:
    """What a family's module says about itself."""
    return inspect.cleandoc(import_module(f"archcalc.ops.{family}").__doc__ or "")

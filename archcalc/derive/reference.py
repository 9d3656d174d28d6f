"""The reference of an operation, generated from its declaration: its methods run on symbols.

Nothing about an operation is written twice: the settings are its fields, its methods give the formulas for symbols, and
the requirements are the claims that stay open.
"""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

from archcalc import dim
from archcalc.algebra.claim import Undecided
from archcalc.dim import Shape
from archcalc.errors import ArchcalcError, Refused, require
from archcalc.network import LAYOUTS, axis_letters
from archcalc.op import REQUIRED, WHOLE, Before, Cost, Field, Op, Piece, Reach, Scattered, Window
from archcalc.ops import FAMILIES, OPS
from archcalc.render import words
from archcalc.render.document import Chapter, Document, Grid, GridRow, Head, Item, Items, Paragraph, Title
from archcalc.render.markdown import written
from archcalc.render.result import Plain, Result
from archcalc.setting import Each, Either, Kind, Whole

PREFACE = """# Operations

Generated from the declarations of the operations by `pytest tests/docs --overwrite`; `archcalc ops NAME` prints one of
them. Names and settings are PyTorch's if PyTorch has the operation. Sizes that follow from the input, such as
`in_channels`, are never given. The first setting may be given without its name: `{Linear: 10}` is
`{Linear: {out_features: 10}}`.

The operation's own methods, run on symbols, give the formulas: N is the batch, C the channels, H and W the height and
width, L a length, D a depth. [Counting](counting.md) describes costs and receptive fields."""


@dataclass(frozen=True)
class Setting:
    """One setting: its name, what it accepts, and its default or `required`."""

    name: str
    accepts: str
    default: str

    def __str__(self) -> str:
        default = self.default if self.default == "required" else f"default {self.default}"
        return f"{self.name}: {self.accepts}; {default}"


@dataclass(frozen=True)
class Reference(Result):
    """The reference of an operation; prints as text."""

    name: str
    doc: str
    settings: list[Setting]
    example: str
    """The settings that the formulas are for; empty if all of them are symbols."""
    inputs: list[str]
    outputs: list[str]
    where: list[str]
    """The formulas of the output's sizes; the cost refers to them by name."""
    requirements: list[str]
    weights: list[str]
    buffers: list[str]
    cost: list[str]
    field: list[str]

    def document(self) -> Document:
        lists = ((head, tuple(Item(line, code=True) for line in lines)) for head, lines in self._sections())
        chapters = (Chapter(head, (Items(items),)) for head, items in lists if items)
        return Title(self.name), Paragraph(self.doc), *chapters

    def _sections(self) -> Iterator[tuple[str, list[str]]]:
        """The headed lists."""
        yield "Settings", list(map(str, self.settings))
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


@dataclass(frozen=True)
class OperationList(Result):
    """All operations with the first line of their documentation; prints by family."""

    families: dict[str, dict[str, str]]

    def document(self) -> Document:
        heads = (Head("operation"), Head("doc"))
        grids = {
            name: Grid(heads, tuple(map(GridRow, docs.items())), bare=True) for name, docs in self.families.items()
        }
        return tuple(Chapter(name, (grid,), close=True) for name, grid in grids.items())

    def table(self) -> Grid:
        """A row for each operation."""
        heads = tuple(map(Head, ("family", "operation", "doc")))
        return Grid(heads, tuple(GridRow((name, *row)) for name, docs in self.families.items() for row in docs.items()))

    def record(self) -> Plain:
        return self.families

    def to_json(self) -> Plain:
        """The operations by family; every key is a family."""
        return self.record()


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
    usual = cls.declared[name].default
    default = f"{usual:g}" if isinstance(usual, float) else words.value(usual)
    return Setting(name, kind.words(cls.axes), "required" if usual is REQUIRED else default)


def _symbolic(cls: type[Op]) -> tuple[Op, tuple[Shape, ...], str]:
    """The operation and its inputs with as many symbols as its methods allow, and the settings that are not symbols."""
    example, required = cls.examples[0], cls.required()
    inputs = tuple(
        tuple(map(dim.symbol, axis_letters(cls.letters, slot, len(shape)))) for slot, shape in enumerate(example.inputs)
    )
    symbols = {name: _symbol(name, kind, cls.axes) for name, kind in cls.kinds().items()}
    free = {name: symbol for name, symbol in symbols.items() if symbol is not None}
    given = {name: value for name, value in example.settings.items() if name in required or name not in free}
    attempts: list[dict[str, Any]] = [
        {name: value for name, value in given.items() if name in required} | free,
        given | {name: value for name, value in free.items() if name in required},
        example.settings,
    ]
    for settings in attempts:
        if (op := _works(cls, settings, inputs)) is not None:
            fixed = {name: value for name, value in settings.items() if name not in free or value is not free[name]}
            return op, inputs, words.pairs(fixed)
    return cls(**example.settings), example.inputs, "the numbers of an example"


def _works(cls: type[Op], settings: dict[str, Any], inputs: tuple[Shape, ...]) -> Op | None:
    try:
        op = cls(**settings)
        if any(claim is False for claim, _ in op.requires(*inputs)):
            return None
        for fact in (op.outputs, op.weights, op.buffers, op.cost, op.fields):
            fact(*inputs)
    except ArchcalcError:  # a method that needs numbers
        return None
    return op


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
    sizes = dict(zip(shape, LAYOUTS.get(len(shape), ""), strict=False))
    return {size: dim.symbol(f"{letter}_out") for size, letter in sizes.items() if getattr(size, "args", ())}


def _cost(cost: Cost | None, named: dict[Any, Any]) -> list[str]:
    if cost is None:
        return ["unknown"]
    spent = {k: dim.tidy(v.xreplace(named) if dim.is_symbolic(v) else v) for k, v in cost._asdict().items()}
    return [f"{name} = {dim.text(value)}" for name, value in spent.items() if value != 0] or ["none"]


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
    if isinstance(reach, Before):
        return f"0 ... i for position i of output axis {reach.axis}"
    if isinstance(reach, Piece):
        start = "" if reach.start == 0 else f"{dim.text(reach.start)} + "
        return f"i for position {start}i of output axis {reach.axis}"
    if isinstance(reach, Window):
        i = "i" if str(reach.stride) == "1" else f"{dim.text(reach.stride)}*i"
        ends = [f"{i} + {dim.text(end)}".replace("+ -", "- ") for end in (reach.first, reach.last)]
        first, last = (end.removesuffix(" + 0") for end in ends)
        places = first if first == last else f"{first} ... {last}"
        return f"{places} for position i of output axis {reach.axis}"
    return "unknown"


def known(name: str, operations: Mapping[str, type[Op]] = OPS) -> Reference:
    """The reference of an operation; raises Refused for an unknown name, or if the class has no example."""
    require("operation", name, operations)
    if not operations[name].examples:
        line = f"examples = (example((1, 3, 8, 8)),) in the class {operations[name].__name__}"
        hint = f"such as {line}, after from archcalc.op import example"
        raise Refused(f"the reference of {name} needs an example", hint)
    return reference(name, operations[name])


def listed(operations: Mapping[str, type[Op]] = OPS) -> OperationList:
    """The operations by family; that of a user's operation is its module."""
    families = {family: list(names) for family, names in FAMILIES.items()}
    for name in (name for name in operations if name not in OPS):
        families.setdefault(operations[name].__module__, []).append(name)
    docs = {name: inspect.cleandoc(op.__doc__ or "").partition("\n")[0] for name, op in operations.items()}
    return OperationList({family: {name: docs[name] for name in names} for family, names in families.items()})


def page() -> str:
    """The page of all operations, by family."""
    parts = [PREFACE]
    for family, names in FAMILIES.items():
        doc = inspect.cleandoc(import_module(f"archcalc.ops.{family}").__doc__ or "")
        chapters = [written(reference(name, OPS[name]).document(), level=3).rstrip("\n") for name in names]
        parts += [f"## {family}", doc, *chapters]
    return "\n\n".join(parts) + "\n"

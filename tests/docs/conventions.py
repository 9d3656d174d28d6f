"""The tables of conventions in `docs/counting.md`, made from the rules themselves."""

from collections.abc import Iterable, Sequence

from archcalc.convention import CONVENTIONS
from archcalc.convention.kinds import KINDS

BEGIN, END = "<!-- made from the rules -->", "<!-- end of what is made -->"


def inserted(document: str) -> str:
    """A document with the current tables between its two marks."""
    head, _, rest = document.partition(BEGIN)
    return f"{head}{BEGIN}\n\n{section()}\n\n{END}{rest.partition(END)[2]}"


def section() -> str:
    """The conventions, and the number that each gives for each kind of operation."""
    names = [(f"`{c.name}`", c.unit, c.doc + f". **As-is**: {c.as_is}" * bool(c.as_is)) for c in CONVENTIONS.values()]
    ruled = [c for c in CONVENTIONS.values() if c.modules]
    counted = {kind for c in ruled for kind in c.modules}
    rules = [
        (what, *(c.modules[kind].words if kind in c.modules else "" for c in ruled))
        for kind, what in KINDS.items()
        if kind in counted
    ]
    nothing = [what for kind, what in KINDS.items() if kind not in counted]
    return "\n\n".join(
        [
            _table(("`--convention`", "unit", "what it counts"), names),
            LETTERS,
            _table(("operation", *(c.name for c in ruled)), rules),
            f"None of them counts: {'; '.join(nothing)}.",
        ]
    )


LETTERS = """M are the multiply-accumulates, b the additions of a bias, i and o the elements of input and output, p the
parameters, N the first axis of the output, k the positions of a window or kernel, g the groups, f the length of a row,
u the units of a recurrent layer times the steps. An empty cell means that the operation is not counted, and
? that its number is unknown."""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |".replace("  ", " ") for cells in lines)

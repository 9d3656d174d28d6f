"""The tables of conventions in `docs/counting.md`, made from the rules themselves."""

from collections.abc import Iterable, Sequence

from archcalc.convention import CONVENTIONS, Convention
from archcalc.convention.kinds import KINDS

BEGIN, END = "<!-- made from the rules -->", "<!-- end of what is made -->"


def inserted(document: str) -> str:
    """A document with the tables as they are now between its two marks."""
    head, _, rest = document.partition(BEGIN)
    return f"{head}{BEGIN}\n\n{section()}\n\n{END}{rest.partition(END)[2]}"


def section() -> str:
    """What each convention counts, and of what kinds of operations how much."""
    names = [(f"`{c.name}`", c.unit, _means(c)) for c in CONVENTIONS.values()]
    ruled = [c for c in CONVENTIONS.values() if c.modules]
    counted = {kind for c in ruled for kind in c.modules}
    rules = [(what, *(_rule(c, kind) for c in ruled)) for kind, what in KINDS.items() if kind in counted]
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
u the units of a recurrent layer times the steps. Nothing stands where nothing is counted."""


def _means(convention: Convention) -> str:
    return convention.doc + (f". **As-is**: {convention.as_is}" if convention.as_is else "")


def _rule(convention: Convention, kind: str) -> str:
    return convention.modules[kind].words if kind in convention.modules else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |".replace("  ", " ") for cells in lines)

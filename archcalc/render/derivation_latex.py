"""A derivation in LaTeX: headings, the formulas aligned at their equals signs, tables."""

from collections.abc import Iterable, Iterator

from archcalc.derive.derivation import Derivation, Section, Step, Table
from archcalc.render import derivations
from archcalc.render.derivations import COLUMNS, cells, operation, table_title
from archcalc.render.formulas import Latex, escaped
from archcalc.render.words import visible

_WRITER = Latex()


def latex(derivation: Derivation) -> str:
    r"""All sections under headings; needs `\usepackage{amsmath, booktabs, longtable}`."""
    parts = [rf"\subsection*{{{escaped(derivations.title(derivation))}}}"]
    parts += [escaped(note) for note in derivations.heading(derivation)]
    parts += _aligned(derivation.inputs)
    for section in derivation.sections:
        parts += [rf"\subsubsection*{{{section.title}}}", *_section(section)]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield from map(escaped, derivations.rule(section))
    yield from (escaped(visible(note)) for note in section.notes)
    yield from _aligned(section.steps)
    for table in section.tables:
        yield f"{escaped(table_title(table))}:"
        yield "\n".join(_table(table))


def _aligned(steps: Iterable[Step]) -> list[str]:
    lines = [line for step in steps for line in _equations(step)]
    return ["\n".join([r"\begin{align*}", " \\\\\n".join(lines), r"\end{align*}"])] if lines else []


def _equations(step: Step) -> Iterator[str]:
    head = _left(step.name)
    for i, form in enumerate(derivations.forms(step, _WRITER)):
        yield f"  {head if i == 0 else ''} &= {form}"


def _left(name: str) -> str:
    """The left side of an equation: a symbol such as H_out, or words."""
    base, _, index = name.partition("_out")
    return _WRITER.name(name) if base != name and not index else rf"\text{{{escaped(visible(name))}}}"


def _table(table: Table) -> Iterator[str]:
    yield r"\begin{longtable}{llrrrrl}"
    yield r"  \toprule"
    yield f"  {' & '.join(COLUMNS)} \\\\"
    yield r"  \midrule"
    for row in table.rows:
        sums = [f"${text}$" if text else "" for text in cells(row, _WRITER)]
        entries = [escaped(visible(row.path)), escaped(operation(row)), *sums, escaped(visible(row.note))]
        # Braces, because a row that begins with [ or * would be an option of the \\ before it.
        yield f"  {{}}{' & '.join(entries)} \\\\"
    yield r"  \bottomrule"
    yield r"\end{longtable}"

"""`archcalc ops`."""

import click

from archcalc.cli.common import write


@click.command()
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """List the operations by family, or show one with its settings, formulas, requirements and cost.

    All of it is made from the operation's declaration, its methods run on symbols.
    """
    from archcalc.errors import Refused, nearest
    from archcalc.ops import FAMILIES, OPS

    if name is None:
        write("\n".join(_family(family, names) for family, names in FAMILIES.items()), None)
        return
    if name not in OPS:
        raise Refused(f"there is no operation {name!r}", nearest(name, OPS))
    from archcalc.render.reference import reference, text

    write(text(reference(name, OPS[name])), None)


def _family(family: str, names: list[str]) -> str:
    from archcalc.ops import OPS

    docs = [(name, (OPS[name].__doc__ or "").strip().splitlines()[0]) for name in names]
    return "\n".join([family, *(f"  {name:<26}{doc}" for name, doc in docs)])

"""Accuracies as publications print them: no analysis computes them, but they matter when choosing an architecture."""

from functools import cache
from typing import NamedTuple

from archcalc.errors import Refused
from archcalc.language.find import tables
from archcalc.language.loaded import Loaded, configured, open_spec
from archcalc.language.value import Value
from archcalc.verifying.document import read_table
from archcalc.verifying.printed import Printed, read

TOP_1 = "top-1 accuracy"
"""The name under which table documents print the accuracy on ImageNet, in percent."""


class Accuracy(NamedTuple):
    """A published accuracy and where it is printed."""

    top_1: Printed
    where: str


def accuracy(model: Loaded) -> Accuracy | None:
    """The top-1 accuracy that a shipped table prints for a network under these settings; any batch will do."""
    any_batch = {"N": None}
    for name, config, found in _all():
        if name == model.name:
            spec, variant = open_spec(name)
            wanted = configured(spec, variant, config) | any_batch
            if spec.file == model.file and wanted == {**model.config, **any_batch}:
                return found
    return None


@cache
def _all() -> list[tuple[str, dict[str, Value], Accuracy]]:
    return [
        (row.spec, row.config, Accuracy(_percent(row.other[TOP_1]), f"{table.title}, {table.where}"))
        for table in map(read_table, tables())
        for row in table.rows
        if row.spec and row.layers is None and TOP_1 in row.other
    ]


def _percent(text: str) -> Printed:
    found = read(text)
    if found.unit != "percent":
        raise Refused(f"the {TOP_1} is not in percent but {text}")
    return found

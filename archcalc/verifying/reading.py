"""Readings: the ways in which a publication may have counted a number.

A reading lists its departures from the default: another counting convention, tags that it leaves out or also counts,
the meaning of K, another input size, another of the choices that a spec declares. The plain reading has no departures.
Of two readings that give the same number, the one with fewer departures is better.
"""

import itertools
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from archcalc.convention import CONVENTIONS
from archcalc.dim import say
from archcalc.errors import Refused, require
from archcalc.language.value import Value

if TYPE_CHECKING:
    from archcalc.verifying.subject import Subject


class Tag(StrEnum):
    """A tag of arrays and layers, in the words of a reading."""

    BIAS = "biases"
    NORM = "normalisation"
    CLASSIFIER = "the classifier"
    EMBEDDING = "embeddings"
    ARRAY = "tokens and position tables"
    AUXILIARY = "auxiliary heads"
    BUFFER = "buffers"
    SHARED = "shared weights each time"
    FROZEN = "frozen weights"


HELD = ("parameters", "size")
"""The facts that sum over arrays."""
WORK = tuple(CONVENTIONS)
"""The facts that sum the work of layers."""
SIZED = (*WORK, "activations", "memory", "receptive_field")
"""The facts that depend on the input size."""
SIZES = (224, 227, 299, 256, 192, 160, 128, 32)
"""Common image sizes."""


class Reading(NamedTuple):
    """A way to count."""

    convention: str = ""
    """The convention of work; empty: the one that names the fact."""
    without: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    kilo: int = 1000
    config: tuple[tuple[str, Value], ...] = ()

    @property
    def departures(self) -> int:
        """The number of ways in which it differs from the plain one."""
        sizes = {name for name, _ in self.config}
        settings = len(sizes - {"H", "W"}) + bool(sizes & {"H", "W"})
        return bool(self.convention) + len(self.without) + len(self.also) + (self.kilo != 1000) + settings

    def __str__(self) -> str:
        parts = [f"counts {CONVENTIONS[self.convention].label}"] if self.convention else []
        parts += [f"without {what}" for what in self.without] + [f"with {what}" for what in self.also]
        parts += [f"K = {self.kilo}"] if self.kilo != 1000 else []
        parts += [f"{name} = {say(value)}" for name, value in self.config]
        return ", ".join(parts) or "plain counting"

    def plus(self, other: "Reading") -> "Reading | None":
        """Both readings at once; None if their departures exclude each other."""
        if (self.convention and other.convention) or (self.kilo != 1000 and other.kilo != 1000):
            return None
        names = {name for name, _ in self.config} & {name for name, _ in other.config}
        if names or set(self.without) & set(other.without) or set(self.also) & set(other.also):
            return None
        return Reading(
            self.convention or other.convention,
            tuple(sorted({*self.without, *other.without})),
            tuple(sorted({*self.also, *other.also})),
            max(self.kilo, other.kilo),
            tuple(sorted({*self.config, *other.config})),
        )


PLAIN = Reading()
_LEFT_OUT = {
    "biases": Tag.BIAS,
    "norm": Tag.NORM,
    "classifier": Tag.CLASSIFIER,
    "embeddings": Tag.EMBEDDING,
    "tables": Tag.ARRAY,
    "auxiliary": Tag.AUXILIARY,
    "frozen": Tag.FROZEN,
}
NAMES = {
    **{f"without {name}": Reading(without=(tag,)) for name, tag in _LEFT_OUT.items()},
    **{f"with {name}": Reading(also=(tag,)) for name, tag in (("buffers", Tag.BUFFER), ("shared", Tag.SHARED))},
    "1024": Reading(kilo=1024),
    **{name: Reading(convention=name) for name in CONVENTIONS},
}
"""The single departures that a document may declare, by name."""


def declared(texts: Iterable[str]) -> Reading:
    """The reading that some names declare together; raises Refused for an unknown or impossible one."""
    found = PLAIN
    for text in texts:
        require("reading", text, NAMES)
        both = found.plus(NAMES[text])
        if both is None:
            raise Refused(f"the reading {text!r} cannot be joined with the others")
        found = both
    return found


def _single(subject: "Subject", fact: str, remade: bool) -> Iterator[Reading]:
    """The single departures that a number of this fact may have, the likeliest first.

    Without `remade`, only those that do not reload the network.
    """
    if fact in HELD:
        yield from (reading for reading in NAMES.values() if not reading.convention)
    elif fact in WORK:
        yield from _conventions(fact, of_tools=False)
        yield from (NAMES[n] for n in ("without classifier", "without auxiliary", "1024"))
    if not remade:
        return
    config, spec = subject.config, subject.spec
    if fact in SIZED:
        if {"H", "W"} <= config.keys():
            usual = (config["H"], config["W"])
            yield from (Reading(config=(("H", n), ("W", n))) for n in SIZES if (n, n) != usual)
        # A batch of 2 doubles the multiply-accumulates, which looks the same as FLOPs.
        if fact not in ("macs", "receptive_field") and config.get("N") == 1:
            yield Reading(config=(("N", 2),))
    for name, setting in spec.config.items():
        yield from (Reading(config=((name, choice),)) for choice in setting.choices or () if choice != config[name])


def _conventions(fact: str, of_tools: bool) -> Iterator[Reading]:
    """Other conventions of work: ours, or those of counting tools, which only many digits tell apart."""
    for convention in CONVENTIONS.values() if fact in WORK else ():
        if convention.name != fact and convention.is_of_tool == of_tools:
            yield Reading(convention=convention.name)


def readings(subject: "Subject", fact: str, most: int, remade: bool = True, tools: bool = False) -> Iterator[Reading]:
    """The readings with at most `most` departures, the simplest first; only the first of those that give one number."""
    alone = [*_single(subject, fact, remade), *(_conventions(fact, of_tools=True) if tools else ())]
    seen = {(subject.value(fact), 1000)}
    for number in range(1, most + 1):
        for parts in itertools.combinations(alone, number):
            joined: Reading | None = PLAIN
            for reading in parts:
                joined = None if joined is None else joined.plus(reading)
            if joined is None:
                continue
            value = subject.value(fact, joined)
            if value is not None and (value, joined.kilo) not in seen:
                seen.add((value, joined.kilo))
                yield joined

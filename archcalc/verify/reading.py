"""Readings: the ways in which a published number may have been counted.

A reading says how it departs from the plain one: another convention of work, what is left out, what is counted too,
what K stands for, another size of the input, another of the variants that a spec declares. The plain reading departs in
nothing; of two that give a number the one with fewer departures is the better.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from archcalc.convention import CONVENTIONS
from archcalc.dim import say
from archcalc.errors import ArchcalcError, Refused, nearest
from archcalc.verify.subject import (
    ARRAY,
    AUXILIARY,
    BIAS,
    BUFFER,
    CLASSIFIER,
    EMBEDDING,
    FROZEN,
    NORM,
    SHARED,
    Subject,
    Tally,
)

HELD = ("parameters", "size")
"""The facts that are sums over arrays."""
WORK = tuple(CONVENTIONS)
"""The facts that are sums over what layers do."""
SIZED = (*WORK, "activations", "memory", "receptive_field")
"""The facts that follow the size of the input."""
SIZES = (224, 227, 299, 256, 192, 160, 128, 32)
"""The usual sizes of an image."""


class Reading(NamedTuple):
    """A way to count."""

    convention: str = ""
    """Of work; empty: the one that the fact is named by."""
    without: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    kilo: int = 1000
    config: tuple[tuple[str, Any], ...] = ()

    @property
    def departures(self) -> int:
        """In how many ways it is not the plain one."""
        sizes = {name for name, _ in self.config}
        settings = len(sizes - {"H", "W"}) + bool(sizes & {"H", "W"})
        return bool(self.convention) + len(self.without) + len(self.also) + (self.kilo != 1000) + settings

    def __str__(self) -> str:
        parts = [f"counts {CONVENTIONS[self.convention].label}"] if self.convention else []
        parts += [f"without {what}" for what in self.without] + [f"with {what}" for what in self.also]
        parts += [f"K = {self.kilo}"] if self.kilo != 1000 else []
        parts += [f"{name} = {say(value)}" for name, value in self.config]
        return ", ".join(parts) or "as it stands"

    def plus(self, other: "Reading") -> "Reading | None":
        """Both departures at once; None where they are of one kind that excludes each other."""
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
NAMES: dict[str, Reading] = {
    "without biases": Reading(without=(BIAS,)),
    "without norm": Reading(without=(NORM,)),
    "without classifier": Reading(without=(CLASSIFIER,)),
    "without embeddings": Reading(without=(EMBEDDING,)),
    "without tables": Reading(without=(ARRAY,)),
    "without auxiliary": Reading(without=(AUXILIARY,)),
    "without frozen": Reading(without=(FROZEN,)),
    "with buffers": Reading(also=(BUFFER,)),
    "with shared": Reading(also=(SHARED,)),
    "1024": Reading(kilo=1024),
} | {name: Reading(convention=name) for name in CONVENTIONS}
"""The single departures that a document may declare, by the words that it uses."""


def declared(texts: Iterable[str]) -> Reading:
    """The reading that some words declare together; raises Refused for an unknown or impossible one."""
    found = PLAIN
    for text in texts:
        if text not in NAMES:
            raise Refused(f"there is no reading {text!r}", nearest(text, NAMES))
        both = found.plus(NAMES[text])
        if both is None:
            raise Refused(f"the reading {text!r} cannot be joined with the others")
        found = both
    return found


class Counted(NamedTuple):
    """How facts of one subject are counted under readings; loads the network again where a reading changes it."""

    subject: Subject
    again: Callable[[dict[str, Any]], Subject]
    """The same part of the network with some config entries changed; raises ArchcalcError."""

    def value(self, fact: str, reading: Reading = PLAIN) -> Any:
        """A fact under a reading; None where it is not known or the network cannot be so."""
        try:
            subject = self.again(dict(reading.config)) if reading.config else self.subject
        except ArchcalcError:
            return None
        if fact in HELD:
            return _held(subject, fact, reading)
        if fact in WORK:
            return _done(subject, reading.convention or fact, reading)
        return subject.fact(fact)


def _held(subject: Subject, fact: str, reading: Reading) -> int:
    without = {BUFFER, SHARED, *reading.without} - set(reading.also)
    return _left(subject.held, without) * (4 if fact == "size" else 1)


def _done(subject: Subject, convention: str, reading: Reading) -> int | None:
    done = subject.done(CONVENTIONS[convention])
    return None if done is None else _left(done, set(reading.without))


def _left(tally: Tally, without: set[str]) -> int:
    return sum(number for tags, number in tally.items() if not tags & without)


def single(counted: Counted, fact: str, remade: bool = True) -> Iterator[Reading]:
    """The departures of one kind each that a number of this fact may have, the likeliest first.

    Without `remade` only those for which the network need not be made again.
    """
    if fact in HELD:
        yield from (NAMES[n] for n in NAMES if NAMES[n].without or NAMES[n].also or NAMES[n].kilo != 1000)
    elif fact in WORK:
        yield from (Reading(convention=c.name) for c in CONVENTIONS.values() if c.name != fact and not c.is_of_tool)
        yield from (NAMES[n] for n in ("without classifier", "without auxiliary", "1024"))
    if not remade:
        return
    config, spec = counted.subject.config, counted.subject.spec
    if fact in SIZED:
        if {"H", "W"} <= config.keys():
            usual = (config["H"], config["W"])
            yield from (Reading(config=(("H", n), ("W", n))) for n in SIZES if (n, n) != usual)
        # Twice the multiply-accumulates are FLOPs, so that a batch could not be told from them.
        if fact not in ("macs", "receptive_field") and config.get("N") == 1:
            yield Reading(config=(("N", 2),))
    for name, setting in spec.config.items():
        for choice in setting.choices or ():
            if choice != config[name]:
                yield Reading(config=((name, choice),))


def of_tools(fact: str) -> Iterator[Reading]:
    """The conventions of counting tools, which lie so close together that only many digits tell them apart."""
    if fact in WORK:
        yield from (Reading(convention=c.name) for c in CONVENTIONS.values() if c.name != fact and c.is_of_tool)


def readings(counted: Counted, fact: str, most: int, remade: bool = True, tools: bool = False) -> Iterator[Reading]:
    """The readings with at most so many departures, the simplest first; two that count the same are given once."""
    alone = [*single(counted, fact, remade), *(of_tools(fact) if tools else ())]
    seen = {(counted.value(fact), 1000)}
    for number in range(1, most + 1):
        for parts in itertools.combinations(alone, number):
            joined: Reading | None = PLAIN
            for reading in parts:
                joined = None if joined is None else joined.plus(reading)
            if joined is None:
                continue
            value = counted.value(fact, joined)
            if value is not None and (value, joined.kilo) not in seen:
                seen.add((value, joined.kilo))
                yield joined

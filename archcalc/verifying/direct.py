"""Facts with only one reading, compared directly: shapes, kernel windows, sums."""

from fractions import Fraction
from typing import NamedTuple

from archcalc.errors import Refused
from archcalc.render.words import count_of
from archcalc.verifying.printed import Printed, Sizes, known_to
from archcalc.verifying.subject import Amount, Subject

Computed = Amount | tuple[int, ...]
"""A computed number, or sizes."""


class Direct(NamedTuple):
    """A computed fact, such as a shape or a sum, that either equals the printed one or does not."""

    computed: Computed
    agrees: bool
    reason: str = ""
    """A remark for the verdict."""


def shape(printed: Sizes, subject: Subject) -> Direct:
    """A shape without the batch, of an output or of its spatial axes; channels may be first, last or left out."""

    def equal(shape: tuple[int, ...]) -> bool:
        channels_last = (*shape[1:], *shape[:1])
        squeezed = tuple(n for n in channels_last if n != 1)
        return printed.sizes in (shape, channels_last, shape[1:], squeezed)

    shapes = [tuple(shape[1:]) for shape in subject.part.shapes()]
    found = next(filter(equal, shapes), shapes[0])
    return Direct(found, equal(found))


def kernel(printed: Sizes, subject: Subject) -> Direct:
    """The window of a layer, 7x7, or 7x7/2 with the stride if one is printed or if it is not 1.

    A single size counts for all axes. Raises Refused if no layer has a window or several have different ones.
    """
    part = subject.part
    settings = [layer.op.settings() for layer in part.layers]
    windows = {(s["kernel_size"], s.get("stride") or s["kernel_size"]) for s in settings if "kernel_size" in s}
    if len(windows) != 1:
        several = f"{len(windows)} different kernels" if windows else "no kernel"
        raise Refused(f"{part.path or part.summary.name} has {several}", "name one layer with `layers`")
    ((window, stride),) = windows
    agrees = _same(printed.sizes, window) and (not printed.stride or _same(printed.stride, stride))
    short = stride[:1] if len(set(stride)) == 1 else stride
    shown = (window, short) if printed.stride or set(stride) != {1} else (window,)
    return Direct("/".join("x".join(map(str, sizes)) for sizes in shown), agrees)


def _same(printed: tuple[int, ...], sizes: tuple[int, ...]) -> bool:
    return sizes == (printed * len(sizes) if len(printed) == 1 else printed)


def printed_sum(printed: Printed, parts: list[Printed]) -> Direct:
    """The sum of printed numbers, each of which may be off by half of its last digit, as the printed sum may be."""
    computed = sum((part.value for part in parts), Fraction(0))
    slack = sum((part.slack for part in parts), printed.slack)
    reason = ", ".join(filter(None, (f"of {count_of(len(parts), 'number')} above", known_to(slack))))
    return Direct(computed, abs(computed - printed.value) <= slack, reason)

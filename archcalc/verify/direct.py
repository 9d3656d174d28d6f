"""Facts with only one way to count them, compared directly: shapes, kernel windows, sums."""

from fractions import Fraction
from typing import Protocol

from archcalc.errors import Refused
from archcalc.verify.printed import Printed, Sizes, known_to
from archcalc.verify.reading import Counted
from archcalc.verify.subject import Amount

Computed = Amount | tuple[int, ...]
"""A computed number, or sizes."""


class Direct(Protocol):
    """A computed fact, such as a shape or a sum, that either equals the printed one or does not."""

    reason: str
    """What the verdict says about the comparison."""

    @property
    def computed(self) -> Computed:
        """The computed side: sizes, a number or a string."""

    def agrees(self) -> bool:
        """Whether it is what is printed."""


class Shape:
    """A printed shape beside the computed one: sizes in the order of the paper, channels first or last."""

    reason = ""

    def __init__(self, printed: Sizes, counted: Counted):
        self.printed = printed
        shapes = [tuple(shape[1:]) for shape in counted.subject.part.shapes()]
        self.computed = next(filter(self._is, shapes), shapes[0])

    def agrees(self) -> bool:
        """Whether the sizes are those of an output without the batch, or those of its places alone."""
        return self._is(self.computed)

    def _is(self, shape: tuple[int, ...]) -> bool:
        channels_last = (*shape[1:], *shape[:1])
        squeezed = tuple(n for n in channels_last if n != 1)
        return self.printed.sizes in (shape, channels_last, shape[1:], squeezed)


class Kernel:
    """A printed window beside that of a layer: 7x7, or 7x7/2 with the stride.

    Raises Refused where no layer has a window or several have different ones.
    """

    reason = ""

    def __init__(self, printed: Sizes, counted: Counted):
        self.printed = printed
        part = counted.subject.part
        settings = [layer.op.settings() for layer in part.layers]
        windows = {(s["kernel_size"], s.get("stride") or s["kernel_size"]) for s in settings if "kernel_size" in s}
        if len(windows) != 1:
            several = f"{len(windows)} different kernels" if windows else "no kernel"
            raise Refused(f"{part.path or part.summary.name} has {several}", "name one layer with `layers`")
        ((self.kernel, self.stride),) = windows

    @property
    def computed(self) -> str:
        """The window as it is printed, the stride where it says something."""
        stride = self.stride[:1] if len(set(self.stride)) == 1 else self.stride
        told = self.printed.stride or any(n != 1 for n in stride)
        return _by(self.kernel) + (f"/{_by(stride)}" if told else "")

    def agrees(self) -> bool:
        """Whether kernel and stride are those printed; what is printed once is meant for all axes."""
        return _same(self.printed.sizes, self.kernel) and (
            not self.printed.stride or _same(self.printed.stride, self.stride)
        )


def _same(printed: tuple[int, ...], sizes: tuple[int, ...]) -> bool:
    return sizes == (printed * len(sizes) if len(printed) == 1 else printed)


def _by(sizes: tuple[int, ...]) -> str:
    return "x".join(map(str, sizes))


class PrintedSum:
    """A printed sum beside that of the printed numbers, each of which may be off by half of its last digit."""

    def __init__(self, printed: Printed, parts: list[Printed]):
        self.printed = printed
        self.computed = sum((part.value for part in parts), Fraction(0))
        self.slack = sum((part.slack for part in parts), printed.slack)
        self.reason = ", ".join(filter(None, (f"of {len(parts)} numbers above", known_to(self.slack))))

    def agrees(self) -> bool:
        """Whether the numbers can come from ones that add up to the sum."""
        return abs(self.computed - self.printed.value) <= self.slack

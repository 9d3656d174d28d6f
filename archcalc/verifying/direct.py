"""Facts with only one reading, compared directly: shapes, kernel windows, sums."""

from fractions import Fraction
from typing import Protocol

from archcalc.errors import Refused
from archcalc.verifying.printed import Printed, Sizes, known_to
from archcalc.verifying.reading import Counted
from archcalc.verifying.subject import Amount

Computed = Amount | tuple[int, ...]
"""A computed number, or sizes."""


class Direct(Protocol):
    """A computed fact, such as a shape or a sum, that either equals the printed one or does not."""

    reason: str
    """A remark for the verdict."""

    @property
    def computed(self) -> Computed:
        """The computed side: sizes, a number or a string."""

    def agrees(self) -> bool:
        """Whether it equals the printed fact."""


class Shape:
    """A printed shape and the computed one, without the batch; channels may be first, last or left out."""

    reason = ""

    def __init__(self, printed: Sizes, counted: Counted):
        self.printed = printed
        shapes = [tuple(shape[1:]) for shape in counted.subject.part.shapes()]
        self.computed = next(filter(self._is, shapes), shapes[0])

    def agrees(self) -> bool:
        """Whether the sizes are those of an output, or of its spatial axes."""
        return self._is(self.computed)

    def _is(self, shape: tuple[int, ...]) -> bool:
        channels_last = (*shape[1:], *shape[:1])
        squeezed = tuple(n for n in channels_last if n != 1)
        return self.printed.sizes in (shape, channels_last, shape[1:], squeezed)


class Kernel:
    """A printed window and that of a layer: 7x7, or 7x7/2 with the stride.

    Raises Refused if no layer has a window or several have different ones.
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
        """The window in the notation of papers, with a stride if one is printed or if it is not 1."""
        stride = self.stride[:1] if len(set(self.stride)) == 1 else self.stride
        strided = self.printed.stride or any(n != 1 for n in stride)
        return "/".join("x".join(map(str, sizes)) for sizes in ((self.kernel, stride) if strided else (self.kernel,)))

    def agrees(self) -> bool:
        """Whether kernel and stride are those printed; a single size counts for all axes."""
        return _same(self.printed.sizes, self.kernel) and (
            not self.printed.stride or _same(self.printed.stride, self.stride)
        )


def _same(printed: tuple[int, ...], sizes: tuple[int, ...]) -> bool:
    return sizes == (printed * len(sizes) if len(printed) == 1 else printed)


class PrintedSum:
    """A printed sum and that of the printed numbers, each of which may be off by half of its last digit."""

    def __init__(self, printed: Printed, parts: list[Printed]):
        self.printed = printed
        self.computed = sum((part.value for part in parts), Fraction(0))
        self.slack = sum((part.slack for part in parts), printed.slack)
        self.reason = ", ".join(filter(None, (f"of {len(parts)} numbers above", known_to(self.slack))))

    def agrees(self) -> bool:
        """Whether numbers that round to the printed ones can have this sum."""
        return abs(self.computed - self.printed.value) <= self.slack

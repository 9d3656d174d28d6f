"""How long closed forms take, beside the same numbers found one by one: ratios of one run.

    python benchmarks/formulas.py

Imports are not counted, SymPy's and our own caches are emptied before each closed form. Medians of several runs.
"""

import statistics
import time
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy
from sympy.core.cache import clear_cache

import archcalc
from archcalc import algebra

POINTS = 1_000_000


def cold() -> None:
    """Empty every cache of symbolic work."""
    clear_cache()
    for module in iter_modules(algebra.__path__, "archcalc.algebra."):
        for value in vars(import_module(module.name)).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def seconds(work: Callable[[], Any], runs: int = 5, before: Callable[[], None] = lambda: None) -> float:
    """The median time of some work."""
    times = []
    for _ in range(runs):
        before()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print a line for each figure."""
    archcalc.load("resnet:18", free=["N"]).formula("macs")  # imports
    numbers = seconds(lambda: archcalc.load("resnet:152").macs)
    print(f"ResNet-152, numbers:                        {numbers * 1e3:8.1f} ms     1")
    for title, free in (
        ("ResNet-152, N, H = 32h, W = 32w, width free", {"N": None, "H": "32*h", "W": "32*w", "width": None}),
        ("ResNet-152, N, H, W and width free", {"N": None, "H": None, "W": None, "width": None}),
    ):
        found = seconds(lambda free=free: archcalc.load("resnet:152", free=free).formula("macs"), before=cold)  # type: ignore[misc]
        print(f"{title + ':':<44}{found * 1e3:8.1f} ms {found / numbers:5.1f}")
    macs = archcalc.load("resnet:50").lambdify("macs", free=["N", "H", "W"])
    random = numpy.random.default_rng(0)
    points = [random.integers(1, 64, POINTS), *random.integers(64, 1024, (2, POINTS))]
    macs(*points)
    compiled = seconds(lambda: macs(*points)) / POINTS
    mobile = archcalc.load("mobilenet_v2").lambdify("macs", free=["width"], assume="defaults")
    widths = random.choice(numpy.arange(35, 141) / 100, POINTS)
    mobile(widths)
    scaled = seconds(lambda: mobile(widths))
    single = seconds(lambda: archcalc.load("resnet:50", N=3, H=320, W=256).macs)
    print(f"{POINTS:,} points of ResNet-50's macs:       {compiled * POINTS * 1e3:8.1f} ms")
    print(f"{POINTS:,} points of MobileNetV2's, in width:{scaled * 1e3:9.1f} ms")
    print(f"a point of ResNet-50's beside a network of its own: 1 to {single / compiled:,.0f}")


if __name__ == "__main__":
    main()

"""How long pictures and pages take, beside deriving all facts of the same network: ratios of one run.

    python benchmarks/pictures.py

Imports are not counted, but the process that lays out is: it starts anew for each picture. Medians of three runs.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import archcalc
from archcalc.picture.graph.diagram import diagram

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "ResNet-152, folded": ("resnet:152", {}),
    "ResNet-152, every copy": ("resnet:152", {"unroll": True, "depth": 9}),
    "DenseNet-201, folded": ("densenet:201", {}),
    "DenseNet-201, unfolded": ("densenet:201", {"depth": 9}),
}
PAGES = ("resnet:152", "densenet:201")


def seconds(work: Callable[[], Any], runs: int = 3) -> float:
    """The median time of some work."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print a line for each figure."""
    diagram(archcalc.load("lenet").summary())  # imports
    archcalc.load("lenet").page()
    for title, (name, options) in CASES.items():
        facts = seconds(lambda name=name: archcalc.load(name).summary())  # type: ignore[misc]
        drawn = seconds(lambda name=name, options=options: diagram(archcalc.load(name).summary(), **options))  # type: ignore[misc]
        print(f"{title + ':':<28}{drawn * 1e3:8.0f} ms {drawn / facts:6.1f}")
    for name in PAGES:
        facts = seconds(lambda name=name: archcalc.load(name).summary())  # type: ignore[misc]
        page = archcalc.load(name).page()
        made = seconds(lambda name=name: archcalc.load(name).page())  # type: ignore[misc]
        print(
            f"{'page of ' + name + ':':<28}{made * 1e3:8.0f} ms {made / facts:6.1f}   {len(page.encode()) / 1e6:.2f} MB"
        )


if __name__ == "__main__":
    main()

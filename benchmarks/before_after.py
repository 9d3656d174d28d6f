"""How fast two checkouts are, as ratios of one run.

    python benchmarks/before_after.py BEFORE AFTER [--rounds 5]

Every measurement is a process of its own; the rounds alternate between the checkouts, so that a busy machine slows both
alike. Printed are medians of CPU seconds. Imports are not counted, except in the start-up.
"""

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

BARE = [sys.executable, "-c", "import click, yaml"]
STARTUP = [sys.executable, "-m", "archcalc", "summary", "vgg16.yaml"]
TIMED = """
import time, statistics
import archcalc
{before}
times = []
for _ in range({runs}):
    {each}
    start = time.process_time()
    {work}
    times.append(time.process_time() - start)
print(statistics.median(times) * {scale})
"""
FORGET = """
import sys
def forget():
    for module in [m for name, m in sys.modules.items() if name.startswith("archcalc.algebra")]:
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    sys.modules["sympy.core.cache"].clear_cache()
model = archcalc.load("resnet:152")
model.freed(["N"]).formula("macs")
"""
"""Empties every cache of symbolic work, of archcalc and of SymPy, after all is imported."""
POINTS = 1_000_000
SAMPLED = 2_000
"""The points of a checkout that is slow, whose time is scaled."""


class Script(NamedTuple):
    """Python that is timed in a checkout."""

    work: str
    before: str = ""
    each: str = "pass"
    runs: int = 5
    scale: str = "1"

    @property
    def text(self) -> str:
        return TIMED.format(**self._asdict())


MILLION = Script(
    "macs(points)",
    f"""
import numpy
macs = archcalc.load("mobilenet_v2").lambdify("macs", free=["width"], assume=["defaults"])
every = numpy.random.default_rng(0).integers(1, 64, {POINTS})
start = time.process_time()
macs(every[:{SAMPLED}])
points = every if time.process_time() - start < 0.1 else every[:{SAMPLED}]
""",
    runs=1,
    scale=f"{POINTS} / len(points)",
)
FACTS = Script("model.changed({}).summary()", "model = archcalc.load('resnet:152')", runs=9)
CLOSED = Script("model.freed(['N', 'H', 'W', 'width']).formula('macs')", FORGET, "forget()", runs=5)
NETWORKS = """
import csv
with open("tests/data/torchvision.csv") as file:
    names = list(dict.fromkeys(row["model"] for row in csv.DictReader(file)))
assert len(names) == 80
archcalc.load("lenet").summary()
"""
TORCHVISION = Script("for name in names: archcalc.load(name).summary()", NETWORKS, runs=1)


def run(command: list[str], root: Path) -> tuple[str, float]:
    """What a process prints that uses a checkout, and its CPU seconds; byte code is cached."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        command, cwd=root, env=kept | {"PYTHONPATH": str(root)}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[:3]} failed in {root}")
    return said, usage.ru_utime + usage.ru_stime


def whole(command: list[str], root: Path) -> float:
    """The seconds of a process."""
    return run(command, root)[1]


def timed(script: Script, root: Path) -> float:
    """The seconds that a script measures."""
    return float(run([sys.executable, "-c", script.text], root)[0])


Measure = Callable[[Path], float]
MEASURES: dict[str, tuple[Measure, float, str]] = {
    "import click, yaml": (partial(whole, BARE), 1e3, "ms"),
    "archcalc summary vgg16.yaml": (partial(whole, STARTUP), 1e3, "ms"),
    "ResNet-152, YAML to all facts": (partial(timed, FACTS), 1e3, "ms"),
    "torchvision's 80, files to all facts": (partial(timed, TORCHVISION), 1, "s"),
    "ResNet-152's form in N, H, W, width": (partial(timed, CLOSED), 1e3, "ms"),
    "10^6 points of MobileNetV2's macs": (partial(timed, MILLION), 1, "s"),
}
"""Each measurement, and the unit it is printed in."""


def main() -> None:
    """Measure in turns and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    before, after = given.before.resolve(), given.after.resolve()
    for root in (before, after):
        whole(STARTUP, root)  # caches the byte code
    medians = {}
    print(f"{'':38}{'before':>10}{'after':>10}     {'ratio':>6}")
    for title, (measure, factor, unit) in MEASURES.items():
        rounds = [(measure(before), measure(after)) for _ in range(given.rounds)]
        medians[title] = a, b = tuple(statistics.median(column) for column in zip(*rounds, strict=True))
        print(f"{title:38}{a * factor:10.2f}{b * factor:10.2f} {unit:<4}{b / a:6.2f}", flush=True)
    bare, start = medians["import click, yaml"], medians["archcalc summary vgg16.yaml"]
    print(f"{'start-up beside import click, yaml':38}{start[0] / bare[0]:10.2f}{start[1] / bare[1]:10.2f}")


if __name__ == "__main__":
    main()

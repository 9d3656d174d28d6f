"""How long it takes to check every published number that ships, beside deriving the whole zoo once: a ratio of one run.

    python benchmarks/verifying.py

Whole processes on all processors; medians of three runs.
"""

import json
import statistics
import subprocess
import sys
import time


def seconds(*arguments: str, runs: int = 3) -> float:
    """The median time of a command."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "archcalc", *arguments], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print both times, their ratio, and the time for a number."""
    command = [sys.executable, "-m", "archcalc", "verify", "--all", "--format", "json"]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    numbers = sum(finding["verdict"] != "not checkable" for one in found for finding in one["findings"])
    zoo, all_ = seconds("zoo", "--check"), seconds("verify", "--all")
    print(f"archcalc zoo --check:   {zoo:5.1f} s  1")
    print(
        f"archcalc verify --all:  {all_:5.1f} s  {all_ / zoo:.1f}, {all_ / numbers * 1e3:.1f} ms for each of {numbers}"
    )


if __name__ == "__main__":
    main()

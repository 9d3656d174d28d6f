"""How long pictures and pages take, beside deriving all facts of the same network: ratios of one run.

    python benchmarks/pictures.py

Imports are not counted, but the process that lays out is: it starts anew for each picture. Medians of three runs. Where
there is a Chromium with its driver, also how long a page takes to show new numbers everywhere when a slider moves.
"""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
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


def slider(page: str) -> tuple[float, int]:
    """The median milliseconds that a page takes for a step of its slider H, and how many boxes it has."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "page.html")
            path.write_text(page, encoding="utf-8", newline="")
            browser.get(path.as_uri())
            while not browser.execute_script("return document.documentElement.dataset.ready"):
                time.sleep(0.05)
            found = browser.execute_script(
                """const times = [], at = data.entries.findIndex((entry) => entry.name === "H");
                for (let i = 0; i < 9; i++) {
                  values[at] = BigInt(224 + 32 * i);
                  const start = performance.now();
                  update();
                  document.body.getBoundingClientRect(); // with the page's own layout
                  times.push(performance.now() - start);
                }
                return [times.sort((a, b) => a - b)[4], data.boxes.length]"""
            )
    finally:
        browser.quit()
    return float(found[0]), int(found[1])


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
        size = len(page.encode()) / 1e6
        print(f"{'page of ' + name + ':':<28}{made * 1e3:8.0f} ms {made / facts:6.1f}   {size:.2f} MB")
        if shutil.which("chromium") and shutil.which("chromedriver"):
            took, boxes = slider(page)
            print(f"{f'  a slider, {boxes} boxes:':<28}{took:8.0f} ms {took / 1e3 / facts:6.1f}")


if __name__ == "__main__":
    main()

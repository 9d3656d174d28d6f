"""Whole-process time and peak memory of `archcalc summary` and of the tools that people use today, side by side.

Run by hand, on a quiet machine:

    pip install -e ".[test]" && pip install -r benchmarks/requirements.txt --no-deps
    python benchmarks/against_tools.py [--runs 5] [resnet50 vgg16 ...]

Every command is a fresh process; the rounds go through all commands in turn, so that a busy machine slows them alike.
Printed are medians, and the ratio to archcalc. The tools run twice: as people use them, and with the weights on the
meta device, which is the quickest they can be (fvcore traces, which needs real tensors).
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

ARCHITECTURES = ("vgg16", "resnet50", "efficientnet_b0")
PRELUDE = """
import sys, types, warnings
warnings.simplefilter("ignore")
import torch
# The compiled part of torchvision fits one build of torch only; its classifiers do not need it.
sys.modules["torchvision._meta_registrations"] = types.ModuleType("torchvision._meta_registrations")
import torchvision.models as models
with torch.device({device!r}):
    model = models.{name}().eval()
    image = torch.empty(1, 3, 224, 224)
"""
TOOLS = {
    "torchinfo": "import torchinfo\nprint(torchinfo.summary(model, input_data=image, verbose=0, device={device!r}))",
    "fvcore": (
        "from fvcore.nn import FlopCountAnalysis, flop_count_table, parameter_count\n"
        "print(flop_count_table(FlopCountAnalysis(model, image).unsupported_ops_warnings(False)))"
    ),
    "FlopCounterMode": (
        "from torch.utils.flop_counter import FlopCounterMode\n"
        "with FlopCounterMode(display=True), torch.no_grad(): model(image)"
    ),
}


def commands(name: str) -> dict[str, list[str]]:
    found = {"archcalc summary": [sys.executable, "-m", "archcalc", "summary", name]}
    for tool, code in TOOLS.items():
        for device in ("cpu",) if tool == "fvcore" else ("meta", "cpu"):
            script = (PRELUDE + code).format(device=device, name=name)
            found[f"{tool} ({device})"] = [sys.executable, "-c", script]
    return found


def measure(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak MB of one process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[:3]} failed:\n{errors.decode()[-2000:]}")
    return seconds, usage.ru_maxrss / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("architectures", nargs="*", default=ARCHITECTURES)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    for name in arguments.architectures:
        found: dict[str, list[tuple[float, float]]] = {}
        for _ in range(arguments.runs):
            for tool, command in commands(name).items():
                found.setdefault(tool, []).append(measure(command))
        medians = {
            tool: [statistics.median(column) for column in zip(*rows, strict=True)] for tool, rows in found.items()
        }
        ours = medians["archcalc summary"]
        print(f"\n{name}, medians of {arguments.runs} processes each")
        print(f"{'':24}{'seconds':>10}{'MB':>8}{'time x':>9}{'memory x':>10}")
        for tool, (seconds, memory) in medians.items():
            print(f"{tool:24}{seconds:10.3f}{memory:8.0f}{seconds / ours[0]:9.1f}{memory / ours[1]:10.1f}")


if __name__ == "__main__":
    main()

"""Small networks that the tests of the renderers share."""

from dataclasses import replace

import archcalc

VGG = """
archcalc: 1
title: A small VGG
config: {N: 1, H: 64, W: 64, classes: 10}
inputs: {image: [N, 3, H, W]}
layers:
  features:
    layers:
      - {Conv2d: {out_channels: 16, kernel_size: 3, padding: 1}}
      - ReLU
      - {Conv2d: {out_channels: 16, kernel_size: 3, padding: 1}}
      - ReLU
      - {MaxPool2d: 2}
      - {Conv2d: {out_channels: 32, kernel_size: [1, 7], padding: [0, 3], groups: 4}}
      - ReLU
      - {MaxPool2d: 2}
  avgpool: {AdaptiveAvgPool2d: 1}
  flatten: Flatten
  fc: {Linear: classes}
"""

STACK = """
archcalc: 1
config: {N: 2, L: 4, width: 8}
inputs: {x: [N, width]}
blocks:
  mix:
    args: {hidden: }
    layers: {up: {Linear: hidden}, act: ReLU, down: {Linear: width}}
layers:
  head: {Linear: width}
  body: {mix: 4 * width, repeat: L}
  tail: {Linear: width, frozen: true}
"""

RESIDUAL = """
archcalc: 1
title: Residual blocks in two stages
config: {N: 1, depths: [3, 2]}
inputs: {image: [N, 3, 32, 32]}
blocks:
  residual:
    args: {planes: , stride: 1}
    layers:
      conv: {Conv2d: {out_channels: planes, kernel_size: 3, stride: stride, padding: 1, bias: false}}
      bn: BatchNorm2d
      skip:
        when: stride != 1 or input.channels != planes
        from: input
        layers:
          - {Conv2d: {out_channels: planes, kernel_size: 1, stride: stride, bias: false}}
      sum: {Add: , from: [bn, skip]}
layers:
  stem: {Conv2d: {out_channels: 8, kernel_size: 3, padding: 1, bias: false}}
  "stage{i}":
    for: {i: "range(2)", n: depths}
    layers:
      - {residual: {planes: 8 * 2**i, stride: i + 1}}
      - {residual: {planes: 8 * 2**i}, repeat: n - 1}
  pool: {AdaptiveAvgPool2d: 1}
  flatten: Flatten
  fc: {Linear: 10}
"""

NAMES = (
    "a|b",
    "<script>alert(1)</script>",
    "\\input x",
    "'quoted' \"twice\"",
    "=1+1",
    "\u202eevil",
    "$x_1^2$ & 5% #1 ~",
)


def hostile() -> str:
    """A spec whose names and title mean something to every format."""
    quoted = "\n".join(f"  {_yaml(name)}: {{Linear: 4}}" for name in NAMES)
    return f"archcalc: 1\ntitle: {_yaml(' '.join(NAMES))}\ninputs: {{x: [1, 4]}}\nlayers:\n{quoted}\n"


def _yaml(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\u202e", "\\u202e")
    return f'"{escaped}"'


def summary(folder, text, name="net", convention="macs", **given):
    """The summary of a spec, its file named as if it lay here."""
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    facts = archcalc.load(path, **given).summary(convention)
    layers = tuple(replace(y, place=y.place._replace(file=f"{name}.yaml")) for y in facts.layers)
    return replace(facts, file=f"{name}.yaml", layers=layers)


def zoo(name, **given):
    """The summary of a spec of the zoo, its file named as in a checkout."""
    facts = archcalc.load(name, **given).summary()
    return replace(facts, file=f"specs/{name.partition(':')[0]}.yaml")

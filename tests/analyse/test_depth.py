"""Depth against what articles call their networks, and of a symbolic number of copies."""

import pytest

import archcalc

PUBLISHED = {
    # the number in the name, or the one that the article gives
    "alexnet_2012": 8,
    "vgg:11": 11,
    "vgg:16_bn": 16,
    "vgg:19": 19,
    "googlenet": 22,
    "unet": 23,
    "resnet:18": 18,
    "resnet:50": 50,
    "resnet:152": 152,
    "cifar_resnet:110": 110,
    "preact_resnet:1001": 1001,
    "resnext:101_32x8d": 101,
    "se_resnet:50": 50,
    "densenet:121": 121,
    "densenet:161": 161,
    "densenet:201": 201,
    "mobilenet_v1:1_0_224": 28,
    "inception_v3": 48,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_depths(name):
    assert archcalc.load(name).depth == PUBLISHED[name]


def made(folder, text, **given):
    path = folder / "net.yaml"
    path.write_text("archcalc: 1\n" + text, encoding="utf-8")
    return archcalc.load(path, **given)


def test_what_has_no_products_is_no_weighted_layer(tmp_path):
    text = "inputs: {x: [1, 8]}\nlayers: [{Linear: 8}, LayerNorm, PReLU, BatchNorm1d, ReLU, {Linear: 8}]\n"
    assert made(tmp_path, text).depth == 2


def test_the_longest_path_counts(tmp_path):
    text = """
inputs: {x: [1, 8]}
layers:
  a: {Linear: 8}
  long: {from: a, layers: [{Linear: 8}, {Linear: 8}]}
  short: {Linear: 8, from: a}
  sum: {Add: , from: [long, short]}
  beside: {Linear: 8, from: a}
outputs: [sum, beside]
"""
    assert made(tmp_path, text).depth == 3


BODIES = {
    "a chain": "{a: {Linear: 8}, b: {Linear: 8}}",
    "a residual": "{a: {Linear: 8}, b: {Add: , from: [a, input]}}",
    "two ways": "{a: {Linear: 8}, b: {Linear: 8}, c: {Linear: 8, from: input}, d: {Add: , from: [b, c]}}",
    "no weights": "{a: ReLU}",
}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("count", [1, 2, 5])
def test_symbols_first_and_numbers_after(tmp_path, body, count):
    text = f"""
config: {{L: {count}}}
inputs: {{x: [1, 8]}}
blocks: {{body: {{layers: {BODIES[body]}}}}}
layers:
  head: {{Linear: 8}}
  body: {{body: , repeat: L}}
  tail: {{Linear: 8}}
"""
    free = made(tmp_path, text, free=["L"]).depth
    exact = made(tmp_path, text).depth
    assert (free if isinstance(free, int) else free.subs(dict.fromkeys(free.free_symbols, count))) == exact

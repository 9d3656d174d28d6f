"""Messages to the letter: where, what, both values, and what would be right."""

from pathlib import Path

import pytest

import archcalc
from archcalc.errors import ArchcalcError, LimitReached, Refused, SpecError

HEAD = "inputs: {image: [1, 3, 32, 32]}\n"


def messages(tmp_path: Path, text: str, **settings: object) -> list[str]:
    """The messages for a spec, each without the name of the file and the line that is shown."""
    path = tmp_path / "s.yaml"
    path.write_text(text)
    with pytest.raises(ArchcalcError) as caught:
        archcalc.load(path, **settings)  # type: ignore[arg-type]
    if isinstance(caught.value, SpecError):
        return [str(problem).splitlines()[0].replace(f"{path}:", "") for problem in caught.value.problems]
    return [str(caught.value).replace(f"{path}:", "")]


CASES = {
    "unknown operation": (
        "layers: [Conv2D]",
        ["2:10: error: there is no operation or block 'Conv2D' (did you mean 'Conv2d'?)"],
    ),
    "misspelt settings, both at once": (
        "layers:\n  - {Conv2d: {out_chanels: 8, kernel_size: 3}}\n  - {Linear: {out_feature: 3}}",
        [
            "3:15: error: Conv2d has no setting 'out_chanels' (did you mean 'out_channels'?)",
            "4:15: error: Linear has no setting 'out_feature' (did you mean 'out_features'?)",
        ],
    ),
    "settings that follow from the input": (
        "layers:\n  - {Conv2d: {in_channels: 3, out_channels: 8, kernel_size: 3}}\n  - {ReLU: {inplace: true}}",
        [
            "3:15: error: Conv2d has no setting 'in_channels' (it follows from the input, leave it out)",
            "4:13: error: ReLU has no setting 'inplace' (it changes nothing that is computed, leave it out)",
        ],
    ),
    "independent mistakes are all reported, what follows from them is not": (
        "layers:\n"
        "  a: {Conv2d: {out_channels: 8, kernel_size: 3, groups: 2}}\n"
        "  b: {Conv2d: {out_channels: 8, kernel_size: 39}}\n"
        "  c: {Conv2d: {out_channels: true, kernel_size: 3}, from: input}\n"
        "  d: {Conv2d: {out_channels: 8, kernel_size: 39}, from: input}\n",
        [
            "3:3: error: a: groups (2) must divide the input's channels (3)",
            "5:30: error: c: out_channels must be an integer of at least 1, not true",
            "6:3: error: d: the kernel reaches over 39 positions, but the padded input has 32",
        ],
    ),
    "shapes that do not add": (
        "layers:\n  a: {Conv2d: {out_channels: 8, kernel_size: 3}}\n  b: {Add: , from: [input, a]}\n",
        ["4:3: error: b: shapes [1, 3, 32, 32] and [1, 8, 30, 30] do not fit on axis -3: 3 and 8"],
    ),
    "misspelt modifier": (
        "layers:\n  a: ReLU\n  b: {ReLU: , fron: a}\n",
        [
            "4:15: error: 'fron' is not a modifier, and the entry already has the operation 'ReLU' "
            "(did you mean 'from'?)"
        ],
    ),
    "an item of a list of names": (
        "layers:\n  a: ReLU\n  b: {ReLU: , from: [a, [a]]}\n",
        ["4:25: error: an item of `from` must be the name of a layer, not a list"],
    ),
    "an item of a list in a list": (
        "config: {a: [1, [2, {}]]}\nlayers: [ReLU]",
        ["2:21: error: an item of config a must be a number, a string or a list, not an empty mapping"],
    ),
    "an expression that a comma splits": (
        "layers:\n  'a{i}': {ReLU: , for: {i: range(1, 3)}}\n",
        [
            "3:29: error: a comma splits 'range(1, 3)' (inside [...] or {...} it needs quotes: \"range(1, 3)\")",
        ],
    ),
    "expressions that commas split": (
        "layers: [{Linear: 3 * min((1 + 2), n, 2)}, {'Flatten': }, {Reshape: {shape: [max(8, n), 4]}}]\n",
        [
            "2:19: error: a comma splits '3 * min((1 + 2), n, 2)' "
            '(inside [...] or {...} it needs quotes: "3 * min((1 + 2), n, 2)")',
            "2:78: error: a comma splits 'max(8, n)' (inside [...] or {...} it needs quotes: \"max(8, n)\")",
        ],
    ),
    "unknown name in an expression": (
        "config: {width: 8}\nlayers: [{Linear: 2 * wdith}]",
        ["3:23: error: 0: there is nothing called 'wdith' here (did you mean 'width'?)"],
    ),
    "an expression that is none": (
        "layers: [{Linear: 2 * }]",
        ["2:22: error: 0: '2 *' is not an expression: invalid syntax"],
    ),
    "a layer that comes later": (
        "layers:\n  a: {ReLU: , from: b}\n  b: ReLU\n",
        ["3:21: error: a: there is no layer 'b' before this one (known: image, input)"],
    ),
    "a layer that nothing reads": (
        "layers:\n  a: ReLU\n  b: {ReLU: , from: input}\n",
        ["3:3: error: a: nothing reads this (remove it, read it, or name it in `outputs`)"],
    ),
    "an input that nothing reads": (
        "layers:\n  a: {Parameter: [3]}\n",
        ["1:10: error: image: nothing reads this (remove it, read it, or name it in `outputs`)"],
    ),
    "a condition that is none": (
        "layers:\n  a: {ReLU: , when: 3}\n",
        ["3:21: error: a: a condition must be true or false, not 3"],
    ),
    "a fraction where a size belongs": (
        "layers: [{Linear: 3 * 1.1}]",
        ["2:19: error: 0: out_features must be an integer of at least 1, not 3.3"],
    ),
    "lists of `for` that differ in length": (
        "layers:\n  'a{i}': {ReLU: , for: {i: [1, 2], j: [1, 2, 3]}}\n",
        ["3:3: error: the lists of `for` differ in length (i: 2, j: 3)"],
    ),
    "`for` without a placeholder": (
        "layers:\n  b: {ReLU: , for: {i: [1]}}\n",
        ["3:3: error: `for` in a mapping needs a {placeholder} in the layer's name (such as b{i})"],
    ),
    "a name defined twice by a loop": (
        "layers:\n  'b{1}': {ReLU: , for: {i: [1, 2]}}\n",
        ["3:3: error: b1: the name 'b1' is defined twice in this scope"],
    ),
    "a block that contains itself": (
        "blocks: {a: {layers: [b]}, b: {layers: [a]}}\nlayers: [a]",
        ["2:41: error: 0.0.0: the block 'a' contains itself: a -> b -> a"],
    ),
    "a missing argument": (
        "blocks: {a: {args: {c: }, layers: [{Linear: c}]}}\nlayers: [a]",
        ["3:10: error: 0: the block a needs c"],
    ),
    "a value made from itself": (
        "let: {a: b + 1, b: a + 1}\nlayers: [{Linear: a}]",
        ["2:20: error: 0: the value 'a' depends on itself: a -> b -> a"],
    ),
    "no layers, unknown keys": (
        "foo: 1\nlayer: []\n",
        [
            "2:1: error: a spec has no key 'foo'",
            "3:1: error: a spec has no key 'layer' (did you mean 'layers'?)",
            "1:1: error: a spec needs layers",
        ],
    ),
    "a share that does not fit": (
        "layers:\n  a: {Linear: 32}\n  b: {Linear: {out_features: 8}, share: a}\n",
        [
            "4:3: error: b: cannot share the weights of a: they are weight [32, 32], bias [32], "
            "needed are weight [8, 32], bias [8]"
        ],
    ),
    "an output that a layer does not have": (
        "layers:\n  a: ReLU\n  b: {ReLU: , from: 'a[1]'}\n",
        ["4:21: error: b: a has 1 output, so there is no [1]"],
    ),
    "integers read from reals": (
        "layers: [{Embedding: {num_embeddings: 9, embedding_dim: 3}}]",
        [
            "2:10: error: 0: Embedding reads integers, but its input is float32 "
            "(declare the input as `{shape: [N, L], dtype: int64}`)"
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_message(name: str, tmp_path: Path) -> None:
    text, expected = CASES[name]
    assert messages(tmp_path, HEAD + text) == expected


INPUTS = {
    "{image: []}": "1:17: error: input image must be a shape, not an empty list (such as [N, 3, H, W])",
    "{image: {shape: [1], dtype: [int64]}}": (
        "1:37: error: dtype must be one of float32, float64, float16, bfloat16, int64, int32, bool, complex64, "
        "complex128, not a list"
    ),
}


@pytest.mark.parametrize("inputs", INPUTS)
def test_inputs(inputs: str, tmp_path: Path) -> None:
    assert messages(tmp_path, f"inputs: {inputs}\nlayers: [ReLU]\n") == [INPUTS[inputs]]


def test_line_is_shown_with_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(HEAD + "layers: [{Linear: 2 * wdith}]\n")
    with pytest.raises(SpecError) as caught:
        archcalc.load(path)
    assert str(caught.value).splitlines()[1:] == [
        "    layers: [{Linear: 2 * wdith}]",
        "                          ^",
    ]


def test_config_is_checked(tmp_path: Path) -> None:
    text = "config:\n  H: {default: 32, multiple_of: 8, min: 16}\ninputs: {x: [1, 3, H, H]}\nlayers: [ReLU]\n"
    assert messages(tmp_path, text, H=33) == ["config H must be a multiple of 8, not 33"]
    assert messages(tmp_path, text, H=8) == ["config H must be at least 16, not 8"]
    assert messages(tmp_path, text, H="x") == ["config H must be a number, not 'x'"]
    assert messages(tmp_path, text, H=True) == ["config H must be a number, not true"]
    assert messages(tmp_path, text, h=3) == ["s has no config entry 'h' (did you mean 'H'?)"]
    assert messages(tmp_path, text, variant="a") == ["s has no variant 'a'"]


def test_unknown_name() -> None:
    with pytest.raises(Refused, match=r"there is no file and nothing in the zoo called 'vgg61' \(did you mean 'vgg"):
        archcalc.load("vgg61")


def test_limit_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(HEAD + "layers:\n  - {ReLU: , repeat: 10**9}\n")
    with pytest.raises(LimitReached) as caught:
        archcalc.load(path)
    assert str(caught.value) == (
        f"{path}:3:5: error: the spec expands to at least 1,000,000,000 layers; "
        "the limit layers is 60,000 (raise it with --limit layers=NUMBER)"
    )
    assert caught.value.exit_code == 5


def test_a_mistake_of_form_hides_no_unknown_name(tmp_path: Path) -> None:
    text = """config: {width: 8}
variants: {big: {widht: 16}}
inputs: {x: [1, 3, 8, 8]}
blocks: {pair: {layers: [ReLu]}, broken: {args: {}}}
layers: [{Conv2d: {out_channels: width, kernel_size: 3, pading: 1}}, pair, broken]
"""
    assert messages(tmp_path, text) == [
        "2:18: error: variant big sets 'widht', which config does not have (did you mean 'width'?)",
        "4:34: error: block broken needs layers",
        "5:57: error: Conv2d has no setting 'pading' (did you mean 'padding'?)",
        "4:26: error: there is no operation or block 'ReLu' (did you mean 'ReLU'?)",
    ]

"""Specs that extend others and use libraries of blocks."""

import os

import pytest

import archcalc
from archcalc.errors import Refused, SpecError
from archcalc.language import files

LIBRARY = """\
archcalc: 1
blocks:
  convolve:
    args: {channels: , kernel: 1}
    layers:
      - Conv2d: {out_channels: channels, kernel_size: kernel}
      - ReLU
"""
HEAD = "archcalc: 1\ninputs: {image: [1, 3, 32, 32]}\n"


@pytest.fixture
def spec(tmp_path):
    """Write files, the last one a spec; gives the function that loads it."""

    def write(**files):
        (tmp_path / "blocks").mkdir(exist_ok=True)
        for name, text in files.items():
            path = tmp_path / (name.replace("__", "/") + ".yaml")
            path.write_text(text)
        return lambda **settings: archcalc.load(path, **settings)

    return write


def test_a_spec_uses_a_library(spec):
    load = spec(
        blocks__mine=LIBRARY,
        s=HEAD + "use: blocks/mine.yaml\nlayers: [convolve: 8, convolve: {channels: 4, kernel: 3}]\n",
    )
    model = load()
    assert list(model.graph) == ["image", "0.0", "0.1", "1.0", "1.1"]
    assert model.parameters == 8 * 3 + 8 + 4 * 8 * 9 + 4


def test_a_block_cannot_come_twice(spec):
    load = spec(
        blocks__mine=LIBRARY,
        s=HEAD + "use: blocks/mine.yaml\nblocks: {convolve: {layers: [ReLU]}}\nlayers: [convolve]\n",
    )
    with pytest.raises(
        SpecError, match=r"4:10: error: the block 'convolve' is defined twice, first in .*mine.yaml:3:3"
    ):
        load()


def test_a_library_holds_blocks_only(spec):
    load = spec(blocks__mine=LIBRARY + "config: {N: 1}\n", s=HEAD + "use: blocks/mine.yaml\nlayers: [convolve: 8]\n")
    with pytest.raises(SpecError, match=r"mine.yaml:8:1: error: a file of blocks has no key 'config' "):
        load()


def test_a_mistake_in_a_library_is_shown_there(spec):
    library = LIBRARY.replace("out_channels", "out_chanels")
    load = spec(blocks__mine=library, s=HEAD + "use: blocks/mine.yaml\nlayers: [convolve: 8]\n")
    with pytest.raises(
        SpecError, match=r"mine.yaml:6:18: error: Conv2d has no setting 'out_chanels' \(did you mean"
    ) as caught:
        load()
    assert "      - Conv2d: {out_chanels" in str(caught.value)


def test_a_library_that_is_not_there(spec):
    with pytest.raises(
        SpecError, match=r"3:6: error: there is no file and nothing in the zoo called 'blocks/other.yaml'"
    ):
        spec(s=HEAD + "use: blocks/other.yaml\nlayers: [ReLU]\n")()


BASE = """\
archcalc: 1
config: {width: 8, classes: 10}
variants: {wide: {width: 16}}
inputs: {image: [1, 3, 32, 32]}
layers:
  features:
    - {Conv2d: {out_channels: width, kernel_size: 3}}
    - BatchNorm2d
    - ReLU
  pool: {AdaptiveAvgPool2d: 1}
  flatten: Flatten
  fc: {Linear: classes}
"""


def test_config_and_variant_of_the_base(spec):
    load = spec(base=BASE, s="extends: base:wide\nconfig: {classes: 5}\n")
    assert load().config == {"width": 16, "classes": 5}
    assert load(classes=3, width=2).config == {"width": 2, "classes": 3}


def test_variants_take_the_place_of_those_of_the_base(spec):
    load = spec(base=BASE, s="extends: base\nvariants: {narrow: {width: 4}}\n")
    assert load(variant="narrow").config["width"] == 4
    with pytest.raises(Refused, match="s has no variant 'wide'"):
        load(variant="wide")
    assert spec(base=BASE, s="extends: base\nconfig: {classes: 5}\n")(variant="wide").config["width"] == 16


def test_layers_are_replaced_removed_added_and_changed_by_path(spec):
    load = spec(
        base=BASE,
        s="extends: base\n"
        "layers:\n"
        "  features: {frozen: true}\n"
        "  features.1: null\n"
        "  fc: [{Linear: 32}, ReLU]\n"
        "  head: {Linear: 7}\n",
    )
    model = load()
    assert list(model.graph)[1:] == ["features.0", "features.2", "pool", "flatten", "fc.0", "fc.1", "head"]
    totals = model.summary().totals
    assert totals.frozen == 8 * 27 + 8
    assert totals.trainable == 8 * 32 + 32 + 32 * 7 + 7


def test_an_override_that_meets_nothing(spec):
    load = spec(base=BASE, s="extends: base\nlayers:\n  features.9: ReLU\n")
    with pytest.raises(SpecError, match=r"s.yaml:3:3: error: .*no layer 'features.9' \(did you mean 'features"):
        load()


def test_all_frozen_but_one(spec):
    load = spec(base=BASE, s="extends: base\nfrozen: true\nlayers: {fc: {frozen: false}}\n")
    totals = load().summary().totals
    assert (totals.trainable, totals.frozen) == (90, 8 * 27 + 8 + 16)


def test_specs_that_extend_each_other(spec, tmp_path):
    load = spec(a="extends: b\n", b="extends: a\n")
    with pytest.raises(SpecError, match=r"the spec extends itself: b.yaml -> a.yaml -> b.yaml"):
        load()


def test_a_file_is_read_again_when_it_or_its_base_changes(spec, tmp_path):
    load = spec(base=BASE, s="extends: base\n")
    assert load().parameters == load().parameters == 8 * 27 + 8 + 16 + 90
    (tmp_path / "base.yaml").write_text(BASE.replace("width: 8", "width: 10"))
    assert load().parameters == 10 * 27 + 10 + 20 + 110
    (tmp_path / "s.yaml").write_text("extends: base\nconfig: {classes: 4}\n")
    assert load().parameters == 10 * 27 + 10 + 20 + 44


@pytest.mark.parametrize("first", [True, False])
def test_what_was_loaded_before_changes_no_layer(spec, first):
    """A number may be one layer or another; what is changed in it is completed by the layer that has it."""
    base = """
config: {a: true}
inputs: {x: [1, 3, 8, 8]}
layers:
  s: [{ReLU: , when: a}, {Conv2d: {out_channels: 8, kernel_size: 1}}, {Conv2d: {out_channels: 16, kernel_size: 1}}]
"""
    load = spec(base=base, s="extends: base\nlayers:\n  s.1: {frozen: true}\n")
    found = {a: load(a=a).summary()["s.1"].outputs[0][1] for a in (first, not first)}
    assert found == {True: 8, False: 16}


def test_a_file_replaced_within_one_tick_of_the_clock_is_read_again(tmp_path):
    path, new = tmp_path / "s.yaml", tmp_path / "new.yaml"
    path.write_text("inputs: {x: [1, 3, 4, 4]}\nlayers: [ReLU]\n")
    assert [*archcalc.load(path).network.layers.values()][-1].op == archcalc.OPS["ReLU"]()
    new.write_text("inputs: {x: [1, 3, 4, 4]}\nlayers: [Tanh]\n")
    state = path.stat()
    os.utime(new, ns=(state.st_atime_ns, state.st_mtime_ns))
    new.replace(path)
    assert [*archcalc.load(path).network.layers.values()][-1].op == archcalc.OPS["Tanh"]()


def test_a_file_with_many_mistakes_is_read_once_more(spec, monkeypatch):
    read = []
    layers = "".join(f"  - Linear: unknown{i}\n" for i in range(30))
    load = spec(base=f"{HEAD}layers:\n  - Flatten\n{layers}", net="archcalc: 1\nextends: base.yaml\nlayers: {x: Foo}\n")
    monkeypatch.setattr(files, "_text", lambda path, text=files._text: read.append(path) or text(path))
    with pytest.raises(SpecError) as caught:
        load()
    assert all(problem.line for problem in caught.value.problems)
    assert len(read) == len({*read}) == len({problem.place.file for problem in caught.value.problems})

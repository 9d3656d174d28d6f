"""What is seen of a network: every layer in one box, every tensor once, scopes open and closed as wanted."""

from collections import Counter

import pytest

import archcalc
from archcalc.errors import Refused
from archcalc.language.find import zoo
from archcalc.picture.graph.view import view
from tests.sweeps import sampled


def leaves(seen):
    return [box for box in seen.all_boxes() if box.row is not None and not box.is_open]


def reached(seen):
    """What can be reached from the inputs."""
    after = {}
    for arrow in seen.arrows:
        after.setdefault(arrow.source, []).append(arrow.target)
    found, waiting = set(), [box.key for box in seen.boxes if box.row is None and box.key.startswith("i")]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += after.get(key, ())
    return found


@pytest.mark.parametrize("name", sampled(zoo()))
@pytest.mark.parametrize("depth", [None, 1, 2])
def test_every_layer_is_in_one_box_and_every_output_is_reached(name, depth):
    model = archcalc.load(name)
    summary = model.summary()
    seen = view(summary, depth)
    counts = Counter(layer.path for box in leaves(seen) for layer in box.layers)
    assert counts == Counter(layer.path for layer in summary.layers)
    keys = {box.key for box in seen.all_boxes()}
    shown = {box.key for box in seen.all_boxes() if not box.is_open}
    assert {key for arrow in seen.arrows for key in arrow[:2]} <= shown <= keys
    assert all(arrow.source != arrow.target for arrow in seen.arrows)
    assert reached(seen) >= {box.key for box in seen.boxes if box.key.startswith("o")}


@pytest.mark.parametrize("name", ["resnet:18", "unet", "googlenet", "vit:b_32"])
def test_unrolled_it_is_the_graph(name):
    model = archcalc.load(name)
    seen = view(model.summary(), unroll=True, most=10**6)
    assert len(leaves(seen)) + len(model.summary().inputs) == len(model.graph)
    named = {box.key: box.row.first for box in leaves(seen)} | {
        box.key: box.name for box in seen.boxes if box.key.startswith("i")
    }
    arrows = {(named[a.source], named[a.target]) for a in seen.arrows if not a.target.startswith("o")}
    assert arrows == set(model.graph.edges())


def test_copies_are_seen_once():
    seen = view(archcalc.load("resnet:152").summary(), depth=2)
    labels = [box.row.label for box in leaves(seen)]
    assert "1-35 x 35" in labels
    assert len([label for label in labels if label == "0"]) == 4
    (box,) = (box for box in leaves(seen) if box.row.label == "1-35 x 35")
    assert len(box.layers) == 35 * 10
    assert box.row.one.parameters * 35 == box.row.sums.parameters


def test_arrows_between_copies_are_not_seen_but_those_around_them_are():
    seen = view(archcalc.load("resnet:50").summary())
    inside = next(box for box in seen.all_boxes() if box.is_open and box.row.label == "1-5 x 5")
    keys = [box.key for box in inside.inside]
    order = {key: i for i, key in enumerate(keys)}
    own = [(order[a.source], order[a.target]) for a in seen.arrows if a.source in order and a.target in order]
    assert all(a < b for a, b in own)
    assert len([a for a in seen.arrows if a.target in order and a.source not in order]) == 2  # the block and its skip
    assert len([a for a in seen.arrows if a.source in order and a.target not in order]) == 1 + 1


def test_scopes_open_and_close_by_their_paths():
    summary = archcalc.load("resnet:50").summary()
    opened = {box.row.first for box in view(summary, depth=1, unfold=["layer2.0"]).all_boxes() if box.is_open}
    assert opened == {"layer2", "layer2.0"} | {p for p in opened if p.startswith("layer2.0.")}
    closed = {box.row.first for box in leaves(view(summary, fold=["layer2"]))}
    assert "layer2" in closed
    copies = view(summary, depth=2, unfold=["layer3.4"])
    assert [box.row.label for box in copies.all_boxes() if box.is_open and box.row.level == 1] == ["1-5 x 5"]
    assert leaves(copies) == leaves(view(summary, depth=2, unfold=["layer3.1"]))
    (opened,) = (
        box
        for box in view(summary, 2, unfold=["layer3.4"], unroll=True).all_boxes()
        if box.is_open and box.row.level == 1
    )
    assert opened.row.first == "layer3.4"
    with pytest.raises(Refused, match="no scope 'layer5'"):
        view(summary, fold=["layer5"])
    with pytest.raises(Refused, match="at least 1"):
        view(summary, depth=0)


def test_too_many_boxes_are_closed():
    summary = archcalc.load("densenet:201").summary()
    seen = view(summary)
    assert seen.depth == 3
    assert seen.seen <= 300
    assert view(summary, depth=9).seen > 300
    assert view(summary, most=20).seen <= 20
    assert view(archcalc.load("resnet:50").summary()).depth is None


def test_skips_are_the_arrows_beside_which_there_is_a_longer_way():
    seen = view(archcalc.load("unet").summary(), depth=1)
    names = {box.key: box.name for box in seen.all_boxes()}
    skips = {(names[a.source], names[a.target]) for a in seen.arrows if a.skips}
    assert skips == {(f"down{i}", f"up{i}") for i in range(4)}

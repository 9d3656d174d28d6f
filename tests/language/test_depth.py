"""A symbolic number of copies is the unrolled network with that number: all sums, shapes and receptive fields."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archcalc
from archcalc.op import WHOLE
from tests.language.depths import ALIKE, ANY, FOR, REPEAT, loaded, same_field, same_totals, spec

COUNTS = [(1, 1), (1, 3), (2, 1), (2, 2), (3, 2), (5, 1)]


def in_last_copy(path: str, n: int, m: int) -> str:
    """The path in the unrolled network of a layer in the last of all copies."""
    return path.replace("body.0", f"body.{n - 1}").replace(".copies.0", f".copies.{m - 1}")


def compared(path, text: str, **options):
    """Compare the network with both counts free to those with numbers; gives the layers whose fields are all told."""
    symbolic = loaded(path, text, free=["n", "m"], **options)
    told = {layer.path: True for layer in symbolic.layers}
    for n, m in COUNTS:
        values = {"n": n, "m": m}
        numbers = loaded(path, text, **values)
        layers = {layer.path: layer for layer in numbers.layers}
        same_totals(symbolic, numbers, values)
        for layer in symbolic.layers:
            told[layer.path] &= same_field(layer, layers[in_last_copy(layer.path, n, m)], values)
    return told


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("depth") / "s.yaml"


@settings(max_examples=40)
@given(body=ALIKE, how=st.sampled_from([REPEAT, FOR]))
def test_bodies_that_only_widen_are_told_completely(path, body, how):
    told = compared(path, spec(body, how))
    assert all(told.values()), [layer for layer, known in told.items() if not known]


@settings(max_examples=80)
@given(body=ANY, how=st.sampled_from([REPEAT, FOR]))
def test_any_body_is_told_rightly_or_not_at_all(path, body, how):
    compared(path, spec(body, how))


# -- the zoo -----------------------------------------------------------------------------------------------------------


def zoo_agrees(name, free, renamed, **config):
    """A network of the zoo with free entries is the one with numbers in all sums, and in all fields that are told."""
    symbolic = archcalc.load(name, free=free).summary()
    numbers = archcalc.load(name, config=config).summary()
    values = {entry: config[entry] for entry in free if entry in config}
    values |= {f"depths[{k}]": n for k, n in enumerate(config.get("depths", ()))}
    layers = {layer.path: layer for layer in numbers.layers}
    same_totals(symbolic, numbers, values)
    return {
        layer.path: same_field(layer, layers[path], values)
        for layer in symbolic.layers
        if (path := renamed(layer.path)) in layers
    }


@pytest.mark.parametrize("name", ["resnet:18", "resnet:50", "resnet:v1_50", "preact_resnet:50"])
@pytest.mark.parametrize("stage", range(4))
@pytest.mark.parametrize("count", [2, 3, 6])
def test_each_depth_of_a_residual_network(name, stage, count):
    depths = list(archcalc.load(name).config["depths"])
    depths[stage] = count
    late = name == "resnet:v1_50" and stage < 3

    def renamed(path):
        scope = f"layer{stage + 1}."
        if not path.startswith(scope):
            return path
        number, _, rest = path.removeprefix(scope).partition(".")
        copy = count - 1 - late if number == "1" else count - 1 if number == "2" else 0
        # Of two units there is none between the first and the last.
        return "" if late and count == 2 and number == "1" else f"{scope}{copy}.{rest}"

    told = zoo_agrees(name, [f"depths[{stage}]"], renamed, depths=depths)
    assert all(told.values()), [path for path, known in told.items() if not known]


@pytest.mark.parametrize("name", ["resnext:50_32x4d", "wide_resnet:50_2", "cifar_resnet:20", "wide_resnet_cifar:16_4"])
def test_all_depths_at_once(name):
    free = [f"depths[{k}]" for k in range(len(archcalc.load(name).config["depths"]))]
    for depths in ([2, 3, 4, 5], [1, 2, 1, 4]):
        zoo_agrees(name, free, lambda path: "" if path.count(".") > 1 else path, depths=depths[: len(free)])


def test_gates_on_the_image_are_seen_or_ignored():
    name, free = "se_resnet:50", ["depths[1]"]
    zoo_agrees(name, free, lambda path: path.replace("layer2.1.", "layer2.4."), depths=[3, 5, 6, 3])
    ignoring = archcalc.load(name, free=free).summary(gates="ignore")
    assert str(ignoring["layer4.2.sum"].field[0].size) == "16*depths[1] + 419"
    assert (
        archcalc.load(name, depths=[3, 5, 6, 3]).summary(gates="ignore")["layer4.2.sum"].field[0].size == 16 * 5 + 419
    )


@pytest.mark.parametrize("count", range(1, 6))
def test_the_layers_of_a_vision_transformer(count):
    def renamed(path):
        return path.replace("encoder_layer_i", f"encoder_layer_{count - 1}")

    told = zoo_agrees("vit:b_16", ["depth"], renamed, depth=count)
    assert told["encoder.ln"]
    # In the first layer a token before attention sees its patch, in the others everything.
    assert {path.split(".")[3] for path, known in told.items() if not known} == {"ln_1", "self_attention"}
    zoo_agrees("vit:b_16", ["depth", "H", "W", "N"], renamed, depth=count, H=64, W=100, N=3)


def test_what_is_known_of_the_depth_is_used():
    known = archcalc.load("vit:b_16", free=["depth"], assume="depth >= 2").summary()
    assert known["encoder.layers.encoder_layer_i.ln_1"].field == (WHOLE, WHOLE)
    assert known.assumptions == ("depth >= 2",)


def test_depth_is_one_term_of_a_formula():
    vit, resnet = archcalc.load("vit:b_16", free=["depth"]), archcalc.load("resnet:50", free=["depths[2]"])
    assert str(vit.parameters) == "7087872*depth + 1513192"
    assert str(resnet.macs) == "218365952*depths[2] + 2778988544"
    assert str(resnet.summary()["layer4.2.sum"].field[0].size) == "32*depths[2] + 235"
    assert archcalc.load("resnet:v1_50", free=["depths[2]"]).summary().assumptions == ("depths[2] >= 2",)
    assert str(archcalc.load("vgg:16", free=["convolutions[2]"]).parameters) == "590080*convolutions[2] + 136587304"

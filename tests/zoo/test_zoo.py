"""The zoo against others' numbers: traces of torchvision, published tables and receptive fields, torch itself."""

import csv
import gzip
import json
from collections import Counter
from functools import cache
from hashlib import sha256
from math import prod
from pathlib import Path

import pytest

import archcalc
from archcalc.language.find import zoo
from archcalc.language.loaded import open_spec
from archcalc.verifying.printed import read
from archcalc.walk import fold
from tests.sweeps import sampled

DATA = Path(__file__).parent.parent / "data"
TRACES = sorted(path.name.removesuffix(".json.gz") for path in (DATA / "torchvision_layers").iterdir())
# What torchvision computes with functions, not with modules, so that no trace names it.
FUNCTIONS = {
    *("Flatten", "Add", "Multiply", "Concat", "Split", "ChannelShuffle", "Mean", "ReLU"),
    *("MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d"),
    *("Parameter", "Buffer", "IndexSelect", "Rearrange", "Expand", "Slice", "Roll"),
    *("ScaledDotProductAttention", "Einsum", "MatMul", "Softmax", "Normalize", "Clamp", "Exp", "Scale", "Sigmoid"),
}
PRIMITIVES = {
    **dict.fromkeys(("WindowPartition", "WindowDepartition"), "Rearrange"),
    "SwapAxes": "Permute",
    "NonDynamicallyQuantizableLinear": "Linear",
}
"""Modules of torchvision that another operation of ours is the same as."""
UNCALLED = {"inception_v3": "AuxLogits"}
"""What torchvision runs in training alone: its parameters are published with the others, its macs are not."""


@cache
def load(name, **config):
    return archcalc.load(name, **config)


@cache
def summary(name, **config):
    return load(name, **config).summary()


def table(name):
    return list(csv.DictReader((DATA / name).read_text().splitlines()))


# -- torchvision, layer by layer ---------------------------------------------------------------------------------------


@cache
def trace(name):
    return json.loads(gzip.decompress((DATA / "torchvision_layers" / f"{name}.json.gz").read_bytes()))


def nodes_of_calls(calls):
    """The path of our layer for each call: a module that is called again is relu, relu2, relu3 ... with us."""
    seen = Counter()
    for name, *_ in calls:
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}{seen[name]}"


def plain(value):
    """A setting in one form: torch has 2 or [2, 2], we have (2, 2)."""
    sizes = tuple(value) if isinstance(value, (list, tuple)) else value
    return sizes[0] if isinstance(sizes, tuple) and len(set(sizes)) == 1 else sizes


def called(model, layers):
    """The layers that run in evaluation."""
    return [layer for layer in layers if model not in UNCALLED or not layer.path.startswith(f"{UNCALLED[model]}.")]


@pytest.mark.parametrize("model", TRACES)
def test_every_layer_is_torchvisions(model):
    layers = {layer.path: layer for layer in summary(model).layers}
    for path, (_, kind, out, params, macs, settings) in zip(
        nodes_of_calls(trace(model)["calls"]), trace(model)["calls"], strict=True
    ):
        if kind == "Identity":
            continue  # it stands where a variant has nothing
        layer = layers.pop(path)
        ours = {name: plain(value) for name, value in layer.op.settings().items() if name in settings}
        ours = {name: value for name, value in ours.items() if value is not None}  # a pool's stride: that of its kernel
        found = (layer.kind, layer.outputs, layer.parameters, layer.macs, ours)
        theirs = {name: plain(value) for name, value in settings.items() if name in ours}
        theirs = {name: pytest.approx(value) if isinstance(value, float) else value for name, value in theirs.items()}
        assert found == (PRIMITIVES.get(kind, kind), (tuple(out),), params, macs or 0, theirs), path
    for path, kind, params in trace(model).get("uncalled", ()):  # modules that lend a function their weights
        layer = layers.pop(path)
        assert (layer.kind, layer.parameters) == (PRIMITIVES.get(kind, kind), params), path
    others = called(model, layers.values())
    assert {layer.kind for layer in others} <= FUNCTIONS
    assert not any(layer.parameters for layer in others if layer.kind != "Parameter")
    total = trace(model).get("macs") or sum(macs or 0 for *_, macs, _ in trace(model)["calls"])
    assert sum(layer.macs for layer in called(model, summary(model).layers)) == total


def key(layer, name):
    """The key in the state dict of an array of a layer."""
    return f"{layer.path}.{name}" if name else layer.path


@pytest.mark.parametrize("model", TRACES)
def test_every_array_has_torchvisions_name_and_shape(model):
    layers = summary(model).layers
    for kind, ours in (("parameters", "weights"), ("buffers", "buffers")):
        found = {key(a, name): shape for a in layers for name, shape in getattr(a, ours).items()}
        assert found == {name: tuple(shape) for name, shape in trace(model)[kind]}


FAMILIES = {
    "alexnet": 1,
    "convnext_": 4,
    "densenet": 4,
    "efficientnet_b": 8,
    "efficientnet_v2_": 3,
    "googlenet": 1,
    "inception_v3": 1,
    "maxvit_": 1,
    "mnasnet": 4,
    "mobilenet_v": 3,
    "regnet_": 15,
    "resnet": 5,
    "resnext": 3,
    "shufflenet_v2_": 4,
    "squeezenet": 2,
    "swin_": 6,
    "vgg": 8,
    "vit_": 5,
    "wide_resnet": 2,
}
"""The beginnings of torchvision's names, and how many of its models begin so."""

CLASSIFIERS = [row for row in table("torchvision.csv") if row["model"].startswith(tuple(FAMILIES))]
MODELS = dict(sorted(((row["model"], json.loads(row["crop_size"])[0]) for row in CLASSIFIERS), reverse=True))
"""Torchvision's models, with the least size at which some of their weights are evaluated."""


@pytest.mark.parametrize("row", CLASSIFIERS, ids=lambda row: f"{row['model']}-{row['weights']}")
def test_totals_are_torchvisions(row):
    name, (size,) = row["model"], json.loads(row["crop_size"])
    model = load(name) if size == MODELS[name] else load(name, H=size, W=size)
    assert model.parameters == int(row["num_params"])
    macs = sum(layer.macs for layer in called(name, model.summary().layers))
    assert round(macs / 10**9, 3) == float(row["gflops"])
    (image,) = model.summary().inputs.values()
    assert image == (1, 3, size, size)


@pytest.mark.parametrize("row", table("torchvision_states.csv"), ids=lambda row: row["model"])
def test_the_state_is_torchvisions(row):
    if row["model"] not in MODELS:
        pytest.skip("not in the zoo")
    layers = summary(row["model"]).layers
    state = {key(a, name): shape for a in layers for name, shape in (a.weights | a.buffers).items()}
    assert len(state) == int(row["arrays"])
    assert sum(prod(shape) for a in layers for shape in a.buffers.values()) == int(row["buffers"])
    lines = sorted(f"{name} {list(shape)}\n" for name, shape in state.items())
    assert sha256("".join(lines).encode()).hexdigest()[:16] == row["digest"]


def test_all_of_the_families_are_there():
    assert {family: sum(name.startswith(family) for name in MODELS) for family in FAMILIES} == FAMILIES


# -- every spec and every claim ----------------------------------------------------------------------------------------

SPECS = {name: open_spec(name)[0] for name in zoo()}


@pytest.mark.parametrize("name", sampled(zoo()))
def test_every_variant_loads(name):
    for variant in (None, *SPECS[name].variants):
        model = load(name, variant=variant)
        assert model.parameters > 0
        assert not model.summary().totals.unknown


@pytest.mark.parametrize("name", zoo())
def test_every_spec_is_short_and_names_its_source(name):
    spec = SPECS[name]
    assert spec.title
    assert spec.source
    assert spec.family
    text = Path(zoo()[name]).read_text()
    assert text.startswith("archcalc: 1\n")
    assert len(text.splitlines()) <= 120
    assert max(map(len, text.splitlines())) <= 120


def agrees(printed, computed):
    return read(printed).agrees(computed) in ("exactly", "rounded")


# -- receptive fields --------------------------------------------------------------------------------------------------


def convolutions_by_stage(name):
    """Our paths of a VGG network by TF-Slim's names: conv3/conv3_2 is the second convolution after the second pool."""
    stage, number, found = 1, 0, {}
    for layer in summary(name).layers:
        if layer.kind == "Conv2d":
            number += 1
            found[f"conv{stage}/conv{stage}_{number}"] = layer.path
        if layer.kind == "MaxPool2d":
            found[f"pool{stage}"] = layer.path
            stage, number = stage + 1, 0
    return found


def end_point(model, name):
    """The spec and our path of an end point of the table."""
    if name.startswith("last conv"):  # the article's table: the last feature map of the convolutional part
        last = {"vgg_16": "pool5", "alexnet_v2": "pool5", "mobilenet_v1": "Conv2d_13_pointwise"}
        name = last.get(model, "block4")
    if model in ("vgg_a", "vgg_16"):
        spec = {"vgg_a": "vgg:11", "vgg_16": "vgg:16"}[model]
        return spec, convolutions_by_stage(spec)[name]
    if model == "alexnet_v2":
        return model, name
    stage = name.replace("block", "layer").replace("_pointwise", ".pointwise")
    return model, [a.path for a in summary(model).layers if a.path.startswith(f"{stage}.")][-1]


FIELDS = table("receptive_fields.csv")


def row_name(row):
    return f"{row['end_point']}-{row['resolution'] or 'any'}-{row['final']}"


@pytest.mark.parametrize("row", FIELDS, ids=row_name)
def test_receptive_fields_are_the_published_ones(row):
    spec, path = end_point(row["model"], row["end_point"].removeprefix(f"{row['model']}/"))
    size = int(row["resolution"] or 224)
    # A padding that the table leaves out depends on the resolution: TF-Slim's `SAME` pads an odd size on both sides.
    published = [int(row[key]) if row[key] else None for key in ("rf", "effective_stride", "effective_padding")]
    for axis in summary(spec, H=size, W=size)[path].field:
        found = [axis.size, axis.jump, axis.padding if row["effective_padding"] else None]
        assert found == published


FIFTY = [("resnet:50", 427), ("resnet:50_paper", 483), ("resnet:v1_50", 483)]


@pytest.mark.parametrize(("name", "size"), FIFTY)
def test_the_two_receptive_fields_of_resnet_50(name, size):
    for path, expected in (("layer4.2.relu3", size), ("layer4.2.relu2", size)):
        height, width = summary(name)[path].field
        assert height.size == width.size == expected
        assert height.jump == 32


@pytest.mark.parametrize(("name", "size"), FIFTY)
def test_gradients_have_the_receptive_field_of_resnet_50(name, size):
    torch = pytest.importorskip("torch")
    last = "layer4.2.relu3"
    model = load(name, width=1, H=544, W=32, classes=1)
    network = model.to_torch().double()
    for weight in network.parameters():
        weight.data.fill_(1 / weight[0].numel())  # all paths add up, none cancels
    read = set()
    # Of a rising image a max pooling reads the last place of its window, of a falling one the first.
    for ramp in (torch.arange(1.0, 545), torch.arange(544, 0, -1.0)):
        image = ramp.double()[:, None].expand(1, 3, 544, 32).clone().requires_grad_()
        kept = {}

        def run(layer, module, inputs, kept=kept):
            kept[layer.path] = module(*inputs)
            return kept[layer.path]

        network.run([image], run)
        kept[last][0, :, 8].sum().backward()
        read |= set(image.grad[0].sum(dim=(0, 2)).nonzero()[:, 0].tolist())
    field = model.summary()[last].field[0]
    assert max(read) - min(read) + 1 == size
    assert (min(read), max(read)) == field.span(8)


# -- single networks ---------------------------------------------------------------------------------------------------


def test_lenet_has_the_connections_of_the_article():
    """Section II.B: a connection is a product or an addition of a bias; 340,908 in all."""
    published = {"C1": 122304, "S2": 5880, "C3": 151600, "S4": 2000, "C5": 48120, "F6": 10164}
    for path, connections in published.items():
        cost = summary("lenet5")[path].cost
        assert cost.macs + cost.bias + cost.add + cost.mul == connections
    codes = summary("lenet5")["difference"].cost.add
    assert sum(published.values()) + codes == 340908
    totals = summary("lenet5").totals
    assert (totals.trainable, totals.frozen) == (60000, 840)


def test_the_variants_of_resnet_50_have_the_same_weights():
    weights = [{a.path: a.weights for a in summary(name).layers if a.weights} for name, _ in FIFTY[:2]]
    assert weights[0] == weights[1]
    assert load("resnet_v1_50").parameters == 25557032


def test_an_auxiliary_head_costs_the_same_in_the_paper():
    extra = load("googlenet_aux:paper").parameters - load("googlenet:paper").parameters
    heads = [a for a in summary("googlenet_aux:paper").layers if a.path.startswith("aux")]
    assert extra == sum(a.parameters for a in heads)
    assert {source.path.split(".")[0]: shape for source, shape in summary("googlenet_aux:paper").outputs.items()} == {
        "fc": (1, 1000),
        "aux1": (1, 1000),
        "aux2": (1, 1000),
    }


def test_zfnet_has_the_sizes_of_the_article():
    """Figure 3, "layer sizes"."""
    published = {"conv1": 110, "pool1": 55, "conv2": 26, "pool2": 13, "conv3": 13, "conv4": 13, "conv5": 13, "pool5": 6}
    assert {path: summary("zfnet")[path].outputs[0][-1] for path in published} == published


def test_u_net_has_the_sizes_and_layers_of_the_article():
    """Figure 1 and section 2: "In total the network has 23 convolutional layers"."""
    found = outputs("unet")
    assert found["classify"] == (1, 2, 388, 388)
    assert [found[f"down{i}.twice.relu2"][-1] for i in range(4)] == [568, 280, 136, 64]
    assert found["bottom.relu2"] == (1, 1024, 28, 28)
    assert [found[f"up{i}.twice.relu2"][-1] for i in range(4)] == [388, 196, 100, 52]
    kinds = Counter(layer.kind for layer in summary("unet").layers)
    assert kinds["Conv2d"] + kinds["ConvTranspose2d"] == 23


@pytest.mark.parametrize("stride", [8, 16, 32])
def test_fcn_scores_every_pixel(stride):
    assert [*summary(f"fcn:{stride}s", H=375, W=500).outputs.values()] == [(1, 21, 375, 500)]


def test_the_heads_of_a_pyramid_have_one_set_of_weights():
    layers = [a for a in summary("retinanet").layers if a.path.startswith("scores") and a.kind == "Conv2d"]
    assert len(layers) == 5 * 5
    assert sum(a.parameters for a in layers) == 4 * (256 * 256 * 9 + 256) + 256 * 720 * 9 + 720
    assert sum(a.macs > 0 for a in layers) == 5 * 5


def test_wavenet_reads_nothing_of_the_future():
    (axis,) = summary("wavenet")["conv2"].field
    assert (axis.ends[1], axis.size) == (0, 5 * 1023 + 2)


@pytest.mark.parametrize("name", ["r3d_18", "mc3_18", "r2plus1d_18"])
def test_video_networks_go_by_torchvisions_names(name):
    assert [*summary(name).inputs.values()] == [(1, 3, 16, 112, 112)]


@pytest.mark.parametrize("name", ["vgg16", "vgg16.yaml", "vgg:16", "vgg_16"])
def test_vgg16_goes_by_several_names(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert archcalc.load(name).parameters == 138357544


def test_vgg16_is_configuration_d():
    assert [a.outputs for a in summary("vgg16").layers] == [a.outputs for a in summary("vgg:16").layers]


# -- the lesson --------------------------------------------------------------------------------------------------------


def outputs(name):
    return {a.path: a.outputs[0] for a in summary(name).layers}


def test_lesson_first_fully_connected():
    assert outputs("first_fully_connected")["flatten"] == (1, 150528)
    assert load("first_fully_connected").parameters > 150_000_000


def test_lesson_drawn_network():
    found = outputs("drawn_network")
    drawn = {i: found[f"stage{i}.pool"] for i in range(1, 5)}
    assert drawn == {1: (1, 64, 112, 112), 2: (1, 128, 56, 56), 3: (1, 256, 28, 28), 4: (1, 512, 14, 14)}
    assert found["avgpool"] == (1, 512, 1, 1)
    assert found["softmax"] == (1, 1000)


def test_lesson_simple_cnn():
    assert load("simple_cnn").parameters == 94986


@pytest.mark.parametrize(("variant", "size", "parameters"), [("stride1", 56, 73984), ("stride2", 28, 78208)])
def test_lesson_residual_block(variant, size, parameters):
    model = load("residual_block", variant=variant)
    assert model.parameters == parameters
    assert [*model.summary().outputs.values()] == [(1, 64, size, size)]


@pytest.mark.parametrize("classes", [2, 10, 100])
def test_lesson_transfer_learning(classes):
    totals = load("transfer_learning", classes=classes).summary().totals
    assert totals.trainable == 2048 * classes + classes
    assert totals.frozen == 25557032 - 2049000


# The lesson's table is of no single network: its C3 is the article's, its pooling and its output are today's.
LESSON_LENET = {
    "Conv1": (156, "both"),
    "Pool1": (0, "dense"),
    "Conv2": (1516, "1998"),
    "Pool2": (0, "dense"),
    "FC1": (48120, "both"),
    "FC2": (10164, "both"),
    "FC3": (850, "dense"),
}
OURS = {"1998": ("lenet", "C1 S2 C3 S4 C5 F6 digits"), "dense": ("lenet_dense", "conv1 pool1 conv2 pool2 fc1 fc2 fc3")}


@pytest.mark.parametrize("which", OURS)
def test_lesson_lenet(which):
    name, paths = OURS[which]
    for path, (parameters, where) in zip(paths.split(), LESSON_LENET.values(), strict=True):
        assert (summary(name)[path].parameters == parameters) is (where in (which, "both")), path
    assert agrees("60K", load("lenet").summary().totals.trainable)
    assert not agrees("60K", load("lenet_dense").parameters)


LESSON_TABLE = [
    ("lenet5", "60K", True),
    ("alexnet", "60M", False),  # 61.1 million, and 60.97 as published
    ("vgg16", "138M", True),
    ("googlenet", "6.8M", False),  # 6.6 as released, 7.0 as published: 6.8 is a sum of thousands that are 1024
    ("resnet50", "25.6M", True),
    ("efficientnet_b0", "5.3M", True),
]


@pytest.mark.parametrize(("name", "printed", "right"), LESSON_TABLE)
def test_lesson_parameters_of_known_networks(name, printed, right):
    assert agrees(printed, load(name).summary().totals.trainable) is right


DEPTHS = {"lenet_dense": 5, "alexnet": 8, "vgg16": 16, "googlenet": 22, "resnet:50": 50, "resnet:152": 152}


@pytest.mark.parametrize("name", DEPTHS)
def test_lesson_depths(name):
    """Layers with weights on the longest way through the network, batch norm not counted."""

    def step(layer, inputs):
        return [max(inputs, default=0) + (type(layer.op).__name__ in ("Conv2d", "Linear"))]

    assert max(depth for (depth,) in fold(load(name).network, step).values()) == DEPTHS[name]

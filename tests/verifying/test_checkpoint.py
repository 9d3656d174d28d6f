"""Checkpoints: what is compared, and what is refused before anything is compared."""

import json
import struct

import pytest

import archcalc
from archcalc.analyse.arrays import arrays
from archcalc.cli import main
from archcalc.errors import Refused
from archcalc.verifying.checkpoint import compare
from archcalc.verifying.safetensors import read_checkpoint


def header(shapes, dtype="F32", size=4):
    """The header of arrays that lie one after the other."""
    at, found = 0, {}
    for name, shape in shapes.items():
        count = size
        for n in shape:
            count *= n
        found[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + count]}
        at += count
    return found, at


def write(path, found, length, text=None):
    data = json.dumps(found).encode() if text is None else text
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(data)) + data)
        file.truncate(8 + len(data) + length)  # the arrays' bytes are never read
    return path


@pytest.fixture
def model():
    return archcalc.load("resnet:18", width=8, classes=10)


def test_the_same_names_and_shapes(model, tmp_path):
    own, _ = arrays(model.network)
    assert own["layer1.0.bn1.num_batches_tracked"] == ()
    path = write(tmp_path / "m.safetensors", *header(own))
    assert compare(model.network, read_checkpoint(path)) == []


def test_what_pytorch_saves_has_the_same_names(model, tmp_path):
    state = model.to_torch("meta").state_dict()
    path = write(tmp_path / "m.safetensors", *header({name: tuple(a.shape) for name, a in state.items()}))
    assert compare(model.network, read_checkpoint(path)) == []


def test_differences_are_listed(model, tmp_path, capsys):
    own, _ = arrays(model.network)
    own["fc.weight"] = (1000, 64)
    del own["conv1.weight"]
    own["head.we\u202eight"] = (3,)
    path = write(tmp_path / "m.safetensors", *header(own))
    arguments = ["verify", "resnet:18", "--set", "width=8", "--set", "classes=10", "--checkpoint", str(path)]
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "1 missing from the checkpoint:",
        "  conv1.weight [8, 3, 7, 7]",
        "1 of another shape:",
        "  fc.weight [10, 64] in the spec, [1000, 64] in the checkpoint",
        "1 not in the spec:",
        "  head.we\\u202eight [3]",
    ]
    with pytest.raises(SystemExit):
        main([*arguments, "--format", "json"])
    kinds = [d["kind"] for d in json.loads(capsys.readouterr().out)["differences"]]
    assert kinds == ["missing", "shape", "unexpected"]


def test_a_shared_weight_may_have_one_name_or_two(tmp_path):
    spec = tmp_path / "s.yaml"
    spec.write_text(
        "archcalc: 1\ninputs: {x: {shape: [1, 4], dtype: int64}}\nlayers:\n"
        "  embed: {Embedding: {num_embeddings: 9, embedding_dim: 3}}\n"
        "  head: {Linear: {out_features: 9, bias: false}, share: embed}\n"
    )
    network = archcalc.load(spec).network
    one = write(tmp_path / "1.safetensors", *header({"embed.weight": (9, 3)}))
    two = write(tmp_path / "2.safetensors", *header({"embed.weight": (9, 3), "head.weight": (9, 3)}))
    other = write(tmp_path / "3.safetensors", *header({"embed.weight": (9, 3), "head.weight": (9, 4)}))
    assert compare(network, read_checkpoint(one)) == []
    assert compare(network, read_checkpoint(two)) == []
    assert [m.kind for m in compare(network, read_checkpoint(other))] == ["shape"]


def test_an_index_of_several_files(model, tmp_path):
    own, _ = arrays(model.network)
    names = list(own)
    parts = {"a.safetensors": names[:20], "b.safetensors": names[20:]}
    for file, part in parts.items():
        write(tmp_path / file, *header({name: own[name] for name in part}))
    index = tmp_path / "m.safetensors.index.json"
    where = {name: file for file, part in parts.items() for name in part}
    index.write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": where}))
    assert compare(model.network, read_checkpoint(index)) == []
    where[names[0]] = "b.safetensors"
    index.write_text(json.dumps({"weight_map": where}))
    with pytest.raises(Refused, match=f"'{names[0]}' should be in b.safetensors, but is not"):
        read_checkpoint(index)
    del where[names[0]]
    index.write_text(json.dumps({"weight_map": where}))
    with pytest.raises(Refused, match=f"'{names[0]}' is in a.safetensors, but the index says null"):
        read_checkpoint(index)


@pytest.mark.parametrize(
    "file", ["../m.safetensors", "/etc/passwd", "a/b.safetensors", "..\\m.safetensors", "m.bin", ""]
)
def test_an_index_cannot_leave_its_folder(file, tmp_path):
    index = tmp_path / "m.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"w": file}}))
    with pytest.raises(Refused, match="is not a safetensors file beside the index"):
        read_checkpoint(index)


def test_a_link_cannot_leave_the_folder(tmp_path):
    (tmp_path / "out").mkdir()
    write(tmp_path / "out" / "m.safetensors", *header({"w": (3,)}))
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "m.safetensors").symlink_to(tmp_path / "out" / "m.safetensors")
    index = folder / "m.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"w": "m.safetensors"}}))
    with pytest.raises(Refused, match="is a link that leaves the folder"):
        read_checkpoint(index)


def entry(shape=(2,), begin=0, end=8, dtype="F32"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


DAMAGED = {
    "repeated names": (b'{"w":%s,"w":%s}' % ((json.dumps(entry()).encode(),) * 2), 8, "'w' is repeated"),
    "arrays that overlap": ({"a": entry(), "b": entry(begin=4, end=12)}, 12, "'b' begins at byte 4 and overlaps"),
    "a gap between arrays": (
        {"a": entry(), "b": entry(begin=12, end=20)},
        20,
        "'b' begins at byte 12 and leaves a gap",
    ),
    "a wrong length": ({"a": entry(end=12)}, 12, "'a' takes 12 bytes, but F32 of [2] takes 8"),
    "a file that is too short": ({"a": entry()}, 4, "the arrays end at byte 8, but the file has 4 bytes"),
    "a file that is too long": ({"a": entry()}, 16, "the arrays end at byte 8, but the file has 16 bytes"),
    "offsets backwards": ({"a": entry(begin=8, end=0)}, 8, "takes -8 bytes"),
    "negative sizes": ({"a": entry(shape=(-1, -2))}, 8, "must have a shape, not [-1, -2]"),
    "sizes that are no numbers": ({"a": entry(shape=(True, 2.0))}, 8, "must have a shape, not [True, 2.0]"),
    "an unknown type": ({"a": entry(dtype="PICKLE")}, 8, "the unknown dtype 'PICKLE'"),
    "a key too many": ({"a": entry() | {"code": "1"}}, 8, "must have dtype, shape and data_offsets"),
    "no entry": ({"a": 3}, 0, "must have dtype, shape and data_offsets"),
    "metadata that is no text": ({"__metadata__": {"a": 1}}, 0, "__metadata__ must be a mapping"),
    "no object": (b"[1]", 0, "must be a JSON object"),
    "no JSON": (b"{", 0, "is not JSON in UTF-8"),
    "no UTF-8": (b"\xff", 0, "is not JSON in UTF-8"),
    "open brackets": (b"[" * 100_000, 0, "is not JSON in UTF-8"),
    "long numbers": (b'{"a":' + b"9" * 10_000 + b"}", 0, "is not JSON in UTF-8"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files_are_refused(name, tmp_path):
    found, length, message = DAMAGED[name]
    text = found if isinstance(found, bytes) else None
    path = write(tmp_path / "m.safetensors", found if text is None else None, length, text)
    with pytest.raises(Refused) as caught:
        read_checkpoint(path)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_a_header_that_is_not_there(tmp_path):
    path = tmp_path / "m.safetensors"
    for data, message in (
        (b"", "is not a safetensors file"),
        (b"\xff" * 8, "is not a safetensors file"),
        (b"\x10" + b"\0" * 7, "ends within"),
    ):
        path.write_bytes(data)
        with pytest.raises(Refused, match=message):
            read_checkpoint(path)
    with pytest.raises(Refused, match=r"cannot read .*: No such file or directory"):
        read_checkpoint(tmp_path / "none.safetensors")

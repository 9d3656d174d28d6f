"""Hostile specs end in a clear error, soon and within 500 MB, and print nothing else."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

HEAD = b"inputs: {image: [1, 3, 32, 32]}\n"
WIDE = b"layers:\n" + b"  - {Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}}\n" * 60_000


def size(text: str) -> bytes:
    """A spec with an expression where a size belongs."""
    return HEAD + b'layers: [{Linear: "' + text.encode() + b'"}]\n'


def blocks(depth: int) -> bytes:
    """Blocks that each call the next one twice: 2**depth layers."""
    lines = "".join(f"  b{i}: {{layers: [b{i + 1}, b{i + 1}]}}\n" for i in range(depth))
    return HEAD + f"blocks:\n{lines}  b{depth}: {{layers: [ReLU]}}\nlayers: [b0]\n".encode()


MERGES = b"a0: &a0 {x: 1}\n" + b"".join(b"a%d: &a%d {<<: [*a%d, *a%d]}\n" % (i, i, i - 1, i - 1) for i in range(1, 30))
ALIASES = b"a0: &a0 [x, x]\n" + b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (i, i, i - 1, i - 1) for i in range(1, 30))

CASES: dict[str, tuple[bytes, int | tuple[int, ...], str]] = {
    "open brackets": (b"[" * 100_000, 5, "the limit nesting is 60"),
    "open braces": (b"{" * 500, 3, "a key must be a name, not a mapping"),
    "many open braces": (b"{" * 100_000, (3, 5), ""),
    "dashes": (b"- " * 100_000, 5, "the limit nesting is 60"),
    "alias bomb": (ALIASES, 3, "anchors (&) are not part of the language"),
    "merge-key bomb": (MERGES, 3, "anchors (&) are not part of the language"),
    "merge key": (b"a: {<<: {b: 1}}\n", 3, "merge keys (<<) are not part of the language"),
    "duplicate keys": (
        b"title: a\ntitle: b\n" + HEAD + b"layers: [ReLU]\n",
        3,
        "'title' is defined twice, first in line 1",
    ),
    "tags": (b"title: !!python/object/apply:os.system [id]\n", 3, "tags (!) are not part of the language"),
    "invalid UTF-8": (b"title: \xff\xfe\n", 3, "is not valid UTF-8"),
    "UTF-16": ("title: a\n".encode("utf-16"), 3, "is not valid UTF-8"),
    "control character": (b"title: a\x00b\n", 3, "a control character is not allowed"),
    "two documents": (HEAD + b"---\na: 1\n", 3, "a file holds one document"),
    "an endless file": (b"#" * 5_000_000, 5, "the limit bytes is 4,194,304"),
    "many values": (WIDE, 5, "the limit nodes is 250,000"),
    "long number": (b"archcalc: " + b"9" * 100_000, 3, "is too long"),
    "towering power": (size("2**10**10"), 5, "the limit bits is 4,096"),
    "powers of powers": (size("9**999 * 9**999 * 9**999"), 5, "the limit bits is 4,096"),
    "a fraction's power": (size("(1/3)**(10**9)"), 5, "the limit bits is 4,096"),
    "import": (size("__import__('os').system('id')"), 3, "is not part of the language"),
    "attributes": (size("input.__class__.__mro__"), 3, "a layer has no '__class__'"),
    "lambda": (size("(lambda: 1)()"), 3, "is not an expression"),
    "parentheses": (size("(" * 1000 + "1" + ")" * 1000), 5, "an expression of 2,001 characters is too long"),
    "fewer parentheses": (size("(" * 400 + "1" + ")" * 400), 3, "is not an expression"),
    "signs": (size("-" * 900 + "1"), 3, "is not an expression"),
    "long list": (size("len([0] * 10**9)"), 5, "a list of 1,000,000,000 entries is too long"),
    "long range": (size("sum(range(10**9))"), 5, "range would have 1,000,000,000 entries"),
    "lists in lists": (size("len([[z for z in range(999)] for y in range(999)])"), 5, "the limit rounds is 1,000"),
    "doubled lists": (size("len(" + "(" * 20 + "[0]*1000" + ")*1000" * 20 + ")"), 5, "entries is too long"),
    "repeat": (HEAD + b"layers: [{ReLU: , repeat: 10**9}]\n", 5, "expands to at least 1,000,000,000 layers"),
    "repeat in repeat": (
        HEAD + b"layers: [{layers: [{layers: [{ReLU: , repeat: 1000}], repeat: 1000}], repeat: 1000}]\n",
        5,
        "the limit layers is 60,000",
    ),
    "repeat of nothing": (
        HEAD + b"layers: [{layers: [{layers: [{ReLU: , when: false, repeat: 900}], repeat: 900}], repeat: 900}]\n",
        5,
        "the limit layers is 60,000",
    ),
    "negative repeat": (HEAD + b"layers: [{ReLU: , repeat: -1}]\n", 3, "an integer of at least 0, not -1"),
    "blocks that double": (blocks(40), 5, "the limit layers is 60,000"),
    "a block in itself": (HEAD + b"blocks: {a: {layers: [a]}}\nlayers: [a]\n", 3, "contains itself: a -> a"),
    "two blocks in each other": (
        HEAD + b"blocks: {a: {layers: [b]}, b: {layers: [a]}}\nlayers: [a]\n",
        3,
        "contains itself: a -> b -> a",
    ),
    "cycle in let": (HEAD + b"let: {a: b, b: a}\nlayers: [{Linear: a}]\n", 3, "depends on itself: a -> b -> a"),
    "long chain in let": (
        HEAD
        + b"let: {"
        + b", ".join(b"a%d: a%d + 1" % (i, i + 1) for i in range(5000))
        + b", a5000: 1}\nlayers: [{Linear: a0}]\n",
        5,
        "nested too deeply",
    ),
    "unknown names": (size("nothing + nobody"), 3, "there is nothing called 'nothing' here"),
    "kernel larger than its input": (
        HEAD + b"layers: [{Conv2d: {out_channels: 1, kernel_size: 33}}]\n",
        3,
        "the kernel reaches over 33 positions, but the padded input has 32",
    ),
    "groups that do not divide": (
        HEAD + b"layers: [{Conv2d: {out_channels: 4, kernel_size: 3, groups: 2}}]\n",
        3,
        "groups (2) must divide the input's channels (3)",
    ),
    "shapes that do not add": (
        HEAD + b"layers:\n  a: {Conv2d: {out_channels: 4, kernel_size: 3}}\n  b: {Add: , from: [a, input]}\n",
        3,
        "do not fit",
    ),
    "true where a size belongs": (size("true"), 3, "an integer of at least 1, not true"),
    "extends itself": (b"extends: s\n", 3, "called 's'"),
    "extends out of its folder": (b"extends: ../../../etc/passwd\n", 3, "a spec cannot reach out of its folder"),
    "extends an absolute path": (b"extends: /etc/passwd\n", 3, "a spec cannot reach out of its folder"),
    "uses a file out of its folder": (b"use: ../../../etc/passwd\n", 3, "a spec cannot reach out of its folder"),
    "a name as long as a page": (HEAD + b"layers:\n  ? " + b"x" * 10_000 + b"\n  : ReLU\n", 3, "cannot name a layer"),
    "pattern of a thousand axes": (
        HEAD + b'layers: [{Rearrange: "' + b"a " * 5000 + b"-> " + b"a " * 5000 + b'"}]\n',
        3,
        "",
    ),
    "an array of 1,000 axes": (HEAD + b"layers: [{Reshape: [" + b"1, " * 999 + b"-1]}]\n", 3, "would have 1000 axes"),
    "a size beyond all bounds": (size("2**63"), 3, "an integer of at least 1, not 9223372036854775808"),
    "sizes that multiply beyond all bounds": (
        HEAD + b"layers:\n  a: {Expand: [2**62, 3, 32, 32]}\n  b: {Flatten: 0}\n",
        3,
        "beyond 2^63",
    ),
}


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (500_000_000, 500_000_000))
    # 2 s on a quiet machine; more here, because a busy one makes every second of a processor worth less.
    resource.setrlimit(resource.RLIMIT_CPU, (6, 6))


@pytest.mark.parametrize("name", CASES)
def test_hostile_spec(name: str, tmp_path: Path) -> None:
    data, status, message = CASES[name]
    (tmp_path / "s.yaml").write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-m", "archcalc", "summary", "s.yaml"],
        cwd=tmp_path,
        capture_output=True,
        preexec_fn=limited,
        timeout=60,
        check=False,
    )
    errors = done.stderr.decode()
    assert done.returncode in (status if isinstance(status, tuple) else (status,)), errors[-2000:]
    assert message in errors
    assert "Traceback" not in errors
    assert "root:" not in errors
    assert len(errors) < 20_000
    assert done.stdout == b""

"""Every command, every piece of Python and every spec in the documents does what the document says."""

import re
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, Session, blocks
from tests.sweeps import sampled

DOCUMENTS = sorted(p.relative_to(ROOT).as_posix() for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LONG = {f"docs/{name}.md" for name in ("drawing", "solving", "formulas", "verifying", "comparing")}
"""Documents whose blocks take seconds."""
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)(?P<path>[^)#]*)(#(?P<anchor>[^)]*))?\)")


@pytest.mark.parametrize("name", sampled(DOCUMENTS, set(DOCUMENTS) - LONG))
def test_blocks(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = ROOT / name
    text = path.read_text(encoding="utf-8")
    session, said = Session(tmp_path), text
    shift = 0
    for block in blocks(text):
        try:
            new = session.run(block)
        except Exception as error:
            pytest.fail(f"{name}:{block.line}: {type(error).__name__}: {error}")
        start, end = (position + shift for position in block.span)
        said, shift = said[:start] + new + said[end:], shift + len(new) - len(block.text)
        if not request.config.getoption("--overwrite"):
            assert new == block.text, f"{name}:{block.line} prints something else; rewrite it with pytest --overwrite"
    if said != text:
        path.write_text(said, encoding="utf-8")


def _anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links(name: str) -> None:
    path = ROOT / name
    for link in LINK.finditer(path.read_text(encoding="utf-8")):
        target = (path.parent / link["path"]).resolve() if link["path"] else path
        assert target.exists(), f"{name} links to {link['path']}, which is not there"
        if link["anchor"]:
            assert link["anchor"] in _anchors(target.read_text(encoding="utf-8")), f"{name}: no heading {link[0]}"


def test_a_wrong_output_is_found(tmp_path: Path) -> None:
    block = blocks("```console\n$ archcalc --version\narchcalc 9\n```\n")[0]
    assert Session(tmp_path).run(block) != block.text


def test_a_wrong_spec_is_found(tmp_path: Path) -> None:
    block = blocks("<!-- fragment -->\n```yaml\nlayers: [Relu]\n```\n")[0]
    with pytest.raises(Exception, match="did you mean 'ReLU'"):
        Session(tmp_path).run(block)

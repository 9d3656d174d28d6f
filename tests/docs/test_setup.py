"""The README's set-up commands are there, and .ci/run runs them."""

from tests.docs.blocks import ROOT, blocks

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_two_commands() -> None:
    first, second = (block.text for block in blocks(README) if block.mark == "setup")
    assert first.startswith("pip install -e . && archcalc summary vgg16.yaml")
    assert second.startswith("pip install -e '.[test]' && pytest")


def test_the_script_reads_them_from_the_readme() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "README.md" in script
    assert "pip install" not in script

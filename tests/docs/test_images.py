"""The pictures of the documents: every one that is shown is made by the one command, and every one made is shown."""

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_picture_is_made_and_shown():
    spec = importlib.util.spec_from_file_location("make", ROOT / "docs" / "images" / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    there = {path.name for path in (ROOT / "docs" / "images").glob("*.png")}
    assert there == set(make.PICTURES)
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "README.md", ROOT / "docs" / "drawing.md")]
    shown = {name for text in texts for name in re.findall(r"images/(\w+\.png)", text)}
    assert shown == there
    assert len(re.findall(r"docs/images/\w+\.png", texts[0])) == 3

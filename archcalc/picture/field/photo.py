"""A picture of the user's to draw on: PNG or JPEG, read with limits, since it may be anything."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from archcalc.errors import MissingExtra, Refused
from archcalc.render.words import visible

if TYPE_CHECKING:
    from PIL import Image

PIXELS = 50_000_000
"""So many pixels a picture may have; its header tells, before any is decoded."""
LARGEST = 2048
"""So many pixels of a side are drawn; more would not be seen."""
KINDS = ("PNG", "JPEG")


def photo(path: Path, width: int, height: int) -> "Image.Image":
    """A picture scaled to a size, but to few pixels; raises Refused for what cannot be read, or is too large."""
    try:
        from PIL import Image
    except ImportError:
        raise MissingExtra("Pillow", "pictures", "reading a picture") from None
    name = repr(visible(str(path)))
    if not path.is_file():
        raise Refused(f"there is no file {name}", "name a PNG or JPEG file")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(path, formats=KINDS) as opened:
                if opened.width * opened.height > PIXELS:
                    raise Image.DecompressionBombError
                return _scaled(opened, width, height)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise Refused(f"{name} has more than {PIXELS:,} pixels", "make it smaller") from None
        except Exception as error:  # whatever a decoder stumbles over
            known = isinstance(error, OSError) and error.strerror
            why = str(known) if known else "it is no PNG or JPEG file, or a damaged one"
            raise Refused(f"cannot read {name} as a picture", why) from None


def _scaled(opened: "Image.Image", width: int, height: int) -> "Image.Image":
    from PIL import Image, ImageOps

    opened.draft("RGB", (width, height))  # a JPEG is decoded no larger than it needs to be
    ImageOps.exif_transpose(opened, in_place=True)
    small = opened.convert("RGBA").resize((min(width, LARGEST), min(height, LARGEST)), Image.Resampling.LANCZOS)
    return Image.alpha_composite(Image.new("RGBA", small.size, "white"), small).convert("RGB")

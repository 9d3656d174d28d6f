"""The user's picture to draw on: PNG or JPEG, read with limits because it is untrusted."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from archcalc.errors import MissingExtra, Refused
from archcalc.render.words import visible

if TYPE_CHECKING:
    from PIL import Image

PIXELS = 50_000_000
"""The most pixels of a picture, checked in its header before decoding."""
LARGEST = 2048
"""The most pixels per side that are drawn."""
KINDS = ("PNG", "JPEG")


def photo(path: str | Path, width: int, height: int) -> "Image.Image":
    """A picture scaled to a size, at most LARGEST; raises Refused if it is unreadable or too large."""
    try:
        from PIL import Image
    except ImportError:
        raise MissingExtra("Pillow", "pictures", "reading a picture") from None
    name = repr(visible(str(path)))
    if not Path(path).is_file():
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
        except Exception as error:  # decoders raise errors of any type
            known = isinstance(error, OSError) and error.strerror
            why = str(known) if known else "it is no PNG or JPEG file, or a damaged one"
            raise Refused(f"cannot read {name} as a picture", why) from None


def _scaled(opened: "Image.Image", width: int, height: int) -> "Image.Image":
    from PIL import Image, ImageOps

    opened.draft("RGB", (width, height))  # decodes a JPEG no larger than needed
    ImageOps.exif_transpose(opened, in_place=True)
    small = opened.convert("RGBA").resize((min(width, LARGEST), min(height, LARGEST)), Image.Resampling.LANCZOS)
    return Image.alpha_composite(Image.new("RGBA", small.size, "white"), small).convert("RGB")

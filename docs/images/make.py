"""Makes the pictures of the README and the documents anew: python docs/images/make.py."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PICTURES = {
    "vgg16.png": ["draw", "vgg16", "--style", "volumes"],
    "heat.png": ["draw", "unet", "--depth", "1", "--heat", "macs", "--show", "shape,share"],
    "accuracy.png": ["plot", "resnet", "efficientnet", "mobilenet_v3", "regnet_y", "vgg", "--y", "top-1"],
    "field.png": ["draw", "resnet:50", "--style", "field"],
    "difference.png": ["draw", "--diff", "resnet:18", "resnet:34"],
    "unet.png": ["draw", "unet", "--style", "volumes"],
}
"""Every picture with the command that draws it."""


def main() -> None:
    """Draw all pictures."""
    for name, arguments in PICTURES.items():
        subprocess.run([sys.executable, "-m", "archcalc", *arguments, "-o", str(HERE / name)], check=True)


if __name__ == "__main__":
    main()

"""`python -m archcalc` and the command `archcalc`: signals end them quietly, even while they are imported."""

import sys
from signal import SIGTERM, signal


def main() -> None:
    """Run the command line and leave with its exit status."""
    signal(SIGTERM, lambda *_: sys.exit(128 + SIGTERM))  # as an exception, which ends the workers too
    try:
        from archcalc.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

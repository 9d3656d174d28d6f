"""`python -m archcalc` and the command `archcalc`: Ctrl-C ends them quietly, even while they are imported."""

import sys


def main() -> None:
    """Run the command line and leave with its exit status."""
    try:
        from archcalc.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

"""`python -m codegen` is the `codegen` command."""

from __future__ import annotations

import atexit
import gc
import os
import sys

_NEW_OBJECTS = (
    50_000  # between two collections: records form no cycles, so that there is little to find
)


def main() -> None:
    """Run the command, and exit quietly on Ctrl-C, even during imports."""
    gc.set_threshold(_NEW_OBJECTS)
    # Else Python walks all objects once more at its end, for a tenth of a short run.
    atexit.register(gc.freeze)
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _fill_streams()
    try:
        from codegen.cli import main as command  # here, so that Ctrl-C is caught while it is loaded

        command()
    except KeyboardInterrupt:
        sys.exit(130)


def _fill_streams() -> None:
    """Open `os.devnull` for streams that the caller closed (`>&-`): the first file that is opened
    would take their number.
    """
    while os.open(os.devnull, os.O_RDWR) <= 2:  # the last one stays open
        pass
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - it stays open


def _ignore_modules_of_folder() -> None:
    """Remove the current folder, where `python -m` looks for modules first.

    A package that was generated there may have the name of one that the command imports, such as
    `dataclasses`, and the folder may be one that nobody has reviewed.
    """
    if sys.flags.safe_path:
        return
    try:
        folder = os.getcwd()  # noqa: PTH109 - pathlib would be imported from the folder
    except OSError:
        return
    if sys.path[:1] == [folder]:
        del sys.path[0]


if __name__ == "__main__":
    _ignore_modules_of_folder()
    main()

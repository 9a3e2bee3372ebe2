"""`python -m codegen` is the `codegen` command."""

import gc
import os
import sys


def main() -> None:
    """Run the command, and end the process. Ctrl-C ends it quietly while it is still being loaded, too."""
    gc.disable()  # what imports make is no garbage: the collector would walk it again and again
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _fill_streams()
    try:
        from codegen.cli import main as command

        command()
    except KeyboardInterrupt:
        _end(130)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            _end(end.code or 0)
        raise


def _fill_streams() -> None:
    """Streams that the caller has closed (`>&-`) lead nowhere: Python has None in their place, and the first file that is opened would take their number."""
    while os.open(os.devnull, os.O_RDWR) <= 2:  # the last one stays open
        pass
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - pathlib takes a millisecond, and it stays open


def _end(status: int) -> None:
    """End here: to take the program apart piece by piece takes as long as reading a page, and the system does it at once.

    Where another package may have something left to do, Python ends in its own way. What cannot be written has been said.
    """
    from codegen.core import records

    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        os._exit(status or 2)
    if records.plugins_used():
        sys.exit(status)
    os._exit(status)


if __name__ == "__main__":
    main()

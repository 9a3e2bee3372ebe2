"""`python -m codegen` is the `codegen` command."""

import gc
import sys


def main() -> None:
    """Run the command. Ctrl-C ends it quietly while it is still being loaded, too."""
    gc.disable()  # what imports make is no garbage: the collector would walk it again and again
    try:
        from codegen.cli import main as command

        command()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

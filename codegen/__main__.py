"""`python -m codegen` is the `codegen` command."""

import sys


def main() -> None:
    """Run the command. Ctrl-C ends it quietly while it is still being loaded, too."""
    try:
        from codegen.cli import main as command

        command()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

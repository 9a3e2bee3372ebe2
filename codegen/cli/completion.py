"""`codegen completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from codegen.cli.common import write_stdout

_PROGRAM = "codegen"
_VARIABLE = "_CODEGEN_COMPLETE"  # which click looks for when the program starts


@click.command(short_help="Print the script that completes commands in a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes commands and options in a shell.

    \b
    bash: codegen completion bash > ~/.local/share/bash-completion/completions/codegen
    zsh:  codegen completion zsh > ~/.zfunc/_codegen, with ~/.zfunc in fpath
    fish: codegen completion fish > ~/.config/fish/completions/codegen.fish

    Exit status: 0 printed, 2 another shell.
    """  # noqa: D301  - click keeps the lines of a block after this sign
    script = get_completion_class(shell)
    assert script is not None  # noqa: S101  - click has all three
    program = click.get_current_context().find_root().command
    write_stdout(script(program, {}, _PROGRAM, _VARIABLE).source())

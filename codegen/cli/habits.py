"""Suggestions for mistyped commands, and for commands and options of other programs."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import click

from codegen.cli.common import reader_language

# Commands of ruff, mkdocs, buf, kubectl, terraform and others, with those that do the same here.
COMMANDS = {
    "apply": ["generate"],
    "breaking": ["diff"],
    "build": ["generate"],
    "changelog": ["history"],
    "clean": ["generate"],
    "compare": ["diff"],
    "compile": ["generate"],
    "create": ["init"],
    "dev": ["site --serve"],
    "docs": ["site"],
    "fix": ["review --fix"],
    "fmt": ["generate"],
    "format": ["generate"],
    "info": ["inspect"],
    "lint": ["review", "validate", "translate lint"],
    "list": ["inspect"],
    "log": ["history"],
    "ls": ["inspect"],
    "migrate": ["upgrade"],
    "new": ["init"],
    "plan": ["check --diff"],
    "preview": ["site --serve"],
    "print": ["inspect"],
    "rule": ["explain"],
    "rules": ["explain"],
    "run": ["generate"],
    "serve": ["site --serve"],
    "server": ["token-endpoint", "site --serve"],
    "show": ["inspect"],
    "status": ["check", "translate status"],
    "sync": ["generate"],
    "test": ["check"],
    "verify": ["check"],
    "watch": ["site --serve"],
    "write": ["generate"],
}
# Options of other programs, by command. Those of `` hold for all commands.
OPTIONS = {
    ("generate", "--check"): "`codegen check` writes nothing.",
    ("generate", "--clean"): "Files that are no longer generated are removed anyway.",
    ("generate", "--diff"): "`codegen check --diff` shows what would change.",
    ("generate", "--dry-run"): "`codegen check` writes nothing.",
    (
        "generate",
        "--force",
    ): "An edited output is written anyway. Files of others are never replaced.",
    ("generate", "--out"): "The folder of an output is `to` in codegen.yaml.",
    ("generate", "--output"): "The folder of an output is `to` in codegen.yaml.",
    ("generate", "--output-dir"): "The folder of an output is `to` in codegen.yaml.",
    ("generate", "--watch"): "`codegen site --serve` rebuilds after each edit.",
    ("generate", "-f"): "Write --config FILE.",
    ("generate", "-o"): "The folder of an output is `to` in codegen.yaml.",
    ("check", "--exclude"): "Write --rule '!RULE', or accept findings with --write-baseline.",
    ("check", "--fix"): "`codegen generate` writes the files.",
    ("check", "--ignore"): "Write --rule '!RULE', or accept findings with --write-baseline.",
    (
        "check",
        "--select",
    ): "--rule chooses findings; `select` in codegen.yaml chooses parts of the sources.",
    ("check", "--watch"): "`codegen site --serve` rebuilds after each edit.",
    (
        "diff",
        "--exit-code",
    ): "The exit status is 1 after a change anyway; --fail-on sets the level.",
    ("init", "--force"): "Nothing is overwritten: remove the file, or name another with --config.",
    ("init", "--yes"): "`codegen init` asks nothing.",
    ("init", "-y"): "`codegen init` asks nothing.",
    ("validate", "-f"): "Write the file alone: codegen validate FILE.",
    ("", "--color"): "Set FORCE_COLOR=1 or NO_COLOR=1.",
    ("", "--exit-zero"): "--fail-on sets the level that makes the exit status 1.",
    ("", "--json"): "Write --format json.",
    ("", "--no-color"): "Set NO_COLOR=1.",
    ("", "--output-format"): "Write --format.",
    ("", "--silent"): "Write --quiet.",
    ("", "--statistics"): "Write --summary.",
    ("", "--strict"): "Write --fail-on WARN.",
    ("", "-c"): "Write --config.",
}


class SuggestingGroup(click.Group):
    """A group of commands that answers a mistyped command with the nearest one.

    `help` before a command is `--help` behind it.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments of the group."""
        if args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the arguments. Raises `click.UsageError` for an unknown one."""
        name = args[0]
        if self.get_command(ctx, name) is None and not ctx.resilient_parsing:
            reader = reader_language()
            message = reader.translate("No such command {name!r}.", name=name)
            if suggestions := self._suggest_commands(ctx, name):
                names = f" {reader.translate('or')} ".join(map(repr, suggestions))
                message += " " + reader.translate("Did you mean {names}?", names=names)
            ctx.fail(message)
        return super().resolve_command(ctx, args)

    def _suggest_commands(self, ctx: click.Context, name: str) -> Sequence[str]:
        """Suggest commands or options of this group for a name that it does not have.

        There may be none. The name may be a word of another program.
        """
        commands = self.list_commands(ctx)
        options: dict[str, str] = {}
        for parameter in self.get_params(ctx):
            for option in parameter.opts:
                options[option.lstrip("-")] = option
        if name in options:
            return [options[name]]
        if ctx.parent is None and name in COMMANDS:
            return COMMANDS[name]
        shortened = [command for command in commands if len(name) > 1 and command.startswith(name)]
        near = shortened or get_close_matches(name, [*commands, *options])
        return [options.get(word, word) for word in near]


def suggest_option(error: click.NoSuchOption) -> str:
    """Suggest what does the same as an option of another program. There may be nothing."""
    if error.ctx is None:
        return ""
    if error.ctx.parent is None:
        return "Options are written behind the command: codegen COMMAND --option."
    for name in (error.ctx.info_name or "", ""):
        if (name, error.option_name) in OPTIONS:
            return OPTIONS[name, error.option_name]
    return ""


def _refuse_paths(
    _context: click.Context, _parameter: click.Parameter, paths: tuple[str, ...]
) -> None:
    if paths:
        raise click.UsageError(
            f"Got unexpected extra argument {paths[0]!r}. The sources are named in codegen.yaml; "
            "--config names another one."
        )


# For commands that read a configuration, as `ruff check .` names what it reads.
NO_PATHS = click.argument("paths", nargs=-1, metavar="", expose_value=False, callback=_refuse_paths)

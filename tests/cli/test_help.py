"""Snapshot of `--help` of all commands in `help.txt`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from codegen.cli import main

RECORDED = Path(__file__).with_name("help.txt")


def describe(command: click.Command, name: str) -> Iterator[str]:
    """Return the help of a command with its arguments, options and subcommands."""
    yield f"{name}: {inspect.cleandoc(command.help or '')}"
    for each in command.params:
        values = (
            "|".join(each.type.choices)
            if isinstance(each.type, click.Choice)
            else each.metavar or ""
        )
        yield f"    {' '.join((*each.opts, *each.secondary_opts))} {values}: {getattr(each, 'help', None) or ''}"
    if isinstance(command, click.Group):
        for below in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), below)
            assert found is not None
            yield from describe(found, f"{name} {below}")


def test_help_of_all_commands_matches_snapshot(request: pytest.FixtureRequest) -> None:
    text = "".join(
        f"{line.rstrip()}\n" for part in describe(main, "codegen") for line in part.splitlines()
    )
    if request.config.getoption("--update-cases"):
        RECORDED.write_text(text, encoding="utf-8")
    assert text == RECORDED.read_text(encoding="utf-8"), (
        "if this is meant: pytest tests/cli/test_help.py --update-cases"
    )

"""The pages that list all commands with their options, and the inputs of the action."""

from __future__ import annotations

import shlex

import click
import pytest

from codegen.cli import main
from support.corpus import ROOT
from tools.reference_pages import EXAMPLES, PAGES


@pytest.mark.parametrize("path", PAGES)
def test_page_is_up_to_date(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == PAGES[path](), "run make update"


@pytest.mark.parametrize("name", main.list_commands(click.Context(main)))
def test_example_has_known_options(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    program, called, *arguments = shlex.split(EXAMPLES[name])
    assert (program, called) == ("codegen", name)
    known = {option for param in command.params for option in param.opts}
    assert {word for word in arguments if word.startswith("--")} <= known

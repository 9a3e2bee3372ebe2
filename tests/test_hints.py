"""Commands, options and documents that messages and rule texts name exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import click
import pytest

from codegen.cli import main
from codegen.validation.rule_catalogue import list_areas, rules
from support.corpus import ROOT
from support.source_code import MODULES, module_path, nodes

# `codegen translate status --for F.po`, in backticks; options end at a value.
_COMMAND = re.compile(r"`codegen ([^`]+)`")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
_DOCUMENT = re.compile(r"(?<![\w/.-])(?:docs/)?[\w-]+\.md\b")
# Options of kubectl, msgfmt and git.
_FOREIGN_OPTIONS = {"--raw", "--check", "--refetch"}


def commands() -> dict[str, click.Command]:
    """Return all commands by name, with their subcommands as `translate status`."""
    context = click.Context(main)
    found: dict[str, click.Command] = {}
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {below}": each for below, each in command.commands.items()}
    return found


COMMANDS = commands()
OPTIONS = {
    option
    for command in (main, *COMMANDS.values())
    for each in command.params
    for option in each.opts
}


def texts(word: str = "") -> Iterator[tuple[str, str]]:
    """Yield all texts of the program and its rules with their locations.

    Values in texts are `X`. Only modules whose source has the word are parsed.
    """
    for module, file in MODULES.items():
        if word not in file.read_text(encoding="utf-8"):
            continue
        path = module_path(module)
        pieces = {
            id(piece)
            for node in nodes(module)
            if isinstance(node, ast.JoinedStr)
            for piece in node.values
        }
        for node in nodes(module):
            if isinstance(node, ast.JoinedStr):
                parts = (
                    part.value if isinstance(part, ast.Constant) else "X" for part in node.values
                )
                yield f"{path}:{node.lineno}", "".join(map(str, parts))
            elif (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in pieces
            ):
                yield f"{path}:{node.lineno}", node.value
    for file in sorted((ROOT / "codegen/findings/rules/prose").rglob("*.md")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{file.name}:{number}", line


NAMED_COMMANDS = sorted(
    {named for _, text in texts("`codegen ") for named in _COMMAND.findall(text)}
)


def test_many_commands_are_named() -> None:
    assert len(NAMED_COMMANDS) > 20


@pytest.mark.parametrize("named", NAMED_COMMANDS)
def test_named_command_exists_with_its_options(named: str) -> None:
    words = re.sub(r"\[.*?\]", "", named).split()
    if words[0] == "X" or words[0].isupper():  # a value, which is a command at run time
        return
    name = " ".join(words[:2]) if " ".join(words[:2]) in COMMANDS else words[0]
    assert name in COMMANDS
    own = {option for each in COMMANDS[name].params for option in each.opts} | {"--help"}
    assert set(_OPTION.findall(named)) <= own
    if name == "explain" and len(words) > 1 and re.fullmatch(r"[a-z-]+", words[1]):
        assert words[1] in {*rules(), *(area.name for area in list_areas())}


def hints() -> Iterator[tuple[str, str]]:
    """Yield the hints of findings, which are arguments of the functions that make them."""
    makers = {"failure": 3, "fault": 3, "warning": 3, "error": 3}
    for module in MODULES:
        for node in nodes(module):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func).rpartition(".")[2]
            given = [keyword.value for keyword in node.keywords if keyword.arg == "hint"]
            if name in makers and len(node.args) > makers[name]:
                given.append(node.args[makers[name]])
            for value in given:
                pieces = [
                    part.value
                    for part in ast.walk(value)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                ]
                yield f"{module_path(module)}:{value.lineno}", "".join(pieces)


def test_options_in_hints_exist() -> None:
    found = [(location, option) for location, text in hints() for option in _OPTION.findall(text)]
    assert len(found) > 10
    assert [each for each in found if each[1] not in OPTIONS | _FOREIGN_OPTIONS] == []


def test_documents_in_hints_exist() -> None:
    named = [(location, name) for location, text in hints() for name in _DOCUMENT.findall(text)]
    assert [each for each in named if not (ROOT / each[1]).is_file()] == []


def test_hints_name_no_document_as_a_whole() -> None:
    """Who is sent to the README has to search."""
    assert [each for each in hints() if re.search(r"\bREADME\b", each[1])] == []

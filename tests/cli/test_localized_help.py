"""Help and messages of the command in Chinese."""

from __future__ import annotations

import ast
import inspect
import re
import string
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import codegen.cli
from codegen.cli import main
from codegen.cli.localized_help import wrap_columns
from codegen.core.locales import SHIPPED

CHINESE = SHIPPED.get("zh-cn").command_texts
HAN = re.compile("[\u3400-\u9fff]")
_SENTENCE = re.compile(r"\b[a-z]+ (?:[a-z]+ )+[a-z]{2,}\b")


def list_commands(command: click.Command, names: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the names of a command and of all its subcommands."""
    yield names
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from list_commands(inner, (*names, name))


def list_messages() -> Iterator[str]:
    """Yield the templates that modules of commands translate."""
    for module in sorted(Path(codegen.cli.__file__).parent.glob("*.py")):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


@pytest.mark.parametrize("names", list(list_commands(main)), ids=" ".join)
def test_help_has_no_english_sentence(
    names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    page = CliRunner().invoke(main, [*names, "--help"], prog_name="codegen").stdout
    prose = re.sub(
        r"`[^`]*`|'[^']*'|^用法：.*|^ *(?:codegen|bash:|zsh:|fish:) .*|^ *--catalog .*",
        "",
        page,
        flags=re.MULTILINE,
    )
    assert HAN.search(page)
    assert _SENTENCE.findall(prose) == []


def test_help_is_english_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    page = CliRunner().invoke(main, ["review", "--help"]).stdout
    assert not HAN.search(page)


def test_configuration_decides_the_language(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "codegen.yaml").write_text("messages: zh-cn\n", encoding="utf-8")
    assert HAN.search(CliRunner().invoke(main, ["review", "--help"]).stdout)


@pytest.mark.parametrize("english", sorted(CHINESE))
def test_text_has_the_values_of_its_english(english: str) -> None:
    assert placeholders(CHINESE[english]) == placeholders(english)
    assert HAN.search(CHINESE[english])


def test_messages_of_translators_are_translated() -> None:
    messages = set(list_messages())
    assert len(messages & CHINESE.keys()) > 20


def test_lines_are_as_wide_as_their_columns() -> None:
    lines = wrap_columns("花园中的一块地，有 `codegen.yaml` 和一道门。" * 4, 40)
    assert max(map(len, lines)) <= 40
    assert all(not line.startswith(("，", "。", " ")) for line in lines)
    assert "".join(lines).replace(" ", "") == inspect.cleandoc(
        "花园中的一块地，有 `codegen.yaml` 和一道门。" * 4
    ).replace(" ", "")

"""Every command in README and docs runs as shown, or is an exception with a reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support import examples
from support.corpus import ROOT

BLOCKS = list(examples.blocks())


def test_exceptions_are_needed_and_blocks_have_commands() -> None:
    commands = [command for block in BLOCKS for command in block.commands]
    assert all(block.commands for block in BLOCKS)
    run, left = examples.counts()
    assert run > left.total()
    assert set(left) == set(examples.NOT_RUN.values())
    assert run + left.total() == len(commands)
    named = re.findall(r"tests/[\w/]+(?:\.py)?", " ".join(examples.NOT_RUN.values()))
    assert named
    assert all((ROOT / each).exists() for each in named)


def make_targets() -> set[str]:
    """Return the targets that `make help` lists."""
    made = re.findall(
        r"^([a-z][a-z -]*):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    return {target for names in made for target in names.split()}


def test_documented_make_targets_exist() -> None:
    asked = {
        word
        for block in BLOCKS
        for command in block.commands
        for word in command.text.split()[1:]
        if command.text.startswith("make") and "=" not in word
    }
    assert {"docs", "test", "matrix"} <= asked <= make_targets()


def test_make_targets_are_documented() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = {
        word for words in re.findall(r"\bmake ((?:[a-z-]+ ?)+)", page) for word in words.split()
    }
    assert make_targets() - {"generate"} <= named


def run_block(block: examples.Block, folder: Path) -> None:
    """Run the commands of a block, and fail for another exit status, a traceback or another output."""
    for command in block.commands:
        if command.why_not:
            continue
        done = examples.run_command(command, folder)
        said = f"{block.name}: {command.text}\n{done.returncode}\n{done.stdout}{done.stderr}"
        assert done.returncode in command.statuses, said
        assert "Traceback" not in done.stderr, said
        assert examples.agrees(command.shown, done.stdout), (
            f"{said}\nis not as shown (make figures):\n{command.shown}"
        )
        for written in re.findall(r"(?:--output|>) (\S+)", command.text.splitlines()[0]):
            assert (folder / written).stat().st_size, said


SESSIONS = [
    session
    for session in examples.sessions()
    if not all(command.why_not for block in session for command in block.commands)
]


@pytest.mark.slow
@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session[0].name)
def test_page_commands_run(session: tuple[examples.Block, ...], tmp_path: Path) -> None:
    for block in session:
        try:
            examples.prepare(block, tmp_path)
        except examples.NotHereError as error:
            pytest.skip(f"{error} of the corpus is not here: set CODEGEN_CORPUS")
        run_block(block, tmp_path)

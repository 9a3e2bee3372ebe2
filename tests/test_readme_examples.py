"""The check of a manifest that the READMEs show is what the command prints."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import figures
from codegen.cli import main

BLOCK = "```console\n$ cat request.yaml\n"


@pytest.mark.parametrize("page", figures.READMES.values(), ids=figures.READMES)
def test_the_manifest_is_judged_as_shown(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = page.read_text(encoding="utf-8").partition(BLOCK)[2].partition("```\n")[0]
    manifest, _, run = shown.partition("$ codegen ")
    command, _, printed = run.partition("\n")
    monkeypatch.chdir(tmp_path)
    Path("request.yaml").write_text(manifest, encoding="utf-8")
    result = CliRunner().invoke(main, shlex.split(command))
    assert result.output == printed
    assert result.exit_code == 1

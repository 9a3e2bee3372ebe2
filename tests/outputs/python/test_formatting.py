"""Formatting by black, and its results in the user's cache folder."""

from __future__ import annotations

from pathlib import Path

import black
import platformdirs
import pytest

from codegen.core.diagnostics import CodegenError
from codegen.outputs.python import formatting
from codegen.outputs.python.formatting import format_python

TEXT = "rows = [1,2]\n"
FORMATTED = "rows = [1, 2]\n"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use an empty cache folder beside the project."""
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda _name: str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_equal_text_is_formatted_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert format_python(TEXT, "a.py") == FORMATTED
    (kept,) = cache.rglob("black-*/*")
    assert kept.read_text() == FORMATTED
    monkeypatch.setattr(black, "format_str", None)
    assert format_python(TEXT, "a.py") == FORMATTED


def test_another_version_of_black_formats_again(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    format_python(TEXT, "a.py")
    monkeypatch.setattr(formatting, "version", lambda _name: "99")
    format_python(TEXT, "a.py")
    assert len(list(cache.rglob("black-*/*"))) == 2


def test_a_cache_of_the_project_is_not_used(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    format_python(TEXT, "a.py")
    (kept,) = cache.rglob("black-*/*")
    kept.write_text("rows = [3]\n")
    monkeypatch.chdir(tmp_path)
    assert format_python(TEXT, "a.py") == FORMATTED
    assert kept.read_text() == "rows = [3]\n"


def test_a_folder_that_cannot_be_written_is_no_error(cache: Path) -> None:
    cache.write_text("a file")
    assert format_python(TEXT, "a.py") == FORMATTED


def test_a_full_folder_is_halved(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting, "_MOST_RESULTS", 4)
    for number in range(5):
        format_python(f"rows = {number}\n", "a.py")
    assert len(list(cache.rglob("black-*/*"))) == 3


@pytest.mark.parametrize("text", ["rows = (", "rows = 1\0", "(" * 10_000])
def test_text_that_is_not_python_is_refused(cache: Path, text: str) -> None:
    with pytest.raises(CodegenError) as caught:
        format_python(text, "a.py")
    (problem,) = caught.value.diagnostics
    assert (problem.rule, problem.span.path) == ("generated-code-invalid", "a.py")

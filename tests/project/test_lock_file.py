"""The lock file of fetched sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.project.config.configuration import load
from codegen.project.lock_file import (
    find_unlocked_sources,
    format_lock,
    lock_path,
    lock_source,
    parse_lock,
)

PLOTS = lock_source("vendor/plots.json", "https://garden.example/v1/plots.json", b"plots")
BEDS = lock_source("vendor/beds.json", "https://garden.example/v1/beds.json", b"beds")
CONFIG = """\
sources: [{url: "https://garden.example/v{garden}/plots.json", path: vendor/plots.json}]
pins: {garden: "1"}
outputs: [{target: json-schema, to: schemas}]
"""


def test_lock_is_read_as_written() -> None:
    text = format_lock((PLOTS, BEDS))
    assert parse_lock(text.encode(), "codegen.lock").sources == (BEDS, PLOTS)
    assert text == format_lock((BEDS, PLOTS))


def test_lock_is_named_after_its_configuration() -> None:
    assert lock_path("codegen.yaml") == "codegen.lock"
    assert lock_path("garden.yml") == "garden.lock"


UNREADABLE = {
    "conflict": b"<<<<<<< HEAD\n",
    "empty": b"",
    "another format": b'{"format": 2}',
    "unknown key": b'{"format": 1, "beds": []}',
    "list": b"[]",
    "bytes": b"\xff",
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_anything_else_is_one_error(data: bytes) -> None:
    with pytest.raises(CodegenError) as error:
        parse_lock(data, "codegen.lock")
    assert [finding.rule for finding in error.value.diagnostics] == ["lock-unreadable"]
    assert error.value.diagnostics[0].span.path == "codegen.lock"


def list_unlocked(folder: Path) -> list[str]:
    """Return the paths of the findings about a project."""
    findings = find_unlocked_sources(load(folder / "codegen.yaml"))
    return [finding.span.path for finding in findings]


def test_fetched_sources_are_those_of_the_lock(tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    source = tmp_path / "vendor/plots.json"
    source.write_bytes(b"plots")
    (tmp_path / "codegen.yaml").write_text(CONFIG, encoding="utf-8")
    assert list_unlocked(tmp_path) == ["vendor/plots.json"]

    (tmp_path / "codegen.lock").write_text(format_lock([PLOTS]), encoding="utf-8")
    assert list_unlocked(tmp_path) == []

    source.write_bytes(b"plots\n")
    assert list_unlocked(tmp_path) == ["vendor/plots.json"]

    source.write_bytes(b"plots")
    raised = CONFIG.replace('garden: "1"', 'garden: "2"')
    (tmp_path / "codegen.yaml").write_text(raised, encoding="utf-8")
    assert list_unlocked(tmp_path) == ["vendor/plots.json"]

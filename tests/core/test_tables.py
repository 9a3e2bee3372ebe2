"""Tables that ship as TOML are read from JSON, which is theirs as long as nobody edits them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from codegen.core import resources, tables
from rows import for_rows


@for_rows((file,) for file in tables.shipped())
def test_a_table_that_ships_is_what_its_file_says(file: Path, *, monkeypatch: pytest.MonkeyPatch) -> None:
    text = file.read_text(encoding="utf-8")
    expected = tomllib.loads(text)
    with monkeypatch.context() as patch:
        patch.setattr(tomllib, "loads", lambda _: pytest.fail("make update has to write tables.json"))
        assert tables.parsed(file, text) == expected


def test_what_ships_is_what_update_writes() -> None:
    assert tables.FILE.read_text(encoding="utf-8") == tables.text()
    assert len({tables._name(file) for file in tables.shipped()}) == len(list(tables.shipped())) > 50


def test_an_edited_table_is_read_as_it_is_now() -> None:
    file = next(tables.shipped())
    text = file.read_text(encoding="utf-8")
    assert tables.parsed(file, f"{text}\n[more]\na = 1\n") == {**tomllib.loads(text), "more": {"a": 1}}
    assert tables.parsed(Path("mine/locales/en.toml"), "a = 1") == {"a": 1}
    with pytest.raises(ValueError, match="at end of document"):
        tables.parsed(file, "a = ")


def test_a_fingerprint_is_the_same_on_each_python() -> None:
    assert resources.fingerprint(b"A plot.\n") == "8-c32774e0"
    assert len({resources.fingerprint(data) for data in (b"", b"\0", b"\0\0", b"a", b"b")}) == 5

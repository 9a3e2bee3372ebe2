"""Which files of a folder are read as text, and why the others are no sources."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.core.source import Source
from codegen.readers import unreadable_text
from codegen.readers.source_files import PassedOver, load_if_text, walk_files


def write_file(file: Path, data: bytes = b"x\n") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def test_folders_of_tools_are_not_walked(tmp_path: Path) -> None:
    for path in (
        "b.txt",
        "a/c",
        ".git/HEAD",
        "node_modules/x/a.json",
        "env/pyvenv.cfg",
        "env/lib/a.json",
        ".d/e",
    ):
        write_file(tmp_path / path)
    found = [file.relative_to(tmp_path).as_posix() for file in walk_files(tmp_path)]
    assert found == [".d/e", "a/c", "b.txt"]


def test_folder_that_cannot_be_opened_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file(tmp_path / "open" / "plot.json")
    write_file(tmp_path / "closed" / "bed.json")
    scan = os.scandir

    def refuse_closed(path: str) -> Iterator[os.DirEntry[str]]:
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse_closed)
    with pytest.raises(CodegenError) as raised:
        list(walk_files(tmp_path))
    (finding,) = raised.value.diagnostics
    assert finding.rule == "source-unreadable"
    assert Path(finding.span.path).name == "closed"


def test_named_folder_may_have_any_name(tmp_path: Path) -> None:
    file = write_file(tmp_path / "node_modules" / "plot.json")
    assert list(walk_files(file.parent)) == [file]


@pytest.mark.parametrize(
    ("name", "data", "is_expected"),
    [
        ("plot.md", b"%PDF-1.7\n", True),
        ("plot.md", b"PK\x03\x04 text", True),
        ("plot.md", b"kind: Plot\0\n", True),
        ("__init__.py", b"", True),
        ("plot.md", b" \n", False),
        ("plot.md", b"\xef\xbb\xbf\n", False),
        ("notes", "Gärten".encode("latin-1"), True),
    ],
    ids=["PDF", "archive", "zero byte", "empty code", "empty page", "byte order mark", "Latin-1"],
)
def test_file_without_readable_text_is_passed_over(
    tmp_path: Path, name: str, data: bytes, is_expected: bool
) -> None:
    found = load_if_text(write_file(tmp_path / name, data), name, name)
    assert isinstance(found, PassedOver)
    assert found.is_expected == is_expected
    assert found.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_text_is_read(tmp_path: Path, encoding: str) -> None:
    found = load_if_text(
        write_file(tmp_path / "plot", "kind: Plot\n".encode(encoding)), "plot", "plot"
    )
    assert isinstance(found, Source)
    assert found.text == "kind: Plot\n"


def test_source_in_unknown_encoding_is_an_error(tmp_path: Path) -> None:
    file = write_file(tmp_path / "plot", '{"swagger": "2.0", "title": "地"}'.encode("gb18030"))
    with pytest.raises(CodegenError) as caught:
        load_if_text(file, "plot", "plot")
    assert caught.value.diagnostics[0].rule == "not-utf8"


def test_large_file_that_is_no_source_is_passed_over(tmp_path: Path) -> None:
    for start, is_source in (
        (b"2031-01-01 started\n", False),
        (b'{"swagger": "2.0", "a": "', True),
    ):
        file = write_file(tmp_path / "large", start)
        with file.open("r+b") as stream:
            stream.truncate(300_000_000)
        head = start.ljust(unreadable_text.HEAD_BYTES, b"x")
        with file.open("r+b") as stream:
            stream.write(head)
        if is_source:
            with pytest.raises(CodegenError) as caught:
                load_if_text(file, "large", "large")
            assert caught.value.diagnostics[0].rule == "source-too-large"
        else:
            assert isinstance(load_if_text(file, "large", "large"), PassedOver)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("# A comment\n---\napiVersion: v1\nkind: ConfigMap\n", "manifests"),
        ("package a\n\nconst text = `\nkind: Plot\n`\n", "text"),
        ('{"name": "garden"}', "JSON"),
        ("<!DOCTYPE html><p>Hello.</p>", "site"),
        ("- **size** (integer)\n", "part of a reference page"),
    ],
    ids=["manifest", "code", "JSON", "HTML", "half a page"],
)
def test_unknown_text_is_described_by_its_form(text: str, word: str) -> None:
    assert word in unreadable_text.describe_unknown_text(text)

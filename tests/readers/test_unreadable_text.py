"""Files that are no sources, and pages inside another text, have one message that says what to do."""

from __future__ import annotations

import bz2
import gzip
import html
import io
import json
import quopri
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError, Finding, Report
from codegen.model import Reference
from codegen.readers.sources import SourcePath, read_sources
from codegen.readers.unreadable_text import (
    describe_binary_data,
    describe_unknown_text,
    find_enclosing_text,
)
from support.corpus import CASES
from support.rendering import SHELLS, copy_text, docsy

PAGE = (CASES / "english-page/sources/garden-resources/plot-v1.md").read_text(encoding="utf-8")
TABLE = (CASES / "table-pages-upstream/expected/upstream/garden/plot-v1.md").read_text(
    encoding="utf-8"
)


DEFINITION = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"


def read_data(folder: Path, data: bytes) -> Reference:
    file = folder / "plot"
    file.write_bytes(data)
    return read_sources([SourcePath(path=file, display_path="plot", locale="en")], Report())


def find_error(folder: Path, data: bytes) -> Finding:
    with pytest.raises(CodegenError) as raised:
        read_data(folder, data)
    (finding,) = raised.value.diagnostics
    return finding


def make_zip(data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", data)
    return stream.getvalue()


def make_tar(data: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        info = tarfile.TarInfo("plot.md")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


BINARY: dict[str, Callable[[bytes], bytes]] = {
    "PDF": lambda data: b"%PDF-1.7\n%\xe2\xe3" + data,
    "PDF after a blank line": lambda data: b"\n%PDF-1.7\n%\xe2\xe3" + data,
    "DOCX": make_zip,
    "DOC": lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data,
    "RTF": lambda data: b"{\\rtf1\\ansi " + data + b"}",
    "tar": make_tar,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "web archive": lambda data: b"bplist00\xd1\x01" + data,
}


@pytest.mark.parametrize("form", BINARY.values(), ids=BINARY)
def test_a_file_of_another_format_is_named(tmp_path: Path, form: Callable[[bytes], bytes]) -> None:
    finding = find_error(tmp_path, form(PAGE.encode()))
    assert finding.rule == "source-unrecognised"
    assert finding.message.count(":") or "picture" in finding.message  # what to do


@pytest.mark.parametrize("encoding", ["UTF-16LE", "UTF-16BE", "UTF-32LE"])
def test_text_without_a_byte_order_mark_names_its_encoding(encoding: str) -> None:
    assert encoding in describe_binary_data(PAGE.encode(encoding))


def quote(page: str) -> str:
    return "".join(f"> {line}".rstrip() + "\n" for line in page.split("\n"))


def number(page: str) -> str:
    return "".join(f"{at:6}\t{line}\n" for at, line in enumerate(page.split("\n"), 1))


def make_patch(page: str) -> str:
    added = "".join(f"+{line}\n" for line in page.split("\n"))
    return f"diff --git a/plot.md b/plot.md\n--- /dev/null\n+++ b/plot.md\n@@ -0,0 +1,9 @@\n{added}"


def make_web_archive(page: str) -> str:
    encoded = quopri.encodestring(docsy(page).encode()).decode()
    return (
        "From: <Saved by Blink>\nSubject: Plot\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related;\n\ttype="text/html";\n\tboundary="--x"\n\n'
        f"----x\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n{encoded}"
    )


# Each form, with the line at which the page begins.
INSIDE: dict[str, tuple[Callable[[str], str], int]] = {
    "quoted": (quote, 1),
    "copied text quoted": (lambda page: quote(copy_text(page)), 1),
    "numbered lines": (number, 1),
    "patch": (make_patch, 1),
    "web archive": (make_web_archive, 1),
    "block of code": (lambda page: f"Look:\n\n```markdown\n{page}\n```\n", 3),
    "block of tildes": (lambda page: f"~~~\n{page}\n~~~\n", 1),
    "AsciiDoc": (lambda page: f"= Plot\n\n[source]\n----\n{page}\n----\n", 4),
    "JSON": (lambda page: json.dumps({"content": page}), 1),
    "code": (lambda page: f"export default {json.dumps(page)};\n", 1),
    "colours of a terminal": (lambda page: f"\x1b[1m---\x1b[0m{page.removeprefix('---')}", 1),
    "bold letters of a pager": (lambda page: f"T\bTi\bit\btl\ble\be\n{page}", 1),
    "file shown by a browser": (
        lambda page: f"<html><head></head><body><pre>{html.escape(page)}</pre></body></html>",
        1,
    ),
}


@pytest.mark.parametrize("layout", [PAGE, TABLE], ids=["list", "table"])
@pytest.mark.parametrize("form", INSIDE.values(), ids=INSIDE)
def test_a_page_inside_another_text_is_refused_at_its_line(
    tmp_path: Path, form: tuple[Callable[[str], str], int], layout: str
) -> None:
    wrap, line = form
    finding = find_error(tmp_path, wrap(layout).encode())
    assert (finding.rule, finding.span.line) == ("source-unrecognised", line)


@pytest.mark.parametrize("shell", SHELLS.values(), ids=SHELLS)
def test_a_page_of_a_site_is_inside_no_other_text(shell: Callable[[str], str]) -> None:
    assert find_enclosing_text(shell(PAGE)) is None


@pytest.mark.parametrize(
    "text",
    [
        PAGE,
        TABLE,
        copy_text(PAGE),
        f"From: Ann\nSubject: the page\n\n{PAGE}",
        PAGE.replace("plot", "\x1b[31mplot"),
        '{"openapi": "3.0.0", "info": {"description": "---"}}',
        "1. Water the beds.\n2. Wait.\n",
        "openapi: 3.0.0\ninfo:\n  description: |\n    > a\n    > b\n",
    ],
    ids=[
        "list",
        "table",
        "copied",
        "mail",
        "colour in a text",
        "document",
        "numbered list",
        "quotation",
    ],
)
def test_a_text_of_its_own_is_inside_no_other_text(text: str) -> None:
    assert find_enclosing_text(text) is None


def test_conflict_in_unknown_text_is_described_with_its_line() -> None:
    text = "\napiVersion: v1\n<<<<<<< HEAD\nkind: Plot\n=======\n>>>>>>> b\n"
    described = describe_unknown_text(text)
    assert "conflict" in described
    assert "line 3" in described


def test_text_with_zero_byte_is_described_with_its_line() -> None:
    assert "line 2" in describe_binary_data(f"地\nPl\0ot\n{PAGE}".encode())
    assert "line" not in describe_binary_data(b"\x7fELF\x02\x01\0\0\0")
    assert "line" not in describe_binary_data(b"a\0b\0c\0")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{{- if .Values.plot }}\napiVersion: v1\nkind: Plot\n{{- end }}\n", "Helm"),
        ("apiVersion: v1\nkind: Plot\nname: {{ .Release.Name }}\n", "Helm"),
        ('HTTP/1.1 200 OK\nContent-Type: a/b\n\n{"openapi": "3.0.0"}', "headers"),
        ("&lt;html&gt;&lt;h1&gt;Plot&lt;/h1&gt;", "tags"),
        (
            "  apiVersion: apiextensions.k8s.io/v1\n  kind: CustomResourceDefinition\n",
            "indented",
        ),
        (f"# Plots\n\n```yaml\n{DEFINITION}```\n", "line 4"),
        (f"$ kubectl get crd plots -o yaml\n{DEFINITION}", "line 2"),
        ('Look:\n\n```json\n{"openapi": "3.0.0"}\n```\n', "line 4"),
        ("openapi: 3.0 is supported\n\nSee the notes.\n", "text"),
    ],
    ids=[
        "template",
        "template of a manifest",
        "response",
        "escaped HTML",
        "indented",
        "block of code",
        "command",
        "JSON in a block of code",
        "sentence",
    ],
)
def test_unknown_text_is_described_by_what_it_is(tmp_path: Path, text: str, word: str) -> None:
    assert word in describe_unknown_text(text)
    assert find_error(tmp_path, text.encode()).rule == "source-unrecognised"


def test_pdf_is_described_with_words_before_its_header() -> None:
    assert "PDF" in describe_binary_data(b"Saved by Ann\n%PDF-1.7\n%\xe2\xe3\n")
    assert not describe_binary_data(b"The header is %PDF-1.7\n")

"""Sources in each encoding and with each line end have the same text and locations."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.core.source import Source, decode, load

TEXT = "Beds\n\nWhat grows here, 种植.\nLast\n"
MARKED = {
    "UTF-8": codecs.BOM_UTF8 + TEXT.encode(),
    "UTF-16 LE": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "UTF-16 BE": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "UTF-32 LE": codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
    "UTF-32 BE": codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"),
}


@pytest.mark.parametrize("data", MARKED.values(), ids=MARKED)
def test_text_with_byte_order_mark_is_read(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "page.md"
    file.write_bytes(data)
    assert load(file).text == TEXT


@pytest.mark.parametrize("name", ["utf-16le", "utf-16be", "utf-32le", "utf-32be"])
def test_encoding_without_byte_order_mark_is_named(name: str) -> None:
    with pytest.raises(CodegenError) as raised:
        decode(TEXT.encode(name), "page.md")
    (finding,) = raised.value.diagnostics
    assert (finding.rule, finding.span.line) == ("not-utf8", 1)
    assert name in finding.message
    assert name in finding.hint


@pytest.mark.parametrize(
    ("data", "location"),
    [
        (codecs.BOM_UTF16_LE + "a\nb".encode("utf-16-le") + b"\xd8", (2, 2)),
        (codecs.BOM_UTF32_LE + "a\nb".encode("utf-32-le") + b"\xff\xff\xff\xff", (2, 2)),
        ("土\n种".encode("gb18030"), (1, 1)),
        (b"a\nb\0\xff", (2, 3)),
    ],
    ids=["half a character", "no character", "GB 18030", "UTF-8 with a zero byte"],
)
def test_invalid_byte_is_reported_with_location(data: bytes, location: tuple[int, int]) -> None:
    with pytest.raises(CodegenError) as raised:
        decode(data, "page.md")
    (finding,) = raised.value.diagnostics
    assert (finding.rule, finding.span.line, finding.span.column) == ("not-utf8", *location)


@pytest.mark.parametrize("text", ["", "a", "ab", "a\0b", "\0" * 3], ids=repr)
def test_short_text_is_utf8(text: str) -> None:
    assert decode(text.encode(), "page.md") == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends_count_alike(end: str) -> None:
    source = Source(TEXT.replace("\n", end), "page.md")
    assert source.text == TEXT
    assert source.place(source.text.index("Last")) == (4, 1)

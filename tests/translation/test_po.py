"""Lossless reading and writing of PO files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import polib
import pytest

from codegen.core.diagnostics import CodegenError
from codegen.core.escaping.controls import visible
from codegen.translation import po
from codegen.translation.po import Catalog, Entry
from codegen.translation.provenance import decode_comment
from gardens.hostile import PAYLOADS

PLOT = "io.example.api.garden.v1.Plot"
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (HEAD.encode() + b'msgctxt "a"\nmsgid "b"\nnonsense here\n', 7),
        (b"{}", 1),
        (b"just some words", 1),
        (HEAD.encode() + 'msgctxt "一'.encode() + b'\xff"\n', 5),
        (HEAD.encode() + b'msgctxt "a\nmsgid "b"\n', 5),
    ],
)
def test_invalid_catalog_is_located(tmp_path: Path, content: bytes, line: int) -> None:
    file = tmp_path / "zh-cn.po"
    file.write_bytes(content)
    with pytest.raises(CodegenError) as raised:
        po.load_catalog(file, "zh-cn", "translations/zh-cn.po")
    (said,) = raised.value.diagnostics
    assert (said.span.path, said.span.line) == ("translations/zh-cn.po", line)
    assert said.hint or said.rule == "not-utf8"


@pytest.mark.parametrize("line", ['"a"', "#. a", "#: a:1", "# a", "#", "#, fuzzy"])
def test_text_with_too_many_lines_is_refused(tmp_path: Path, line: str) -> None:
    """The library concatenates lines in quadratic time."""
    before = 'msgctxt "a"\nmsgid ""\n' if line.startswith('"') else ""
    behind = 'msgstr ""\n' if before else 'msgctxt "a"\nmsgid "b"\nmsgstr ""\n'
    file = tmp_path / "zh-cn.po"
    file.write_text(f"{HEAD}{before}{f'{line}{chr(10)}' * po.MAX_LINES}{behind}", encoding="utf-8")
    assert set(po.load_catalog(file, "zh-cn").entries) == {"a"}
    file.write_text(
        f"{HEAD}{before}{f'{line}{chr(10)}' * (po.MAX_LINES + 1)}{behind}", encoding="utf-8"
    )
    with pytest.raises(CodegenError, match=r"catalog-syntax.*more than 10000 lines") as found:
        po.load_catalog(file, "zh-cn")
    assert (
        found.value.diagnostics[0].span.line
        == HEAD.count("\n") + before.count("\n") + po.MAX_LINES + 1
    )


def test_text_like_file_name_is_parsed_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other").write_text(
        f'{HEAD}msgctxt "{PLOT}"\nmsgid "A."\nmsgstr "甲"\n', encoding="utf-8"
    )
    (tmp_path / "zh-cn.po").write_text("other", encoding="utf-8")
    with pytest.raises(CodegenError, match="catalog-syntax"):
        po.load_catalog(tmp_path / "zh-cn.po", "zh-cn")


def test_written_catalog_is_sorted_stable_and_undated(tmp_path: Path) -> None:
    entries = [
        Entry(
            id=f"{PLOT}#bed",
            english='A "bed" \\ with\ntwo lines.',
            translation="床" * 60,
            places=("a%20b.md:3", "c.md"),
        ),
        Entry(id=PLOT, english="A plot.", translation="一块地", flags=("fuzzy",)),
    ]
    text = po.format_catalog(entries, "zh-cn", Catalog(locale="zh-cn"))
    assert text == po.format_catalog(reversed(entries), "zh-cn", Catalog(locale="zh-cn"))
    assert text.index(f'"{PLOT}"') < text.index(f'"{PLOT}#bed"')
    assert '"PO-Revision-Date: \\n"' in text
    assert f'msgstr "{"床" * 60}"' in text
    (tmp_path / "zh-cn.po").write_text(text, encoding="utf-8")
    again = po.load_catalog(tmp_path / "zh-cn.po", "zh-cn")
    assert po.format_catalog(again.entries.values(), "zh-cn", again) == text
    assert again.entries == {expected.id: expected for expected in entries}


def test_catalog_preserves_all_texts(tmp_path: Path) -> None:
    texts = list(PAYLOADS.values())
    entries = [
        po.Entry(
            id=f"K#{text}",
            english=text,
            translation=text,
            provenance=decode_comment(text),
            comment=text,
            previous=text,
            flags=("fuzzy",),
            places=(f"{text}:3", text),
        )
        for text in texts
    ]
    entries += [
        po.Entry(id=f"G#{text}", english=text, translation=text, obsolete=True) for text in texts
    ]
    text = po.format_catalog(entries, "zh-cn", po.Catalog(locale="zh-cn"))
    file = tmp_path / "zh-cn.po"
    assert po.write_catalog(file, text)
    assert not po.write_catalog(file, text)
    found = {entry.msgctxt: entry for entry in polib.pofile(str(file))}
    assert len(found) == 2 * len(texts)
    again = po.load_catalog(file, "zh-cn")
    for each in texts:
        entry = found[visible(f"K#{each}")]
        assert (entry.msgid, entry.msgstr, entry.flags) == (visible(each), visible(each), ["fuzzy"])
        assert again.entries[visible(f"K#{each}")].translation == visible(each)
    assert po.format_catalog(again.entries.values(), "zh-cn", again) == text
    if shutil.which("msgfmt"):
        subprocess.run(
            ["msgfmt", "--check-format", "--output-file", tmp_path / "x.mo", file],
            check=True,
            capture_output=True,
        )

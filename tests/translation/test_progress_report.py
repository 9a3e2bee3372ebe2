"""Reports of translation progress."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation.po import Entry
from codegen.translation.progress import TranslationStatus, compute_status
from codegen.translation.progress_report import format_html, format_json, format_markdown
from codegen.translation.provenance import mark_candidate
from gardens.translation import document, key

HOSTILE = "<script>alert(1)</script> | @owner `x` must be {{ 7*7 }}"
TEXTS = {"a": HOSTILE, "b": "A bed. It is new.", "c": "A gate.", "d": "The path of it."}
STALE = Entry(id=key("Plot#b"), english="A bed.", translation="花坛。", flags=("fuzzy",), previous="A bed.")
DRAFT = Entry(
    id=key("Plot#c"), english="A gate.", translation="门。", flags=("fuzzy",), provenance=mark_candidate("K", "short")
)
MARKED = Entry(id=key("Plot#d"), english="The path of it.", translation="小路。", flags=("fuzzy",))


def status_of(folder: Path, *entries: Entry) -> TranslationStatus:
    file = document(folder / "new.json", Plot=TEXTS)
    return compute_status(
        read_sources([SourcePath(path=file, shown=file.name)], Report()), {entry.id: entry for entry in entries}
    )


@pytest.mark.parametrize(
    ("tag", "shown", "done"),
    [
        (
            "en",
            (
                "Translations into zh-cn",
                "19 words to do in 4 distinct texts, at 4 of 4 places.",
                "another place",
                "0 of 4",
                "marked as fuzzy",
            ),
            "Nothing is left to do: all 4 texts",
        ),
        (
            "zh-cn",
            (
                "zh-cn 译文进度",
                "尚有 4 条不同的原文（共 19 个",
                "涉及 4 处中的 4 处",
                "来自别处的译文",
                "0 / 4",
                "fuzzy 标记",
            ),
            "全部 4 条原文均已翻译",
        ),
    ],
)
def test_reports_are_in_the_language_of_the_reader_and_hold_no_markup_of_texts(
    tmp_path: Path, tag: str, shown: tuple[str, ...], done: str
) -> None:
    reader, result = SHIPPED.get(tag), status_of(tmp_path, STALE, DRAFT, MARKED)
    markdown, page = format_markdown(result, "zh-cn", reader), format_html(result, "zh-cn", reader)
    for text in (markdown, page):
        assert [words for words in shown if words not in text] == []
        assert "<script>alert" not in text
    assert reader.status["added"].format(new="It is new.") in markdown
    assert "<ins>It is new.</ins>" in page
    assert "@owner" not in markdown
    assert "{{ 7*7 }}" in page
    assert ("src=" in page, f'<html lang="{tag}">' in page) == (False, True)
    finished = [
        replace(STALE, id=key(f"Plot#{name}"), english=text, flags=(), previous=None) for name, text in TEXTS.items()
    ]
    assert done in format_markdown(status_of(tmp_path, *finished), "zh-cn", reader)


def test_the_first_rows_of_a_table_are_unfolded(tmp_path: Path) -> None:
    texts = {f"f{number:02}": f"The field of number {number}." for number in range(42)}
    file = document(tmp_path / "new.json", Plot=texts)
    result = compute_status(read_sources([SourcePath(path=file, shown=file.name)], Report()), {})
    lines = format_markdown(result, "zh-cn", SHIPPED.get("en")).split("\n")
    begin = lines.index("| English | words to do | places | first id | why |")
    assert lines[begin + 1] == "| --- | ---: | ---: | --- | --- |"
    assert lines[begin + 2 + 40 : begin + 2 + 42] == ["", "<details><summary>2 more</summary>"]
    assert len(re.findall(r"^\| The field", "\n".join(lines[begin + 2 + 42 :]), re.MULTILINE)) == 2


def test_data_for_programs_is_english(tmp_path: Path) -> None:
    work = {item["state"]: item["reasons"] for item in format_json(status_of(tmp_path, STALE, DRAFT))["work"]}  # type: ignore[attr-defined]
    assert work == {"stale": ["added: It is new."], "fuzzy": ["candidate: from K; short"], "missing": []}

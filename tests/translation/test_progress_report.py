"""Reports of translation progress."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation.po import Entry
from codegen.translation.progress import TextCounts, TextState, TranslationStatus, compute_status
from codegen.translation.progress_report import format_html, format_json, format_markdown
from codegen.translation.provenance import mark_candidate
from gardens.translation import document, key

HOSTILE = "<script>alert(1)</script> | @owner `x` must be {{ 7*7 }}"
TEXTS = {"a": HOSTILE, "b": "A bed. It is new.", "c": "A gate.", "d": "The path of it."}
DONE = {
    name: Entry(id=key(f"Plot#{name}"), english=english, translation="花坛。")
    for name, english in TEXTS.items()
}
OPEN = (
    replace(DONE["b"], flags=("fuzzy",), previous="A bed."),
    replace(DONE["c"], flags=("fuzzy",), provenance=mark_candidate("K", "short")),
    replace(DONE["d"], flags=("fuzzy",)),
)
ENGLISH = (
    "Translations into zh-cn",
    "Words to do: 19. Distinct texts: 4. Places: 4 of 4.",
    "another place",
    "0 of 4",
    "marked as fuzzy",
)
CHINESE = (
    "zh-cn 译文进度",
    "尚有 4 条不同的原文（共 19 个",
    "涉及 4 处中的 4 处",
    "来自别处的译文",
    "0 / 4",
    "fuzzy 标记",
)


def load_status(folder: Path, *entries: Entry, **more: str) -> TranslationStatus:
    file = document(folder / "new.json", Plot={**TEXTS, **more})
    reference = read_sources([SourcePath(path=file, display_path=file.name)], Report())
    return compute_status(reference, {entry.id: entry for entry in entries})


@pytest.mark.parametrize(
    ("tag", "shown", "done"),
    [("en", ENGLISH, "every text is translated (4)"), ("zh-cn", CHINESE, "全部 4 条原文均已翻译")],
)
def test_reports_are_localized_and_escaped(
    tmp_path: Path, tag: str, shown: tuple[str, ...], done: str
) -> None:
    reader, result = SHIPPED.get(tag), load_status(tmp_path, *OPEN)
    markdown, page = format_markdown(result, "zh-cn", reader), format_html(result, "zh-cn", reader)
    for text in (markdown, page):
        assert [words for words in shown if words not in text] == []
        assert "<script>alert" not in text
    assert (reader.status["added"].format(new="It is new.") in markdown, "@owner" in markdown) == (
        True,
        False,
    )
    for words, wanted in {
        "<ins>It is new.</ins>": 1,
        "{{ 7*7 }}": 2,
        "src=": 0,
        f'<html lang="{tag}">': 1,
    }.items():
        assert page.count(words) == wanted
    assert markdown.count(reader.status["fuzzy"]) == 1  # no assessment of untranslated texts
    assert done in format_markdown(load_status(tmp_path, *DONE.values()), "zh-cn", reader)


def test_first_table_rows_are_unfolded(tmp_path: Path) -> None:
    more = {f"f{number:02}": f"The field of number {number}." for number in range(41)}
    report = format_markdown(load_status(tmp_path, **more), "zh-cn", SHIPPED.get("en"))
    shown, _, folded = report.partition("\n\n<details><summary>5 more</summary>\n\n")
    assert [part.count("\n| The field of number") for part in (shown, folded)] == [37, 4]
    assert (
        "| English | words to do | places | first id | why |\n| --- | ---: | ---: | --- | --- |\n"
        in folded
    )


def test_finished_pages_are_omitted_and_long_reasons_truncated(tmp_path: Path) -> None:
    tallies = (
        TextCounts(
            name="open.md", texts={"x": 1}, counts={TextState.MISSING: 1, TextState.TRANSLATED: 0}
        ),
        TextCounts(name="done.md"),
    )
    more = replace(OPEN[0], id=key("Plot#e"), english="A bed." + f" It is {'very ' * 40}wide." * 4)
    result = replace(load_status(tmp_path, more, e=more.english), pages=tallies)
    markdown = format_markdown(result, "zh-cn", SHIPPED.get("en"))
    assert (
        "| page | words to do | texts | translated |\n| --- | ---: | ---: | --- |\n| open.md | 1 | 1 | 0 of 1 |\n\n"
        in markdown
    )
    (row,) = (line for line in markdown.split("\n") if line.startswith("| A bed. It is very"))
    assert (row.count("added: "), len(row) < 600) == (3, True)


def test_machine_readable_reports_are_english(tmp_path: Path) -> None:
    work = format_json(load_status(tmp_path, *OPEN))["work"]
    assert isinstance(work, list)
    reasons = [["candidate: from K; short"], ["added: It is new."], []]
    assert [item["reasons"] for item in work if item["state"] != "missing"] == reasons
    signals = {"fuzzy": "moderate", "stale": "strong", "missing": "no signal"}
    assert {item["state"]: item["signal"] for item in work} == signals

"""Reports of translation progress."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from codegen.core.diagnostics import Report
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation.po import Entry
from codegen.translation.progress import compute_status
from codegen.translation.progress_report import format_html, format_markdown
from gardens.translation import document, key


def test_reports_for_an_issue_and_for_a_browser_hold_no_markup_of_texts(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script> | @owner `x` must be {{ 7*7 }}"
    file = document(tmp_path / "new.json", Plot={"a": hostile, "b": "A bed. It is new."})
    stale = Entry(id=key("Plot#b"), english="A bed.", translation="花坛。", flags=("fuzzy",), previous="A bed.")
    reference = read_sources([SourcePath(path=file, shown=file.name)], Report())
    result = compute_status(reference, {stale.id: stale})
    markdown, page_text = format_markdown(result, "zh-cn"), format_html(result, "zh-cn")
    assert "| words to do | texts | translated |" in markdown
    assert "added: It is new." in markdown
    assert "<ins>It is new.</ins>" in page_text
    for text in (markdown, page_text):
        assert "<script>alert" not in text
        assert "words to do in 2 distinct texts" in text
    assert "@owner" not in markdown
    assert "{{ 7*7 }}" in page_text
    assert "src=" not in page_text
    done = [
        replace(stale, id=key(f"Plot#{name}"), english=text, flags=(), previous=None)
        for name, text in (("a", hostile), ("b", "A bed. It is new."))
    ]
    assert "Nothing is left to do" in format_markdown(
        compute_status(reference, {entry.id: entry for entry in done}), "zh-cn"
    )

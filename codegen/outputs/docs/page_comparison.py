"""Comparison of a generated page with its source, which shows edits by hand."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from codegen.core.diagnostics import Report, Span
from codegen.core.generated_files import GeneratedFile


def compare_page(text: str, page: GeneratedFile, report: Report) -> None:
    """Warn at the first line that differs between a source page (`page.exact`) and the generated
    one.
    """
    if "/" not in page.path:  # links of a page to itself name its folder, unknown here
        text = re.sub(rf"\"\.\./[^\"/#]+/{re.escape(PurePosixPath(page.path).stem)}#", '"#', text)
    if text == page.text:
        return
    before, after = text.split("\n"), page.text.split("\n")
    pairs = enumerate(zip(before, after, strict=False))
    line = next(
        (number for number, (old, new) in pairs if old != new), min(len(before), len(after))
    )
    old_line, new_line = (
        repr(lines[line][:60]) if line < len(lines) else "the end" for lines in (before, after)
    )
    report.warning(
        "page-not-exact",
        f"the generated page differs from here on: {old_line} becomes {new_line}",
        Span(path=page.exact, line=line + 1, column=1),
        "undo the edit, or remove `auto_generated: true` if the page is kept by hand",
        id=page.exact,
        arguments=(old_line, new_line),
    )

"""Half a surrogate pair, which escapes of JSON and YAML can write and no encoding can: U+FFFD stands for it, and a warning says so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from codegen.core.source import Source
from codegen.findings.diagnostics import Report

_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPE = re.compile(r"\\[uU](?:0000)?[dD][89a-fA-F]")


def replace_surrogates(documents: Iterable[Any], source: Source, report: Report | None = None) -> None:
    """Replace them in the keys and texts of documents that were read from a source, and say so where there is a report."""
    if _ESCAPE.search(source.text) and sum([_replaced(data) for data in documents]) and report is not None:
        report.warning(
            "lone-surrogate",
            "half a surrogate pair (\\ud800 to \\udfff) was replaced by U+FFFD",
            source.whole,
            "correct the escape in the source",
        )


def _replaced(data: Any) -> bool:
    """Whether any was there."""
    replaced = False

    def clean(text: str) -> str:
        nonlocal replaced
        if _SURROGATE.search(text):
            replaced = True
            return _SURROGATE.sub("\ufffd", text)
        return text

    queue: list[Any] = [data]
    seen: set[int] = set()
    while queue:
        node = queue.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, dict):
            items = [
                (clean(key) if isinstance(key, str) else key, clean(value) if isinstance(value, str) else value)
                for key, value in node.items()
            ]
            node.clear()
            node.update(items)
            queue.extend(value for _, value in items if isinstance(value, dict | list))
        elif isinstance(node, list):
            node[:] = [clean(value) if isinstance(value, str) else value for value in node]
            queue.extend(value for value in node if isinstance(value, dict | list))
    return replaced

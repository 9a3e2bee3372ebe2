"""The kind of a page whose front matter has none, from its first section."""

from __future__ import annotations

import re

from msgspec.structs import replace

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.readers.page_tree import FrontMatter, PageTree
from codegen.readers.shared.front_matter import find_front_matter

_NULLS = ("null", "~")  # empty values of YAML
_LETTER = re.compile(r"[^\W_]")
_KIND = re.compile(r"(?<!\S)kind:")


def restore_kind(tree: PageTree, source: Source, report: Report) -> PageTree | None:
    """Return a page with its kind, or None if nothing on it tells the kind, which is reported."""
    front = replace(
        tree.front, kind=_read_name(tree.front.kind), title=_read_name(tree.front.title)
    )
    front_matter = find_front_matter(source.text)
    if not front.kind:
        front = replace(front, kind=_find_kind(tree))
        if not front.kind:
            report.error(
                "kind-missing",
                "this page has no kind, neither in its front matter nor in a section",
                source.span(_find_offset(source.text, front_matter)),
                "write `kind:` below api_metadata, as in `kind: Plot`",
            )
            return None
        if front_matter is not None:  # a page without front matter is reported for that
            report.warning(
                "kind-missing",
                f"the front matter has no kind; {front.kind}, the name of the first section, is used",
                source.span(_find_offset(source.text, front_matter)),
                f"write `kind: {front.kind}` below api_metadata",
                arguments=(front.kind,),
            )
    return replace(tree, front=front)


def _read_name(text: str) -> str:
    """Return a kind or title, or an empty string for one without letters and for an empty value of YAML."""
    text = text.strip()
    if text in _NULLS or _LETTER.search(text) is None:
        return ""
    return text


def _find_kind(tree: PageTree) -> str:
    """Return the value of the field `kind` in the first section, or the name of that section."""
    if not tree.sections or not tree.front.import_path:
        return ""  # sections without a package are common parameters
    first = tree.sections[0]
    values = [row.value for row in first.rows if row.name == "kind" and row.value]
    return _read_name(values[0] if values else first.name)


def _find_offset(text: str, front_matter: tuple[FrontMatter, int] | None) -> int:
    """Return where the kind belongs: at its empty entry, or at the start of the front matter."""
    end = front_matter[1] if front_matter is not None else 0
    entry = _KIND.search(text, 0, end)
    start = len(text) - len(text.lstrip())
    if entry is not None:
        return entry.start()
    return start

"""Bullets of a page that a comment has swallowed, as places of findings about missing parts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Report, Span
from codegen.core.source import Source
from codegen.model import split_prose_id
from codegen.readers.shared.comments import Comments

_HEADING = re.compile(r"^#{2,3}\s", re.MULTILINE)


class SwallowedBullets:
    """Finds the bullets of missing parameters and fields inside the comments of a page."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._comments = Comments(source, Report())

    def locate(self, finding: Finding) -> Finding:
        """Place a finding about a missing part at its bullet in a comment, if one has it.

        Behind the English bullet stands the translated one that the page lacks.
        """
        name = split_prose_id(finding.id)[1]
        if finding.path != self._source.path or not name or not finding.line:
            return finding
        bullets = list(self._find_bullets(name, finding.span))
        if not bullets:
            return finding
        return replace(finding, span=self._source.span(bullets[-1]))

    def _find_bullets(self, name: str, owner: Span) -> Iterator[int]:
        """Yield the offsets of the bullets of a name in the first comment that has one."""
        pattern = re.compile(rf"^[ \t]*(?P<bullet>-\s+\*\*{re.escape(name)}\*\*)", re.MULTILINE)
        start = self._source.line_offset(owner.line)
        heading = _HEADING.search(self._comments.shown, self._end_of_line(start))
        end = heading.start() if heading is not None else len(self._source.text)
        for offset, text in self._comments.between(start, end):
            matches = list(pattern.finditer(text))
            for match in matches:
                yield offset + match.start("bullet")
            if matches:
                return

    def _end_of_line(self, at: int) -> int:
        end = self._source.text.find("\n", at)
        if end < 0:
            return len(self._source.text)
        return end

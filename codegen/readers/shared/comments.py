"""HTML comments of a page, hidden from its structure and kept as English.

Chinese pages keep the English in comments. Read in place, each field would be found twice, so
`Comments` masks them: offsets in the shown text stay those of the page.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from operator import itemgetter

from codegen.core.diagnostics import Report
from codegen.core.source import Source

_SIGN = '<a id="'
# Each expression begins at the start of a run of blanks or breaks, so that a long run is scanned
# once.
_PLACE = r"(?<![ \t])[ \t]++<a id=\"[^\"\n]*\"></a>$"
_LINE = r"(?:(?<![ \t])[ \t]++|(?<!<br/>)(?:<br/>)++)?<a id=\"[^\"\n]*-(?:limits|resource|history)\"></a>[^\n]+?(?=</td>|$)"
_ADDED = re.compile(rf"(?m:{_PLACE}|{_LINE})")


# A hidden character. Regular expressions take it for white space, and `Comments` removes it from
# the text of a page.
FILLER = "\x1f"
_OPEN, _CLOSE = "<!--", "-->"
_SHOWN_SHORTCODE = re.compile(r"\{\{([<%])/\*([^{}]{0,400}?)\*/([>%])\}\}")


class Comments:
    """The comments of a page, and its shown text with them masked.

    `pieces` are all comments with offsets.
    """

    def __init__(self, source: Source, report: Report) -> None:
        text = source.text.replace(FILLER, " ")
        if _SIGN in text:  # the lines and ids that this tool adds to pages
            text = _ADDED.sub(lambda match: FILLER * len(match[0]), text)
        self.pieces: list[tuple[int, str]] = []
        pieces: list[str] = []
        end = 0
        opened = text.find(_OPEN)
        while opened >= 0:
            closed = text.find(_CLOSE, opened + len(_OPEN))
            if closed < 0:
                report.error(
                    "comment-unclosed",
                    "a comment is opened but never closed",
                    source.span(opened),
                    "close it with -->; everything after it is hidden until then",
                )
                break
            self.pieces.append((opened + len(_OPEN), text[opened + len(_OPEN) : closed]))
            pieces += (text[end:opened], FILLER * (closed + len(_CLOSE) - opened))
            end = closed + len(_CLOSE)
            opened = text.find(_OPEN, end)
        pieces.append(text[end:])
        self.shown = "".join(pieces)

    def between(self, start: int, end: int) -> list[tuple[int, str]]:
        """Return the comments beginning in a range, with offsets."""
        low = bisect_left(self.pieces, start, key=itemgetter(0))
        return self.pieces[low : bisect_right(self.pieces, end, low, key=itemgetter(0))]


def remove_filler(text: str) -> str:
    """Remove masked characters from a shown text."""
    return text.replace(FILLER, "")


def restore_shortcodes(english: str) -> str:
    """Restore shortcodes that a comment neutralizes as `{{</* ... */>}}`."""
    return _SHOWN_SHORTCODE.sub(r"{{\1\2\3}}", english)

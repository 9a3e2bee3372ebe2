"""Characters that no markup language escapes and no reader sees: controls, direction marks, lone surrogates.

The filters of all text formats share this one list.
"""

from __future__ import annotations

import re

# C0 and C1 controls but tab and newline; direction marks, embeddings and isolates; line and paragraph separators; the byte
# order mark; surrogates, which cannot be encoded.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def visible(text: str) -> str:
    """The text with unseen characters written as their names (`U+202E`); ordinary text comes back as it is."""
    text = text.replace("\r\n", "\n")
    return _UNSEEN.sub(lambda found: f"U+{ord(found[0]):04X}", text) if _UNSEEN.search(text) else text

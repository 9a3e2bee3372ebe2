"""Letters by script, as ranges for the brackets of a regular expression, and where full-width text needs no space."""

from __future__ import annotations

from codegen.core.patterns import lazy_pattern

_HAN = (("\u3400", "\u4dbf"), ("\u4e00", "\u9fff"), ("\uf900", "\ufaff"))
HAN = "".join(f"{first}-{last}" for first, last in _HAN)
# Characters that are set full-width: Han, kana, their punctuation and the forms of Latin letters as wide.
WIDE = rf"\u2e80-\u303f\u3040-\u30ff{HAN}\uff00-\uff60"
_WIDE_MARK = "、。！（），：；？"
# Two characters between which a line break does not count as a space.
WIDE_JOINT = lazy_pattern(rf"[{WIDE}][{WIDE}]|[{_WIDE_MARK}].|.[{_WIDE_MARK}]")
# A letter that only languages of this script have, by the name that a language gives to its script.
LETTERS = {"Han": lazy_pattern(f"[{HAN}]")}


def is_han(letter: str) -> bool:
    """Whether this is a letter of Han; for single letters, since an expression of such ranges takes milliseconds to compile."""
    return any(first <= letter <= last for first, last in _HAN)

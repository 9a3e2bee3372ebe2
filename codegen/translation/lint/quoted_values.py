"""Rules for quoted values and code of a translation and its English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from codegen.core.scripts import DENSE
from codegen.translation.lint.findings import LintFinding, match_slips, squeeze
from codegen.translation.segments import Segment

_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
# A value of one word in the quotes of either language, not beside an assignment or in a list of code.
_VALUE = re.compile(r"(?<![\w=:\[{,])[\"“'‘]([A-Za-z][\w./-]*)[\"”'’](?![\w:}\]])", re.ASCII)
# The same in the English, also there.
_QUOTED = re.compile(r"(?<!\w)[\"“'‘]([A-Za-z][\w./-]*)[\"”'’](?!\w)", re.ASCII)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]*>")
_CAPITAL = re.compile(r"[A-Za-z][A-Za-z0-9]*[A-Z][A-Za-z0-9]*|[A-Z][a-z0-9]{2,}", re.ASCII)
# No word of a sentence, by a capital, a digit or a mark inside.
_LOOKS_LIKE_VALUE = re.compile(r"[A-Z0-9./]")
_OWN_LETTER = re.compile(rf"[{DENSE}]")
_OWN_QUOTE = re.compile(rf"[\"“'‘「][^\"”'’」\n]{{0,20}}[{DENSE}][^\"”'’」\n]{{0,20}}[\"”'’」]")
_WORD = re.compile(r"[A-Za-z][\w./-]*\w", re.ASCII)
# A value and a word of at least this likeness are one of which the other is a slip.
_NEAR = 0.7


def find_lost_values(segment: Segment) -> Iterator[LintFinding]:
    """Find quoted values and code of the English with a translated counterpart."""
    translated = _OWN_QUOTE.search(segment.text)
    for value in dict.fromkeys(
        (*_list_lost_values(segment, is_quoted=translated is not None), *_list_lost_code(segment))
    ):
        yield LintFinding(
            rule="value-lost",
            message=f"the English has the value {value!r}, but the translation does not have it as often",
            at=translated.start() if translated else 0,
            repair=f"values are not translated: write {value}",
            lost=value,
        )


def _list_lost_values(segment: Segment, *, is_quoted: bool) -> Iterator[str]:
    """List quoted values of the English that the translation has less often.

    A value with capitals may be lost altogether, others only if the translation has words of its language in quotes (`is_quoted`). A word in
    small letters may be a figure of speech, unless the translation keeps it elsewhere.
    """
    counts = Counter(found[1] for found in _QUOTED.finditer(_TAG.sub(" ", segment.english)))
    for value, count in counts.items():
        kept = _count_value(value, segment.text)
        is_absent = _CAPITAL.fullmatch(value) and value.casefold() not in segment.text.casefold()
        is_translated = is_quoted and (kept or _LOOKS_LIKE_VALUE.search(value))
        if kept < count and (is_absent or is_translated):
            yield value


def _count_value(value: str, text: str) -> int:
    """Count a value in a text where it is no part of a longer one."""
    return len(re.findall(rf"(?<![\w./-]){re.escape(value)}(?![\w/-]|\.\w)", text, re.IGNORECASE | re.ASCII))


def _list_lost_code(segment: Segment) -> Iterator[str]:
    """List missing code of the English if the translation has code in its language.

    Words in angle brackets may be translated.
    """
    if any(_OWN_LETTER.search(code[1]) and "<" not in code[1] for code in _CODE.finditer(segment.text)):
        yield from _list_missing_code(segment)


def _list_missing_code(segment: Segment) -> list[str]:
    text = squeeze(segment.text)
    codes = (code[1].strip() for code in _CODE.finditer(segment.english) if "<" not in code[1])
    return [code for code in codes if squeeze(code) not in text]


def find_unknown_values(segment: Segment) -> Iterator[LintFinding]:
    """Find quoted words in Latin letters and code absent from the English."""
    if not segment.english:
        return
    known = _squeeze_brackets(f"{segment.english} {segment.page} {segment.id.rpartition('#')[2]}")
    strange: dict[str, int] = {}
    for found in (*_VALUE.finditer(segment.prose), *_CODE.finditer(segment.inline)):
        value = found[1].strip()
        if _squeeze_brackets(value) not in known and _is_value(value):
            strange.setdefault(value, found.start(1))
    slips = match_slips(strange, dict.fromkeys(_WORD.findall(segment.english)), _NEAR) or {}
    missing = set(_list_missing_code(segment))
    for value, at in strange.items():
        near = slips.get(value, "")
        if _OWN_LETTER.search(value) and len(missing) == 1:
            near = min(missing)
        yield LintFinding(
            rule="value-differs",
            message=f"the translation has the value {value!r}, but the English does not",
            at=at,
            repair=f"write {near}" if near else "write the value as in the English",
            lost=near,
        )


def _is_value(value: str) -> bool:
    """Return whether quoted text is a value or code. Words of the language in angle brackets stand for a value."""
    return "<" not in value if _OWN_LETTER.search(value) else re.search("[A-Za-z]", value) is not None


def _squeeze_brackets(text: str) -> str:
    """Squeeze a text and remove the brackets of placeholders."""
    return squeeze(text).replace("<", "").replace(">", "")

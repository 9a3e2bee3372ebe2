"""Reason phrases, which are the texts of responses on pages."""

from __future__ import annotations

import re
from http import HTTPStatus

from msgspec import Struct

from codegen.core.locales import Locale

# Words behind a phrase. Digits and markup are signs of a damaged line, which is an error of its
# own.
_OTHER_WORDS = re.compile(r"(?:[.。][^\S\n]*+|[^\S\n]++)[^\s\d<>{}][^\d\n<>{}]*+\Z")


class Reason(Struct, frozen=True, kw_only=True):
    """The text of a response, and the words behind it that are no part of it."""

    text: str
    rest: str = ""


def split_reason(locale: Locale, status: str, text: str) -> Reason:
    """Split the words behind a reason phrase of HTTP from it. Any other text stays whole."""
    phrases = (*locale.spellings["reason"], _find_reason_phrase(status))
    for phrase in sorted(filter(None, phrases), key=len, reverse=True):
        remainder = text[len(phrase) :]
        if text.casefold().startswith(phrase.casefold()) and _OTHER_WORDS.match(remainder):
            return Reason(text=text[: len(phrase)], rest=remainder)
    return Reason(text=text)


def is_cut_reason(status: str, text: str) -> bool:
    """Return whether a text is the beginning of the reason phrase of a status, but not all of it."""
    phrase = _find_reason_phrase(status).casefold()
    return len(text) < len(phrase) and phrase.startswith(text.casefold())


def _find_reason_phrase(status: str) -> str:
    """Return the words of HTTP for a status, or an empty string."""
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return ""

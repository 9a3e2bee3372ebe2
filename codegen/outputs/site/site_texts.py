"""Texts of a reference in one language as HTML. Each is made once for all pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from codegen.core.locales import Locale
from codegen.core.scripts import DENSE
from codegen.drift.history.changelog_records import Changelog
from codegen.model import Reference
from codegen.outputs.docs.shared.localized_texts import LocalizedTexts
from codegen.outputs.docs.shared.typography import restore_line_breaks
from codegen.outputs.escaping import html_prose

LocalizedHtml = tuple[str, str]  # HTML, and its language unless it is that of the page

# A paragraph or item of a Chinese or Japanese text that is still English: three words in a row, the
# first in small letters, and no character of its own.
_INSIDE = rf"(?:(?!</?(?:p|li|ul|ol)>)[^{DENSE}])*"
_STILL_ENGLISH = re.compile(
    rf"<(p|li)>(?={_INSIDE}?\b[a-z]+ [A-Za-z]+ [A-Za-z]+)(?={_INSIDE}</\1>)"
)


# English inside of such a text: five words in a row, with code among them.
_FULL_WIDTH = "\u3000-\u303f\uff00-\uffef"  # punctuation
_SKIPPED = r"<(?:p|li) lang=[^>]*>.*?</(?:p|li)>|<(?!code>)[^>]*>"
_RUN = re.compile(
    rf"{_SKIPPED}|(?P<run>(?:<code>[^<]*</code>|[^{DENSE}{_FULL_WIDTH}<>])+)", re.DOTALL
)
_CODE = re.compile(r"<code>[^<]*</code>")
_FIVE_WORDS = re.compile(r"(?:\b[A-Za-z][a-z']+,?\s+){4}[A-Za-z]")


class SiteTexts(LocalizedTexts):
    """Texts of the site in one language. A page marks fallbacks from other languages."""

    def __init__(
        self,
        reference: Reference,
        locale: Locale,
        other_languages: Iterable[str],
        changelog: Changelog,
    ) -> None:
        super().__init__(reference, locale, other_languages, changelog)
        self.block = cache(self._block)  # many texts are on several pages

    def arrange_lines(self, text: str) -> str:
        """Restore the line breaks of flattened text.

        Between full-width letters a page shows no blank for them.
        """
        text = self.punctuate(text)
        if "\n" in text or not self.locale.full_width:
            return text
        return restore_line_breaks(text)

    def _block(self, prose_id: str) -> LocalizedHtml:
        """Return a description as HTML, and its language if that is a fallback."""
        html, lang = html_prose.block(self.plain(prose_id)), self.fallback(prose_id)
        if lang or not self.locale.full_width:
            return html, lang
        return _RUN.sub(_mark_english, _STILL_ENGLISH.sub(r'<\1 lang="en">', html)), lang

    def fallback(self, prose_id: str) -> str:
        """Return the language of a text, or nothing if that is the language of the page."""
        if self.has_translation(prose_id):
            return ""
        return next((tag for tag in self._others if self._reference.text(tag, prose_id)), "")


def is_partly_english(html: str) -> bool:
    """Return whether a description has parts that are marked as English."""
    return ' lang="en">' in html


def _mark_english(match: re.Match[str]) -> str:
    """Mark a run of English, without the blanks around it."""
    run = match["run"]
    if run is None or _FIVE_WORDS.search(_CODE.sub("", run)) is None:
        return match[0]
    inner = run.strip()
    before, after = run[: len(run) - len(run.lstrip())], run[len(run.rstrip()) :]
    return f'{before}<span lang="en">{inner}</span>{after}'

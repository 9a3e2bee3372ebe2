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


class SiteTexts(LocalizedTexts):
    """Texts of the site in one language. A page marks fallbacks from other languages."""

    def __init__(
        self, reference: Reference, locale: Locale, others: Iterable[str], changelog: Changelog
    ) -> None:
        super().__init__(reference, locale, others, changelog)
        self.block = cache(self._block)  # many texts are on several pages

    def arrange_lines(self, text: str) -> str:
        """Restore the line breaks of flattened text.

        Between full-width letters a page shows no blank for them.
        """
        text = self.punctuate(text)
        return text if "\n" in text or not self.locale.full_width else restore_line_breaks(text)

    def _block(self, prose_id: str) -> LocalizedHtml:
        """Return a description as HTML, and its language if that is a fallback."""
        html, lang = html_prose.block(self.plain(prose_id)), self.fallback(prose_id)
        return html if lang or not self.locale.full_width else _STILL_ENGLISH.sub(
            r'<\1 lang="en">', html
        ), lang

    def fallback(self, prose_id: str) -> str:
        """Return the language of a text, or nothing if that is the language of the page."""
        if self.has_translation(prose_id):
            return ""
        return next((tag for tag in self._others if self._reference.text(tag, prose_id)), "")

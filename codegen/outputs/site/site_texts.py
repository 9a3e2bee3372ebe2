"""The texts of a reference in one language, as HTML: each is made once, however many pages show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from codegen.core.escaping import html_prose
from codegen.core.locales import Locale
from codegen.model import Reference
from codegen.outputs.docs.shared.localized_texts import LocalizedTexts
from codegen.outputs.docs.shared.typography import restore_line_breaks

LocalizedHtml = tuple[str, str]  # HTML, and the language where it is not that of the page


class SiteTexts(LocalizedTexts):
    """One language of the site. Where it lacks a text the others speak, and the page says so."""

    def __init__(self, reference: Reference, locale: Locale, others: Iterable[str]) -> None:
        super().__init__(reference, locale, others)
        self._blocks: dict[str, LocalizedHtml] = {}

    def arrange_lines(self, text: str) -> str:
        """With the line ends that a flattened text has lost: between full-width letters a page shows no blank for them."""
        text = self.punctuate(text)
        return text if "\n" in text or not self.locale.full_width else restore_line_breaks(text)

    @property
    def site(self) -> Mapping[str, str]:
        """The words of pages of the site."""
        return self.locale.site

    def block(self, prose_id: str) -> LocalizedHtml:
        """A description, and its language where that is another one."""
        said = self._blocks.get(prose_id)
        if said is None:
            text = self.plain(prose_id)
            lang = "" if not text or self.has_translation(prose_id) else self.language(prose_id)
            said = self._blocks[prose_id] = (html_prose.block(text), lang)
        return said

    def language(self, prose_id: str) -> str:
        """The language that speaks where this one is silent."""
        return next((tag for tag in self._others if self._reference.text(tag, prose_id)), "")

    def join(self, parts: Iterable[str]) -> str:
        """Several short texts in one line."""
        return self.labels["limit_separator"].join(parts)

"""Update of a translated page to a new English page, in place.

Both pages are taken apart. Each part that differs gets an edit of its own range of the page, so
that all other characters stay. A text without a confirmed translation is shown in English.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from codegen.core.diagnostics import Finding, Level, Report, Span
from codegen.core.locales import Locale
from codegen.findings.rules.catalogue import RULES
from codegen.translation.normalization import is_only_names
from codegen.translation.pages.front_matter import FrontMatterUpdater
from codegen.translation.pages.head_update import HeadUpdater
from codegen.translation.pages.list_update import ListUpdater
from codegen.translation.pages.new_parts import is_link
from codegen.translation.pages.page_comparison import (
    PageVersion,
    changed_roles,
    mark_type_texts,
    pair_parts,
)
from codegen.translation.pages.page_parts import (
    PagePart,
    Paragraph,
    PartKind,
    Role,
    fold_paragraphs,
    line_end,
    line_start,
)
from codegen.translation.pages.text_edits import (
    Edit,
    NewTexts,
    TextEditor,
    apply_edits,
    split_text,
)


class OpenText(Struct, frozen=True, kw_only=True):
    """A text without a confirmed translation, which the page shows in English.

    `span` is its part on the English page.
    """

    id: str
    english: str
    span: Span


class PageUpdate(Struct, frozen=True, kw_only=True):
    """The new text of a page, the texts that still need a translation, and findings.

    The findings are about parts that were left as they are.
    """

    text: str
    open_texts: tuple[OpenText, ...]
    findings: tuple[Finding, ...]


class FoundTranslation(Struct, frozen=True, kw_only=True):
    """The prose id of an English text, and its confirmed translation or an empty text."""

    id: str
    translation: str


# Returns the translation of an English text of a part.
Translator = Callable[[PagePart, str], FoundTranslation]


def update_page(
    page: PageVersion, english: PageVersion, locale: Locale, translate: Translator
) -> PageUpdate:
    """Bring a translated page up to date with its English page."""
    return _PageUpdater(page, english, locale, translate).update()


class _PageUpdater:
    def __init__(
        self, page: PageVersion, english: PageVersion, locale: Locale, translate: Translator
    ) -> None:
        self._page = page
        self._text = page.parts.text
        self._english = english
        self._locale = locale
        self._translate = translate
        self._editor = TextEditor(page.parts)
        self._edits: list[Edit] = []
        self._open: dict[str, OpenText] = {}
        self._report = Report()

    def update(self) -> PageUpdate:
        """Compare all parts, and apply the edits."""
        self._edits += FrontMatterUpdater(
            self._page.parts, self._english.parts, self._new_texts
        ).update()
        own_parts = self._page.parts.parts
        departures = []
        if own_parts:
            departures = self._departures(own_parts[0].start, own_parts[-1].end)
        lists = ListUpdater(
            self._page, self._english.parts, self._locale, self._new_texts, self._keep
        )
        self._edits += lists.update(own_parts, self._english.parts.parts, departures)
        for translated, new in pair_parts(self._page.parts, self._english.parts):
            if translated is not None and new is not None:
                self._update_part(translated, new)
                if translated.children or new.children:
                    departures = self._departures(translated.head, translated.end)
                    self._edits += lists.update(
                        translated.children, new.children, departures, translated
                    )
        text = apply_edits(self._text, self._edits)
        return PageUpdate(
            text=text,
            open_texts=tuple(self._open.values()),
            findings=self._report.diagnostics,
        )

    def _departures(self, start: int, end: int) -> list[Finding]:
        """Return what the reader could not read between two offsets."""
        first = self._page.source.span(start).line
        last = self._page.source.span(end).line
        return [
            finding
            for finding in self._page.findings
            if first <= finding.span.line <= last and _is_departure(finding)
        ]

    # --- one part

    def _update_part(self, translated: PagePart, new: PagePart) -> None:
        if translated.broken:
            if changed_roles(translated, new):
                self._keep(
                    self._page.source.span(translated.head),
                    f"{translated.name} is left as it is, since it cannot be read as a part of the layout",
                )
            return
        self._edits += HeadUpdater(
            self._page.parts, self._english.parts, self._locale, self._new_texts
        ).update(translated, new)
        if translated.fixed:
            return  # a field with a single value has no text
        mark_type_texts(translated, new)
        roles = changed_roles(translated, new)
        for role in roles:
            self._update_texts(translated, new, role)
        for role in (Role.TEXT, Role.TYPE_TEXT):
            if role not in roles:
                self._translate_english(translated, new, role)

    def _update_texts(self, translated: PagePart, new: PagePart, role: Role) -> None:
        old = translated.english_of(role)
        paragraphs = translated.translated_of(role)
        if not new.translated_of(role):
            self._remove_texts(translated, old, paragraphs)
        elif not old and not paragraphs:
            self._add_texts(translated, role, self._new_texts(new, role))
        elif old and paragraphs:
            texts = self._new_texts(new, role)
            self._edits += self._editor.replace_texts(old, paragraphs, texts)
        else:
            self._keep(
                self._page.source.span(translated.head),
                f"the text of {translated.name} is left as it is, since the page does not have both "
                "the English and its translation",
            )

    def _remove_texts(
        self, translated: PagePart, old: Sequence[Paragraph], paragraphs: Sequence[Paragraph]
    ) -> None:
        if not old or not paragraphs or translated.has_neighbours:
            self._keep(
                self._page.source.span(translated.head),
                f"the text of {translated.name} is left as it is; its English is gone",
            )
            return
        empty = NewTexts(english=("",), translation=("",))
        self._edits += self._editor.replace_texts(old, paragraphs, empty)

    def _add_texts(self, translated: PagePart, role: Role, texts: NewTexts) -> None:
        """Add a pair to a part without a text."""
        at = line_end(self._text, translated.end)
        begin = line_start(self._text, translated.head)
        if translated.bullet is not None:
            indent = self._text[begin : translated.head]
        else:
            indent = ""
        inner = f"{indent}  " if translated.bullet is not None else ""
        english = _indent(texts.english, inner)
        if role is Role.TEXT and all(map(is_link, texts.english)):
            self._edits.append(Edit(start=at, end=at, text=f"\n\n{english}"))
            return
        shown = _indent(texts.page_texts, inner)
        pair = f"\n\n{inner}<!--\n{english}\n{inner}-->\n{shown}"
        self._edits.append(Edit(start=at, end=at, text=pair))

    def _translate_english(self, translated: PagePart, new: PagePart, role: Role) -> None:
        """Put a translation in the place of English that an earlier run has left."""
        paragraphs = translated.translated_of(role)
        english = new.translated_of(role)
        if (
            not paragraphs
            or not translated.english
            or fold_paragraphs(paragraphs) != fold_paragraphs(english)
        ):
            return
        text = "\n\n".join(paragraph.text for paragraph in english)
        if is_link(text) or is_only_names(text) or self._locale.letters is None:
            return
        texts = self._new_texts(new, role)
        if texts.translation is not None:
            self._edits += self._editor.translate_texts(paragraphs, texts)

    # --- texts

    def _new_texts(self, part: PagePart, role: Role) -> NewTexts:
        """Return the English of a part, and its translation if it has a confirmed one."""
        if part.kind is PartKind.OPERATION:
            if part.title_text:
                english: tuple[str, ...] = (part.title_text,)
            else:
                english = ()
        else:
            english = tuple(paragraph.text for paragraph in part.translated_of(role))
        if not english or all(map(is_link, english)):
            return NewTexts(english=english, translation=english)
        text = "\n\n".join(english)
        found_translation = self._translate(part, text)
        translation = found_translation.translation
        if translation:
            if any("\\<" in paragraph for paragraph in english):
                translation = translation.replace("\\<", "<").replace("<", "\\<")
            return NewTexts(english=english, translation=split_text(translation))
        if not is_only_names(text):
            name = found_translation.id or f"{part.kind} {part.name}"
            span = self._english.source.span(part.head)
            self._open.setdefault(name, OpenText(id=name, english=text, span=span))
        return NewTexts(english=english, translation=None)

    def _keep(self, span: Span, message: str) -> None:
        self._report.warning(
            "part-kept",
            message,
            span,
            "bring it into the form of the layout, or update it by hand",
        )


def _is_departure(finding: Finding) -> bool:
    """Return whether a reader left out a part of the page, or could not read it."""
    return finding.level is Level.ERR or RULES[finding.rule].leaves_out


def _indent(texts: Sequence[str], indent: str) -> str:
    lines = "\n\n".join(texts).split("\n")
    return "\n".join(f"{indent}{line}" if line.strip() else "" for line in lines)

"""Update of the bullet, annotations, title and responses of a part."""

from __future__ import annotations

from collections.abc import Sequence

from codegen.core.locales import Locale
from codegen.readers.page_tree import Annotations, TypeName
from codegen.translation.normalization import fold_markup
from codegen.translation.pages.new_parts import TextFinder, format_annotations, learn_style
from codegen.translation.pages.page_parts import (
    PagePart,
    PageParts,
    Paragraph,
    PartKind,
    Role,
    end_of_blank_lines,
    line_start,
)
from codegen.translation.pages.text_edits import Edit


class HeadUpdater:
    """Brings what surrounds the texts of a part up to date with the same part in English."""

    def __init__(
        self, page: PageParts, english: PageParts, locale: Locale, find_texts: TextFinder
    ) -> None:
        self._page = page
        self._text = page.text
        self._english = english
        self._locale = locale
        self._find_texts = find_texts
        self._edits: list[Edit] = []

    def update(self, translated: PagePart, new: PagePart) -> list[Edit]:
        """Return the edits of a part."""
        self._update_bullet(translated, new)
        self._update_annotations(translated, new)
        if translated.kind is PartKind.OPERATION:
            self._update_title(translated, new)
            self._update_responses(translated, new)
        return self._edits

    def _update_bullet(self, translated: PagePart, new: PagePart) -> None:
        """Update the type and the mark of a bullet and of its English."""
        if translated.bullet is None or new.bullet is None:
            return
        text = self._english.text
        english_type = text[new.bullet.type.start : new.bullet.type.end]
        if not _is_same_type(translated.bullet.type_name, new.bullet.type_name):
            place = translated.bullet.type
            self._edits.append(Edit(start=place.start, end=place.end, text=english_type))
        bullet = translated.english_bullet
        if bullet is not None and not _is_same_type(bullet.type_name, new.bullet.type_name):
            self._edits.append(
                Edit(start=bullet.type.start, end=bullet.type.end, text=english_type)
            )
        if translated.bullet.required != new.bullet.required:
            style = learn_style(self._page, self._locale)
            place = translated.bullet.mark
            mark = style.mark if new.bullet.required else ""
            start = place.start
            if not new.bullet.required:  # the bracket belongs to the type
                mark = self._text[place.start : place.start]
            self._edits.append(Edit(start=start, end=place.end, text=mark))
        if bullet is not None and bullet.required != new.bullet.required:
            mark = text[new.bullet.mark.start : new.bullet.mark.end]
            self._edits.append(Edit(start=bullet.mark.start, end=bullet.mark.end, text=mark))

    def _update_annotations(self, translated: PagePart, new: PagePart) -> None:
        if translated.kind is not PartKind.FIELD or translated.bullet is None or new.bullet is None:
            return
        if not _have_annotations_changed(translated, new):
            return
        paragraphs = translated.translated_of(Role.ANNOTATION)
        begin = line_start(self._text, translated.head)
        inner = self._text[begin : translated.head] + "  "
        strong = self._locale.labels["strong"]
        labels = [
            f"{strong}{line}{strong}" for line in format_annotations(new.annotations, self._locale)
        ]
        self._keep_equal_labels(translated, new, labels)
        self._replace_lines(paragraphs, labels, translated.bullet.line.end, inner)
        english = translated.english_of(Role.ANNOTATION)
        if english:
            lines = [paragraph.text for paragraph in new.translated_of(Role.ANNOTATION)]
            self._replace_lines(english, lines, 0, inner)

    def _keep_equal_labels(self, translated: PagePart, new: PagePart, labels: list[str]) -> None:
        """Put the page's own wording in the place of labels that say the same.

        The label of the patch strategy stands first, that of the list type last.
        """
        written = [
            self._text[paragraph.start : paragraph.end]
            for paragraph in translated.translated_of(Role.ANNOTATION)
        ]
        if not written or not labels:
            return
        old, now = translated.annotations, new.annotations
        has_same_strategy = (
            sorted(old.patch_strategy) == sorted(now.patch_strategy)
            and old.patch_merge_key == now.patch_merge_key
        )
        if old.patch_strategy and has_same_strategy:
            labels[0] = written[0]
        has_same_keys = sorted(old.list_map_keys) == sorted(now.list_map_keys)
        if old.list_type is not None and old.list_type is now.list_type and has_same_keys:
            labels[-1] = written[-1]

    def _replace_lines(
        self, old: Sequence[Paragraph], lines: Sequence[str], at: int, indent: str
    ) -> None:
        """Replace paragraphs of annotations, or add them at an offset."""
        if old:
            text = f"\n\n{indent}".join(lines)
            end = old[-1].end
            if not lines:
                end = end_of_blank_lines(self._text, end)
                start = line_start(self._text, old[0].start)
                self._edits.append(Edit(start=start, end=end, text=""))
                return
            self._edits.append(Edit(start=old[0].start, end=end, text=text))
        elif lines:
            added = "".join(f"\n\n{indent}{line}" for line in lines)
            self._edits.append(Edit(start=at, end=at, text=added))

    def _update_title(self, translated: PagePart, new: PagePart) -> None:
        if translated.english_title is None or new.title is None or translated.title is None:
            return
        text = self._english.text
        old_title = self._text[
            translated.english_title.start : translated.english_title.end
        ].strip()
        new_title = text[new.title.start : new.title.end]
        if fold_markup(old_title) == fold_markup(new_title):
            return
        texts = self._find_texts(new, Role.TEXT)
        begin = self._text.find(old_title, translated.english_title.start)
        self._edits.append(Edit(start=begin, end=begin + len(old_title), text=new_title))
        if texts.page_texts:
            shown = texts.page_texts[0]
        else:
            shown = new_title
        self._edits.append(Edit(start=translated.title.start, end=translated.title.end, text=shown))

    def _update_responses(self, translated: PagePart, new: PagePart) -> None:
        """Add and remove lines of responses."""
        old_states = [response.status for response in translated.responses]
        new_states = [response.status for response in new.responses]
        if old_states == new_states or not translated.responses:
            return
        text = self._english.text
        by_status = {response.status: response for response in translated.responses}
        for response in translated.responses:
            if response.status not in new_states:
                start = len(self._text[: response.line.start].rstrip())
                self._edits.append(Edit(start=start, end=response.line.end, text=""))
        at = 0
        for response in new.responses:
            if response.status in by_status:
                at = by_status[response.status].line.end
                continue
            line = text[response.line.start : response.line.end]
            if at:
                self._edits.append(Edit(start=at, end=at, text=f"\n\n{line}"))
            else:
                first = translated.responses[0].line.start
                self._edits.append(Edit(start=first, end=first, text=f"{line}\n\n"))


def _is_same_type(first: TypeName, second: TypeName) -> bool:
    return first.name == second.name and first.wrappers == second.wrappers


def _is_same_annotations(first: Annotations, second: Annotations) -> bool:
    return (
        first.list_type == second.list_type
        and sorted(first.list_map_keys) == sorted(second.list_map_keys)
        and sorted(first.patch_strategy) == sorted(second.patch_strategy)
        and first.patch_merge_key == second.patch_merge_key
    )


def _have_annotations_changed(translated: PagePart, new: PagePart) -> bool:
    """Return whether English has other annotations now than when the page was translated.

    The comment tells, if it has them. Many translators leave out a line that English had already,
    so one that the page lacks is no change.
    """
    if translated.english_annotations is not None:
        return not _is_same_annotations(translated.english_annotations, new.annotations)
    lines = translated.annotations
    if lines.list_type is not None and (
        lines.list_type is not new.annotations.list_type
        or sorted(lines.list_map_keys) != sorted(new.annotations.list_map_keys)
    ):
        return True
    return bool(lines.patch_strategy) and (
        sorted(lines.patch_strategy) != sorted(new.annotations.patch_strategy)
        or lines.patch_merge_key != new.annotations.patch_merge_key
    )

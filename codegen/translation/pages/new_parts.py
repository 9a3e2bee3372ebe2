"""Text of new parts, in the way that a page writes the parts it has."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec import Struct

from codegen.core.locales import Locale
from codegen.model import ListType
from codegen.readers.page_tree import Annotations
from codegen.translation.pages.page_parts import (
    BulletPlace,
    PagePart,
    PageParts,
    PartKind,
    Role,
    line_start,
)
from codegen.translation.pages.text_edits import (
    NewTexts,
    fill_like,
    join_paragraphs,
    measure_wrapping,
)

_PLACE = re.compile(r"(?P<marks>[*_]{1,2})(?P<place>[^*_()（）\n]+)(?P=marks)")
_PLACES = {"in path": "in_path", "in query": "in_query", "in header": "in_header"}

# Returns the new texts of a part for a role.
TextFinder = Callable[[PagePart, Role], NewTexts]


class PageStyle(Struct, frozen=True, kw_only=True):
    """How a page writes its parts.

    `comment_first` puts the English before the bullet, and `gap` is what stands between the two.
    `field_lead` and `field_end` stand around the type of a field, `place_lead`, `place_marks` and
    `place_end` around the place of a parameter. `mark` is that of a required field.
    """

    comment_first: bool
    gap: str
    field_lead: str
    field_end: str
    place_lead: str
    place_marks: str
    place_end: str
    mark: str
    width: int


def learn_style(page: PageParts, locale: Locale, near: Sequence[PagePart] = ()) -> PageStyle:
    """Learn the style of a page, at best from the neighbours of a new part."""
    every = list(page.walk())
    fields = [part for part in (*near, *every) if part.bullet and part.kind is PartKind.FIELD]
    parameters = [
        part for part in (*near, *every) if part.bullet and part.kind is PartKind.PARAMETER
    ]
    commented = [part for part in (*near, *every) if part.children == [] and part.has_english]
    commented = [part for part in commented if part.bullet is not None]
    first = [part for part in commented[:5] if part.start < line_start(page.text, part.head)]
    comment_first = 2 * len(first) > len(commented[:5])
    gap = "\n"
    if comment_first and first:
        before = page.text[first[0].start : first[0].head]
        gap = before[before.rfind("-->") + 3 :].rstrip(" \t")
    marks = [
        page.text[part.bullet.mark.start : part.bullet.mark.end]
        for part in (*near, *every)
        if part.bullet is not None and part.bullet.required
    ]
    labels = locale.labels
    field_lead, field_end = " (", ")"
    if fields and (bullet := fields[0].bullet) is not None:
        field_lead = _after_name(bullet)
        field_end = page.text[bullet.type.end : bullet.mark.start]
    place_lead, place_marks, place_end = " (", labels["strong"], "): "
    for part in parameters:
        if part.bullet is not None:
            lead = _after_name(part.bullet)
        else:
            lead = ""
        if (place := _PLACE.search(lead)) is not None:
            place_lead = lead[: place.start()]
            place_marks = place["marks"]
            place_end = lead[place.end() :]
            break
    return PageStyle(
        comment_first=comment_first,
        gap=gap,
        field_lead=field_lead,
        field_end=field_end,
        place_lead=place_lead,
        place_marks=place_marks,
        place_end=place_end,
        mark=marks[0] if marks else f"{labels['comma']}{labels['required']}",
        width=measure_wrapping(page),
    )


def _after_name(bullet: BulletPlace) -> str:
    """Return what stands between the name of a bullet and its type."""
    return bullet.lead[bullet.lead.rfind("**", 0, _end_of_name(bullet.lead)) + 2 :]


def _end_of_name(lead: str) -> int:
    """Return the offset behind the bold name at the start of a bullet."""
    opened = lead.find("**")
    closed = lead.find("**", opened + 2)
    return closed + 2


class PartWriter:
    """Writes new parts. `page` is the English page that has them."""

    def __init__(
        self, page: PageParts, locale: Locale, style: PageStyle, find_texts: TextFinder
    ) -> None:
        self._page = page
        self._locale = locale
        self._style = style
        self._find_texts = find_texts

    def write_bullet(self, part: PagePart) -> str:
        """Write a field or parameter with its English, without a line break at its end."""
        text = self._page.text
        indent = text[line_start(text, part.head) : part.head]
        if part.bullet is None:
            return indent + text[part.head : part.end]
        own_head = indent + self.write_head(part)
        english_head = indent + text[part.head : part.bullet.line.end]
        inner = f"{indent}  "
        english = self._english_lines(part, inner)
        translated = self._own_lines(part, inner)
        annotations = [f"{inner}{line}" for line in self.write_annotations(part.annotations)]
        if not english and not annotations:
            return own_head
        if self._style.comment_first and english:
            raw = [f"{inner}{paragraph.text}" for paragraph in part.translated_of(Role.ANNOTATION)]
            comment = "\n\n".join([english_head, *raw, *english])
            blocks = [own_head, *annotations, *translated]
            return f"{indent}<!--\n{comment}\n{indent}-->{self._style.gap}" + "\n\n".join(blocks)
        blocks = [own_head, *annotations]
        if english and self._is_link(part):
            blocks += translated
        elif english:
            comment = "\n\n".join(english)
            blocks.append(f"{inner}<!--\n{comment}\n{inner}-->\n" + "\n\n".join(translated))
        return "\n\n".join(blocks)

    def _is_link(self, part: PagePart) -> bool:
        """Return whether the only text of a part is a link to a common parameter."""
        return all(is_link(paragraph.text) for paragraph in part.translated)

    def write_head(self, part: PagePart) -> str:
        """Write the line of a bullet in the language of the page."""
        bullet = part.bullet
        assert bullet is not None  # noqa: S101 - callers have asked
        text, style = self._page.text, self._style
        kind = text[bullet.type.start : bullet.type.end]
        mark = style.mark if bullet.required else ""
        name = bullet.lead[: _end_of_name(bullet.lead)]
        lead = bullet.lead[_end_of_name(bullet.lead) :]
        if part.kind is PartKind.FIELD:
            return f"{name}{style.field_lead}{kind}{style.field_end}{mark}"
        if (place := _PLACE.search(lead)) is None:  # the body has none
            return f"{name}{lead}{kind}{mark}"
        label = self._locale.labels[_PLACES.get(place["place"].strip(), "in_query")]
        marks = style.place_marks
        return f"{name}{style.place_lead}{marks}{label}{marks}{style.place_end}{kind}{mark}"

    def write_annotations(self, annotations: Annotations) -> list[str]:
        """Write patch strategy and list type as lines in the language of the page."""
        strong = self._locale.labels["strong"]
        return [f"{strong}{line}{strong}" for line in format_annotations(annotations, self._locale)]

    def _english_lines(self, part: PagePart, indent: str) -> list[str]:
        """Return the English of a part as the English page has it, with anchors of types."""
        blocks: list[str] = []
        for paragraph in part.translated:
            if paragraph.role is Role.ANNOTATION:
                continue
            blocks.append(indent + self._raw(paragraph.start, paragraph.end, part, indent))
        return [block.replace("-->", "--&gt;") for block in blocks]

    def _raw(self, start: int, end: int, part: PagePart, indent: str) -> str:
        """Return a text of the English page with the anchor of a type before it."""
        text = self._page.text
        before = text[part.body : start].rstrip()
        anchor = before[before.rfind("\n") + 1 :].strip()
        if anchor.startswith("<a name="):
            lead = f"{anchor}\n{indent}"
        else:
            lead = ""
        return lead + text[start:end]

    def _own_lines(self, part: PagePart, indent: str) -> list[str]:
        """Return the texts of a part in the language of the page."""
        blocks: list[str] = []
        texts = self._find_texts(part, Role.TEXT)
        blocks += [indent + self._fill(text, indent, texts) for text in texts.page_texts]
        type_texts = self._find_texts(part, Role.TYPE_TEXT)
        for number, text in enumerate(type_texts.page_texts):
            anchor = ""
            if number == 0:
                first = part.translated_of(Role.TYPE_TEXT)[0]
                raw = self._raw(first.start, first.end, part, indent)
                if raw.startswith("<a name="):
                    anchor = raw.split("\n")[0] + f"\n{indent}"
                else:
                    anchor = ""
            blocks.append(indent + anchor + self._fill(text, indent, type_texts))
        return blocks

    def _fill(self, text: str, indent: str, texts: NewTexts) -> str:
        """Break the lines of a translation. English that stands for one keeps its lines."""
        filled = fill_like(text, "", texts.width_of(self._style.width))
        return join_paragraphs([filled], indent)

    def write_section(self, part: PagePart) -> str:
        """Write a definition with its fields."""
        text = self._page.text
        heading = text[part.head : part.body].rstrip()
        blocks = [heading, *self._write_pair(part), "<hr>"]
        blocks += [self.write_bullet(child) for child in part.children]
        return "\n\n".join(blocks)

    def _write_pair(self, part: PagePart) -> list[str]:
        english = "\n\n".join(paragraph.text for paragraph in part.translated_of(Role.TEXT))
        if not english:
            return []
        texts = self._find_texts(part, Role.TEXT)
        translated = "\n\n".join(self._fill(line, "", texts) for line in texts.page_texts)
        return [f"<!--\n{english}\n-->\n{translated}"]

    def write_operation(self, part: PagePart) -> str:
        """Write an operation with its request, parameters and responses."""
        text, labels = self._page.text, self._locale.labels
        english = self._locale.english.labels
        heading = text[part.head : part.body].rstrip()
        title = self._find_texts(part, Role.TEXT).page_texts
        own_heading = heading
        if part.title is not None and title:
            lead = text[part.head : part.title.start]
            own_heading = lead + title[0]
        request = text[line_start(text, part.rule - 1) : part.rule].strip()
        blocks = [
            f"<!--\n{heading}\n\n#### {english['http_request']}\n-->\n{own_heading}",
            f"#### {labels['http_request']}",
            request,
        ]
        if part.children:
            blocks.append(_write_heading(english["parameters"], labels["parameters"]))
            blocks += [self.write_bullet(child) for child in part.children]
        blocks.append(_write_heading(english["response"], labels["response"]))
        blocks += [text[response.line.start : response.line.end] for response in part.responses]
        return "\n\n".join(blocks)


def _write_heading(english: str, translated: str) -> str:
    return f"<!--\n#### {english}\n-->\n#### {translated}"


_LINK = re.compile(r"\s*<a\s[^<>]*>[^<>]*</a>\s*|\s*<a\s+href=\"\{\{[^{}]*\}\}\">[^<>]*</a>\s*")


def is_link(text: str) -> bool:
    """Return whether a text is a link alone."""
    return _LINK.fullmatch(text) is not None


def format_annotations(annotations: Annotations, locale: Locale) -> list[str]:
    """Format patch strategy and list type with the words of a language."""
    labels = locale.labels
    lines: list[str] = []
    strategies = [name for name in annotations.patch_strategy if name != "merge"]
    if "merge" in annotations.patch_strategy:
        merge = "merge"
        if annotations.patch_merge_key:
            merge = labels["patch_merge"].format(strategy="merge", key=annotations.patch_merge_key)
        strategies.append(merge)
    if strategies:
        label = labels["patch_strategies" if len(strategies) > 1 else "patch_strategy"]
        lines.append(label.format(strategies=labels["comma"].join(strategies)))
    if annotations.list_type is ListType.MAP:
        label = labels["map_of_keys" if len(annotations.list_map_keys) > 1 else "map"]
        lines.append(label.format(keys=", ".join(annotations.list_map_keys)))
    elif annotations.list_type is not None:
        lines.append(labels[annotations.list_type.value])
    return lines

"""Edits of pairs of English and translation on a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from msgspec import Struct

from codegen.translation.normalization import find_sentences
from codegen.translation.pages.page_parts import (
    PageParts,
    Paragraph,
    Range,
    fold_english,
    line_end,
    line_start,
)

_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
_SHORT_LINE = 60
_STOPS = "。！？；，、：）”"
# Links, tags, shortcodes and code, inside which no line is broken.
_UNBROKEN = re.compile(
    r"<a\s(?:\{\{[^{}]*\}\}|[^<>{}])*>[^<>]*</a>|\{\{[^{}]*\}\}|<[^<>]+>|`[^`]+`"
    r"|\[[^][]*\]\([^()]*\)"
)


class Edit(Struct, frozen=True, kw_only=True, order=True):
    """A range of a page with the text that replaces it."""

    start: int
    end: int
    text: str


class NewTexts(Struct, frozen=True, kw_only=True):
    """The new English of a part, and its translation if a person confirmed one."""

    english: tuple[str, ...]
    translation: tuple[str, ...] | None

    def width_of(self, width: int) -> int:
        """Return the width for the texts to show, or 0 for English, which keeps its lines."""
        if self.translation is None:
            return 0
        return width

    @property
    def page_texts(self) -> tuple[str, ...]:
        """The paragraphs to show: the translation, or else English."""
        if self.translation is None:
            return self.english
        return self.translation


class ChangedRun(Struct, frozen=True, kw_only=True):
    """A run of old paragraphs and the new ones in their place, as indexes."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """Apply edits to a text. Each range is edited once; of two that overlap the first one wins."""
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < at:
            continue
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    pieces.append(text[at:])
    return "".join(pieces)


def split_text(text: str) -> tuple[str, ...]:
    """Split a text into its paragraphs."""
    return tuple(piece for piece in _PARAGRAPH_BREAK.split(text.strip()) if piece)


class TextEditor:
    """Edits the pairs of one page. `is_wrapped` pages break long lines of a translation."""

    def __init__(self, page: PageParts) -> None:
        self._page = page
        self._text = page.text
        self.width = measure_wrapping(page)

    def replace_texts(
        self, english: Sequence[Paragraph], translated: Sequence[Paragraph], new: NewTexts
    ) -> list[Edit]:
        """Replace the changed paragraphs of a text, or all of them if it is not sure which."""
        if len(english) == len(translated) and len(new.english) == len(new.page_texts):
            runs = _find_runs(english, new.english)
            edits = self._edit_runs(runs, english, translated, new)
            if edits is not None:
                return edits
        return [
            *self._replace_all(english, new.english, None),
            *self._replace_all(translated, new.page_texts, new.width_of(self.width)),
        ]

    def translate_texts(self, translated: Sequence[Paragraph], new: NewTexts) -> list[Edit]:
        """Replace English that stands for a missing translation."""
        return self._replace_all(translated, new.page_texts, new.width_of(self.width))

    def _edit_runs(
        self,
        runs: Sequence[ChangedRun],
        english: Sequence[Paragraph],
        translated: Sequence[Paragraph],
        new: NewTexts,
    ) -> list[Edit] | None:
        edits: list[Edit] = []
        for run in runs:
            for paragraphs, texts in ((english, new.english), (translated, new.page_texts)):
                added = texts[run.new_start : run.new_end]
                removed = paragraphs[run.old_start : run.old_end]
                is_english = paragraphs is english
                width = None if is_english else new.width_of(self.width)
                if len({paragraph.group for paragraph in removed}) > 1:
                    return None
                if removed and added:
                    edits.append(self._replace_run(removed, added, width))
                elif added and paragraphs:
                    edits.append(self._insert(paragraphs, run, added, width))
                elif removed and len(removed) < len(paragraphs):
                    edits.append(self._remove(removed, paragraphs, is_english=is_english))
                else:
                    return None
        return edits

    def _is_whole_group(self, removed: Sequence[Paragraph], every: Sequence[Paragraph]) -> bool:
        group = removed[0].group
        return all(paragraph in removed for paragraph in every if paragraph.group == group)

    def _replace_run(
        self, removed: Sequence[Paragraph], added: Sequence[str], width: int | None
    ) -> Edit:
        """Replace paragraphs. Without a width the new ones keep their lines."""
        indent = self.indent_of(removed[0])
        texts = list(added)
        if width is not None:
            old = [self._text[paragraph.start : paragraph.end] for paragraph in removed]
            texts = [
                fill_like(text, old[number] if number < len(old) else "", width)
                for number, text in enumerate(added)
            ]
        return Edit(
            start=removed[0].start, end=removed[-1].end, text=join_paragraphs(texts, indent)
        )

    def _insert(
        self,
        paragraphs: Sequence[Paragraph],
        run: ChangedRun,
        added: Sequence[str],
        width: int | None,
    ) -> Edit:
        after = run.old_start - 1
        neighbour = paragraphs[max(after, 0)]
        indent = self.indent_of(neighbour)
        texts = list(added)
        if width is not None:
            texts = [fill_like(text, "", width) for text in added]
        text = join_paragraphs(texts, indent)
        if after >= 0:
            return Edit(start=neighbour.end, end=neighbour.end, text=f"\n\n{indent}{text}")
        return Edit(start=neighbour.start, end=neighbour.start, text=f"{text}\n\n{indent}")

    def _remove(
        self, removed: Sequence[Paragraph], every: Sequence[Paragraph], *, is_english: bool
    ) -> Edit:
        """Remove paragraphs with the blank lines on one side, or their whole comment."""
        if self._is_whole_group(removed, every):
            if is_english:
                return self._remove_comment(removed)
            lines = self._whole_lines(Range(start=removed[0].start, end=removed[-1].end))
            return Edit(start=lines.start, end=lines.end, text="")
        following = [paragraph for paragraph in every if paragraph.start > removed[-1].start]
        group = removed[0].group
        if following and following[0].group == group:
            return Edit(start=removed[0].start, end=following[0].start, text="")
        before = [
            paragraph
            for paragraph in every
            if paragraph.end < removed[0].end and paragraph.group == group
        ]
        start = before[-1].end if before else removed[0].start
        return Edit(start=start, end=removed[-1].end, text="")

    def _replace_all(
        self, paragraphs: Sequence[Paragraph], texts: Sequence[str], width: int | None
    ) -> list[Edit]:
        """Replace the first run of paragraphs by all texts, and remove the others.

        Only English, in comments, has no width.
        """
        groups: dict[int, list[Paragraph]] = {}
        for paragraph in paragraphs:
            groups.setdefault(paragraph.group, []).append(paragraph)
        edits: list[Edit] = []
        for number, members in enumerate(groups.values()):
            if number == 0:
                edits.append(self._replace_run(members, texts, width))
            elif width is None:
                edits.append(self._remove_comment(members))
            else:
                place = self._whole_lines(Range(start=members[0].start, end=members[-1].end))
                edits.append(Edit(start=place.start, end=place.end, text=""))
        return edits

    def _remove_comment(self, members: Sequence[Paragraph]) -> Edit:
        """Remove a comment that has nothing but these paragraphs, or else the paragraphs."""
        opened = self._text.rfind("<!--", 0, members[0].start)
        closed = self._text.find("-->", members[-1].end)
        before = self._text[opened + 4 : members[0].start]
        behind = self._text[members[-1].end : closed]
        if behind.strip():
            end = members[-1].end + len(behind) - len(behind.lstrip())
            return Edit(start=members[0].start, end=end, text="")
        if before.strip():
            start = members[0].start - len(before) + len(before.rstrip())
            return Edit(start=start, end=members[-1].end, text="")
        place = self._whole_lines(Range(start=opened, end=closed + 3))
        return Edit(start=place.start, end=place.end, text="")

    def _whole_lines(self, place: Range) -> Range:
        """Extend a range to whole lines and one blank line before it."""
        start = line_start(self._text, place.start)
        if self._text[start : place.start].strip():
            return place
        end = line_end(self._text, place.end)
        if self._text[place.end : end].strip():
            return place
        before = self._text[:start].rstrip()
        return Range(start=len(before), end=end)

    def indent_of(self, paragraph: Paragraph) -> str:
        """Return the indentation of a paragraph."""
        begin = line_start(self._text, paragraph.start)
        lead = self._text[begin : paragraph.start]
        return lead[: len(lead) - len(lead.lstrip())]


def _find_runs(old: Sequence[Paragraph], new: Sequence[str]) -> list[ChangedRun]:
    matcher = SequenceMatcher(
        None,
        [paragraph.folded_text for paragraph in old],
        [fold_english(text) for text in new],
        autojunk=False,
    )
    return [
        ChangedRun(old_start=low, old_end=high, new_start=new_low, new_end=new_high)
        for kind, low, high, new_low, new_high in matcher.get_opcodes()
        if kind != "equal"
    ]


def join_paragraphs(texts: Sequence[str], indent: str) -> str:
    """Join paragraphs with blank lines between them, and indent all lines but the first."""
    lines = "\n\n".join(texts).split("\n")
    return "\n".join([lines[0], *(f"{indent}{line}" if line.strip() else "" for line in lines[1:])])


def measure_columns(text: str) -> int:
    """Measure a text in columns; full-width characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def measure_wrapping(page: PageParts) -> int:
    """Return the columns at which a page breaks the lines of its translation, or 0."""
    widths: list[int] = []
    broken = 0
    long = 0
    for part in page.walk():
        for paragraph in part.translated:
            lines = paragraph.text.split("\n")
            columns = [measure_columns(line) for line in lines]
            widths += columns
            broken += len(lines) > 1
            long += len(lines) == 1 and columns[0] > 2 * _SHORT_LINE
    if broken <= long or not widths:
        return 0
    ordered = sorted(widths)
    return max(ordered[int(0.95 * (len(ordered) - 1))], _SHORT_LINE)


def fill_like(new: str, old: str, width: int) -> str:
    """Break the lines of a text where its old one has breaks, and long new ones at the width."""
    if "\n" in new:
        return new
    kept = _keep_breaks(new, old)
    lines: list[str] = []
    for line in kept.split("\n"):
        if width and measure_columns(line) > width:
            lines += _fill_line(line, width)
        else:
            lines.append(line)
    return "\n".join(lines)


def _keep_breaks(new: str, old: str) -> str:
    """Put the line breaks of an old text behind the sentences that both have."""
    if "\n" not in old:
        return new
    breaks: dict[str, str] = {}
    for (start, end), (following, _) in pairwise([*find_sentences(old), (len(old), len(old))]):
        sentence = old[start:end]
        breaks["".join(sentence.split())] = sentence + ("\n" if "\n" in old[end:following] else "")
    sentences = find_sentences(new)
    pieces: list[str] = []
    for (start, end), (following, _) in pairwise([*sentences, (len(new), len(new))]):
        broken = breaks.get("".join(new[start:end].split()))
        if broken is None:
            pieces.append(new[start:following])
            continue
        lines = [line.strip() for line in broken.split("\n")]
        pieces.append("\n".join(lines) if following < len(new) else "\n".join(lines).rstrip())
        if not broken.endswith("\n"):
            pieces.append(new[end:following])
    return "".join(pieces)


def _fill_line(line: str, width: int) -> list[str]:
    """Break a line behind the last mark that fits, at best the end of a sentence."""
    lines: list[str] = []
    remainder = line
    while measure_columns(remainder) > width:
        cut = _find_break(remainder, width)
        if not cut:
            break
        lines.append(remainder[:cut].rstrip())
        remainder = remainder[cut:].lstrip()
    if remainder:
        return [*lines, remainder]
    return lines


def _find_break(line: str, width: int) -> int:
    """Return the best offset at which to break a line, or 0.

    That is behind the last mark that fits, or else at the last blank outside of markup.
    """
    columns = 0
    behind_mark = 0
    at_blank = 0
    protected = [match.span() for match in _UNBROKEN.finditer(line)]
    for number, char in enumerate(line):
        columns += measure_columns(char)
        if columns > width:
            break
        if any(start <= number < end for start, end in protected):
            continue
        is_last = number + 1 == len(line)
        if char in _STOPS and not is_last and line[number + 1] not in _STOPS:
            behind_mark = number + 1
        elif char == " ":
            at_blank = number + 1
    return behind_mark or at_blank

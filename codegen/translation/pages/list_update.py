"""Update of a list of parts: new, removed and moved ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from codegen.core.diagnostics import Finding, Span
from codegen.core.locales import Locale
from codegen.translation.pages.bullets_in_comments import (
    find_foreign_comment,
    find_swallowed_bullet,
)
from codegen.translation.pages.new_parts import (
    PageStyle,
    PartWriter,
    TextFinder,
    learn_style,
)
from codegen.translation.pages.page_comparison import PageVersion
from codegen.translation.pages.page_parts import (
    PagePart,
    PageParts,
    PartKey,
    PartKind,
    end_of_blank_lines,
    line_end,
    line_start,
)
from codegen.translation.pages.text_edits import Edit


class ListUpdater:
    """Adds, removes and moves the parts of a page as its English page has them.

    `keep` reports a part that is left as it is.
    """

    def __init__(
        self,
        page: PageVersion,
        english: PageParts,
        locale: Locale,
        find_texts: TextFinder,
        keep: Callable[[Span, str], None],
    ) -> None:
        self._parts = page.parts
        self._source = page.source
        self._text = page.parts.text
        self._english = english
        self._locale = locale
        self._find_texts = find_texts
        self._keep = keep
        self._edits: list[Edit] = []

    def update(
        self,
        translated: Sequence[PagePart],
        new: Sequence[PagePart],
        departures: Sequence[Finding],
        parent: PagePart | None = None,
    ) -> list[Edit]:
        """Return the edits that remove, add and move the parts of a list.

        `departures` are what the reader could not read there, and `parent` is the part around them.
        """
        self._edits = []
        self._update(translated, new, departures, parent)
        return self._edits

    def _update(
        self,
        translated: Sequence[PagePart],
        new: Sequence[PagePart],
        departures: Sequence[Finding],
        parent: PagePart | None,
    ) -> None:
        own_keys = [part.key for part in translated]
        new_keys = [part.key for part in new]
        if own_keys == new_keys:
            return
        if departures and set(own_keys) != set(new_keys):
            first = departures[0]
            self._keep(
                first.span,
                f"parts of {parent.name if parent else 'the page'} are neither added nor removed, "
                f"since the page departs from its layout here: {first.message}",
            )
            return
        missing = {name for _, name in new_keys} - {name for _, name in own_keys}
        foreign = find_foreign_comment(self._parts, translated, missing)
        if foreign is not None:
            self._keep(
                self._source.span(foreign.head),
                f"parts of {parent.name if parent else 'the page'} are neither added nor removed, "
                f"since {foreign.name!r} stands here twice or below the comment of another part",
            )
            return
        kept = [part for part in translated if part.key in set(new_keys)]
        for part in translated:
            if part.key not in set(new_keys):
                self._remove(part, translated)
        moved = self._move(kept, new_keys)
        by_key = {part.key: part for part in translated}
        anchor: PagePart | None = None
        for part in new:
            if part.key not in by_key:
                self._add(part, anchor, translated, parent)
            elif part.key not in moved:
                anchor = by_key[part.key]

    def _remove(self, part: PagePart, siblings: Sequence[PagePart]) -> None:
        """Remove a part with its comment and the blank lines on one side."""
        start = part.start
        end = line_end(self._text, part.end)
        following = [sibling for sibling in siblings if sibling.head > part.head]
        if following:
            stop = following[0].start
            gap = self._text[end:stop]
            if gap.strip():
                end = end_of_blank_lines(self._text, end)
            else:
                end = stop
        else:
            start = len(self._text[:start].rstrip())
        self._edits.append(Edit(start=start, end=end, text=""))
        extent = part.english_extent
        if extent is not None and not start <= extent.start < end:
            self._edits.append(self._edit_of_extent(part))
        for child in part.children:
            extent = child.english_extent
            if extent is not None and not start <= extent.start < end:
                self._edits.append(self._edit_of_extent(child))

    def _edit_of_extent(self, part: PagePart) -> Edit:
        """Remove the English of a part from a comment that it shares."""
        extent = part.english_extent
        assert extent is not None  # noqa: S101 - callers have asked
        opened = self._text.rfind("<!--", 0, extent.start)
        closed = self._text.find("-->", extent.end - 1)
        is_first = not self._text[opened + len("<!--") : extent.start].strip()
        is_last = not self._text[extent.end : closed].strip()
        if not is_last:
            return Edit(start=extent.start, end=extent.end, text="")
        if is_first:
            start = len(self._text[:opened].rstrip())
            return Edit(start=start, end=line_end(self._text, closed), text="")
        start = len(self._text[: extent.start].rstrip())
        return Edit(start=start, end=len(self._text[: extent.end].rstrip()), text="")

    def _move(self, kept: Sequence[PagePart], order: Sequence[PartKey]) -> set[PartKey]:
        """Move the parts that stand in another order than in English. Return those."""
        rank = {key: number for number, key in enumerate(order)}
        names = [part.key for part in kept]
        wanted = sorted(names, key=lambda key: rank[key])
        if names == wanted:
            return set()
        staying: set[PartKey] = set()
        for block in SequenceMatcher(None, names, wanted, autojunk=False).get_matching_blocks():
            staying.update(names[block.a : block.a + block.size])
        moved = {key for key in names if key not in staying}
        by_key = {part.key: part for part in kept}
        if nested := [name for _, name in sorted(moved) if _has_nested(name, names)]:
            self._keep(
                self._source.span(kept[0].head),
                f"{nested[0]} stays in its place, since it is moved with the fields inside it",
            )
            return set()
        shared = [key for key in moved if by_key[key].has_neighbours]
        if shared:
            part = by_key[shared[0]]
            self._keep(
                self._source.span(part.head),
                f"{part.name} and its neighbours stay in their order, since one comment has the "
                "English of several of them",
            )
            return set()
        anchor: PagePart | None = None
        for key in wanted:
            part = by_key[key]
            if key in moved:
                self._move_part(part, anchor, kept, moved)
            else:
                anchor = part
        return moved

    def _move_part(
        self,
        part: PagePart,
        anchor: PagePart | None,
        kept: Sequence[PagePart],
        moved: set[PartKey],
    ) -> None:
        text = self._text[part.start : line_end(self._text, part.end)]
        self._remove(part, kept)
        if anchor is not None:
            at = line_end(self._text, anchor.end)
            self._edits.append(Edit(start=at, end=at, text=f"\n\n{text}"))
            return
        first = next(part_in_order for part_in_order in kept if part_in_order.key not in moved)
        self._edits.append(Edit(start=first.start, end=first.start, text=f"{text}\n\n"))

    def _add(
        self,
        part: PagePart,
        anchor: PagePart | None,
        translated: Sequence[PagePart],
        parent: PagePart | None,
    ) -> None:
        """Add a part behind another one, or at the beginning of its list."""
        if anchor is not None:
            near = [anchor]
        else:
            near = list(translated[:1])
        style = learn_style(self._parts, self._locale, near)
        swallowed = None
        if part.bullet is not None and parent is not None:
            swallowed = find_swallowed_bullet(
                self._parts, part.name, parent.head, self._end_of_part(parent)
            )
        if swallowed is not None and swallowed.has_text:
            self._keep(
                self._source.span(swallowed.comment.start),
                f"{part.name} is not added, since its bullet stands in this comment",
            )
            return
        text = self._write_part(part, style)
        if swallowed is not None:
            start = line_start(self._text, swallowed.comment.start)
            self._edits.append(Edit(start=start, end=swallowed.comment.end, text=text))
            return
        if anchor is not None:
            at = line_end(self._text, anchor.end)
            blank = self._blank_lines_after(anchor, translated)
            self._edits.append(Edit(start=at, end=at, text=f"{blank}{text}"))
        elif translated:
            at = translated[0].start
            self._edits.append(Edit(start=at, end=at, text=f"{text}\n\n"))
        elif parent is not None:
            at = line_end(self._text, parent.rule or parent.end)
            self._edits.append(Edit(start=at, end=at, text=f"\n\n{text}"))
        else:
            self._keep(
                self._source.whole,
                f"{part.name} is not added, since the page has no part beside it",
            )

    def _end_of_part(self, part: PagePart) -> int:
        """Return the offset at which the next definition or operation begins."""
        heads = [other.head for other in self._parts.parts if other.head > part.head]
        return min(heads, default=len(self._text))

    def _blank_lines_after(self, anchor: PagePart, translated: Sequence[PagePart]) -> str:
        """Return the blank lines between a part and the next one, which new parts repeat."""
        following = [part for part in translated if part.start > anchor.head]
        end = line_end(self._text, anchor.end)
        if following and not self._text[end : following[0].start].strip():
            return "\n" * max(2, self._text[end : following[0].start].count("\n"))
        return "\n\n"

    def _write_part(self, part: PagePart, style: PageStyle) -> str:
        writer = PartWriter(self._english, self._locale, style, self._find_texts)
        if part.kind is PartKind.SECTION:
            return writer.write_section(part)
        if part.kind is PartKind.OPERATION:
            return writer.write_operation(part)
        return writer.write_bullet(part)


def _has_nested(name: str, names: Sequence[PartKey]) -> bool:
    """Return whether a field is inside another one of a list, or has fields inside."""
    for _, listed in names:
        if listed.startswith(f"{name}.") or name.startswith(f"{listed}."):
            return True
    return False

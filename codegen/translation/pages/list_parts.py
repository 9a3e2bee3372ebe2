"""The parts of list pages, with the words of the reader of that layout."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from codegen.core.diagnostics import Report
from codegen.core.locales import Locale
from codegen.core.source import Source
from codegen.model import Prose
from codegen.readers.list.bullets import find_tokens
from codegen.readers.list.english_comments import TITLE, EnglishBullet, read_english
from codegen.readers.list.english_comparison import correct_names
from codegen.readers.list.grammar import RULE, compile_grammar
from codegen.readers.list.page import ListPage, Token
from codegen.readers.page_tree import Annotations
from codegen.readers.shared.blocks import REQUEST, Block, find_blocks, find_part
from codegen.readers.shared.comments import FILLER
from codegen.readers.shared.front_matter import read_head
from codegen.translation.pages.page_parts import (
    BulletPlace,
    PagePart,
    PageParts,
    Paragraph,
    PartKind,
    Range,
    ResponseLine,
    Role,
    line_end,
    line_start,
    remove_indent,
    skip_anchor,
    split_paragraphs,
)

_OPEN, _CLOSE = "<!--", "-->"
_ANCHOR_START = re.compile(r"<a\s+name=\"")
_STRUCTURE = re.compile(
    r"^[^\S\n]*(?:-\s+\*\*[^*\n]{1,200}\*{1,2}\s*[(（:：]|#{2,6}\s)", re.MULTILINE
)
_SHORTCODE = re.compile(r"\{\{[<%]\s*(?P<close>/)?(?P<name>[A-Za-z][\w-]*)[^{}]*[>%]\}\}")


def find_parts(source: Source, locale: Locale, report: Report) -> PageParts:
    """Find all parts of a page. Deviations from the layout go to the report."""
    return _PartFinder(ListPage(source, locale, report)).find_parts()


class _PartFinder:
    def __init__(self, page: ListPage) -> None:
        self._page = page
        self._source = page.source.text
        self._comments = [
            Range(start=offset - len(_OPEN), end=offset + len(text) + len(_CLOSE))
            for offset, text in page.comments.pieces
        ]

    def find_parts(self) -> PageParts:
        """Find the blocks and bullets of the page, then their comments and texts."""
        page = self._page
        head = read_head(page)
        blocks = find_blocks(page, head.end, head.front.kind)
        tokens = [find_tokens(page, block) for block in blocks]
        if page.comments.pieces and page.is_translated:
            places = [
                (start, number, name)
                for number, (block, inner) in enumerate(zip(blocks, tokens, strict=True))
                for start, name in [
                    (block.start, ""),
                    *((token.start, token.name) for token in inner),
                ]
            ]
            page.english = read_english(
                page, compile_grammar(page.locale.english), places, head.end
            )
            correct_names(page, tokens)
        parts = [
            part
            for number, (block, inner) in enumerate(zip(blocks, tokens, strict=True))
            if (part := self._read_block(number, block, inner)) is not None
        ]
        self._find_comment_starts(parts)
        front_comment = None
        for comment in self._comments:
            is_head = head.start <= comment.start < head.end
            if is_head and "api_metadata" in self._source[comment.start : comment.end]:
                front_comment = comment
        return PageParts(
            text=self._source,
            parts=tuple(parts),
            comments=tuple(self._comments),
            front_matter=Range(start=0, end=head.start),
            front_comment=front_comment,
        )

    def _read_block(self, number: int, block: Block, tokens: Sequence[Token]) -> PagePart | None:
        if block.kind == "section":
            return self._read_section(number, block, tokens)
        if block.kind == "operation":
            return self._read_operation(number, block, tokens)
        return None

    def _read_section(self, number: int, block: Block, tokens: Sequence[Token]) -> PagePart | None:
        if not block.anchor and not tokens:
            return None
        end = tokens[0].start if tokens else block.end
        rule = RULE.search(self._page.text, block.body, end)
        text_end = rule.start() if rule is not None else end
        part = PagePart(
            kind=PartKind.SECTION,
            name=block.name,
            start=block.start,
            head=block.start,
            body=block.body,
            end=block.end,
            rule=rule.end() if rule is not None else 0,
        )
        self._add_texts(part, number, "", block.body, text_end)
        part.children = self._read_bullets(PartKind.FIELD, part.name, number, tokens)
        part.end = max([part.end_of_text(block.body), part.rule, *(c.end for c in part.children)])
        return part

    def _read_operation(
        self, number: int, block: Block, tokens: Sequence[Token]
    ) -> PagePart | None:
        first = tokens[0].start if tokens else block.end
        request = REQUEST.search(self._page.text, block.body, first)
        if request is None:
            return None
        responses = block.end
        for at in block.headings:
            heading = find_part(self._page, at)
            if heading is not None and heading[0] == "response":
                responses = at
                break
        if tokens:
            tokens[-1].end = min(tokens[-1].end, responses)
        part = PagePart(
            kind=PartKind.OPERATION,
            name=f"{request['method']} {request['path']}",
            start=block.start,
            head=block.start,
            body=block.body,
            end=block.end,
            rule=request.end(),
            title=self._trim(block.start, block.body, block.name),
            title_text=block.name.replace(FILLER, "").strip(),
        )
        titles = self._page.english.parts.get((number, TITLE), {})
        for text, offset in titles.items():
            part.english_title = self._locate(text, offset)
        part.children = self._read_bullets(PartKind.PARAMETER, part.name, number, tokens)
        for match in self._page.grammar.response.finditer(self._page.text, responses, block.end):
            line = Range(
                start=line_start(self._source, match.start()),
                end=line_end(self._source, match.start()),
            )
            part.responses.append(ResponseLine(status=match["status"], line=line))
        last = self._page.text[block.body : block.end].replace(FILLER, " ").rstrip()
        part.end = block.body + len(last)
        return part

    def _trim(self, start: int, end: int, title: str) -> Range | None:
        bare = title.replace(FILLER, "").strip()
        at = self._source.find(bare, start, end) if bare else -1
        if at >= 0:
            return Range(start=at, end=at + len(bare))
        return None

    def _read_bullets(
        self, kind: PartKind, owner: str, number: int, tokens: Sequence[Token]
    ) -> list[PagePart]:
        parts: list[PagePart] = []
        names: Counter[str] = Counter()
        for token in tokens:
            names[token.name] += 1
            if names[token.name] == 1:
                name = token.name
            else:
                name = f"{token.name} {names[token.name]}"
            if token.match is not None:
                begin = token.match.end()
            else:
                begin = token.start
            part = PagePart(
                kind=kind,
                name=name,
                owner=owner,
                start=line_start(self._source, token.start),
                head=token.start,
                body=begin,
                end=token.end,
                fixed=token.form == "value",
                broken=token.match is None,
            )
            if token.form == "value":
                parts.append(self._place_value(part))
                continue
            if token.match is not None:
                part.bullet = self._place_bullet(token.match, token.end, self._page.locale)
                part.body = max(part.bullet.mark.end, part.bullet.line.end)
            if (english := self._page.english.named.get((number, token.name))) is not None:
                part.english_bullet = self._place_english_bullet(english)
            self._add_texts(part, number, token.name, part.body, token.end)
            part.end = part.end_of_text(part.body)
            parts.append(part)
        return parts

    def _place_value(self, part: PagePart) -> PagePart:
        """Let a field with a single value end with the line of its bullet."""
        part.end = line_end(self._source, part.head)
        return part

    def _place_bullet(self, match: re.Match[str], end: int, locale: Locale) -> BulletPlace:
        """Find type and mark in the first line of a bullet."""
        required = compile_grammar(locale).required.match(self._page.text, match.end(), end)
        if required is not None:
            mark_end = required.end()
        else:
            mark_end = match.end()
        return BulletPlace(
            line=Range(start=match.start(), end=mark_end),
            type=_type_range(match, 0),
            mark=Range(start=match.end(), end=mark_end),
            required=required is not None,
            type_name=ListPage(self._page.source, locale, Report()).read_type_name(match),
            lead=self._source[match.start() : match.start("wrap")],
        )

    def _place_english_bullet(self, bullet: EnglishBullet) -> BulletPlace | None:
        """Find type and mark of a bullet in a comment."""
        match = bullet.match
        shift = bullet.offset - match.start()
        written = self._source[bullet.offset : match.end() + shift]
        if written != match[0]:
            return None  # a shortcode there is written in another way
        mark = compile_grammar(self._page.locale).required.match(match.string, match.end())
        mark_end = mark.end() if mark is not None else match.end()
        english = self._page.locale.english
        return BulletPlace(
            line=Range(start=bullet.offset, end=mark_end + shift),
            type=_type_range(match, shift),
            mark=Range(start=match.end() + shift, end=mark_end + shift),
            required=bullet.required,
            type_name=ListPage(self._page.source, english, Report()).read_type_name(match),
            lead=match.string[match.start() : match.start("wrap")],
        )

    def _locate(self, text: str, offset: int) -> Range | None:
        """Return the range of an English text, or None if its comment has it in another form."""
        if self._source.startswith(text, offset):
            return Range(start=offset, end=offset + len(text))
        escaped = re.escape(text)
        for mark in ("<", "%"):
            escaped = escaped.replace(re.escape("{{" + mark), re.escape("{{" + mark) + r"(?:/\*)?")
        for mark in (">", "%"):
            escaped = escaped.replace(re.escape(mark + "}}"), r"(?:\*/)?" + re.escape(mark + "}}"))
        match = re.compile(escaped).match(self._source, offset)
        if match is not None:
            return Range(start=offset, end=match.end())
        return None

    def _add_texts(self, part: PagePart, number: int, name: str, start: int, end: int) -> None:
        """Add the paragraphs of a part in both languages, and what the lines above them say."""
        role = Role.TEXT
        pieces = self._page.english.parts.get((number, name), {})
        for group, (text, offset) in enumerate(sorted(pieces.items(), key=lambda piece: piece[1])):
            if part.bullet is not None and offset < part.bullet.line.end and offset > part.head:
                continue  # the English of the place or the mark, in the line of the bullet
            place = self._locate(text, offset)
            if place is None:
                part.broken = True
                continue
            role = self._add_paragraphs(part.english, place, role, self._source, part, group)
        role = Role.TEXT
        for group, run in enumerate(self._list_runs(start, end)):
            role = self._add_paragraphs(part.translated, run, role, self._page.text, part, group)
        notes = "\n\n".join(paragraph.text for paragraph in part.translated_of(Role.ANNOTATION))
        if notes:
            prose = Prose(text=notes, span=self._page.span(part.head))
        else:
            prose = None
        part.annotations = self._page.split_annotations(prose, None)[0]
        part.english_annotations = self._read_english_annotations(part)
        english = part.english_annotations
        lacks_keys = not part.annotations.list_map_keys
        if lacks_keys and english is not None and part.annotations.list_type is english.list_type:
            part.annotations = english
        self._mark_additions(part)

    def _read_english_annotations(self, part: PagePart) -> Annotations | None:
        """Read the annotations of a comment, or return None where it has none."""
        notes = "\n\n".join(paragraph.text for paragraph in part.english_of(Role.ANNOTATION))
        if not notes:
            return None
        prose = Prose(text=notes, span=self._page.span(part.head))
        return self._page.split_annotations(prose, None)[0]

    def _list_runs(self, start: int, end: int) -> Iterator[Range]:
        """Yield the text between comments."""
        at = start
        text = self._page.text
        while at < end:
            if text[at] == FILLER:
                at += 1
                continue
            stop = text.find(FILLER, at, end)
            stop = stop if stop >= 0 else end
            if text[at:stop].strip():
                yield Range(start=at, end=stop)
            at = stop

    def _add_paragraphs(
        self,
        paragraphs: list[Paragraph],
        run: Range,
        role: Role,
        text: str,
        part: PagePart,
        group: int,
    ) -> Role:
        """Add the paragraphs of a run of text. Returns the role of the text that follows."""
        for place in split_paragraphs(text, run.start, run.end):
            begin = place.start
            if _ANCHOR_START.match(text, begin) and part.kind is PartKind.FIELD:
                role = Role.TYPE_TEXT
                begin = skip_anchor(text, begin, place.end)
            if begin >= place.end:
                continue
            piece = text[begin : place.end]
            indent = place.start - line_start(text, place.start)
            own_role = role
            if role is Role.TEXT and self._is_annotation(piece):
                own_role = Role.ANNOTATION
            paragraphs.append(
                Paragraph(
                    start=begin,
                    end=place.end,
                    text=remove_indent(piece, indent),
                    role=own_role,
                    group=group,
                )
            )
        return role

    def _is_annotation(self, piece: str) -> bool:
        match = self._page.grammar.annotation.match(piece.lstrip())
        return piece.lstrip().startswith("*") and match is not None

    def _mark_additions(self, part: PagePart) -> None:
        """Mark the paragraphs of shortcodes that the English does not have as made by hand."""
        english = " ".join(paragraph.text for paragraph in part.english)
        opened = ""
        for number, paragraph in enumerate(part.translated):
            codes = [code for code in _SHORTCODE.finditer(paragraph.text) if code["name"] != "ref"]
            strange = [code for code in codes if code["name"] not in english]
            if opened or (strange and paragraph.text.startswith(("{{<", "{{%"))):
                part.translated[number] = replace(paragraph, role=Role.ADDITION)
            for code in strange:
                if code["close"]:
                    opened = ""
                elif f"/{code['name']}" in self._source[paragraph.start : part.end]:
                    opened = code["name"]

    def _find_comment_starts(self, parts: Sequence[PagePart]) -> None:
        """Let each part begin at the comment before it, if that has its English."""
        every: list[PagePart] = []
        for part in parts:
            every += [part, *part.children]
        starts = [comment.start for comment in self._comments]
        homes: dict[int, list[PagePart]] = {}
        for part in every:
            for offset in _english_offsets(part):
                number = bisect_right(starts, offset) - 1
                owners = homes.setdefault(number, [])
                if not any(owner is part for owner in owners):
                    owners.append(part)
        for part in every:
            part.english_extent = self._extent_of_english(part)
            part.start = line_start(self._source, part.head)
            number = bisect_right(starts, part.head) - 1
            if number >= 0 and self._opens(number, part, homes):
                part.start = line_start(self._source, starts[number])
        for owners in homes.values():
            for part in owners:
                part.has_neighbours = part.has_neighbours or len(owners) > 1

    def _opens(self, number: int, part: PagePart, homes: Mapping[int, list[PagePart]]) -> bool:
        """Return whether the comment directly before a part begins with its English."""
        comment = self._comments[number]
        if self._source[comment.end : part.head].strip():
            return False
        first = _STRUCTURE.search(self._source, comment.start + len(_OPEN), comment.end)
        if part.kind in (PartKind.OPERATION, PartKind.SECTION):
            return first is not None
        if first is None:
            return any(owner is part for owner in homes.get(number, ()))
        bullet = part.english_bullet
        return bullet is not None and first.start() <= bullet.line.start < first.end()

    def _extent_of_english(self, part: PagePart) -> Range | None:
        """Return the range of a bullet with its text in a comment of several."""
        if part.english_bullet is None:
            return None
        start = part.english_bullet.line.start
        closed = self._source.find(_CLOSE, start)
        following = _STRUCTURE.search(self._source, part.english_bullet.line.end, closed)
        end = following.start() if following is not None else closed
        return Range(start=line_start(self._source, start), end=end)


def _english_offsets(part: PagePart) -> list[int]:
    """List the offsets of the English of a part in comments."""
    offsets = [paragraph.start for paragraph in part.english]
    if part.english_bullet is not None:
        offsets.append(part.english_bullet.line.start)
    if part.english_title is not None:
        offsets.append(part.english_title.start)
    return offsets


def _type_range(match: re.Match[str], shift: int) -> Range:
    """Return the range of a type with its arrays and maps, and its link."""
    ends = [match.end(name) for name in ("word", "flat") if match[name] is not None]
    end = ends[0] if ends else match.end("wrap")
    if not ends:
        text = match.string
        closed = text.find("</a", match.end("wrap"))
        if closed >= 0 and match["linked"] is not None:
            end = text.find(">", closed) + 1
        else:
            end = 0
        if not end:
            end = text.find(")", match.end("marked")) + 1
    return Range(start=match.start("wrap") + shift, end=end + shift)

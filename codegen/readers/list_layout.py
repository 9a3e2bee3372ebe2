"""Reads pages of the list layout, as Markdown or flattened, into a `PageTree`.

    ## PlotSpec {#PlotSpec} ... <hr> - **beds** ([]Bed), required ... ## Operations {#Operations} ### `create` ...

A page is cut at its headings into blocks, a block at its bullets; every bullet is read by the expressions of `list_grammar`.
What does not fit is reported at its place, and the reading goes on.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from dataclasses import dataclass

from codegen.diagnostics import Report
from codegen.locales import ENGLISH
from codegen.model import ListType, Prose
from codegen.page_tree import (
    NO_ANNOTATIONS,
    NO_TEXTS,
    Annotations,
    FieldRow,
    FrontMatter,
    OperationBlock,
    PageTree,
    ParameterRow,
    ResponseRow,
    Section,
    Texts,
    TypeName,
)
from codegen.readers import front_matter
from codegen.readers.comments import FILLER, Comments
from codegen.readers.list_english import TITLE, Shown, english_texts
from codegen.readers.list_grammar import (
    API_VERSION,
    BULLET,
    CATEGORY,
    COMMON_PARAMETER,
    HEADING,
    IMPORT,
    LOST_BULLET,
    NAME,
    OPERATION,
    REQUEST,
    RULE,
    SECTION,
    TYPE_WORD,
    Grammar,
    grammar,
    keys_in,
)
from codegen.readers.prose import clean, split_inlined
from codegen.source import Source

LAYOUT = "list"
_STRATEGIES = ("merge", "retainKeys", "replace")
_SIGN = re.compile(r"-\s+\*\*[^*\n]{1,200}\*\*\s*[(（:：]|##\s+[^#{}\n]{1,160}\{#")


def recognises(source: Source) -> bool:
    """Whether a text looks like a page of this layout: a reference head, or bullets and headings of its form."""
    head = front_matter.read_head(source.text)
    if "<table>" in source.text and "<th>" in source.text:
        return False
    if head is not None and (head.front.kind or head.front.import_path):
        return True
    return IMPORT.search(source.text) is not None and _SIGN.search(source.text) is not None


def read(source: Source, locale: str, report: Report) -> PageTree:
    """Read one page. Deviations from the grammar go to the report; raises nothing for any text."""
    return _Reader(source, locale, report).page()


@dataclass(slots=True, kw_only=True)
class _Block:
    """A stretch of the page below one heading: a section, the list of operations, or one operation."""

    start: int
    body: int
    end: int = 0
    name: str = ""
    anchor: str = ""
    verb: str = ""
    kind: str = "section"


@dataclass(slots=True, kw_only=True)
class _Token:
    """A bullet or category heading in a block."""

    start: int
    end: int
    match: re.Match[str] | None
    form: str
    name: str
    category: str = ""


class _Reader:
    def __init__(self, source: Source, locale: str, report: Report) -> None:
        self.source = source
        self.locale = locale
        self.report = report
        self.grammar: Grammar = grammar(locale)
        self.comments = Comments(source, report)
        self.text = self.comments.shown
        self.front = FrontMatter()
        self.english_front = FrontMatter()
        self.english: dict[tuple[int, str], tuple[int, str]] = {}
        self.machine_made = False

    # ------------------------------------------------------------------------------------------------ the page

    def page(self) -> PageTree:
        start = self._head()
        blocks = self._blocks(start)
        tokens = [self._tokens(block) for block in blocks]
        if self.comments:
            self.english = english_texts(self.comments, self._shown(blocks, tokens), start)
        sections: list[Section] = []
        operations: list[OperationBlock] = []
        for number, (block, inner) in enumerate(zip(blocks, tokens, strict=True)):
            if block.kind == "section":
                if block.anchor or block.name != self.front.kind or self._says_something(block, inner):
                    sections.append(self._section(number, block, inner))
            elif block.kind == "operation":
                operations.append(self._operation(number, block, inner))
        if not sections and not operations and self.front.kind:
            self.report.warning("page-empty", "no definition and no operation was found", self.source.whole,
                                "is the page cut off behind its head?")
        return PageTree(path=self.source.relative, layout=LAYOUT, locale=self.locale, front=self.front, sections=tuple(sections),
                        operations=tuple(operations), span=self.source.whole, english_front=self.english_front)

    def _head(self) -> int:
        """Front matter, apiVersion and import line; returns where the page goes on."""
        end = 0
        head = front_matter.read_head(self.text)
        if head is None:
            if re.match(r"\s*---(?=\s)", self.text):
                self.report.error("front-matter-unclosed", "the front matter is opened and never closed", self.source.span(0),
                                  "the page is cut off, or its second --- line is missing")
            else:
                self.report.warning("front-matter-missing", "the page does not begin with front matter", self.source.span(0),
                                    "put the api_metadata of the page between two --- lines at its top")
        else:
            self.front, end = head.front, head.end
            self.machine_made = head.front.auto_generated and self.locale == ENGLISH
        first = HEADING.search(self.text, end)
        limit = first.start() if first else len(self.text)
        for offset, content in self.comments.between(end, limit):
            if "api_metadata" in content or re.match(r"\s*title:", content):
                self.english_front = front_matter.parse(content)
                end = max(end, min(limit, offset + len(content) + 3))
        if found := API_VERSION.search(self.text, end, limit):
            end = found.end()
            self._agree("apiVersion", self.front.api_version, found["value"], found.start())
        if found := IMPORT.search(self.text, end, limit):
            end = found.end()
            self._agree("import", self.front.import_path, found["value"], found.start())
            if not found["close"] or found["close"] not in "\"":
                self.report.warning("import-unclosed", "the quotation mark of the import line is not closed by the same mark",
                                    self.source.span(found.start()), f'write `import "{found["value"]}"`')
        return end

    def _agree(self, what: str, front: str, shown: str, offset: int) -> None:
        if front and front != shown:
            self.report.warning("head-disagrees", f"{what} is {front!r} in the front matter and {shown!r} here",
                                self.source.span(offset), f"one of them is wrong; {front!r} is used")

    # ---------------------------------------------------------------------------------------------- its blocks

    def _blocks(self, start: int) -> list[_Block]:
        blocks = [_Block(start=start, body=start, name=self.front.kind)]
        for heading in HEADING.finditer(self.text, start):
            at = heading.start()
            if at and not self.text[at - 1].isspace():
                continue
            level = heading.end() - at
            if level == 2:
                self._section_heading(at, blocks)
            elif level == 3 and (found := OPERATION.match(self.text, at)):
                title = self.text.find("##", found.start("title"), found.end("title"))
                body = title if title >= 0 else found.end()
                blocks.append(_Block(start=at, body=body, name=self.text[found.start("title") : body], verb=found["verb"].lower(), kind="operation"))
            elif level == 3 and CATEGORY.match(self.text, at):
                continue
            elif not (level > 3 and self.grammar.part.match(self.text, at)) and self._opens_line(at):
                line = self.text[at : self.text.find("\n", at) if "\n" in self.text[at:] else None].strip()
                self.report.warning("heading-unknown", f"a heading that the layout does not have: {line[:60]!r}", self.source.span(at),
                                    "if it belongs to a description, do not begin the line with #; else correct its words")
        for block, following in zip(blocks, blocks[1:], strict=False):
            block.end = following.start
        blocks[-1].end = len(self.text)
        return blocks

    def _section_heading(self, at: int, blocks: list[_Block]) -> None:
        found = SECTION.match(self.text, at)
        if found is None:
            if not self._opens_line(at):
                return
            end = self.text.find("\n", at)
            end = end if end >= 0 else len(self.text)
            name = self.text[at + 2 : end].replace(FILLER, "").strip()
            self.report.warning("anchor-missing", f"the heading {name[:60]!r} has no anchor", self.source.span(at),
                                f"write `## {name} {{#{name.split(' ')[0]}}}`: links lead to the anchor")
            anchor, body = name, end
        else:
            name, anchor, body = found["name"].replace(FILLER, "").strip(), found["anchor"], found.end()
        kind = "operations" if self.grammar.is_operations(name, anchor) else "section"
        if kind == "section" and not NAME.fullmatch(anchor):
            self.report.warning("anchor-translated", f"the anchor {anchor!r} is no identifier", self.source.span(at),
                                "anchors are identifiers of the API and are never translated")
        blocks.append(_Block(start=at, body=body, name=name, anchor=anchor, kind=kind))

    def _opens_line(self, at: int) -> bool:
        before = self.text.rfind("\n", 0, at)
        return before >= 0 and not self.text[before:at].strip()

    def _says_something(self, block: _Block, inner: list[_Token]) -> bool:
        return bool(inner) or bool(self.text[block.body : block.end].strip(f"-<>hr/ \t\n{FILLER}"))

    # ---------------------------------------------------------------------------------------------- its tokens

    def _tokens(self, block: _Block) -> list[_Token]:
        starts = {each.start() for each in BULLET.finditer(self.text, block.body, block.end) if self.text[each.start() - 1].isspace()}
        starts |= {each.start("mark") for each in LOST_BULLET.finditer(self.text, block.body, block.end)}
        found: list[_Token] = []
        category = ""
        headings = iter(self._categories(block))
        heading = next(headings, None)
        for start in sorted(starts):
            while heading is not None and heading.start() < start:
                category = heading["name"].replace(FILLER, "").strip()
                if found:
                    found[-1].end = min(found[-1].end, heading.start())
                heading = next(headings, None)
            if found and found[-1].match is not None and start < found[-1].match.end():
                continue
            token = self._token(block, start)
            if token is None:
                continue
            token.category, token.end = category, block.end
            if found:
                found[-1].end = min(found[-1].end, start)
            found.append(token)
        return found

    def _categories(self, block: _Block) -> list[re.Match[str]]:
        if block.kind != "section":
            return []
        marks = (CATEGORY.match(self.text, each.start()) for each in HEADING.finditer(self.text, block.body, block.end))
        return [each for each in marks if each is not None]

    def _token(self, block: _Block, start: int) -> _Token | None:
        for form, pattern in (("parameter", self.grammar.parameter), ("field", self.grammar.field), ("any_place", self.grammar.any_place),
                              ("body", self.grammar.body), ("value", self.grammar.value)):
            match = pattern.match(self.text, start, block.end)
            if match is None or (block.kind == "section") != (form in ("field", "value")) and form not in ("parameter",):
                continue
            if form == "parameter" and block.kind == "section":
                continue
            return _Token(start=start, end=block.end, match=match, form=form, name=match["name"].replace(FILLER, "").strip())
        return self._odd_bullet(block, start)

    def _odd_bullet(self, block: _Block, start: int) -> _Token | None:
        """A bullet that no expression reads: reported, and left to the text before it unless it must be a field."""
        named = re.compile(r"(?:-\s+)?\*{1,2}(?P<name>[^*\n]{1,200}?)\*\*\s*(?P<next>[(（:：]?)").match(self.text, start, block.end)
        shown = " ".join(self.text[start : start + 80].split())[:60]
        if named is not None and named["next"]:
            what = "parameter" if block.kind == "operation" else "field"
            expected = "- **name** (*in query*): type" if what == "parameter" else "- **name** (type), required"
            self.report.error("type-unreadable", f"the type of this {what} cannot be read: {shown!r}", self.source.span(start),
                              f"expected `{expected}`, the type a primitive, a name or a link")
            return _Token(start=start, end=block.end, match=None, form="unreadable", name=named["name"])
        self.report.warning("bullet-unreadable", f"a bullet of the form of a field that is none: {shown!r}", self.source.span(start),
                            "write `- **name** (type)`, or do not begin a line of a description with `- **`")
        return None

    def _shown(self, blocks: list[_Block], tokens: list[list[_Token]]) -> list[Shown]:
        shown = []
        for number, (block, inner) in enumerate(zip(blocks, tokens, strict=True)):
            shown.append(Shown(offset=block.start, block=number, token=""))
            shown += [Shown(offset=each.start, block=number, token=each.name) for each in inner]
        return shown

    # -------------------------------------------------------------------------------------------- its sections

    def _section(self, number: int, block: _Block, inner: list[_Token]) -> Section:
        end = inner[0].start if inner else block.end
        if rule := RULE.search(self.text, block.body, end):
            end = rule.start()
        elif category := CATEGORY.search(self.text, block.body, end):
            end = category.start()
        texts = self._texts(number, "", block.body, end, 0)
        rows = self._rows(number, inner)
        name = block.anchor if block.anchor and NAME.fullmatch(block.anchor) else block.name
        return Section(name=name, anchor=block.anchor, texts=texts, rows=rows, span=self.source.span(block.start))

    def _rows(self, number: int, inner: list[_Token]) -> tuple[FieldRow, ...]:
        """The fields of a section as a tree by the dots of their names."""
        made: dict[str, FieldRow] = {}
        below: dict[str, list[str]] = {"": []}
        for token in inner:
            if token.match is None:
                continue
            place = self.source.span(token.start)
            parent = token.name.rpartition(".")[0]
            if not NAME.fullmatch(token.name):
                self.report.warning("name-unreadable", f"{token.name!r} is no name of a field; it is left out", place,
                                    "names of fields are never translated; take the name from the English page")
            elif token.name in made:
                self.report.warning("field-twice", f"{token.name!r} stands here a second time; the first one counts", place,
                                    f"the first is at {made[token.name].span}")
            elif parent and parent not in made:
                near = difflib.get_close_matches(parent, made, 1)
                self.report.warning("parent-missing", f"{token.name!r} belongs to {parent!r}, which is no field here; it is left out", place,
                                    f"write {near[0]}.{token.name.rpartition('.')[2]}?" if near else "correct the part before the last dot")
            else:
                made[token.name] = self._row(number, token)
                below.setdefault(parent, []).append(token.name)
                below[token.name] = []

        def tree(path: str) -> tuple[FieldRow, ...]:
            return tuple(_with_children(made[child], tree(child)) for child in below[path])

        return tree("")

    def _row(self, number: int, token: _Token) -> FieldRow:
        match = token.match
        assert match is not None  # noqa: S101 - `_rows` leaves the others out
        span = self.source.span(token.start)
        if token.form == "value":
            value = clean(self.text[match.end() : token.end], 0)
            if len(value.split()) != 1:
                self.report.warning("value-odd", f"{token.name} has the value {value[:60]!r}", span, "a value is one identifier of the API")
                value = value.split()[0] if value.split() else ""
            return FieldRow(path=token.name, type=TypeName(name="string"), value=value, category=token.category, span=span)
        if not token.match or self.text[token.start] != "-":
            self.report.warning("bullet-broken", f"the bullet of {token.name!r} has lost its mark", span, f"write `- **{token.name}** (`")
        depth = token.name.count(".") + 1
        type_name = self._type(match, span)
        begin, required = self._late_required(match, token.end)
        own = self._prose(begin, token.end, depth)
        english = self._english(number, token.name, depth)
        annotations, own_text = self._annotations(own.text, span) if own else (NO_ANNOTATIONS, "")
        english_text = self._annotations(english.text, None)[1] if english else ""
        inlines = not type_name.linked and type_name.name not in _PRIMITIVE_WORDS
        inlined = english_inlined = None
        if inlines:
            own_text, inlined = split_inlined(own_text, type_name.name)
            english_text, english_inlined = split_inlined(english_text, type_name.name)
        return FieldRow(
            path=token.name,
            type=type_name,
            required=required,
            annotations=annotations,
            texts=_texts(own, own_text, english, english_text),
            inlined=_texts(own, inlined, english, english_inlined) if inlines and (inlined is not None or english_inlined) else NO_TEXTS,
            category=token.category,
            span=span,
        )

    def _late_required(self, match: re.Match[str], limit: int) -> tuple[int, bool]:
        """Where the description begins, and whether the field is required: the mark may follow in a line of its own."""
        if match["required"]:
            return match.end(), True
        if found := self.grammar.late_required.match(self.text, match.end(), limit):
            return found.end(), True
        return match.end(), False

    def _type(self, match: re.Match[str], span: object) -> TypeName:
        del span
        wrap = match["wrap"] or ""
        wrappers = tuple("[]" if each == "[]" else "map" for each in re.findall(r"\[\]|map\[[^\]]*\]", wrap))
        if word := match["word"]:
            if word == "byte" and wrappers[-1:] == ("[]",):
                return TypeName(name="byte", wrappers=wrappers[:-1])
            if not TYPE_WORD.fullmatch(word):
                self.report.error("type-unreadable", f"{word!r} is no type", self.source.span(match.start("word")),
                                  "expected a primitive (string, int32, int64, double, boolean, []byte) or the name of a definition")
            return TypeName(name=word, wrappers=wrappers)
        name = match["linked"] or match["marked"] or match["flat"] or ""
        target = match["target"] or match["marked_target"] or match["url"] or ""
        page, _, anchor = target.partition("#")
        return TypeName(name=name, wrappers=wrappers, linked=True, page=page, anchor=anchor)

    def _annotations(self, text: str, span: object) -> tuple[Annotations, str]:
        """The list type and patch strategy lines at the start of a text, and the text behind them."""
        list_type: ListType | None = None
        map_keys: tuple[str, ...] = ()
        strategies: tuple[str, ...] = ()
        merge_key = ""
        at = 0
        while found := self.grammar.annotation.match(text, at):
            rest = found["rest"] or ""
            keys = keys_in(rest, self.grammar.map_keys)
            at = found.end()
            if found["patch"]:
                strategies = tuple(word for word in re.findall(r"[A-Za-z]+", re.sub(r"`[^`]*`", "", rest), re.ASCII) if word in _STRATEGIES)
                merge_key = keys[0] if keys and keys[0] not in _STRATEGIES else ""
                if merge_key or "merge" in strategies:  # OpenAPI names merge first, pages name it last, beside its key
                    strategies = ("merge", *(word for word in strategies if word != "merge"))
                self._check_keys(keys[:1] if merge_key else (), bool(merge_key or strategies), rest, span)
            elif found["map"]:
                list_type, map_keys = ListType.MAP, keys
                self._check_keys(keys, bool(keys), rest, span)
            else:
                list_type = ListType.SET if found["set"] else ListType.ATOMIC
        if not at:
            return NO_ANNOTATIONS, text
        found_annotations = Annotations(list_type=list_type, list_map_keys=map_keys, patch_strategy=strategies, patch_merge_key=merge_key)
        return found_annotations, text[at:].lstrip()

    def _check_keys(self, keys: tuple[str, ...], readable: bool, rest: str, span: object) -> None:
        if span is None:
            return
        if not readable:
            self.report.warning("annotation-unreadable", f"no key can be read from {rest.strip()[:60]!r}", span, "write the key in backticks, as in the English page")  # type: ignore[arg-type]
        elif odd := [key for key in keys if not NAME.fullmatch(key)]:
            self.report.warning("key-translated", f"{odd[0]!r} is no name of a field", span, "keys are names of fields and are never translated")  # type: ignore[arg-type]

    # ------------------------------------------------------------------------------------------ its operations

    def _operation(self, number: int, block: _Block, inner: list[_Token]) -> OperationBlock:
        span = self.source.span(block.start)
        request = REQUEST.search(self.text, block.body, inner[0].start if inner else block.end)
        if request is None:
            self.report.error("request-missing", f"the operation {block.verb!r} has no request line", span, "expected a line such as `GET /api/v1/...`")
        parts = {}
        for heading in HEADING.finditer(self.text, block.body, block.end):
            if found := self.grammar.part.match(self.text, heading.start(), block.end):
                parts.setdefault(self.grammar.part_of(found["word"]), found)
        begin = self._responses_start(block, inner, parts)
        if inner:
            inner[-1].end = min(inner[-1].end, begin)
        title = clean(block.name, 0)
        english = self.english.get((number, TITLE))
        texts = Texts(
            own=Prose(text=title, span=span) if title else None,
            english=Prose(text=clean(english[1], 0), span=self.source.span(english[0])) if english else None,
        )
        path = request["path"] if request else ""
        return OperationBlock(
            verb=block.verb,
            title=texts,
            method=request["method"] if request else "",
            path=path,
            parameters=self._parameters(number, inner, path),
            responses=self._responses(parts["response"].end() if "response" in parts else begin, block.end),
            span=span,
        )

    def _responses_start(self, block: _Block, inner: list[_Token], parts: dict[str, re.Match[str]]) -> int:
        for part, label in (("http_request", "http_request"), ("parameters", "parameters"), ("response", "response")):
            if part not in parts and (part != "parameters" or inner):
                self.report.warning("heading-missing", f"the operation {block.verb!r} has no heading for its {part.replace('_', ' ')}",
                                    self.source.span(block.start), f"write `#### {self.grammar.locale.labels[label]}`")
        if "response" in parts:
            return parts["response"].start()
        last = inner[-1].match.end() if inner and inner[-1].match else block.body
        if found := self.grammar.unmarked_response.search(self.text, last, block.end):
            return found.start()
        found = self.grammar.response.search(self.text, last, block.end)
        return found.start() if found else block.end

    def _parameters(self, number: int, inner: list[_Token], path: str) -> tuple[ParameterRow, ...]:
        made: dict[tuple[str, str], ParameterRow] = {}
        for token in inner:
            if token.match is None:
                continue
            row = self._parameter(number, token, path)
            if row is None:
                continue
            if (row.name, row.place) in made:
                self.report.warning("parameter-twice", f"the parameter {row.name!r} stands here a second time; the first one counts", row.span,
                                    "remove it, or correct its name by the English page")
            made.setdefault((row.name, row.place), row)
        return tuple(made.values())

    def _parameter(self, number: int, token: _Token, path: str) -> ParameterRow | None:
        match = token.match
        assert match is not None  # noqa: S101 - `_parameters` leaves the others out
        span = self.source.span(token.start)
        place = self._place(token, path)
        if place is None:
            return None
        if token.form == "any_place" and match["wrap"] is None:
            self.report.error("type-unreadable", f"the parameter {token.name!r} has no type", span, "write `: string` behind the place")
            return None
        type_name = self._type(match, span)
        begin, required = self._late_required(match, token.end)
        raw = self.text[begin : token.end]
        if place == "body":
            return ParameterRow(name="body", place=place, type=type_name, required=required, span=span)
        if common := COMMON_PARAMETER.match(raw.replace(FILLER, "")):
            return ParameterRow(name=token.name, place=place, type=type_name, required=required, common=common["anchor"] or common["flat"], span=span)
        return ParameterRow(name=token.name, place=place, type=type_name, required=required,
                            texts=self._texts(number, token.name, begin, token.end, 1), span=span)

    def _place(self, token: _Token, path: str) -> str | None:
        """path, query, header or body; a place that cannot be read is known from the request line."""
        match = token.match
        assert match is not None  # noqa: S101
        span = self.source.span(token.start)
        if token.form == "body":
            if token.name != "body":
                self.report.warning("name-translated", f"the body is called {token.name!r}", span, "write **body**: names are never translated")
            return "body"
        if token.form == "value":
            self.report.error("type-unreadable", f"the parameter {token.name!r} has no place and no type", span, "expected `- **name** (*in query*): type`")
            return None
        if not NAME.fullmatch(token.name):
            self.report.warning("name-unreadable", f"{token.name!r} is no name of a parameter; it is left out", span, "names are never translated")
            return None
        in_path = f"{{{token.name}}}" in path
        if token.form == "any_place" or token.form == "field":
            word = match["place"] if token.form == "any_place" else match["word"]
            if place := self.grammar.place(word or ""):
                return place
            place = "path" if in_path else "query"
            label = self.grammar.locale.labels[f"in_{place}"]
            self.report.warning("place-unknown", f"{word!r} is no place of a parameter; by the request line {token.name!r} is in the {place}", span, f"write {label}")
            return place
        if not match["open"] or len((match["close"] or "").strip()) != 1 or match["left"] != match["right"]:
            self.report.warning("marks-unbalanced", f"the marks around the place of {token.name!r} are not balanced", span,
                                f"write (**{match['place']}**)" if self.locale != ENGLISH else f"write (*{match['place']}*)")
        place = self.grammar.place(match["place"])
        if path and in_path != (place == "path"):
            actual = "path" if in_path else "query"
            self.report.warning("place-wrong", f"{token.name!r} is said to be in the {place}, but the request line has it in the {actual}", span,
                                f"write {self.grammar.locale.labels[f'in_{actual}']}; {actual} is used")
            return actual
        return place

    def _responses(self, begin: int, end: int) -> tuple[ResponseRow, ...]:
        found = list(self.grammar.response.finditer(self.text, begin, end))
        made: dict[str, ResponseRow] = {}
        for number, each in enumerate(found):
            stop = found[number + 1].start() if number + 1 < len(found) else end
            typed = each["wrap"] is not None
            span = self.source.span(each.start())
            row = ResponseRow(status=each["status"], text=clean(self.text[each.end() : stop], 0), type=self._type(each, span) if typed else None, span=span)
            if row.status in made:
                self.report.warning("response-twice", f"the response {row.status} stands here a second time; the first one counts", span, "remove one")
            made.setdefault(row.status, row)
        if not made:
            self.report.warning("response-missing", "the operation has no response", self.source.span(max(0, min(begin, len(self.text) - 1))),
                                "expected lines such as `200 (Type): OK`")
        return tuple(made.values())

    # -------------------------------------------------------------------------------------------------- texts

    def _prose(self, begin: int, end: int, depth: int) -> Prose | None:
        raw = self.text[begin:end]
        text = clean(raw, depth, machine_made=self.machine_made)
        if not text:
            return None
        lead = len(raw) - len(raw.lstrip())
        return Prose(text=text, span=self.source.span(begin + lead))

    def _english(self, number: int, token: str, depth: int) -> Prose | None:
        found = self.english.get((number, token))
        if found is None:
            return None
        offset, raw = found
        text = clean(raw, depth)
        return Prose(text=text, span=self.source.span(offset + len(raw) - len(raw.lstrip()))) if text else None

    def _texts(self, number: int, token: str, begin: int, end: int, depth: int) -> Texts:
        own, english = self._prose(begin, end, depth), self._english(number, token, depth)
        return Texts(own=own, english=english) if own or english else NO_TEXTS


_PRIMITIVE_WORDS = frozenset(("string", "boolean", "int32", "int64", "double", "float", "byte", "integer", "number", "object"))


def _texts(own: Prose | None, own_text: str | None, english: Prose | None, english_text: str | None) -> Texts:
    return Texts(
        own=Prose(text=own_text, span=own.span) if own and own_text is not None else None,
        english=Prose(text=english_text, span=english.span) if english and english_text else None,
    )


def _with_children(row: FieldRow, children: tuple[FieldRow, ...]) -> FieldRow:
    if not children:
        return row
    return FieldRow(path=row.path, type=row.type, required=row.required, value=row.value, annotations=row.annotations, texts=row.texts,
                    inlined=row.inlined, category=row.category, children=children, span=row.span)

"""Reading of operations on table pages."""

from __future__ import annotations

import re

from codegen.model import Prose
from codegen.readers.page_tree import NO_TEXTS, OperationBlock, ParameterRow, Texts
from codegen.readers.table.headings import OPERATION, Heading, report_unknown_heading
from codegen.readers.table.rows import TableRows
from codegen.readers.table.table_scanner import Cell

_ENGLISH_OPERATION = re.compile(r"(?:^|\n)[ \t]*+###[ \t]++(?P<heading>`[^\n]*+)")
_REQUEST = re.compile(
    r"(?<![\w/])(?P<method>GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|TRACE)[ \t\xa0]++(?P<path>/[^\s<>`*|]*+)"
)
_PARTS = ("http_request", "path_parameters", "query_parameters", "header_parameters", "body_parameters", "response")

# Kubernetes' verb for the first words of a title. The heading prints the HTTP method, which says less: GET reads, lists
# and watches. Subresources (Status, Scale, Eviction ...) are read and written by the verbs of what they belong to.
# `connect` and `watchlist` are the words of x-kubernetes-action, so that a page and an OpenAPI document agree.
_VERBS = (
    ("delete collection", "deletecollection"),
    ("watch list", "watchlist"),
    ("watch", "watch"),
    ("create", "create"),
    ("patch", "patch"),
    ("replace", "update"),
    ("delete", "delete"),
    ("read", "get"),
    ("list", "list"),
)
_METHOD_VERBS = {
    "POST": "create",
    "PUT": "update",
    "PATCH": "patch",
    "OPTIONS": "options",
    "HEAD": "head",
    "TRACE": "trace",
}


class OperationReader:
    """A reader of one page's operations."""

    def __init__(self, rows: TableRows) -> None:
        self.rows = rows
        self.report = rows.report
        self.source = rows.source
        self.text = rows.text
        self.comments = rows.comments

    def read(self, block: Heading, english_from: int) -> OperationBlock | None:
        """Read one operation, or return None without a request.

        `english_from` is where the comment with the English of its heading may begin.
        """
        heading = OPERATION.match(block.text)
        if heading is None:
            report_unknown_heading(self.rows, block, "### `verb` Title")
            return None
        span = self.source.span(block.start)
        title = self._title(block, heading["title"], heading["verb"], english_from)
        parts = self._parts(block)
        request = next(
            (
                found
                for start, end in parts.get("http_request", [])
                if (found := _REQUEST.search(self.text, start, end))
            ),
            None,
        )
        if request is None:
            self.report.warning(
                "request-missing",
                f"the operation {heading['verb']!r} has no request line; it is left out",
                span,
                "expected a line such as `GET /api/v1/...` below its heading",
            )
            return None
        method, path = request["method"], request["path"]
        if heading["verb"].upper() != method:
            self.report.warning(
                "method-differs",
                f"the heading says {heading['verb']!r}, the request line {method}",
                span,
                f"one of them is wrong; {method} is used",
            )
        parameters: dict[tuple[str, str], ParameterRow] = {}
        for place in ("path", "query", "header", "body"):
            for start, end in parts.get(f"{place}_parameters", []):
                self.rows.parameters(start, end, place, method, parameters)
        english_title = (title.own if not self.rows.hand_made else title.english) or title.english
        return OperationBlock(
            verb=_verb(english_title.text if english_title else "", method, path),
            title=title,
            method=method,
            path=path,
            parameters=tuple(parameters.values()),
            responses=self.rows.responses(parts.get("response", []), span),
            span=span,
        )

    def _parts(self, block: Heading) -> dict[str, list[Cell]]:
        """Sort the parts below an operation by kind. A request is also looked for in parts of unknown kind."""
        parts: dict[str, list[Cell]] = {}
        others: list[Cell] = [(block.body, block.own_end)]
        for part in block.parts:
            kind = next((name for name in _PARTS if self.rows.is_spelling(part.text, name)), None)
            if kind is None:
                inside = [" ".join(text.split()) for _, text in self.comments.between(part.start, part.body)]
                kind = next((name for name in _PARTS for text in inside if self.rows.is_spelling(text, name)), None)
            if kind is None:
                report_unknown_heading(self.rows, part, " or ".join(self.rows.words.labels[name] for name in _PARTS))
                others.append((part.body, part.end))
            else:
                parts.setdefault(kind, []).append((part.body, part.end))
        parts.setdefault("http_request", []).extend(others)
        return parts

    def _title(self, block: Heading, own: str, verb: str, english_from: int) -> Texts:
        """Read the words after the verb.

        Their English stands in a comment of the heading itself, or as the last such heading of a comment before it.
        """
        shown = Prose(text=own.strip(), span=self.source.span(block.text_start)) if own.strip() else None
        for offset, content in self.comments.between(block.start, block.body):
            if (found := OPERATION.match(content)) and found["title"].strip():
                return Texts(own=shown, english=Prose(text=found["title"].strip(), span=self.source.span(offset)))
        for offset, content in reversed(self.comments.between(english_from, block.start)):
            for heading in reversed(list(_ENGLISH_OPERATION.finditer(content))):
                found = OPERATION.match(heading["heading"])
                if found and found["verb"] == verb and found["title"].strip():
                    return Texts(
                        own=shown,
                        english=Prose(
                            text=found["title"].strip(), span=self.source.span(offset + heading.start("heading"))
                        ),
                    )
        return Texts(own=shown) if shown else NO_TEXTS


def _verb(title: str, method: str, path: str) -> str:
    """Return the Kubernetes verb from the English title, or from method and path if there is no English."""
    words = title.casefold().split()
    if "connect" in words:
        return "connect"
    plain = " ".join(words) + " "
    for start, verb in _VERBS:
        if plain.startswith(f"{start} "):
            return verb
    if method == "GET":
        return "watch" if "/watch/" in path else "get" if "{name}" in path else "list"
    if method == "DELETE":
        return "delete" if "{name}" in path else "deletecollection"
    return _METHOD_VERBS[method]

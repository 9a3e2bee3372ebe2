"""Reading of operations on table pages."""

from __future__ import annotations

import re
from itertools import pairwise

from codegen.model import Prose
from codegen.readers.page_tree import OperationBlock, ParameterRow, ResponseRow, Texts
from codegen.readers.shared.blocks import (
    REQUEST,
    Block,
    find_part,
    opens_line,
    read_line,
    read_title,
)
from codegen.readers.shared.page import PageText
from codegen.readers.table.rows import read_parameters, read_responses
from codegen.readers.table.tables import Cell

_TITLE = re.compile(r"\s*+`(?P<verb>[A-Za-z]++)`[^\S\n]*+(?P<title>[^\n`]*+)")
_ENGLISH_OPERATION = re.compile(r"(?:^|\n)[ \t]*+###[ \t]++(?P<heading>`[^\n]*+)")
# The Kubernetes verb for the first words of a title. The HTTP method in the heading says less: GET
# reads, lists and watches. Subresources (Status, Scale, Eviction ...) have the verbs of their
# resource. `connect` and `watchlist` are the words of x-kubernetes-action, so that a page and an
# OpenAPI document agree.
_VERBS = {"read": "get", "replace": "update"}
_VERBS |= {
    verb: verb
    for verb in ("deletecollection", "watchlist", "watch", "create", "patch", "delete", "list")
}
_METHOD_VERBS = {"POST": "create", "PUT": "update"}  # of other methods the verb is their name


def read_operation(page: PageText, block: Block, english_from: int) -> OperationBlock | None:
    """Read one operation, or return None without a request.

    `english_from` is the earliest offset of a comment with the English of its heading.
    """
    parts = _sort_parts(page, block)
    requests = (REQUEST.search(page.text, *part) for part in parts["http_request"])
    request = next(filter(None, requests), None)
    if request is None:
        page.report_missing(
            "request-missing",
            f"the operation {block.verb!r} has no request line; it is left out",
            block.start,
            block.end,
            "expected a line such as `GET /api/v1/...` below its heading",
            arguments=(block.verb,),
        )
        return None
    method, path = request["method"], request["path"]
    if block.verb.upper() != method:
        page.warn(
            "method-differs",
            f"the heading says {block.verb!r}, the request line {method}",
            block.start,
            f"one of them is wrong; {method} is used",
            arguments=(block.verb, method),
        )
    parameters: dict[tuple[str, str], ParameterRow] = {}
    for place in ("path", "query", "header", "body"):
        for part in parts.get(f"{place}_parameters", ()):
            for parameter in read_parameters(page, part, place, method):
                page.add_row(parameters, (place, parameter.name), parameter)
    responses: dict[str, ResponseRow] = {}
    for response in read_responses(page, parts.get("response", [])):
        page.add_row(responses, response.status, response)
    if not responses:
        page.report_missing(
            "response-missing",
            "the operation has no response",
            block.start,
            block.end,
            "expected a table below #### Response, or the page is cut off here",
            arguments=(method, path),
        )
    title = _read_titles(page, block, english_from)
    english = title.english or (None if page.is_translated else title.own)
    return OperationBlock(
        verb=find_verb(english.text if english else "", method, path),
        title=title,
        method=method,
        path=path,
        parameters=tuple(parameters.values()),
        responses=tuple(responses.values()),
        span=page.span(block.start),
    )


def _sort_parts(page: PageText, block: Block) -> dict[str, list[Cell]]:
    """Sort the parts below an operation by kind.

    A request is also looked for in parts of unknown kind.
    """
    parts: dict[str, list[Cell]] = {"http_request": []}
    starts = [at for at in block.headings if opens_line(page, at)]
    other_cells: list[Cell] = [(block.body, min([*starts, block.end]))]
    for at, end in pairwise([*starts, block.end]):
        if part_heading := find_part(page, at):
            parts.setdefault(part_heading[0], []).append((part_heading[1], end))
        else:
            other_cells.append((at + len(read_line(page, at)), end))
    parts["http_request"] += other_cells
    return parts


def _read_titles(page: PageText, block: Block, english_from: int) -> Texts:
    """Read the words after the verb.

    Their English is in a comment inside the heading, or is the last heading in a comment before it.
    """
    page_title = read_title(page, block)
    for offset, comment in page.comments.between(block.start, block.body):
        if (match := _TITLE.match(comment)) and match["title"].strip():
            return Texts(
                own=page_title, english=Prose(text=match["title"].strip(), span=page.span(offset))
            )
    for offset, comment in reversed(page.comments.between(english_from, block.start)):
        for heading in reversed(list(_ENGLISH_OPERATION.finditer(comment))):
            match = _TITLE.match(heading["heading"])
            if match and match["verb"] == block.verb and match["title"].strip():
                span = page.span(offset + heading.start("heading"))
                return Texts(own=page_title, english=Prose(text=match["title"].strip(), span=span))
    return Texts(own=page_title)


def find_verb(title: str, method: str, path: str) -> str:
    """Return the Kubernetes verb from the English title, or from method and path if there is no
    English.
    """
    words = title.casefold().split()
    if "connect" in words:
        return "connect"
    for start in ("".join(words[:2]), "".join(words[:1])):
        if start in _VERBS:
            return _VERBS[start]
    if method == "GET":
        if "/watch/" in path:
            return "watch"
        if "{name}" in path:
            return "get"
        return "list"
    if method == "DELETE":
        if "{name}" in path:
            return "delete"
        return "deletecollection"
    return _METHOD_VERBS.get(method, method.lower())

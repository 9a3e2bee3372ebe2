"""Findings lie at the lines of the keywords that changed, wherever a document writes them."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from codegen.core.diagnostics import Report, Route, Span
from codegen.core.source import Source
from codegen.drift.compare.engine import compare
from codegen.drift.diff import read
from codegen.readers.documents.loader import read_api_document
from codegen.readers.sources import SourcePath

TEXT = """\
size:
  type: integer
  allOf:
    - minimum: 1
    - maximum: 9
  names:
    - one
    - two
"""

SERVICE = """\
openapi: 3.0.3
info: {title: Garden, version: "1"}
paths:
  /beds:
    post:
      operationId: addBed
      parameters:
        - name: size
          in: query
          schema:
            type: integer
            maximum: 9
      requestBody:
        content:
          application/json:
            schema:
              type: string
              maxLength: 9
      responses:
        "200":
          description: Added.
          content:
            application/json:
              schema:
                type: array
                items:
                  type: string
                  pattern: ^a
"""


def find_span() -> Span:
    document = read_api_document(Source(TEXT, "size.yaml"), Report())
    return document.span("size", key=True)


@pytest.mark.parametrize(
    ("routes", "line"),
    [
        pytest.param([("type",)], 2, id="key"),
        pytest.param([("names", 1)], 8, id="item"),
        pytest.param([("allOf", ..., "maximum")], 5, id="any-item"),
        pytest.param([("enum",), ("names",)], 6, id="second-route"),
        pytest.param([(..., 1, "maximum")], 5, id="any-key"),
        pytest.param([()], 1, id="itself"),
        pytest.param([("names", 2)], 1, id="no-such-item"),
        pytest.param([("type", "length")], 1, id="below-a-text"),
        pytest.param([], 1, id="no-route"),
    ],
)
def test_part_is_located_or_the_value_itself(routes: list[Route], line: int) -> None:
    span = find_span()
    assert span.locate_part(routes).line == line
    assert span.replace_path("other.yaml").locate_part(routes).line == line
    assert span.replace_path("other.yaml").locate_part(routes).path == "other.yaml"


def test_location_without_a_document_has_no_parts() -> None:
    span = Span(path="plot.md", line=3, column=1)
    assert span.locate_part([("type",)]) == span
    copied = pickle.loads(pickle.dumps(find_span()))  # noqa: S301 - made here
    assert copied.locate_part([("type",)]) == find_span()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("maximum: 9", "maximum: 8", id="parameter"),
        pytest.param("maxLength: 9", "maxLength: 8", id="body"),
        pytest.param("pattern: ^a", "pattern: ^b", id="items-of-a-response"),
        pytest.param("operationId: addBed", "operationId: addBed\n      x-bed: 1", id="operation"),
    ],
)
def test_finding_lies_at_its_keyword(tmp_path: Path, old: str, new: str) -> None:
    sides = []
    for name, text in (("old", SERVICE), ("new", SERVICE.replace(old, new))):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        sides.append(read(SourcePath(path=file, display_path=name)))
    (change,) = compare(*sides).changes
    line = SERVICE.replace(old, new).splitlines()[change.span.line - 1]
    assert line.strip() == new.splitlines()[-1].strip()

"""Parameters of an operation with the same name in several locations, each with its own text and
id.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.core.locales import ENGLISH
from codegen.model import Reference
from codegen.readers.sources import SourcePath, read_sources
from gardens.compare import compare_contents, facts_of
from gardens.docs import contents, emit_texts, reference, swagger
from support.files import place

TEXTS = {"path": "Which plot it is.", "query": "Whose plot it is.", "header": "Who asks for it."}
PLOT = "/apis/garden.example.io/v1/namespaces/{namespace}/plots/{name}"


def with_names(*places: str) -> dict[str, Any]:
    """Return the garden with a parameter `name` in each of these locations."""
    document = swagger()
    item = document["paths"][PLOT]
    shared = item.pop("parameters", [])
    for operation in item.values():
        operation["parameters"] = [
            *(
                {
                    "name": "name",
                    "in": place,
                    "type": "string",
                    "required": place == "path",
                    "description": TEXTS[place],
                }
                for place in places
            ),
            *(
                each
                for each in (*shared, *operation.get("parameters", []))
                if each.get("name") != "name"
            ),
        ]
    return document


def texts(made: Reference) -> set[tuple[str, str]]:
    return {
        (prose_id.partition("#")[2], prose.text)
        for prose_id, prose in made.prose[ENGLISH].items()
        if prose_id.startswith(f"GET {PLOT}#") and prose.text in TEXTS.values()
    }


@pytest.mark.parametrize("places", [("path", "query", "header"), ("header", "query", "path")])
def test_ids_of_further_parameters_contain_their_location(places: tuple[str, ...]) -> None:
    assert texts(reference(with_names(*places))) == {
        ("name", TEXTS["path"]),
        ("query/name", TEXTS["query"]),
        ("header/name", TEXTS["header"]),
    }
    assert texts(reference(with_names("query"))) == {("name", TEXTS["query"])}


@pytest.mark.parametrize("layout", ["list", "table", "plain"])
def test_each_parameter_text_round_trips_through_pages(layout: str, tmp_path: Path) -> None:
    pages = emit_texts(reference(with_names("query", "path")), table=contents(), layout=layout)
    place(pages, tmp_path)
    page = next(text for text in pages.values() if TEXTS["path"] in text)
    assert page.count(TEXTS["path"]) == page.count(TEXTS["query"]) > 0
    if layout != "plain":
        again = read_sources([SourcePath(path=tmp_path, display_path="pages")], Report())
        assert texts(again) == {("name", TEXTS["path"]), ("query/name", TEXTS["query"])}


def test_each_removed_parameter_is_reported(tmp_path: Path) -> None:
    facts = facts_of(
        compare_contents(tmp_path, with_names("path", "query", "header"), with_names("path"))
    )
    gone = {
        prose_id.partition("#")[2] for rule, _, _, prose_id in facts if rule == "parameter-removed"
    }
    assert gone >= {"query/name", "header/name"}

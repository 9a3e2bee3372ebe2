"""Single edits of an API in every format are reported, except for listed edits without effect.

The edits are those of `edits.yaml`, in OpenAPI 2, in OpenAPI 3 and in custom resources, and edits
of lines of pages in both layouts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.drift.compare.engine import compare
from codegen.drift.compare.inputs import ComparisonInput
from codegen.project import emit
from codegen.project.config import configuration as config
from drift.test_edits import PACKAGE, ROWS, api, edit_api
from gardens.compare import english, replace_piece, write_and_read
from support.files import place

MERGING = "x-kubernetes-patch-"
# Edits without an effect in this format.
WITHOUT_MEANING: dict[str, set[str]] = {
    "openapi-3": set(),
    "crd": {
        "a type serves one more kind",
        "what was merged by its key becomes atomic",  # the default of all lists
    },
    "list": set(),
    # A row without a type cell has an unreadable type; the reader warns about the row
    # (`row-incomplete`).
    "table": {
        '<td><em><a href="{{< ref "plot-v1#Plot" >}}">Plot</a></em></td> => ',
        '<td><em><a href="{{< ref "../definitions/order-v1-garden#Order" >}}">Order</a></em></td> => ',
    },
}


def as_openapi_3(document: Any) -> Any:
    """Return the same API in OpenAPI 3."""
    text = json.dumps(
        {
            key: value
            for key, value in document.items()
            if key not in ("swagger", "consumes", "produces")
        }
    )
    made: dict[str, Any] = json.loads(text.replace("#/definitions/", "#/components/schemas/"))
    shared = made.pop("parameters", {})
    made["components"] = {"schemas": made.pop("definitions")}
    for item in made["paths"].values():
        for operation in item.values():
            operation.pop("produces", None)
            parameters = [
                shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
                for each in operation.pop("parameters", ())
            ]
            for each in parameters:
                if each["in"] == "body":
                    content = {"application/json": {"schema": each["schema"]}}
                    operation["requestBody"] = {
                        "content": content,
                        "required": each.get("required", False),
                    }
                else:
                    known = {
                        key: value
                        for key, value in each.items()
                        if key in ("name", "in", "description", "required")
                    }
                    schema = {
                        key: value
                        for key, value in each.items()
                        if key not in (*known, "uniqueItems")
                    }
                    operation.setdefault("parameters", []).append({**known, "schema": schema})
            for answer in operation["responses"].values():
                if "schema" in answer:
                    answer["content"] = {"application/json": {"schema": answer.pop("schema")}}
    return {"openapi": "3.0.3", **made}


def as_resource(document: Any) -> Any:
    """Return the type `Spec` as the spec of a custom resource, with all references written out."""

    def inline(value: Any) -> Any:
        if isinstance(value, dict) and "$ref" in value:
            target = document["definitions"][value["$ref"].rpartition("/")[2]]
            return inline({**target, **{key: each for key, each in value.items() if key != "$ref"}})
        if isinstance(value, dict):
            return {key: inline(each) for key, each in value.items() if not key.startswith(MERGING)}
        return [inline(each) for each in value] if isinstance(value, list) else value

    spec = inline(document["definitions"][f"{PACKAGE}Spec"])
    schema = {"type": "object", "properties": {"spec": spec}}
    names = {"kind": "Plot", "listKind": "PlotList", "plural": "plots", "singular": "plot"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "plots.garden.example.io"},
        "spec": {
            "group": "garden.example.io",
            "scope": "Namespaced",
            "names": names,
            "versions": [version],
        },
    }


def is_silent(old: ComparisonInput, new: ComparisonInput) -> bool:
    """Return whether a comparison has neither a change nor an omission, and refuses no side."""
    try:
        found = compare(old, new)
    except CodegenError:
        return False
    return not (found.changes or found.not_compared)


FORMS = {"openapi-3": as_openapi_3, "crd": as_resource}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_every_edit_is_reported_in_other_formats(form: str, tmp_path: Path) -> None:
    silent, count = [], 0

    @cache
    def read_old(text: str) -> ComparisonInput:
        """Read the API before an edit once, since most rows start with the same."""
        return write_and_read(tmp_path, "old.json", json.loads(text))

    for edit, name in ROWS:
        if name not in ("", "Spec"):
            continue
        old, new = (FORMS[form](side) for side in edit_api(edit, name))
        if old == new or not edit["levels"]:
            continue  # an edit that the format cannot express, or that changes nothing
        count += 1
        if is_silent(read_old(json.dumps(old)), write_and_read(tmp_path, "new.json", new)):
            silent.append(edit["edit"])
    assert count >= 110
    assert set(silent) == WITHOUT_MEANING[form]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """Write the page of the API in each layout and language."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "api.json").write_text(json.dumps(api()), encoding="utf-8")
    outputs = [
        {"target": "docs", "layout": layout, "to": f"{layout}/{{locale}}"}
        for layout in ("list", "table")
    ]
    settings = {"sources": [{"path": "api.json"}], "locales": ["en", "zh-cn"], "outputs": outputs}
    (folder / config.NAME).write_text(json.dumps(settings), encoding="utf-8")
    place(emit.generate(config.load(folder / config.NAME)).files, folder)
    return {
        (layout, locale): next((folder / layout / locale).rglob("plot-v1*.md")).read_text(
            encoding="utf-8"
        )
        for layout in ("list", "table")
        for locale in ("en", "zh-cn")
    }


def edit_lines(page: str) -> Iterator[tuple[str, str]]:
    """Yield copies of a page with one structural line changed or removed."""
    lines = page.split("\n")
    for number, line in enumerate(lines):
        if re.match(r"\s*(- \*\*|<td>|GET |POST |DELETE |[2]\d\d )", line):
            word = re.search(r"[A-Za-z]{3,}(?![^<]*>)", line)
            if word is None:
                continue
            for edited in (line[: word.start()] + word[0] + "X" + line[word.end() :], ""):
                yield (
                    f"{line.strip()} => {edited.strip()}",
                    "\n".join([*lines[:number], edited, *lines[number + 1 :]]),
                )


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["list", "table"])
def test_every_page_line_edit_is_reported(
    layout: str, pages: dict[tuple[str, str], str], tmp_path: Path
) -> None:
    silent, count = [], 0
    base = write_and_read(tmp_path, "base.md", pages[layout, "en"], "en")
    for what, text in edit_lines(pages[layout, "en"]):
        count += 1
        if is_silent(base, write_and_read(tmp_path, "plot-v1.md", text, "en")):
            silent.append(what)
    assert count >= 60
    assert set(silent) == WITHOUT_MEANING[layout]


LINK = re.compile(r'(?<=ref ")[^"]+|(?<=\]\()[^()\s]+')


@pytest.mark.parametrize("locale", ["en", "zh-cn"])
@pytest.mark.parametrize("layout", ["list", "table"])
def test_link_edits_are_reported(
    layout: str, locale: str, pages: dict[tuple[str, str], str], tmp_path: Path
) -> None:
    text = pages[layout, locale].replace(
        "note is for people.", "note is for [people](/docs/people#all)."
    )
    base = write_and_read(tmp_path, "plot-v1.md", text, locale)
    silent, count = [], 0
    for link in LINK.finditer(
        re.sub("<!--.*?-->", lambda comment: " " * len(comment[0]), text, flags=re.DOTALL)
    ):
        page, _, anchor = link[0].partition("#")
        for target in (
            f"{page}#{anchor}X",
            f"{page}#Shed",
            page or "plot-v1",
            f"../sheds/shed-v1#{anchor}",
        ):
            count += 1
            edited = text[: link.start()] + target + text[link.end() :]
            if is_silent(base, write_and_read(tmp_path, "plot-v1.md", edited, locale)):
                silent.append(f"{link[0]} => {target}")
    assert count >= 40
    assert silent == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("../other/order#Order", "order#Order", None),
        ("../order#Order", "/docs/other/order/#Order", None),
        ("plot-v1#PlotSpec", "#PlotSpec", None),
        ("https://example.com/order#Order", "../other/order#Order", None),
        (
            "../other/order#Order",
            "../others/order#Order",
            ("other/order#Order", "others/order#Order"),
        ),
        ("../border#Order", "order#Order", ("border#Order", "order#Order")),
        ("other/order#Order", "other/order", ("other/order#Order", "other/order#")),
        ("order#PlotSpec", "#PlotSpec", ("order#PlotSpec", "#PlotSpec")),
    ],
)
def test_changed_link_is_type_change(
    old: str, new: str, found: tuple[str, str] | None, tmp_path: Path
) -> None:
    row = (
        '- **order** (<a href="{{{{< ref "{}" >}}}}">'
        + old.partition("#")[2]
        + "</a>)\\n\\n- **spec**"
    )
    first, second = (
        replace_piece(english(), "- **spec**", row.format(target)) for target in (old, new)
    )
    side = write_and_read(tmp_path, "plot-v1.md", first)
    changes = compare(side, write_and_read(tmp_path, "plot-v1.md", second)).changes
    assert [(each.rule.id, each.level, each.old, each.new, each.span.line) for each in changes] == (
        [("link-changed", "WARN", *found, 29)] if found else []
    )
    assert compare(side, write_and_read(tmp_path, "renamed.md", first)).changes == ()

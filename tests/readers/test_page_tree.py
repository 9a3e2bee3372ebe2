"""Keys documented by a page, and the targets of its links."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span
from codegen.readers.page_tree import (
    DocumentedNames,
    FieldRow,
    FrontMatter,
    PageTree,
    Section,
    TypeName,
    documented_keys,
    inline_shared_objects,
)

PLACE = Span(path="plot-v1.md")
PACKAGE = "io.k8s.api.apps.v1"


def page(names: tuple[str, ...], package: str = "", kind: str = "") -> PageTree:
    sections = tuple(Section(name=name, anchor=name, span=PLACE) for name in names)
    front = FrontMatter(import_path=package, kind=kind)
    return PageTree(
        path="plot-v1.md", layout="list", locale="en", front=front, sections=sections, span=PLACE
    )


@pytest.mark.parametrize(
    ("package", "kind", "names", "keys"),
    [
        (
            "k8s.io/api/apps/v1",
            "Plot",
            ("Plot", "PlotSpec"),
            {f"{PACKAGE}.Plot", f"{PACKAGE}.PlotSpec"},
        ),
        ("k8s.io/api/apps/v1", "Plot", ("PlotSpec", ""), {f"{PACKAGE}.PlotSpec"}),
        ("k8s.io/api/apps/v1", "Plot", (), {f"{PACKAGE}.Plot"}),
        ("k8s.io/api/apps/v1", "", (), set()),
        ("", "Plot", ("Plot",), set()),
    ],
)
def test_page_documents_its_sections_or_kind(
    package: str, kind: str, names: tuple[str, ...], keys: set[str]
) -> None:
    assert documented_keys(page(names, package, kind)) == keys


@pytest.mark.parametrize(
    ("target", "key"), [("", "Plot"), ("../other/plot-v1", "Plot"), ("../other/bed-v1", None)]
)
def test_link_to_page_of_same_name_may_be_self_link(target: str, key: str | None) -> None:
    tree = page(("Plot",))
    assert (
        DocumentedNames([tree]).find_target(tree, TypeName(name="Plot", page=target, anchor="Plot"))
        == key
    )


@pytest.mark.parametrize("beyond", [0, 1])
@pytest.mark.parametrize(
    ("limit", "most", "rule"),
    [("PAGE_LEVELS", 2, "type-too-deep"), ("REPEATED_FIELDS", 6, "expansion-too-large")],
)
def test_repeated_objects_limit_is_exact(
    limit: str, most: int, rule: str, beyond: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"codegen.core.limits.{limit}", most - beyond)
    types = [
        *(TypeName(name="object", linked=True, anchor=anchor) for anchor in "ABC"),
        TypeName(name="string"),
    ]
    tree, report = page(("Plot", "A", "B", "C")), Report()
    sections = tuple(
        replace(each, rows=(FieldRow(path="x", type=kind, span=PLACE),))
        for each, kind in zip(tree.sections, types, strict=True)
    )
    (plot,) = inline_shared_objects(replace(tree, sections=sections), report).sections
    assert [each.rule for each in report.diagnostics] == [rule] * beyond
    assert plot.rows[0].children[0].children[0].path == "x.x.x"

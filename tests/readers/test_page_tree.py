"""The keys that a page documents, by which a more exact source may replace it."""

from __future__ import annotations

import pytest

from codegen.core.diagnostics import Span
from codegen.readers.page_tree import FrontMatter, PageTree, Section, documented_keys

PLACE = Span(path="plot-v1.md")
PACKAGE = "io.k8s.api.apps.v1"


@pytest.mark.parametrize(
    ("package", "kind", "names", "keys"),
    [
        ("k8s.io/api/apps/v1", "Plot", ("Plot", "PlotSpec"), {f"{PACKAGE}.Plot", f"{PACKAGE}.PlotSpec"}),
        ("k8s.io/api/apps/v1", "Plot", ("PlotSpec", ""), {f"{PACKAGE}.PlotSpec"}),
        ("k8s.io/api/apps/v1", "Plot", (), {f"{PACKAGE}.Plot"}),
        ("k8s.io/api/apps/v1", "", (), set()),
        ("", "Plot", ("Plot",), set()),
    ],
)
def test_a_page_documents_its_sections_or_its_kind(
    package: str, kind: str, names: tuple[str, ...], keys: set[str]
) -> None:
    sections = tuple(Section(name=name, anchor=name, span=PLACE) for name in names)
    front = FrontMatter(import_path=package, kind=kind)
    tree = PageTree(path="plot-v1.md", layout="list", locale="en", front=front, sections=sections, span=PLACE)
    assert documented_keys(tree) == keys

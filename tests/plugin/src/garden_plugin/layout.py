"""A page of three lines: the package and the version, the kind, its fields.

garden k8s.io/api/garden/v1 garden.example.io/v1
Plot: What is planted where.
rows integer, soil string
"""

from __future__ import annotations

from codegen.plugins import (
    FieldRow,
    FrontMatter,
    Locale,
    PageTree,
    Prose,
    Report,
    Section,
    Source,
    Texts,
    TypeName,
)


def read(source: Source, locale: Locale, report: Report) -> PageTree:
    """Read a page as a tree. A field without a type is reported."""
    head, kind, fields = (*source.text.splitlines(), "", "", "")[:3]
    _, package, version = (*head.split(), "", "")[:3]
    name, _, text = kind.partition(": ")
    rows = []
    for field in filter(None, fields.split(", ")):
        field_name, _, type_name = field.partition(" ")
        if not type_name:
            report.warning(
                "type-unreadable", f"{field_name} has no type", source.whole, "write `name type`"
            )
        rows.append(FieldRow(path=field_name, type=TypeName(name=type_name), span=source.whole))
    return PageTree(
        path=source.relative,
        layout="garden",
        locale=locale.tag,
        front=FrontMatter(api_version=version, import_path=package, kind=name, title=name),
        sections=(
            Section(
                name=name,
                anchor=name,
                texts=Texts(own=Prose(text=text, span=source.whole)),
                rows=tuple(rows),
                span=source.whole,
            ),
        ),
        span=source.whole,
    )

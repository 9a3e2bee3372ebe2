"""Trees of reference pages before their names are linked to definitions.

Texts are in the language of the page and, if its HTML comments keep the English, in English too.
Keys and prose ids need all pages at once, so `link` adds them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import limits
from codegen.core.budget import Budget
from codegen.core.diagnostics import Report, Span
from codegen.model import ListType, Prose
from codegen.model.kubernetes import openapi_package
from codegen.model.pages import page_key


class TypeName(Struct, frozen=True, kw_only=True):
    """A type as written on a page, such as `[]map[string]X`.

    `wrappers` are "[]" or "map", from the outside in. `linked` is true if the name is a link, with
    its target in `page` and `anchor`, which flattened text has lost. `lost` marks words that say
    less than the type, such as `integer` and `object` of the table layout.
    """

    name: str
    wrappers: tuple[str, ...] = ()
    linked: bool = False
    page: str = ""
    anchor: str = ""
    lost: bool = False


class Texts(Struct, frozen=True, kw_only=True):
    """A description in the page's language and in English, each possibly None."""

    own: Prose | None = None
    english: Prose | None = None


class Annotations(Struct, frozen=True, kw_only=True):
    """The list type and patch strategy of a field."""

    list_type: ListType | None = None
    list_map_keys: tuple[str, ...] = ()
    patch_strategy: tuple[str, ...] = ()
    patch_merge_key: str = ""


class FieldRow(Struct, frozen=True, kw_only=True):
    """A field of a page.

    A field of an inlined definition has dots in its `path`. `children` are the fields of the
    definition inlined at this field, and `inlined` its description. `category` is the heading above
    the field, in English if the page has it. The first field below a heading has its texts in
    `heading`.
    """

    path: str
    type: TypeName
    required: bool = False
    value: str | None = None
    annotations: Annotations = Annotations()
    texts: Texts = Texts()
    inlined: Texts = Texts()
    category: str = ""
    heading: Texts = Texts()
    children: tuple[FieldRow, ...] = ()
    span: Span

    @property
    def name(self) -> str:
        """The wire name, without the path."""
        return self.path.rpartition(".")[2]


class Section(Struct, frozen=True, kw_only=True):
    """A definition of a page. `anchor` is empty if it has no heading.

    It is a kind, whose manifests can be validated, only if its rows `apiVersion` and `kind` have a
    `value`. `import_path` is set if the section names another package than the head of the page.
    """

    name: str
    anchor: str
    texts: Texts = Texts()
    rows: tuple[FieldRow, ...] = ()
    import_path: str = ""
    span: Span


class ParameterRow(Struct, frozen=True, kw_only=True):
    """A parameter of a page.

    `common` is its anchor on the page of common parameters, if its description is a link to it.
    """

    name: str
    place: str
    type: TypeName
    required: bool = False
    common: str = ""
    texts: Texts = Texts()
    span: Span


class ResponseRow(Struct, frozen=True, kw_only=True):
    """A response line of a page."""

    status: str
    text: str
    type: TypeName | None = None
    span: Span


class OperationBlock(Struct, frozen=True, kw_only=True):
    """An operation of a page. `title` are the words after the verb in the heading."""

    verb: str
    title: Texts
    method: str
    path: str
    parameters: tuple[ParameterRow, ...] = ()
    responses: tuple[ResponseRow, ...] = ()
    span: Span


class FrontMatter(Struct, frozen=True, kw_only=True):
    """The front matter of a page."""

    api_version: str = ""
    import_path: str = ""
    kind: str = ""
    title: str = ""
    description: str = ""
    weight: int | None = None
    auto_generated: bool = False


class PageTree(Struct, frozen=True, kw_only=True):
    """A page.

    `path` is relative to the source folder, and `span` names the file as the user wrote it. A page
    that is cut lacks a part.
    """

    path: str
    layout: str
    locale: str
    front: FrontMatter
    sections: tuple[Section, ...] = ()
    operations: tuple[OperationBlock, ...] = ()
    is_cut: bool = False
    span: Span


_MAX_DOTS = 16  # in a path


def nest_rows(rows: Mapping[str, FieldRow], report: Report) -> tuple[FieldRow, ...]:
    """Put rows with dotted paths below the row with the longest prefix of their path."""
    below: dict[str, list[str]] = {}
    for path, row in rows.items():
        parent = path.rpartition(".")[0]
        while parent and parent not in rows:
            parent = parent.rpartition(".")[0]
        if path.count(".") > _MAX_DOTS:
            report.warning(
                "name-too-deep",
                f"{path[:60]!r} has more than {_MAX_DOTS} dots; it is left out",
                row.span,
                "correct the name",
                arguments=(path,),
            )
            continue
        below.setdefault(parent, []).append(path)

    def nest(parent: str) -> tuple[FieldRow, ...]:
        return tuple(
            [
                replace(rows[path], children=nest(path)) if path in below else rows[path]
                for path in below[parent]
            ]
        )

    if rows:
        return nest("")
    return ()


def inline_shared_objects(tree: PageTree, report: Report) -> PageTree:
    """Move the fields of an object with a section of its own to the fields whose type `object`
    links to it.
    """
    file_name = posixpath.basename(page_key(tree.path))
    objects = {section.anchor: section.rows for section in tree.sections if section.anchor}
    used: set[str] = set()
    repeated = Budget(limits.REPEATED_FIELDS)

    def inline(row: FieldRow, above: str = "", level: int = 0) -> FieldRow:
        kind, path, children = row.type, above + row.path, row.children
        if kind.linked and kind.name == "object":
            is_here = (
                posixpath.basename(find_target_page(tree, kind)) in ("", file_name)
                and kind.anchor in objects
            )
            children, above = objects[kind.anchor] if is_here else (), f"{path}."
            if is_here:
                used.add(kind.anchor)
            else:
                message = f"the type of {path[:60]!r} links to no section of this page; its fields are left out"
                report.warning(
                    "link-unresolved",
                    message,
                    row.span,
                    "correct the link, or the anchor of the section",
                    arguments=(path,),
                )
            if level > limits.PAGE_LEVELS:
                message = f"the fields of {path[:60]!r} are left out: nested deeper than {limits.PAGE_LEVELS} levels"
                report.warning(
                    "type-too-deep",
                    message,
                    row.span,
                    "correct the links of its objects",
                    arguments=(path,),
                )
                children = ()
            elif not repeated.spend(len(children), row.span):
                children = ()
            kind = TypeName(name=kind.name, wrappers=kind.wrappers, lost=kind.lost)
        return replace(
            row,
            path=path,
            type=kind,
            children=tuple([inline(child, above, level + 1) for child in children]),
        )

    sections = [
        replace(section, rows=tuple(map(inline, section.rows))) for section in tree.sections
    ]
    repeated.report_cuts(
        report, "this page repeats fields of its objects", "correct the links of its objects"
    )
    return replace(
        tree,
        sections=tuple(
            [section for section in sections if not section.anchor or section.anchor not in used]
        ),
    )


def find_target_page(tree: PageTree, name: TypeName) -> str:
    """Return the page at a link's target, relative to the source folder, or an empty string for its
    own page.
    """
    path = posixpath.join(
        posixpath.dirname(page_key(tree.path)), name.page.removesuffix(".md").rstrip("/")
    )
    if name.page:
        return posixpath.normpath(path)
    return ""


def documented_keys(tree: PageTree) -> set[str]:
    """Return the keys of a page's sections, or of its kind without sections."""
    package = openapi_package(tree.front.import_path)
    keys = [section_key(section, package) for section in tree.sections if section.name] or [
        f"{package}.{tree.front.kind}"
    ]
    return {key for key in keys if package and not key.endswith(".")}


def section_key(section: Section, package: str) -> str:
    """Return the key of a section, in its own package or the page's."""
    return (
        f"{openapi_package(section.import_path) if section.import_path else package}.{section.name}"
    )


class DocumentedNames:
    """An index of the documented names of all pages.

    `exact` are the keys of the other sources, which are documents. `reported` are keys without a
    page that a finding names.
    """

    def __init__(self, trees: Iterable[PageTree], exact: Iterable[str] = ()) -> None:
        self.exact = frozenset(exact)
        self.reported: set[str] = set()
        self.by_place: dict[tuple[str, str], str] = {}
        self.by_name: dict[str, dict[str, None]] = {}
        self.keys: set[str] = set()
        for tree in trees:
            package = openapi_package(tree.front.import_path)
            page = page_key(tree.path)
            for section in tree.sections:
                if package:
                    key = section_key(section, package)
                else:
                    key = section.name
                self.by_place.setdefault((page, section.anchor or section.name), key)
                self.by_place.setdefault((page, section.name), key)
                self.by_name.setdefault(section.name, {})[key] = None
                self.keys.add(key)

    def find_target(self, tree: PageTree, name: TypeName) -> str | None:
        """Return the key at a link's target."""
        own_key, target, anchor = (
            page_key(tree.path),
            find_target_page(tree, name),
            name.anchor or name.name,
        )
        # a page read alone does not know its folder
        if posixpath.basename(target) not in ("", posixpath.basename(own_key)):
            own_key = ""
        return self.by_place.get((target, anchor)) or self.by_place.get((own_key, anchor))

    def find_unique(self, name: str) -> str | None:
        """Return the key of a name with a single definition."""
        keys = self.by_name.get(name, {})
        if len(keys) == 1:
            return next(iter(keys))
        return None

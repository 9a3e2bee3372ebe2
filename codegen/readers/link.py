"""Linking of page trees into one Reference.

A page names a type by a link (page and anchor) or by its bare name. The key comes from, in this order: the place that a link
leads to; the same page; the table of names that all packages share; the enclosing package; the only definition of that name.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType

from codegen.core.diagnostics import Report, Span
from codegen.core.locales import ENGLISH
from codegen.model import (
    Array,
    Definition,
    Field,
    GroupVersionKind,
    Lost,
    Map,
    Operation,
    Page,
    PageSection,
    Parameter,
    Prose,
    Ref,
    Reference,
    Response,
    Scalar,
    Type,
    category_id,
    common_parameter_id,
    field_id,
    innermost,
    own_parameter_ids,
)
from codegen.model.kubernetes import ALIASES, PRIMITIVES, SHARED_NAMES, openapi_package
from codegen.readers import registry
from codegen.readers.built_in.structure import built_ins
from codegen.readers.form import Layout
from codegen.readers.page_tree import (
    FieldRow,
    OperationBlock,
    PageIndex,
    PageTree,
    ParameterRow,
    Section,
    Texts,
    TypeName,
    page_key,
    section_key,
)

# Called with each description and its prose id, including repeated ones of an id, of which a Reference keeps the first.
Listener = Callable[[PageTree, str, Texts], None]

_OBJECT = Scalar(type="object")
_ANYTHING = Scalar(type="")
_WRITTEN_OUT = frozenset(("object", "any"))  # the words for a type without a name, whose fields may stand below it
_CUT = (
    "page-cut",
    "operations-missing",
    "page-empty",
)  # where a page is not whole, what else it lacks need not be reported


def link(
    trees: Sequence[PageTree], report: Report, index: PageIndex | None = None, listener: Listener | None = None
) -> Reference:
    """Link the pages of one layout and language. `index` covers more pages than these where links lead to others."""
    return _Linker(index or PageIndex(trees), report, listener).reference(trees)


class _Linker:
    def __init__(self, index: PageIndex, report: Report, listener: Listener | None = None) -> None:
        self.index = index
        self.report = report
        self.listener = listener
        self.definitions: dict[str, Definition] = {}
        self.operations: dict[str, Operation] = {}
        self.prose: dict[str, dict[str, Prose]] = {}
        self.pages: list[Page] = []
        self.wanted: dict[str, tuple[str, Span]] = {}
        self.cut = {found.span.path for found in report.diagnostics if found.rule in _CUT}
        self.reported: set[str] = set()  # keys whose missing page was already reported at a link
        self.types: dict[tuple[TypeName, str, str], Type] = {}

    def reference(self, trees: Sequence[PageTree]) -> Reference:
        """Link all trees into one Reference. Types without a page are open objects."""
        for tree in trees:
            self._page(tree)
        for key, (name, span) in self.wanted.items():
            if key in self.definitions:
                continue
            alias = ALIASES.get(key)
            self.definitions[key] = Definition(key=key, name=name, type=alias, documented=False, span=span)
            if alias is None and key not in self.reported and not self._is_documented_elsewhere(key):
                self.report.warning(
                    "type-undocumented",
                    f"no page of the sources documents {name} ({key}); it becomes an open object",
                    span,
                    "add its page, or an OpenAPI document that has it, to the sources",
                )
        return Reference(
            definitions=MappingProxyType(self.definitions),
            operations=MappingProxyType(self.operations),
            pages=tuple(self.pages),
            prose=MappingProxyType({locale: MappingProxyType(texts) for locale, texts in self.prose.items()}),
        )

    def _is_documented_elsewhere(self, key: str) -> bool:
        """Return whether another source or the bundled structure has this definition."""
        return key in self.index.exact or key in self.index.keys or built_ins().facts(key) is not None

    # -------------------------------------------------------------------------------------------------- pages

    def _page(self, tree: PageTree) -> None:
        package = openapi_package(tree.front.import_path)
        sections: list[PageSection] = []
        seen: set[str] = set()
        if not package:
            sections = self._link_common_parameters(tree)
        else:
            for section in tree.sections:
                key = section_key(section, package)
                if key in seen:
                    self.report.error(
                        "definition-twice",
                        f"{section.name} is defined a second time on this page",
                        section.span,
                        "remove one of the two, or correct its heading",
                    )
                    continue
                seen.add(key)
                if "#" in key:
                    self.report.warning(
                        "key-unsafe",
                        f"the definition {section.name[:120]!r} is left out: its name has a #, which parts ids",
                        section.span,
                        "correct its heading, or its anchor",
                    )
                    continue
                sections.append(PageSection(key=key, anchor=section.anchor))
                self._section(tree, key, section)
        gvk = next(
            (
                found
                for section in sections
                if section.key in self.definitions and (found := self.definitions[section.key].gvk)
            ),
            None,
        )
        operations = [self._operation(tree, block, gvk, package) for block in tree.operations]
        front = tree.front
        self.pages.append(
            Page(
                path=tree.path,
                layout=tree.layout,
                locale=tree.locale,
                kind=front.kind,
                api_version=front.api_version,
                import_path=front.import_path,
                title=front.title,
                description=front.description,
                weight=front.weight,
                auto_generated=front.auto_generated,
                sections=tuple(sections),
                operations=tuple(identifier for identifier in operations if identifier),
                span=tree.span,
            )
        )

    def _link_common_parameters(self, tree: PageTree) -> list[PageSection]:
        """Link a page of shared parameters, or report a missing import line."""
        sections = []
        for section in tree.sections:
            if section.rows:
                self.report.error(
                    "import-missing",
                    f"{section.name} has no package: the page has no import line",
                    section.span,
                    'write `import "k8s.io/api/..."` below the front matter',
                )
                return []
            sections.append(PageSection(key=common_parameter_id(section.name), anchor=section.anchor))
            self._texts(tree, common_parameter_id(section.name), section.texts)
        return sections

    def _section(self, tree: PageTree, key: str, section: Section) -> None:
        fields = self._fields(tree, key, section.rows)
        self._texts(tree, key, section.texts)
        self._define(key, section.name, fields, _gvk(fields), section.span)

    def _define(self, key: str, name: str, fields: tuple[Field, ...], gvk: GroupVersionKind | None, span: Span) -> None:
        alias = None if fields else ALIASES.get(key, _OBJECT)
        definition = Definition(key=key, name=name, fields=fields, type=alias, gvks=(gvk,) if gvk else (), span=span)
        known = self.definitions.get(key)
        if (
            known is None
            or len(known.fields) < len(fields)
            or (gvk and not known.gvks and len(known.fields) == len(fields))
        ):
            self.definitions[key] = definition
        if known is not None and known.fields and fields and not _alike(known, definition):
            self.report.warning(
                "definition-differs",
                f"the fields of {name} here differ from those at {known.span}",
                span,
                "both should document the same type; the one with more fields is used",
            )

    def _fields(self, tree: PageTree, key: str, rows: Iterable[FieldRow]) -> tuple[Field, ...]:
        return tuple([self._field(tree, key, row) for row in rows])

    def _field(self, tree: PageTree, owner: str, row: FieldRow, lead: str = "") -> Field:
        """Link one field. Of an inline object `lead` is the path to it, with a dot at its end."""
        found = self._type(tree, row.type, owner, row.span, inlined=bool(row.children) or row.inlined.own is not None)
        self._texts(tree, field_id(owner, f"{lead}{row.name}"), row.texts)
        if row.heading.own is not None:
            self._texts(tree, category_id(row.category), row.heading)
        nested: tuple[Field, ...] = ()
        if row.children and row.type.name in _WRITTEN_OUT:
            below = f"{lead}{row.name}."
            nested = tuple(self._field(tree, owner, child, below) for child in row.children)
        elif row.children or row.inlined.own is not None or row.inlined.english is not None:
            self._link_inlined(tree, found, row)
        notes = row.annotations
        return Field(
            name=row.name,
            type=found,
            required=row.required,
            value=row.value,
            list_type=notes.list_type,
            list_map_keys=notes.list_map_keys,
            patch_strategy=notes.patch_strategy,
            patch_merge_key=notes.patch_merge_key,
            category=row.category,
            fields=nested,
            span=row.span,
        )

    def _link_inlined(self, tree: PageTree, found: Type, row: FieldRow) -> None:
        """Define the type written below a field."""
        target = innermost(found)
        if not isinstance(target, Ref):
            type_ = f"is {row.type.name!r}, which has no fields" if row.type.name else "cannot be read"
            for child in row.children:
                self.report.warning(
                    "fields-of-primitive",
                    f"{child.path!r} is left out, since the type of {row.path!r} {type_}",
                    child.span,
                    f"write the name of a definition as the type of {row.path!r}",
                )
            return
        self._texts(tree, target.key, row.inlined)
        self._define(target.key, row.type.name, self._fields(tree, target.key, row.children), None, row.span)

    # -------------------------------------------------------------------------------------------------- types

    def _type(self, tree: PageTree, name: TypeName, owner: str, span: Span, *, inlined: bool = False) -> Type:
        package = owner.rpartition(".")[0]
        cached = self.types.get((name, package, tree.path))
        if cached is not None:
            return cached
        found: Type
        if not name.linked and (name.name in PRIMITIVES or not name.name):
            found = PRIMITIVES.get(name.name, _ANYTHING)
        else:
            key = self._key(tree, name, package, span, inlined=inlined)
            self.wanted.setdefault(key, (name.name, span))
            found = Ref(key=key)
        if name.lost:
            found = Lost(known=found)
        for wrapper in reversed(name.wrappers):
            found = Array(items=found) if wrapper == "[]" else Map(values=found)
        self.types[name, package, tree.path] = found
        return found

    def _key(self, tree: PageTree, name: TypeName, package: str, span: Span, *, inlined: bool) -> str:
        shared = SHARED_NAMES.get(name.name)
        enclosing = f"{package}.{name.name}"
        form = registry.get(tree.layout)
        if isinstance(form, Layout) and form.links_by_name:
            if enclosing in self.index.keys:
                return enclosing
            if found := self.index.find_target(tree, name):
                return found
        if name.linked:
            return self._linked_key(tree, name, enclosing, span, inlined=inlined)
        if enclosing in self.index.keys or enclosing in self.index.exact:
            return enclosing
        if shared and not (inlined and f"{shared}.{name.name}" in self.index.keys):  # a page of its own would be linked
            return f"{shared}.{name.name}"
        if not inlined and (found := self.index.find_unique(name.name)):
            return found
        return (built_ins().linked_key(name.name, package) if not inlined else "") or enclosing

    def _linked_key(self, tree: PageTree, name: TypeName, enclosing: str, span: Span, *, inlined: bool) -> str:
        if found := self.index.find_target(tree, name) or self._same_page(tree, name):
            return found
        if not inlined and _leads_to_own_page(tree, name):
            if tree.span.path not in self.cut:
                self.report.error(
                    "section-missing",
                    f"the page links to its own section {name.anchor or name.name!r}, which is not there",
                    span,
                    "is the page cut off, or the anchor of the section misspelt?",
                )
            self.reported.add(enclosing)
            return enclosing
        if shared := SHARED_NAMES.get(name.name):
            return f"{shared}.{name.name}"
        if found := self.index.find_unique(name.name) or built_ins().linked_key(
            name.name, enclosing.rpartition(".")[0], name.page
        ):
            return found
        self.report.warning(
            "link-unresolved",
            f"the link to {name.name!r} does not lead to a page of the sources",
            span,
            f"its package is assumed to be {enclosing.rpartition('.')[0]}; add its page to the sources to be sure",
        )
        self.reported.add(enclosing)
        return enclosing

    def _same_page(self, tree: PageTree, name: TypeName) -> str | None:
        """Return the key of a type documented on the same page, for flattened text without link targets."""
        if name.page or name.anchor:
            return None
        return self.index.by_place.get((page_key(tree.path), name.name))

    # --------------------------------------------------------------------------------------------- operations

    def _operation(self, tree: PageTree, block: OperationBlock, gvk: GroupVersionKind | None, package: str) -> str:
        if not block.path:
            return ""
        owner = f"{package}.{tree.front.kind}"
        operation = Operation(
            method=block.method,
            path=block.path,
            verb=block.verb,
            gvk=gvk,
            span=block.span,
            parameters=self._parameters(tree, block, owner),
            responses=tuple(
                Response(
                    status=row.status,
                    description=row.text,
                    type=self._type(tree, row.type, owner, row.span) if row.type else None,
                    span=row.span,
                )
                for row in block.responses
            ),
        )
        known = self.operations.get(operation.id)
        if known is not None and known.span.path == operation.span.path:
            self.report.warning(
                "operation-twice",
                f"{operation.id} appears here a second time; the first is at {known.span}",
                block.span,
                "remove one",
            )
        self.operations.setdefault(operation.id, operation)
        self._texts(tree, operation.id, block.title)
        return operation.id

    def _parameters(self, tree: PageTree, block: OperationBlock, owner: str) -> tuple[Parameter, ...]:
        ids = own_parameter_ids(f"{block.method} {block.path}", block.parameters)
        return tuple(self._parameter(tree, ids[row.name, row.place], row, owner) for row in block.parameters)

    def _parameter(self, tree: PageTree, prose_id: str, row: ParameterRow, owner: str) -> Parameter:
        if not row.common:
            self._texts(tree, prose_id, row.texts)
        return Parameter(
            name=row.name,
            place=row.place,
            type=self._type(tree, row.type, owner, row.span),
            required=row.required,
            common=bool(row.common),
            span=row.span,
        )

    # -------------------------------------------------------------------------------------------------- prose

    def _texts(self, tree: PageTree, prose_id: str, texts: Texts) -> None:
        if self.listener is not None:
            self.listener(tree, prose_id, texts)
        if texts.own is not None and texts.own.text:
            self.prose.setdefault(tree.locale, {}).setdefault(prose_id, texts.own)
        if texts.english is not None and texts.english.text and tree.locale != ENGLISH:
            self.prose.setdefault(ENGLISH, {}).setdefault(prose_id, texts.english)


def _leads_to_own_page(tree: PageTree, name: TypeName) -> bool:
    """Return whether a link leads to its own page."""
    if name.page:
        return posixpath.basename(page_key(name.page)) == posixpath.basename(page_key(tree.path))
    return bool(name.anchor) or (bool(tree.front.kind) and name.name.startswith(tree.front.kind))


def _gvk(fields: Iterable[Field]) -> GroupVersionKind | None:
    """Return the kind from the values of apiVersion and kind."""
    values = {field.name: field.value for field in fields if field.value}
    return parse_api_version(values["apiVersion"], values["kind"]) if {"apiVersion", "kind"} <= values.keys() else None


def parse_api_version(api_version: str, kind: str) -> GroupVersionKind:
    """Combine an `apiVersion` and a kind into a GroupVersionKind."""
    group, _, version = api_version.rpartition("/")
    return GroupVersionKind(group=group, version=version, kind=kind)


def _alike(first: Definition, second: Definition) -> bool:
    names = {field.name: (field.type, field.required) for field in first.fields}
    return names == {field.name: (field.type, field.required) for field in second.fields}

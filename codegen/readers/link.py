"""Linking of page trees into one Reference.

A page names a type by a link (page and anchor) or by its bare name. The first of these decides its
key: the target of the link, the enclosing package, the table of shared names, the only definition
of that name, the bundled structure of Kubernetes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType

from msgspec.structs import asdict

from codegen.core.diagnostics import Report, Span
from codegen.core.locales import ENGLISH
from codegen.model import (
    Array,
    Definition,
    Field,
    GroupVersionKind,
    LossyType,
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
from codegen.model.pages import page_key
from codegen.readers import registry
from codegen.readers.built_in.structure import built_ins
from codegen.readers.form import Layout
from codegen.readers.page_tree import (
    DocumentedNames,
    FieldRow,
    OperationBlock,
    PageTree,
    Texts,
    TypeName,
    find_target_page,
    section_key,
)

# Called with each description and its prose id. A Reference keeps only the first description of an
# id.
Listener = Callable[[PageTree, str, Texts], None]

_OBJECT = Scalar(type="object")
_ANYTHING = Scalar(type="")
_INLINE_TYPES = frozenset(("object", "any"))  # types without a name, whose fields may follow


def link(
    trees: Sequence[PageTree],
    report: Report,
    index: DocumentedNames,
    listener: Listener | None = None,
) -> Reference:
    """Link the pages of one layout and language.

    `index` covers all pages, since links may lead to any of them.
    """
    return _Linker(index, report, listener).link_trees(trees)


class _Linker:
    def __init__(self, index: DocumentedNames, report: Report, listener: Listener | None) -> None:
        self.index = index
        self.report = report
        self.listener = listener
        self.definitions: dict[str, Definition] = {}
        self.operations: dict[str, Operation] = {}
        self.prose: dict[str, dict[str, Prose]] = {}
        self.wanted: dict[str, tuple[str, Span]] = {}

    def link_trees(self, trees: Sequence[PageTree]) -> Reference:
        """Link all trees into one Reference. Types without a page are open objects."""
        pages = tuple([self._link_page(tree) for tree in trees])
        for key, (name, span) in self.wanted.items():
            if key in self.definitions:
                continue
            alias = ALIASES.get(key)
            self.definitions[key] = Definition(
                key=key, name=name, type=alias, documented=False, span=span
            )
            elsewhere = (
                key in self.index.exact
                or key in self.index.keys
                or built_ins().facts(key) is not None
            )
            if alias is None and key not in self.index.reported and not elsewhere:
                self.index.reported.add(key)
                self.report.warning(
                    "type-undocumented",
                    f"no page of the sources documents {name} ({key}); it becomes an open object",
                    span,
                    "add its page, or an OpenAPI document that has it, to the sources",
                    arguments=(name, key),
                )
        return Reference(
            definitions=MappingProxyType(self.definitions),
            operations=MappingProxyType(self.operations),
            pages=pages,
            prose=MappingProxyType(
                {locale: MappingProxyType(texts) for locale, texts in self.prose.items()}
            ),
        )

    def _link_page(self, tree: PageTree) -> Page:
        package = openapi_package(tree.front.import_path)
        if package:
            sections = self._link_sections(tree, package)
        else:
            sections = self._link_common_parameters(tree)
        defined = (self.definitions.get(section.key) for section in sections)
        gvk = next(
            (definition.gvk for definition in defined if definition and definition.gvk), None
        )
        return Page(
            path=tree.path,
            layout=tree.layout,
            locale=tree.locale,
            **asdict(tree.front),
            sections=tuple(sections),
            operations=tuple(
                self._link_operation(tree, block, gvk, package)
                for block in tree.operations
                if block.path
            ),
            span=tree.span,
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
                    arguments=(section.name,),
                )
                return []
            sections.append(
                PageSection(key=common_parameter_id(section.name), anchor=section.anchor)
            )
            self._add_texts(tree, common_parameter_id(section.name), section.texts)
        return sections

    def _link_sections(self, tree: PageTree, package: str) -> list[PageSection]:
        sections: dict[str, PageSection] = {}
        for section in tree.sections:
            key = section_key(section, package)
            if key in sections:
                self.report.error(
                    "definition-twice",
                    f"{section.name} is defined a second time on this page",
                    section.span,
                    "remove one of the two, or correct its heading",
                    arguments=(section.name,),
                )
            elif "#" in key:
                self.report.warning(
                    "key-unsafe",
                    f"the definition {section.name[:120]!r} is left out: its name contains #, the separator of ids",
                    section.span,
                    "correct its heading, or its anchor",
                    arguments=(section.name,),
                )
            else:
                sections[key] = PageSection(key=key, anchor=section.anchor)
                fields = tuple([self._link_field(tree, key, row) for row in section.rows])
                self._add_texts(tree, key, section.texts)
                self._add_definition(key, section.name, fields, _find_gvk(fields), section.span)
        return list(sections.values())

    def _add_definition(
        self,
        key: str,
        name: str,
        fields: tuple[Field, ...],
        gvk: GroupVersionKind | None,
        span: Span,
    ) -> None:
        alias = None if fields else ALIASES.get(key, _OBJECT)
        definition = Definition(
            key=key, name=name, fields=fields, type=alias, gvks=(gvk,) if gvk else (), span=span
        )
        first = self.definitions.setdefault(key, definition)
        if (len(first.fields), bool(first.gvks)) < (len(fields), bool(gvk)):
            self.definitions[key] = definition
        if first.fields and fields and _field_facts(first) != _field_facts(definition):
            self.report.warning(
                "definition-differs",
                f"the fields of {name} here differ from those at {first.span}",
                span,
                "both should document the same type; the one with more fields is used",
                mentions=(first.span,),
                arguments=(name,),
            )

    def _link_field(self, tree: PageTree, owner: str, row: FieldRow, lead: str = "") -> Field:
        """Link one field.

        `lead` is the path of an enclosing inline object, with a dot at its end.
        """
        linked = self._link_type(
            tree,
            row.type,
            owner,
            row.span,
            inlined=bool(row.children) or row.inlined.own is not None,
        )
        self._add_texts(tree, field_id(owner, f"{lead}{row.name}"), row.texts)
        if row.heading.own is not None:
            self._add_texts(tree, category_id(row.category), row.heading)
        nested: tuple[Field, ...] = ()
        if row.children and row.type.name in _INLINE_TYPES:
            below = f"{lead}{row.name}."
            nested = tuple(self._link_field(tree, owner, child, below) for child in row.children)
        elif row.children or row.inlined.own is not None or row.inlined.english is not None:
            self._link_inlined(tree, linked, row)
        return Field(
            name=row.name,
            type=linked,
            required=row.required,
            value=row.value,
            link=_format_link(tree, row.type),
            **asdict(row.annotations),
            category=row.category,
            fields=nested,
            span=row.span,
        )

    def _link_inlined(self, tree: PageTree, linked: Type, row: FieldRow) -> None:
        """Define the type written below a field."""
        target = innermost(linked)
        if isinstance(target, Ref):
            self._add_texts(tree, target.key, row.inlined)
            fields = tuple(self._link_field(tree, target.key, child) for child in row.children)
            self._add_definition(target.key, row.type.name, fields, None, row.span)
            return
        if row.type.name:
            type_ = f"is {row.type.name!r}, which has no fields"
        else:
            type_ = "cannot be read"
        for child in row.children:
            self.report.warning(
                "fields-of-primitive",
                f"{child.path!r} is left out, since the type of {row.path!r} {type_}",
                child.span,
                f"write the name of a definition as the type of {row.path!r}",
                arguments=(child.path, row.path, type_),
            )

    def _link_type(
        self, tree: PageTree, name: TypeName, owner: str, span: Span, *, inlined: bool = False
    ) -> Type:
        package = owner.rpartition(".")[0]
        expression: Type
        if not name.linked and (name.name in PRIMITIVES or not name.name):
            expression = PRIMITIVES.get(name.name, _ANYTHING)
        else:
            key = self._find_key(tree, name, package, span, inlined=inlined)
            self.wanted.setdefault(key, (name.name, span))
            expression = Ref(key=key)
        if name.lost:
            expression = LossyType(known=expression)
        for wrapper in reversed(name.wrappers):
            if wrapper == "[]":
                expression = Array(items=expression)
            else:
                expression = Map(values=expression)
        return expression

    def _find_key(
        self, tree: PageTree, name: TypeName, package: str, span: Span, *, inlined: bool
    ) -> str:
        """Return the key of a named type. An inlined type has its fields below this field."""
        enclosing = f"{package}.{name.name}"
        if name.name in SHARED_NAMES:
            shared = f"{SHARED_NAMES[name.name]}.{name.name}"
        else:
            shared = ""
        form = registry.get(tree.layout)
        by_name = isinstance(form, Layout) and form.links_by_name
        if by_name and enclosing in self.index.keys:
            return enclosing
        if (by_name or name.linked) and (target := self.index.find_target(tree, name)):
            return target
        if not name.linked and (enclosing in self.index.keys or enclosing in self.index.exact):
            return enclosing
        if name.linked and not inlined and _leads_to_own_page(tree, name):
            self._report_missing_section(tree, name, enclosing, span)
            return enclosing
        # A type with a page would be linked.
        if shared and not (inlined and not name.linked and shared in self.index.keys):
            return shared
        if inlined and not name.linked:
            return enclosing
        if linked_key := self.index.find_unique(name.name) or built_ins().find_linked_key(
            name.name, package, name.page
        ):
            return linked_key
        if name.linked and enclosing not in self.index.reported:
            self.report.warning(
                "link-unresolved",
                f"the link to {name.name!r} does not lead to a page of the sources",
                span,
                f"its package is assumed to be {package}; add its page to the sources to be sure",
                arguments=(name.name,),
            )
            self.index.reported.add(enclosing)
        return enclosing

    def _report_missing_section(self, tree: PageTree, name: TypeName, key: str, span: Span) -> None:
        if not tree.is_cut and key not in self.index.reported:
            self.report.error(
                "section-missing",
                f"the page links to its own section {name.anchor or name.name!r}, which is not there",
                span,
                "is the page cut off, or the anchor of the section misspelt?",
                arguments=(name.anchor or name.name,),
            )
        self.index.reported.add(key)

    def _link_operation(
        self, tree: PageTree, block: OperationBlock, gvk: GroupVersionKind | None, package: str
    ) -> str:
        owner = f"{package}.{tree.front.kind}"
        operation = Operation(
            method=block.method,
            path=block.path,
            verb=block.verb,
            gvk=gvk,
            span=block.span,
            parameters=self._link_parameters(tree, block, owner),
            responses=tuple(
                Response(
                    status=row.status,
                    description=row.text,
                    type=self._link_type(tree, row.type, owner, row.span) if row.type else None,
                    link=_format_link(tree, row.type),
                    span=row.span,
                )
                for row in block.responses
            ),
        )
        first = self.operations.setdefault(operation.id, operation)
        if first is not operation and first.span.path == operation.span.path:
            self.report.warning(
                "operation-twice",
                f"{operation.id} appears here a second time; the first is at {first.span}",
                block.span,
                "remove one",
                mentions=(first.span,),
                arguments=(operation.id,),
            )
        self._add_texts(tree, operation.id, block.title)
        return operation.id

    def _link_parameters(
        self, tree: PageTree, block: OperationBlock, owner: str
    ) -> tuple[Parameter, ...]:
        ids = own_parameter_ids(
            f"{block.method} {block.path}", [(row.name, row.place) for row in block.parameters]
        )
        for row in block.parameters:
            if not row.common:
                self._add_texts(tree, ids[row.name, row.place], row.texts)
        return tuple(
            Parameter(
                name=row.name,
                place=row.place,
                type=self._link_type(tree, row.type, owner, row.span),
                required=row.required,
                common=bool(row.common),
                link=f"#{row.common}" if row.common else _format_link(tree, row.type),
                span=row.span,
            )
            for row in block.parameters
        )

    def _add_texts(self, tree: PageTree, prose_id: str, texts: Texts) -> None:
        if self.listener is not None:
            self.listener(tree, prose_id, texts)
        english = texts.english if tree.locale != ENGLISH else None
        for locale, text in ((tree.locale, texts.own), (ENGLISH, english)):
            if text is not None and text.text:
                self.prose.setdefault(locale, {}).setdefault(prose_id, text)


def _leads_to_own_page(tree: PageTree, name: TypeName) -> bool:
    """Return whether a link leads to its own page."""
    if name.page:
        return posixpath.basename(page_key(name.page)) == posixpath.basename(page_key(tree.path))
    return bool(name.anchor) or (bool(tree.front.kind) and name.name.startswith(tree.front.kind))


def _format_link(tree: PageTree, name: TypeName | None) -> str:
    """Return the page and anchor at a type's link, without steps to parent folders."""
    if name is None or not (name.page or name.anchor):
        return ""
    return f"{find_target_page(tree, name).lstrip('./')}#{name.anchor}"


def _find_gvk(fields: Iterable[Field]) -> GroupVersionKind | None:
    """Return the kind from the values of apiVersion and kind."""
    values = {field.name: field.value for field in fields if field.value}
    if not {"apiVersion", "kind"} <= values.keys():
        return None
    group, _, version = values["apiVersion"].rpartition("/")
    return GroupVersionKind(group=group, version=version, kind=values["kind"])


def _field_facts(definition: Definition) -> dict[str, tuple[Type, bool]]:
    return {field.name: (field.type, field.required) for field in definition.fields}

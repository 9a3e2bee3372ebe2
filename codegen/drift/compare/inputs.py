"""The two inputs of a comparison, with the facts that their forms support."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level, Span
from codegen.core.locales import ENGLISH
from codegen.findings.finding import NotCompared, describe_omission
from codegen.findings.rules.catalogue import RULES
from codegen.findings.rules.rule import Rule
from codegen.model import (
    Definition,
    Field,
    GroupVersionKind,
    Operation,
    Page,
    Reference,
    has_enum,
    kubernetes,
)
from codegen.model.inline_objects import hoist_inline_objects
from codegen.model.pages import main_locale
from codegen.model.selection import Pattern, select_alike
from codegen.readers import registry

_VERSION = re.compile(r"/(?:api|apis/(?P<group>[^/]+))/(?P<version>v[0-9][^/]*)/")

# Servers append this list to a description if they also write it as `enum`.
_LISTED_VALUES = f"\n\n{kubernetes.LISTED_VALUES}\n"


class Coverage(IntEnum):
    """The part of an API covered by a kind of source.

    A JSON Schema documents its own kind, a page also the list of that kind, a folder of pages all
    kinds with a page, and a document everything. Only a source with at least the coverage of the
    other one can miss something.
    """

    SCHEMA = 0
    PAGE = 1
    PAGES = 2
    DOCUMENT = 3


class ComparisonInput(Struct, frozen=True, kw_only=True, dict=True):
    """A reference to compare, with properties of its source and its `name` in messages.

    A `folder` of pages claims to be complete. `whole` is the reference before a selection, which
    tells what the source states.
    """

    name: str
    reference: Reference
    diagnostics: tuple[Finding, ...]
    folder: bool = False
    whole: Reference

    @cached_property
    def pages(self) -> Mapping[str, Page]:
        """The pages by the path of their file as messages show it."""
        return {page.span.path: page for page in self.whole.pages}

    @cached_property
    def coverage(self) -> Coverage:
        """The covered part of the API."""
        if self.is_pages:
            if self.folder:
                return Coverage.PAGES
            return Coverage.PAGE
        if self.whole.one_kind:
            return Coverage.SCHEMA
        return Coverage.DOCUMENT

    @cached_property
    def enums(self) -> bool:
        """Whether any field has an enumeration."""
        for definition in self.whole.definitions.values():
            if has_enum(definition.type) or any(map(_has_enum, definition.fields)):
                return True
        return False

    @cached_property
    def has_null(self) -> bool:
        """Whether any field may be null."""
        for definition in self.reference.definitions.values():
            for _, field in definition.paths:
                if any(keyword.name == "nullable" for keyword in field.keywords):
                    return True
        return False

    @cached_property
    def lists_values(self) -> bool:
        """Whether descriptions repeat the values of enumerations, as in a cluster."""
        return any(
            _LISTED_VALUES in text.text for text in self.whole.prose.get(ENGLISH, {}).values()
        )

    def find_document_keyword(self, name: str) -> str | None:
        """Return the value of a keyword of the whole document as JSON."""
        for keyword in self.reference.document:
            if (keyword.inside, keyword.name) == ("", name):
                return keyword.value
        return None

    @cached_property
    def has_only_resources(self) -> bool:
        """Whether it defines custom resources, and all its operations are on them."""
        kinds: set[GroupVersionKind] = set()
        for definition in self.whole.definitions.values():
            if definition.resource is not None:
                kinds.update(definition.gvks)
        operations = self.whole.operations.values()
        return bool(kinds) and all(operation.gvk in kinds for operation in operations)

    @cached_property
    def media_types(self) -> bool:
        """Whether any operation has media types."""
        return any(
            operation.consumes or operation.produces for operation in self.whole.operations.values()
        )

    @cached_property
    def kinds(self) -> Mapping[str, frozenset[str]]:
        """The kinds of each group version with a type or an operation."""
        kinds_by_version: dict[str, set[str]] = {}
        for definition in self.whole.definitions.values():
            if definition.documented and definition.gvk is not None:
                kinds_by_version.setdefault(definition.gvk.api_version, set()).add(
                    definition.gvk.kind
                )
        for operation in self.whole.operations.values():
            if name := served_version(operation):
                kinds = kinds_by_version.setdefault(name, set())
                if operation.gvk is not None and operation.gvk.api_version == name:
                    kinds.add(operation.gvk.kind)
        return {name: frozenset(kinds) for name, kinds in kinds_by_version.items()}

    @cached_property
    def shared_objects(self) -> Mapping[str, str]:
        """The key of each inline object by its place. Equal objects of a version have one key."""
        keys: dict[str, str] = {}
        hoisted = hoist_inline_objects(self.reference, shared=True)
        for definition in hoisted.definitions.values():
            keys.update(dict.fromkeys(definition.places, definition.key))
        return keys

    @cached_property
    def errors(self) -> tuple[Finding, ...]:
        """The errors of its files."""
        return tuple(diagnostic for diagnostic in self.diagnostics if diagnostic.level is Level.ERR)

    @cached_property
    def broken_files(self) -> frozenset[str]:
        """The paths of files with errors. They are not compared."""
        return frozenset(error.span.path for error in self.errors)

    @property
    def locales(self) -> frozenset[str]:
        """The languages of its pages, or English for a document."""
        return frozenset(page.locale for page in self.reference.pages) or frozenset({ENGLISH})

    @property
    def locale(self) -> str:
        """The main language of its pages, or English for a document."""
        return main_locale(self.reference.pages) or ENGLISH

    @cached_property
    def is_pages(self) -> bool:
        """Whether it consists of pages."""
        paths = (
            definition.span.path
            for definition in self.whole.definitions.values()
            if definition.documented
        )
        return bool(self.pages) and all(path in self.pages for path in paths)

    def layout(self, span: Span) -> str:
        """Return the layout of the page at a location, or `openapi` for a document."""
        page = self.pages.get(span.path)
        if page:
            return page.layout
        return "openapi"

    def supports(self, fact: str, span: Span) -> bool:
        """Return whether the form of the source at this location can express a fact."""
        return registry.get(self.layout(span)).supports(fact)

    @property
    def not_compared(self) -> tuple[NotCompared, ...]:
        """The files with errors, and the unread parts of others by rule."""
        broken = [
            NotCompared(what=f"{path}, since it has errors", count=1, path=path)
            for path in sorted(self.broken_files)
        ]
        warnings: dict[Rule, list[Finding]] = {}
        for diagnostic in self.diagnostics:
            rule = RULES.get(diagnostic.rule)
            if (
                rule
                and rule.leaves_out
                and diagnostic.level is Level.WARN
                and diagnostic.span.path not in self.broken_files
            ):
                warnings.setdefault(rule, []).append(diagnostic)
        return (
            *broken,
            *(describe_omission(rule.says, tuple(group)) for rule, group in warnings.items()),
        )

    @cached_property
    def names(self) -> frozenset[str]:
        """The short names of its documented types."""
        return frozenset(
            definition.name
            for definition in self.reference.definitions.values()
            if definition.documented
        )

    def has_errors(self, element: Definition | Operation) -> bool:
        """Return whether the file of an element has errors."""
        return element.span.path in self.broken_files

    def documents(self, key: str) -> bool:
        """Return whether it documents a type, in a file without errors."""
        definition = self.reference.definitions.get(key)
        return (
            definition is not None
            and definition.documented
            and definition.span.path not in self.broken_files
        )


def _has_enum(field: Field) -> bool:
    return has_enum(field.type)


def served_version(operation: Operation) -> str:
    """Return the group version in the path of an operation. The core group has no name."""
    match = _VERSION.match(f"{operation.path}/")
    if match:
        return "/".join(filter(None, match.groups()))
    return ""


def select_inputs(
    inputs: Sequence[ComparisonInput], patterns: Sequence[Pattern]
) -> list[ComparisonInput]:
    """Select the same part of several inputs."""
    parts = select_alike([side.reference for side in inputs], patterns)
    return [replace(side, reference=part) for side, part in zip(inputs, parts, strict=True)]

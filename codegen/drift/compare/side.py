"""One of the two sources of a comparison: what was read, how much of an API it claims to hold, what its form cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from functools import cached_property

from msgspec import Struct

from codegen.core.locales import ENGLISH
from codegen.drift.compare.texts import LISTED_VALUES
from codegen.findings.diagnostics import Diagnostic, Severity, Span
from codegen.findings.finding import NotCompared, left_out
from codegen.findings.rules.catalogue import leaving_out
from codegen.model import Definition, Operation, Page, Reference, has_enum, parameter_id
from codegen.model.pages import main_locale
from codegen.readers import registry

_VERSION = re.compile(r"/(?:api|apis/(?P<group>[^/]+))/(?P<version>v[0-9][^/]*)/")


class Coverage(IntEnum):
    """How much of an API a kind of source claims to hold.

    What is missing on the side with the smaller claim is not drift: a page documents its own kind, a folder of pages the kinds
    that have one, an OpenAPI document all. What is missing on the side with the larger claim, or an equal one, is.
    """

    PAGE = 0
    PAGES = 1
    DOCUMENT = 2


class Side(Struct, frozen=True, kw_only=True, dict=True):
    """A reference with all that a comparison wants to know about it. `name` is its name in messages."""

    name: str
    reference: Reference
    diagnostics: tuple[Diagnostic, ...]
    coverage: Coverage
    pages: Mapping[str, Page]  # by the path of their file as messages show it
    enums: bool  # whether it names the values of some field at all
    lists_values: bool  # whether descriptions list them too: clusters do so, the files of a release do not
    kinds: Mapping[str, frozenset[str]]  # of each group version, also where only a part of the source is compared
    media_types: bool  # whether it names the media types of some operation at all
    broken: frozenset[str]  # paths of files with errors: their content is not compared

    @property
    def locales(self) -> frozenset[str]:
        """The languages that its pages are written in; a document is English."""
        return frozenset(page.locale for page in self.reference.pages) or frozenset({ENGLISH})

    @property
    def locale(self) -> str:
        """The language of most of what its pages document; a document is English."""
        return main_locale(self.reference.pages) or ENGLISH

    @property
    def is_pages(self) -> bool:
        """Whether it is pages alone."""
        return self.coverage is not Coverage.DOCUMENT

    def layout(self, span: Span) -> str:
        """The layout of the page that holds this place, or `openapi`."""
        page = self.pages.get(span.path)
        return page.layout if page else "openapi"

    def supports(self, fact: str, span: Span) -> bool:
        """Whether the form of source that holds this place has a way to state such a fact."""
        return registry.get(self.layout(span)).supports(fact)

    def left_out(self) -> Iterator[NotCompared]:
        """What the reader left out of the model, by rule; files with errors are not counted, since all of them is left out."""
        found = [
            diagnostic
            for diagnostic in self.diagnostics
            if diagnostic.severity is Severity.WARNING and diagnostic.span.path not in self.broken
        ]
        if not found:
            return

        rules = leaving_out()
        warnings: dict[str, list[Diagnostic]] = {}
        for diagnostic in found:
            if diagnostic.rule in rules:
                warnings.setdefault(diagnostic.rule, []).append(diagnostic)
        for rule, diagnostics in warnings.items():
            yield left_out(rules[rule].says, tuple(diagnostics))

    def has_name(self, name: str) -> bool:
        """Whether it documents a type of this short name in some package."""
        return name in self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(each.name for each in self.reference.definitions.values() if each.documented)

    @cached_property
    def shared_parameters(self) -> dict[str, str]:
        """The names of parameters that operations share, by the id that the text of each operation would have."""
        return {
            operation.parameter_id(each): each.name
            for operation in self.reference.operations.values()
            for each in operation.parameters
            if each.common
        }

    @cached_property
    def own_parameters(self) -> dict[str, Span]:
        """Where the parameters stand that an operation has for itself, by its id and their names; of one name the first."""
        return {
            parameter_id(operation.id, each.name): each.span
            for operation in self.reference.operations.values()
            for each in reversed(operation.parameters)
            if not each.common
        }

    def documents(self, key: str) -> bool:
        """Whether this side says what a type is, rather than only naming it, and in a file without errors."""
        definition = self.reference.definitions.get(key)
        return definition is not None and definition.documented and definition.span.path not in self.broken


def _names_values(definition: Definition) -> bool:
    return any(map(has_enum, (definition.type, *(field.type for field in definition.fields))))


def _kinds(reference: Reference) -> Mapping[str, frozenset[str]]:
    """The kinds of each group version that a side has a type or an operation of."""
    found: dict[str, set[str]] = {}
    for definition in reference.definitions.values():
        if definition.documented and definition.gvk is not None:
            found.setdefault(definition.gvk.api_version, set()).add(definition.gvk.kind)
    for operation in reference.operations.values():
        if name := served_version(operation):
            kinds = found.setdefault(name, set())
            if operation.gvk is not None and operation.gvk.api_version == name:
                kinds.add(operation.gvk.kind)
    return {name: frozenset(kinds) for name, kinds in found.items()}


def served_version(operation: Operation) -> str:
    """`group/version` of the path of an operation, the version alone in the core group."""
    match = _VERSION.match(f"{operation.path}/")
    return "/".join(filter(None, match.groups())) if match else ""


def side(reference: Reference, diagnostics: Iterable[Diagnostic], name: str, *, folder: bool) -> Side:
    """A side from what was read. `folder` says that the source is a folder, which claims to be complete."""
    found = tuple(diagnostics)
    pages = {page.span.path: page for page in reference.pages}
    spans = [definition.span.path for definition in reference.definitions.values() if definition.documented]
    if not pages or any(path not in pages for path in spans):
        coverage = Coverage.DOCUMENT
    else:
        coverage = Coverage.PAGES if folder else Coverage.PAGE
    return Side(
        name=name,
        reference=reference,
        diagnostics=found,
        coverage=coverage,
        pages=pages,
        kinds=_kinds(reference),
        enums=any(map(_names_values, reference.definitions.values())),
        lists_values=any(LISTED_VALUES in text.text for text in reference.prose.get(ENGLISH, {}).values()),
        media_types=any(each.consumes or each.produces for each in reference.operations.values()),
        broken=frozenset(diagnostic.span.path for diagnostic in found if diagnostic.severity is Severity.ERROR),
    )

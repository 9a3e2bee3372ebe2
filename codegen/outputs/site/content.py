"""The pages of a site: one per kind with its whole tree, and one per other definition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import limits
from codegen.core.budget import Budget
from codegen.core.diagnostics import Span, failure
from codegen.core.locales import ENGLISH, Languages
from codegen.drift.history.changelog_records import Changelog, RemovedKind
from codegen.model import Definition, Operation, Reference
from codegen.model.inline_objects import extract_shared_objects
from codegen.model.keywords.keyword import VALIDATIONS
from codegen.model.kubernetes import go_import_path
from codegen.model.unique_names import UniqueNames
from codegen.outputs.docs.shared.localized_texts import NO_CHANGELOG
from codegen.outputs.docs.shared.operation_order import group_by_kind
from codegen.outputs.docs.shared.typography import first_sentence
from codegen.outputs.docs.shared.value_limits import describe_keywords, describe_resource
from codegen.outputs.docs.table.page_paths import split_key
from codegen.outputs.escaping import html_prose
from codegen.outputs.site.addresses import Addresses, kind_path
from codegen.outputs.site.former import FormerFields, find_former_fields
from codegen.outputs.site.records import (
    Content,
    FieldNode,
    Request,
    RuleNote,
    Sample,
    SitePage,
    TypeUsage,
    walk,
)
from codegen.outputs.site.requests import RequestBuilder
from codegen.outputs.site.site_texts import SiteTexts, is_partly_english
from codegen.outputs.site.tree import FieldTrees, Steps, attach_rules, cel_rules

# Trees with at most this many fields are shown unfolded.
_SHORT = 60
_MANY_USES = 60

RulesOf = Callable[[Definition, str], Mapping[Steps, tuple[RuleNote, ...]]]
"""The rules of servers for a definition, in a language, by the names on the way to each field; for itself behind no name."""


class SourceLinks(Struct, frozen=True, kw_only=True):
    """Links from a page to its source and to a form for problems."""

    edit: str = ""
    report: str = ""


class SiteInputs(Struct, frozen=True, kw_only=True):
    """Inputs of the site besides the reference, such as changes, server rules and examples."""

    changelog: Changelog = NO_CHANGELOG
    rules: RulesOf = lambda _definition, _locale: {}
    examples: Mapping[str, tuple[Sample, ...]] = MappingProxyType({})
    schemas: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    source_links: Callable[[Definition], SourceLinks] = lambda _definition: SourceLinks()


def build_content(
    reference: Reference,
    locales: tuple[str, ...],
    languages: Languages,
    inputs: SiteInputs,
) -> Content:
    """Build all pages in each language.

    Raises `CodegenError` if there is nothing to show, or for too many rows.
    """
    former = find_former_fields(inputs.changelog, reference)
    reference = extract_shared_objects(reference, kinds_only=True)
    addresses = Addresses(reference)
    if not addresses.targets:
        raise failure(
            "nothing-to-write",
            "the sources hold no kind and no definition that a site could show",
            Span(path="codegen.yaml"),
            "`codegen inspect` shows what was read",
        )
    made = {
        tag: tuple(
            _Builder(
                reference,
                SiteTexts(reference, languages.get(tag), (ENGLISH, *locales), inputs.changelog),
                addresses,
                inputs,
                former,
            ).pages()
        )
        for tag in locales
    }
    return Content(pages=made, releases=inputs.changelog.releases)


class _Builder:
    def __init__(
        self,
        reference: Reference,
        words: SiteTexts,
        addresses: Addresses,
        inputs: SiteInputs,
        former: FormerFields,
    ) -> None:
        self._reference = reference
        self._words = words
        self._addresses = addresses
        self._inputs = inputs
        self._tag = words.locale.tag
        self._trees = FieldTrees(reference, words, addresses.targets, self._rules_within, former)
        self._requests = RequestBuilder(reference, words, addresses.targets)
        self._operations = self._group_operations()
        self._rows = Budget(limits.SITE_TOTAL_ROWS)

    def _group_operations(self) -> dict[tuple[str | None, str | None, str], list[Operation]]:
        """Group operations by kind.

        Those of kinds without a page, such as on `pods/exec`, are with their resource.
        """
        operations_by_kind = group_by_kind(self._reference)
        shown = {
            (gvk.group, gvk.version, gvk.kind)
            for kind in self._addresses.kinds.values()
            if (gvk := kind.gvk)
        }
        owners = {
            operation.path: kind for kind in shown for operation in operations_by_kind.get(kind, ())
        }
        for operation in [
            operation_of_kind
            for kind, listed in operations_by_kind.items()
            if kind not in shown
            for operation_of_kind in listed
        ]:
            resource, name, _ = operation.path.partition("/{name}")
            if (owner := owners.get(resource + name)) is not None:
                operations_by_kind[owner].append(operation)
        return operations_by_kind

    def pages(self) -> Iterator[SitePage]:
        """Yield the pages of kinds, then those of other definitions and of removed kinds."""
        for key in self._addresses.targets:
            yield self._build_page(self._reference.definitions[key])
        for kind in self._inputs.changelog.removed:
            # Else it is in another package.
            if kind_path(kind.gvk) not in self._addresses.targets.values():
                yield self._build_removed_page(kind)

    def _build_removed_page(self, kind: RemovedKind) -> SitePage:
        """Build the page at the address of a kind that is gone."""
        path, gvk, words = kind_path(kind.gvk), kind.gvk, self._words.locale.site
        about = words["gone"].format(
            name=f"{gvk.api_version} {gvk.kind}", last=kind.last, release=kind.release
        )
        return SitePage(
            path=path,
            folder=path.partition("/")[0],
            heading=gvk.group or words["core"],
            key=kind.key,
            kind=gvk.kind,
            is_kind=False,
            title=gvk.kind,
            description=about,
            version=gvk.version,
            api_version=gvk.api_version,
            html=html_prose.block(about),
            gone=True,
            successor=self._addresses.targets.get(kind.successor, ""),
        )

    def _rules_within(self, key: str) -> Mapping[Steps, tuple[RuleNote, ...]]:
        """Return the rules that hold wherever a definition is used.

        Those of a kind are for the whole object.
        """
        definition = self._reference.definitions[key]
        if key in self._addresses.kinds:
            return {}
        return self._inputs.rules(definition, self._tag)

    def _build_page(self, definition: Definition) -> SitePage:
        key, words = definition.key, self._words
        is_kind = key in self._addresses.kinds
        path = self._addresses.targets[key]
        if is_kind:
            fields = self._trees.unfold_fields(key)
        else:
            fields = self._trees.list_own_fields(key)
        rules = self._inputs.rules(definition, self._tag)
        if is_kind:
            fields = attach_rules(fields, rules)
        size = sum(1 for _, node in walk(fields) if not node.until)
        if not self._rows.spend(size, definition.span):
            raise failure(
                "output-too-large",
                f"the pages of the site would have more than {limits.SITE_TOTAL_ROWS:,} rows",
                definition.span,
                "show fewer kinds: `select`",
            )
        if is_kind:
            operations = tuple(self._build_requests(definition))
        else:
            operations = ()
        examples = self._inputs.examples.get(key, ())
        links = self._inputs.source_links(definition)
        recorded = key in self._inputs.changelog.keys
        marks = words.marks(definition.text_id)
        is_new = any(mark.event == "since" for mark in marks)
        html, lang = words.block(definition.text_id)
        gvk = definition.gvk
        return SitePage(
            path=path,
            folder=path.partition("/")[0],
            heading=self._find_heading(definition, is_kind=is_kind),
            key=key,
            kind=definition.name,
            is_kind=is_kind,
            title=definition.name,
            description=first_sentence(words.plain(definition.text_id))
            or words.locale.site["about"].format(name=definition.name),
            version=_find_version(definition),
            scope=_find_scope(definition, operations),
            api_version=gvk.api_version if gvk else "",
            import_path=""
            if definition.resource or definition.places
            else go_import_path(definition.package),
            html=html,
            lang=lang,
            is_partly_english=is_partly_english(html) and not lang,
            notes=self._describe_limits(definition),
            rules=(*cel_rules(definition.keywords), *rules.get((), ())),
            marks=marks,
            recorded=recorded,
            oldest=self._inputs.changelog.releases[0] if recorded and not is_new else "",
            edit=links.edit,
            report=links.report,
            open=size <= _SHORT,
            size=size,
            fields=fields,
            anchors=_list_unfolded_types(definition, fields),
            used_by=tuple(
                TypeUsage(
                    page=self._addresses.targets[owner],
                    title=self._reference.definitions[owner].name,
                    field=name,
                )
                for owner, name in self._addresses.users.get(key, ())[:_MANY_USES]
                if owner in self._addresses.targets
            ),
            operations=operations,
            examples=examples,
            requests=self._build_example_requests(definition, examples) if examples else (),
            schemas=self._inputs.schemas.get(key, ()),
        )

    def _find_heading(self, definition: Definition, *, is_kind: bool) -> str:
        """Return the title of the folder of a page."""
        words = self._words.locale.site
        if not is_kind:
            return words["definitions"]
        if definition.gvk is None:
            return ""
        return definition.gvk.group or words["core"]

    def _describe_limits(self, definition: Definition) -> tuple[str, ...]:
        """Describe the constraints of a whole object and the service of a custom resource."""
        keywords = [keyword for keyword in definition.keywords if keyword.name != VALIDATIONS]
        said = describe_keywords(keywords, self._words.labels)
        if definition.resource is not None:
            said += describe_resource(
                definition.resource, definition.key, self._words.labels, self._words.plain
            )
        return tuple(map(html_prose.phrase, said))

    def _build_requests(self, definition: Definition) -> Iterator[Request]:
        """Yield the operations on a kind."""
        gvk, ids = definition.gvk, UniqueNames()
        for operation in (
            self._operations.get((gvk.group, gvk.version, gvk.kind), ()) if gvk is not None else ()
        ):
            request = self._requests.request(operation, definition.name)
            yield replace(request, id=ids.take(request.id, f"{request.id}-"))

    def _build_example_requests(
        self, definition: Definition, examples: tuple[Sample, ...]
    ) -> tuple[Sample, ...]:
        """Build the requests that create the example, or else the first request of the kind."""
        gvk = definition.gvk
        if gvk is None:
            return ()
        operations = self._operations.get((gvk.group, gvk.version, gvk.kind), ())
        for verb in ("create", "post", "update", "put", "get"):
            for operation in operations:
                if operation.verb == verb:
                    return self._requests.example_requests(operation, definition.name, examples)
        return ()


def _list_unfolded_types(
    definition: Definition, fields: tuple[FieldNode, ...]
) -> tuple[tuple[str, str], ...]:
    """Return the unfolded types on the page of a kind, whose names are ids on kubernetes.io, with
    the first path of each.
    """
    paths = {definition.name: ""}
    for path, node in walk(fields):
        if node.fields and node.target:
            paths.setdefault(node.type, path)
    return tuple(paths.items())[1:]


def _find_version(definition: Definition) -> str:
    """Return the version of a kind, or of the package of another definition, or nothing."""
    if definition.gvk is not None:
        return definition.gvk.version
    place = split_key(f"{definition.package}.{definition.name}")
    if place.versioned:
        return place.version
    return ""


def _find_scope(definition: Definition, operations: Iterable[Request]) -> str:
    """Return whether a kind is `namespaced` or in the whole `cluster`, if that is known."""
    if definition.resource is not None:
        if definition.resource.namespaced:
            return "namespaced"
        return "cluster"
    scopes = [
        "namespaced" if "/namespaces/{namespace}/" in operation.path else "cluster"
        for operation in operations
    ]
    return max(scopes, default="")  # kinds in namespaces also have paths of the whole cluster

"""The validated objects of manifests: all that `codegen validate` reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from codegen.cel.expressions import find_expressions, find_invalid
from codegen.cel.runtime.cel_engine import MISSING, engine
from codegen.core import releases
from codegen.core.locales import ENGLISH, SHIPPED, Languages, Locale
from codegen.core.source import Source
from codegen.findings.diagnostics import CodegenError, Span
from codegen.findings.levels import Level
from codegen.kube.errors import INVALID, WRONG_TYPE
from codegen.model import Array, Definition, Field, GroupVersionKind, Reference, Scalar, kubernetes
from codegen.model.selection import Pattern
from codegen.readers.documents.builder import Document, Fault
from codegen.readers.documents.loader import read_manifests, replace_surrogates
from codegen.validation.cel_checks import NOT_CHECKED
from codegen.validation.cel_compilation import place_of
from codegen.validation.custom_definitions import Defining
from codegen.validation.engine import UNKNOWN
from codegen.validation.manifest_schemas import Absent, Chosen, Schemas
from codegen.validation.object_finding import Layer, ObjectFinding, status
from codegen.validation.rule_evaluation import Decide
from codegen.validation.stored_objects import NOTHING, Stored
from codegen.validation.validator import Url, Validator

_LIST = ("v1", "List")
_LONG = 160  # characters of a name that is not known
MOST = 1000  # findings of one object; more say nothing new


class Options(Struct, frozen=True, kw_only=True):
    """The options of a run, the same for all objects."""

    kubernetes_version: str = ""
    url: Url | None = None
    field_validation: str = "Strict"
    locale: str = ENGLISH
    decide: Decide | None = None
    allow_unknown: tuple[Pattern, ...] = ()
    languages: Languages = SHIPPED
    stored: Stored = NOTHING
    defining: Mapping[Source, Defining] = field(default_factory=dict)  # the files among those that are checked

    @property
    def words(self) -> Locale:
        """The language of the messages. Raises `CodegenError` if no language has this tag."""
        return self.languages.get(self.locale)


class Placed(Struct, frozen=True, kw_only=True):
    """A finding or a fault of the file with its line and column. `written` is its key as written, `word` its value, if they are read as something else."""

    line: int
    column: int
    written: str = ""
    word: str = ""
    finding: ObjectFinding | None = None
    fault: Fault | None = None


class Resource(Struct, frozen=True, kw_only=True):
    """One object of a manifest.

    `state` is valid, invalid, unknown (no schema), skipped (no schema, and allowed to have none) or error (it has no kind). `schema` is
    where its schema comes from, `says` who objects by it where no schema does.
    """

    path: str
    number: int
    line: int
    column: int
    state: str
    api_version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    schema: str = ""
    says: str = ""
    placed: tuple[Placed, ...] = ()
    answer: dict[str, object] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The object in a few words: kind and name, or its number in the file."""
        name = "/".join(filter(None, (self.namespace, self.name)))
        return " ".join(filter(None, (self.kind or "document", name))) + (f" #{self.number}" if not name else "")


class File(Struct, frozen=True, kw_only=True):
    """One file: its objects and what is wrong with the file itself."""

    path: str
    resources: tuple[Resource, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def unreadable(self) -> bool:
        """Whether a part of it could not be read."""
        return any(fault.fatal for fault in self.faults)


def check(source: Source, schemas: Schemas, options: Options) -> File:
    """Read and validate all objects of a file. Raises `CodegenError` only for schemas and rules that cannot be read."""
    defining = options.defining.get(source)
    read = defining.stream if defining is not None else read_manifests(source)
    replace_surrogates((document.data for document in read.documents), source)  # as servers do, without a word
    resources: list[Resource] = []
    waiting = read.documents[::-1]
    while waiting:
        document = waiting.pop()
        if not _is_list(document.data):
            resources.append(
                _with_invalid_expressions(
                    _resource(source.path, len(resources) + 1, document, schemas.of(document.data), schemas, options),
                    document,
                    source,
                    options,
                )
            )
            continue
        holder = _resource(
            source.path, len(resources) + 1, document, _schema_of_lists(options.languages), schemas, options
        )
        if holder.placed:  # a List without findings of its own is not an object to report
            resources.append(holder)
        items = document.data.get("items")
        if isinstance(items, list):
            waiting += [document.inner(("items", at)) for at in reversed(range(len(items)))]
    resources = list(_with_refusals(resources, source, defining))
    return File(path=source.path, resources=tuple(resources), faults=tuple(read.faults))


def _with_refusals(resources: list[Resource], source: Source, defining: Defining | None) -> Iterator[Resource]:
    """The resources, definitions of custom resources with why a server refuses them: what readers of such sources say."""
    group, kind = kubernetes.CUSTOM_DEFINITION
    definitions = [each for each in resources if (each.api_version.rpartition("/")[0], each.kind) == (group, kind)]
    placed: dict[int, list[Placed]] = {}
    is_known = any(each.schema for each in definitions)
    for error in (defining or Defining.read(source)).refusals if is_known else ():
        line, column = error.span.line, error.span.column
        above = [each for each in definitions if (each.line, each.column) <= (line, column)]
        if above:
            fault = Fault(rule=error.rule, message=error.message, line=line, column=column, hint=error.hint)
            placed.setdefault(above[-1].number, []).append(Placed(line=line, column=column, fault=fault))
    for each in resources:
        more = placed.get(each.number)
        yield each if more is None else replace(each, placed=(*each.placed, *more), state="invalid")


def unreadable(path: str, error: CodegenError) -> File:
    """A file that could not be read at all."""
    faults = [
        Fault(
            rule=diagnostic.rule,
            message=diagnostic.message,
            line=diagnostic.span.line,
            column=diagnostic.span.column,
            hint=diagnostic.hint,
            fatal=True,
        )
        for diagnostic in error.diagnostics
    ]
    return File(path=path, faults=tuple(faults))


def _is_list(data: object) -> bool:
    return isinstance(data, dict) and (data.get("apiVersion"), data.get("kind")) == _LIST


@lru_cache(maxsize=8)
def _schema_of_lists(languages: Languages) -> Chosen:
    """The schema of a List. No document has one: kubectl takes Lists apart and servers never see them. Each item is checked by itself."""
    key = f"{kubernetes.CORE}.{_LIST[1]}"
    anything = Scalar(type="")
    named = (
        Field(
            name=name,
            type=Array(items=anything) if name == "items" else anything,
            required=name == "items",
            span=Span(path=""),
        )
        for name in ("apiVersion", "kind", "metadata", "items", "resourceVersion", "selfLink")
    )
    gvk = GroupVersionKind(group="", version=_LIST[0], kind=_LIST[1])
    definition = Definition(key=key, name=_LIST[1], fields=tuple(named), gvks=(gvk,), span=Span(path=""))
    return Chosen(
        validator=Validator(Reference(definitions={key: definition}), languages=languages), key=key, origin=""
    )


def _of_list(data: dict[str, Any]) -> dict[str, Any]:
    """A List without its items; `null` counts as empty."""
    items = data.get("items", ())
    return {**data, "items": []} if items is None or isinstance(items, list) else data


def _resource(
    path: str, number: int, document: Document, chosen: Chosen | None, schemas: Schemas, options: Options
) -> Resource:
    data = document.data
    line, column = document.mark.line, document.mark.column
    if fault := _no_kind(document):
        return Resource(
            path=path,
            number=number,
            line=line,
            column=column,
            state="error",
            placed=(Placed(line=fault.line, column=fault.column, fault=fault),),
        )
    metadata = data.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    findings: tuple[ObjectFinding, ...] = ()
    answer: dict[str, object] = {}
    if chosen is not None:
        findings = chosen.validator.validate(
            _of_list(data) if _is_list(data) else data,
            kubernetes_version=options.kubernetes_version or None,
            url=options.url,
            decide=options.decide,
            field_validation=options.field_validation,
            locale=options.locale,
            key=chosen.key,
            old=options.stored.of(data),
        )
        kind = chosen.validator.kind_of(chosen.key, data)
        answer = status(findings, kind, _word(named.get("name"))) if kind is not None else {}
    state = "invalid" if any(finding.level is Level.ERR for finding in findings) else "valid"
    if chosen is None:
        gvk = _kind(data)
        findings, state = (), "skipped"
        if not any(pattern.matches_kind(gvk) for pattern in options.allow_unknown):
            why = schemas.absent(data["apiVersion"], data["kind"])
            findings, state = (_of_absent(gvk, why, options.words.findings),), "invalid" if why.span else "unknown"
    return Resource(
        path=path,
        number=number,
        line=line,
        column=column,
        state=state,
        api_version=data["apiVersion"],
        kind=data["kind"],
        name=_word(named.get("name")),
        namespace=_word(named.get("namespace")),
        schema=chosen.origin if chosen is not None else "",
        says=chosen.says if chosen is not None else "",
        placed=tuple(_placed(finding, document) for finding in findings),
        answer=answer,
    )


def _with_invalid_expressions(resource: Resource, document: Document, source: Source, options: Options) -> Resource:
    """Add the expressions in CEL that do not compile, each at its place, or the number of those that were not compiled."""
    group = resource.api_version.rpartition("/")[0]
    if (group, resource.kind) not in (kubernetes.CUSTOM_DEFINITION, kubernetes.ADMISSION_POLICY):
        return resource
    placed: list[Placed] = []
    if engine() is None and (count := sum(1 for _ in find_expressions(document.data))):
        message = options.words.findings["rules_unchecked"].format(count=count, why=MISSING)
        placed.append(_placed(_of_expression("cel-rule-not-checked", NOT_CHECKED, message, ("spec",)), document))
    for wrong in find_invalid(document.data):
        message = f"Invalid value: the expression does not compile: {wrong.why}"
        steps, text = wrong.expression.steps, wrong.expression.text
        line, column = place_of(document, source, wrong)
        finding = _of_expression("cel-expression-invalid", INVALID, message, steps, text)
        placed.append(Placed(line=line, column=column, finding=finding))
    return replace(resource, placed=(*resource.placed, *placed), state="invalid") if placed else resource


def _of_expression(
    rule: str, code: str, message: str, steps: tuple[Any, ...], value: str | None = None
) -> ObjectFinding:
    return ObjectFinding(
        layer=Layer.SCHEMA, level=Level.ERR, rule=rule, code=code, message=message, steps=steps, value=value
    )


def _kind(data: dict[str, Any]) -> GroupVersionKind:
    group, _, version = data["apiVersion"].rpartition("/")
    return GroupVersionKind(group=group, version=version, kind=data["kind"])


def _of_absent(gvk: GroupVersionKind, why: Absent, words: Mapping[str, str]) -> ObjectFinding:
    """The finding about an object that was not checked, or that no server of the release takes."""
    names = {"kind": gvk.kind[:_LONG], "version": gvk.api_version[:_LONG], "release": why.release}
    if why.span is None:
        others = words["listed"].join(why.others)
        hints = (
            words["close"].format(name=why.close) if why.close else "",
            words["kind_elsewhere"].format(versions=others, **names) if others else "",
            words["kind_source"].format(**names),
        )
        return _about_kind("kind-unknown", "kind", gvk, words["kind_unknown"].format(**names), words, hints)
    hint = instead(why.others, gvk.kind, words)
    gone = why.span.until is not None and releases.parse(why.span.until) < releases.parse(why.release)
    what = words["kind_removed" if gone else "kind_later"].format(since=why.span.since, until=why.span.until, **names)
    return _about_kind("kind-removed" if gone else "kind-not-yet-served", "apiVersion", gvk, what, words, (hint,))


def instead(versions: Sequence[str], kind: str, words: Mapping[str, str]) -> str:
    """What to write for an API version that a server does not take: the first of those that it has, with the others beside it."""
    if not versions:
        return words["kind_nothing"].format(kind=kind[:_LONG])
    hint = words["kind_instead"].format(version=versions[0])
    others = words["kind_others"].format(versions=words["listed"].join(versions[1:])) if versions[1:] else ""
    return words["separator"].join(filter(None, (hint, others)))


def _about_kind(
    rule: str, field: str, gvk: GroupVersionKind, message: str, words: Mapping[str, str], hints: tuple[str, ...]
) -> ObjectFinding:
    return ObjectFinding(
        layer=Layer.CLUSTER if rule == "kind-unknown" else Layer.SERVER,
        level=Level.ERR,
        rule=rule,
        code="NoMatch",
        message=message,
        steps=(field,),
        value=gvk.kind if field == "kind" else gvk.api_version,
        help=words["separator"].join(filter(None, hints)),
    )


def _placed(finding: ObjectFinding, document: Document) -> Placed:
    at_key = finding.code == UNKNOWN or (
        bool(finding.steps) and isinstance(finding.steps[-1], tuple) and finding.value is finding.steps[-1][0]
    )
    line, column = document.place(finding.steps, key=at_key)
    word = document.word(finding.steps) if finding.code == WRONG_TYPE else ""
    return Placed(line=line, column=column, written=document.written(finding.steps), word=word, finding=finding)


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _no_kind(document: Document) -> Fault | None:
    """The fault of a document that is not an object of Kubernetes, or None."""
    data = document.data
    if not isinstance(data, dict):
        what = "a list" if isinstance(data, list) else "a single value"
        return Fault(
            rule="manifest-no-object",
            message=f"the document is {what}, not an object with apiVersion and kind",
            line=document.mark.line,
            column=document.mark.column,
            hint="put each object in a document of its own",
        )
    for name in ("apiVersion", "kind"):
        if not isinstance(data.get(name), str) or not data[name]:
            line, column = document.place((name,))
            return Fault(
                rule="manifest-without-kind",
                message=f"{name} is missing" if data.get(name) in (None, "") else f"{name} is not a string",
                line=line,
                column=column,
                hint="every object needs an apiVersion and a kind",
            )
    return None

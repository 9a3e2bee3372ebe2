"""The objects of manifests, each validated: what `codegen validate` knows when it has read everything."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from codegen.diagnostics import CodegenError
from codegen.levels import Level
from codegen.locales import ENGLISH
from codegen.source import Source
from codegen.validation import manifest
from codegen.validation.engine import UNKNOWN
from codegen.validation.finding import Finding
from codegen.validation.manifest import Document, Fault
from codegen.validation.schemas import Schemas
from codegen.validation.server import Decide
from codegen.validation.status import status
from codegen.validation.validator import Url

_LIST = ("v1", "List")
MOST = 1000  # findings of one object; more say nothing new


class Options(Struct, frozen=True, kw_only=True):
    """What holds for all objects of a run."""

    kubernetes_version: str = ""
    url: Url | None = None
    field_validation: str = "Strict"
    locale: str = ENGLISH
    decide: Decide | None = None


class Placed(Struct, frozen=True, kw_only=True):
    """A finding or a fault of the file with its line and column."""

    line: int
    column: int
    finding: Finding | None = None
    fault: Fault | None = None


class Resource(Struct, frozen=True, kw_only=True):
    """One object of a manifest. `state` is valid, invalid, skipped (no schema) or error (it says no kind); `schema` where that comes from."""

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
        """Whether something of it could not be read."""
        return any(each.fatal for each in self.faults)


def check(source: Source, schemas: Schemas, options: Options) -> File:
    """Read and validate all objects of a file. Raises `CodegenError` only for schemas and rules that cannot be read."""
    read = manifest.read(source)
    documents = [one for each in read.documents for one in _items(each)]
    made = tuple(_resource(source.path, number, each, schemas, options) for number, each in enumerate(documents, 1))
    return File(path=source.path, resources=made, faults=tuple(read.faults))


def unreadable(path: str, error: CodegenError) -> File:
    """A file that could not be read at all."""
    faults = [
        Fault(
            rule=each.rule,
            message=each.message,
            line=each.span.line,
            column=each.span.column,
            hint=each.hint,
            fatal=True,
        )
        for each in error.diagnostics
    ]
    return File(path=path, faults=tuple(faults))


def _items(document: Document) -> Iterator[Document]:
    """The objects of a document: itself, or what a List holds."""
    data = document.data
    if isinstance(data, dict) and (data.get("apiVersion"), data.get("kind")) == _LIST:
        items = data.get("items")
        if isinstance(items, list):
            yield from (document.inner(("items", index)) for index in range(len(items)))
            return
    yield document


def _resource(path: str, number: int, document: Document, schemas: Schemas, options: Options) -> Resource:
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
    chosen = schemas.of(data)
    found: tuple[Finding, ...] = ()
    answer: dict[str, object] = {}
    if chosen is not None:
        found = chosen.validator.validate(
            data,
            kubernetes_version=options.kubernetes_version or None,
            url=options.url,
            decide=options.decide,
            field_validation=options.field_validation,
            locale=options.locale,
            key=chosen.key,
        )
        kind = chosen.validator.kind_of(chosen.key, data)
        answer = status(found, kind, _word(named.get("name"))) if kind is not None else {}
    invalid = any(each.level is Level.ERR for each in found)
    return Resource(
        path=path,
        number=number,
        line=line,
        column=column,
        state="skipped" if chosen is None else "invalid" if invalid else "valid",
        api_version=data["apiVersion"],
        kind=data["kind"],
        name=_word(named.get("name")),
        namespace=_word(named.get("namespace")),
        schema=chosen.origin if chosen is not None else "",
        placed=tuple(_placed(each, document) for each in found),
        answer=answer,
    )


def _placed(found: Finding, document: Document) -> Placed:
    at_key = found.code == UNKNOWN or (
        bool(found.steps) and isinstance(found.steps[-1], tuple) and found.value is found.steps[-1][0]
    )
    line, column = document.place(found.steps, key=at_key)
    return Placed(line=line, column=column, finding=found)


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _no_kind(document: Document) -> Fault | None:
    """What keeps a document from being an object of Kubernetes."""
    data = document.data
    if not isinstance(data, dict):
        what = "a list" if isinstance(data, list) else "a single value"
        return Fault(
            rule="manifest-no-object",
            message=f"the document is {what}, an object with apiVersion and kind is expected",
            line=document.mark.line,
            column=document.mark.column,
            hint="put each object into a document of its own",
        )
    for name in ("apiVersion", "kind"):
        if not isinstance(data.get(name), str) or not data[name]:
            line, column = document.place((name,))
            return Fault(
                rule="manifest-without-kind",
                message=f"{name} is not given" if data.get(name) in (None, "") else f"{name} is no string",
                line=line,
                column=column,
                hint="an object says what it is by apiVersion and kind",
            )
    return None

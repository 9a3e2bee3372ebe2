"""Validate all objects of a manifest."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level
from codegen.core.source import Source
from codegen.model import GroupVersionKind, kubernetes
from codegen.readers.documents.document import Document, DocumentStream
from codegen.readers.documents.loader import expand_lists, read_manifests
from codegen.validation.definition_findings import find_definition_errors
from codegen.validation.manifest_objects import (
    DefinitionFile,
    ManifestFile,
    ManifestObject,
    ValidationOptions,
)
from codegen.validation.manifest_schemas import MissingSchema, SchemaFinder, SelectedSchema
from codegen.validation.object_finding import Layer, ObjectFinding, status

NO_MATCH = "NoMatch"  # the code of a missing schema
_KIND_KEYS = ("apiVersion", "kind")
_LONG = 160  # characters of an unknown name


def check_manifest(
    source: Source, schemas: SchemaFinder, options: ValidationOptions
) -> ManifestFile:
    """Read and validate all objects of a file.

    Raises `CodegenError` only for schemas and rules that cannot be read.
    """
    definitions = options.definition_files.get(source)
    if definitions is not None:
        read = definitions.stream
    else:
        read = read_manifests(source)
    file = check_documents(source, read, lambda document: check_object(document, schemas, options))
    documents = [obj.document for obj in file.objects]
    repeated = {
        id(_find_enclosing(fault, documents)) for fault in read.faults if fault.key is not None
    }
    objects = [
        replace(obj, state="invalid")
        if obj.state == "valid" and id(obj.document) in repeated
        else obj
        for obj in file.objects
    ]
    return replace(
        file,
        objects=tuple(_add_refusals(objects, definitions) if definitions is not None else objects),
    )


def check_documents(
    source: Source, read: DocumentStream, check: Callable[[ManifestObject], ManifestObject]
) -> ManifestFile:
    """Check each document of a file, except for those with several objects."""
    faults, joined = _find_missing_separators(read)
    objects_of_file = (
        ManifestObject(path=source.path, number=number, document=document)
        for number, document in enumerate(expand_lists(read.documents), 1)
    )
    objects = tuple(obj if id(obj.document) in joined else check(obj) for obj in objects_of_file)
    return ManifestFile(
        path=source.path, objects=objects, faults=tuple(faults), unreadable=read.unreadable
    )


def _find_missing_separators(stream: DocumentStream) -> tuple[list[Finding], frozenset[int]]:
    """Return the faults of a file, and the ids of the documents with several objects.

    YAML reads objects without `---` between them as one with duplicate keys. Those of a further
    object are one fault.
    """
    faults: list[Finding] = []
    joined: set[int] = set()
    keys: set[object] = set()  # duplicate keys of the further object so far
    current = None
    for fault in stream.faults:
        document = _find_enclosing(fault, stream.documents)
        if document is not current:
            current, keys = document, set()
        is_root = (  # a key of an object in block style
            document is not None
            and fault.key is not None
            and fault.column == document.place()[1]
            and not document.source.text.startswith("{", document.offset(()))
        )
        if (
            document is not None
            and is_root
            and fault.key in _KIND_KEYS
            and (not keys or fault.key in keys)
        ):
            joined.add(id(document))
            keys = {fault.key}
            message = (
                f"another object begins with {fault.key} here, without a line `---` in front of it"
            )
            hint = "write `---` in the line above, so that each object is a document of its own"
            faults.append(
                Finding(
                    level=Level.ERR, rule=fault.rule, message=message, span=fault.span, hint=hint
                )
            )
        elif is_root and keys:
            keys.add(fault.key)
        else:
            faults.append(fault)
    return faults, frozenset(joined)


def _find_enclosing(finding: Finding, documents: Sequence[Document]) -> Document | None:
    """Return the document in which a fault is."""
    count = bisect_right(documents, (finding.line, finding.column), key=Document.place)
    if count:
        return documents[count - 1]
    return None


def _add_refusals(
    objects: list[ManifestObject], definition_file: DefinitionFile
) -> Iterator[ManifestObject]:
    """Add the reasons why a server refuses definitions of custom resources."""
    definitions = [obj for obj in objects if (obj.group, obj.kind) == kubernetes.CUSTOM_DEFINITION]
    documents = [definition.document for definition in definitions]
    faults: dict[int, list[Finding]] = {}
    is_known = any(definition.schema for definition in definitions)
    for error in definition_file.refusals if is_known else ():
        faults.setdefault(id(_find_enclosing(error, documents)), []).append(error)
    for obj in objects:
        more = faults.get(id(obj.document))
        yield obj if more is None else replace(obj, faults=(*obj.faults, *more), state="invalid")


def check_object(
    checked: ManifestObject, schemas: SchemaFinder, options: ValidationOptions
) -> ManifestObject:
    """Validate the object of a document by its schema."""
    document, data = checked.document, checked.document.data
    if fault := _find_kind_error(document):
        return replace(checked, faults=(fault,))
    if isinstance(data.get("metadata"), dict):
        metadata = data["metadata"]
    else:
        metadata = {}
    names = {
        word: text for word in ("name", "namespace") if isinstance(text := metadata.get(word), str)
    }
    checked = replace(checked, api_version=data["apiVersion"], kind=data["kind"], **names)
    chosen = schemas.find(data)
    if chosen:
        checked = validate_object(checked, chosen, options)
    else:
        checked = _explain_missing(checked, schemas, options)
    definitions = options.definition_files.get(document.source)
    invalid = tuple(
        find_definition_errors(
            document,
            checked.findings,
            definitions.reference if definitions is not None else None,
            options.kubernetes_version,
            options.words,
        )
    )
    if invalid:
        checked = replace(checked, findings=(*checked.findings, *invalid), state="invalid")
    return checked


def _explain_missing(
    checked: ManifestObject, schemas: SchemaFinder, options: ValidationOptions
) -> ManifestObject:
    """Report an object without a schema, unless its kind may have none."""
    kind = GroupVersionKind(
        group=checked.group, version=checked.api_version.rpartition("/")[2], kind=checked.kind
    )
    if any(pattern.matches_kind(kind) for pattern in options.allow_unknown):
        return replace(checked, state="skipped")
    why = schemas.explain_missing(checked.api_version, checked.kind)
    finding = _missing_schema_finding(kind, why, options.words.findings)
    return replace(
        checked,
        state="invalid" if why.removed or why.since else "unknown",
        missing=why,
        findings=(finding,),
    )


def validate_object(
    checked: ManifestObject, chosen: SelectedSchema, options: ValidationOptions
) -> ManifestObject:
    """Validate an object by a schema."""
    data = checked.document.data
    findings = chosen.validator.validate(
        data,
        kubernetes_version=options.kubernetes_version or None,
        url=options.url,
        decide=options.decide,
        field_validation=options.field_validation,
        locale=options.locale,
        key=chosen.key,
        old=options.stored.find(data),
    )
    kind = chosen.validator.find_kind(chosen.key, data)
    return replace(
        checked,
        state="invalid" if any(finding.level is Level.ERR for finding in findings) else "valid",
        schema=chosen.origin,
        layer_name=chosen.layer_name,
        findings=findings,
        answer=status(findings, kind, checked.name) if kind is not None else {},
    )


def _missing_schema_finding(
    gvk: GroupVersionKind, why: MissingSchema, words: Mapping[str, str]
) -> ObjectFinding:
    """Return the finding about an object without a schema."""
    names = {"kind": gvk.kind[:_LONG], "version": gvk.api_version[:_LONG], "release": why.release}
    if why.removed or why.since:
        word = "kind_removed" if why.removed else "kind_later"
        return ObjectFinding(
            layer=Layer.SERVER,
            level=Level.ERR,
            rule="kind-removed" if why.removed else "kind-not-yet-served",
            code=NO_MATCH,
            message=words[word].format(since=why.since, removed=why.removed, **names),
            steps=("apiVersion",),
            value=gvk.api_version,
            advice=suggest_versions(why.others, gvk.kind, words),
        )
    elsewhere = words["kind_elsewhere"].format(versions=words["listed"].join(why.others), **names)
    hints = (
        words["close"].format(name=why.close) if why.close else "",
        elsewhere if why.others else "",
        words["kind_source"].format(**names),
    )
    return ObjectFinding(
        layer=Layer.CLUSTER,
        level=Level.ERR,
        rule="kind-unknown",
        code=NO_MATCH,
        message=words["kind_unknown"].format(**names),
        steps=("kind",),
        value=gvk.kind,
        advice=words["separator"].join(filter(None, hints)),
    )


def suggest_versions(versions: Sequence[str], kind: str, words: Mapping[str, str]) -> str:
    """Return advice about the API versions to use instead of a removed one."""
    if not versions:
        return words["kind_nothing"].format(kind=kind[:_LONG])
    hint = words["kind_instead"].format(version=versions[0])
    if versions[1:]:
        other_versions = words["kind_others"].format(versions=words["listed"].join(versions[1:]))
    else:
        other_versions = ""
    return words["separator"].join(filter(None, (hint, other_versions)))


def _find_kind_error(document: Document) -> Finding | None:
    """Return the fault of a document without a kind or a List without items."""
    data, rule, hint = (
        document.data,
        "manifest-no-object",
        "put each object in a document of its own",
    )
    if not isinstance(data, dict):
        if isinstance(data, list):
            contents = "a list"
        else:
            contents = "a single value"
        message = f"the document is {contents}, not an object with apiVersion and kind"
        return Finding(level=Level.ERR, rule=rule, message=message, span=document.span(), hint=hint)
    for name in _KIND_KEYS:
        if not isinstance(data.get(name), str) or not data[name]:
            return Finding(
                level=Level.ERR,
                rule="manifest-without-kind",
                message=f"{name} is missing"
                if data.get(name) in (None, "")
                else f"{name} is not a string",
                span=document.span(name),
                hint="every object needs an apiVersion and a kind",
            )
    if (data["apiVersion"], data["kind"]) == ("v1", "List"):
        message = "the List has no list of objects as its items"
        return Finding(
            level=Level.ERR, rule=rule, message=message, span=document.span("items"), hint=hint
        )
    return None

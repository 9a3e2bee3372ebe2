"""A compact copy of what the sources of a project state, kept beside the list of generated files.

The next check compares it with the sources, so that a change is named by what it means, whatever
was generated. It has the structure of the reference and its English texts, one definition, operation
or text a line, without locations. It is data: reading it makes records of the model and nothing else.
"""

from __future__ import annotations

import json
from typing import Any

from msgspec import Struct

from codegen.core.diagnostics import CodegenError, Finding, Span
from codegen.core.generated_files import FileSet
from codegen.core.locales import ENGLISH
from codegen.core.manifest import COPY_NAME
from codegen.core.ownership import DO_NOT_EDIT, GENERATED
from codegen.core.writing import read_text
from codegen.drift.compare.engine import compare
from codegen.drift.compare.inputs import ComparisonInput
from codegen.findings.finding import Results
from codegen.model import (
    Array,
    CustomResource,
    Definition,
    Field,
    GroupVersionKind,
    Keyword,
    ListType,
    LossyType,
    Map,
    MediaType,
    Operation,
    Page,
    PageSection,
    Parameter,
    PrinterColumn,
    Prose,
    Ref,
    Reference,
    Response,
    Scalar,
    Scale,
)
from codegen.project.config.configuration import Config
from codegen.project.source_changes import SourceChanges, locate_finding

_HEADER = f"# {GENERATED}. {DO_NOT_EDIT}. The next check compares it with the sources.\n"
_TEXT_ID = "#"  # the key with the prose id of a text
_TYPE = "$"  # the key with the name of a record
_NOT_KEPT = frozenset(("category", "link", "places", "schema"))
_RECORDS: dict[str, type[Struct]] = {
    record.__name__: record
    for record in (
        Array,
        CustomResource,
        Definition,
        Field,
        GroupVersionKind,
        Keyword,
        LossyType,
        Map,
        MediaType,
        Operation,
        Page,
        PageSection,
        Parameter,
        PrinterColumn,
        Ref,
        Response,
        Scalar,
        Scale,
    )
}


def write_model_copy(reference: Reference) -> str:
    """Return the text of a copy."""
    records = [
        *reference.definitions.values(),
        *reference.operations.values(),
        *reference.pages,
        *reference.document,
    ]
    written = [_to_json(each) for each in records]
    for text_id, prose in reference.prose.get(ENGLISH, {}).items():
        written.append({_TEXT_ID: text_id, "text": prose.text})
    lines = [json.dumps(each, ensure_ascii=False, sort_keys=True) for each in written]
    return _HEADER + "".join(f"{line}\n" for line in lines)


def read_model_copy(text: str) -> Reference:
    """Read a copy. Raises `ValueError` for another text."""
    definitions: dict[str, Definition] = {}
    operations: dict[str, Operation] = {}
    pages: list[Page] = []
    document: list[Keyword] = []
    texts: dict[str, Prose] = {}
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        try:
            data = json.loads(line)
            if _TEXT_ID in data:
                texts[str(data[_TEXT_ID])] = Prose(text=str(data["text"]), span=Span(path=""))
                continue
            record = _from_json(data)
        except (TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError(str(error)) from None
        if isinstance(record, Definition):
            definitions[record.key] = record
        elif isinstance(record, Operation):
            operations[record.id] = record
        elif isinstance(record, Page):
            pages.append(record)
        elif isinstance(record, Keyword):
            document.append(record)
        else:
            raise ValueError(f"no record of a model: {line[:80]}")
    return Reference(
        definitions=definitions,
        operations=operations,
        pages=tuple(pages),
        document=tuple(document),
        prose={ENGLISH: texts} if texts else {},
    )


def _to_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_to_json(each) for each in value]
    if isinstance(value, Span):
        return value.path
    if not isinstance(value, Struct):
        return value
    written: dict[str, Any] = {_TYPE: type(value).__name__}
    defaults = _defaults(type(value))
    for name in value.__struct_fields__:
        inner = getattr(value, name)
        if name not in _NOT_KEPT and inner != defaults.get(name, _TYPE):
            written[name] = _to_json(inner)
    return written


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_from_json(each) for each in value)
    if not isinstance(value, dict):
        return value
    facts = {name: _from_json(inner) for name, inner in value.items() if name != _TYPE}
    if "span" in facts:
        facts["span"] = Span(path=str(facts["span"]))
    if facts.get("list_type") is not None:
        facts["list_type"] = ListType(facts["list_type"])
    if value[_TYPE] == CustomResource.__name__:
        facts["schema"] = ""
    return _RECORDS[value[_TYPE]](**facts)


def _defaults(record: type[Struct]) -> dict[str, Any]:
    """Return the default of each field of a record that has one."""
    names = record.__struct_fields__[::-1]
    return dict(zip(names, reversed(record.__struct_defaults__), strict=False))


def compare_with_copy(
    config: Config, files: FileSet, reference: Reference, diagnostics: tuple[Finding, ...]
) -> SourceChanges | None:
    """Compare the copy of the last run with what the sources state now.

    Returns None without a copy that can be read.
    """
    text = read_text(config.root, files.copy_path)
    if text is None:
        return None
    if text.replace("\r\n", "\n") == files.model_copy:
        return SourceChanges(findings=())
    try:
        old = read_model_copy(text)
        changes = compare(_make_input(old, ()), _make_input(reference, diagnostics)).changes
    except (ValueError, CodegenError):
        return None
    return SourceChanges(findings=tuple(locate_finding(config, change) for change in changes))


def describe_missing_copy() -> Results:
    """Return the note about a missing copy of the model."""
    note = (
        f"{COPY_NAME} is missing or unreadable, so changes of meaning are only known from generated "
        "schemas; `codegen generate` writes it"
    )
    return Results(command="check", findings=(), notes=(note,))


def _make_input(reference: Reference, diagnostics: tuple[Finding, ...]) -> ComparisonInput:
    return ComparisonInput(
        name="the sources",
        reference=reference,
        whole=reference,
        diagnostics=diagnostics,
        folder=True,
    )

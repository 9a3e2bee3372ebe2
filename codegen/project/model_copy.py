"""A compact copy of what the sources of a project state, kept beside the list of generated files.

The next check compares it with the sources, so that a change is named by what it means, whatever
was generated. It has the structure of the reference and its English texts, one definition, operation
or text a line, without locations. It is data: reading it makes records of the model and nothing else.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from codegen.core.diagnostics import CodegenError, Finding, Span
from codegen.core.generated_files import FileSet
from codegen.core.locales import ENGLISH
from codegen.core.manifest import COPY_NAME
from codegen.core.ownership import DO_NOT_EDIT, GENERATED
from codegen.core.writing import read_text
from codegen.drift.compare.engine import compare
from codegen.drift.compare.inputs import ComparisonInput
from codegen.findings.finding import Results
from codegen.model import Definition, Operation, Page, Prose, Reference
from codegen.model.keywords.keyword import DocumentKeyword
from codegen.model.record import TaggedRecord
from codegen.project.config.configuration import Config
from codegen.project.source_changes import SourceChanges, locate_finding

_HEADER = f"# {GENERATED}. {DO_NOT_EDIT}. The next check compares it with the sources.\n"


class _Text(TaggedRecord, frozen=True, kw_only=True):
    """An English text with its prose id."""

    id: str
    text: str


_Record = Definition | Operation | Page | DocumentKeyword | _Text


def write_model_copy(reference: Reference) -> str:
    """Return the text of a copy."""
    records: list[_Record] = [
        *map(_remove_sources, reference.definitions.values()),
        *reference.operations.values(),
        *reference.pages,
        *reference.document,
    ]
    for text_id, prose in reference.prose.get(ENGLISH, {}).items():
        records.append(_Text(id=text_id, text=prose.text))
    encoder = msgspec.json.Encoder(enc_hook=_encode_span, order="sorted")
    lines = [encoder.encode(record).decode() for record in records]
    return _HEADER + "".join(f"{line}\n" for line in lines)


def _remove_sources(definition: Definition) -> Definition:
    """Remove what a definition repeats of its source: its whole schema, and its places in it."""
    resource = definition.resource
    if resource is not None:
        resource = replace(resource, schema="")
    return replace(definition, places=(), locations=(), resource=resource)


def _encode_span(value: object) -> str:
    """Encode a location as its path, since lines move. Raises `NotImplementedError` for others."""
    if isinstance(value, Span):
        return value.path
    raise NotImplementedError


def _decode_span(_: type, value: str) -> Span:
    return Span(path=value)


def read_model_copy(text: str) -> Reference:
    """Read a copy. Raises `ValueError` for another text."""
    decoder = msgspec.json.Decoder(_Record, dec_hook=_decode_span)
    definitions: dict[str, Definition] = {}
    operations: dict[str, Operation] = {}
    pages: list[Page] = []
    document: list[DocumentKeyword] = []
    texts: dict[str, Prose] = {}
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        match decoder.decode(line):
            case Definition() as definition:
                definitions[definition.key] = definition
            case Operation() as operation:
                operations[operation.id] = operation
            case Page() as page:
                pages.append(page)
            case DocumentKeyword() as keyword:
                document.append(keyword)
            case _Text(id=text_id, text=english):
                texts[text_id] = Prose(text=english, span=Span(path=""))
    return Reference(
        definitions=definitions,
        operations=operations,
        pages=tuple(pages),
        document=tuple(document),
        prose={ENGLISH: texts} if texts else {},
    )


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

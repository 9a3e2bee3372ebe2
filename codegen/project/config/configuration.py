"""Loading of `codegen.yaml` into checked settings.

The JSON Schema of the file finds mistakes with their locations, and records take its values. Further
checks, such as for unknown languages, are in `configuration_checks`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import MappingProxyType

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from codegen.core import manifest, opening, source
from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.locales import SHIPPED, Languages
from codegen.model.selection import Pattern, pattern
from codegen.outputs import registry
from codegen.outputs.output import Output, OutputSettings
from codegen.project.config import file_records
from codegen.project.config.configuration_checks import LANGUAGES, find_mistakes
from codegen.project.config.fetched_sources import FetchedSource, list_fetched_sources
from codegen.project.config.file_records import Check, Site
from codegen.project.config.schema import COMMON
from codegen.project.config.schema_findings import Step, error_at, find_schema_violations
from codegen.readers.built_in.structure import built_ins
from codegen.readers.documents.document import Document
from codegen.readers.documents.loader import read_settings
from codegen.readers.releases import ReleaseSource, release_source
from codegen.readers.sources import SourcePath

NAME = "codegen.yaml"
MISNAMED = ("codegen.yml", ".codegen.yaml", ".codegen.yml", "codegen.json")  # as people may call it


class Config(Struct, frozen=True, kw_only=True):
    """A checked configuration, with paths below the folder of its file or named by the user."""

    root: Path
    name: str
    sources: tuple[SourcePath, ...]
    locales: tuple[str, ...]
    locales_span: Span
    languages: Languages
    translations: str
    outputs: tuple[OutputSettings, ...]
    outputs_span: Span
    select: tuple[Pattern, ...]
    templates: str
    examples: str
    kubernetes: str
    against: tuple[tuple[SourcePath, SourcePath], ...]  # pairs that `check` compares
    check: Check
    history: tuple[ReleaseSource, ...]
    site: Site
    fetched: tuple[FetchedSource, ...]
    pins: Mapping[str, str]
    manifests: tuple[str, ...]


def load(path: str | Path) -> Config:
    """Read and check a configuration.

    Raises `CodegenError` with all mistakes, each at its line and column.
    """
    file, shown = Path(path), str(path)
    if not opening.is_file(file):
        raise _missing_file_error(file, shown)
    document = read_settings(source.load(file, shown))
    outputs = dict(_requested_outputs(document))
    decoded = _decode_file(document, outputs)
    root = file.resolve().parent
    templates = decoded.templates
    if templates:
        languages = Languages(root / templates / LANGUAGES)
    else:
        languages = SHIPPED
    if mistakes := find_mistakes(document, decoded, outputs, languages, root):
        raise CodegenError(*mistakes)
    against: list[tuple[SourcePath, SourcePath]] = []
    for number, entry in enumerate(decoded.list_sources()):
        first = _build_source(root, document, entry, "sources", number)
        for index, second in enumerate(entry.list_second_sources()):
            steps = ("sources", number, "against", index)
            against.append((first, _build_source(root, document, second, *steps)))
    built_outputs = tuple(
        _build_output(document, entry, number, outputs[entry.target])
        for number, entry in enumerate(decoded.outputs)
    )
    folders = [output.folder(locale) for output in built_outputs for locale in decoded.locales]
    return Config(
        root=root,
        name=file.name,
        sources=tuple(_build_sources(root, file.name, document, decoded, folders)),
        locales=decoded.locales,
        locales_span=document.span("locales") if "locales" in document.data else Span(path=shown),
        languages=languages,
        translations=decoded.translations,
        select=_parse_patterns(document, decoded.select, "select"),
        outputs=built_outputs,
        outputs_span=document.span("outputs"),
        templates=templates,
        examples=decoded.examples,
        kubernetes=_parse_kubernetes(document, decoded),
        against=tuple(against),
        check=decoded.check,
        history=tuple(
            release_source(
                _build_source(root, document, entry, "history", number), entry.release, entry.date
            )
            for number, entry in enumerate(decoded.list_releases())
        ),
        site=decoded.site,
        fetched=tuple(list_fetched_sources(document, decoded)),
        pins=MappingProxyType(decoded.pins),
        manifests=decoded.manifests,
    )


def _missing_file_error(file: Path, display_path: str) -> CodegenError:
    """Return the error of a missing configuration.

    A file with nearly this name is probably meant.
    """
    similar = [name for name in MISNAMED if opening.is_file(file.with_name(name))]
    if similar:
        hint = f"rename {file.with_name(similar[0])} to {file.name}, or name it with --config"
    else:
        hint = "`codegen init` writes one; --config names one in another place"
    if opening.is_folder(file):
        problem = "this is a folder"
    else:
        problem = "there is no such file"
    return failure("config-missing", problem, Span(path=display_path), hint)


def override_selection(config: Config, patterns: Sequence[str]) -> Config:
    """Replace the selection of all outputs. Without patterns, return the configuration itself."""
    if not patterns:
        return config
    outputs = tuple(replace(output, select=()) for output in config.outputs)
    return replace(config, outputs=outputs, select=tuple(map(pattern, patterns)))


def enable_drafts(config: Config) -> Config:
    """Show drafts of translations in all outputs with that option."""
    outputs = tuple(
        replace(output, options={**output.options, "drafts": True})
        if "drafts" in output.record.options
        else output
        for output in config.outputs
    )
    return replace(config, outputs=outputs)


def load_languages(file: Path) -> Languages:
    """Load the languages of a configuration, and ignore its mistakes."""
    templates = load_text(file, "templates")
    if templates:
        return Languages(file.parent / templates / LANGUAGES)
    return SHIPPED


def load_text(file: Path, key: str) -> str:
    """Load one text of a configuration, and ignore its mistakes."""
    if not opening.is_file(file):
        return ""
    try:
        text = source.load(file)
        data = read_settings(text).data if key in text.text else {}
    except CodegenError:
        return ""
    value = data.get(key) if isinstance(data, dict) else None
    if isinstance(value, str):
        return value
    return ""


def _decode_file(document: Document, outputs: Mapping[str, Output]) -> file_records.File:
    """Decode the file into records. Raises `CodegenError` with all violations of the schema."""
    if violations := find_schema_violations(document, outputs.values()):
        raise CodegenError(*violations)
    return msgspec.convert(document.data, file_records.File)


def _requested_outputs(document: Document) -> Iterator[tuple[str, Output]]:
    """Yield the requested outputs by name.

    Raises `CodegenError` for a plug-in that cannot be loaded.
    """
    data = document.data
    if isinstance(data, dict):
        outputs = data.get("outputs")
    else:
        outputs = None
    for number, entry in enumerate(outputs if isinstance(outputs, list) else ()):
        if isinstance(entry, dict):
            target = entry.get("target")
        else:
            target = None
        place = document.span("outputs", number, "target")
        if isinstance(target, str) and (output := registry.find(target, place)):
            yield target, output


def _parse_kubernetes(document: Document, decoded: file_records.File) -> str:
    """Resolve the release of Kubernetes' own types. Raises `CodegenError` if it is not bundled."""
    if not decoded.kubernetes:
        return ""
    try:
        return built_ins().release_name(decoded.kubernetes)
    except ValueError as error:
        hint = "name one of these releases, in quotes, or leave it out for the newest"
        raise CodegenError(
            error_at(
                document,
                "release-not-bundled",
                str(error),
                hint,
                "kubernetes",
                arguments=(decoded.kubernetes,),
            )
        ) from None


def _build_sources(
    root: Path, name: str, document: Document, decoded: file_records.File, folders: Sequence[str]
) -> Iterator[SourcePath]:
    """Yield the sources, with the files of earlier runs to the folders of outputs, which are none."""
    record = manifest.read_lists(root, name, folders)
    own_files = {root / path for path in (name, *record.files, *record.lists)}
    unproven = {root / path for path, digest in record.files.items() if not digest}
    for number, entry in enumerate(decoded.list_sources()):
        source = _build_source(root, document, entry, "sources", number)
        yield replace(
            source,
            outputs=frozenset(own_files - unproven),
            unproven=frozenset(unproven),
            is_fetched=bool(entry.url),
        )


def _build_source(
    root: Path, document: Document, entry: file_records.SecondSource, *steps: Step
) -> SourcePath:
    """Build a source from its entry at these steps."""
    place = document.span(*steps, "path")
    return SourcePath(
        path=root / entry.path,
        display_path=entry.path,
        locale=entry.locale,
        place=place,
        project=root,
    )


def _build_output(
    document: Document, entry: file_records.Output, number: int, record: Output
) -> OutputSettings:
    place = document.span("outputs", number)
    if "\\" in entry.to:
        slashes = PurePosixPath(entry.to.replace("\\", "/"))
        raise failure(
            "output-odd",
            f"{entry.to!r} contains a backslash, which separates no folders here",
            document.span("outputs", number, "to"),
            f"write `to: {slashes}`",
            arguments=(entry.to,),
        )
    if manifest.leads_outside(entry.to):
        raise failure(
            "output-outside",
            f"{entry.to!r} is not inside the folder of this file",
            place,
            "outputs stay below codegen.yaml; move the file up, or change `to`",
            arguments=(entry.to,),
        )
    options = {
        name: value
        for name, value in document.data["outputs"][number].items()
        if name not in COMMON
    }
    layout = next(
        (entry for entry in record.layouts if entry.name == options.get("layout", entry.name)),
        record,
    )
    options_of_layouts = set().union(*(candidate.options for candidate in record.layouts))
    other_options = options_of_layouts.difference(layout.options)
    for name in sorted(other_options.intersection(options)):
        raise failure(
            "option-of-another-target",
            f"the layout {layout.name} has no option {name!r}",
            document.span("outputs", number, name),
            "remove it, or choose the layout that has it",
            arguments=(layout.name, name),
        )
    select = _parse_patterns(document, entry.select, "outputs", number, "select")
    return OutputSettings(
        record=record,
        to=str(PurePosixPath(entry.to)),
        options=MappingProxyType(options),
        select=select,
        span=place,
    )


def _parse_patterns(
    document: Document, texts: tuple[str, ...], *steps: Step
) -> tuple[Pattern, ...]:
    """Parse selection patterns, each with its location."""
    return tuple(pattern(text, document.span(*steps, number)) for number, text in enumerate(texts))

"""Loading of `codegen.yaml` into checked settings.

The JSON Schema of the file finds faults with their locations, and records take its values. Further
checks, such as for unknown languages, are here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from codegen.config import file_records
from codegen.config.file_records import Check, Site
from codegen.config.schema import COMMON, fault, find_schema_faults
from codegen.core import manifest, opening, source
from codegen.core.diagnostics import CodegenError, Finding, Span, failure
from codegen.core.locales import SHIPPED, Languages
from codegen.kube.constraints import WORDS, Limits
from codegen.model import naming
from codegen.model.selection import Pattern, pattern
from codegen.outputs import registry
from codegen.outputs.output import Output
from codegen.readers.built_in.structure import built_ins
from codegen.readers.documents.document import Document
from codegen.readers.documents.loader import read_settings
from codegen.readers.releases import ReleaseSource, release_source
from codegen.readers.sources import SourcePath

NAME = "codegen.yaml"
MISNAMED = ("codegen.yml", ".codegen.yaml", ".codegen.yml", "codegen.json")  # as people may call it
LANGUAGES = "locales"  # the folder of own languages, below the templates
_BRACES = re.compile(r"\{[^{}]*\}?|\}")
_NAMELESS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]"
)  # control characters and lone surrogates


class OutputSettings(Struct, frozen=True, kw_only=True):
    """The settings of an output, with its record, its folder and its own options.

    `to` may contain `{locale}`.
    """

    record: Output
    to: str
    options: Mapping[str, Any]
    select: tuple[Pattern, ...]  # replaces the selection of the configuration
    span: Span

    def folder(self, locale: str) -> str:
        """Return the folder for a language."""
        return self.to.replace("{locale}", locale)


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


def load(path: str | Path) -> Config:
    """Read and check a configuration.

    Raises `CodegenError` with every fault, each at its line and column.
    """
    file, shown = Path(path), str(path)
    if not opening.is_file(file):
        raise _missing_file_error(file, shown)
    document = read_settings(source.load(file, shown))
    outputs = dict(_requested_outputs(document))
    decoded = _decode_file(document, outputs)
    root = file.resolve().parent
    templates = decoded.templates
    languages = Languages(root / templates / LANGUAGES) if templates else SHIPPED
    if faults := [
        *_find_unknown_locales(document, decoded, languages),
        *_find_invalid_folders(document, decoded),
        *_find_invalid_package_names(document, decoded, outputs),
        *_find_shared_folders(document, decoded),
        *_find_missing_folders(document, root),
        *_find_outside_baseline(document, decoded, root),
    ]:
        raise CodegenError(*faults)
    against = [
        (
            _build_source(root, document, entry, "sources", number),
            _build_source(root, document, second, "sources", number, "against", index),
        )
        for number, entry in enumerate(decoded.sources)
        for index, second in enumerate(entry.against)
    ]
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
            for number, entry in enumerate(decoded.history)
        ),
        site=decoded.site,
    )


def _missing_file_error(file: Path, shown: str) -> CodegenError:
    """Return the error of a missing configuration.

    A file with nearly this name is probably meant.
    """
    similar = [name for name in MISNAMED if opening.is_file(file.with_name(name))]
    if similar:
        hint = f"rename {file.with_name(similar[0])} to {file.name}, or name it with --config"
    else:
        hint = "`codegen init` writes one; --config names one in another place"
    what = "this is a folder" if opening.is_folder(file) else "there is no such file"
    return failure("config-missing", what, Span(path=shown), hint)


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
    """Load the languages of a configuration, and ignore its faults."""
    templates = load_text(file, "templates")
    return Languages(file.parent / templates / LANGUAGES) if templates else SHIPPED


def load_text(file: Path, key: str) -> str:
    """Load one text of a configuration, and ignore its faults."""
    if not opening.is_file(file):
        return ""
    try:
        text = source.load(file)
        data = read_settings(text).data if key in text.text else {}
    except CodegenError:
        return ""
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""


def _decode_file(document: Document, outputs: Mapping[str, Output]) -> file_records.File:
    """Decode the file into records. Raises `CodegenError` with all faults.

    jsonschema is slow to import, so it only runs for files that are not certainly valid.
    """
    data = document.data
    with suppress(msgspec.ValidationError, UnicodeEncodeError, AttributeError, TypeError, KeyError):
        decoded = _convert(data)
        if _is_certainly_valid(data, outputs):
            return decoded
    if faults := find_schema_faults(document, tuple(outputs.values())):
        raise CodegenError(*faults)
    return _convert(data)


def _convert(data: dict[str, Any]) -> file_records.File:
    sources = {name: _expand_sources(data.get(name, [])) for name in _SOURCE_KEYS if name in data}
    return msgspec.convert({**data, **sources}, file_records.File)


_SOURCE_KEYS = {
    "sources": {"path", "locale", "against"},
    "history": {"path", "locale", "release", "date"},
}


def _is_certainly_valid(data: dict[str, Any], outputs: Mapping[str, Output]) -> bool:
    """Return whether data certainly conform to the JSON Schema, given that they can be converted to
    records.

    Raises KeyError for an unknown target.
    """
    entries = [(keys, each) for name, keys in _SOURCE_KEYS.items() for each in data.get(name, ())]
    locales = data.get("locales", ())
    return (
        all(isinstance(data.get(name, []), list) for name in _SOURCE_KEYS)
        and all(
            isinstance(each, str)
            or (each.keys() <= keys and isinstance(each.get("against", ""), str))
            for keys, each in entries
        )
        and len(set(locales)) == len(locales)
        and all(
            _is_valid_option(outputs[each["target"]], *item)
            for each in data["outputs"]
            for item in each.items()
        )
    )


def _is_valid_option(output: Output, name: str, value: object) -> bool:
    """Return whether a key of an output certainly has a permitted value."""
    schema = output.options.get(name)
    if schema is None or not schema.keys() <= WORDS | {"description"}:
        return name in COMMON
    return Limits.from_schema(schema).holds(value)


def _expand_sources(written: Any) -> list[dict[str, Any]]:
    """Return sources as lists of mappings, also single sources and paths alone."""
    entries = written if isinstance(written, list) else [written]
    found = (entry if isinstance(entry, dict) else {"path": entry} for entry in entries)
    return [{**entry, "against": _expand_sources(entry.get("against", []))} for entry in found]


def _requested_outputs(document: Document) -> Iterator[tuple[str, Output]]:
    """Yield the requested outputs by name.

    Raises `CodegenError` for a plug-in that cannot be loaded.
    """
    data = document.data
    outputs = data.get("outputs") if isinstance(data, dict) else None
    for number, entry in enumerate(outputs if isinstance(outputs, list) else ()):
        target = entry.get("target") if isinstance(entry, dict) else None
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
            fault(document, "release-not-bundled", str(error), hint, "kubernetes")
        ) from None


def _build_sources(
    root: Path, name: str, document: Document, decoded: file_records.File, folders: Sequence[str]
) -> Iterator[SourcePath]:
    """Yield the sources, with the files of earlier runs to the folders of outputs, which are none."""
    record = manifest.read_lists(root, name, folders)
    own_files = {root / path for path in (name, *record.files, *record.lists)}
    unproven = {root / path for path, digest in record.files.items() if not digest}
    for number, entry in enumerate(decoded.sources):
        source = _build_source(root, document, entry, "sources", number)
        yield replace(source, outputs=frozenset(own_files - unproven), unproven=frozenset(unproven))


def _build_source(
    root: Path, document: Document, entry: file_records.Source, *steps: str | int
) -> SourcePath:
    """Build a source from its entry at these steps."""
    place = document.span(*steps, "path")
    return SourcePath(
        path=root / entry.path, shown=entry.path, locale=entry.locale, place=place, project=root
    )


def _build_output(
    document: Document, entry: file_records.Output, number: int, record: Output
) -> OutputSettings:
    place = document.span("outputs", number)
    path = PurePosixPath(entry.to)
    if "\\" in entry.to:
        slashes = PurePosixPath(entry.to.replace("\\", "/"))
        raise failure(
            "output-odd",
            f"{entry.to!r} contains a backslash, which separates no folders here",
            document.span("outputs", number, "to"),
            f"write `to: {slashes}`",
        )
    if path.is_absolute() or ".." in path.parts:
        raise failure(
            "output-outside",
            f"{entry.to!r} is not inside the folder of this file",
            place,
            "outputs stay below codegen.yaml; move the file up, or change `to`",
        )
    options = {
        name: value
        for name, value in document.data["outputs"][number].items()
        if name not in COMMON
    }
    layout = next(
        (each for each in record.layouts if each.name == options.get("layout", each.name)), record
    )
    others = {name for each in record.layouts for name in each.options} - layout.options.keys()
    for name in sorted(others & options.keys()):
        raise failure(
            "option-of-another-target",
            f"the layout {layout.name} has no option {name!r}",
            document.span("outputs", number, name),
            "remove it, or choose the layout that has it",
        )
    select = _parse_patterns(document, entry.select, "outputs", number, "select")
    return OutputSettings(
        record=record, to=str(path), options=MappingProxyType(options), select=select, span=place
    )


def _parse_patterns(
    document: Document, texts: tuple[str, ...], *steps: str | int
) -> tuple[Pattern, ...]:
    """Parse selection patterns, each with its location."""
    return tuple(pattern(text, document.span(*steps, number)) for number, text in enumerate(texts))


def _find_unknown_locales(
    document: Document, decoded: file_records.File, languages: Languages
) -> Iterator[Finding]:
    """Find unknown languages, and languages of settings that no output has."""
    named: list[tuple[str, tuple[str | int, ...]]] = [
        (tag, ("locales", index)) for index, tag in enumerate(decoded.locales)
    ]
    named.append((decoded.messages, ("messages",)))
    for name, entries in (("sources", decoded.sources), ("history", decoded.history)):
        for number, entry in enumerate(entries):
            named.append((entry.locale, (name, number, "locale")))
            named += [
                (each.locale, (name, number, "against", at, "locale"))
                for at, each in enumerate(entry.against)
            ]
    for tag, place in named:
        if tag and tag not in languages.available():
            plain = tag.lower().replace("_", "-")
            other = f"{LANGUAGES}/{tag}.toml in the folder that `templates` names adds one"
            hint = f"there are {', '.join(languages.available())}; {f'write the tag as {plain}' if plain != tag else other}"
            yield fault(document, "locale-unknown", f"there is no locale {tag!r}", hint, *place)
    for number, output in enumerate(document.data["outputs"]):
        if (tag := output.get("docstrings", decoded.locales[0])) not in decoded.locales:
            yield fault(
                document,
                "locale-not-written",
                f"docstrings in {tag!r}, which is not one of the locales",
                f"name one of {', '.join(decoded.locales)}, or add it to them",
                *("outputs", number, "docstrings"),
            )
    shares = decoded.check.untranslated
    for tag in shares if isinstance(shares, dict) else ():
        if tag != "*" and tag not in decoded.locales:
            yield fault(
                document,
                "locale-not-written",
                f"a share of untranslated texts for {tag!r}, which is not one of the locales",
                f"name one of {', '.join(decoded.locales)}, or * for all others",
                *("check", "untranslated", tag),
                key=True,
            )


def _find_invalid_folders(document: Document, decoded: file_records.File) -> Iterator[Finding]:
    """Find folders of outputs with impossible names or unknown placeholders."""
    for number, entry in enumerate(decoded.outputs):
        place = ("outputs", number, "to")
        if odd := [found for found in _BRACES.findall(entry.to) if found != "{locale}"]:
            yield fault(
                document,
                "output-odd",
                f"{odd[0]} has no meaning in {entry.to!r}",
                "write {locale} for the language",
                *place,
            )
        elif nameless := _NAMELESS.search(entry.to):
            message = f"{entry.to!r} contains {nameless[0]!r}, a character that names of folders should not have"
            yield fault(document, "output-odd", message, "remove it", *place)


def _find_invalid_package_names(
    document: Document, decoded: file_records.File, outputs: Mapping[str, Output]
) -> Iterator[Finding]:
    """Find folders of Python packages that cannot be imported. Names above `src` do not matter."""
    for number, entry in enumerate(decoded.outputs):
        parts = PurePosixPath(entry.to).parts
        if (
            not outputs[entry.target].package
            or PurePosixPath(entry.to).is_absolute()
            or ".." in parts
        ):
            continue
        above = len(parts) - parts[::-1].index("src") if "src" in parts else 0
        if odd := [part for part in parts[above:] if not naming.is_identifier(part)]:
            names = "/".join(naming.package_name(part) if part in odd else part for part in parts)
            language = "; `docstrings` says the language of one" if "{locale}" in odd else ""
            yield fault(
                document,
                "folder-no-package",
                f"{odd[0]!r} in {entry.to!r} cannot be imported: it is not the name of a Python package",
                f"write `to: {names}`{language}",
                *("outputs", number, "to"),
            )


def _find_shared_folders(document: Document, decoded: file_records.File) -> Iterator[Finding]:
    """Find outputs of one target that write to one folder."""
    first: dict[tuple[str, PurePosixPath], int] = {}
    for number, entry in enumerate(decoded.outputs):
        folders = {
            PurePosixPath(entry.to.replace("{locale}", locale)) for locale in decoded.locales
        }
        shared = [
            place
            for folder in sorted(folders)
            if (place := first.get((entry.target, folder))) is not None
        ]
        if shared:
            earlier = document.span("outputs", shared[0])
            yield fault(
                document,
                "path-taken",
                f"the {entry.target} output at {earlier} writes files with the same names to this folder",
                "give one of them another folder in `to`, or make one output of both: `select` takes several patterns",
                *("outputs", number, "to"),
            )
        first.update(
            {
                (entry.target, folder): number
                for folder in folders
                if (entry.target, folder) not in first
            }
        )


def _find_missing_folders(document: Document, root: Path) -> Iterator[Finding]:
    data = document.data
    folders = {
        "translations": "translations-missing",
        "templates": "templates-missing",
        "examples": "examples-missing",
    }
    for name, rule in folders.items():
        if name in data and not opening.is_folder(root / data[name]):
            hint = "create it, or correct the path"
            yield fault(document, rule, f"there is no folder {data[name]!r}", hint, name)


def _find_outside_baseline(
    document: Document, decoded: file_records.File, root: Path
) -> Iterator[Finding]:
    """Find a baseline outside of the folder of the configuration. `--baseline` may name any."""
    baseline = decoded.check.baseline
    path = PurePosixPath(baseline)
    is_outside = path.is_absolute() or ".." in path.parts or "\\" in baseline
    if baseline and (is_outside or not opening.is_within(root / baseline, root)):
        yield fault(
            document,
            "baseline-outside",
            f"{baseline!r} is not inside the folder of this file, or is a link that leads out of it",
            "name a file below codegen.yaml; `--baseline FILE` on the command line may name any file",
            *("check", "baseline"),
        )

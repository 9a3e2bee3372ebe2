"""The first `codegen.yaml` of a project, made for the sources in its folder.

The sources decide the languages. Bundled catalogs are added if they translate most texts. An
example begins with the bundled page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import yaml
from msgspec import Struct
from msgspec.structs import replace

from codegen.core import resources, source
from codegen.core.diagnostics import Report, SourceError, Span, failure
from codegen.core.escaping.documents import yaml_quoted, yaml_scalar
from codegen.core.locales import ENGLISH, SHIPPED
from codegen.model import Definition, Reference
from codegen.model.kubernetes import is_list_key, version_rank
from codegen.outputs.job import roots
from codegen.outputs.python.units import Units
from codegen.outputs.render import Renderer
from codegen.project.source_groups import FoundSource
from codegen.project.source_search import SourceSearch, named_source
from codegen.readers.built_in import completion
from codegen.readers.built_in.structure import built_ins
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation import po

_TRANSLATIONS = "translations"
_UNMARKED = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./+-]*\Z")
_EXAMPLES = 3  # kinds in the commented `select`
_LEAST_SHARE = 0.5  # the share of texts that makes a catalog or a language useful
_LEAST_TEXTS = 5  # texts of a source file in a useful catalog


class StarterConfig(Struct, frozen=True, kw_only=True):
    """A first configuration with its sources and companion files.

    `passed_over` has a line for each path that somebody may expect to be read, and `other_files`
    lines for the others. `kinds` counts the kinds of the sources.
    """

    text: str
    sources: tuple[FoundSource, ...]
    locales: tuple[str, ...]
    kinds: int
    files: Mapping[str, str]
    passed_over: tuple[str, ...] = ()
    other_files: tuple[str, ...] = ()


class _Inputs(Struct, frozen=True, kw_only=True):
    """The sources of a first configuration, where they are now, and what the search for them has
    seen.
    """

    files: Mapping[FoundSource, Path]
    is_example: bool = False
    history: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    other_files: tuple[str, ...] = ()


def starter(
    folder: Path, named: Path | None, locales: Sequence[str], *, is_example: bool = False
) -> StarterConfig:
    """Build the configuration for a named source, the sources in the folder, or the bundled page.

    `locales` replaces the detected languages. Raises `CodegenError` for an unknown language, for a
    folder without sources, and for sources that are missing, empty, unreadable or incomplete.
    """
    for tag in locales:
        SHIPPED.get(tag)
    if is_example:
        inputs = _example_inputs()
    else:
        inputs = _find_inputs(folder, named)
    files: dict[str, str] = {}
    if inputs.is_example:
        files = {
            input_file.path: source.load(file).text for input_file, file in inputs.files.items()
        }
    reference = _read_without_errors(inputs)
    languages = _find_languages(reference)
    bundled = [
        po.load_catalog(file, file.stem)
        for file in sorted((resources.schemas() / "translations").glob("*.po"))
    ]
    catalogs = [catalog for catalog in bundled if _has_translations(catalog, reference)]
    locales_found = languages | _added_languages(catalogs, reference) or {ENGLISH}
    chosen = tuple(locales) or tuple(sorted(locales_found, key=lambda tag: (tag != ENGLISH, tag)))
    needed = [catalog for catalog in catalogs if _is_needed(catalog, reference, chosen)]
    for catalog in needed:
        locale = catalog.locale if catalog.locale in chosen else ENGLISH
        path = f"{_TRANSLATIONS}/{locale}.po"
        if not (folder / path).exists():
            files[path] = _catalog_text(catalog, reference, locale)
    kinds = _list_kinds(reference)
    listed = [_omit_obvious_language(found_source) for found_source in inputs.files]
    is_english_complete = 0 < len(reference.text_ids) == len(reference.prose.get(ENGLISH, ()))
    text = Renderer("init", {"scalar": write_scalar}).render(
        "codegen.yaml.j2",
        sources=listed,
        locales=chosen,
        has_translations=bool(needed),
        examples=_list_examples(reference, kinds),
        history=inputs.history,
        english_in_comments=is_english_complete and ENGLISH not in (*languages, *chosen),
        newest=built_ins().newest,
        has_several_units=_has_several_units(reference),
        pins={},
    )
    return StarterConfig(
        text=text,
        sources=tuple(inputs.files),
        locales=chosen,
        kinds=len(kinds),
        files=files,
        passed_over=inputs.passed_over,
        other_files=inputs.other_files,
    )


def _has_several_units(reference: Reference) -> bool:
    """Return whether generated Python has packages that import each other.

    They need a package around them that can be imported.
    """
    completed = completion.complete(reference, "", Report())
    return len(Units(completed).units) > 1


def _omit_obvious_language(found_source: FoundSource) -> FoundSource:
    """Leave out the language of English pages, which their path tells."""
    if found_source.locale == ENGLISH == SHIPPED.detect("", found_source.path):
        return replace(found_source, locale="")
    return found_source


def _find_inputs(folder: Path, named: Path | None) -> _Inputs:
    """Return the named source, or all of the folder. Raises `CodegenError` if there is none."""
    if named is not None:
        source = named_source(folder, named)
        return _Inputs(files={source: folder / source.path})
    search = SourceSearch(folder)
    sources = search.sources()
    if not sources:
        raise search.no_source_error()
    return _Inputs(
        files={source: folder / source.path for source in sources},
        history=search.history,
        passed_over=tuple(search.passed_over()),
        other_files=tuple(search.other_files()),
    )


def _read_without_errors(inputs: _Inputs) -> Reference:
    """Read the sources. Raises `SourceError` with all findings if one is incomplete."""
    report = Report()
    paths = [
        SourcePath(path=file, display_path=input_file.path, locale=input_file.locale)
        for input_file, file in inputs.files.items()
    ]
    reference = read_sources(paths, report)
    if report.has_errors:
        raise SourceError(*report.diagnostics)
    if not reference.definitions:
        first = next(iter(inputs.files))
        empty = failure(
            "nothing-to-write",
            "the sources describe no kind and no type",
            Span(path=first.path),
            "`codegen inspect` shows what was read; is the file cut off?",
        )
        raise SourceError(*report.diagnostics, *empty.diagnostics)
    return reference


def _example_inputs() -> _Inputs:
    """Return the bundled pages as sources of the project, each with its file in the package."""
    pages = {
        FoundSource(
            path=f"sources/{page.name}", what="the bundled page", locale=page.name.split(".")[-2]
        ): page
        for page in sorted((resources.schemas() / "sources").glob("*.txt"))
    }
    return _Inputs(files=pages, is_example=True)


def _find_languages(reference: Reference) -> set[str]:
    """Return the languages of the sources. English in comments of a page does not count."""
    of_pages = {page.span.path: page.locale for page in reference.pages}
    languages: set[str] = set()
    for locale, texts in reference.prose.items():
        paths = {text.span.path for text in texts.values()}
        if any(of_pages.get(path, locale) == locale for path in paths):
            languages.add(locale)
    return languages


def _has_translations(catalog: po.Catalog, reference: Reference) -> bool:
    """Return whether a catalog has most texts of a source file."""
    ids: dict[str, set[str]] = {}
    for texts in reference.prose.values():
        for prose_id, text in texts.items():
            ids.setdefault(text.span.path, set()).add(prose_id)
    translated = {path: inside & catalog.entries.keys() for path, inside in ids.items()}
    return any(
        len(translated[path]) >= max(_LEAST_TEXTS, _LEAST_SHARE * len(ids_of_file))
        for path, ids_of_file in ids.items()
    )


def _added_languages(catalogs: Iterable[po.Catalog], reference: Reference) -> set[str]:
    """Return the languages with most texts of the sources, once the catalogs are added."""
    ids = reference.text_ids
    languages = set()
    for catalog in catalogs:
        for locale in (ENGLISH, catalog.locale):
            translated = catalog.entries.keys() | reference.prose.get(locale, {}).keys()
            if len(ids & translated) >= _LEAST_SHARE * len(ids):
                languages.add(locale)
    return languages


def _is_needed(catalog: po.Catalog, reference: Reference, locales: Sequence[str]) -> bool:
    """Return whether a catalog has texts that the sources lack in one of the languages."""
    translated = reference.text_ids & catalog.entries.keys()
    return any(
        translated - reference.prose.get(locale, {}).keys()
        for locale in locales
        if locale in (ENGLISH, catalog.locale)
    )


def _catalog_text(catalog: po.Catalog, reference: Reference, locale: str) -> str:
    """Write the entries of a catalog for the sources, whose own texts come first.

    The catalog of English alone has no translations.
    """
    entries = []
    for prose_id in sorted(reference.text_ids & catalog.entries.keys()):
        entry = catalog.entries[prose_id]
        english = reference.prose.get(ENGLISH, {}).get(prose_id)
        translated = reference.prose.get(catalog.locale, {}).get(prose_id)
        if english is not None:
            entry = replace(entry, english=english.text)
        if locale == ENGLISH:
            entry = replace(entry, translation="")
        elif translated is not None:
            entry = replace(entry, translation=translated.text)
        source_text = english or translated
        places: tuple[str, ...] = ()
        if source_text is not None:
            places = (f"{source_text.span.path}:{source_text.span.line}",)
        entries.append(replace(entry, places=places))
    return po.format_catalog(entries, locale, po.Catalog(locale=locale))


def _list_kinds(reference: Reference) -> list[Definition]:
    """Return the kinds of the sources and other types with files, without lists."""
    definitions = {definition.key: definition for definition in roots(reference)}
    return [
        definition for key, definition in definitions.items() if not is_list_key(key, definitions)
    ]


def _list_examples(reference: Reference, kinds: Sequence[Definition]) -> tuple[str, ...]:
    """Return a few kinds as selection patterns: the stable one with most types of each group."""
    ranked = sorted(
        kinds, key=lambda kind: (_version_rank(kind), -len(reference.closure(kind.key)), kind.key)
    )
    by_group: dict[str, str] = {}
    for kind in ranked:
        if kind.gvk is not None:
            pattern = f"{kind.gvk.api_version}/{kind.gvk.kind}"
        else:
            pattern = kind.key
        by_group.setdefault(kind.gvk.group if kind.gvk is not None else kind.package, pattern)
    return tuple(by_group.values())[:_EXAMPLES]


def _version_rank(kind: Definition) -> int:
    """Rank stable versions before beta and alpha ones."""
    return version_rank(
        kind.gvk.version if kind.gvk is not None else kind.package.rpartition(".")[2]
    )[0]


def write_scalar(text: str) -> str:
    """Write a text as a scalar of YAML, in quotes where it needs them."""
    if _UNMARKED.match(text):
        return yaml_scalar(text)
    return yaml_quoted(text)


def find_blocked_folder(folder: Path, config_text: str) -> str:
    """Return the path of a file where an output of a configuration needs a folder, or an empty
    text.
    """
    for output in yaml.safe_load(config_text)["outputs"]:
        steps = PurePosixPath(output["to"].partition("{")[0]).parts
        for count in range(1, len(steps) + 1):
            path = "/".join(steps[:count])
            if os.path.lexists(folder / path) and not (folder / path).is_dir():
                return path
    return ""

"""Mistakes in `codegen.yaml` that its JSON Schema cannot find, such as unknown languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from codegen.core import manifest, opening
from codegen.core.diagnostics import Finding
from codegen.core.locales import Languages
from codegen.model.file_names import describe_unportable_name
from codegen.outputs import naming
from codegen.outputs.output import Output
from codegen.project.config import file_records
from codegen.project.config.fetched_sources import find_fetching_mistakes
from codegen.project.config.schema_findings import Step, error_at
from codegen.readers.documents.document import Document

LANGUAGES = "locales"  # the folder of own languages, below the templates
_BRACES = re.compile(r"\{[^{}]*\}?|\}")
# Control characters and lone surrogates.
_NAMELESS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def find_mistakes(
    document: Document,
    decoded: file_records.File,
    outputs: Mapping[str, Output],
    languages: Languages,
    root: Path,
) -> list[Finding]:
    """Find all mistakes, each with its location. `root` is the folder of the configuration."""
    mistakes: list[Finding] = []
    mistakes.extend(find_unknown_locales(document, decoded, languages))
    mistakes.extend(find_invalid_folders(document, decoded))
    mistakes.extend(find_invalid_package_names(document, decoded, outputs))
    mistakes.extend(find_shared_folders(document, decoded))
    mistakes.extend(find_missing_folders(document, root))
    mistakes.extend(find_outside_baseline(document, decoded, root))
    mistakes.extend(find_fetching_mistakes(document, decoded))
    return mistakes


def find_unknown_locales(
    document: Document, decoded: file_records.File, languages: Languages
) -> Iterator[Finding]:
    """Find unknown languages, and languages of settings that no output has."""
    named: list[tuple[str, tuple[Step, ...]]] = [
        (tag, ("locales", index)) for index, tag in enumerate(decoded.locales)
    ]
    named.append((decoded.messages, ("messages",)))
    for number, source in enumerate(decoded.list_sources()):
        named.append((source.locale, ("sources", number, "locale")))
        for position, second in enumerate(source.list_second_sources()):
            named.append((second.locale, ("sources", number, "against", position, "locale")))
    for number, release in enumerate(decoded.list_releases()):
        named.append((release.locale, ("history", number, "locale")))
    for tag, place in named:
        if tag and tag not in languages.available():
            repair = f"{LANGUAGES}/{tag}.toml in the folder that `templates` names adds one"
            plain = tag.lower().replace("_", "-")
            if plain != tag:
                repair = f"write the tag as {plain}"
            hint = f"there are {', '.join(languages.available())}; {repair}"
            yield error_at(
                document,
                "locale-unknown",
                f"there is no locale {tag!r}",
                hint,
                *place,
                arguments=(tag,),
                near=(plain,) if plain in languages.available() else (),
                choices=languages.available(),
            )
    for number, output in enumerate(document.data.get("outputs", ())):
        if (tag := output.get("docstrings", decoded.locales[0])) not in decoded.locales:
            yield error_at(
                document,
                "locale-not-written",
                f"docstrings in {tag!r}, which is not one of the locales",
                f"name one of {', '.join(decoded.locales)}, or add it to them",
                "outputs",
                number,
                "docstrings",
                arguments=(tag,),
                choices=tuple(decoded.locales),
            )
    shares = decoded.check.untranslated
    for tag in shares if isinstance(shares, dict) else ():
        if tag != "*" and tag not in decoded.locales:
            yield error_at(
                document,
                "locale-not-written",
                f"a share of untranslated texts for {tag!r}, which is not one of the locales",
                f"name one of {', '.join(decoded.locales)}, or * for all others",
                "check",
                "untranslated",
                tag,
                key=True,
                arguments=(tag,),
                choices=tuple(decoded.locales),
            )


def find_invalid_folders(document: Document, decoded: file_records.File) -> Iterator[Finding]:
    """Find folders of outputs with impossible names or unknown placeholders."""
    for number, entry in enumerate(decoded.outputs):
        place = ("outputs", number, "to")
        placeholders = _BRACES.findall(entry.to)
        if odd := [placeholder for placeholder in placeholders if placeholder != "{locale}"]:
            yield error_at(
                document,
                "output-odd",
                f"{odd[0]} has no meaning in {entry.to!r}",
                "write {locale} for the language",
                *place,
                arguments=(
                    odd[0],
                    entry.to,
                ),
            )
        elif nameless := _NAMELESS.search(entry.to):
            message = f"{entry.to!r} contains {nameless[0]!r}, a character that names of folders should not have"
            yield error_at(
                document,
                "output-odd",
                message,
                "remove it",
                *place,
                arguments=(
                    entry.to,
                    nameless[0],
                ),
            )
        elif manifest.is_reserved(entry.to):
            message = f"{entry.to!r} is a folder of Git or one of codegen's own names"
            yield error_at(
                document,
                "output-odd",
                message,
                "name another folder",
                *place,
                arguments=(entry.to,),
            )
        elif problem := _find_unportable_name(entry.to):
            hint = "name another folder, since a checkout on Windows fails"
            yield error_at(
                document,
                "output-odd",
                problem,
                hint,
                *place,
                arguments=(entry.to,),
            )


def _find_unportable_name(folder: str) -> str:
    """Describe the first part of a path that Windows cannot have, else return an empty string.

    Backslashes and `..` have errors of their own.
    """
    for part in PurePosixPath(folder).parts:
        if part != ".." and (problem := describe_unportable_name(part)):
            return f"{part!r} {problem}"
    return ""


def find_invalid_package_names(
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
        if "src" in parts:
            above = len(parts) - parts[::-1].index("src")
        else:
            above = 0
        if odd := [part for part in parts[above:] if not naming.is_identifier(part)]:
            names = "/".join(naming.package_name(part) if part in odd else part for part in parts)
            if "{locale}" in odd:
                language = "; `docstrings` says the language of one"
            else:
                language = ""
            yield error_at(
                document,
                "folder-no-package",
                f"{odd[0]!r} in {entry.to!r} cannot be imported: it is not the name of a Python package",
                f"write `to: {names}`{language}",
                "outputs",
                number,
                "to",
                arguments=(
                    odd[0],
                    entry.to,
                ),
            )


def find_shared_folders(document: Document, decoded: file_records.File) -> Iterator[Finding]:
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
            yield error_at(
                document,
                "path-taken",
                f"the {entry.target} output at {earlier} writes files with the same names to this folder",
                "give one of them another folder in `to`, or make one output of both: `select` takes several patterns",
                "outputs",
                number,
                "to",
                arguments=(
                    entry.target,
                    str(earlier),
                ),
            )
        first.update(
            {
                (entry.target, folder): number
                for folder in folders
                if (entry.target, folder) not in first
            }
        )


def find_missing_folders(document: Document, root: Path) -> Iterator[Finding]:
    """Find folders of settings that do not exist."""
    data = document.data
    folders = {
        "translations": "translations-missing",
        "templates": "templates-missing",
        "examples": "examples-missing",
    }
    for name, rule in folders.items():
        if name in data and not opening.is_folder(root / data[name]):
            hint = "create it, or correct the path"
            yield error_at(document, rule, f"there is no folder {data[name]!r}", hint, name)


def find_outside_baseline(
    document: Document, decoded: file_records.File, root: Path
) -> Iterator[Finding]:
    """Find a baseline outside of the folder of the configuration. `--baseline` may name any."""
    baseline = decoded.check.baseline
    if baseline and (
        manifest.leads_outside(baseline) or not opening.is_within(root / baseline, root)
    ):
        yield error_at(
            document,
            "baseline-outside",
            f"{baseline!r} is not inside the folder of this file, or is a link that leads out of it",
            "name a file below codegen.yaml; `--baseline FILE` on the command line may name any file",
            "check",
            "baseline",
            arguments=(baseline,),
        )

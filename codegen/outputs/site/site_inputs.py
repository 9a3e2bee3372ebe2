"""Inputs of the site from other packages: server rules, examples and schema files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from itertools import chain
from pathlib import Path, PurePath
from typing import NamedTuple
from urllib.parse import quote

from codegen.core import releases
from codegen.core.diagnostics import Report, count_noun
from codegen.core.generated_files import within_limit
from codegen.core.releases import Release, format_release
from codegen.drift.history.changelog_records import Changelog
from codegen.model import Definition, GroupVersionKind, Reference
from codegen.model.file_names import schema_stems
from codegen.outputs.docs.shared.groups import kinds
from codegen.outputs.escaping import html_prose
from codegen.outputs.job import Job
from codegen.outputs.output import OutputSettings
from codegen.outputs.python import PythonOutput
from codegen.outputs.schemas import json_schema, openapi
from codegen.outputs.schemas.document_units import list_units, schema_roots
from codegen.outputs.site.content import SiteInputs, SourceLinks
from codegen.outputs.site.example_files import ExampleChecker, read_own_examples
from codegen.outputs.site.examples import Examples
from codegen.outputs.site.records import RuleNote, Sample
from codegen.outputs.site.site_settings import SiteContext
from codegen.outputs.site.tree import Steps
from codegen.readers.built_in.structure import built_ins
from codegen.validation.rule_loader import RuleBook

_SCHEMAS = "schemas"


class CollectedInputs(NamedTuple):
    """The other inputs of the site, and the schema files for download by path."""

    inputs: SiteInputs
    schemas: dict[str, str]


def collect_inputs(
    reference: Reference, context: SiteContext, changelog: Changelog, report: Report
) -> CollectedInputs:
    """Collect the other inputs of the site.

    Raises `CodegenError`.
    """
    release = find_release(changelog, context.kubernetes)
    stems = schema_stems(schema_roots(reference))
    paths: dict[str, tuple[str, ...]] = {
        key: (f"{_SCHEMAS}/{stem}.json",) for key, stem in stems.items()
    }
    for unit in list_units(reference):
        if unit.root is not None:
            paths[unit.root.key] += (f"{_SCHEMAS}/{unit.stem}.openapi.yaml",)
    job = Job(
        reference=reference,
        locales=context.locales,
        languages=context.languages,
        options={},
        origin=context.origin,
    )
    documents = chain(json_schema.emit(job), openapi.emit(job))
    inputs = SiteInputs(
        changelog=changelog,
        rules=partial(_find_rules, RuleBook(), releases.parse(release)),
        examples=collect_examples(reference, context, changelog, report),
        schemas=paths,
        source_links=partial(_link_source, context),
    )
    schemas = {f"{_SCHEMAS}/{file.path}": file.text for file in within_limit(documents, "the site")}
    return CollectedInputs(inputs=inputs, schemas=schemas)


def collect_examples(
    reference: Reference, context: SiteContext, changelog: Changelog, report: Report
) -> dict[str, tuple[Sample, ...]]:
    """Return the examples of kinds by key.

    Raises `CodegenError` for a wrong example of the user.
    """
    checker = ExampleChecker(reference, find_release(changelog, context.kubernetes))
    if context.examples:
        own_examples = read_own_examples(
            context.root / context.examples, PurePath(context.examples), checker
        )
    else:
        own_examples = {}
    examples = Examples(reference, checker, own_examples)
    samples = {}
    for definition in kinds(reference):
        samples[definition.key] = examples.samples(
            definition, find_package(context.outputs, definition.gvk)
        )
        if definition.gvk is not None:
            own_examples.pop((definition.gvk.api_version, definition.gvk.kind), None)
    if missing := [definition for definition in kinds(reference) if not samples[definition.key]]:
        names_of_kinds = tuple(dict.fromkeys(definition.name for definition in missing))
        names = ", ".join(names_of_kinds)
        message = f"no valid example was found for {len(missing)} of {count_noun(len(samples), 'kind')}: {names}"
        report.warning(
            "example-missing",
            message,
            missing[0].span,
            "add an object of your own to the folder of `examples`",
            id=missing[0].span.path,
            arguments=names_of_kinds,
        )
    for unused in own_examples.values():
        message = f"{unused.kind} ({unused.api_version}) has no page on the site, so its example is not shown"
        report.warning(
            "example-unused",
            message,
            unused.span,
            "remove the file, or select the kind",
            arguments=(unused.api_version, unused.kind),
        )
    return samples


def find_release(changelog: Changelog, kubernetes: str) -> str:
    """Return the bundled release with the rules for examples, by default the newest."""
    for name in (*changelog.releases[-1:], kubernetes):
        with suppress(ValueError):
            return built_ins().release_name(name)
    return built_ins().newest


def find_package(outputs: Iterable[OutputSettings], gvk: GroupVersionKind | None) -> str:
    """Return the import path of the first generated package that reads objects of a kind, or an
    empty string.
    """
    for output in outputs:
        parts = f"/{output.to}".rpartition("/src/")[2].strip("/").split("/")
        can_read = (
            isinstance(output.record, PythonOutput)
            and output.record.base
            and parts[-1] not in ("", "src")
        )
        matching = [
            selector.leaves_out
            for selector in output.select
            if gvk is not None and selector.matches_kind(gvk)
        ]
        has_all = all(selector.leaves_out for selector in output.select)
        if can_read and True not in matching and (matching or has_all):
            return ".".join(parts)
    return ""


def _link_source(context: SiteContext, definition: Definition) -> SourceLinks:
    """Fill the patterns of the configuration with the path of a definition's source."""
    if not (context.edit or context.report):
        return SourceLinks()
    file = Path(definition.span.path)
    for source in context.sources:
        if definition.span.path == source.display_path:
            file = source.path
        elif definition.span.path.startswith(f"{source.display_path}/"):
            file = source.path / definition.span.path.removeprefix(f"{source.display_path}/")
    path = quote(os.path.relpath(file, context.root).replace(os.sep, "/"))
    if path.startswith(".."):  # a source outside of the project has no address there
        return SourceLinks()
    return SourceLinks(
        edit=context.edit.replace("{path}", path),
        report=context.report.replace("{path}", path),
    )


def _find_rules(
    book: RuleBook, release: Release, definition: Definition, locale: str
) -> Mapping[Steps, tuple[RuleNote, ...]]:
    """Return the rules of servers for a definition, by field."""
    kind_and_type = (book.find_kind(definition.gvk), book.find_definition(definition.key))
    made: dict[Steps, tuple[RuleNote, ...]] = {}
    for rules in kind_and_type:
        for rule in rules.rules if rules is not None else ():
            note = RuleNote(
                effect=rule.effect,
                outdated=not rule.span.holds(release),
                immutable=rule.effect == "rejects"
                and rule.span.holds(release)
                and rule.condition is not None
                and rule.condition.word == "unchanged"
                and not rule.when,
                html=html_prose.phrase(rule.meaning(locale)),
                since=format_release(rule.span.since)
                if rules is not None and rule.span.since > rules.first
                else "",
                until=format_release(rule.span.until) if rule.span.until is not None else "",
            )
            # The names on the way to each field, without list items and map entries.
            named = (
                tuple(name for name, is_bracket in path.steps if not is_bracket)
                for path in rule.fields
            )
            for steps in dict.fromkeys(named):
                made[steps] = (*made.get(steps, ()), note)
    return made

"""Inputs of the site from other packages: server rules, examples and schema files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from codegen.core.escaping import html_prose
from codegen.core.generated_files import within_limit
from codegen.core.locales import Languages
from codegen.core.releases import Release, format_release
from codegen.model import Definition, Reference
from codegen.model.changelog import Changelog
from codegen.model.naming import schema_stems
from codegen.outputs.docs.shared.groups import kinds
from codegen.outputs.job import Job
from codegen.outputs.schemas import json_schema
from codegen.outputs.schemas.document_units import schema_roots
from codegen.outputs.site.content import SiteInputs
from codegen.outputs.site.examples import Examples
from codegen.outputs.site.records import RuleNote
from codegen.outputs.site.tree import Steps
from codegen.validation.rule_loader import RuleBook

_SCHEMAS = "schemas"


def collect_inputs(
    reference: Reference,
    locales: tuple[str, ...],
    languages: Languages,
    origin: str,
    changelog: Changelog,
) -> tuple[SiteInputs, dict[str, str]]:
    """Collect the other inputs of the site, and the schema files for download by path."""
    examples = Examples(reference)
    stems = schema_stems(schema_roots(reference))
    job = Job(reference=reference, locales=locales, languages=languages, options={}, origin=origin)
    schemas = {f"{_SCHEMAS}/{file.path}": file.text for file in within_limit(json_schema.emit(job), "the site")}
    found = SiteInputs(
        changelog=changelog,
        rules=partial(_find_rules, RuleBook()),
        examples={each.key: examples.samples(each) for each in kinds(reference)},
        schemas={key: f"{_SCHEMAS}/{stem}.json" for key, stem in stems.items()},
    )
    return found, schemas


def _find_rules(book: RuleBook, definition: Definition, locale: str) -> Mapping[Steps, tuple[RuleNote, ...]]:
    """Return the rules of servers for a definition, by field."""
    found = (book.find_kind(definition.gvk), book.find_definition(definition.key))
    made: dict[Steps, tuple[RuleNote, ...]] = {}
    for rules in found:
        for rule in rules.rules if rules is not None else ():
            note = RuleNote(
                effect=rule.effect,
                immutable=rule.effect == "rejects"
                and rule.condition is not None
                and rule.condition.word == "unchanged"
                and not rule.when,
                html=html_prose.phrase(rule.meaning(locale)),
                since=_release_name(rule.span.since) if rules is not None and rule.span.since > rules.first else "",
                until=_release_name(rule.span.until),
            )
            # The names on the way to each field, without list items and map entries.
            named = (tuple(name for name, is_bracket in path.steps if not is_bracket) for path in rule.fields)
            for steps in dict.fromkeys(named):
                made[steps] = (*made.get(steps, ()), note)
    return made


def _release_name(release: Release | None) -> str:
    return format_release(release) if release is not None else ""

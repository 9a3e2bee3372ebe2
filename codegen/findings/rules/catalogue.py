"""All rules that the toolkit declares, by area. Loaded only to print rules: a run without findings does not need it.

The rules of servers are data (`codegen/validation/server_rules`); `codegen.validation.rule_catalogue` makes areas of the same form of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen.core.diagnostics import Level
from codegen.findings.rules import (
    comparing,
    configuration,
    custom_resources,
    documents,
    endpoint,
    lint,
    list_pages,
    openapi,
    outputs,
    pages,
    sources,
    table_pages,
    translation,
    validation,
)
from codegen.findings.rules.changes.definitions import DEFINITIONS
from codegen.findings.rules.changes.fields import FIELDS
from codegen.findings.rules.changes.keywords import KEYWORDS
from codegen.findings.rules.changes.operations import OPERATIONS
from codegen.findings.rules.changes.pages import PAGES, TEXTS
from codegen.findings.rules.changes.resources import RESOURCES
from codegen.findings.rules.checks import CHECK_RULES
from codegen.findings.rules.rule import Area, Rule

_COMPARED = "`codegen diff` of two sources; `codegen check` of sources, second sources and languages"
AREAS: tuple[Area, ...] = (
    sources.AREA,
    pages.AREA,
    list_pages.AREA,
    table_pages.AREA,
    documents.AREA,
    openapi.AREA,
    custom_resources.AREA,
    configuration.AREA,
    outputs.AREA,
    translation.AREA,
    lint.AREA,
    Area(title="Changes of definitions", source=_COMPARED, rules=DEFINITIONS),
    Area(title="Changes of fields", source=_COMPARED, rules=FIELDS),
    Area(title="Changes of limits, defaults and other words", source=_COMPARED, rules=KEYWORDS),
    Area(title="Changes of custom resources", source=_COMPARED, rules=RESOURCES),
    Area(title="Changes of operations", source=_COMPARED, rules=OPERATIONS),
    Area(title="Changes of texts and pages", source=_COMPARED, rules=(*TEXTS, *PAGES)),
    comparing.AREA,
    Area(
        title="Checks",
        source="`codegen check`, beside the changes between sources",
        rules=tuple(CHECK_RULES.values()),
    ),
    validation.AREA,
    endpoint.AREA,
)


def warnings() -> frozenset[str]:
    """The rules that readers and outputs report as warnings."""
    rules = (rule for area in AREAS for rule in area.rules if rule.id not in CHECK_RULES)
    return frozenset(rule.id for rule in rules if Level.WARN in rule.levels)


def leaving_out() -> Mapping[str, Rule]:
    """The rules of what readers leave out of the model, by id."""
    return {rule.id: rule for area in AREAS for rule in area.rules if rule.leaves_out}

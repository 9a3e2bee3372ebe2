"""The facts of an update for programs: `codegen update --format json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codegen.core.diagnostics import Finding
from codegen.project.update import UpdatePlan
from codegen.translation.update import count_outcomes


def list_facts(plan: UpdatePlan) -> Mapping[str, object]:
    """Return the facts of an update for programs."""
    if plan.changes is not None:
        findings: Sequence[Finding] = plan.changes.findings
    else:
        findings = ()
    manifests = next(iter(plan.manifests.values()), None)
    return {
        "pins": {pin.name: {"old": pin.old, "new": pin.new} for pin in plan.pins},
        "sources": [
            {
                "path": source.path,
                "url": source.url,
                "size": len(source.data),
                "changed": source.data != source.previous,
            }
            for source in plan.sources
        ],
        "files": list(plan.list_changed_files()),
        "compared": plan.changes is not None,
        "changes": [_describe_finding(finding) for finding in findings],
        "manifests": [
            _describe_finding(finding)
            for finding in (manifests.findings if manifests is not None else ())
        ],
        "call_sites": [
            {
                "location": str(site.span),
                "name": site.name,
                "classes": list(site.classes),
                "offers": list(site.offers),
            }
            for site in plan.call_sites.sites
        ],
        "translations": {
            catalog.locale: count_outcomes(catalog.update.carried) for catalog in plan.catalogs
        },
    }


def _describe_finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "level": str(finding.level),
        "location": str(finding.span),
        "id": finding.id,
        "message": finding.message,
    }

"""SARIF 2.1.0 for code scanning, with paths relative to the repository."""

from __future__ import annotations

import os
from urllib.parse import quote

from codegen import __version__
from codegen.core.diagnostics import Finding
from codegen.core.escaping.documents import json_text
from codegen.core.json_types import JsonObject
from codegen.findings.finding import PLAIN, Results, View, number_fingerprints
from codegen.findings.rules.catalogue import RULES

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def render(results: Results, _view: View = PLAIN) -> str:
    """Render a run with the rules of its findings."""
    used = dict(sorted({finding.rule: finding for finding in reversed(results.findings)}.items()))
    index = {rule: number for number, rule in enumerate(used)}
    run: JsonObject = {
        "tool": {
            "driver": {
                "name": "codegen",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": list(map(_build_rule, used.values())),
            }
        },
        "automationDetails": {"id": f"codegen/{results.command}/"},
        "invocations": [
            {
                "executionSuccessful": results.complete,
                "toolExecutionNotifications": _build_notes(results),
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(results, finding, print_, index)
            for finding, print_ in number_fingerprints(results.findings)
        ],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _build_rule(finding: Finding) -> JsonObject:
    """Describe the rule of a finding.

    A rule of servers is in no catalogue: its finding has its text.
    """
    rule = RULES.get(finding.rule)
    if rule:
        short = rule.title
    else:
        short = finding.meaning or finding.message
    source = dict(finding.extra).get("source")
    if rule:
        full = rule.summary
    elif source:
        full = f"{short}. Source: {source}"
    else:
        full = short
    return {
        "id": finding.rule,
        "name": "".join(part.capitalize() for part in finding.rule.split("-")),
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {"text": full},
        "defaultConfiguration": {"level": (rule.most_severe if rule else finding.level).word},
    }


def _build_notes(results: Results) -> list[JsonObject]:
    """Make notifications of findings about the sources, of omissions and notes."""
    reading = [
        {
            "level": diagnostic.level.word,
            "descriptor": {"id": diagnostic.rule},
            "message": {"text": results.describe(diagnostic)},
            "locations": [
                {
                    "physicalLocation": _build_location(
                        diagnostic.span.path, diagnostic.span.line, diagnostic.span.column
                    )
                }
            ],
        }
        for diagnostic in results.diagnostics
    ]
    omissions = [{"level": "error", "message": {"text": text}} for text in results.left_out]
    notes = [{"level": "note", "message": {"text": text}} for text in results.notes]
    return [*reading, *omissions, *notes]


def _result(
    results: Results, finding: Finding, fingerprint: str, index: dict[str, int]
) -> JsonObject:
    properties = {
        name: value
        for name, value in (
            ("direction", finding.direction),
            ("request", finding.request),
            ("response", finding.response),
            ("count", finding.count if finding.ids else 0),
            ("id", finding.id),
            ("old", finding.old),
            ("new", finding.new),
            ("locale", finding.locale),
            ("cause", finding.cause),
            *finding.extra,
        )
        if value
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": finding.level.word,
        "message": {"text": results.describe(finding)},
        "locations": [
            {"physicalLocation": _build_location(finding.path, finding.line, finding.column)}
        ],
        "partialFingerprints": {"codegenThing/v1": fingerprint},
        "properties": properties,
    }


def _build_location(path: str, line: int, column: int) -> JsonObject:
    path = path.replace("\\", "/")
    absolute = path.startswith("/")
    artifact = {"uri": ("file://" if absolute else "") + quote(os.fsencode(path))}
    if not absolute:
        artifact["uriBaseId"] = "%SRCROOT%"
    region: JsonObject = {"startLine": max(line, 1)}
    if column:
        region["startColumn"] = column
    return {"artifactLocation": artifact, "region": region}

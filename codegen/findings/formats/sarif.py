"""SARIF 2.1.0, for code scanning: stable rule ids and fingerprints, paths relative to the repository."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from codegen import __version__
from codegen.findings.finding import Finding, Results, RuleText, numbered
from codegen.findings.levels import Level

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Level.ERR: "error", Level.WARN: "warning", Level.INFO: "note"}


def render(results: Results) -> str:
    """One run with the rules that it used."""
    rules = results.rules()
    used = sorted({each.rule for each in results.findings})
    index = {rule: number for number, rule in enumerate(used)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "codegen",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rules[rule]) for rule in used],
            }
        },
        "automationDetails": {"id": f"codegen/{results.command}/"},
        "invocations": [{"executionSuccessful": results.complete, "toolExecutionNotifications": _notes(results)}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, print_, index) for each, print_ in numbered(results.findings)],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _rule(rule: RuleText) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.id.split("-")),
        "shortDescription": {"text": rule.short},
        "fullDescription": {"text": rule.full},
        "help": {"text": rule.full},
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
    }


def _notes(results: Results) -> list[dict[str, Any]]:
    return [{"level": "note" if results.complete else "error", "message": {"text": note}} for note in results.notes]


def _result(each: Finding, fingerprint: str, index: dict[str, int]) -> dict[str, Any]:
    text = f"{each.message}. {each.meaning}" if each.meaning else each.message
    properties = {
        name: value
        for name, value in (
            ("direction", each.direction),
            ("id", each.id),
            ("old", each.old),
            ("new", each.new),
            ("locale", each.locale),
            ("cause", each.cause),
            *each.extra,
        )
        if value
    }
    return {
        "ruleId": each.rule,
        "ruleIndex": index[each.rule],
        "level": _LEVELS[each.level],
        "message": {"text": f"{text}; {each.hint}" if each.hint else text},
        "locations": [{"physicalLocation": _location(each)}],
        "partialFingerprints": {"codegenThing/v1": fingerprint},
        "properties": properties,
    }


def _location(each: Finding) -> dict[str, Any]:
    path = each.path.replace("\\", "/")
    absolute = path.startswith("/")
    artifact = {"uri": ("file://" if absolute else "") + quote(path)}
    if not absolute:
        artifact["uriBaseId"] = "%SRCROOT%"
    region: dict[str, Any] = {"startLine": max(each.line, 1)}
    if each.column:
        region["startColumn"] = each.column
    return {"artifactLocation": artifact, "region": region}

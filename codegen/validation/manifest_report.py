"""Convert validated objects to the results of a run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from codegen.core.diagnostics import Finding, Level, Span
from codegen.findings.formats import NotCompared, Results, RuleText
from codegen.findings.rules.catalogue import AREAS
from codegen.kube.statuses import go_value
from codegen.readers.documents.builder import DocumentFault
from codegen.validation.manifest_objects import MOST, LocatedFinding, ManifestFile, ManifestObject, ValidationOptions
from codegen.validation.object_finding import Layer, ObjectFinding

_SHORT = 160  # characters of a description in a line; JSON and SARIF have the whole text
_VALUE = 120  # characters of a value
_LONG = 1000  # characters of a message
_STATES = ("valid", "invalid", "error", "skipped", "unknown")


def build_results(files: Sequence[ManifestFile], options: ValidationOptions, fail_on: Level) -> Results:
    """Return findings, notes and counts in the order of the files.

    The summary is always in English, as programs for kubeconform read it. Undecided rules become notes.
    """
    printed: list[Finding] = []
    notes: list[str] = []
    rules: dict[str, RuleText] = {}
    words = options.words.findings
    for file in files:
        placed = [_convert_fault(fault, file.path, "file") for fault in file.faults]
        for resource in file.resources:
            placed += _convert_object(resource, options, rules)
            notes += _list_notes(resource, words)
        printed += sorted(placed, key=lambda finding: (finding.line, finding.column))
        if not file.resources and not file.faults:
            notes.append(f"{file.path}: {words['no_document']}")
    resources = [resource for file in files for resource in file.resources]
    if not resources and not printed:
        printed.append(_nothing_checked(files, words))
    return Results(
        command="validate",
        findings=tuple(printed),
        rules=lambda: rules | _declared_rules(),
        notes=tuple(notes),
        summary=(_summarize(files, resources),),
        fail_on=fail_on,
        not_compared=tuple(NotCompared(what=file.path, count=1) for file in files if file.unreadable),
        full_width=options.words.full_width,
        clean=words["clean" if any(resource.state == "valid" for resource in resources) else "unchecked"],
        more=MappingProxyType(
            {
                "kubernetesVersion": options.kubernetes_version or None,
                "counts": _count_states(files, resources),
                "resources": [_describe_object(resource) for resource in resources],
            }
        ),
    )


def _nothing_checked(files: Sequence[ManifestFile], words: Mapping[str, str]) -> Finding:
    """Return the finding about a run without any object."""
    return Finding(
        rule="nothing-checked",
        level=Level.ERR,
        message=words["unchecked"],
        id="run",
        span=Span(path=files[0].path),
        hint=words["unchecked_hint"],
    )


def _count_states(files: Sequence[ManifestFile], resources: Sequence[ManifestObject]) -> dict[str, int]:
    counts = {state: sum(resource.state == state for resource in resources) for state in _STATES}
    counts["error"] += sum(file.unreadable for file in files)
    return {"files": len(files), "resources": len(resources), **counts}


def _summarize(files: Sequence[ManifestFile], resources: Sequence[ManifestObject]) -> str:
    counts = _count_states(files, resources)
    return (
        f"Summary: {count_noun(counts['resources'], 'resource')} found in {count_noun(counts['files'], 'file')} - "
        f"Valid: {counts['valid']}, Invalid: {counts['invalid']}, Errors: {counts['error']}, Skipped: {counts['skipped']}, Unknown: {counts['unknown']}"
    )


def count_noun(number: int, noun: str) -> str:
    """Return a number with its noun, such as `1 file` or `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


# ------------------------------------------------------------------------------------------------------- findings


def _convert_fault(fault: DocumentFault, path: str, title: str) -> Finding:
    return Finding(
        rule=fault.rule,
        level=Level.ERR,
        message=_cut_middle(fault.message, _LONG),
        id=title,
        span=Span(path=path, line=fault.line, column=fault.column),
        hint=fault.hint,
    )


def _convert_object(
    resource: ManifestObject, options: ValidationOptions, rules: dict[str, RuleText]
) -> Iterator[Finding]:
    words = options.words.findings
    shown = [placed for placed in resource.placed if placed.finding is None or not placed.finding.undecided]
    for placed in shown[:MOST]:
        if placed.fault is not None:
            yield _convert_fault(placed.fault, resource.path, resource.title)
        elif placed.finding is not None:
            if placed.finding.layer is not Layer.SCHEMA:
                rules.setdefault(placed.finding.rule, _server_rule(placed.finding))
            yield _convert_finding(placed.finding, placed, resource, options, words)
    if len(shown) > MOST:
        yield Finding(
            rule="findings-left-out",
            level=Level.ERR,
            message=words["left_out"].format(count=len(shown) - MOST),
            id=resource.title,
            span=Span(path=resource.path, line=resource.line, column=resource.column),
        )


def _convert_finding(
    finding: ObjectFinding,
    placed: LocatedFinding,
    resource: ManifestObject,
    options: ValidationOptions,
    words: Mapping[str, str],
) -> Finding:
    release = f" {options.kubernetes_version}" if finding.layer is Layer.SERVER and options.kubernetes_version else ""
    layer = resource.layer_name if finding.layer is Layer.SCHEMA and resource.layer_name else words[finding.layer]
    hints = (
        words["written"].format(text=placed.written) if placed.written else "",
        words["boolean"].format(text=placed.word) if placed.word else "",
        words["close"].format(name=finding.close) if finding.close else _take_first_sentence(finding.help),
        words["template"] if isinstance(finding.value, str) and "{{" in finding.value else "",
    )
    extra = {
        "layer": str(finding.layer),
        "code": finding.code,
        "field": _cut_middle(finding.path, _LONG),
        "pointer": _cut_middle(finding.pointer, _LONG),
        "resource": resource.title,
        "source": finding.source,
        "help": finding.help,
    }
    return Finding(
        rule=finding.rule,
        level=finding.level,
        message=words["by"].format(
            message=_cut_middle(_insert_value(finding, words), _LONG), layer=f"{layer}{release}"
        ),
        id=_cut_middle(f"{resource.title} {finding.path}".strip(), _LONG),
        span=Span(path=resource.path, line=placed.line, column=placed.column),
        locale=options.locale,
        meaning=finding.meaning.rstrip(".。"),
        hint=words["separator"].join(filter(None, hints)),
        extra=tuple((name, value) for name, value in extra.items() if value),
    )


def _insert_value(finding: ObjectFinding, words: Mapping[str, str]) -> str:
    """Return the message with the wrong value, as servers show it: `Invalid value: "two": must be an integer`."""
    detail = finding.detail
    if detail is None or isinstance(finding.value, dict | list | None):
        return str(finding)
    parts = (detail.fault, _cut_middle(go_value(finding.value), _VALUE), detail.text)
    message = words["colon"].join(filter(None, parts))
    return f"{finding.path}: {message}" if finding.path else message


def _cut_middle(text: str, limit: int) -> str:
    """Remove the middle of a long text. The end of a message has the reason."""
    return text if len(text) <= limit else f"{text[: limit // 2]} … {text[-limit // 2 :]}"


def _take_first_sentence(text: str) -> str:
    plain = " ".join(text.split())
    end = re.search(r"[.。](?:\s|\Z)|。", plain)
    sentence = plain[: end.end()].rstrip() if end else plain
    return sentence.rstrip(".。") if len(sentence) <= _SHORT else f"{sentence[:_SHORT].rstrip()} …"


def _declared_rules() -> dict[str, RuleText]:
    return {
        rule.id: RuleText(id=rule.id, short=rule.title, full=f"{rule.title}. {rule.why}", level=rule.gravest)
        for area in AREAS
        for rule in area.rules
    }


def _server_rule(finding: ObjectFinding) -> RuleText:
    short = finding.meaning or finding.message
    full = f"{short}. Source: {finding.source}" if finding.source else short
    return RuleText(id=finding.rule, short=short, full=full, level=finding.level)


# ------------------------------------------------------------------------------------------- what was not decided


def _list_notes(resource: ManifestObject, words: Mapping[str, str]) -> Iterator[str]:
    place = f"{resource.path}:{resource.line}"
    if resource.state == "skipped":
        names = {"object": resource.title, "kind": resource.kind, "version": resource.api_version}
        yield f"{place}: {words['skipped'].format(**{name: _cut_middle(text, _SHORT) for name, text in names.items()})}"
    open_ = [placed.finding for placed in resource.placed if placed.finding is not None and placed.finding.undecided]
    for layer, lead in ((Layer.SERVER, "{what}"), (Layer.CLUSTER, words["undecided"])):
        if listed := [str(finding) for finding in open_ if finding.layer is layer]:
            yield f"{place}: {_cut_middle(resource.title, _SHORT)}: {lead.format(what=words['separator'].join(listed))}"


def _describe_object(resource: ManifestObject) -> dict[str, Any]:
    undecided = [
        placed.finding for placed in resource.placed if placed.finding is not None and placed.finding.undecided
    ]
    data: dict[str, Any] = {
        "path": resource.path,
        "line": resource.line,
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "name": resource.name,
        "namespace": resource.namespace,
        "state": resource.state,
        "schema": resource.schema or None,
        "undecided": [
            {"rule": finding.rule, "field": finding.path, "message": finding.message} for finding in undecided
        ],
    }
    answer: Mapping[str, object] = resource.answer
    if answer.get("status") == "Failure":
        data["status"] = answer
    return data

"""Convert validated objects to the results of a run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from codegen.core.diagnostics import Finding, Level, Span, count_noun
from codegen.core.json_types import JsonObject
from codegen.core.locales import Locale
from codegen.findings.finding import NotCompared, Results
from codegen.findings.localized import localize_finding
from codegen.kube.errors import WRONG_TYPE
from codegen.kube.statuses import go_value
from codegen.validation.cel_checks import NOT_EVALUATED
from codegen.validation.manifest_objects import (
    MOST,
    ManifestFile,
    ManifestObject,
    ValidationOptions,
)
from codegen.validation.object_finding import Layer, ObjectFinding

_SHORT = 160  # characters of a description in a line; JSON and SARIF have the whole text
_VALUE = 120  # characters of a value
_LONG = 1000  # characters of a message
_STATES = {
    "valid": "Valid",
    "invalid": "Invalid",
    "error": "Errors",
    "skipped": "Skipped",
    "unknown": "Unknown",
}


def build_results(
    files: Sequence[ManifestFile], options: ValidationOptions, fail_on: Level
) -> Results:
    """Return findings, notes and counts in the order of the files.

    The summary is always in English, as programs for kubeconform read it. Undecided rules become
    notes.
    """
    printed: list[Finding] = []
    notes: list[str] = []
    words = options.words.findings
    for file in files:
        findings = [_shorten_finding(fault, "file", options.words) for fault in file.faults]
        for obj in file.objects:
            findings += _convert_object(obj, options)
            notes += _list_notes(obj, words)
        printed += sorted(findings, key=lambda finding: (finding.line, finding.column))
        if not file.objects and not file.faults:
            notes.append(f"{file.path}: {words['no_document']}")
    objects = [obj for file in files for obj in file.objects]
    if not objects and not printed:
        nowhere, hint = Span(path=files[0].path), words["unchecked_hint"]
        printed.append(
            Finding(
                rule="nothing-checked",
                level=Level.ERR,
                message=words["unchecked"],
                id="run",
                span=nowhere,
                hint=hint,
            )
        )
    counts = {state: sum(obj.state == state for obj in objects) for state in _STATES}
    counts["error"] += sum(file.unreadable for file in files)
    total = f"{count_noun(len(objects), 'resource')} found in {count_noun(len(files), 'file')}"
    return Results(
        command="validate",
        work="checked",
        findings=tuple(printed),
        notes=tuple(notes),
        summary=(
            f"Summary: {total} - {', '.join(f'{title}: {counts[state]}' for state, title in _STATES.items())}",
        ),
        fail_on=fail_on,
        not_compared=tuple(_list_unchecked(files)),
        reader=options.words,
        clean=words["clean" if any(obj.state == "valid" for obj in objects) else "unchecked"],
        more=MappingProxyType(
            {
                "kubernetesVersion": options.kubernetes_version or None,
                "counts": {"files": len(files), "resources": len(objects), **counts},
                "resources": [_describe_object(obj) for obj in objects],
            }
        ),
    )


def _list_unchecked(files: Sequence[ManifestFile]) -> Iterator[NotCompared]:
    """Yield unreadable files, and objects with rules that take too much time or memory."""
    for file in files:
        if file.unreadable:
            yield NotCompared(what=file.path, count=1, path=file.path)
        for obj in file.objects:
            if any(finding.code == NOT_EVALUATED for finding in obj.findings):
                yield NotCompared(
                    what=f"{obj.place}: rules in CEL of {obj.title}", count=1, path=obj.path
                )


def _shorten_finding(finding: Finding, title: str, reader: Locale) -> Finding:
    """Return a fault in the language of the reader, with the title of its object and a message of
    limited length.
    """
    localized = localize_finding(finding, reader)
    message = _cut_middle(localized.message, _LONG)
    return Finding(
        rule=finding.rule,
        level=Level.ERR,
        message=message,
        id=title,
        span=finding.span,
        hint=localized.hint,
    )


def _convert_object(checked: ManifestObject, options: ValidationOptions) -> Iterator[Finding]:
    yield from (
        _shorten_finding(fault, checked.title, options.words) for fault in checked.faults[:MOST]
    )
    findings = [finding for finding in checked.findings if not finding.undecided]
    for finding in findings[:MOST]:
        yield _convert_finding(finding, checked, options)
    if len(findings) > MOST:
        yield Finding(
            rule="findings-left-out",
            level=Level.ERR,
            message=options.words.findings["left_out"].format(count=len(findings) - MOST),
            id=checked.title,
            span=checked.span,
        )


def _convert_finding(
    finding: ObjectFinding, checked: ManifestObject, options: ValidationOptions
) -> Finding:
    words = options.words.findings
    if finding.layer is Layer.SERVER and options.kubernetes_version:
        release = f" {options.kubernetes_version}"
    else:
        release = ""
    if finding.layer is Layer.SCHEMA and checked.layer_name:
        layer = checked.layer_name
    else:
        layer = words[finding.layer]
    written = checked.document.written_words(finding.steps)
    hints = (
        words["written"].format(text=written.key) if written.key else "",
        words["boolean"].format(text=written.value)
        if written.value and finding.code == WRONG_TYPE
        else "",
        words["close"].format(name=finding.close)
        if finding.close
        else _take_first_sentence(finding.help),
        finding.advice,
        words["template"] if isinstance(finding.value, str) and "{{" in finding.value else "",
    )
    extra = {
        "layer": str(finding.layer),
        "code": finding.code,
        "field": _cut_middle(finding.path, _LONG),
        "pointer": _cut_middle(finding.pointer, _LONG),
        "resource": checked.title,
        "source": finding.source,
        "help": finding.help,
    }
    message = _cut_middle(_insert_value(finding, words), _LONG)
    return Finding(
        rule=finding.rule,
        level=finding.level,
        message=words["by"].format(message=message, layer=f"{layer}{release}"),
        id=_cut_middle(f"{checked.title} {finding.path}".strip(), _LONG),
        span=checked.locate(finding),
        locale=options.locale,
        meaning=finding.meaning.rstrip(".。"),
        hint=words["separator"].join(filter(None, hints)),
        extra=tuple((name, value) for name, value in extra.items() if value),
    )


def _insert_value(finding: ObjectFinding, words: Mapping[str, str]) -> str:
    """Return the message with the wrong value, such as `Invalid value: "two": must be an integer`."""
    message = finding.message
    if finding.problem and not isinstance(finding.value, dict | list | None):
        value = _cut_middle(_quote_value(finding.value, words), _VALUE)
        reason = finding.message.removeprefix(finding.problem)
        message = f"{finding.problem}{words['colon']}{value}{reason}"
    if finding.path:
        return f"{finding.path}: {message}"
    return message


def _quote_value(value: object, words: Mapping[str, str]) -> str:
    """Format a value as servers do, with the quotation marks of the language around a text."""
    formatted = go_value(value)
    if formatted.startswith('"'):
        return words["quoted"].format(text=formatted[1:-1])
    return formatted


def _cut_middle(text: str, limit: int) -> str:
    """Remove the middle of a long text. The end of a message has the reason."""
    if len(text) <= limit:
        return text
    return f"{text[: limit // 2]} … {text[-limit // 2 :]}"


def _take_first_sentence(text: str) -> str:
    plain = " ".join(text.split())
    end = re.search(r"[.。](?:\s|\Z)|。", plain)
    sentence = plain[: end.end()].rstrip() if end else plain
    if len(sentence) <= _SHORT:
        return sentence.rstrip(".。")
    return f"{sentence[:_SHORT].rstrip()} …"


def _list_notes(checked: ManifestObject, words: Mapping[str, str]) -> Iterator[str]:
    title = _cut_middle(checked.title, _SHORT)
    if checked.state == "skipped":
        names = {"kind": checked.kind, "version": checked.api_version}
        shown = {name: _cut_middle(text, _SHORT) for name, text in names.items()}
        yield f"{checked.place}: {words['skipped'].format(object=title, **shown)}"
    for layer, lead in ((Layer.SERVER, "{what}"), (Layer.CLUSTER, words["undecided"])):
        if listed := [
            str(finding)
            for finding in checked.findings
            if finding.undecided and finding.layer is layer
        ]:
            yield f"{checked.place}: {title}: {lead.format(what=words['separator'].join(listed))}"


def _describe_object(checked: ManifestObject) -> JsonObject:
    data: JsonObject = {
        "path": checked.path,
        "line": checked.span.line,
        "apiVersion": checked.api_version,
        "kind": checked.kind,
        "name": checked.name,
        "namespace": checked.namespace,
        "state": checked.state,
        "schema": checked.schema or None,
        "undecided": [
            {"rule": finding.rule, "field": finding.path, "message": finding.message}
            for finding in checked.findings
            if finding.undecided
        ],
    }
    if checked.answer.get("status") == "Failure":
        return {**data, "status": checked.answer}
    return data

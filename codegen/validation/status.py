"""Findings as the API server would answer them: a metav1.Status object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from codegen.findings.levels import Level
from codegen.model import GroupVersionKind
from codegen.validation.engine import DUPLICATE, REQUIRED, UNKNOWN, UNSUPPORTED
from codegen.validation.finding import Answer, ObjectFinding
from codegen.validation.server import cause_text, go_value

REASONS = {
    400: "BadRequest",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    422: "Invalid",
    500: "InternalError",
}
LATER = frozenset((REQUIRED, UNSUPPORTED, DUPLICATE))  # what a decoder lets through
DECODING = 0  # the stage before those of the rules
RECOGNISING = -1  # the stage before that: whether it is the kind at all
REPEATED = "RepeatedField"  # the code of a field that a body has twice
_MOST_STRICT = 100  # faults that the strict decoder lists
AFTER_RULES = 1_000_000  # the stage of what the page requires and no rule covers


def status(findings: Iterable[ObjectFinding], kind: GroupVersionKind, name: str = "") -> dict[str, Any]:
    """The Status that a server answers to a request with these findings; `status: Success` where none of them rejects.

    A server stops early, so only the first stage that rejects is in it: first what its decoder cannot read (400), then by the stages of
    its rules. `name` is the name of the object, where an answer needs it and the rule gives none.
    """
    staged = [
        (finding.answer, finding) for finding in findings if finding.level is Level.ERR and finding.answer is not None
    ]
    if not staged:
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    first = min(answer.stage for answer, _ in staged)
    answers = [(answer, finding) for answer, finding in staged if answer.stage == first]
    if first == DECODING:
        return _undecodable(answers, kind)
    if first == AFTER_RULES:
        answers = [(replace(answer, name=name), finding) for answer, finding in answers]
    return _answered(answers, kind)


def _failure(code: int, message: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": REASONS.get(code, "Unknown"),
    }
    if details is not None:
        body["details"] = details
    return {**body, "code": code}


def _undecodable(answers: Sequence[tuple[Answer, ObjectFinding]], kind: GroupVersionKind) -> dict[str, Any]:
    """Decoding stops at the first wrong type, so the server names only that; unknown fields are all listed."""
    head = f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: '
    wrong = [answer.text for answer, finding in answers if finding.code not in (UNKNOWN, REPEATED)]
    if wrong:
        return _failure(400, head + wrong[0])
    strict = dict.fromkeys(
        answer.text if finding.code == REPEATED else f"unknown field {go_value(finding.path)}"
        for answer, finding in answers
    )
    return _failure(400, f"{head}strict decoding error: {', '.join([*strict][:_MOST_STRICT])}")


def refused(text: str) -> dict[str, Any]:
    """The Status for a body that is no object of any kind (`requests.read`)."""
    return _failure(400, text)


def _answered(answers: Sequence[tuple[Answer, ObjectFinding]], kind: GroupVersionKind) -> dict[str, Any]:
    answer = answers[0][0]
    if answer.code == 422:
        return _invalid(answers, kind)
    resource = answer.resource or kind.kind
    group = "" if answer.resource else kind.group
    details: dict[str, Any] = {"name": answer.name, "group": group, "kind": resource}
    shown = {name: value for name, value in details.items() if value}
    qualified = f"{resource}.{group}" if group else resource
    if answer.detail is not None:
        cause = answer.detail
        shown["causes"] = [{"reason": cause.reason, "message": cause.text, "field": cause.field}]
    named = f"{qualified} {go_value(answer.name)}"
    match answer.code:
        case 404:
            return _failure(404, f"{named} not found", shown)
        case 409:
            return _failure(409, f"Operation cannot be fulfilled on {named}: {answer.text}", shown)
        case 403:
            return _failure(403, f"{named} is forbidden: {answer.text}", shown)
        case 500:
            return _failure(500, f"Internal error occurred: {answer.text}", {"causes": [{"message": answer.text}]})
    return _failure(answer.code, answer.text)


def _invalid(answers: Sequence[tuple[Answer, ObjectFinding]], kind: GroupVersionKind) -> dict[str, Any]:
    causes = [
        {"reason": finding.code, "message": _body(answer, finding), "field": finding.path or "<nil>"}
        for answer, finding in answers
    ]
    errors = list(dict.fromkeys(f"{cause['field']}: {cause['message']}" for cause in causes))
    listed = errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"
    qualified = f"{kind.kind}.{kind.group}" if kind.group else kind.kind
    name = answers[0][0].name
    details = {"name": name, "group": kind.group, "kind": kind.kind, "causes": causes}
    return _failure(
        422,
        f"{qualified} {go_value(name)} is invalid: {listed}",
        {name: value for name, value in details.items() if value},
    )


def _body(answer: Answer, finding: ObjectFinding) -> str:
    return answer.text if answer.stage == AFTER_RULES else cause_text(answer.cause, finding.value, answer.text)

"""Findings as the API server would answer them: a metav1.Status object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from codegen.findings.levels import Level
from codegen.kube import statuses
from codegen.kube.statuses import cause_text, go_value
from codegen.model import GroupVersionKind
from codegen.validation.engine import DUPLICATE, REQUIRED, UNKNOWN, UNSUPPORTED
from codegen.validation.finding import Answer, ObjectFinding

LATER = frozenset((REQUIRED, UNSUPPORTED, DUPLICATE))  # what a decoder lets through
DECODING = 0  # the stage before those of the rules
RECOGNISING = -1  # the stage before that: whether it is the kind at all
REPEATED = "RepeatedField"  # the code of a field that a body has twice
AFTER_RULES = 1_000_000  # the stage of what the schema requires and no rule covers


def status(findings: Iterable[ObjectFinding], kind: GroupVersionKind, name: str = "") -> dict[str, Any]:
    """The Status that a server answers to a request with these findings; `status: Success` where none of them rejects.

    A server stops early, so only the first stage that rejects is in it: first what its decoder cannot read (400), then by the stages of
    its rules. `name` is the name of the object, where an answer needs it and the rule gives none.
    """
    staged = [
        (finding.answer, finding) for finding in findings if finding.level is Level.ERR and finding.answer is not None
    ]
    if not staged:
        return statuses.success()
    first = min(answer.stage for answer, _ in staged)
    answers = [(answer, finding) for answer, finding in staged if answer.stage == first]
    if first == DECODING:
        return _undecodable(answers, kind)
    if first == AFTER_RULES:
        answers = [(replace(answer, name=name), finding) for answer, finding in answers]
    return _answered(answers, kind)


def _undecodable(answers: Sequence[tuple[Answer, ObjectFinding]], kind: GroupVersionKind) -> dict[str, Any]:
    """Decoding stops at the first wrong type, so the server names only that; unknown fields are all listed."""
    wrong = [answer.text for answer, finding in answers if finding.code not in (UNKNOWN, REPEATED)]
    strict = (
        answer.text if finding.code == REPEATED else f"unknown field {go_value(finding.path)}"
        for answer, finding in answers
    )
    return statuses.undecodable(kind.kind, kind.version, wrong[0] if wrong else "", strict)


def refused(text: str) -> dict[str, Any]:
    """The Status for a body that is no object of any kind (`requests.read`)."""
    return statuses.failure(400, text)


def _answered(answers: Sequence[tuple[Answer, ObjectFinding]], kind: GroupVersionKind) -> dict[str, Any]:
    answer = answers[0][0]
    match answer.code:
        case 422:
            causes = [
                statuses.Cause(reason=finding.code, message=_body(answer, finding), field=answer.field or finding.path)
                for answer, finding in answers
            ]
            return statuses.invalid(kind.kind, kind.group, answer.name, causes)
        case 403 | 404 | 409:
            detail = answer.detail
            cause = statuses.Cause(reason=detail.reason, message=detail.text, field=detail.field) if detail else None
            resource, group = (answer.resource, "") if answer.resource else (kind.kind, kind.group)
            return statuses.about(answer.code, resource, answer.name, answer.text, group, cause)
        case 500:
            return statuses.internal(answer.text)
    return statuses.failure(answer.code, answer.text)


def _body(answer: Answer, finding: ObjectFinding) -> str:
    return answer.text if answer.stage == AFTER_RULES else cause_text(answer.cause, finding.value, answer.text)

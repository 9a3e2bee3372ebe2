"""Findings about objects, and the Status that a server answers with them.

A string among steps is a field, a number an item of a list, and a tuple of one the key of a map.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from msgspec import Struct

from codegen.core.diagnostics import Level, Span
from codegen.kube import errors, statuses
from codegen.kube.errors import UNKNOWN
from codegen.kube.field_paths import Steps as Steps
from codegen.kube.statuses import format_cause
from codegen.model import GroupVersionKind
from codegen.validation.runtime.rule_judging import UNDECIDED as UNDECIDED


class Layer(StrEnum):
    """The layer of a finding, which is the cluster for undecided rules."""

    SCHEMA = "schema"
    SERVER = "server"
    CLUSTER = "cluster"


class StatusCause(Struct, frozen=True, kw_only=True):
    """A cause in a Status that does not concern a field."""

    reason: str
    field: str
    text: str
    args: tuple[str, ...] = ()


class Answer(Struct, frozen=True, kw_only=True):
    """The answer of a server to a rejected object.

    Attributes:
        code: The HTTP status.
        stage: The order of the answers. A server stops after the first stage that rejects.
        text: The words of the server.
        cause: The type of the cause, such as `FieldValueInvalid`, or an empty string.
        name: The name of the object in the answer.
        resource: The resource in the answer, if it is not the kind.
        detail: A cause beside the text.
        field: The field of the cause, if the server means the whole object.
        args: The values of the verbs in the text: field paths, `url.name`, `value`, `gvk`, or `?word` from a callback.

    """

    code: int
    stage: int
    text: str
    cause: str = ""
    name: str = ""
    resource: str = ""
    detail: StatusCause | None = None
    field: str = ""
    args: tuple[str, ...] = ()


class ObjectFinding(Struct, frozen=True, kw_only=True):
    """A finding about one place of an object.

    Attributes:
        layer: The part of the API that reports it.
        level: ERR for a rejection, WARN for a fault that a server accepts, INFO for an undecided rule or a change.
        rule: The id of the rule.
        code: A cause type of Kubernetes, UnknownField or Undecided.
        message: The message in the requested language, with the words of the server as they are.
        steps: The way to the place.
        value: The value at the place.
        meaning: The explanation of a server rule.
        help: The description of the field.
        advice: What to do next, which is never shortened.
        close: A known field with a name similar to an unknown one.
        supported: The values that a server rule lists for the place.
        answer: The answer of a server.
        source: The source of a server rule.
        problem: The first words of the message, such as `Invalid value`, if reports show the value behind them.
        span: The location inside the value, if known.

    """

    layer: Layer
    level: Level
    rule: str
    code: str
    message: str
    steps: Steps = ()
    value: object = None
    meaning: str = ""
    help: str = ""
    advice: str = ""
    close: str = ""
    supported: tuple[object, ...] = ()
    answer: Answer | None = None
    source: str = ""
    problem: str = ""
    span: Span | None = None

    @property
    def path(self) -> str:
        """Return the field path as Kubernetes writes it, such as `spec.items[1].name`."""
        return errors.field_path(self.steps)

    @property
    def pointer(self) -> str:
        """Return the place as a JSON pointer (RFC 6901)."""
        return errors.json_pointer(self.steps)

    @property
    def undecided(self) -> bool:
        """Return whether only a cluster can decide."""
        return self.code == UNDECIDED

    def __str__(self) -> str:
        if self.path:
            return f"{self.path}: {self.message}"
        return self.message


DECODING = 0  # the stage before the rules
RECOGNISING = -1  # the stage before decoding, which compares apiVersion and kind
REPEATED = "RepeatedField"  # the code of a duplicate field in a body
AFTER_RULES = 1_000_000  # the stage of errors by the schema that no rule covers


def status(
    findings: Iterable[ObjectFinding], kind: GroupVersionKind, name: str = ""
) -> dict[str, Any]:
    """Return the Status that a server answers to a request with these findings.

    A server stops early, so only the first stage that rejects is in it: first what its decoder
    cannot read (400), then by the stages of its rules. `name` is the name of the object in an
    answer with 422, unless the rule gives another one.
    """
    staged = [
        (finding.answer, finding)
        for finding in findings
        if finding.level is Level.ERR and finding.answer is not None
    ]
    if not staged:
        return statuses.build_success()
    first = min(answer.stage for answer, _ in staged)
    answers = [(answer, finding) for answer, finding in staged if answer.stage == first]
    answer = answers[0][0]
    if first == DECODING:
        return statuses.build_undecodable(kind.kind, kind.version, describe_decoding_error(answers))
    match answer.code:
        case 422:
            causes = [_build_cause(*pair) for pair in answers]
            return statuses.build_invalid(kind.kind, kind.group, answer.name or name, causes)
        case 403 | 404 | 409:
            detail = answer.detail
            if detail:
                cause = statuses.StatusCause(
                    reason=detail.reason, message=detail.text, field=detail.field
                )
            else:
                cause = None
            resource, group = (answer.resource, "") if answer.resource else (kind.kind, kind.group)
            return statuses.build_object_failure(
                answer.code, resource, answer.name, answer.text, group, cause
            )
        case 500:
            return statuses.build_internal(answer.text)
    return statuses.build_failure(answer.code, answer.text)


def _build_cause(answer: Answer, finding: ObjectFinding) -> statuses.StatusCause:
    is_schema = answer.stage == AFTER_RULES
    if is_schema:
        text = answer.text
    else:
        text = format_cause(answer.cause, finding.value, answer.text)
    return statuses.StatusCause(
        reason=finding.code, message=text, field=answer.field or finding.path
    )


def describe_decoding_error(answers: Iterable[tuple[Answer, ObjectFinding]]) -> str:
    """Describe the first wrong value, or all unknown and repeated fields, as a decoder does."""
    strict: dict[str, None] = {}
    for answer, finding in answers:
        if finding.code not in (UNKNOWN, REPEATED):
            return answer.text
        strict[describe_unknown_field(finding) if finding.code == UNKNOWN else answer.text] = None
    return f"strict decoding error: {', '.join([*strict][: statuses.MOST_STRICT])}"


def describe_unknown_field(finding: ObjectFinding) -> str:
    """Describe an unknown field in the words of a decoder."""
    return f"unknown field {statuses.go_value(finding.path)}"

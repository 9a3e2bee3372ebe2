"""Answers that are no success, as API servers write them: objects of the kind Status, in the words of k8s.io/apimachinery."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    406: "NotAcceptable",
    409: "Conflict",
    410: "Expired",
    413: "RequestEntityTooLarge",
    415: "UnsupportedMediaType",
    422: "Invalid",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
}
# The words for a cause type in front of a value, as k8s.io/apimachinery/pkg/util/validation/field prints it; True: with the value.
CAUSES: Mapping[str, tuple[str, bool]] = {
    "FieldValueNotFound": ("Not found", True),
    "FieldValueRequired": ("Required value", False),
    "FieldValueDuplicate": ("Duplicate value", True),
    "FieldValueInvalid": ("Invalid value", True),
    "FieldValueNotSupported": ("Unsupported value", True),
    "FieldValueForbidden": ("Forbidden", False),
    "FieldValueTooLong": ("Too long", False),
    "FieldValueTooMany": ("Too many", True),
    "FieldValueTypeInvalid": ("Invalid value", True),
    "InternalError": ("Internal error", False),
}
MOST_STRICT = 100  # faults that the strict decoder lists


class Cause(NamedTuple):
    """One cause of a Status: its type (`FieldValueInvalid`), what is said of it, and the path of the field."""

    reason: str
    message: str
    field: str = ""

    def as_json(self) -> dict[str, str]:
        """As a Status has it."""
        return {"reason": self.reason, "message": self.message, "field": self.field}


class StatusError(Exception):
    """A request that is answered with a Status.

    Attributes:
        status: The Status, as JSON has it.
        headers: What the answer has beside it, such as `Retry-After`.

    """

    def __init__(self, status: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        self.status = dict(status)
        self.headers = dict(headers or {})
        super().__init__(self.status.get("message", ""))

    @property
    def code(self) -> int:
        """The HTTP status."""
        return int(self.status.get("code") or 500)

    @property
    def reason(self) -> str:
        """`NotFound`, `Invalid` ...; empty where the Status has none."""
        return str(self.status.get("reason") or "")


def success() -> dict[str, Any]:
    """The Status of a request that nothing is wrong with."""
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}


def failure(code: int, message: str, details: Mapping[str, Any] | None = None, reason: str = "") -> dict[str, Any]:
    """A Status that says what is wrong. `details` are shown where there are some, also empty ones; `reason` follows from the code."""
    body: dict[str, Any] = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason or REASONS.get(code, "Unknown"),
    }
    if details is not None:
        body["details"] = dict(details)
    return {**body, "code": code}


def about(
    code: int, resource: str, name: str, text: str = "", group: str = "", cause: Cause | None = None
) -> dict[str, Any]:
    """A Status about one object: `pods "web" not found`, for the codes 403, 404 and 409. `resource` is the plural word, or a kind.

    `text` is what is said behind the name of the object.
    """
    details: dict[str, Any] = {
        word: value for word, value in (("name", name), ("group", group), ("kind", resource)) if value
    }
    if cause is not None:
        details["causes"] = [cause.as_json()]
    named = f"{f'{resource}.{group}' if group else resource} {go_value(name)}"
    if code == 404:
        return failure(404, f"{named} not found", details)
    if code == 409:
        return failure(409, f"Operation cannot be fulfilled on {named}: {text}", details)
    return failure(code, f"{named} is forbidden: {text}", details)


def exists(resource: str, name: str, group: str = "") -> dict[str, Any]:
    """The Status for an object that is there already."""
    details = {word: value for word, value in (("name", name), ("group", group), ("kind", resource)) if value}
    qualified = f"{resource}.{group}" if group else resource
    return failure(409, f"{qualified} {go_value(name)} already exists", details, "AlreadyExists")


def internal(text: str) -> dict[str, Any]:
    """The Status for a fault of the server's own."""
    return failure(500, f"Internal error occurred: {text}", {"causes": [{"message": text}]})


def invalid(kind: str, group: str, name: str, causes: Sequence[Cause]) -> dict[str, Any]:
    """The Status for an object with fields that may not be so. A field without a path is shown as `<nil>`."""
    placed = [cause._replace(field=cause.field or "<nil>") for cause in causes]
    errors = list(dict.fromkeys(f"{cause.field}: {cause.message}" for cause in placed))
    listed = errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"
    details = {
        "name": name,
        "group": group,
        "kind": kind,
        "causes": [cause.as_json() for cause in placed],
    }
    return failure(
        422,
        f"{f'{kind}.{group}' if group else kind} {go_value(name)} is invalid: {listed}",
        {word: value for word, value in details.items() if value},
    )


def undecodable(kind: str, version: str, wrong: str, strict: Iterable[str]) -> dict[str, Any]:
    """The Status for a body that does not decode: decoding stops at the first wrong type; what the strict decoder refuses is listed."""
    head = f'{kind} in version "{version}" cannot be handled as a {kind}: '
    if wrong:
        return failure(400, head + wrong)
    return failure(400, f"{head}strict decoding error: {', '.join([*dict.fromkeys(strict)][:MOST_STRICT])}")


# --------------------------------------------------------------------------------------------------------- Go's words


def cause_text(cause: str, value: object, detail: str) -> str:
    """A cause as Go prints it: `Invalid value: 60: may not ...`."""
    words, with_value = CAUSES.get(cause, (cause, True))
    head = f"{words}: {go_value(value)}" if with_value else words
    return f"{head}: {detail}" if detail else head


def go_value(value: object) -> str:
    """A value as the server's messages print it: numbers plain, strings in quotes, lists and maps as JSON."""
    if value is None:
        return "null"
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=lambda item: type(item).__name__)
    except (TypeError, ValueError, RecursionError):
        return type(value).__name__

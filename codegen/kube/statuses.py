"""Status objects, as API servers write them, in the words of k8s.io/apimachinery."""

import json
from collections.abc import Mapping, Sequence
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
# The words for a cause type in front of a value, as k8s.io/apimachinery/pkg/util/validation/field
# prints it; True: with the value.
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


class StatusCause(NamedTuple):
    """A cause of a Status with its type, its message and the path of the field."""

    reason: str
    message: str
    field: str = ""


def build_success() -> dict[str, Any]:
    """Build the Status of success."""
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}


def build_failure(
    code: int,
    message: str,
    details: Mapping[str, object] | None = None,
    reason: str = "",
) -> dict[str, Any]:
    """Build the Status of a failure.

    `reason` follows from the code, and empty `details` are kept.
    """
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


def build_object_failure(
    code: int,
    resource: str,
    name: str,
    text: str = "",
    group: str = "",
    cause: StatusCause | None = None,
) -> dict[str, Any]:
    """Build a Status about one object for the codes 403, 404 and 409, or about all objects for 403
    without a name.

    `resource` is the plural word, or a kind. `text` follows the name of the object. A conflict
    without a text is about an existing object.
    """
    parts = (("name", name), ("group", group), ("kind", resource))
    details: dict[str, Any] = {word: value for word, value in parts if value}
    if cause is not None:
        details["causes"] = [cause._asdict()]
    if name or code != 403:
        named = f"{qualify(resource, group)} {go_value(name)}"
    else:
        named = qualify(resource, group)
    if code == 404:
        return build_failure(404, f"{named} not found", details)
    if code == 409 and not text:
        return build_failure(409, f"{named} already exists", details, "AlreadyExists")
    if code == 409:
        return build_failure(
            409, f"Operation cannot be fulfilled on {named}: {text}", details
        )
    return build_failure(code, f"{named} is forbidden: {text}", details)


def qualify(resource: str, group: str) -> str:
    """Return a resource or kind with its group."""
    if group:
        return f"{resource}.{group}"
    return resource


def build_internal(text: str) -> dict[str, Any]:
    """Build the Status for a fault of the server."""
    return build_failure(
        500, f"Internal error occurred: {text}", {"causes": [{"message": text}]}
    )


def build_invalid(
    kind: str, group: str, name: str, causes: Sequence[StatusCause]
) -> dict[str, Any]:
    """Build the Status for an object with invalid fields.

    A field without a path is shown as `<nil>`.
    """
    placed = [cause._replace(field=cause.field or "<nil>") for cause in causes]
    errors = list(dict.fromkeys(f"{cause.field}: {cause.message}" for cause in placed))
    if len(errors) == 1:
        listed = errors[0]
    else:
        listed = f"[{', '.join(errors)}]"
    details = {
        "name": name,
        "group": group,
        "kind": kind,
        "causes": [cause._asdict() for cause in placed],
    }
    return build_failure(
        422,
        f"{qualify(kind, group)} {go_value(name)} is invalid: {listed}",
        {word: value for word, value in details.items() if value},
    )


def build_undecodable(kind: str, version: str, why: str) -> dict[str, Any]:
    """Build the Status for a body that a decoder refuses."""
    return build_failure(
        400, f'{kind} in version "{version}" cannot be handled as a {kind}: {why}'
    )


def format_cause(cause: str, value: object, detail: str) -> str:
    """Format a cause as Go prints it, with the value in front of the detail."""
    words, with_value = CAUSES.get(cause, (cause, True))
    text = words
    if with_value:
        text += f": {go_value(value)}"
    if detail:
        text += f": {detail}"
    return text


def go_value(value: object) -> str:
    """Format a value as the messages of servers print it, which is JSON."""
    if value is None:
        return "null"
    try:
        return json.dumps(
            value,
            ensure_ascii=False,
            separators=(",", ":"),
            default=_name_type,
        )
    except (TypeError, ValueError, RecursionError):
        return type(value).__name__


def _name_type(value: object) -> str:
    """Return the name of the type of a value that is not JSON."""
    return type(value).__name__

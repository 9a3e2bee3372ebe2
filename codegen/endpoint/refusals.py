"""What an endpoint refuses beside what the rules of servers do, as Status objects of the API."""

from __future__ import annotations

from typing import Any

from codegen.outputs.services.runtime import statuses
from codegen.outputs.services.runtime.statuses import Cause, StatusError, go_value

_MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"
_NOSNIFF = {"X-Content-Type-Options": "nosniff"}


def not_found(resource: str, group: str, name: str) -> StatusError:
    """404: an object that is not there."""
    return StatusError(statuses.about(404, resource, name, group=group))


def exists(resource: str, group: str, name: str) -> StatusError:
    """409: an object of the name is there already."""
    return StatusError(statuses.exists(resource, name, group))


def modified(resource: str, group: str, name: str) -> StatusError:
    """409: somebody else was faster."""
    return StatusError(statuses.about(409, resource, name, _MODIFIED, group))


def precondition(resource: str, group: str, name: str, word: str, wanted: str, found: str) -> StatusError:
    """409: a deletion is meant for another object or version."""
    why = f"Precondition failed: {word} in precondition: {wanted}, {word} in object meta: {found}"
    return StatusError(statuses.about(409, resource, name, why, group))


def forbidden(resource: str, group: str, name: str, why: str) -> StatusError:
    """403: of an object, a collection, or where `resource` is empty of a path."""
    if name:
        return StatusError(statuses.about(403, resource, name, why, group), _NOSNIFF)
    if not resource:
        return StatusError(statuses.failure(403, f"forbidden: {why}", {}), _NOSNIFF)
    qualified = f"{resource}.{group}" if group else resource
    details = {**({"group": group} if group else {}), "kind": resource}
    return StatusError(statuses.failure(403, f"{qualified} is forbidden: {why}", details), _NOSNIFF)


def ending(resource: str, group: str, name: str, namespace: str) -> StatusError:
    """403: nothing new is made in a namespace that is being removed."""
    why = f"unable to create new content in namespace {namespace} because it is being terminated"
    cause = Cause("NamespaceTerminating", f"namespace {namespace} is being terminated", "metadata.namespace")
    return StatusError(statuses.about(403, resource, name, why, group, cause))


def unauthorized() -> StatusError:
    """401: the credentials are not good."""
    return StatusError(statuses.failure(401, "Unauthorized"))


def bad_request(text: str) -> StatusError:
    """400."""
    return StatusError(statuses.failure(400, text))


def expired(after: str, newest: int) -> StatusError:
    """410: what a watch asks for is not kept any more."""
    return StatusError(statuses.failure(410, f"too old resource version: {after} ({newest})"))


def nameless(kind: str, group: str) -> StatusError:
    """422: an object without a name."""
    text = statuses.cause_text("FieldValueRequired", None, "name or generateName is required")
    return StatusError(statuses.invalid(kind, group, "", [Cause("FieldValueRequired", text, "metadata.name")]))


def unavailable(why: str) -> StatusError:
    """503: the state cannot be read or written now."""
    text = f"the state of the endpoint is not available: {why}"
    return StatusError(statuses.failure(503, text, {"retryAfterSeconds": 1}), {"Retry-After": "1"})


def unacceptable_version(text: str) -> StatusError:
    """400: a watch begins at something that is no version."""
    return bad_request(f"resourceVersion: Invalid value: {go_value(text)}: invalid resource version")


def deleted(resource: str, group: str, name: str, uid: str) -> dict[str, Any]:
    """What a deletion answers for the kinds that are not shown once more."""
    details = {"name": name, **({"group": group} if group else {}), "kind": resource, "uid": uid}
    return {**statuses.success(), "details": details}

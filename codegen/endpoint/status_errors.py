"""Errors that refuse a request with a Status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from codegen.core.json_types import JsonMapping
from codegen.kube.statuses import build_failure, build_object_failure


class StatusError(Exception):
    """A Status as the answer to a request.

    Attributes:
        status: The Status, as JSON has it.
        headers: What the answer has beside it, such as `Retry-After`.

    """

    def __init__(self, status: JsonMapping, headers: Mapping[str, str] | None = None) -> None:
        self.status = dict(status)
        self.headers = dict(headers or {})
        super().__init__(self.status["message"])

    @property
    def code(self) -> int:
        """The HTTP status."""
        return int(self.status["code"])


def build_bad_request(text: str) -> StatusError:
    """Build the error 400."""
    return StatusError(build_failure(400, text))


def build_unauthorized() -> StatusError:
    """Build the error 401 for missing or invalid credentials."""
    return StatusError(build_failure(401, "Unauthorized"))


def build_not_found(resource: str, group: str, name: str) -> StatusError:
    """Build the error 404 for a missing object."""
    return StatusError(build_object_failure(404, resource, name, group=group))


def build_method_not_allowed(allowed: Iterable[str]) -> StatusError:
    """Build the error 405 with the methods of the path."""
    text = "the server does not allow this method on the requested resource"
    return StatusError(build_failure(405, text, {}), {"Allow": ", ".join(sorted(allowed))})


def quote_go(text: str) -> str:
    """Quote a text as Go's `%q` does."""
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{"".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in escaped)}"'

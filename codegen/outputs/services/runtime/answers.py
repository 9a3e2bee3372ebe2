"""What a server answers where it does not do what was asked: its Status, as an exception of its own for each reason."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, TypeVar

HIDDEN: Final = "[hidden]"
_MAPPING: Final[Any] = Mapping  # what `isinstance` asks by this name is still `Any` for type checkers
_LIST: Final[Any] = list
_LONGEST: Final = 200  # characters of a text that is no Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One thing that is wrong with a request: the field, why (`FieldValueInvalid`), and in words."""

    field: str = ""
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A Status of the API. Empty texts are what the server left out.

    Attributes:
        code: The status of the answer, as 404.
        reason: The word for it, as `NotFound`.
        message: The same for people.
        name, group, kind, uid: What the request was about.
        causes: What is wrong with the fields of a request.
        retry_after: The seconds after which the server would answer, where it says so.
        continue_token: Where a list that expired can go on, though no more consistent with what was read.

    """

    code: int
    reason: str = ""
    message: str = ""
    name: str = ""
    group: str = ""
    kind: str = ""
    uid: str = ""
    causes: tuple[Cause, ...] = ()
    retry_after: float | None = None
    continue_token: str = ""


class ClientError(Exception):
    """What a client raises."""


E = TypeVar("E", bound=ClientError)


class ConfigurationError(ClientError):
    """Where the server is, or who asks, cannot be known."""


class NoAnswerError(ClientError):
    """There is no answer: no connection, no trust, or it ended before the answer did."""


class InvalidRequestError(ClientError, ValueError):
    """A request that was not sent, since the server would refuse it.

    Attributes:
        errors: What is wrong, as the validators report it.

    """

    def __init__(self, message: str, errors: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.errors = errors


class AnswerError(ClientError):
    """An answer that is not what the operation answers."""


class ApiError(ClientError):
    """The server refused a request, or failed.

    Attributes:
        status: What it said.

    """

    reasons: ClassVar[tuple[str, ...]] = ()

    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status

    def __str__(self) -> str:
        status = self.status
        text = f"{status.code} {status.reason}".rstrip()
        return f"{text}: {status.message}" if status.message else text

    @property
    def code(self) -> int:
        """The status of the answer, as 404."""
        return self.status.code

    @property
    def reason(self) -> str:
        """The word for it, as `NotFound`."""
        return self.status.reason

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What is wrong with the fields of the request."""
        return self.status.causes

    @property
    def retry_after(self) -> float | None:
        """The seconds after which the server would answer, where it says so."""
        return self.status.retry_after


class BadRequestError(ApiError):
    """400: the request cannot be read."""

    reasons = ("BadRequest",)


class UnauthorizedError(ApiError):
    """401: the server does not know who asks."""

    reasons = ("Unauthorized",)


class ForbiddenError(ApiError):
    """403: who asks may not do that."""

    reasons = ("Forbidden",)


class NotFoundError(ApiError):
    """404: the object or the resource is not there."""

    reasons = ("NotFound",)


class MethodNotAllowedError(ApiError):
    """405: the resource has no such operation."""

    reasons = ("MethodNotAllowed",)


class NotAcceptableError(ApiError):
    """406: the server does not write what the client reads."""

    reasons = ("NotAcceptable",)


class AlreadyExistsError(ApiError):
    """409: there is an object of that name."""

    reasons = ("AlreadyExists",)


class ConflictError(ApiError):
    """409: the object is not the one, or not in the state, that the request is about."""

    reasons = ("Conflict",)


class ExpiredError(ApiError):
    """410: the resource version is too old. Read the list again."""

    reasons = ("Expired", "Gone")


class RequestTooLargeError(ApiError):
    """413: the request is too long."""

    reasons = ("RequestEntityTooLarge",)


class UnsupportedMediaTypeError(ApiError):
    """415: the server does not read what was sent."""

    reasons = ("UnsupportedMediaType",)


class InvalidError(ApiError):
    """422: fields of the object are wrong; `causes` names them."""

    reasons = ("Invalid",)


class TooManyRequestsError(ApiError):
    """429: the server has too much to do, or must not do that now."""

    reasons = ("TooManyRequests",)


class ServerError(ApiError):
    """500 and above: the server failed."""

    reasons = ("InternalError", "ServerTimeout", "Timeout", "ServiceUnavailable", "StorageReadError")


_KINDS: Final[tuple[type[ApiError], ...]] = (
    *(
        BadRequestError,
        UnauthorizedError,
        ForbiddenError,
        NotFoundError,
        MethodNotAllowedError,
        NotAcceptableError,
        AlreadyExistsError,
        ConflictError,
    ),
    *(ExpiredError, RequestTooLargeError, UnsupportedMediaTypeError, InvalidError, TooManyRequestsError, ServerError),
)
_BY_REASON: Final = {reason: kind for kind in _KINDS for reason in kind.reasons}
_BY_CODE: Final[Mapping[int, type[ApiError]]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    406: NotAcceptableError,
    409: ConflictError,
    410: ExpiredError,
    413: RequestTooLargeError,
    415: UnsupportedMediaTypeError,
    422: InvalidError,
    429: TooManyRequestsError,
}


# What servers answer where a WebSocket was asked for and the question did not come through.
_UPGRADE: Final = "Upgrade request required"
_BETWEEN: Final = "something between the client and the server does not let WebSockets through"


def error_of(status: Status) -> ApiError:
    """The exception of a status: by its reason, else by its code."""
    if status.message == _UPGRADE:
        status = replace(status, message=f"{_UPGRADE}: {_BETWEEN}")
    by_code = ServerError if status.code >= 500 else _BY_CODE.get(status.code, ApiError)
    return _BY_REASON.get(status.reason, by_code)(status)


def is_status(data: object) -> bool:
    """Whether an object is a Status of the API."""
    return isinstance(data, _MAPPING) and data.get("kind") == "Status" and data.get("apiVersion") == "v1"


def without(text: str, secrets: tuple[str, ...]) -> str:
    """A text of a server, in which no secret is shown."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN) if secret else text
    return text


def hiding(error: E, secrets: tuple[str, ...]) -> E:
    """An exception whose words may be those of a server, in which no secret is shown."""
    error.args = tuple(without(each, secrets) if isinstance(each, str) else each for each in error.args)
    return error


def status_of(code: int, data: object, retry_after: float | None = None, secrets: tuple[str, ...] = ()) -> Status:
    """What an answer of this code says: a Status, or any text or object. `secrets` are shown nowhere."""

    def text(value: object) -> str:
        return without(value, secrets) if isinstance(value, str) else ""

    if not is_status(data):
        shown = " ".join(text(data).split())
        shown = f"{shown[:_LONGEST]}..." if len(shown) > _LONGEST else shown
        return Status(code=code, message=shown or "the server says nothing more", retry_after=retry_after)
    found: Any = data
    details = found.get("details") if isinstance(found.get("details"), _MAPPING) else {}
    causes: Any = details.get("causes")
    listed: Any = causes if isinstance(causes, _LIST) else ()
    metadata = found.get("metadata") if isinstance(found.get("metadata"), _MAPPING) else {}
    seconds = details.get("retryAfterSeconds")
    if retry_after is None and isinstance(seconds, (int, float)) and seconds > 0:
        retry_after = float(seconds)
    own = found.get("code")
    return Status(
        code=own if isinstance(own, int) and own else code,
        reason=text(found.get("reason")),
        message=text(found.get("message")),
        name=text(details.get("name")),
        group=text(details.get("group")),
        kind=text(details.get("kind")),
        uid=text(details.get("uid")),
        causes=tuple(
            Cause(field=text(each.get("field")), reason=text(each.get("reason")), message=text(each.get("message")))
            for each in listed
            if isinstance(each, _MAPPING)
        ),
        retry_after=retry_after,
        continue_token=text(metadata.get("continue")),
    )

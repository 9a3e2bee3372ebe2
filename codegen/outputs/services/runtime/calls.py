"""How an operation is called: the request, what is sent again, and how the answer is read. Nothing here waits or has a connection.

A call is a generator that gives what is to be done (`Send`, `Wait`, `Run`) and is sent what came of it; a client that blocks and one that does
not do these each in their own way, and share all else.
"""

import json
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar, cast
from urllib.parse import quote, urlencode

from .answers import InvalidRequestError, UnauthorizedError, error_of, status_of
from .received import (
    PACKAGE,
    Answer,
    Model,
    content_of,
    data_of,
    object_of,
    read,
    retry_after,
    warn,
)

T = TypeVar("T")
JSON: Final = "application/json"
_ANY: Final = "*/*"
_TEXT_TYPE: Final = "text/plain; charset=utf-8"
TEXT: Final = "text/plain, */*"
_NO_BODY: Final = ("GET", "HEAD", "OPTIONS")
_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")
_ITEM: Final = re.compile(r"\[\d+\]")
_STRING: Final[Any] = str
_MAPPING: Final[Any] = Mapping
_LIST: Final[Any] = (list, tuple)


Content = Mapping[str, Any] | Sequence[Any] | str | bytes  # what is passed on
Patch = Mapping[str, Any] | Sequence[Mapping[str, Any]] | Model
M = TypeVar("M", bound=Model)
N = TypeVar("N", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the API.

    Attributes:
        method, path: As the API names it; `{name}` in the path is a parameter, those in `whole` are the rest of a path.
        query: The name on the wire of each parameter that is not of the path.
        headers: Those of them that are headers.
        sends: The media types of a body, the first one is written where nothing else is said.
        kind: The `apiVersion` and `kind` of a body that is left out.
        checks: What checks a body: a module, relative to the client, and behind a colon its function.
        accepts: What of a finding of `checks` servers do not mind: the field and the code.
        rules: The kind whose rules of servers a body is held against.

    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    headers: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    sends: tuple[str, ...] = (JSON,)
    kind: tuple[str, str] | None = None
    checks: str = ""
    accepts: tuple[tuple[str, str], ...] = ()
    rules: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A request that is to be sent. Its headers have a token and its content may: neither is shown.

    Attributes:
        wait: The seconds in which something has to come, if they are not the usual ones.

    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A time that is to pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Run:
    """Work that may take long, as a program that is asked for a token."""

    work: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Open:
    """A request whose answer comes bit by bit."""

    send: Send


@dataclass(frozen=True, slots=True)
class More:
    """The next bytes of an answer that comes bit by bit: None behind the last."""

    answer: Any


@dataclass(frozen=True, slots=True)
class Found:
    """Something that the caller is given before the call ends."""

    value: Any


Step = Send | Wait | Run | Open | More | Found
Steps = Generator[Step, Any, T]


class Credentials(Protocol):
    """Who asks: what a request says of it, and what must be shown nowhere."""

    def ready(self) -> bool:
        """Whether `authorize` takes no time."""
        ...

    def authorize(self) -> dict[str, str]:
        """The headers of a request."""
        ...

    def refused(self) -> None:
        """The server did not know who asks: nothing that was kept is used again."""
        ...

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        ...

    @property
    def certificate(self) -> Any:
        """What is shown of the client when it connects, instead of what the configuration says, or None."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How calls are made.

    Attributes:
        user_agent: What the server is told of who calls.
        validate: Whether objects are checked before they are sent.
        retries: How often a request is sent again where the server says when.
        longest_wait: The most seconds to wait for that; a server that asks for more is not asked again.
        longest_answer: The most bytes of an answer that is kept whole, as all are but those of watches and logs.

    """

    user_agent: str = f"{PACKAGE.partition('.')[0]}-client"
    validate: bool = True
    retries: int = 5
    longest_wait: float = 60.0
    longest_answer: int = 512 * 1024 * 1024


class Caller:
    """Makes the calls of one client, as steps."""

    def __init__(self, credentials: Credentials, settings: Settings, headers: tuple[tuple[str, str], ...] = ()) -> None:
        self.credentials = credentials
        self.settings = settings
        self.headers = headers
        self.warning = warn  # what is done with warnings of the server

    def call(
        self, operation: Operation, path: Mapping[str, str], body: object, query: Mapping[str, Any], accept: str = JSON
    ) -> Steps[Answer]:
        """Send a request, again where the server says when; the answer of a success. Raises `ApiError` for any other."""
        if query.get("watch"):
            raise InvalidRequestError("a list is watched by the method watch of its resource")
        left = self.settings.retries
        while True:
            answer: Answer = yield (yield from self.request(operation, path, body, query, accept))
            self.warning(answer, self.credentials.secrets)
            if 200 <= answer.code < 300:
                return answer
            yield self.again(answer, operation.method, left)
            left -= 1

    def request(
        self, operation: Operation, path: Mapping[str, str], body: object, query: Mapping[str, Any], accept: str
    ) -> Steps[Send]:
        """The request of a call, from who asks now. Raises `InvalidRequestError` for one that the server would refuse."""
        content_type = query.get("content_type")
        target = target_of(operation, path, query)
        content = self.content(operation, path, body, content_type)
        headers = [("accept", accept), ("user-agent", self.settings.user_agent), *self.headers]
        headers += [
            (operation.query[name], written(query[name])) for name in operation.headers if query.get(name) is not None
        ]
        if content is not None:
            headers.append(("content-type", content_type or _type_of(operation, body)))
        known = self.credentials
        who: dict[str, str] = known.authorize() if known.ready() else (yield Run(known.authorize))
        return Send(method=operation.method, target=target, headers=(*headers, *who.items()), content=content)

    def again(self, answer: Answer, method: str, left: int) -> Wait:
        """How long to wait before a request is sent again, `left` times at most. Raises `ApiError` where it is not."""
        wait = wait_of(answer, method)
        if wait is not None and left and wait <= self.settings.longest_wait:
            return Wait(wait)
        error = error_of(status_of(answer.code, content_of(answer), retry_after(answer), self.credentials.secrets))
        if isinstance(error, UnauthorizedError):
            self.credentials.refused()
        raise error

    def model(
        self, operation: Operation, path: Mapping[str, str], body: object, query: Mapping[str, Any], kind: type[M]
    ) -> Steps[M]:
        """A call that is answered by an object of a class."""
        answer = yield from self.call(operation, path, body, query)
        return read(kind, data_of(answer), dry=query.get("dry_run") is not None)

    def either(
        self,
        operation: Operation,
        path: Mapping[str, str],
        body: object,
        query: Mapping[str, Any],
        kind: type[M],
        instead: tuple[str, type[N]],
    ) -> Steps[M | N]:
        """A call that may be answered by an object of another class, which is known by its kind."""
        answer = yield from self.call(operation, path, body, query)
        data = object_of(answer)
        name, other = instead
        return read(other, data) if data.get("kind") == name else read(kind, data)

    def instead(
        self,
        operation: Operation,
        path: Mapping[str, str],
        body: object,
        query: Mapping[str, Any],
        instead: tuple[str, type[M]],
    ) -> Steps[dict[str, Any] | M]:
        """A call that is answered by an object without a class, or by one of a class, which is known by its kind."""
        data = object_of((yield from self.call(operation, path, body, query)))
        name, kind = instead
        return read(kind, data) if data.get("kind") == name else data

    def mapping(
        self, operation: Operation, path: Mapping[str, str], body: object, query: Mapping[str, Any]
    ) -> Steps[dict[str, Any]]:
        """A call that is answered by an object without a class."""
        return object_of((yield from self.call(operation, path, body, query)))

    def anything(
        self, operation: Operation, path: Mapping[str, str], body: object, query: Mapping[str, Any]
    ) -> Steps[Any]:
        """A call that is answered by anything that JSON can say."""
        return data_of((yield from self.call(operation, path, body, query)))

    def text(self, operation: Operation, path: Mapping[str, str], body: object, query: Mapping[str, Any]) -> Steps[str]:
        """A call that is answered by a text."""
        answer = yield from self.call(operation, path, body, query, TEXT)
        return answer.content.decode("utf-8", errors="replace")

    def nothing(
        self, operation: Operation, path: Mapping[str, str], body: object, query: Mapping[str, Any]
    ) -> Steps[None]:
        """A call whose answer says no more than that it was done."""
        yield from self.call(operation, path, body, query, TEXT)

    def content(
        self, operation: Operation, path: Mapping[str, str], body: object, content_type: object = None
    ) -> bytes | None:
        """A body as bytes, checked if it is to be. Raises `InvalidRequestError`."""
        if content_type is not None and content_type not in operation.sends and _ANY not in operation.sends:
            raise InvalidRequestError(f"{content_type!r} is not one of {', '.join(operation.sends)}")
        if body is None:
            if operation.kind is None or operation.method in _NO_BODY:
                return None
            body = dict(zip(("apiVersion", "kind"), operation.kind, strict=True))
        data = body if isinstance(body, (_MAPPING, _LIST, str, bytes)) else cast("Model", body).to_dict()
        if isinstance(data, bytes):
            return data
        if isinstance(data, str):
            return data.encode()
        if self.settings.validate:
            check(operation, path, data)
        return json.dumps(data, ensure_ascii=False, allow_nan=False).encode()


def check(operation: Operation, path: Mapping[str, str], data: object) -> None:
    """Check a body by the validators beside the client and by the rules of servers. Raises `InvalidRequestError` with all that servers mind."""
    from importlib import import_module  # both are loaded when the first object is sent

    found: list[Any] = []
    if operation.checks:
        module, _, function = operation.checks.partition(":")
        errors = getattr(import_module(module, PACKAGE), function)(data)
        found += [each for each in errors if (_ITEM.sub("[*]", each.path), each.code) not in operation.accepts]
    if operation.rules:
        text = import_module(".rules", PACKAGE).RULES[operation.rules]
        url = {"name": path.get("name"), "namespace": path.get("namespace")}
        known = {each.path for each in found}
        refused = import_module(".runtime.server_rules", PACKAGE).refusals(text, data, url)
        found += [each for each in refused if each.path not in known]
    if found:
        listed = "; ".join(map(str, found[:10]))
        more = f"; and {len(found) - 10} more" if len(found) > 10 else ""
        raise InvalidRequestError(f"not sent, since the server would refuse it: {listed}{more}", tuple(found))


def target_of(operation: Operation, path: Mapping[str, str], query: Mapping[str, Any]) -> str:
    """The path and query of a request. Raises `InvalidRequestError` for a name that cannot stand in a path."""

    def segment(found: "re.Match[str]") -> str:
        name = found[1]
        value = path[name]
        if name in operation.whole:
            steps = value.removeprefix("/").split("/")
            if any(step in (".", "..") for step in steps):
                raise InvalidRequestError(f"{name} is {value!r}: a path may not lead back with '.' or '..'")
            return "/".join(quote(step, safe=_SAFE) for step in steps)
        if not isinstance(value, _STRING):
            raise InvalidRequestError(f"{name} is {value!r}, and must be a string")
        if not value:
            raise InvalidRequestError(f"{name} is empty, and must be the name of an object")
        if value in (".", "..") or "/" in value or "%" in value:
            raise InvalidRequestError(f"{name} is {value!r}: a name may not be '.' or '..', nor contain '/' or '%'")
        return quote(value, safe=_SAFE)

    target = _PARAMETER.sub(segment, operation.path)
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        if value is None or name == "content_type" or name in operation.headers:
            continue
        if name not in operation.query:
            raise InvalidRequestError(f"{operation.method} {operation.path} has no parameter {name!r}")
        values = value if isinstance(value, _LIST) else (value,)
        pairs += [(operation.query[name], written(each)) for each in values]
    return f"{target}?{urlencode(pairs)}" if pairs else target


_SAFE: Final = ":@!$&'()*+,;=~"  # what a segment of a path holds as it is (RFC 3986)


def written(value: object) -> str:
    """A parameter as text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _type_of(operation: Operation, body: object) -> str:
    """The media type of a body where the caller names none: a list is a JSON patch, any other patch is merged; what is passed on is what it is."""
    if _ANY in operation.sends:
        plain = _TEXT_TYPE if isinstance(body, str) else "application/octet-stream"
        return JSON if isinstance(body, (_MAPPING, _LIST)) else plain
    if operation.method != "PATCH":
        return JSON
    wanted = "application/json-patch+json" if isinstance(body, _LIST) else "application/merge-patch+json"
    return wanted if wanted in operation.sends else operation.sends[0]


def wait_of(answer: Answer, method: str) -> float | None:
    """The seconds after which a request may be sent again; None where it may not.

    A server that has too much to do (429) has not looked at the request. One that cannot be reached behind another (503) may have done
    what was asked, so only what changes nothing is sent again. Both have to say when.
    """
    safe = answer.code == 429 or (answer.code == 503 and method in _NO_BODY)
    return retry_after(answer) if safe else None

"""Calls that give one thing after another: the objects of a list, page by page, and what happens to them.

As other calls they are generators of steps; what they give to the caller is a step too (`Found`).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, Literal, TypeVar

from .answers import AnswerError, NoAnswerError, error_of, status_of, without
from .calls import JSON, TEXT, Caller, Found, More, Open, Operation, Steps, Wait
from .received import Answer, Model, object_of, read

M = TypeVar("M", bound=Model)
T = TypeVar("T")
SWITCHED: Final = 101
PAGE: Final = 500  # objects that are asked for at once, as kubectl does
_WATCH_SECONDS: Final = 300  # after which a server is asked to end a watch, which then begins again
_MARGIN: Final = 30.0  # seconds that may pass behind that
_FOLLOW_SECONDS: Final = 4 * 3600.0 + _MARGIN  # after which servers end what is silent
_LONGEST_LINE: Final = 64 * 1024 * 1024
_PAUSE: Final = 1.0  # seconds before a watch that ended and said nothing is begun again
_SLOWEST: Final = 30.0  # seconds between two attempts to connect again


@dataclass(frozen=True, slots=True)
class Event(Generic[T]):
    """What happened to an object, and how it is now; of one that was deleted, how it was last."""

    type: Literal["ADDED", "MODIFIED", "DELETED"]
    object: T


def each(
    calls: Caller, operation: Operation, path: Mapping[str, str], query: Mapping[str, Any], kind: type[M] | None
) -> Steps[None]:
    """Give all objects of a list, which is asked for page by page. Raises `ExpiredError` where a list changed too much meanwhile."""
    asked = dict(query)
    if "limit" in operation.query and asked.get("limit") is None:
        asked["limit"] = PAGE
    while True:
        data = object_of((yield from calls.call(operation, path, None, asked)))
        items = data.get("items")
        if items is not None and not isinstance(items, list):
            raise AnswerError("the answer is not a list: items is not an array")
        for item in items or ():
            yield Found(item if kind is None else read(kind, item))
        following = _metadata(data).get("continue")
        if not isinstance(following, str) or not following or "continue_" not in operation.query:
            return
        if following == asked.get("continue_"):
            raise AnswerError("the list does not go on: the server gives the same continue token again")
        asked = {name: value for name, value in asked.items() if not name.startswith("resource_version")}
        asked["continue_"] = following


def watch(
    calls: Caller, operation: Operation, path: Mapping[str, str], query: Mapping[str, Any], kind: type[M] | None
) -> Steps[None]:
    """Give what happens to the objects of a list, as `Event`s, until a time that `query` names, or for ever.

    A watch that ends, or is cut, goes on where it was. Raises `ExpiredError` where the server no longer knows what happened since: then the
    list is read again.
    """
    asked = dict(query)
    once = asked.get("timeout_seconds") is not None
    for name, value in (("watch", True), ("allow_watch_bookmarks", True), ("timeout_seconds", _WATCH_SECONDS)):
        if name in operation.query and asked.get(name) is None:
            asked[name] = value
    left = calls.settings.retries
    while True:
        said = False
        try:
            wait = float(asked.get("timeout_seconds") or _WATCH_SECONDS) + _MARGIN
            answer = yield from opened(calls, operation, path, asked, wait=wait)
            lines = _Lines()
            while (chunk := (yield More(answer))) is not None:
                for line in filter(bytes.strip, lines.of(chunk)):
                    event, version = _event(line, kind, calls.credentials.secrets)
                    left, said = calls.settings.retries, True
                    if version and "resource_version" in operation.query:
                        asked["resource_version"] = version
                        asked.pop("resource_version_match", None)
                        asked.pop("send_initial_events", None)
                    if event is not None:
                        yield Found(event)
        except NoAnswerError:
            if not left or once:
                raise
            left -= 1
            yield Wait(min(0.1 * 4.0 ** (calls.settings.retries - left - 1), _SLOWEST))
            continue
        if once:
            return
        if not said:
            yield Wait(_PAUSE)


def opened(
    calls: Caller,
    operation: Operation,
    path: Mapping[str, str],
    query: Mapping[str, Any],
    *,
    wait: float | None = None,
    accept: str = JSON,
    more: Callable[[], tuple[tuple[str, str], ...]] = tuple,
) -> Steps[Any]:
    """An answer that has begun: that of a success, or what an upgrade was answered. `more` gives further headers of each attempt, `wait` is the
    seconds in which something has to come. Raises `ApiError` for a refusal.
    """
    left = calls.settings.retries
    while True:
        send = yield from calls.request(operation, path, None, query, accept)
        begun = yield Open(replace(send, wait=wait, headers=(*send.headers, *more())))
        answer: Answer = begun.answer
        calls.warning(answer, calls.credentials.secrets)
        if answer.code == SWITCHED or 200 <= answer.code < 300:
            return begun
        yield calls.again(answer, operation.method, left)
        left -= 1


def follow(calls: Caller, operation: Operation, path: Mapping[str, str], query: Mapping[str, Any]) -> Steps[None]:
    """Give a text line by line while it is written, without the ends of the lines. Raises `NoAnswerError` where it is cut."""
    answer = yield from opened(calls, operation, path, {**query, "follow": True}, wait=_FOLLOW_SECONDS, accept=TEXT)
    lines = _Lines()
    while (chunk := (yield More(answer))) is not None:
        for line in lines.of(chunk):
            yield Found(line.decode(errors="replace"))
    if lines.rest:
        yield Found(lines.rest.decode(errors="replace"))


class _Lines:
    """Puts lines together; the last one is kept until it ends."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    @property
    def rest(self) -> bytes:
        """The line that has not ended."""
        return b"".join(self._pieces)

    def of(self, chunk: bytes) -> Sequence[bytes]:
        """The lines that end in a chunk. Raises `AnswerError` for one without an end."""
        first, *others = chunk.split(b"\n")
        self._pieces.append(first)
        self._size += len(first)
        if self._size > _LONGEST_LINE:
            raise AnswerError("the server sends a line that does not end")
        if not others:
            return ()
        whole = self.rest
        self._pieces, self._size = [others[-1]], len(others[-1])
        return (whole, *others[:-1])


def _event(line: bytes, kind: type[M] | None, secrets: tuple[str, ...]) -> tuple[Event[Any] | None, str]:
    """An event, and the resource version that it leads to; `secrets` are shown nowhere. Raises `ApiError` for an error, `AnswerError` for anything else."""
    data = object_of(Answer(code=200, headers=(), content=line))
    what, found = data.get("type"), data.get("object")
    if what == "ERROR":
        code = found.get("code") if isinstance(found, dict) else None
        raise error_of(status_of(code if isinstance(code, int) else 500, found, secrets=secrets))
    version = _metadata(found).get("resourceVersion") if isinstance(found, dict) else None
    seen = version if isinstance(version, str) else ""
    if what == "BOOKMARK":
        return None, seen
    if what not in ("ADDED", "MODIFIED", "DELETED"):
        raise AnswerError(f"the server sends an event of an unknown type: {without(json.dumps(what), secrets)[:40]}")
    return Event(what, found if kind is None else read(kind, found)), seen


def _metadata(data: Mapping[str, Any]) -> Mapping[str, Any]:
    found = data.get("metadata")
    return found if isinstance(found, dict) else {}

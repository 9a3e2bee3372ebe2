"""What comes back from a server, and how it is read: headers that warn or say when, JSON, objects of the classes."""

import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Final, Protocol, Self, TypeVar, cast

from .answers import AnswerError, without

PACKAGE: Final = __name__.rpartition(".")[0].rpartition(".")[0]  # the client
_WARNING: Final = re.compile(r'(\d{3}) (\S+) "((?:[^"\\]|\\.)*)"(?: "[^"]*")?')
_MAPPING: Final[Any] = Mapping


class Model(Protocol):
    """What a generated class has, of all that a client needs."""

    @classmethod
    def from_dict(cls, data: object, *, field_validation: Any = None) -> Self:
        """Read the wire form."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """The wire form."""
        ...


M = TypeVar("M", bound=Model)


class ServerWarning(UserWarning):
    """A warning of the server, from a Warning header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. Headers are lists: the server warns in several of one name."""

    code: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: bytes = field(repr=False)

    def header(self, name: str) -> str:
        """The first header of a name in lower case, or an empty string."""
        return next((value for known, value in self.headers if known == name), "")


def retry_after(answer: Answer) -> float | None:
    """What the header Retry-After says, in seconds: a number or a date."""
    text = answer.header("retry-after").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    from datetime import UTC, datetime  # few servers say a date

    return max(0.0, (when - datetime.now(UTC)).total_seconds()) if when.tzinfo is not None else None


def content_of(answer: Answer) -> object:
    """What an answer holds: JSON where it is JSON, else text."""
    text = answer.content.decode("utf-8", errors="replace")
    if "json" in answer.header("content-type") or text[:1] == "{":
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def warn(answer: Answer, secrets: tuple[str, ...]) -> None:
    """Give the warnings of a server as warnings of Python, each once. `secrets` are shown in none."""
    texts: dict[str, None] = {}
    for name, value in answer.headers:
        if name == "warning":
            for found in _WARNING.finditer(value):
                texts[re.sub(r"\\(.)", r"\1", found[3])] = None
    for text in texts:
        warnings.warn(ServerWarning(without(text, secrets)), stacklevel=_outside())


def _outside() -> int:
    """How far up the caller of the client is: the first frame outside of its package."""
    import sys  # only warnings need it

    depth, frame = 1, sys._getframe(1)
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith(PACKAGE):
        if frame.f_back is None:
            break
        depth, frame = depth + 1, frame.f_back
    return depth


def data_of(answer: Answer) -> Any:
    """The JSON of an answer. Raises `AnswerError`."""
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        kind = answer.header("content-type") or "no type"
        raise AnswerError(f"the answer ({answer.code}, {kind}) is not JSON: {error}") from None


def object_of(answer: Answer) -> dict[str, Any]:
    """The object that an answer is. Raises `AnswerError`."""
    data = data_of(answer)
    if not isinstance(data, dict):
        raise AnswerError(f"the answer ({answer.code}) is not an object")
    return cast("dict[str, Any]", data)


def read(kind: type[M], data: Any, *, dry: bool = False) -> M:
    """An object of a class. Fields that the class does not know are kept: a server may be newer. Raises `AnswerError`.

    What a dry run answers is not stored and has no resource version, which clients in Go read as an empty one.
    """
    if dry and isinstance(data, _MAPPING) and isinstance(data.get("metadata"), _MAPPING):
        data["metadata"].setdefault("resourceVersion", "")
    try:
        return kind.from_dict(data, field_validation="Ignore")
    except ValueError as error:
        raise AnswerError(f"the answer is no {kind.__name__}: {error}") from None

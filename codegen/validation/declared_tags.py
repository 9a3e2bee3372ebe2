"""Read the tags by which Kubernetes' types declare rules, such as `k8s:maxItems=32`."""

from __future__ import annotations

import re

from msgspec import Struct

_NAME = re.compile(r"(?:k8s:)?([A-Za-z][A-Za-z0-9]*)")
_WORD = re.compile(r"[A-Za-z_][\w.-]*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`')
_VALUE = re.compile(r"[^\s#()]+")
_BLANK = re.compile(r"\s*")
_COMMENT = re.compile(r"\s*(?:#.*)?\Z")


class Tag(Struct, frozen=True, kw_only=True):
    """A tag with its arguments and either a value or the tag that it wraps.

    An argument without a name has the empty name.
    """

    name: str
    arguments: tuple[tuple[str, str], ...] = ()
    value: str = ""
    inner: Tag | None = None

    def argument(self, name: str) -> str:
        """Return an argument, or an empty text."""
        return dict(self.arguments).get(name, "")


def parse_tag(text: str) -> Tag:
    """Parse a tag. Raises ValueError with the column."""
    parser = _Parser(text)
    tag = parser.read_tag()
    if not _COMMENT.match(text, parser.at):
        raise parser.failure("the end or a comment")
    return tag


class _Parser:
    """A recursive parser of one tag."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def failure(self, expected: str) -> ValueError:
        """Return an error at the current column."""
        return ValueError(f"{self._text!r}, column {self.at + 1}: {expected} is expected")

    def read_tag(self) -> Tag:
        """Read a tag and all tags that it wraps."""
        name = self._take(_NAME, "the name of a tag")[1]
        arguments = self._read_arguments() if self._skip("(") else ()
        if not self._skip("="):
            return Tag(name=name, arguments=arguments)
        if self._skip("+"):
            return Tag(name=name, arguments=arguments, inner=self.read_tag())
        return Tag(name=name, arguments=arguments, value=self._read_text(_VALUE))

    def _read_arguments(self) -> tuple[tuple[str, str], ...]:
        arguments: list[tuple[str, str]] = []
        while not self._skip(")"):
            if arguments and not self._skip(","):
                raise self.failure("a comma or ')'")
            self._take(_BLANK, "an argument")
            name = ""
            value = self._read_text(_WORD)
            if self._skip(":"):
                name = value
                self._take(_BLANK, "a value")
                value = self._read_text(re.compile(r"[^\s,()]+"))
            arguments.append((name, value))
            self._take(_BLANK, "')'")
        return tuple(arguments)

    def _read_text(self, plain: re.Pattern[str]) -> str:
        quoted = _QUOTED.match(self._text, self.at)
        if quoted is None:
            return self._take(plain, "a value")[0]
        self.at = quoted.end()
        if quoted[1] is None:
            return quoted[2]
        return re.sub(r"\\(.)", r"\1", quoted[1])

    def _take(self, pattern: re.Pattern[str], expected: str) -> re.Match[str]:
        match = pattern.match(self._text, self.at)
        if match is None:
            raise self.failure(expected)
        self.at = match.end()
        return match

    def _skip(self, character: str) -> bool:
        if not self._text.startswith(character, self.at):
            return False
        self.at += 1
        return True

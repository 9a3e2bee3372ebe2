"""What conditions are checked against: an object, its stored state and the URL of its request."""

import json
from collections.abc import Mapping
from typing import Any, Final

from codegen.kube.field_paths import FieldPath, PlacedValue
from codegen.validation.runtime.rule_records import Release

URL: Final = "url."  # prefix of a path in the URL
OLD: Final = "old."  # prefix of a path in the stored object


class MissingValue(Exception):
    """Raised if a condition needs a value that the caller did not give, such as the URL."""


class RuleContext:
    """An object, or a value inside it, with the URL of its request and the release of the server.

    `old` is the stored object, or None if the object is created. `gvk` is the kind of the whole
    object, and None if the schema does not tell it.
    """

    __slots__ = ("_found", "gvk", "obj", "old", "release", "url")

    def __init__(
        self,
        *,
        obj: Any,
        url: Mapping[str, str | None] | None = None,
        release: Release | None = None,
        old: Any = None,
        gvk: Any = None,
    ) -> None:
        self.obj = obj
        self.url = url
        self.release = release
        self.old = old
        self.gvk = gvk
        self._found: dict[str, set[object]] = {}  # values by path, cached by `has`

    def enter(self, value: Any, old: Any) -> "RuleContext":
        """Return the context of a value inside the object, with its stored state."""
        return RuleContext(
            obj=value, url=self.url, release=self.release, old=old, gvk=self.gvk
        )

    def has(self, path: str, value: object) -> bool:
        """Return whether a place at a path has a value. The places are looked up once."""
        if path not in self._found:
            places = FieldPath.parse(path).find(self.obj)
            self._found[path] = {identify(placed.value) for placed in places}
        return identify(value) in self._found[path]

    def look_up(self, path: str) -> PlacedValue:
        """Return a field of the object, or of the URL (`url.name`, `url.namespace`).

        Raises `MissingValue` if there is no URL.
        """
        if path.startswith(URL):
            if self.url is None:
                raise MissingValue(path)
            return PlacedValue((), self.url.get(path.removeprefix(URL)))
        return FieldPath.parse(path).first(self.obj)


def identify(value: object) -> object:
    """Return a text that equal JSON values share. Other values equal only themselves."""
    try:
        return json.dumps(value, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return id(value)


class GroupVersion:
    """Group and version of an apiVersion as Go's FromAPIVersionAndKind reads them.

    Both are empty for an invalid text.
    """

    __slots__ = ("group", "version")

    def __init__(self, api_version: object) -> None:
        text = api_version if isinstance(api_version, str) else ""
        if text.count("/") > 1:
            text = ""
        self.group, _, self.version = text.rpartition("/")

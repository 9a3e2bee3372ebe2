"""What rules of servers say that a field has to hold: read from data, for `conditions` to look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from codegen.core import releases
from codegen.core.releases import Release
from codegen.kube.field_paths import FieldPath


class ReleaseRange(Struct, frozen=True, kw_only=True):
    """The releases in which something holds; open-ended without `until`."""

    since: Release
    until: Release | None = None

    def holds(self, release: Release) -> bool:
        """Return whether it holds in a release."""
        return self.since <= release and (self.until is None or release <= self.until)


class Value(Struct, frozen=True, kw_only=True):
    """A value of a list, with its releases; for kinds of objects also their group or exact apiVersion."""

    value: Any
    span: ReleaseRange
    group: str | None = None
    api_version: str | None = None


class Condition(Struct, frozen=True, kw_only=True):
    """A condition that a field has to meet. `word` is one of `conditions.WORDS`."""

    field: FieldPath
    word: str
    value: Any = None
    values: tuple[Value, ...] = ()
    other: str = ""
    pattern: re.Pattern[str] | None = None


def condition_of(data: Mapping[str, Any], first: Release) -> Condition:
    """A condition as data says it; `first` is the release from which on it holds where none is named."""
    return Condition(
        field=FieldPath.parse(data["field"]),
        word=data["condition"],
        value=data.get("value"),
        values=tuple(_value(value, first) for value in data.get("values", ())),
        other=data.get("other", ""),
        pattern=_compiled(data["pattern"]) if "pattern" in data else None,
    )


@cache
def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


def _value(data: Any, first: Release) -> Value:
    if not isinstance(data, dict):
        return Value(value=data, span=ReleaseRange(since=first))
    return Value(
        value=data["value"],
        span=read_release_range(data, first),
        group=data.get("group"),
        api_version=data.get("api-version"),
    )


def read_release_range(data: Mapping[str, Any], first: Release) -> ReleaseRange:
    """From which release on something holds, and until which."""
    return ReleaseRange(
        since=releases.parse(data["from"]) if "from" in data else first,
        until=releases.parse(data["until"]) if "until" in data else None,
    )

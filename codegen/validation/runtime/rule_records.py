"""Records of server rules and their conditions."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from codegen.kube.field_paths import FieldPath

Release = tuple[int, int]  # major and minor


class ReleaseRange(NamedTuple):
    """A range of releases, open-ended without `until`."""

    since: Release
    until: Release | None = None

    def holds(self, release: Release) -> bool:
        """Return whether a release is in the range."""
        return self.since <= release and (self.until is None or release <= self.until)


class AllowedValue(NamedTuple):
    """A listed value, with a group or apiVersion for kinds.

    Without a range, all releases have it.
    """

    value: Any
    group: str | None = None
    api_version: str | None = None
    span: ReleaseRange | None = None

    def holds(self, release: Release | None) -> bool:
        """Return whether a release has the value, or any release if none is given."""
        return release is None or self.span is None or self.span.holds(release)


class Condition(NamedTuple):
    """A condition that a field has to meet.

    `checks` is the class that checks the word, if it is not `ConditionChecks`.
    """

    field: FieldPath
    word: str
    value: Any = None
    values: tuple[AllowedValue, ...] = ()
    other: str = ""
    pattern: re.Pattern[str] | None = None
    checks: type[Any] | None = None

    def allowed_values(self, release: Release | None) -> list[AllowedValue]:
        """Return the listed values of a release, or of all releases if none is given."""
        return [allowed for allowed in self.values if allowed.holds(release)]


def build_condition(
    data: Mapping[str, Any],
    values: tuple[AllowedValue, ...],
    checks: Mapping[str, type[Any]],
) -> Condition:
    """Build a condition of an entry in the words of rule files, with its listed values.

    `checks` are the classes for words that `ConditionChecks` does not check.
    """
    pattern = None
    if "pattern" in data:
        pattern = re.compile(data["pattern"], re.ASCII)
    return Condition(
        field=FieldPath.parse(data["field"]),
        word=data["condition"],
        value=data.get("value"),
        values=values,
        other=data.get("other", ""),
        pattern=pattern,
        checks=checks.get(data["condition"]),
    )


class RuleAnswer(Protocol):
    """The answer of a server to an object that breaks a rule.

    `cause` is the type of the cause, such as `FieldValueInvalid`. `field` is set if the server
    means the whole object. `args` are the values of the verbs in the text.
    """

    @property
    def cause(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def args(self) -> tuple[str, ...]: ...


class Rule(Protocol):
    """A rule of a server about the values of an object, see the README of the rule files.

    `stage` is the order of the answers. An `alone` rule replaces all other findings of its stage.
    """

    @property
    def fields(self) -> Sequence[FieldPath]: ...
    @property
    def effect(self) -> str: ...
    @property
    def cluster(self) -> bool: ...
    @property
    def alone(self) -> bool: ...
    @property
    def stage(self) -> int: ...
    @property
    def condition(self) -> Condition | None: ...
    @property
    def when(self) -> Sequence[Condition]: ...
    @property
    def codes(self) -> Sequence[str]: ...
    @property
    def answer(self) -> RuleAnswer | None: ...

"""Load the rules of servers from TOML files, which `rules.schema.json` describes.

Each file is about a kind, a definition or every object. The bundled files are in
`codegen/validation/server_rules`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from codegen.core import releases, resources, source
from codegen.core.diagnostics import CodegenError, Finding, Level, Span, failure
from codegen.core.json_types import JsonMapping, JsonObject, JsonValue
from codegen.core.releases import Release
from codegen.core.toml import locate_entry, parse_toml
from codegen.kube.field_paths import FieldPath
from codegen.model import Definition, GroupVersionKind
from codegen.model.file_names import schema_stem
from codegen.model.selection import Pattern, pattern
from codegen.validation.condition_words import FURTHER_CHECKS
from codegen.validation.object_finding import AFTER_RULES, Answer
from codegen.validation.runtime.rule_records import (
    AllowedValue,
    Condition,
    ReleaseRange,
    build_condition,
)


def parse_condition(data: JsonMapping, first: Release) -> Condition:
    """Parse a condition. `first` is the default of its first release."""
    values = tuple(_parse_value(value, first) for value in data.get("values", ()))
    return build_condition(data, values, FURTHER_CHECKS)


def _parse_value(data: object, first: Release) -> AllowedValue:
    if not isinstance(data, dict):
        return AllowedValue(value=data, span=ReleaseRange(since=first))
    return AllowedValue(
        value=data["value"],
        span=parse_release_range(data, first),
        group=data.get("group"),
        api_version=data.get("api-version"),
    )


def parse_release_range(data: JsonMapping, first: Release) -> ReleaseRange:
    """Parse the range of releases of an entry."""
    return ReleaseRange(
        since=releases.parse(data["from"]) if "from" in data else first,
        until=releases.parse(data["until"]) if "until" in data else None,
    )


FOLDER = resources.server_rules()
EVERY = "*"  # the key of the rules of every object
_EVERY_FILE = "every-object"
SCHEMA = FOLDER / "rules.schema.json"


class ServerRule(Struct, frozen=True, kw_only=True):
    """A rule of an API server about the values of an object.

    A rule accepts an error by the schema, fills in a default, or changes the request without an
    error.

    `only` and `except_for` restrict it by the kind of the whole object. `cluster` marks a rule that
    only a cluster can decide. An `alone` rule replaces all other findings of its stage. `codes` are
    the codes of accepted findings of the schema.
    """

    id: str
    fields: tuple[FieldPath, ...]
    span: ReleaseRange
    source: str
    says: Mapping[str, str]
    effect: str
    only: tuple[Pattern, ...]
    except_for: tuple[Pattern, ...]
    cluster: bool
    alone: bool
    condition: Condition | None
    when: tuple[Condition, ...]
    codes: tuple[str, ...]
    answer: Answer | None
    value: JsonValue

    @property
    def stage(self) -> int:
        """Return the stage of the answer, after all others without one."""
        if self.answer is not None:
            return self.answer.stage
        return AFTER_RULES

    def applies_to(self, kind: GroupVersionKind) -> bool:
        """Return whether the rule is for objects of a kind."""
        if self.only and not any(selector.matches_kind(kind) for selector in self.only):
            return False
        return not any(selector.matches_kind(kind) for selector in self.except_for)

    def meaning(self, locale: str) -> str:
        """Return the meaning of the rule in a language, or in English."""
        return self.says.get(locale) or self.says["en"]


class RuleSet(Struct, frozen=True, kw_only=True):
    """The rules of a kind, of a definition or of every object.

    `gvk` is None for a definition, whose key is `EVERY` for every object. `first` and `last` are
    the oldest and the newest release of the servers that were read. Inside the kinds of `within`,
    rejections apply from a later release on.
    """

    key: str
    gvk: GroupVersionKind | None
    first: Release
    last: Release
    rules: tuple[ServerRule, ...]
    within: tuple[tuple[Pattern, ReleaseRange], ...]

    @property
    def file_stem(self) -> str:
        """Return the name of the file with these rules."""
        if self.gvk is not None:
            return rule_file_stem(self.gvk)
        if self.key == EVERY:
            return _EVERY_FILE
        return self.key

    @property
    def title(self) -> str:
        """Return a title for the kind or definition."""
        if self.gvk is not None:
            return f"{self.gvk.kind} ({self.gvk.api_version})"
        if self.key == EVERY:
            return "every object"
        return f"each {self.key.rpartition('.')[2]}, wherever it stands"

    def covers(self, release: Release | None, span: ReleaseRange) -> bool:
        """Return whether a range has a release, or by default all releases of the file."""
        if release is None:
            return span.since <= self.first and span.until is None
        return span.holds(release)

    def select(
        self, release: Release | None, kind: GroupVersionKind | None = None
    ) -> tuple[ServerRule, ...]:
        """Return the rules for a release and an object of a kind."""
        is_late = kind is not None and any(
            selector.matches_kind(kind) and not self.covers(release, span)
            for selector, span in self.within
        )
        return tuple(
            rule
            for rule in self.rules
            if self.covers(release, rule.span)
            and (kind is None or rule.applies_to(kind))
            and not (is_late and rule.effect == "rejects")
        )


def rule_file_stem(gvk: GroupVersionKind) -> str:
    """Return the name of the rule file of a kind."""
    return schema_stem(
        Definition(key=f"{gvk.version}.{gvk.kind}", name=gvk.kind, gvks=(gvk,), span=Span(path=""))
    )


class RuleBook:
    """The rules in some folders and the bundled ones. A file is loaded on first use."""

    def __init__(self, folders: tuple[Path, ...] = ()) -> None:
        self._files: dict[str, Path] = {}
        for folder in (*folders, FOLDER):
            for file in folder.glob("*.toml"):
                self._files.setdefault(file.stem, file)
        self._loaded: dict[str, RuleSet | None] = {}

    @property
    def names(self) -> frozenset[str]:
        """Return the names of all files, among which are the keys of definitions."""
        return frozenset(self._files)

    def find_kind(self, gvk: GroupVersionKind | None) -> RuleSet | None:
        """Return the rules of a kind, or None.

        Raises `CodegenError` for a file that does not have the form of `rules.schema.json`.
        """
        if gvk is not None:
            return self._find(rule_file_stem(gvk))
        return None

    def find_definition(self, key: str) -> RuleSet | None:
        """Return the rules of a definition, or with `EVERY` of every object."""
        return self._find(_EVERY_FILE if key == EVERY else key)

    def _find(self, name: str) -> RuleSet | None:
        if name not in self._loaded:
            file = self._files.get(name)
            load = _load_bundled if file is not None and file.parent == FOLDER else load_rules
            self._loaded[name] = None if file is None else load(file)
        return self._loaded[name]


def load_rules(file: Path) -> RuleSet:
    """Load the rules of one file.

    Raises `CodegenError` for a file that does not have the form of `rules.schema.json`.
    """
    text = source.load(file).text
    data = parse_toml(file, text, "server-rules-unreadable", "correct it at this place")
    if file.parent != FOLDER:  # tests validate the bundled files
        _check_schema(data, file, text)
    try:
        rules = _parse_rule_set(data)
        if file.stem != rules.file_stem:
            raise ValueError(f"the file of these rules is named {rules.file_stem}.toml")
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise failure(
            "server-rules-invalid",
            f"{type(error).__name__}: {error}",
            Span(path=str(file)),
            f"see {SCHEMA.name} in codegen/validation/server_rules",
            arguments=(str(error),),
        ) from None
    return rules


_load_bundled = cache(load_rules)


def rule_file_schema() -> JsonObject:
    """Return the JSON Schema of a rule file."""
    return dict(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _check_schema(data: object, file: Path, text: str) -> None:
    from jsonschema import Draft202012Validator  # slow, and only for rules of a project

    from codegen.core.schema_errors import explain_schema_error, list_choices

    diagnostics = []
    for error in Draft202012Validator(rule_file_schema()).iter_errors(data):
        violation = explain_schema_error(error)
        span = Span(path=str(file))
        match violation.steps:
            case (str(table), int(number), *_):  # tomllib does not tell the lines of tables
                span = locate_entry(file, text, table, number)
        schema_hint = f"see {SCHEMA.name} in codegen/validation/server_rules"
        diagnostics.append(
            Finding(
                level=Level.ERR,
                rule="server-rules-invalid",
                message=f"{violation.path or '$'}: {violation.message}",
                span=span,
                hint=list_choices(violation) or schema_hint,
                arguments=(
                    violation.path or "$",
                    violation.message,
                ),
            )
        )
    if diagnostics:
        raise CodegenError(
            *sorted(diagnostics, key=lambda diagnostic: (diagnostic.span.line, diagnostic.message))
        )


def _parse_rule_set(data: JsonMapping) -> RuleSet:
    kind = data.get("kind")
    first = releases.parse(data["first"])
    named = {
        name: tuple(parse_condition(condition, first) for condition in listed)
        for name, listed in data.get("conditions", {}).items()
    }
    kinds = {name: tuple(map(pattern, listed)) for name, listed in data.get("kinds", {}).items()}
    rules = tuple(_parse_rule(rule, first, named, kinds) for rule in data["rules"])
    ids = [rule.id for rule in rules]
    if len(set(ids)) != len(ids):
        raise ValueError(
            f"the rule {next(rule_id for rule_id in ids if ids.count(rule_id) > 1)} is defined twice"
        )
    return RuleSet(
        key=kind["key"] if kind else data["definition"],
        gvk=GroupVersionKind(group=kind["group"], version=kind["version"], kind=kind["kind"])
        if kind
        else None,
        first=first,
        last=releases.parse(data["last"]),
        rules=rules,
        within=tuple(
            (pattern(name), parse_release_range({"from": since}, first))
            for name, since in data.get("within", {}).items()
        ),
    )


def _parse_rule(
    data: JsonMapping,
    first: Release,
    named: Mapping[str, tuple[Condition, ...]],
    kinds: Mapping[str, tuple[Pattern, ...]],
) -> ServerRule:
    fields = data.get("fields", [data["field"]] if "field" in data else [])
    paths = tuple(map(FieldPath.parse, fields))
    return ServerRule(
        id=data["id"],
        fields=paths,
        span=parse_release_range(data, first),
        source=data["source"],
        says=dict(data["says"]),
        effect=data.get("effect", "rejects"),
        only=_parse_patterns(data.get("only-kinds", ()), kinds),
        except_for=_parse_patterns(data.get("except-kinds", ()), kinds),
        cluster=data.get("decided", "static") == "cluster",
        alone=data.get("alone", False),
        condition=parse_condition(data, first) if "condition" in data else None,
        when=tuple(
            condition
            for entry in data.get("when", ())
            for condition in (
                named[entry] if isinstance(entry, str) else (parse_condition(entry, first),)
            )
        ),
        codes=tuple(data.get("codes", ())),
        answer=msgspec.convert(data["answer"], Answer) if "answer" in data else None,
        value=data.get("value"),
    )


def _parse_patterns(
    listed: str | Sequence[str], named: Mapping[str, tuple[Pattern, ...]]
) -> tuple[Pattern, ...]:
    if isinstance(listed, str):
        return named[listed]
    return tuple(map(pattern, listed))

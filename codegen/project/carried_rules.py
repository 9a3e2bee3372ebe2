"""Write the server rules of one release as data, which generated validators carry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from codegen.core import releases
from codegen.core.releases import Release
from codegen.model import GroupVersionKind, Reference
from codegen.outputs.server_rules import CarriedRules
from codegen.validation.declared_rules import declared_rules
from codegen.validation.object_walks import RouteFinder, find_item_key
from codegen.validation.rule_loader import EVERY, RuleBook, RuleSet, ServerRule
from codegen.validation.runtime.rule_context import URL
from codegen.validation.runtime.rule_judging import ACCEPTS, REJECTS
from codegen.validation.runtime.rule_records import AllowedValue, Condition

Data = dict[str, Any]


class RuleCarrier:
    """Writes the rules of one release, or without one those of all known releases."""

    def __init__(self, release: str = "") -> None:
        self._release = releases.parse(release) if release else None
        self._book = RuleBook()
        self._finders: _Finders | None = None

    def carry(
        self, reference: Reference, keys: Sequence[str], locales: Sequence[str]
    ) -> CarriedRules:
        """Return the rules for objects of definitions, see `CarryRules`."""
        if self._finders is None or self._finders.reference is not reference:
            self._finders = _Finders(reference, self._book, self._release)
        return _Writer(self._finders, self._book, self._release, locales).write(keys)


class _Finders:
    """The routes to the values of one reference that rules are about."""

    def __init__(self, reference: Reference, book: RuleBook, release: Release | None) -> None:
        self.reference = reference
        self.routes = RouteFinder(reference, book.names)
        table = declared_rules()
        self.declared = RouteFinder(reference, table.keys, table.find_dropped(release))


class _Writer:
    """The rules for objects of one reference."""

    def __init__(
        self,
        finders: _Finders,
        book: RuleBook,
        release: Release | None,
        locales: Sequence[str],
    ) -> None:
        self._finders = finders
        self._reference = finders.reference
        self._book = book
        self._release = release
        self._locales = locales
        self._kinds: list[GroupVersionKind] = []
        self._count = 0
        self._left_out: set[str] = set()
        self._checks: dict[str, str] = {}  # names of classes by their modules

    def write(self, keys: Sequence[str]) -> CarriedRules:
        """Return the rules for objects of these definitions."""
        definitions = [self._reference.definitions[key] for key in keys]
        self._kinds = [gvk for definition in definitions for gvk in definition.gvks]
        kinds = {
            definition.key: [_name_kind(gvk) for gvk in definition.gvks]
            for definition in definitions
            if definition.gvks
        }
        lists: dict[str, str] = {}
        for definition in definitions:
            item = find_item_key(definition)
            if item is not None and item in keys:
                lists[definition.key] = item
        routes = self._finders.routes
        reached = _reach(keys, routes)
        rules: Data = {}
        for gvk in self._kinds:
            self._add_rules(rules, _name_kind(gvk), self._book.find_kind(gvk))
        if kinds:
            self._add_rules(rules, EVERY, self._book.find_definition(EVERY))
        for key in reached:
            if key in routes.wanted:
                self._add_rules(rules, key, self._book.find_definition(key))
        declared_routes = self._finders.declared
        declared_reached = _reach(keys, declared_routes)
        declared: Data = {}
        for key in declared_reached:
            if key in declared_routes.wanted:
                self._add_rules(declared, key, declared_rules().find(key))
        data = {
            "kinds": kinds,
            "lists": lists,
            "rules": rules,
            "routes": _write_routes(reached, routes),
            "declared": declared,
            "declaredRoutes": _write_routes(declared_reached, declared_routes),
        }
        with_rules = {key for key in keys if key in kinds}
        for key in keys:
            is_inside = not _reach([key], routes).keys().isdisjoint(rules)
            if is_inside or not _reach([key], declared_routes).keys().isdisjoint(declared):
                with_rules.add(key)
        first, last = self._find_range()
        name = f"{first} to {last}"
        if self._release is not None:
            name = releases.format_release(self._release)
        return CarriedRules(
            data=data,
            keys=frozenset(with_rules),
            count=self._count,
            left_out=frozenset(self._left_out),
            release=name,
            is_one_release=self._release is not None,
            checks=dict(sorted(self._checks.items())),
        )

    def _find_range(self) -> tuple[str, str]:
        """Return the first and the last release of the rules of every object."""
        rules = self._book.find_definition(EVERY)
        if rules is None:
            return "", ""
        return releases.format_release(rules.first), releases.format_release(rules.last)

    def _add_rules(self, rules: Data, key: str, rule_set: RuleSet | None) -> None:
        """Add the rules of a set that reject objects, or accept errors by the schema."""
        if rule_set is None or key in rules:
            return
        listed: list[Data] = []
        by_kind = {_name_kind(gvk): rule_set.select(self._release, gvk) for gvk in self._kinds}
        for rule in rule_set.select(self._release):
            if rule.effect not in (REJECTS, ACCEPTS):
                continue
            if rule.effect == REJECTS and (rule.cluster or _needs_url(rule)):
                self._left_out.add(rule.id)
                continue
            kinds = [name for name, selected in by_kind.items() if _has_rule(selected, rule)]
            if key == EVERY and not kinds:
                continue
            entry = self._write_rule(rule)
            if len(kinds) < len(by_kind):
                entry["kinds"] = kinds
            listed.append(entry)
            if rule.effect == REJECTS:
                self._count += 1
        if listed:
            rules[key] = listed

    def _write_rule(self, rule: ServerRule) -> Data:
        entry: Data = {
            "effect": rule.effect,
            "stage": rule.stage,
            "says": {
                locale: rule.meaning(locale) for locale in self._locales if locale in rule.says
            },
        }
        if rule.fields:
            entry["fields"] = [path.text for path in rule.fields]
        if rule.alone:
            entry["alone"] = True
        if rule.condition is not None:
            entry["condition"] = self._write_condition(rule.condition)
        if rule.when:
            entry["when"] = list(map(self._write_condition, rule.when))
        if rule.codes:
            entry["codes"] = list(rule.codes)
        if rule.answer is not None:
            answer = rule.answer
            entry["answer"] = {
                "cause": answer.cause,
                "field": answer.field,
                "text": answer.text,
                "args": list(answer.args),
            }
        return entry

    def _write_condition(self, condition: Condition) -> Data:
        entry: Data = {"field": condition.field.text, "condition": condition.word}
        if condition.checks is not None:
            module = condition.checks.__module__.rpartition(".")[2]
            self._checks[module] = condition.checks.__name__
        if condition.value is not None:
            entry["value"] = condition.value
        if condition.values:
            allowed = condition.allowed_values(self._release)
            entry["values"] = list(map(_write_value, allowed))
        if condition.other:
            entry["other"] = condition.other
        if condition.pattern is not None:
            entry["pattern"] = condition.pattern.pattern
        return entry


def _has_rule(rules: Iterable[ServerRule], rule: ServerRule) -> bool:
    return any(each is rule for each in rules)


def _needs_url(rule: ServerRule) -> bool:
    """Return whether a rule needs the URL of the request."""
    conditions = [*rule.when]
    if rule.condition is not None:
        conditions.append(rule.condition)
    return any(
        condition.field.text.startswith(URL) or condition.other.startswith(URL)
        for condition in conditions
    )


def _write_value(allowed: AllowedValue) -> object:
    if allowed.group is None and allowed.api_version is None:
        return allowed.value if not isinstance(allowed.value, dict) else {"value": allowed.value}
    entry: Data = {"value": allowed.value}
    if allowed.group is not None:
        entry["group"] = allowed.group
    if allowed.api_version is not None:
        entry["api-version"] = allowed.api_version
    return entry


def _name_kind(gvk: GroupVersionKind) -> str:
    return f"{gvk.api_version}/{gvk.kind}"


def _reach(keys: Iterable[str], routes: RouteFinder) -> dict[str, None]:
    """Return the definitions on the routes from these ones, including them."""
    reached = dict.fromkeys(keys)
    waiting = list(reached)
    while waiting:
        for route in routes.find_routes(waiting.pop()):
            if route.definition not in reached:
                reached[route.definition] = None
                waiting.append(route.definition)
    return reached


def _write_routes(reached: Iterable[str], routes: RouteFinder) -> Data:
    """Return the routes of definitions, sorted."""
    written: Data = {}
    for key in sorted(reached):
        listed = [
            [route.field, route.definition, list(route.containers)]
            for route in routes.find_routes(key)
        ]
        if listed:
            written[key] = listed
    return written

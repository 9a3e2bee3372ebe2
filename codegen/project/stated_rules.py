"""State server rules as keywords of fields, for the schemas of outputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from codegen.core import releases
from codegen.core.releases import Release
from codegen.kube.field_paths import FieldPath, PathStep
from codegen.model import (
    Array,
    Map,
    Ref,
    Reference,
    Type,
    definition_refs,
)
from codegen.outputs.server_rules import StatedRules
from codegen.project.rule_statements import Statement
from codegen.validation.declared_rules import declared_rules
from codegen.validation.object_walks import RouteFinder, find_item_key
from codegen.validation.rule_loader import RuleBook, RuleSet, ServerRule
from codegen.validation.runtime.rule_judging import REJECTS

_PRESENT = frozenset(("required", "set"))  # conditions that an absent value breaks
_STATUS = "status"


class _StatedField(NamedTuple):
    """A field that a rule limits, and the part of its value (`[]` for the items of a list)."""

    definition: str
    field: str
    inside: str


def state_rules(release: str, reference: Reference) -> StatedRules:
    """Return the reference with the rules of a release, or without one those of all releases.

    A rule that only some kinds have is stated if all of these are kinds of the reference.
    """
    parsed = releases.parse(release) if release else None
    writer = _RuleWriter(reference, parsed, RuleBook())
    return writer.write()


class _RuleWriter:
    """Writes rules of one reference."""

    def __init__(self, reference: Reference, release: Release | None, book: RuleBook) -> None:
        self._reference = reference
        self._release = release
        self._book = book
        self._statements: dict[tuple[str, str], Statement] = {}
        self._left_out: set[str] = set()
        self._count = 0
        self._users = _count_users(reference)
        self._kinds = [
            definition
            for definition in reference.definitions.values()
            if definition.gvk is not None and find_item_key(definition) is None
        ]
        self._within = {kind.key: frozenset(reference.closure(kind.key)) for kind in self._kinds}

    def write(self) -> StatedRules:
        """Return the reference with all rules that keywords can say."""
        first = last = self._release
        for kind in self._kinds:
            rules = self._book.find_kind(kind.gvk)
            if rules is not None:
                first, last = rules.first, rules.last
                self._state_all(kind.key, rules.select(self._release, kind.gvk))
        for key in sorted(self._book.names & self._reference.definitions.keys()):
            rules = self._book.find_definition(key)
            if rules is not None:
                first, last = rules.first, rules.last
                self._state_all(key, self._select_shared(key, rules))
        declared = declared_rules()
        reached = self._find_declared()
        for key in sorted(reached):
            self._state_all(key, self._select_shared(key, declared.find(key)))
        definitions = dict(self._reference.definitions)
        for (key, name), statement in self._statements.items():
            definition = definitions[key]
            fields = [
                statement.add_to(each) if each.name == name else each for each in definition.fields
            ]
            definitions[key] = replace(definition, fields=tuple(fields))
        name = ""
        if self._release is not None:
            name = releases.format_release(self._release)
        elif first is not None and last is not None:
            name = f"{releases.format_release(first)} to {releases.format_release(last)}"
        return StatedRules(
            reference=replace(self._reference, definitions=definitions),
            count=self._count,
            left_out=frozenset(self._left_out),
            release=name,
        )

    def _select_shared(self, key: str, rules: RuleSet) -> tuple[ServerRule, ...]:
        """Return the rules of a definition that hold in all kinds with it."""
        kinds = [kind for kind in self._kinds if key in self._within[kind.key]]
        if not kinds:
            return rules.select(self._release)
        counts: Counter[int] = Counter()
        selected: dict[int, ServerRule] = {}
        for kind in kinds:
            for rule in rules.select(self._release, kind.gvk):
                counts[id(rule)] += 1
                selected[id(rule)] = rule
        shared: list[ServerRule] = []
        for number, rule in selected.items():
            if counts[number] == len(kinds):
                shared.append(rule)
            elif rule.effect == REJECTS:
                self._left_out.add(rule.id)
        return tuple(shared)

    def _find_declared(self) -> set[str]:
        """Return the definitions with declared rules, apart from those in a status.

        Servers ignore the status when an object is written.
        """
        table = declared_rules()
        routes = RouteFinder(self._reference, table.keys, table.find_dropped(self._release))
        waiting = [kind.key for kind in self._kinds]
        reached = set(waiting)
        while waiting:
            key = waiting.pop()
            for route in routes.find_routes(key):
                if route.definition not in reached and route.field != _STATUS:
                    reached.add(route.definition)
                    waiting.append(route.definition)
        in_status: set[str] = set()
        for kind in self._kinds:
            status = kind.field(_STATUS)
            if status is not None and isinstance(status.type, Ref):
                in_status.update(self._reference.closure(status.type.key))
        return (reached & routes.wanted) - in_status

    def _state_all(self, key: str, rules: Iterable[ServerRule]) -> None:
        for rule in rules:
            if rule.effect != REJECTS:
                continue
            if self._state(key, rule):
                self._count += 1
            else:
                self._left_out.add(rule.id)

    def _state(self, key: str, rule: ServerRule) -> bool:
        """State a rule, and return whether keywords say it."""
        condition = rule.condition
        if rule.cluster or condition is None:
            return False
        needs_value = False
        for other in rule.when:
            if other.word not in _PRESENT or other.field != condition.field:
                return False
            needs_value = needs_value or other.word == "required"
        stated = self._find_field(key, condition.field)
        if stated is None:
            return False
        limited = self._reference.definitions[stated.definition].field(stated.field)
        if limited is None:
            return False
        statement = self._statements.setdefault((stated.definition, stated.field), Statement())
        return statement.add(
            condition,
            self._release,
            limited.type,
            stated.inside,
            is_optional=bool(rule.when),
            may_be_empty=needs_value,
        )

    def _find_field(self, key: str, path: FieldPath) -> _StatedField | None:
        """Return the field at the end of a path, or None if other paths lead to it, too."""
        if not path.steps or path.steps[0].has_brackets:
            return None
        steps = list(path.steps)
        owner = key
        while True:
            name = steps.pop(0).name
            definition = self._reference.definitions.get(owner)
            inner = definition.field(name) if definition is not None else None
            if inner is None:
                return None
            inside = ""
            expression: Type = inner.type
            while steps and steps[0] == PathStep("*", has_brackets=True):
                steps.pop(0)
                if isinstance(expression, Array):
                    inside, expression = f"{inside}[]", expression.items
                elif isinstance(expression, Map):
                    inside, expression = f"{inside}{{}}", expression.values
                else:
                    return None
            if not steps:
                return _StatedField(owner, name, inside)
            if steps[0].has_brackets or not isinstance(expression, Ref):
                return None
            owner = expression.key
            if self._users[owner] != 1:
                return None


def _count_users(reference: Reference) -> Counter[str]:
    """Count how often each definition is used by others."""
    users: Counter[str] = Counter()
    for definition in reference.definitions.values():
        users.update(definition_refs(definition))
    return users

"""The rules of a schema (`x-kubernetes-validations`) run over an object, as a server runs them.

A schema is plain data, a map for each object, list or value that a rule stands at or sees:

    type      object, array, string, integer, number, boolean, int-or-string, or nothing
    format    date-time, date, duration or byte: CEL has types for them
    fields    name -> schema; inner: the schema of all items, or of the values of a map
    default   what a server writes where the value is absent
    nullable  null is a value; elsewhere it is as good as absent
    list      set or map, with keys; atomic: an object whose fields have no history of their own
    embedded  an object with apiVersion, kind and metadata: rules see no more of the last than name and generateName
    rules     the rules, each as the schema has it
    ref       the key of the schema that stands here
"""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from .cel_engine import engine
from .cel_program import CannotRun, Engine, Failed, Fault, Program, words_of
from .duration import Duration
from .errors import DUPLICATE, INVALID, LIST, REQUIRED, At, Found
from .moments import time_of

FORBIDDEN: Final = "FieldValueForbidden"
MISSING: Final = "no library for CEL is installed"
_REASONS: Final = {REQUIRED: "rule_required", FORBIDDEN: "rule_forbidden", DUPLICATE: "rule_duplicate"}
_RESERVED: Final = frozenset(
    [
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)
_ESCAPES: Final = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
_ESCAPED: Final = re.compile(r"__|[-./]")
_NAME: Final = re.compile(r"[A-Za-z_./-][A-Za-z0-9_./-]*", re.ASCII)
_PATH: Final = re.compile(r"\.([^.\[\]]+)|\['((?:[^'\\]|\\.)*)'\]")
_LONGEST: Final = 5120  # bytes of a message that is computed
_META: Final = ("name", "generateName")


@cache
def escaped(name: str) -> str | None:
    """The name of a field in expressions, or None: it has none."""
    if name in _RESERVED:
        return f"__{name}__"
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], name) if _NAME.fullmatch(name) else None


class Rule:
    """One rule, compiled when it is first asked."""

    __slots__ = (
        "_programs",
        "at",
        "message",
        "message_expression",
        "optional",
        "reason",
        "sees_old",
        "text",
        "uses_old",
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.text = str(data.get("rule") or "")
        self.message = str(data.get("message") or "").strip()
        self.message_expression = str(data.get("messageExpression") or "")
        self.reason = str(data.get("reason") or INVALID)
        self.optional = data.get("optionalOldSelf") is True
        self.at = str(data.get("fieldPath") or "")
        self.uses_old = "oldSelf" in words_of(self.text)
        self.sees_old = self.uses_old or "oldSelf" in words_of(self.message_expression)
        self._programs: dict[tuple[str, str], Program | Fault | CannotRun] = {}

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    @property
    def shown(self) -> str:
        """What a server calls it."""
        return self.message or self.text.strip()

    def program(self, by: Engine, text: str) -> Program:
        """The rule, or the expression of its message, compiled. Raises `Fault` and `CannotRun`."""
        known = self._programs.get((by.name, text))
        if known is None:
            try:
                known = _compiled(by, text, self.sees_old, self.optional)
            except (Fault, CannotRun) as error:
                known = error
            self._programs[by.name, text] = known
        if isinstance(known, Exception):
            raise known
        return known

    def given(self, by: Engine, value: Any, old: Any) -> Any:
        """The values that its programs take."""
        if not self.sees_old:
            return by.given({"self": value})
        if self.optional:
            return by.given({"self": value, "oldSelf_value": old, "has_oldSelf": old is not None})
        return by.given({"self": value, "oldSelf": old})


@cache
def _compiled(by: Engine, text: str, sees_old: bool, optional: bool) -> Program:
    if sees_old and optional:
        return by.compile(text, ("self", "oldSelf_value", "has_oldSelf"), "oldSelf")
    return by.compile(text, ("self", "oldSelf") if sees_old else ("self",))


class Broken(NamedTuple):
    """A rule that an object breaks. A server only warns where the value is as it was before (`stored`)."""

    found: Found
    rule: Rule
    stored: bool


class Unchecked(NamedTuple):
    """A rule that was not checked, where, and why: the end of a sentence."""

    at: At
    rule: Rule
    why: str


class Outcome(NamedTuple):
    """What the rules of an object come to."""

    broken: list[Broken]
    unchecked: list[Unchecked]


class Node:
    """A schema of one value; see above."""

    __slots__ = ("_data", "_fields", "_inner", "_schemas", "default", "embedded", "keys", "list", "nullable", "rules")

    def __init__(self, data: Mapping[str, Any], schemas: "Schemas") -> None:
        self._data = data
        self._schemas = schemas
        self._fields: dict[str, tuple[str | None, Node]] | None = None
        self._inner: Node | None = None
        self.rules = tuple(rule for each in data.get("rules", ()) if (rule := Rule(each)))
        self.default = data.get("default")
        self.nullable = data.get("nullable") is True
        self.embedded = data.get("embedded") is True
        self.list = data.get("list")
        self.keys = tuple(data.get("keys", ()))

    @property
    def fields(self) -> "dict[str, tuple[str | None, Node]]":
        """The name in expressions and the schema of each field."""
        if self._fields is None:
            known = self._data.get("fields", {})
            self._fields = {name: (escaped(name), self._schemas.node(inner)) for name, inner in known.items()}
        return self._fields

    @property
    def inner(self) -> "Node | None":
        """The schema of items or values."""
        if self._inner is None and "inner" in self._data:
            self._inner = self._schemas.node(self._data["inner"])
        return self._inner

    @property
    def kind(self) -> str:
        """The type."""
        return str(self._data.get("type", ""))

    @property
    def form(self) -> str:
        """The format."""
        return str(self._data.get("format", ""))

    @property
    def is_atomic(self) -> bool:
        """Whether its fields have no history."""
        return self._data.get("atomic") is True


class Schemas:
    """The schemas of an API by key."""

    def __init__(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        self._data = data
        self._nodes: dict[str, Node] = {}

    def node(self, data: Mapping[str, Any]) -> Node:
        """The schema that this data is or leads to."""
        key = data.get("ref")
        if key is None:
            return Node(data, self)
        known = self.of(key) or Node({}, self)
        more = {name: value for name, value in data.items() if name != "ref"}
        return known if not more else Node({**self._data.get(key, {}), **more}, self)

    def of(self, key: str) -> Node | None:
        """The schema with this key, if there are rules in it."""
        if key not in self._nodes:
            if key not in self._data:
                return None
            self._nodes[key] = Node(self._data[key], self)
        return self._nodes[key]


# ----------------------------------------------------------------------------------------------------- as rules see it


def prepared(node: Node, value: Any, by: Engine) -> Any:
    """A value as rules see it: with defaults, without nulls that mean nothing, with the types and names of CEL."""
    if isinstance(value, dict):
        return _object(node, value, by)
    inner = node.inner
    if isinstance(value, LIST):
        return value if inner is None else [prepared(inner, _or_default(inner, item), by) for item in value]
    if node.kind == "number" and type(value) is int:
        return float(value)
    if isinstance(value, str) and node.form:
        return _formed(node.form, value, by)
    return value


def _object(node: Node, value: Mapping[str, Any], by: Engine) -> dict[str, Any]:
    inner = node.inner
    if inner is not None:
        return {name: prepared(inner, _or_default(inner, each), by) for name, each in value.items()}
    fields = node.fields
    if not fields and node.kind != "object":
        return dict(value)
    seen: dict[str, Any] = {}
    for name, each in value.items():
        known = fields.get(name)
        if known is None:
            if each is not None:
                seen[name] = each
        elif (each is not None or known[1].nullable) and known[0] is not None:
            seen[known[0]] = prepared(known[1], each, by)
    for own, field in fields.values():
        if field.default is not None and own is not None and own not in seen:
            seen[own] = prepared(field, field.default, by)
    if node.embedded:
        metadata = value.get("metadata")
        named = metadata if isinstance(metadata, dict) else {}
        seen["metadata"] = {name: named[name] for name in _META if isinstance(named.get(name), str)}
    return seen


def _or_default(node: Node, value: Any) -> Any:
    return node.default if value is None and not node.nullable and node.default is not None else value


def _formed(form: str, text: str, by: Engine) -> Any:
    """A text as the type of CEL that its format stands for; one that is not of the format stays as it is, and is told elsewhere."""
    try:
        if form == "date-time":
            return by.moment(time_of(text).astimezone(UTC))
        if form == "date":
            day = date.fromisoformat(text)
            return by.moment(datetime(day.year, day.month, day.day, tzinfo=UTC))
        if form == "duration":
            return by.length(timedelta(microseconds=Duration(text).nanoseconds / 1000))
        if form == "byte":
            return b64decode(text, validate=True)
    except (ValueError, OverflowError):
        pass
    return text


def aligned(node: Node, value: Any, old: Any) -> Any:
    """The old value with the items of sets and of lists with keys in the order of the new one: their order says nothing."""
    if isinstance(value, LIST) and isinstance(old, LIST):
        inner = node.inner
        if node.list == "set":
            return [*(item for item in value if item in old), *(item for item in old if item not in value)]
        if node.list == "map" and inner is not None:
            by_key = {_key(node, item): item for item in old}
            found = [aligned(inner, item, by_key.pop(key)) for item in value if (key := _key(node, item)) in by_key]
            return [*found, *by_key.values()]
        return old
    if isinstance(value, dict) and isinstance(old, dict):
        inner = node.inner
        pairs = {own: field for own, field in node.fields.values() if own is not None}
        return {
            name: aligned(field, value[name], each) if name in value and (field := inner or pairs.get(name)) else each
            for name, each in old.items()
        }
    return old


def _key(node: Node, item: Any) -> Any:
    if not isinstance(item, dict):
        return repr(item)
    return tuple(repr(item.get(escaped(name) or name)) for name in node.keys)


# --------------------------------------------------------------------------------------------------------------- runs


def check(node: Node, obj: Any, old: Any = None, *, at: At = None, by: Engine | None = None) -> Outcome:
    """All rules of a schema over an object; `old` is what is stored (None: the object is created)."""
    outcome = Outcome([], [])
    runs = by or engine()
    if runs is None:
        for each, rules_at in _rules_at(node, obj, at):
            outcome.unchecked.extend(Unchecked(rules_at, rule, MISSING) for rule in each.rules)
        return outcome
    try:
        value = prepared(node, obj, runs)
        before = None if old is None else aligned(node, value, prepared(node, old, runs))
        _walk(node, value, before, at, value == before, outcome, runs)
    except (CannotRun, RecursionError) as error:
        why = str(error) if isinstance(error, CannotRun) else "the object is nested too deep"
        outcome.unchecked.extend(
            Unchecked(at, rule, why) for each, _ in _rules_at(node, obj, at) for rule in each.rules
        )
    return outcome


def _rules_at(node: Node, value: Any, at: At) -> Iterator[tuple[Node, At]]:
    """The schemas with rules, at each value that they are for."""
    if node.rules and value is not None:
        yield node, at
    for inner, _, each, _, place in _parts(node, value, None, at, names=False):
        yield from _rules_at(inner, each, place)


def _parts(node: Node, value: Any, old: Any, at: At, *, names: bool = True) -> Iterator[tuple[Node, str, Any, Any, At]]:
    """The schema, value, old value and place of each part of a value; `names` says that fields have those of expressions."""
    inner = node.inner
    if isinstance(value, dict):
        before = old if isinstance(old, dict) and not node.is_atomic else {}
        if inner is not None:
            for name, each in value.items():
                yield inner, name, each, before.get(name), (at, (name,))
        for name, (own, field) in node.fields.items():
            key = own if names else name
            if key is not None and (each := value.get(key)) is not None:
                yield field, name, each, before.get(key), (at, name)
    elif isinstance(value, LIST) and inner is not None:
        known = {_key(node, item): item for item in old} if node.list == "map" and isinstance(old, LIST) else {}
        for number, item in enumerate(value):
            yield inner, "", item, known.get(_key(node, item)) if known else None, (at, number)


def _walk(node: Node, value: Any, old: Any, at: At, stored: bool, outcome: Outcome, by: Engine) -> None:
    if value is None:
        return
    _run(node, value, old, at, stored, outcome, by)
    for inner, _, each, before, place in _parts(node, value, old, at):
        _walk(inner, each, before, place, stored if before is None else each == before, outcome, by)


def _run(node: Node, value: Any, old: Any, at: At, stored: bool, outcome: Outcome, by: Engine) -> None:
    """Run the rules of one value, which is converted once for those that see the same."""
    prepared_once: dict[tuple[bool, bool], Any] = {}
    for rule in node.rules:
        if rule.uses_old and old is None and not rule.optional:
            continue  # there is nothing to compare with
        try:
            program = rule.program(by, rule.text)
            which = (rule.sees_old, rule.optional)
            given = prepared_once.get(which)
            if given is None:
                given = prepared_once[which] = rule.given(by, value, old)
            if program.run(given) is True:
                continue
            word, said = _REASONS.get(rule.reason, "rule_invalid"), _message(rule, given, by)
            place, code = at_path(at, node, rule.at), rule.reason
        except Failed as error:
            word, said, place, code = "rule_failed", f"{error} evaluating rule: {rule.shown}", at, INVALID
        except (Fault, CannotRun) as error:
            why = f"it does not compile: {error.text}" if isinstance(error, Fault) else str(error)
            outcome.unchecked.append(Unchecked(at, rule, why))
            continue
        outcome.broken.append(Broken((place, code, word, {"message": said}), rule, stored and not rule.uses_old))


def _message(rule: Rule, given: Any, by: Engine) -> str:
    """What a broken rule says: its computed message where that is one line, else its message, else itself."""
    if rule.message_expression:
        try:
            said = rule.program(by, rule.message_expression).run(given)
        except (Fault, Failed, CannotRun):
            said = None
        if isinstance(said, str) and (said := said.strip()) and "\n" not in said and len(said.encode()) <= _LONGEST:
            return said
    return rule.message or f"failed rule: {rule.text.strip()}"


def at_path(at: At, node: Node, path: str) -> At:
    """The place that `fieldPath` names, as far as the schema has it."""
    for found in _PATH.finditer(path):
        name = found[1] if found[1] is not None else re.sub(r"\\(.)", r"\1", found[2])
        known = node.fields.get(name)
        at = (at, name) if known is not None or node.inner is None else (at, (name,))
        node = known[1] if known is not None else node.inner or node
    return at

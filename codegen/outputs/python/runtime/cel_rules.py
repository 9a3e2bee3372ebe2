# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""The rules of a schema (`x-kubernetes-validations`) run over an object, as a server runs them."""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple

from .cel_engine import engine
from .cel_program import CannotRun, Engine, Failed, Fault
from .cel_schemas import Node, Rule, escaped
from .duration import Duration
from .errors import DUPLICATE, INVALID, LIST, REQUIRED, At, Found, steps_to
from .moments import is_time, time_of

FORBIDDEN: Final = "FieldValueForbidden"
MISSING: Final = "no library for CEL is installed"
WRONG: Final = "what they look at is wrong already"
FAILED: Final = "rule_failed"  # the word of a rule that ended in an error
_REASONS: Final = {REQUIRED: "rule_required", FORBIDDEN: "rule_forbidden", DUPLICATE: "rule_duplicate"}
_PATH: Final = re.compile(r"\.([^.\[\]]+)|\['((?:[^'\\]|\\.)*)'\]")
_LONGEST: Final = 5120  # bytes of a message that is computed
_META: Final = ("name", "generateName")


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


# ----------------------------------------------------------------------------------------------------- as rules see it


def prepared(node: Node, value: Any, by: Engine) -> Any:
    """A value as rules see it: with defaults, without nulls that mean nothing, with the types and names of CEL."""
    if isinstance(value, dict):
        return _object(node, value, by)
    inner = node.inner
    if isinstance(value, LIST):
        items = value if inner is None else [prepared(inner, _or_default(inner, item), by) for item in value]
        return items if node.list is None else by.merging(items, node.merged_by or ())
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
    for own, field in node.defaults:
        if own not in seen:
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
        if form == "date-time" and is_time(text):  # its type in CEL is strict, where the format takes small letters
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


def aligned(node: Node, value: Any, old: Any, by: Engine) -> Any:
    """The old value with the items of sets and of lists with keys in the order of the new one: their order says nothing."""
    if isinstance(value, LIST) and isinstance(old, LIST):
        inner = node.inner
        if node.list == "set":
            kept, gone = [item for item in value if item in old], [item for item in old if item not in value]
            return by.merging([*kept, *gone], ())
        if node.list == "map" and inner is not None:
            by_key = {_key(node, item): item for item in old}
            found = [aligned(inner, item, by_key.pop(key), by) for item in value if (key := _key(node, item)) in by_key]
            return by.merging([*found, *by_key.values()], node.merged_by or ())
        return old
    if isinstance(value, dict) and isinstance(old, dict):
        inner = node.inner
        pairs = {own: field for own, field in node.fields.values() if own is not None}
        paired = dict(old)
        for name, each in old.items():
            if name in value and (field := inner or pairs.get(name)):
                paired[name] = aligned(field, value[name], each, by)
        return paired
    return old


def _key(node: Node, item: Any) -> Any:
    if not isinstance(item, dict):
        return repr(item)
    return tuple(repr(item.get(escaped(name) or name)) for name in node.keys)


# --------------------------------------------------------------------------------------------------------------- runs


def check(
    node: Node,
    obj: Any,
    old: Any = None,
    *,
    at: At = None,
    wrong: Sequence[tuple[Any, ...]] = (),
    by: Engine | None = None,
) -> Outcome:
    """All rules of a schema over an object; `old` is what is stored (None: the object is created).

    `wrong` are the steps to values that are not of their schema: a rule that fails over one of them says nothing.
    """
    outcome = Outcome([], [])
    runs = by or engine()
    try:
        if runs is None:
            raise CannotRun(MISSING)
        value = prepared(node, obj, runs)
        before = None if old is None else aligned(node, value, prepared(node, old, runs), runs)
        _walk(node, value, before, at, before is not None and value == before, outcome, runs)
    except (CannotRun, RecursionError) as error:
        why = str(error) if isinstance(error, CannotRun) else "the object is nested too deep"
        outcome.broken.clear()
        outcome.unchecked[:] = [Unchecked(place, rule, why) for rule, place in _rules_of(node, at)]
    if wrong:
        failed = [each for each in outcome.broken if each.found[2] == FAILED and _is_near(each.found[0], wrong)]
        outcome.unchecked.extend(Unchecked(each.found[0], each.rule, WRONG) for each in failed)
        outcome.broken[:] = [each for each in outcome.broken if each not in failed]
    return outcome


def _is_near(at: At, wrong: Sequence[tuple[Any, ...]]) -> bool:
    """Whether a place is inside one of others, or around it."""
    steps = steps_to(at)
    return any(all(one == other for one, other in zip(steps, each, strict=False)) for each in wrong)


def _rules_of(node: Node, at: At) -> Iterator[tuple[Rule, At]]:
    """All rules of a schema, at the fields that they are for, whatever the object has; a schema inside itself is looked at once."""
    waiting, known = [(node, at)], {id(node)}
    while waiting:
        each, place = waiting.pop()
        yield from ((rule, place) for rule in each.rules)
        parts = [(field, (place, name)) for name, _, field in each.ruled]
        if (inner := each.inner) is not None and inner.leads_to_rules:
            parts.append((inner, place))
        waiting += [part for part in parts if id(part[0]) not in known]
        known.update(id(part[0]) for part in parts)


def _walk(node: Node, value: Any, old: Any, at: At, stored: bool, outcome: Outcome, by: Engine) -> None:
    if node.rules:
        _run(node, value, old, at, stored, outcome, by)
    inner = node.inner
    if isinstance(value, dict):
        before = old if isinstance(old, dict) and not node.is_atomic else None
        for name, own, field in node.ruled:
            if (each := value.get(own)) is not None:
                _step(field, each, before and before.get(own), (at, name), stored, outcome, by)
        if inner is not None and inner.leads_to_rules:
            for name, each in value.items():
                if each is not None:
                    _step(inner, each, before and before.get(name), (at, (name,)), stored, outcome, by)
    elif inner is not None and isinstance(value, LIST) and inner.leads_to_rules:
        known = {_key(node, item): item for item in old} if node.list == "map" and isinstance(old, LIST) else None
        for number, item in enumerate(value):
            if item is not None:
                _step(inner, item, known and known.get(_key(node, item)), (at, number), stored, outcome, by)


def _step(node: Node, value: Any, old: Any, at: At, stored: bool, outcome: Outcome, by: Engine) -> None:
    """Go into a part of a value; one that was not there before is as it was stored where all around it is."""
    _walk(node, value, old, at, stored if old is None else value == old, outcome, by)


def _run(node: Node, value: Any, old: Any, at: At, stored: bool, outcome: Outcome, by: Engine) -> None:
    """Run the rules of one value, which is converted once for those that see the same."""
    plain: Any = None  # what rules see that do not look back
    for rule in node.rules:
        if rule.uses_old and old is None and not rule.optional:
            continue  # there is nothing to compare with
        try:
            if rule.sees_old:
                given = rule.given(by, value, old)
            else:
                given = plain = plain or by.given({"self": value})
            if rule.run(by, given) is True:
                continue
            word, said = _REASONS.get(rule.reason, "rule_invalid"), _message(rule, given, by)
            place, code = at_path(at, node, rule.at), rule.reason
        except Failed as error:
            word, said, place, code = FAILED, f"{error} evaluating rule: {rule.shown}", at, INVALID
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

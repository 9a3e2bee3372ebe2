"""Comparison of validation rules in CEL by their syntax trees.

Without the library that parses expressions, the texts are compared, and a note tells so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import chain

from msgspec import Struct

from codegen.cel.normal_form import NormalForm, normalize_expression
from codegen.cel.rule_schemas import collect_rules
from codegen.cel.runtime.cel_engine import MISSING, is_installed
from codegen.core.diagnostics import Route
from codegen.model import Reference

_Entry = Mapping[str, object]
# A key that, like the expression, decides whether an object is rejected.
_DECIDING = "optionalOldSelf"
_SIMILAR = 0.6  # the least similarity of two expressions of one rule


class RuleDifference(Struct, frozen=True, kw_only=True):
    """A difference between two lists of rules.

    It has the id of its rule, the old and new words, and the steps to the line in the new list.
    """

    rule: str
    old: str | None = None
    new: str | None = None
    steps: Route = ()


class _StatedRule(Struct, frozen=True, kw_only=True):
    """A rule with its number in its list."""

    entry: _Entry
    number: int


def compare_validation_rules(old: str | None, new: str | None) -> Iterator[RuleDifference]:
    """Yield the differences between two lists of `x-kubernetes-validations`.

    Rules with the same expression are the same rule, also if a list repeats it or a variable has
    another name. Otherwise rules with the same unique message are one rule with a changed
    expression, since authors keep the message when they correct the expression. (Kubernetes:
    Validation rules.) So are rules without words of their own whose expressions are similar.
    """
    before, after = _index_rules(old), _index_rules(new)
    for expression, was in before.items():
        if expression in after:
            yield from _compare_details(was, after[expression])
    removed = [stated for expression, stated in before.items() if expression not in after]
    added = [stated for expression, stated in after.items() if expression not in before]
    for was, now in (*_pair_messages(removed, added), *_pair_expressions(removed, added)):
        yield RuleDifference(
            rule="validation-changed",
            old=_describe_rule(was.entry),
            new=_describe_rule(now.entry),
            steps=(now.number, "rule"),
        )
        removed.remove(was)
        added.remove(now)
    for stated in removed:
        yield RuleDifference(rule="validation-removed", old=_describe_rule(stated.entry))
    for stated in added:
        yield RuleDifference(
            rule="validation-added",
            new=_describe_rule(stated.entry),
            steps=(stated.number, "rule"),
        )


def are_rules(*texts: str | None) -> bool:
    """Return whether all texts are JSON lists of rules."""
    entries = chain.from_iterable(_read_entries(text) for text in texts)
    return all(isinstance(entry, dict) and "rule" in entry for entry in entries)


def describe_text_comparison(reference: Reference) -> Iterator[str]:
    """Yield a note if the rules of a reference can only be compared as text."""
    count = sum(len(collect_rules(definition)) for definition in reference.definitions.values())
    if count and not is_installed():
        yield f"rules in CEL are compared as text, as {MISSING}: {count}"


def _index_rules(text: str | None) -> dict[NormalForm, _StatedRule]:
    """Index the rules of a list by their normal forms, or by texts that cannot be parsed."""
    rules: dict[NormalForm, _StatedRule] = {}
    for number, entry in enumerate(_read_entries(text)):
        if not isinstance(entry, dict):
            continue
        written = str(entry["rule"])
        if entry.get(_DECIDING) is False:  # as if it were absent
            entry = {word: value for word, value in entry.items() if word != _DECIDING}
        form = normalize_expression(written) or (written,)
        rules[form] = _StatedRule(entry=entry, number=number)
    return rules


def _read_entries(text: str | None) -> list[object]:
    entries = json.loads(text) if text else []
    if isinstance(entries, list):
        return entries
    return [entries]


def _pair_messages(
    removed: Iterable[_StatedRule], added: Iterable[_StatedRule]
) -> list[tuple[_StatedRule, _StatedRule]]:
    """Pair the rules with the same unique message."""
    gone, come = _unique_messages(removed), _unique_messages(added)
    return [(was, come[message]) for message, was in gone.items() if message in come]


def _pair_expressions(
    removed: Iterable[_StatedRule], added: Iterable[_StatedRule]
) -> list[tuple[_StatedRule, _StatedRule]]:
    """Pair the rules without a message whose expressions are similar, each with the most similar."""
    come = [stated for stated in added if not stated.entry.get("message")]
    pairs = []
    for was in removed:
        if was.entry.get("message") or not come:
            continue
        now = max(come, key=lambda stated: _measure_similarity(was, stated))
        if _measure_similarity(was, now) >= _SIMILAR:
            pairs.append((was, now))
            come.remove(now)
    return pairs


def _measure_similarity(old: _StatedRule, new: _StatedRule) -> float:
    return SequenceMatcher(None, str(old.entry["rule"]), str(new.entry["rule"])).ratio()


def _unique_messages(rules: Iterable[_StatedRule]) -> dict[str, _StatedRule]:
    """Index rules by their message if no other one has it."""
    groups: dict[str, list[_StatedRule]] = {}
    for stated in rules:
        groups.setdefault(str(stated.entry.get("message") or ""), []).append(stated)
    return {message: group[0] for message, group in groups.items() if message and len(group) == 1}


def _compare_details(old: _StatedRule, new: _StatedRule) -> Iterator[RuleDifference]:
    """Compare everything except the meaning of the expressions of a rule."""
    was, now = old.entry, new.entry
    if was.get(_DECIDING) != now.get(_DECIDING):
        yield RuleDifference(
            rule="validation-changed",
            old=_describe_rule(was, (_DECIDING,)),
            new=_describe_rule(now, (_DECIDING,)),
            steps=(new.number, _DECIDING),
        )
    changed = [
        word
        for word in sorted({*was, *now} - {"rule", _DECIDING})
        if was.get(word) != now.get(word)
    ]
    is_shown = not (_has_message(was) and _has_message(now))
    if is_shown and _remove_space(was) != _remove_space(now):
        changed.insert(0, "rule")
    if changed:
        yield RuleDifference(
            rule="validation-message-changed",
            old=_describe_rule(was, changed),
            new=_describe_rule(now, changed),
            steps=(new.number, changed[0]),
        )


def _has_message(entry: _Entry) -> bool:
    """Return whether errors have words of their own. Without them they show the expression."""
    return bool(entry.get("message") or entry.get("messageExpression"))


def _remove_space(entry: _Entry) -> str:
    return "".join(str(entry["rule"]).split())


def _describe_rule(entry: _Entry, also: Sequence[str] = ()) -> str:
    """Describe a rule: `self.a < self.b ("a comes before b")`, and further keys."""
    if entry.get("message"):
        message = f' ("{entry["message"]}")'
    else:
        message = ""
    more = [
        f"{word}: {json.dumps(entry[word], ensure_ascii=False)}"
        for word in also
        if word != "message" and word in entry
    ]
    return f"{entry['rule']}{message}" + (f" [{', '.join(more)}]" if more else "")

"""Comparison of the rules of `x-kubernetes-validations`.

Rules with the same expression are the same rule. Otherwise rules with the same unique message are one rule with a changed expression,
since authors keep the message when they correct the expression. (Kubernetes: Validation rules.)
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

_Entry = dict[str, Any]
_Change = tuple[str, str | None, str | None]  # rule of the catalogue, old and new words
# Keys that, like the expression, decide whether an object is rejected.
_DECIDING = ("optionalOldSelf",)


def compare_validation_rules(old: str | None, new: str | None) -> Iterator[_Change]:
    """Yield the changes between two lists of rules as JSON, accepted by `are_rules`."""
    before, after = _entries(old), _entries(new)
    stated: dict[tuple[str, ...], list[_Entry]] = {}
    for now in reversed(after):
        stated.setdefault(_expression(now), []).append(now)
    removed = []
    for was in before:
        if same := stated.get(_expression(was)):
            yield from _compare_details(was, same.pop())
        else:
            removed.append(was)
    unmatched = {id(now) for left in stated.values() for now in left}
    added = [now for now in after if id(now) in unmatched]
    names = Counter(map(_message, removed)), Counter(map(_message, added))
    shared = {name for name, count in names[0].items() if name and count == names[1][name] == 1}
    successors = {_message(now): now for now in added}
    for was in removed:
        if (name := _message(was)) in shared:
            yield "validation-changed", _words(was), _words(successors[name])
    for was in removed:
        if _message(was) not in shared:
            yield "validation-removed", _words(was), None
    for now in added:
        if _message(now) not in shared:
            yield "validation-added", None, _words(now)


def are_rules(*texts: str | None) -> bool:
    """Return whether all texts are JSON lists of rules."""
    return all(isinstance(each, dict) and "rule" in each for text in texts for each in _entries(text))


def _entries(text: str | None) -> list[Any]:
    found = json.loads(text) if text else []
    return [*found] if isinstance(found, list) else [found]


def _expression(entry: _Entry) -> tuple[str, ...]:
    return tuple(str(entry["rule"]).split())


def _compare_details(was: _Entry, now: _Entry) -> Iterator[_Change]:
    """Compare everything except the expressions of a rule."""
    if any(was.get(word) != now.get(word) for word in _DECIDING):
        yield "validation-changed", _words(was, _DECIDING), _words(now, _DECIDING)
    words = sorted({*was, *now} - {"rule", *_DECIDING})
    changed = [word for word in words if was.get(word) != now.get(word)]
    if changed:
        yield "validation-message-changed", _words(was, changed), _words(now, changed)


def _message(entry: _Entry) -> str:
    return str(entry.get("message") or "")


def _words(entry: _Entry, also: tuple[str, ...] | list[str] = ()) -> str:
    """Describe a rule: `self.a < self.b ("a comes before b")`, and further keys."""
    found = str(entry["rule"])
    if message := _message(entry):
        found += f' ("{message}")'
    more = [
        f"{word}: {json.dumps(entry[word], ensure_ascii=False)}" for word in also if word != "message" and word in entry
    ]
    return f"{found} [{', '.join(more)}]" if more else found

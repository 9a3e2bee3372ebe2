"""Rules of `x-kubernetes-validations`, one by one: which came, which went, and what changed of the others.

A rule that is stated on both sides is the same rule. One whose message is stated on both sides, and only once on each, is that rule with
another expression: authors keep the message where they correct the expression. (Kubernetes: Validation rules.)
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

_Entry = dict[str, Any]
_Change = tuple[str, str | None, str | None]  # rule of the catalogue, old and new words
# What decides whether an object is refused, beside the expression; anything else only says it.
_DECIDING = ("optionalOldSelf",)


def validation_changes(old: str | None, new: str | None) -> Iterator[_Change]:
    """The changes between two lists of rules as JSON, for which `are_rules` holds."""
    before, after = _entries(old), _entries(new)
    stated: dict[tuple[str, ...], list[_Entry]] = {}
    for now in reversed(after):
        stated.setdefault(_expression(now), []).append(now)
    gone = []
    for was in before:
        if same := stated.get(_expression(was)):
            yield from _said(was, same.pop())
        else:
            gone.append(was)
    waiting = {id(now) for left in stated.values() for now in left}
    come = [now for now in after if id(now) in waiting]
    names = Counter(map(_message, gone)), Counter(map(_message, come))
    shared = {name for name, count in names[0].items() if name and count == names[1][name] == 1}
    heirs = {_message(now): now for now in come}
    for was in gone:
        if (name := _message(was)) in shared:
            yield "validation-changed", _words(was), _words(heirs[name])
    for was in gone:
        if _message(was) not in shared:
            yield "validation-removed", _words(was), None
    for now in come:
        if _message(now) not in shared:
            yield "validation-added", None, _words(now)


def are_rules(*texts: str | None) -> bool:
    """Whether these are lists of rules, as JSON."""
    return all(isinstance(each, dict) and "rule" in each for text in texts for each in _entries(text))


def _entries(text: str | None) -> list[Any]:
    found = json.loads(text) if text else []
    return [*found] if isinstance(found, list) else [found]


def _expression(entry: _Entry) -> tuple[str, ...]:
    return tuple(str(entry["rule"]).split())


def _said(was: _Entry, now: _Entry) -> Iterator[_Change]:
    """What changed of a rule beside its expression."""
    if any(was.get(word) != now.get(word) for word in _DECIDING):
        yield "validation-changed", _words(was, _DECIDING), _words(now, _DECIDING)
    words = sorted({*was, *now} - {"rule", *_DECIDING})
    changed = [word for word in words if was.get(word) != now.get(word)]
    if changed:
        yield "validation-message-changed", _words(was, changed), _words(now, changed)


def _message(entry: _Entry) -> str:
    return str(entry.get("message") or "")


def _words(entry: _Entry, also: tuple[str, ...] | list[str] = ()) -> str:
    """`self.a < self.b ("a comes before b")`, with further words that are of interest."""
    found = str(entry["rule"])
    if message := _message(entry):
        found += f' ("{message}")'
    more = [
        f"{word}: {json.dumps(entry[word], ensure_ascii=False)}" for word in also if word != "message" and word in entry
    ]
    return f"{found} [{', '.join(more)}]" if more else found

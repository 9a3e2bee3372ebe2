"""What servers of every release would refuse in an object, by the rules of its kind that need no cluster."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from codegen.core import releases
from codegen.outputs.python.runtime.errors import field_path
from codegen.outputs.services.runtime.conditions import Context, Unknown, broken, holds
from codegen.outputs.services.runtime.field_paths import Seen
from codegen.outputs.services.runtime.rule_parts import Condition, condition_of


class Refusal(Struct, frozen=True, kw_only=True):
    """What a server would refuse: where, the type of the cause as the server names it, and why, in plain words."""

    path: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class _Rule(Struct, frozen=True, kw_only=True):
    """A rule: it applies where all of `when` hold. One that is `alone` stands for all others of its stage; `whole`: it is about the object."""

    condition: Condition
    when: tuple[Condition, ...]
    code: str
    message: str
    stage: int
    alone: bool
    whole: bool


def refusals(text: str, obj: Any, url: Mapping[str, str | None]) -> tuple[Refusal, ...]:
    """What is refused of an object that is sent to a URL, by rules as JSON, in the order in which a server looks."""
    found = [(rule, seen) for rule in _rules(text) for seen in _broken(rule, obj, url)]
    alone = {rule.stage for rule, _ in found if rule.alone}
    kept = [(rule, seen) for rule, seen in found if rule.alone or rule.stage not in alone]
    kept.sort(key=lambda pair: pair[0].stage)
    return tuple(
        Refusal(path="" if rule.whole else field_path(seen.steps), code=rule.code, message=rule.message)
        for rule, seen in kept
    )


def _broken(rule: _Rule, obj: Any, url: Mapping[str, str | None]) -> Iterator[Seen]:
    context = Context(obj=obj, url=url, release=None)
    try:
        if holds(rule.when, context):
            yield from broken(rule.condition, context)
    except Unknown:
        return


@cache
def _rules(text: str) -> tuple[_Rule, ...]:
    data = json.loads(text)
    first = releases.parse(data["first"])
    named = {name: tuple(condition_of(each, first) for each in listed) for name, listed in data["conditions"].items()}
    return tuple(
        _Rule(
            condition=condition_of(rule, first),
            when=tuple(
                condition
                for entry in rule.get("when", ())
                for condition in (named[entry] if isinstance(entry, str) else (condition_of(entry, first),))
            ),
            code=rule["answer"].get("cause", ""),
            message=rule["says"],
            stage=rule["answer"]["stage"],
            alone=rule.get("alone", False),
            whole="field" in rule["answer"],
        )
        for rule in data["rules"]
    )

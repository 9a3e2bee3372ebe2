"""The rules of `problem_rules.toml` and `change_rules.toml`, by area."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct, convert

from codegen.core.diagnostics import Level
from codegen.findings.rules.explanations import load_explanations
from codegen.findings.rules.rule import Area, Aspect, ChangeRule, Convention, Lifecycle, Rule

_PROBLEMS = Path(__file__).with_name("problem_rules.toml")
_CHANGES = Path(__file__).with_name("change_rules.toml")


class _Problem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The entry of a rule about sources, outputs, translations, manifests or checks."""

    levels: tuple[Level, ...]
    says: str
    leaves_out: bool = False
    comes_last: bool = False


class _ChangeEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The entry of a kind of change."""

    says: str
    here: str = ""
    request: Level | None = None
    response: Level | None = None
    follows: Convention
    aspect: Aspect | None = None
    life: Lifecycle | None = None
    fact: str = ""
    shown_by: str = ""


def load_areas() -> dict[str, Area]:
    """Return all areas by name, with explanations that are loaded when they are first printed."""
    areas: dict[str, Area] = {}
    problems = convert(_read(_PROBLEMS), dict[str, dict[str, _Problem]])
    for name, entries in problems.items():
        rules = [_make_problem_rule(name, rule, entry) for rule, entry in entries.items()]
        areas[name] = Area(name, tuple(rules), partial(load_explanations, name))
    changes = convert(_read(_CHANGES), dict[str, dict[str, _ChangeEntry]])
    for name, changed in changes.items():
        kinds = [_make_change_rule(name, rule, entry) for rule, entry in changed.items()]
        areas[name] = Area(name, tuple(kinds), partial(load_explanations, name))
    return areas


def _read(file: Path) -> Mapping[str, object]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _make_problem_rule(area: str, rule: str, entry: _Problem) -> Rule:
    prose = partial(load_explanations, area)
    return Rule(
        rule,
        entry.levels,
        entry.says,
        leaves_out=entry.leaves_out,
        comes_last=entry.comes_last,
        prose=prose,
    )


def _make_change_rule(area: str, rule: str, entry: _ChangeEntry) -> ChangeRule:
    return ChangeRule(
        rule,
        (entry.request, entry.response),
        entry.says,
        here=entry.here,
        follows=entry.follows,
        aspect=entry.aspect,
        life=entry.life,
        fact=entry.fact,
        shown_by=entry.shown_by,
        prose=partial(load_explanations, area),
    )

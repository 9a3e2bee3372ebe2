"""Comparison of security requirements: the schemes of which a request has to satisfy one group."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from msgspec import Struct

SECURITY, SCHEMES = "security", "securityDefinitions"
_DESCRIPTIVE = frozenset(("description", "bearerFormat", "scopes"))
_Requirement = Mapping[str, frozenset[str]]  # the scopes of each scheme, all of which are needed


class ChangedScheme(Struct, frozen=True, kw_only=True):
    """A security scheme that needs other credentials than before, with both definitions."""

    name: str
    old: str
    new: str


def find_changed_schemes(old: str | None, new: str | None) -> list[ChangedScheme]:
    """Return the schemes of both documents that need other credentials, by name.

    Scopes belong to the requirements, and descriptions tell nothing about requests.
    """
    before, after = json.loads(old or "{}"), json.loads(new or "{}")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    changed: list[ChangedScheme] = []
    for name in sorted(before.keys() & after.keys()):
        old_text, new_text = _describe_access(before[name]), _describe_access(after[name])
        if old_text != new_text:
            changed.append(ChangedScheme(name=name, old=old_text, new=new_text))
    return changed


def _describe_access(value: object) -> str:
    """Return what decides about credentials, as JSON."""
    return json.dumps(_remove_descriptive(value), sort_keys=True, ensure_ascii=False)


def _remove_descriptive(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {
        name: _remove_descriptive(part) for name, part in value.items() if name not in _DESCRIPTIVE
    }


def classify_security_change(old: str | None, new: str | None) -> str:
    """Return the rule of a change of the keyword `security`, or nothing if it means the same."""
    before, after = _parse_requirements(old), _parse_requirements(new)
    if before is None or after is None:
        return "keyword-changed"
    if not _satisfies_all(before, after):
        return "security-tightened"
    if _satisfies_all(after, before):
        return ""
    return "security-relaxed"


def _parse_requirements(value: str | None) -> list[_Requirement] | None:
    """Return the alternatives of a value, or None for one that is malformed.

    Without the keyword, or with an empty list, every request is accepted.
    """
    alternatives = json.loads(value) if value is not None else []
    if not isinstance(alternatives, list):
        return None
    requirements: list[_Requirement] = []
    for alternative in alternatives or [{}]:
        if not isinstance(alternative, dict):
            return None
        schemes: dict[str, frozenset[str]] = {}
        for scheme, scopes in alternative.items():
            if not isinstance(scopes, list):
                return None
            schemes[scheme] = frozenset(map(str, scopes))
        requirements.append(schemes)
    return requirements


def _satisfies_all(before: Sequence[_Requirement], after: Sequence[_Requirement]) -> bool:
    """Return whether each request that satisfies the first also satisfies the second."""
    return all(_is_enough(old, after) for old in before)


def _is_enough(old: _Requirement, after: Sequence[_Requirement]) -> bool:
    return any(_needs_no_more(new, old) for new in after)


def _needs_no_more(new: _Requirement, old: _Requirement) -> bool:
    for scheme, scopes in new.items():
        if scheme not in old or not scopes <= old[scheme]:
            return False
    return True

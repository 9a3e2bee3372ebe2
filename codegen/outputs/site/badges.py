"""Facts about fields that only their English texts state, such as a feature gate or a default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

_VALUE = r"""["'`](?P<quoted>[^"'`\s]{1,40})["'`]|(?P<plain>-?\d+[\w%]*|true|false|[A-Z][A-Za-z]+)(?=[.,;)\n]| \(|\Z)"""
# Facts by name. A sentence has to be about the field itself, not about one of its values.
_FACTS = {
    "deprecated": re.compile(
        r"(?:\A|[.:)\n])\W{0,4}(?:Deprecated|DEPRECATED)(?=\W{0,3}(?:since|in|and|as|by)\b|[:.,;)]|\Z)|\b[Tt]his (?:field|type|API|kind) (?:is|was|has been) deprecated"
    ),
    "alpha": re.compile(
        r"\b[Tt]his (?:is an?|field is(?: in| an)?) alpha\b|\(Alpha\)|\A\W*(?:Alpha|ALPHA)\b"
    ),
    "beta": re.compile(
        r"\b[Tt]his (?:is an?|field is(?: in| a)?) beta\b|\(Beta\)|\A\W*(?:Beta|BETA)\b"
    ),
    "gate": re.compile(
        r"\b`?(?P<quoted>(?:[A-Z][a-z0-9]*){2,})`? feature[ -]?gate|\bfeature[ -]?gate `?(?P<plain>(?:[A-Z][a-z0-9]*){2,})"
    ),
    "default": re.compile(
        rf"\b(?:[Dd]efaults? (?:is|to)|[Dd]efault value is)(?: the value)?:? (?:{_VALUE})"
    ),
    "read_only": re.compile(
        r"(?:\A|[.\n] {0,2})Read-?only\b(?!\s*root)|\bread-only field\b|\bPopulated by the system\b"
    ),
    "immutable": re.compile(
        r"\bCannot be (?:updated|changed)\b|\b(?:[Tt]his field|[Ff]ield|It) is immutable\b"
    ),
}
# Items of lists, mostly values with their meaning.
_ITEM = re.compile(r"^[^\S\n]*[-*] .*$|(?<=[:.] )\* .*$", re.MULTILINE)
# The other facts have places of their own.
BADGES = (
    "deprecated",
    "alpha",
    "beta",
    "gate",
    "read_only",
)


@cache
def find_facts(text: str) -> Mapping[str, str]:
    """Find the facts that a text states, with the value of a default and the name of a feature
    gate.
    """
    prose = _ITEM.sub("", text)
    matches = {name: match for name, pattern in _FACTS.items() if (match := pattern.search(prose))}
    if {"alpha", "beta"} <= matches.keys():  # of parts of the field
        del matches["alpha"], matches["beta"]
    groups = {name: match.groupdict() for name, match in matches.items()}
    return {
        name: values.get("quoted") or values.get("plain") or "" for name, values in groups.items()
    }

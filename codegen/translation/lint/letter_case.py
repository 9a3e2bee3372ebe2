"""Rules for names and values of which a translation changes the case of letters or the number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache

from codegen.model import split_inner_id, split_prose_id
from codegen.readers.built_in.structure import built_ins
from codegen.translation.lint.findings import LintFinding
from codegen.translation.segments import CODE_SPAN, Segment

# A value of one word with a capital, in quotes.
_QUOTED = re.compile(r"(?<!\w)[\"“'‘](?P<value>[A-Z][A-Za-z]+)[\"”'’](?!\w)", re.ASCII)
_OWN_QUOTED = re.compile(r"[\"“'‘「](?P<value>[A-Za-z]+)[\"”'’」]", re.ASCII)
# `the condition is True`, `Ready is set to True`, `Ready=True`
_CONDITION = re.compile(
    r"(?<![\w.])(?:(?P<subject>[A-Z]\w*)|condition|conditions|status)[\"'`]?"
    r"\s*(?:=+|\s(?:is|are|was|being|becomes|become|remains)(?:\s+set\s+to)?\s|\sto\s)\s*"
    r"(?P<value>True|False|Unknown)\b",
    re.ASCII,
)
_STATES = re.compile(
    r"\b(?:True|False|Unknown)(?:,\s*(?:and\s+|or\s+)?(?:True|False|Unknown)){1,2}"
    r"(?:,?\s+(?:and|or)\s+(?:True|False|Unknown))?\b|\b(?:True|False|Unknown)\s+(?:and|or)"
    r"\s+(?:True|False|Unknown)\b"
)
_STATE = re.compile(r"True|False|Unknown")


def known_names(segment: Segment) -> frozenset[str]:
    """Return the names of the text, and of the types and fields beside it."""
    key, field = split_prose_id(split_inner_id(segment.id).field_id)
    own_names = {key.rpartition(".")[2], *field.split(".")}
    return segment.names | segment.siblings | own_names


def known_form(name: str, segment: Segment) -> str:
    """Return a known name that differs from this one in its case, or nothing."""
    other_forms = (
        known_name
        for known_name in known_names(segment)
        if known_name.casefold() == name.casefold()
    )
    return min(other_forms, default="")


@cache
def kubernetes_kinds() -> frozenset[str]:
    """Return the names of the kinds of Kubernetes, such as `ConfigMap`."""
    return frozenset(kind for _, kind in built_ins().kinds)


def is_wire_name(name: str, go_name: str) -> bool:
    """Return whether a name is that of a Go field in JSON, as `ipPolicy` of `IPPolicy`."""
    capitals = re.match(r"[A-Z]+(?![a-z])|[A-Z]", go_name)
    return capitals is not None and name == capitals[0].lower() + go_name[capitals.end() :]


def plural_or_singular(name: str, english: Collection[str]) -> str:
    """Return the field name of the English of which a name is another number, or nothing.

    A translation may leave out the plural of a type, and of a word that ends in `ies`.
    """
    candidates = [f"{name}s"]
    if name.endswith("s"):
        candidates.append(name[:-1])
    if name.endswith("ies"):
        candidates.append(f"{name[:-3]}y")
    for candidate in candidates:
        if candidate in english and candidate[0].islower():
            return candidate
    return ""


def find_changed_values(segment: Segment) -> Iterator[LintFinding]:
    """Find values of the English that the translation writes with another case of letters."""
    english = CODE_SPAN.sub(" ", segment.english)
    if not english:
        return
    quoted = Counter(match["value"] for match in _QUOTED.finditer(english))
    states = Counter(_list_states(english, segment))
    exact = set(re.findall(r"[A-Za-z]+", segment.english, re.ASCII))
    for value in quoted | states:
        places = _OWN_QUOTED
        if value in states or _STATE.fullmatch(value):
            places = re.compile(
                rf"(?<![\w./-])(?P<value>{value})(?![\w-])", re.IGNORECASE | re.ASCII
            )
        written = [
            match
            for match in places.finditer(segment.prose)
            if match["value"].casefold() == value.casefold()
        ]
        kept = len(re.findall(rf"\b{value}\b", segment.text, re.ASCII))
        for value_match in written:
            spelling = value_match["value"]
            is_camel_case = any(letter.isupper() for letter in value[1:])
            is_field = spelling in known_names(segment) or (
                is_camel_case and is_wire_name(spelling, value)
            )
            is_other = spelling != value and spelling not in exact and not is_field
            if is_other and kept < max(quoted[value], states[value]):
                yield LintFinding(
                    rule="value-differs",
                    shown=spelling,
                    message=f"the value {value!r} of the English is {spelling!r} in the translation",
                    at=value_match.start("value"),
                    repair=f"write {value}",
                    suggestion=value,
                )


def _list_states(english: str, segment: Segment) -> Iterator[str]:
    """Yield the states of conditions in prose; a field that is true is a boolean."""
    fields = {name.casefold() for name in known_names(segment)}
    for listed in _STATES.finditer(english):
        yield from _STATE.findall(listed[0])
    for match in _CONDITION.finditer(_STATES.sub(" ", english)):
        if match["subject"] is None or match["subject"].casefold() not in fields:
            yield match["value"]

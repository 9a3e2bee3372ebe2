"""Write the bundled file of declared rules from a corpus of releases (`make declarative-rules`)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from codegen.core import releases
from codegen.core.json_types import JsonMapping
from codegen.validation.declared_facts import (
    FILE,
    DeclaredFacts,
    DeclaredRule,
    GatedField,
    KindRemoval,
    UncheckedTags,
)
from codegen.validation.declared_rules import reason_not_evaluated
from codegen.validation.declared_tags import Tag, parse_tag

_GATED = re.compile(r"feature ?gate|alpha[ -](?:level )?field", re.IGNORECASE)
# Servers drop these, too, although their descriptions do not name the gate.
_GATED_WITHOUT_TEXT = frozenset(("sharedCounters", "consumesCounters"))
_META = "io.k8s.apimachinery."


class _FieldName(NamedTuple):
    """A field of a definition, or the definition itself where the name is empty."""

    definition: str
    field: str


class _Rule(NamedTuple):
    """A tag of a field, with the type of the field in Go."""

    definition: str
    field: str
    go: str
    tag: str


class _Release:
    """The rules, gated fields and removed kinds of one release."""

    def __init__(self, file: Path) -> None:
        self.name = releases.format_release(releases.parse(file.parent.name))
        document = json.loads(file.with_name("swagger.json").read_text(encoding="utf-8"))
        self._definitions: JsonMapping = document["definitions"]
        self._prefixes = _find_prefixes(self._definitions)
        self.rules: dict[_Rule, None] = {}
        self.left_out: Counter[tuple[str, str]] = Counter()
        self.removed: list[KindRemoval] = []
        self.gated = set(self._find_fields_with_gate())
        lines = file.read_text(encoding="utf-8").splitlines()
        # Gates come first, since the tag of one may stand below the rules of its field.
        for read in (self._read_gate, self._read):
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        read(json.loads(line))
                    except (ValueError, KeyError) as error:
                        raise ValueError(f"{file}:{number}: {error}") from None

    def _find_fields_with_gate(self) -> Iterator[_FieldName]:
        """Yield the fields whose description speaks of a feature gate."""
        for key, definition in self._definitions.items():
            for name, schema in definition.get("properties", {}).items():
                text = schema.get("description", "")
                if name in _GATED_WITHOUT_TEXT or _GATED.search(text):
                    yield _FieldName(key, name)

    def _name_field(self, entry: JsonMapping) -> _FieldName:
        return _FieldName(self._find_key(entry), entry.get("field", ""))

    def _read_gate(self, entry: JsonMapping) -> None:
        if "rule" not in entry:
            return
        name = self._name_field(entry)
        if name.definition and parse_tag(entry["rule"]).name in ("ifEnabled", "ifDisabled"):
            self.gated.add(name)

    def _read(self, entry: JsonMapping) -> None:
        if "lifecycle" in entry:
            self._read_lifecycle(entry)
            return
        tag = parse_tag(entry["rule"])
        name = self._name_field(entry)
        reason = reason_not_evaluated(tag)
        if not reason and not name.definition:
            reason = "not served"
        if not reason and name.field == "status":
            reason = "about the status"
        if not reason and name in self.gated:
            reason = "gated field"
        if reason:
            self.left_out[_innermost(tag).name, reason] += 1
            return
        text = entry["rule"].partition(" #")[0].strip()
        rule = _Rule(definition=name.definition, field=name.field, go=entry["go"], tag=text)
        self.rules[rule] = None

    def _find_key(self, entry: JsonMapping) -> str:
        for prefix in self._prefixes.get((entry["group"], entry["version"]), ()):
            key = f"{prefix}{entry['type']}"
            properties = self._definitions.get(key, {}).get("properties", {})
            if entry.get("field", "") in properties:
                return key
        return ""

    def _read_lifecycle(self, entry: JsonMapping) -> None:
        facts = entry["lifecycle"]
        if facts.get("removed"):
            parts = facts.get("replacement", "").split(",")
            self.removed.append(
                KindRemoval(
                    api_version="/".join(filter(None, (entry["group"], entry["version"]))),
                    kind=entry["type"],
                    introduced=facts.get("introduced", ""),
                    deprecated=facts.get("deprecated", ""),
                    removed=facts["removed"],
                    replacement="/".join(filter(None, parts[:2])),
                )
            )


def _innermost(tag: Tag) -> Tag:
    while tag.inner is not None:
        tag = tag.inner
    return tag


def _find_prefixes(definitions: JsonMapping) -> dict[tuple[str, str], list[str]]:
    """Return the beginnings of the keys of each group version."""
    prefixes: dict[tuple[str, str], list[str]] = {}
    for key, definition in definitions.items():
        for gvk in definition.get("x-kubernetes-group-version-kind", ()):
            prefix = key.removesuffix(gvk["kind"])
            present = prefixes.setdefault((gvk["group"], gvk["version"]), [])
            if prefix.endswith(".") and not key.startswith(_META) and prefix not in present:
                present.append(prefix)
    return prefixes


def collect_facts(files: Iterable[Path]) -> DeclaredFacts:
    """Collect the facts of the releases whose folders have these files.

    Raises ValueError with file and line for an entry that is not understood.
    """
    read = sorted(map(_Release, files), key=lambda release: releases.parse(release.name))
    names = [release.name for release in read]
    if not names:
        raise ValueError("there is no file declarative-rules.jsonl")
    removed = {(kind.api_version, kind.kind): kind for release in read for kind in release.removed}
    rules: list[DeclaredRule] = []
    for rule in sorted({rule for release in read for rule in release.rules}):
        for since, until in _find_runs([rule in release.rules for release in read], names):
            rules.append(DeclaredRule(**rule._asdict(), since=since, until=until))
    gated: list[GatedField] = []
    for name in sorted({name for release in read for name in release.gated}):
        for since, until in _find_runs([name in release.gated for release in read], names):
            gated.append(GatedField(**name._asdict(), since=since, until=until))
    left_out = [
        UncheckedTags(release=release.name, tag=tag, reason=reason, count=count)
        for release in read
        for (tag, reason), count in sorted(release.left_out.items())
    ]
    return DeclaredFacts(
        releases=tuple(names),
        rules=tuple(rules),
        gated=tuple(gated),
        removed=tuple(removed[name] for name in sorted(removed)),
        left_out=tuple(left_out),
    )


def _find_runs(has: Sequence[bool], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the first and the last release of each run, the last empty for the newest release."""
    since = ""
    for number, name in enumerate(names):
        if has[number] and not since:
            since = name
        is_last = number + 1 == len(names)
        if since and not is_last and not has[number + 1]:
            yield since, name
            since = ""
        elif since and is_last:
            yield since, ""


def update(files: Iterable[Path], file: Path = FILE) -> None:
    """Write the bundled file."""
    facts = collect_facts(files)
    text = msgspec.json.format(msgspec.json.encode(facts), indent=1)
    file.write_bytes(re.sub(rb"\n {3,}|\n {2}(?=\})", b" ", text) + b"\n")


def describe_facts(facts: DeclaredFacts) -> Iterator[str]:
    """Yield lines with the number of tags that reject, and of those that do not."""
    covered: Counter[tuple[str, str]] = Counter()
    by_kind: Counter[str] = Counter()
    for release in facts.releases:
        number = releases.parse(release)
        for rule in facts.rules:
            last = releases.parse(rule.until or facts.releases[-1])
            if releases.parse(rule.since) <= number <= last:
                covered[release, _innermost(parse_tag(rule.tag)).name] += 1
                by_kind[f"{release} {rule.definition}"] += 1
    for (release, tag), count in sorted(covered.items()):
        yield f"{release} {tag}: {count} reject"
    for left in facts.left_out:
        yield f"{left.release} {left.tag}: {left.count} do not, {left.reason}"
    for name, count in sorted(by_kind.items()):
        yield f"{name}: {count} reject"

"""The rules of roles: what they allow, and whether they cover others, as in
k8s.io/component-helpers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, product

import msgspec
from msgspec import Struct

from codegen.endpoint.request_info import RequestInfo
from codegen.endpoint.status_errors import quote_go

_ALL = "*"


class PolicyRule(Struct, frozen=True, kw_only=True, rename="camel"):
    """A rule about resources, or about paths that belong to no resource."""

    verbs: tuple[str, ...] = ()
    api_groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    resource_names: tuple[str, ...] = ()
    urls: tuple[str, ...] = msgspec.field(default=(), name="nonResourceURLs")

    def allows(self, request: RequestInfo) -> bool:
        """Return whether a user with this rule may send a request."""
        if not _has(self.verbs, request.verb):
            return False
        if not request.resource:
            return _covers_url(self.urls, request.path)
        resource = request.resource
        if request.subresource:
            resource = f"{request.resource}/{request.subresource}"
        return (
            _has(self.api_groups, request.group)
            and _covers_resource(self.resources, resource)
            and (not self.resource_names or request.name in self.resource_names)
        )

    def covers(self, permission: PolicyRule) -> bool:
        """Return whether this rule grants all of a rule that is split."""
        return (
            all(_has(self.verbs, verb) for verb in permission.verbs)
            and all(_has(self.api_groups, group) for group in permission.api_groups)
            and all(_covers_resource(self.resources, name) for name in permission.resources)
            and all(_covers_url(self.urls, url) for url in permission.urls)
            and self._covers_names(permission.resource_names)
        )

    def _covers_names(self, names: Sequence[str]) -> bool:
        if not self.resource_names:
            return True
        return bool(names) and all(name in self.resource_names for name in names)

    def count_permissions(self) -> int:
        """Return how many rules it is split into."""
        resources = len(self.api_groups) * len(self.resources) * max(1, len(self.resource_names))
        return len(self.verbs) * (resources + len(self.urls))

    def count_words(self) -> int:
        """Return how many words it has."""
        parts = (self.verbs, self.api_groups, self.resources, self.resource_names, self.urls)
        return sum(len(words) for words in parts)

    def split(self) -> Iterator[PolicyRule]:
        """Yield rules with one verb, one resource and at most one name, or with one path."""
        for group, resource, verb in product(self.api_groups, self.resources, self.verbs):
            single = PolicyRule(verbs=(verb,), api_groups=(group,), resources=(resource,))
            if not self.resource_names:
                yield single
            for name in self.resource_names:
                yield msgspec.structs.replace(single, resource_names=(name,))
        for url, verb in product(self.urls, self.verbs):
            yield PolicyRule(verbs=(verb,), urls=(url,))

    def describe(self) -> str:
        """Return the rule in the words of servers."""
        parts = {
            "APIGroups": self.api_groups,
            "Resources": self.resources,
            "NonResourceURLs": self.urls,
            "ResourceNames": self.resource_names,
            "Verbs": self.verbs,
        }
        shown = [f"{name}:{quote_list(words)}" for name, words in parts.items() if words]
        return f"{{{', '.join(shown)}}}"


def read_rules(rules: object) -> list[PolicyRule]:
    """Read the rules of a role. Null stands for none."""
    return msgspec.convert(rules or [], list[PolicyRule])


def find_missing(owned: Sequence[PolicyRule], wanted: Iterable[PolicyRule]) -> list[PolicyRule]:
    """Return the split rules that no owned rule covers."""
    permissions = chain.from_iterable(rule.split() for rule in wanted)
    return [permission for permission in permissions if not is_covered(permission, owned)]


def is_covered(permission: PolicyRule, owned: Iterable[PolicyRule]) -> bool:
    """Return whether one of the owned rules covers a split rule."""
    return any(rule.covers(permission) for rule in owned)


def merge_verbs(rules: Iterable[PolicyRule]) -> list[PolicyRule]:
    """Merge split rules that differ in the verb alone, unless they have a name or a path."""
    other_rules: list[PolicyRule] = []
    merged: dict[tuple[str, ...], PolicyRule] = {}
    for rule in rules:
        if rule.urls or rule.resource_names:
            other_rules.append(rule)
            continue
        key = (*rule.api_groups, *rule.resources)
        first = merged.get(key)
        if first is None:
            verbs = rule.verbs
        else:
            verbs = (*first.verbs, *rule.verbs)
        merged[key] = msgspec.structs.replace(rule, verbs=verbs)
    return [*other_rules, *merged.values()]


def quote_list(texts: Iterable[str]) -> str:
    """Quote a list of texts as Go's `%q` does."""
    return f"[{' '.join(quote_go(text) for text in texts)}]"


def _has(words: Sequence[str], wanted: str) -> bool:
    return _ALL in words or wanted in words


def _covers_resource(resources: Sequence[str], wanted: str) -> bool:
    if _has(resources, wanted):
        return True
    _, slash, subresource = wanted.partition("/")
    return bool(slash) and f"*/{subresource}" in resources


def _covers_url(patterns: Sequence[str], wanted: str) -> bool:
    for pattern in patterns:
        if pattern == wanted:
            return True
        if pattern.endswith(_ALL) and wanted.startswith(pattern.rstrip(_ALL)):
            return True
    return False

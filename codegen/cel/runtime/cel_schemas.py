"""Schemas of an API for rules in CEL, read from plain data on first use.

There is a schema for each object, list or value that has a rule or is used by one. It is a map with these keys:

    type      object, array, string, integer, number, boolean, int-or-string, or nothing
    format    date-time, date, duration or byte: CEL has types for them
    fields    name -> schema; inner: the schema of all items, or of the values of a map
    default   the value set by servers if there is none
    nullable  whether null is a value; otherwise null means that there is none
    list      set or map, with keys; atomic: an object is compared as a whole
    embedded  whether an object has apiVersion, kind and metadata, of which rules see name and generateName
    rules     the rules as written in the schema
    ref       the key of the schema used here
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Any, Final

from codegen.kube.errors import INVALID

_RESERVED: Final = re.compile(
    "true|false|null|in|as|break|const|continue|else|for|function|if|import|let|loop|package|namespace|return|var|void|while"
)
_ESCAPES: Final = {
    "__": "__underscores__",
    ".": "__dot__",
    "-": "__dash__",
    "/": "__slash__",
}
_ESCAPED: Final = re.compile(r"__|[-./]")
# A string in group 2, up to the end of the text if it is not closed: a search takes linear time.
STRING: Final = r"""('''|\"\"\"|'|")(?:\\[\s\S]|(?!\2)[^\\])*+(?:\2|\\?\Z)"""
_WORD: Final = re.compile(rf"\.?\??\b([A-Za-z_]\w*)|{STRING}")
# a name in front of a plus
_ADDED: Final = re.compile(r"\b(\w+)\s*+(?:\[[^][]*\]\s*+)*+\)*+\s*+\+")
_NAME: Final = re.compile(r"[A-Za-z_./-][A-Za-z0-9_./-]*", re.ASCII)


@cache
def escape_name(name: str) -> str | None:
    """Escape a field name for CEL, or return None if CEL cannot express it."""
    if _RESERVED.fullmatch(name):
        return f"__{name}__"
    return (
        _ESCAPED.sub(lambda found: _ESCAPES[found[0]], name)
        if _NAME.fullmatch(name)
        else None
    )


def free_names(text: str) -> frozenset[str]:
    """Return the variables, functions and macros in an expression."""
    return frozenset(
        found[1]
        for found in _WORD.finditer(text)
        if found[1] and not found[0].startswith(".")
    )


class CelRule:
    """A CEL rule. `programs` keeps its compiled expressions, or the errors of compiling them, by text."""

    __slots__ = (
        "at",
        "message",
        "message_expression",
        "optional",
        "programs",
        "reason",
        "text",
        "uses_old",
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.text = str(data.get("rule") or "")
        self.message = str(data.get("message") or "").strip()
        self.message_expression = str(data.get("messageExpression") or "")
        self.reason = str(data.get("reason") or INVALID)
        self.optional = data.get("optionalOldSelf") is True
        self.at = str(data.get("fieldPath") or "")
        self.uses_old = "oldSelf" in free_names(self.text)
        self.programs: dict[str, Any] = {}

    @property
    def title(self) -> str:
        """The name of the rule in messages."""
        return self.message or self.text.strip()


class Node:
    """The schema of one value, as far as CEL rules need it."""

    def __init__(self, data: Mapping[str, Any], schemas: "RuleSchemas") -> None:
        self._data = data
        self._schemas = schemas
        self.kind = str(data.get("type", ""))
        self.format = str(data.get("format", ""))
        self.is_atomic = data.get("atomic") is True
        self.rules = tuple(map(CelRule, data.get("rules", ())))
        self.default = data.get("default")
        self.nullable = data.get("nullable") is True
        self.embedded = data.get("embedded") is True
        self.list_type = data.get("list")
        self.list_keys = tuple(data.get("keys", ()))

    @cached_property
    def fields(self) -> "dict[str, tuple[str | None, Node]]":
        """The name in expressions and the schema of each field."""
        known = self._data.get("fields", {})
        return {
            name: (escape_name(name), self._schemas.node(inner))
            for name, inner in known.items()
        }

    @cached_property
    def inner(self) -> "Node | None":
        """The schema of items or values."""
        return (
            self._schemas.node(self._data["inner"]) if "inner" in self._data else None
        )

    @cached_property
    def defaults(self) -> "tuple[tuple[str, Node], ...]":
        """The fields with defaults, by their names in expressions."""
        return tuple(
            (own, each)
            for own, each in self.fields.values()
            if own is not None and each.default is not None
        )

    @cached_property
    def fields_with_rules(self) -> "tuple[tuple[str, str, Node], ...]":
        """The name, the name in expressions, and the schema of each field with rules in it."""
        known = [
            (name, own, each)
            for name, (own, each) in self.fields.items()
            if own is not None
        ]
        return tuple(each for each in known if each[2].leads_to_rules)

    @cached_property
    def leads_to_rules(self) -> bool:
        """Return whether this schema or any schema inside it has rules."""
        return any(node.rules for node in self._closure())

    def merges(self, text: str) -> bool:
        """Return whether an expression adds to a list of the type set or map, which servers merge."""
        names = {
            own
            for node in self._closure()
            for own, each in node.fields.values()
            if own and each.is_merged
        }
        names |= {"self", "oldSelf"} if self.is_merged else set()
        return any(found[1] in names for found in _ADDED.finditer(text))

    @property
    def is_merged(self) -> bool:
        """Return whether `+` merges this list, or the lists inside of it."""
        return self.list_type is not None or (
            self.inner is not None and self.inner.is_merged
        )

    def _closure(self) -> "Iterator[Node]":
        """Yield the schema and all schemas inside it, once each."""
        waiting, known = [self], {id(self)}
        while waiting:
            node = waiting.pop()
            yield node
            parts = [each for _, each in node.fields.values()] + (
                [node.inner] if node.inner is not None else []
            )
            waiting += [each for each in parts if id(each) not in known]
            known.update(id(each) for each in parts)


class RuleSchemas:
    """The schemas of an API by key."""

    def __init__(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        self._data = data
        self._nodes: dict[str, Node] = {}

    def node(self, data: Mapping[str, Any]) -> Node:
        """Return the schema in this data, or the referenced one."""
        key = data.get("ref")
        if key is None:
            return Node(data, self)
        known = self.schema(key) or Node({}, self)
        more = {name: value for name, value in data.items() if name != "ref"}
        return known if not more else Node({**self._data.get(key, {}), **more}, self)

    def schema(self, key: str) -> Node | None:
        """Return the schema with this key, or None if it has no rules."""
        if key not in self._nodes:
            if key not in self._data:
                return None
            self._nodes[key] = Node(self._data[key], self)
        return self._nodes[key]

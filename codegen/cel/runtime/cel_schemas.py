"""Schemas of an API for rules in CEL, read from plain data on first use.

There is a schema for each object, list or value that has a rule or is used by one. It is a map with
these keys:

    type      object, array, string, integer, number, boolean, int-or-string, or nothing;
              a value without format, default and rules has no schema
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
from typing import Any, Final, NamedTuple

from codegen.kube.errors import INVALID

_RESERVED: Final = frozenset(
    (
        "as",
        "break",
        "const",
        "continue",
        "else",
        "false",
        "for",
        "function",
        "if",
        "import",
        "in",
        "let",
        "loop",
        "namespace",
        "null",
        "package",
        "return",
        "true",
        "var",
        "void",
        "while",
    )
)
_ESCAPES: Final = {
    "__": "__underscores__",
    ".": "__dot__",
    "-": "__dash__",
    "/": "__slash__",
}
_ESCAPED: Final = re.compile(r"__|[-./]")
_NAME: Final = re.compile(r"[A-Za-z_./-][A-Za-z0-9_./-]*", re.ASCII)


@cache
def escape_name(name: str) -> str | None:
    """Escape a field name for CEL, or return None if CEL cannot express it."""
    if name in _RESERVED:
        return f"__{name}__"
    if _NAME.fullmatch(name):
        return _ESCAPED.sub(lambda match: _ESCAPES[match[0]], name)
    return None


def names_of_field(name: str) -> tuple[str, ...]:
    """Return the names of a field in expressions: the escaped one, and a reserved word as it is."""
    escaped = escape_name(name)
    if escaped is None:
        return ()
    if name in _RESERVED:
        return (escaped, name)
    return (escaped,)


def names_of_value(name: str) -> tuple[str, ...]:
    """Return the names of a field in values, also of one that no expression can name."""
    return names_of_field(name) or (name,)


class CelRule:
    """A CEL rule.

    `programs` keeps its compiled expressions, or the errors of compiling them, by text.
    """

    __slots__ = (
        "at",
        "message",
        "message_expression",
        "optional",
        "programs",
        "reason",
        "text",
    )

    def __init__(self, data: Mapping[str, object]) -> None:
        self.text = str(data.get("rule") or "")
        self.message = str(data.get("message") or "").strip()
        self.message_expression = str(data.get("messageExpression") or "")
        self.reason = str(data.get("reason") or INVALID)
        self.optional = data.get("optionalOldSelf") is True
        self.at = str(data.get("fieldPath") or "")
        self.programs: dict[str, Any] = {}

    @property
    def title(self) -> str:
        """The name of the rule in messages."""
        return self.message or self.text.strip()


class RuleField(NamedTuple):
    """A field with rules in it: its name, its name in expressions, and its schema."""

    name: str
    alias: str
    node: "Node"


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

    @classmethod
    def list_of(cls, inner: "Node") -> "Node":
        """Return the schema of a list whose order has a meaning."""
        node = cls({"type": "array"}, RuleSchemas({}))
        node.inner = inner
        return node

    @cached_property
    def fields(self) -> "dict[str, Node]":
        """The schema of each field."""
        fields = self._data.get("fields", {})
        return {name: self._schemas.node(inner) for name, inner in fields.items()}

    @cached_property
    def named_fields(self) -> "dict[str, Node]":
        """The schema of each field, by its names in expressions."""
        named: dict[str, Node] = {}
        for name, field in self.fields.items():
            named.update(dict.fromkeys(names_of_value(name), field))
        return named

    @cached_property
    def inner(self) -> "Node | None":
        """The schema of items or values."""
        if "inner" in self._data:
            return self._schemas.node(self._data["inner"])
        return None

    @cached_property
    def key_names(self) -> tuple[str, ...]:
        """The names in expressions of the keys of a list."""
        return tuple(escape_name(name) or name for name in self.list_keys)

    @property
    def item(self) -> "Node | None":
        """The schema of items or values, also of plain ones, which `inner` leaves out."""
        if self.inner is not None:
            return self.inner
        if self.kind in ("array", "object"):
            return PLAIN
        return None

    def part(self, name: str) -> "Node | None":
        """Return the schema of a field, by a name in expressions, or of a value of a map."""
        return self.named_fields.get(name) or self.item

    @cached_property
    def fields_with_rules(self) -> "tuple[RuleField, ...]":
        """The fields with rules in them that expressions can name."""
        fields: list[RuleField] = []
        for name, node in self.fields.items():
            alias = escape_name(name)
            if alias and node.leads_to_rules:
                fields.append(RuleField(name, alias, node))
        return tuple(fields)

    @cached_property
    def leads_to_rules(self) -> bool:
        """Whether this schema or any schema inside it has rules."""
        return any(node.rules for node in self._closure())

    @property
    def is_merged(self) -> bool:
        """Return whether `+` merges this list."""
        return self.list_type is not None

    @cached_property
    def has_merged_lists(self) -> bool:
        """Whether the order of this list, or of a list inside, has no meaning."""
        return any(node.is_merged for node in self._closure())

    def _closure(self) -> "Iterator[Node]":
        """Yield the schema and all schemas inside it, once each."""
        waiting = [self]
        entered = {id(self)}
        while waiting:
            node = waiting.pop()
            yield node
            parts = list(node.fields.values())
            if node.inner is not None:
                parts.append(node.inner)
            waiting += [part for part in parts if id(part) not in entered]
            entered.update(map(id, parts))


class RuleSchemas:
    """The schemas of an API by key."""

    def __init__(self, data: Mapping[str, Mapping[str, object]]) -> None:
        self._data = data
        self._nodes: dict[str, Node] = {}

    def node(self, data: Mapping[str, Any]) -> Node:
        """Return the schema in this data, or the referenced one."""
        key = data.get("ref")
        if key is None:
            return Node(data, self)
        schema = self.schema(key) or Node({}, self)
        more = {name: value for name, value in data.items() if name != "ref"}
        if more:
            return Node({**self._data.get(key, {}), **more}, self)
        return schema

    def schema(self, key: str) -> Node | None:
        """Return the schema with this key, or None if it has no rules."""
        if key not in self._nodes:
            if key not in self._data:
                return None
            self._nodes[key] = Node(self._data[key], self)
        return self._nodes[key]


PLAIN: Final = Node({"type": "plain"}, RuleSchemas({}))

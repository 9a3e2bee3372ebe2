"""The schemas of an API that have rules in CEL, as plain data that is read when it is first needed.

A schema is plain data, a map for each object, list or value that a rule stands at or sees:

    type      object, array, string, integer, number, boolean, int-or-string, or nothing
    format    date-time, date, duration or byte: CEL has types for them
    fields    name -> schema; inner: the schema of all items, or of the values of a map
    default   what a server writes where the value is absent
    nullable  null is a value; elsewhere it is as good as absent
    list      set or map, with keys; atomic: an object whose fields have no history of their own
    embedded  an object with apiVersion, kind and metadata: rules see no more of the last than name and generateName
    rules     the rules, each as the schema has it
    ref       the key of the schema that stands here
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from .cel_program import CannotRun, Engine, Fault, Program, words_of
from .errors import INVALID

_RESERVED: Final = frozenset(
    [
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)
_ESCAPES: Final = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
_ESCAPED: Final = re.compile(r"__|[-./]")
_NAME: Final = re.compile(r"[A-Za-z_./-][A-Za-z0-9_./-]*", re.ASCII)


@cache
def escaped(name: str) -> str | None:
    """The name of a field in expressions, or None: it has none."""
    if name in _RESERVED:
        return f"__{name}__"
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], name) if _NAME.fullmatch(name) else None


def _nothing(_: Any) -> Any:
    """What runs before anything is compiled."""


class Rule:
    """One rule, compiled when it is first asked."""

    __slots__ = (
        "_by",
        "_node",
        "_programs",
        "_run",
        "at",
        "message",
        "message_expression",
        "optional",
        "reason",
        "sees_old",
        "text",
        "uses_old",
    )

    def __init__(self, data: Mapping[str, Any], node: "Node") -> None:
        self._node = node
        self.text = str(data.get("rule") or "")
        self.message = str(data.get("message") or "").strip()
        self.message_expression = str(data.get("messageExpression") or "")
        self.reason = str(data.get("reason") or INVALID)
        self.optional = data.get("optionalOldSelf") is True
        self.at = str(data.get("fieldPath") or "")
        self.uses_old = "oldSelf" in words_of(self.text)
        self.sees_old = self.uses_old or "oldSelf" in words_of(self.message_expression)
        self._by: Engine | None = None
        self._run: Callable[[Any], Any] = _nothing  # by that engine
        self._programs: dict[tuple[str, str], Program | Fault | CannotRun] = {}

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    @property
    def shown(self) -> str:
        """What a server calls it."""
        return self.message or self.text.strip()

    def program(self, by: Engine, text: str) -> Program:
        """The rule, or the expression of its message, compiled. Raises `Fault` and `CannotRun`."""
        known = self._programs.get((by.name, text))
        if known is None:
            merges = "+" in text and self._node.merges
            try:
                known = _compiled(by, text, self.sees_old, self.optional, self._node if merges else None)
            except (Fault, CannotRun) as error:
                known = error
            self._programs[by.name, text] = known
        if isinstance(known, Exception):
            raise known
        return known

    def run(self, by: Engine, given: Any) -> Any:
        """What it gives. Raises as `program`, and `Failed`."""
        if by is not self._by:
            self._by, self._run = by, self.program(by, self.text).run
        return self._run(given)

    def given(self, by: Engine, value: Any, old: Any) -> Any:
        """The values that its programs take."""
        if self.optional:
            return by.given({"self": value, "oldSelf_value": old, "has_oldSelf": old is not None})
        return by.given({"self": value, "oldSelf": old})


@cache
def _compiled(by: Engine, text: str, sees_old: bool, optional: bool, node: "Node | None") -> Program:
    places = None if node is None else {"self": node, "oldSelf": node, "oldSelf_value": node}
    if sees_old and optional:
        return by.compile(text, ("self", "oldSelf_value", "has_oldSelf"), "oldSelf", places)
    return by.compile(text, ("self", "oldSelf") if sees_old else ("self",), "", places)


class Node:
    """A schema of one value; see above."""

    __slots__ = (
        "_data",
        "_defaults",
        "_fields",
        "_inner",
        "_leads",
        "_ruled",
        "_schemas",
        "default",
        "embedded",
        "form",
        "is_atomic",
        "keys",
        "kind",
        "list",
        "nullable",
        "rules",
    )

    def __init__(self, data: Mapping[str, Any], schemas: "Schemas") -> None:
        self._data = data
        self._schemas = schemas
        self._fields: dict[str, tuple[str | None, Node]] | None = None
        self._defaults: tuple[tuple[str, Node], ...] | None = None
        self._inner: Node | None = None
        self._leads: bool | None = None
        self._ruled: tuple[tuple[str, str, Node], ...] | None = None
        self.kind = str(data.get("type", ""))
        self.form = str(data.get("format", ""))
        self.is_atomic = data.get("atomic") is True  # its fields have no history
        self.rules = tuple(rule for each in data.get("rules", ()) if (rule := Rule(each, self)))
        self.default = data.get("default")
        self.nullable = data.get("nullable") is True
        self.embedded = data.get("embedded") is True
        self.list = data.get("list")
        self.keys = tuple(data.get("keys", ()))

    @property
    def fields(self) -> "dict[str, tuple[str | None, Node]]":
        """The name in expressions and the schema of each field."""
        if self._fields is None:
            known = self._data.get("fields", {})
            self._fields = {name: (escaped(name), self._schemas.node(inner)) for name, inner in known.items()}
        return self._fields

    @property
    def inner(self) -> "Node | None":
        """The schema of items or values."""
        if self._inner is None and "inner" in self._data:
            self._inner = self._schemas.node(self._data["inner"])
        return self._inner

    @property
    def defaults(self) -> "tuple[tuple[str, Node], ...]":
        """The fields that a server writes where they are absent, by their names in expressions."""
        if self._defaults is None:
            known = [(own, each) for own, each in self.fields.values() if own is not None]
            self._defaults = tuple(pair for pair in known if pair[1].default is not None)
        return self._defaults

    @property
    def ruled(self) -> "tuple[tuple[str, str, Node], ...]":
        """The fields with rules in them: name, name in expressions and schema."""
        if self._ruled is None:
            known = [(name, own, each) for name, (own, each) in self.fields.items() if own is not None]
            self._ruled = tuple(each for each in known if each[2].leads_to_rules)
        return self._ruled

    @property
    def leads_to_rules(self) -> bool:
        """Whether there are rules here or further inside."""
        if self._leads is None:
            self._leads = any(node.rules for node in self._all())
        return self._leads

    @property
    def merges(self) -> bool:
        """Whether there are lists here or further inside that `+` merges."""
        return any(node.list for node in self._all())

    @property
    def merged_by(self) -> tuple[str, ...] | None:
        """The keys of a list in expressions, none of a set, None of what `+` joins."""
        if self.list is None:
            return None
        return tuple(escaped(key) or key for key in self.keys) if self.list == "map" else ()

    def below(self, name: str | None) -> "Node | None":
        """The schema of a field by its name in expressions, or of items and values (None)."""
        if name is None or (not self.fields and self.inner is not None):
            return self.inner
        return next((field for own, field in self.fields.values() if own == name), None)

    def _all(self) -> "Iterator[Node]":
        """The schema and all that it leads to, once each; schemas may lead back to themselves."""
        waiting, known = [self], {id(self)}
        while waiting:
            node = waiting.pop()
            yield node
            parts = [each for _, each in node.fields.values()] + ([node.inner] if node.inner is not None else [])
            waiting += [each for each in parts if id(each) not in known]
            known.update(id(each) for each in parts)


class Schemas:
    """The schemas of an API by key."""

    def __init__(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        self._data = data
        self._nodes: dict[str, Node] = {}

    def node(self, data: Mapping[str, Any]) -> Node:
        """The schema that this data is or leads to."""
        key = data.get("ref")
        if key is None:
            return Node(data, self)
        known = self.of(key) or Node({}, self)
        more = {name: value for name, value in data.items() if name != "ref"}
        return known if not more else Node({**self._data.get(key, {}), **more}, self)

    def of(self, key: str) -> Node | None:
        """The schema with this key, if there are rules in it."""
        if key not in self._nodes:
            if key not in self._data:
                return None
            self._nodes[key] = Node(self._data[key], self)
        return self._nodes[key]

"""Classes of what a server sends: those of the API with fewer optional fields, because what is always there is known.

Two things are known. A kind that can be created and read by its name is stored, and what every stored object has is in `stored.toml`. What
the server of a kind fills in is in its rules (`codegen/validation/server_rules`), from which only what holds in all their releases counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import resources, tables
from codegen.model import Definition, Field, Ref, Reference
from codegen.outputs import naming

_STORED = Path(__file__).with_name("stored.toml")
Tree = dict[str, "Tree"]  # field -> what below it is always there


class Reply(Struct, frozen=True, kw_only=True):
    """One class of replies: `definition` has the key of the class that it narrows, and only the fields that are narrower.

    `id` is what a `Ref` to it names, `unit` the package that it lives in, `name` what it is called if that is free.
    """

    id: str
    definition: Definition
    unit: str
    name: str
    source: str


def replies(reference: Reference, owner: Mapping[str, str], reaches: Callable[[str, str], bool]) -> tuple[Reply, ...]:
    """All classes of replies, each behind those that it names.

    `owner` has the unit of each key with a class; `reaches` says whether the first unit can name the classes of the second while it is
    imported.
    """
    classes: dict[str, Reply] = {}
    stored = frozenset(_stored(reference))
    for key, definition in reference.definitions.items():
        if key not in owner or definition.gvk is None:
            continue
        always = _read(_STORED) if key in stored else ((), "")
        own = _filled(definition)
        if own[0]:
            narrowing = _Narrowing(reference, owner, reaches, classes, own[1], definition)
            narrowing.reply(definition, _tree((*always[0], *own[0])))
        elif always[0]:
            _Narrowing(reference, owner, reaches, classes, always[1], None).reply(definition, _tree(always[0]))
    return tuple(classes.values())


class _Narrowing:
    """The replies of one kind, or, where `kind` is None, those that stored objects share."""

    def __init__(
        self,
        reference: Reference,
        owner: Mapping[str, str],
        reaches: Callable[[str, str], bool],
        classes: dict[str, Reply],
        source: str,
        kind: Definition | None,
    ) -> None:
        self._reference = reference
        self._owner = owner
        self._reaches = reaches
        self._classes = classes
        self._source = source
        self._kind = kind

    def reply(self, definition: Definition, tree: Tree) -> str:
        """The id of the reply of a definition; an empty string where nothing in it is narrower, or it cannot be written."""
        key = definition.key
        reply_id = f"{key}#reply" if self._kind is None else f"{key}#reply of {self._kind.key}"
        unit = self._owner[key if self._kind is None else self._kind.key]
        if reply_id in self._classes:
            return reply_id
        if unit != self._owner[key] and not self._reaches(unit, self._owner[key]):
            return ""
        fields = tuple(self._fields(definition, tree))
        if not fields:
            return ""
        self._classes[reply_id] = Reply(
            id=reply_id,
            definition=replace(definition, fields=fields),
            unit=unit,
            name=f"{definition.name}Reply",
            source=self._source,
        )
        return reply_id

    def _fields(self, definition: Definition, tree: Tree) -> Iterator[Field]:
        for field in definition.fields:
            if field.name not in tree or field.value is not None:
                continue
            target = self._reference.resolve(field.type)
            inner = self._reference.definitions.get(target.key) if isinstance(target, Ref) else None
            reply = self.reply(inner, tree[field.name]) if inner is not None and tree[field.name] else ""
            if reply:
                yield replace(field, type=Ref(key=reply), required=True)
            elif not field.required:
                yield replace(field, required=True)


def _tree(paths: Iterable[str]) -> Tree:
    tree: Tree = {}
    for path in paths:
        place = tree
        for step in path.split("."):
            place = place.setdefault(step, {})
    return tree


def _stored(reference: Reference) -> Iterator[str]:
    """The keys of the kinds that can be created in a collection and read by their name in it."""
    created = {operation.path for operation in reference.operations.values() if operation.method == "POST"}
    for operation in reference.operations.values():
        collection, _, last = operation.path.rpartition("/")
        if operation.method == "GET" and last.startswith("{") and collection in created:
            yield from (
                response.type.key
                for response in operation.responses
                if response.status == "200" and isinstance(response.type, Ref)
            )


# ----------------------------------------------------------------------------------------------------------- facts


@cache
def _read(file: Path) -> tuple[tuple[str, ...], str]:
    """Field paths, and where that was read."""
    data = tables.read(file)
    return tuple(data["fields"]), data["source"]


def _filled(kind: Definition) -> tuple[tuple[str, ...], str]:
    """What the server of a kind always fills in, and where that was read; nothing for a kind without rules."""
    file = resources.server_rules() / f"{naming.schema_stem(kind)}.toml"
    return _filled_by(file, kind.key) if file.is_file() else ((), "")


@cache
def _filled_by(file: Path, key: str) -> tuple[tuple[str, ...], str]:
    data = tables.read(file)
    if data["kind"]["key"] != key:
        return (), ""
    always: list[Mapping[str, Any]] = [
        rule
        for rule in data.get("rules", ())
        if rule.get("effect") == "fills" and not {"from", "until", "when", "condition"} & rule.keys()
    ]
    paths = dict.fromkeys(path for rule in always for path in rule.get("fields", [rule.get("field")]))
    return tuple(paths), "; ".join(dict.fromkeys(rule["source"] for rule in always))

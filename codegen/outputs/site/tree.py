"""The tree of a kind's fields, unfolded through all definitions in reach.

A type is unfolded at each field that has it, but not inside itself. If that would make a long page,
each type is unfolded once, and other fields link to it. A definition without recursion is built
once per level and shared by all trees, so that a whole release takes little time.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import limits
from codegen.core.budget import Budget
from codegen.core.locales import ENGLISH
from codegen.findings.rules.rule import Aspect
from codegen.kube.scalars import scalar_type
from codegen.model import Definition, Field, Ref, Reference, Scalar, Type, field_id, innermost
from codegen.model.keywords.keyword import (
    VALIDATIONS,
    Keyword,
    find_default,
    own_values,
    validation_rules,
)
from codegen.model.recursion import recursive_keys
from codegen.model.types import innermost_part, split_type
from codegen.outputs.docs.shared.value_limits import describe_keywords
from codegen.outputs.escaping import html_prose
from codegen.outputs.site.badges import BADGES, find_facts
from codegen.outputs.site.former import FormerFields
from codegen.outputs.site.records import FieldNode, RuleNote
from codegen.outputs.site.site_texts import SiteTexts, is_partly_english

_ANY = "any"
_METADATA = "metadata"
_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_OF_EACH_OBJECT = frozenset(("apiVersion", "kind", "metadata"))
_APART = frozenset((VALIDATIONS, "default", "enum"))  # keywords with their own place on the page
# A rule against any change of the value.
_UNCHANGED = re.compile(r"\s*(?:self\s*==\s*oldSelf|oldSelf\s*==\s*self)\s*\Z")

Steps = tuple[str, ...]
Rules = Callable[[str], Mapping[Steps, tuple[RuleNote, ...]]]
"""The rules of servers for the fields of a definition, wherever it stands, by the names on the way to each."""


class TypeParts(NamedTuple):
    """The brackets before the name of a type, and its name or key."""

    brackets: str
    name: str


def type_parts(expression: Type) -> TypeParts:
    """Split a type into brackets and name."""
    before, end = split_type(expression)
    if isinstance(end, Ref):
        return TypeParts(before, end.key)
    page_name = scalar_type(end.type, end.format).page
    return TypeParts(before, page_name or end.format or end.type or _ANY)


class _Home(Struct, frozen=True, kw_only=True):
    """The only field of a page below which a type is unfolded, with its prose id and its path on
    the page.
    """

    id: str
    path: str


class _ShownType(NamedTuple):
    """What a page calls a type, and the page of its definition or an empty text."""

    name: str
    target: str


class _Below(Struct, frozen=True, kw_only=True):
    """What stands below a field: the fields of its type, or the path of the field that has them.

    The type of a recursive field is around this field already.
    """

    fields: tuple[FieldNode, ...] = ()
    is_recursive: bool = False
    shown_at: str = ""


class _Position(Struct, frozen=True, kw_only=True):
    """A place in a tree: the definitions around it and their number.

    `homes` has the unfolded definitions of a page that shows each of them once.
    """

    above: frozenset[str] = frozenset()
    level: int = 0
    homes: Mapping[str, _Home] | None = None


class FieldTrees:
    """A maker of trees in one language. `targets` has the page of each definition by key."""

    def __init__(
        self,
        reference: Reference,
        words: SiteTexts,
        targets: Mapping[str, str],
        rules: Rules,
        former: FormerFields,
    ) -> None:
        self._reference = reference
        self._rules = rules
        self._words = words
        self._targets = targets
        self._former = former
        # By key and level, since deeper trees are cut earlier.
        self._whole: dict[tuple[str, int], tuple[FieldNode, ...]] = {}
        self._recursive_keys = recursive_keys(reference.definitions)

    def list_own_fields(self, key: str) -> tuple[FieldNode, ...]:
        """Return the fields of a definition, with those of inline objects."""
        return self._build_nodes(self._reference.definitions[key], None)

    def unfold_fields(self, key: str) -> tuple[FieldNode, ...]:
        """Return the fields of a definition with everything below them."""
        if self._fits(key, _Position(), Budget(limits.SITE_ROWS)):
            return self._unfold(key, _Position())
        return self._build_nodes(
            self._reference.definitions[key], _Position(homes=self._find_homes(key))
        )

    def _fits(self, key: str, position: _Position, rows: Budget) -> bool:
        """Return whether a page has room for a definition that is unfolded at each of its fields."""
        definition = self._reference.definitions[key]
        paths = tuple(definition.paths)
        if not rows.spend(len(paths), definition.span):
            return False
        inner_position = replace(position, above=position.above | {key})
        for path, field in paths:
            inner = self._find_inner_type(field)
            if inner is None or not self._is_unfolded(inner, field_id(key, path), inner_position):
                continue
            if not self._fits(
                inner.key, replace(inner_position, level=inner_position.level + 1), rows
            ):
                return False
        return True

    def _find_homes(self, root: str) -> dict[str, _Home]:
        """Return where each type is unfolded on a page that shows it once: at the nearest field."""
        homes = {root: _Home(id="", path="")}
        rows = Budget(limits.SITE_ROWS)
        waiting = deque([(root, "", 0)])
        while waiting:
            key, above, level = waiting.popleft()
            for path, field in self._reference.definitions[key].paths:
                inner = self._find_inner_type(field)
                if inner is None or inner.key in homes or level >= limits.SITE_LEVELS:
                    continue
                if rows.spend(sum(1 for _ in inner.paths), inner.span):
                    homes[inner.key] = _Home(id=field_id(key, path), path=f"{above}{path}")
                    waiting.append((inner.key, f"{above}{path}.", level + 1))
        return homes

    def _find_inner_type(self, field: Field) -> Definition | None:
        """Return the definition whose fields can be shown below a field, or None."""
        end = innermost(field.type)
        if isinstance(end, Ref):
            definition = self._reference.definitions.get(end.key)
        else:
            definition = None
        has_fields = definition is not None and definition.documented and bool(definition.fields)
        if has_fields:
            return definition
        return None

    def _is_unfolded(self, inner: Definition, prose_id: str, position: _Position) -> bool:
        """Return whether a page that shows types at each field unfolds this one below the field."""
        # A shared object is unfolded once.
        is_elsewhere = bool(inner.places) and prose_id != inner.key
        return (
            inner.key not in position.above
            and not is_elsewhere
            and position.level < limits.SITE_LEVELS
        )

    def _unfold(self, key: str, position: _Position) -> tuple[FieldNode, ...]:
        """Build the fields of a definition with everything below them, except the definitions
        above.
        """
        definition = self._reference.definitions[key]
        if key in self._recursive_keys:
            return self._build_nodes(definition, replace(position, above=position.above | {key}))
        tree_key = key, position.level
        if tree_key not in self._whole:
            # Nothing below refers to a definition above, since this one is on no circle.
            self._whole[tree_key] = self._build_nodes(
                definition, replace(position, above=frozenset())
            )
        return self._whole[tree_key]

    def _build_nodes(
        self, definition: Definition, position: _Position | None
    ) -> tuple[FieldNode, ...]:
        nodes = (
            self._build_node(definition, field, field.name, position)
            for field in order_fields(definition.fields)
        )
        return attach_rules(
            (*nodes, *self._build_former_nodes(definition.key)), self._rules(definition.key)
        )

    def _build_former_nodes(self, around: str) -> Iterator[FieldNode]:
        """Yield the former fields of a definition, or of the inline object with this prose id."""
        for name, entry in self._former.get(around, {}).items():
            if "#" in around:
                prose_id = f"{around}.{name}"
            else:
                prose_id = field_id(around, name)
            renamed = entry.aspect is Aspect.NAME
            yield FieldNode(
                name=name,
                id=prose_id,
                type="" if renamed else entry.old,
                marks=tuple(
                    mark for mark in self._words.marks(prose_id) if mark.release != entry.release
                ),
                until=entry.before,
                successor=entry.new if renamed else "",
            )

    def _build_node(
        self, owner: Definition, field: Field, path: str, position: _Position | None
    ) -> FieldNode:
        """Build the node of a field. Without a position, only inline objects are below it."""
        prose_id = field_id(owner.key, path)
        field = self._add_shared_limits(field)
        shown_type = self._name_type(owner, field, path)
        if field.fields:
            below = _Below(fields=self._build_inline_nodes(owner, field, path, position))
        elif position is not None:
            below = self._unfold_below(field, prose_id, position)
        else:
            below = _Below()
        html, lang = self._words.block(prose_id)
        facts = find_facts(self._reference.text(ENGLISH, prose_id))
        return FieldNode(
            name=field.name,
            id=prose_id,
            type=shown_type.name,
            before=type_parts(field.type).brackets,
            target=shown_type.target,
            html=html,
            lang=lang,
            is_partly_english=is_partly_english(html) and not lang,
            required=field.required,
            immutable=is_immutable(field.keywords) or "immutable" in facts,
            value=field.value or "",
            default=find_default(field.keywords) or facts.get("default", ""),
            enum=_list_values(field, own_values(field.keywords)),
            badges=tuple((name, facts[name]) for name in BADGES if name in facts),
            notes=self._describe_limits(field, prose_id),
            rules=cel_rules(field.keywords),
            marks=self._words.marks(prose_id),
            is_recursive=below.is_recursive,
            shown_at=below.shown_at,
            fields=below.fields,
        )

    def _add_shared_limits(self, field: Field) -> Field:
        """Return a field with the limits of its shared object, which are shown at each place."""
        end = innermost(field.type)
        if not isinstance(end, Ref):
            return field
        definition = self._reference.definitions.get(end.key)
        if definition is None or not definition.places:
            return field
        inside = innermost_part(field.type)
        limits_inside = (replace(keyword, inside=inside) for keyword in definition.keywords)
        return replace(field, keywords=(*field.keywords, *limits_inside))

    def _name_type(self, owner: Definition, field: Field, path: str) -> _ShownType:
        """Return what the page calls the type of a field, and where the page of the type is."""
        name = type_parts(field.type).name
        if isinstance(innermost(field.type), Ref):
            definition = self._reference.definitions.get(name)
            shown = definition.name if definition is not None else name.rpartition(".")[2]
            return _ShownType(shown, self._targets.get(name, ""))
        is_metadata = owner.resource is not None and path == _METADATA
        if is_metadata and _OBJECT_META in self._targets:
            # Servers replace the schema of this field by that of all objects.
            return _ShownType("ObjectMeta", self._targets[_OBJECT_META])
        return _ShownType(name, "")

    def _build_inline_nodes(
        self, owner: Definition, field: Field, path: str, position: _Position | None
    ) -> tuple[FieldNode, ...]:
        """Build the fields of an inline object, those that it has and those that it had."""
        present = (
            self._build_node(owner, inner_field, f"{path}.{inner_field.name}", position)
            for inner_field in order_fields(field.fields)
        )
        return (*present, *self._build_former_nodes(field_id(owner.key, path)))

    def _unfold_below(self, field: Field, prose_id: str, position: _Position) -> _Below:
        """Return the fields of a field's type, or why they are not shown below this field."""
        inner = self._find_inner_type(field)
        if inner is None:
            return _Below()
        lower = replace(position, level=position.level + 1)
        if position.homes is None:
            is_recursive = inner.key in position.above
            if self._is_unfolded(inner, prose_id, position):
                return _Below(fields=self._unfold(inner.key, lower), is_recursive=is_recursive)
            return _Below(is_recursive=is_recursive)
        home = position.homes.get(inner.key)
        if home is None:
            return _Below()
        # The page itself shows the type that has no field above it.
        is_recursive = not home.id
        if home.id == prose_id:
            return _Below(fields=self._build_nodes(inner, lower), is_recursive=is_recursive)
        return _Below(is_recursive=is_recursive, shown_at=home.path)

    def _describe_limits(self, field: Field, prose_id: str) -> tuple[str, ...]:
        """Describe merge behavior, constraints and contents, each as a phrase of HTML."""
        labels = self._words.labels
        said = []
        if field.list_type is not None:
            word = str(field.list_type)
            keys = labels["list_separator"].join(field.list_map_keys)
            said.append(
                labels["map_of_keys" if len(field.list_map_keys) > 1 else word].format(keys=keys)
            )
        if field.patch_strategy:
            strategies = labels["list_separator"].join(field.patch_strategy)
            if field.patch_merge_key:
                strategies = labels["patch_merge"].format(
                    strategy=strategies, key=field.patch_merge_key
                )
            said.append(labels["patch_strategy"].format(strategies=strategies))
        keywords = [
            keyword
            for keyword in field.keywords
            if keyword.name not in _APART or (keyword.inside and keyword.name != VALIDATIONS)
        ]
        said += (
            *describe_keywords(keywords, labels),
            *self._words.describe_contents(field.keywords, prose_id),
        )
        return tuple(map(html_prose.phrase, said))


def order_fields(fields: Iterable[Field]) -> list[Field]:
    """Order the fields of an object as readers look for them.

    The required ones come first, then `spec`, then the others in their order. The fields that each
    object has come last, since examples show them.
    """
    listed = list(fields)
    is_object = {field.name for field in listed} >= _OF_EACH_OBJECT
    common = _OF_EACH_OBJECT if is_object else frozenset[str]()
    return sorted(listed, key=lambda field: _rank_field(field, common))


def _rank_field(field: Field, common: frozenset[str]) -> int:
    if field.name in common:
        return 3
    if field.required:
        return 0
    if field.name == "spec":
        return 1
    return 2


def is_immutable(keywords: tuple[Keyword, ...]) -> bool:
    """Return whether a rule of a field lets no update change it."""
    return any(
        _UNCHANGED.match(rule)
        for rule, _ in validation_rules(keyword for keyword in keywords if not keyword.inside)
    )


def cel_rules(keywords: tuple[Keyword, ...]) -> tuple[RuleNote, ...]:
    """Return the CEL rules of a document, with their messages."""
    return tuple(
        RuleNote(effect="cel", code=rule, html=html_prose.phrase(message))
        for rule, message in validation_rules(keywords)
    )


def _list_values(field: Field, schema: Mapping[str, object]) -> tuple[str, ...]:
    """Return the only values of a field, or of the items of its list."""
    end = innermost(field.type)
    if isinstance(end, Scalar) and end.enum:
        return end.enum
    listed = schema.get("enum")
    if not isinstance(listed, list):
        return ()
    return tuple(map(_write_value, listed))


def _write_value(value: object) -> str:
    """Write a value as a page shows it: a string as it is, and others as JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value)


def attach_rules(
    fields: tuple[FieldNode, ...], rules: Mapping[Steps, tuple[RuleNote, ...]]
) -> tuple[FieldNode, ...]:
    """Attach rules to the fields of a tree, by the names on the way to each.

    One behind no name is of the whole.
    """
    inside: dict[str, dict[Steps, tuple[RuleNote, ...]]] = {}
    for steps, notes in rules.items():
        if steps:
            inside.setdefault(steps[0], {})[steps[1:]] = notes
    made = []
    for node in fields:
        if (below := inside.get(node.name)) is not None:
            notes_of_field = below.pop((), ())
            immutable = node.immutable or any(note.immutable for note in notes_of_field)
            nested = attach_rules(node.fields, below)
            node = replace(
                node, rules=(*node.rules, *notes_of_field), immutable=immutable, fields=nested
            )
        made.append(node)
    return tuple(made)

"""The tree of a kind's fields, unfolded through all definitions in reach.

A definition without recursion is unfolded once per level and shared by all trees, so that a whole release takes
little time. A recursive one is not unfolded again inside itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from codegen.core.escaping import html_prose
from codegen.core.limits import SITE_LEVELS
from codegen.core.locales import ENGLISH
from codegen.findings.rules.rule import Aspect
from codegen.kube.scalars import scalar_type
from codegen.model import Definition, Field, Ref, Reference, Scalar, Type, field_id, innermost
from codegen.model.keywords import VALIDATIONS, Keyword, find_default, own_values, validation_rules
from codegen.model.recursion import recursive_keys
from codegen.model.types import innermost_part, split_type
from codegen.outputs.docs.shared.value_limits import describe_keywords
from codegen.outputs.site.badges import BADGES, find_facts
from codegen.outputs.site.former import FormerFields
from codegen.outputs.site.records import Node, RuleNote
from codegen.outputs.site.site_texts import SiteTexts

_ANY = "any"
_APART = frozenset((VALIDATIONS, "default", "enum"))  # keywords with their own place on the page
# A rule against any change of the value.
_UNCHANGED = re.compile(r"\s*(?:self\s*==\s*oldSelf|oldSelf\s*==\s*self)\s*\Z")

Steps = tuple[str, ...]
Rules = Callable[[str], Mapping[Steps, tuple[RuleNote, ...]]]
"""The rules of servers for the fields of a definition, wherever it stands, by the names on the way to each."""


def type_parts(expression: Type) -> tuple[str, str]:
    """Split a type into the brackets before its name, and the name or key."""
    before, end = split_type(expression)
    if isinstance(end, Ref):
        return before, end.key
    return before, scalar_type(end.type, end.format).page or end.format or end.type or _ANY


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
        self._whole: dict[tuple[str, int], tuple[Node, ...]] = {}
        self._recursive_keys = recursive_keys(reference.definitions)

    def flat(self, key: str) -> tuple[Node, ...]:
        """Return the fields of a definition, with those of inline objects."""
        return self._build_nodes(self._reference.definitions[key], None, 0)

    def whole(self, key: str, above: frozenset[str] = frozenset(), level: int = 0) -> tuple[Node, ...]:
        """Return the fields of a definition with everything below them, except the definitions `above`."""
        definition = self._reference.definitions[key]
        if key in self._recursive_keys:
            return self._build_nodes(definition, above | {key}, level)
        known = key, level
        if known not in self._whole:
            # Nothing below refers to a definition above, since this one is on no circle.
            self._whole[known] = self._build_nodes(definition, frozenset(), level)
        return self._whole[known]

    def _build_nodes(self, definition: Definition, above: frozenset[str] | None, level: int) -> tuple[Node, ...]:
        nodes = (self._build_node(definition, each, each.name, above, level) for each in definition.fields)
        return attach_rules((*nodes, *self._build_former_nodes(definition.key)), self._rules(definition.key))

    def _build_former_nodes(self, around: str) -> Iterator[Node]:
        """Yield the former fields of a definition, or of the inline object with this prose id."""
        for name, entry in self._former.get(around, {}).items():
            prose_id = f"{around}.{name}" if "#" in around else field_id(around, name)
            renamed = entry.aspect is Aspect.NAME
            yield Node(
                name=name,
                id=prose_id,
                type="" if renamed else entry.old,
                marks=tuple(mark for mark in self._words.marks(prose_id) if mark.release != entry.release),
                until=entry.before,
                successor=entry.new if renamed else "",
            )

    def _build_node(self, owner: Definition, field: Field, path: str, above: frozenset[str] | None, level: int) -> Node:
        """Build the node of a field. Without `above`, only inline objects are below it."""
        prose_id = field_id(owner.key, path)
        before, name = type_parts(field.type)
        target, again = "", False
        below: tuple[Node, ...] = ()
        if isinstance(innermost(field.type), Ref):
            key, target = name, self._targets.get(name, "")
            definition = self._reference.definitions.get(key)
            name = definition.name if definition is not None else key.rpartition(".")[2]
            if definition is not None and definition.places:  # the limits of a shared object are shown at each place
                inside = innermost_part(field.type)
                limits = (replace(each, inside=inside) for each in definition.keywords)
                field = replace(field, keywords=(*field.keywords, *limits))
            if above is not None and definition is not None and definition.documented and definition.fields:
                again = key in above
                is_elsewhere = bool(definition.places) and prose_id != key  # a shared object is unfolded once
                below = () if again or is_elsewhere or level >= SITE_LEVELS else self.whole(key, above, level + 1)
        if field.fields:
            own = (self._build_node(owner, each, f"{path}.{each.name}", above, level) for each in field.fields)
            below = (*own, *self._build_former_nodes(prose_id))
        html, lang = self._words.block(prose_id)
        english = self._reference.text(ENGLISH, prose_id)
        facts = find_facts(english)
        values = _list_values(field, own_values(field.keywords))
        return Node(
            name=field.name,
            id=prose_id,
            type=name,
            before=before,
            target=target,
            html=html,
            lang=lang,
            required=field.required,
            immutable=is_immutable(field.keywords) or "immutable" in facts,
            value=field.value or "",
            default=find_default(field.keywords) or facts.get("default", ""),
            enum=() if all(f'"{value}"' in english for value in values) else values,
            badges=tuple((name, facts[name]) for name in BADGES if name in facts),
            notes=self._describe_limits(field, prose_id),
            rules=cel_rules(field.keywords),
            marks=self._words.marks(prose_id),
            again=again,
            fields=below,
        )

    def _describe_limits(self, field: Field, prose_id: str) -> tuple[str, ...]:
        """Describe merge behavior, constraints and contents, each as a phrase of HTML."""
        labels = self._words.labels
        said = []
        if field.list_type is not None:
            word = str(field.list_type)
            keys = labels["list_separator"].join(field.list_map_keys)
            said.append(labels["map_of_keys" if len(field.list_map_keys) > 1 else word].format(keys=keys))
        if field.patch_strategy:
            strategies = labels["list_separator"].join(field.patch_strategy)
            if field.patch_merge_key:
                strategies = labels["patch_merge"].format(strategy=strategies, key=field.patch_merge_key)
            said.append(labels["patch_strategy"].format(strategies=strategies))
        rest = [
            each for each in field.keywords if each.name not in _APART or (each.inside and each.name != VALIDATIONS)
        ]
        said += (*describe_keywords(rest, labels), *self._words.describe_contents(field.keywords, prose_id))
        return tuple(map(html_prose.phrase, said))


def is_immutable(keywords: tuple[Keyword, ...]) -> bool:
    """Return whether a rule of a field lets no update change it."""
    return any(_UNCHANGED.match(rule) for rule, _ in validation_rules(each for each in keywords if not each.inside))


def cel_rules(keywords: tuple[Keyword, ...]) -> tuple[RuleNote, ...]:
    """Return the CEL rules of a document, with their messages."""
    return tuple(
        RuleNote(effect="cel", code=rule, html=html_prose.phrase(message))
        for rule, message in validation_rules(keywords)
    )


def _list_values(field: Field, own: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the only values of a field, or of the items of its list."""
    end = innermost(field.type)
    if isinstance(end, Scalar) and end.enum:
        return end.enum
    found = own.get("enum")
    return (
        tuple(each if isinstance(each, str) else json.dumps(each) for each in found) if isinstance(found, list) else ()
    )


def attach_rules(fields: tuple[Node, ...], rules: Mapping[Steps, tuple[RuleNote, ...]]) -> tuple[Node, ...]:
    """Attach rules to the fields of a tree, by the names on the way to each. One behind no name is of the whole."""
    inside: dict[str, dict[Steps, tuple[RuleNote, ...]]] = {}
    for steps, notes in rules.items():
        if steps:
            inside.setdefault(steps[0], {})[steps[1:]] = notes
    made = []
    for node in fields:
        if (below := inside.get(node.name)) is not None:
            own = below.pop((), ())
            immutable = node.immutable or any(note.immutable for note in own)
            nested = attach_rules(node.fields, below)
            node = replace(node, rules=(*node.rules, *own), immutable=immutable, fields=nested)
        made.append(node)
    return tuple(made)

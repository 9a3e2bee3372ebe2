"""Conversion of inline objects into definitions, for outputs with one class or table per object.

The object in `spec.issuerRef` of the kind `Certificate` has the key `KEY#spec.issuerRef`, the prose
id of the field, and the name `CertificateSpecIssuerRef`. Ids of its fields therefore do not change.
Equal objects of a group and version can share one definition, that of the shortest path.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from codegen.core.diagnostics import Span
from codegen.core.locales import ENGLISH
from codegen.kube.constraints import WORDS
from codegen.model.definitions import Definition, Field, definition_refs
from codegen.model.keywords.keyword import (
    Keyword,
    accepts_more_fields,
    find_default,
    null_parts,
    own_values,
)
from codegen.model.kubernetes import EMBEDDED, META, OBJECT_META
from codegen.model.prose import Prose, field_id, split_prose_id
from codegen.model.reference import Reference
from codegen.model.types import Array, Map, Ref, Scalar, Type, innermost, innermost_part
from codegen.model.unique_names import UniqueNames

MAX_NAME = 80  # characters of the name of an inline object
_NOWHERE = Span(path="")
_SAFE_PATH = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_BETWEEN = re.compile(r"[^A-Za-z0-9]+")
_OBJECT = Scalar(type="object")
_STRING = Scalar(type="string")
_METADATA = "metadata"
# Keywords of a field, not of its inline object.
_OF_FIELDS = frozenset(
    (
        "default",
        "nullable",
        "readOnly",
        "writeOnly",
        "deprecated",
        "title",
        "description",
        "example",
    )
)


def hoist_inline_objects(reference: Reference, *, shared: bool = False) -> Reference:
    """Return the reference with every inline object as a definition of its own.

    A kind gets the fields of all kinds.

    With `shared`, objects that differ only in their own description are one definition. Fields with
    a default in a custom resource are not required, since servers fill them in before validation. A
    field may be null if the definition of its type may be.
    """
    hoisted: dict[str, Definition] = {}
    parts = {key: _null_parts(key, reference.definitions) for key in reference.definitions}
    for definition in reference.definitions.values():
        definition = _add_kind_fields(definition)
        fields = tuple([_add_field_nullability(field, parts) for field in definition.fields])
        if definition.resource is not None:
            fields = tuple(map(_relax_field, fields))
            if OBJECT_META in reference.definitions:
                fields = tuple(_complete_metadata(field, is_resource=True) for field in fields)
        for part in _hoist_objects(replace(definition, fields=fields), set()):
            hoisted[part.key] = part
    if shared:
        hoisted = _share_equal_objects(hoisted, reference)
    return replace(reference, definitions=MappingProxyType(hoisted))


def _share_equal_objects(
    definitions: Mapping[str, Definition], reference: Reference
) -> dict[str, Definition]:
    """Keep one of the equal inline objects of each package: that of the shortest path."""
    kept: dict[str, Definition] = {}
    shared: dict[str, str] = {}
    for group in _group_equal_objects(definitions, reference):
        best = min(group, key=lambda member: (member.key.count("."), len(member.name), member.key))
        keys = [member.key for member in group]
        kept[best.key] = replace(best, name=_shorten_name(best), places=tuple(reversed(keys)))
        shared.update(dict.fromkeys(keys, best.key))
    redirected: dict[str, Definition] = {}
    for key, definition in definitions.items():
        if key in shared and key not in kept:
            continue
        remaining = kept.get(key, definition)
        redirected_fields = tuple([_redirect(field, shared) for field in remaining.fields])
        redirected[key] = replace(remaining, fields=redirected_fields)
    return redirected


def _group_equal_objects(
    definitions: Mapping[str, Definition], reference: Reference
) -> list[list[Definition]]:
    """Group the inline objects of each package that differ only in their own description."""
    prose = reference.prose.get(ENGLISH) or next(iter(reference.prose.values()), {})
    groups: dict[Hashable, list[Definition]] = {}
    first_keys: dict[str, str] = {}  # the key of the first equal object, by key
    for key, definition in reversed(tuple(definitions.items())):  # from the innermost objects
        if "#" not in key:
            continue
        fields: list[Field] = []
        texts: list[str] = []
        for field in sorted(definition.fields, key=lambda field: field.name):
            fields.append(replace(_redirect(field, first_keys), span=_NOWHERE))
            text = prose.get(field_id(key, field.name))
            texts.append(text.text if text else "")
        bare = replace(definition, key="", name="", fields=tuple(fields), span=_NOWHERE)
        group = groups.setdefault((definition.package, bare, tuple(texts)), [])
        group.append(definition)
        first_keys[key] = group[0].key
    return list(groups.values())


def extract_shared_objects(reference: Reference, *, kinds_only: bool = False) -> Reference:
    """Return the reference with a definition for each inline object that another definition has
    several times.

    A field with such an object refers to it, and keeps its own description and keywords. A text of
    any place is one of the definition.
    """
    definitions: dict[str, Definition] = {}
    shared: dict[str, Definition] = {}
    for definition in reference.definitions.values():
        objects: dict[str, Definition] = {}
        if definition.gvks or not kinds_only:
            objects = _find_shared_objects(definition, reference)
        if objects:
            definitions.update(_extract_objects(definition, objects))
        else:
            definitions[definition.key] = definition
        shared |= objects
    if not shared:
        return reference
    prose = {locale: _share_texts(texts, shared) for locale, texts in reference.prose.items()}
    return replace(
        reference, definitions=MappingProxyType(definitions), prose=MappingProxyType(prose)
    )


def extract_object(reference: Reference, key: str, path: str) -> Reference | None:
    """Return the reference with a definition for the inline object at a path of another one.

    Returns None if the path is ambiguous or unsafe.
    """
    definition = reference.definitions[key]
    place = field_id(key, path)
    field = definition.find_field(path)
    if field is None or place in reference.definitions or not _is_extractable(definition, path):
        return None
    parts = {part.key: part for part in _hoist_objects(definition, set())}
    if place not in parts:
        return None
    names = UniqueNames(existing.name for existing in reference.definitions.values())
    name = names.take(_shorten_name(parts[place]), parts[place].name)
    part = replace(parts[place], name=name, fields=field.fields, places=(place,), map_type="")
    remaining = replace(definition, fields=refer_to_object(key, definition.fields, place))
    definitions = {**reference.definitions, key: remaining, place: part}
    return replace(reference, definitions=MappingProxyType(definitions))


def refer_to_object(key: str, fields: Iterable[Field], place: str) -> tuple[Field, ...]:
    """Replace the inline object with this prose id by a reference, in the fields of a definition."""
    referring: list[Field] = []
    for field in fields:
        field_place = field_id(key, field.name)
        if field_place == place and field.fields:
            referring.append(_refer(field, place))
        elif place.startswith(f"{field_place}."):
            inner = refer_to_object(field_place, field.fields, place)
            referring.append(replace(field, fields=inner))
        else:
            referring.append(field)
    return tuple(referring)


def _is_extractable(definition: Definition, path: str) -> bool:
    """Return whether one field alone has the path of an inline object, and links can name it."""
    field = definition.find_field(path)
    times = sum(1 for field_path, _ in definition.paths if field_path == path)
    is_unambiguous = times == 1 and _SAFE_PATH.fullmatch(path) is not None
    return is_unambiguous and field is not None and innermost(field.type) == _OBJECT


def _find_shared_objects(definition: Definition, reference: Reference) -> dict[str, Definition]:
    """Return the objects with several places in a definition, by place.

    An ambiguous or unsafe path is no place of one.
    """
    if not any(field.fields for field in definition.fields):
        return {}
    parts = {part.key: part for part in _hoist_objects(definition, set())}
    hoisted = _share_equal_objects(parts, reference)
    uses: Counter[str] = Counter()
    for part in hoisted.values():
        uses.update(definition_refs(part))
    times = Counter(path for path, _ in definition.paths)
    names = UniqueNames(existing.name for existing in reference.definitions.values())

    def is_place(prose_id: str) -> bool:
        path = split_prose_id(prose_id).name
        field = definition.find_field(path)
        is_unambiguous = times[path] == 1 and _SAFE_PATH.fullmatch(path) is not None
        return is_unambiguous and field is not None and innermost(field.type) == _OBJECT

    shared: dict[str, Definition] = {}
    for part in hoisted.values():
        if uses[part.key] > 1 and part.places and all(map(is_place, part.places)):
            named = replace(part, name=names.take(part.name, part.name), map_type="")
            shared.update(dict.fromkeys(part.places, named))
    return shared


def _extract_objects(
    definition: Definition, shared: Mapping[str, Definition]
) -> dict[str, Definition]:
    """Return a definition that refers to its shared objects, and these."""
    objects: dict[str, Definition] = {}

    def extract(owner: str, field: Field) -> Field:
        place = field_id(owner, field.name)
        shared_object = shared.get(place)
        if shared_object is not None and place == shared_object.key:
            objects[place] = shared_object  # before the objects inside
        fields = tuple([extract(place, inner) for inner in field.fields])
        if shared_object is None:
            if fields:
                return replace(field, fields=fields)
            return field
        if place == shared_object.key:
            objects[place] = replace(shared_object, fields=fields)
        return _refer(field, shared_object.key)

    fields = tuple([extract(definition.key, field) for field in definition.fields])
    return {definition.key: replace(definition, fields=fields), **objects}


def _share_texts(
    texts: Mapping[str, Prose], shared: Mapping[str, Definition]
) -> Mapping[str, Prose]:
    """Add the texts of shared objects that only other places have."""
    completed = dict(texts)
    for prose_id, text in texts.items():
        end = prose_id.rfind(".")
        while end > 0 and prose_id[:end] not in shared:
            end = prose_id.rfind(".", 0, end)
        if end > 0:
            completed.setdefault(f"{shared[prose_id[:end]].key}{prose_id[end:]}", text)
    return MappingProxyType(completed)


def _redirect(field: Field, keys: Mapping[str, str]) -> Field:
    """Replace the key of the object that a field refers to."""
    end = innermost(field.type)
    if not isinstance(end, Ref) or keys.get(end.key, end.key) == end.key:
        return field
    return replace(field, type=_replace_innermost(field.type, Ref(key=keys[end.key])))


def _shorten_name(definition: Definition) -> str:
    """Leave out the first words of a path below a kind if the name would be too long."""
    _, path = split_prose_id(definition.key)
    words = [word[:1].upper() + word[1:] for word in _BETWEEN.split(path) if word]
    kind = definition.name.removesuffix("".join(words))
    while len(kind) + sum(map(len, words)) > MAX_NAME and len(words) > 1:
        del words[0]
    return f"{kind}{''.join(words)}"[:MAX_NAME]


def _null_parts(key: str, definitions: Mapping[str, Definition]) -> frozenset[str]:
    """Return the nullable parts of a definition and its aliases."""
    parts: set[str] = set()
    path, seen = "", set[str]()
    while key in definitions and key not in seen:
        seen.add(key)
        definition = definitions[key]
        parts.update(path + part for part in null_parts(definition.keywords))
        end = innermost(definition.type)
        if definition.type is None or not isinstance(end, Ref):
            break
        path, key = path + innermost_part(definition.type), end.key
    return frozenset(parts)


def _add_field_nullability(field: Field, parts: Mapping[str, frozenset[str]]) -> Field:
    """Add nullable parts of definitions to the fields that refer to them."""
    fields = tuple([_add_field_nullability(inner, parts) for inner in field.fields])
    target = innermost(field.type)
    keywords = field.keywords
    if isinstance(target, Ref):
        inside = innermost_part(field.type)
        nullable = {inside + part for part in parts.get(target.key, ())}
        for part in sorted(nullable - null_parts(field.keywords)):
            keywords += (Keyword(name="nullable", value="true", inside=part),)
    return replace(field, fields=fields, keywords=keywords)


def _hoist_objects(definition: Definition, taken: set[str]) -> Iterator[Definition]:
    """Yield a definition and its hoisted inline objects. `taken` are keys."""
    hoisted: list[Definition] = []
    fields = tuple(
        [_hoist_object(definition, field, hoisted, taken) for field in definition.fields]
    )
    yield replace(definition, fields=fields)
    for part in hoisted:
        yield from _hoist_objects(part, taken)


def _hoist_object(
    owner: Definition, field: Field, hoisted: list[Definition], taken: set[str]
) -> Field:
    """Replace the inline object of a field by a reference.

    The new definition is added to `hoisted`.
    """
    if not field.fields or innermost(field.type) not in (_OBJECT, Scalar(type="")):
        return field
    inside = innermost_part(field.type)
    key = field_id(owner.key, field.name)
    while key in taken:  # such as `a.b`, beside `b` in `a`
        key += "_"
    taken.add(key)
    words = (word[:1].upper() + word[1:] for word in _BETWEEN.split(field.name))
    keywords = [
        replace(keyword, inside="") for keyword in field.keywords if _is_of_object(keyword, inside)
    ]
    hoisted.append(
        Definition(
            key=key,
            name=owner.name + "".join(words),
            fields=_object_fields(field, inside),
            map_type="" if inside else field.map_type,
            open=accepts_more_fields(field.keywords, inside),
            keywords=tuple(keywords),
            span=field.span,
        )
    )
    return _refer(field, key)


def _refer(field: Field, key: str) -> Field:
    """Replace the inline object of a field by a reference, without the keywords of the object."""
    inside = innermost_part(field.type)
    kept = tuple(keyword for keyword in field.keywords if not _is_of_object(keyword, inside))
    return replace(
        field, type=_replace_innermost(field.type, Ref(key=key)), fields=(), keywords=kept
    )


def _object_fields(field: Field, inside: str) -> tuple[Field, ...]:
    """Return the fields of an object, plus common fields if it is an embedded resource."""
    if not _is_embedded(field, inside):
        return field.fields
    names = {inner.name for inner in field.fields}
    usual = (("apiVersion", _STRING), ("kind", _STRING), ("metadata", _OBJECT))
    missing = (
        Field(name=name, type=of, span=field.span) for name, of in usual if name not in names
    )
    return (*missing, *field.fields)


def _is_embedded(field: Field, inside: str) -> bool:
    """Return whether a part of a field is a whole resource."""
    return any(keyword.name == EMBEDDED and keyword.inside == inside for keyword in field.keywords)


def _is_of_object(keyword: Keyword, inside: str) -> bool:
    return keyword.inside == inside and keyword.name not in _OF_FIELDS


def _replace_innermost(expression: Type, end: Ref) -> Type:
    match expression:
        case Array(items=inner):
            return Array(items=_replace_innermost(inner, end))
        case Map(values=inner):
            return Map(values=_replace_innermost(inner, end))
        case _:
            return end


def _complete_metadata(field: Field, *, is_resource: bool) -> Field:
    """Give the metadata of custom resources and embedded resources the type of all metadata.

    A definition may only limit some of its values, which becomes a part of an `allOf`.
    """
    if is_resource and field.name == _METADATA:
        limits = {inner.name: _write_limits(inner) for inner in field.fields}
        keywords: tuple[Keyword, ...] = ()
        if any(limits.values()):
            value = json.dumps([{"properties": limits}], sort_keys=True)
            keywords = (Keyword(name="allOf", value=value),)
        return replace(field, type=Ref(key=OBJECT_META), fields=(), keywords=keywords)
    inside = innermost_part(field.type)
    is_embedded = _is_embedded(field, inside)
    fields = _object_fields(field, inside)
    return replace(
        field,
        fields=tuple(_complete_metadata(inner, is_resource=is_embedded) for inner in fields),
    )


def _write_limits(field: Field) -> dict[str, object]:
    """Return the limits of the values of a field as a schema."""
    return {word: value for word, value in own_values(field.keywords).items() if word in WORDS}


def _relax_field(field: Field) -> Field:
    """Drop the requirement on a field with a default, and on such fields inside."""
    has_default = find_default(field.keywords) not in ("", "null")
    return replace(
        field,
        required=field.required and not has_default,
        fields=tuple(map(_relax_field, field.fields)),
    )


def _add_kind_fields(definition: Definition) -> Definition:
    """Add `apiVersion`, `kind` and `metadata` to a kind without them, as servers do."""
    gvk = definition.gvk
    if gvk is None or not definition.documented or definition.key.startswith(f"{META}."):
        return definition
    is_any = definition.type == _OBJECT
    if (definition.type is not None and not is_any) or definition.field("kind") is not None:
        return definition
    usual: Mapping[str, Field] = {
        "apiVersion": Field(
            name="apiVersion", type=_STRING, value=gvk.api_version, span=definition.span
        ),
        "kind": Field(name="kind", type=_STRING, value=gvk.kind, span=definition.span),
        "metadata": Field(name="metadata", type=_OBJECT, span=definition.span),
    }
    stated = {field.name: field for field in definition.fields}
    fields = {**usual, **stated}  # the usual ones first, as far as stated with their own types
    return replace(
        definition, fields=tuple(fields.values()), type=None, open=definition.open or is_any
    )

"""Conversion of inline objects into definitions, for outputs with one class or table per object.

The object in `spec.issuerRef` of the kind `Certificate` has the key `KEY#spec.issuerRef`, the prose
id of the field, and the name `CertificateSpecIssuerRef`. Ids of its fields therefore do not change.
Equal objects of a group and version can share one definition, that of the shortest path.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

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
    found: dict[str, Definition] = {}
    parts = {key: _null_parts(key, reference.definitions) for key in reference.definitions}
    for definition in reference.definitions.values():
        fields = tuple([_add_field_nullability(field, parts) for field in definition.fields])
        if definition.resource is not None:
            fields = tuple(map(_relax_field, fields))
            if OBJECT_META in reference.definitions:
                fields = tuple(_complete_metadata(field, is_resource=True) for field in fields)
        whole = _add_kind_fields(replace(definition, fields=fields))
        found.update((each.key, each) for each in _hoist_objects(whole, set()))
    if shared:
        found = _share_equal_objects(found, reference)
    return replace(reference, definitions=MappingProxyType(found))


def _share_equal_objects(
    definitions: Mapping[str, Definition], reference: Reference
) -> dict[str, Definition]:
    """Keep one of the equal inline objects of each package: that of the shortest path."""
    prose = reference.prose.get(ENGLISH) or next(iter(reference.prose.values()), {})
    groups: dict[Hashable, list[Definition]] = {}
    first: dict[str, str] = {}  # the key of the first equal object, by key
    for key, definition in reversed(tuple(definitions.items())):  # from the innermost objects
        if "#" in key:
            fields = [
                _redirect(field, first)
                for field in sorted(definition.fields, key=lambda field: field.name)
            ]
            bare = replace(
                definition,
                key="",
                name="",
                fields=tuple(replace(field, span=_NOWHERE) for field in fields),
                span=_NOWHERE,
            )
            texts = [prose.get(field_id(key, field.name)) for field in fields]
            content = definition.package, bare, tuple(text.text if text else "" for text in texts)
            group = groups.setdefault(content, [])
            group.append(definition)
            first[key] = group[0].key
    kept: dict[str, Definition] = {}
    shared: dict[str, str] = {}
    for group in groups.values():
        best = min(group, key=lambda each: (each.key.count("."), len(each.name), each.key))
        kept[best.key] = replace(
            best, name=_shorten_name(best), places=tuple(each.key for each in reversed(group))
        )
        shared.update((each.key, best.key) for each in group)
    redirected: dict[str, Definition] = {}
    for key, definition in definitions.items():
        if key in shared and key not in kept:
            continue
        remaining = kept.get(key, definition)
        redirected_fields = tuple([_redirect(field, shared) for field in remaining.fields])
        redirected[key] = replace(remaining, fields=redirected_fields)
    return redirected


def extract_shared_objects(reference: Reference, *, kinds_only: bool = False) -> Reference:
    """Return the reference with a definition for each inline object that another definition has
    several times.

    A field with such an object refers to it, and keeps its own description and keywords. A text of
    any place is one of the definition.
    """
    definitions: dict[str, Definition] = {}
    shared: dict[str, Definition] = {}
    for definition in reference.definitions.values():
        has_objects = (definition.gvks or not kinds_only) and any(
            field.fields for field in definition.fields
        )
        own = _find_shared_objects(definition, reference) if has_objects else {}
        definitions.update(
            _extract_objects(definition, own) if own else {definition.key: definition}
        )
        shared |= own
    if not shared:
        return reference
    prose = {locale: _share_texts(texts, shared) for locale, texts in reference.prose.items()}
    return replace(
        reference, definitions=MappingProxyType(definitions), prose=MappingProxyType(prose)
    )


def _find_shared_objects(definition: Definition, reference: Reference) -> dict[str, Definition]:
    """Return the objects with several places in a definition, by place.

    An ambiguous or unsafe path is no place of one.
    """
    hoisted = _share_equal_objects(
        {each.key: each for each in _hoist_objects(definition, set())}, reference
    )
    uses: Counter[str] = Counter()
    for hoisted_definition in hoisted.values():
        uses.update(definition_refs(hoisted_definition))
    paths = Counter(path for path, _ in definition.paths)
    names = UniqueNames(each.name for each in reference.definitions.values())
    shared: dict[str, Definition] = {}
    for each in hoisted.values():
        found = [split_prose_id(place)[1] for place in each.places] if uses[each.key] > 1 else ()
        fields = [
            definition.find_field(path)
            for path in found
            if paths[path] == 1 and _SAFE_PATH.fullmatch(path)
        ]
        if found and [innermost(field.type) for field in fields if field] == [_OBJECT] * len(found):
            named = replace(each, name=names.take(each.name, each.name), map_type="")
            shared.update(dict.fromkeys(each.places, named))
    return shared


def _extract_objects(
    definition: Definition, shared: Mapping[str, Definition]
) -> dict[str, Definition]:
    """Return a definition that refers to its shared objects, and these."""
    found: dict[str, Definition] = {}

    def extract(owner: str, field: Field) -> Field:
        place = field_id(owner, field.name)
        known = shared.get(place)
        if known is not None and place == known.key:
            found[place] = known  # before the objects inside
        fields = tuple(extract(place, each) for each in field.fields)
        if known is None:
            return replace(field, fields=fields) if fields else field
        if place == known.key:
            found[place] = replace(known, fields=fields)
        return _refer(field, known.key)

    fields = tuple([extract(definition.key, field) for field in definition.fields])
    return {definition.key: replace(definition, fields=fields), **found}


def _share_texts(
    texts: Mapping[str, Prose], shared: Mapping[str, Definition]
) -> Mapping[str, Prose]:
    """Add the texts of shared objects that only other places have."""
    found = dict(texts)
    for prose_id, text in texts.items():
        end = prose_id.rfind(".")
        while end > 0 and prose_id[:end] not in shared:
            end = prose_id.rfind(".", 0, end)
        if end > 0:
            found.setdefault(f"{shared[prose_id[:end]].key}{prose_id[end:]}", text)
    return MappingProxyType(found)


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
    end = innermost(field.type)
    inside = innermost_part(field.type)
    led_to = parts.get(end.key, frozenset[str]()) if isinstance(end, Ref) else frozenset[str]()
    missing = {inside + part for part in led_to} - null_parts(field.keywords)
    more = (Keyword(name="nullable", value="true", inside=part) for part in sorted(missing))
    return replace(field, fields=fields, keywords=(*field.keywords, *more))


def _hoist_objects(definition: Definition, taken: set[str]) -> Iterator[Definition]:
    """Yield a definition and its hoisted inline objects. `taken` are keys."""
    inner: list[Definition] = []
    fields = tuple(
        _hoist_object(definition, field, inner, taken) if field.fields else field
        for field in definition.fields
    )
    yield replace(definition, fields=fields)
    for each in inner:
        yield from _hoist_objects(each, taken)


def _hoist_object(
    owner: Definition, field: Field, found: list[Definition], taken: set[str]
) -> Field:
    """Replace the inline object of a field by a reference.

    The new definition is added to `found`.
    """
    if innermost(field.type) not in (_OBJECT, Scalar(type="")):
        return field
    inside = innermost_part(field.type)
    key = field_id(owner.key, field.name)
    while key in taken:  # such as `a.b`, beside `b` in `a`
        key += "_"
    taken.add(key)
    words = (word[:1].upper() + word[1:] for word in _BETWEEN.split(field.name))
    object_ = Definition(
        key=key,
        name=owner.name + "".join(words),
        fields=_object_fields(field, inside),
        map_type="" if inside else field.map_type,
        open=accepts_more_fields(field.keywords, inside),
        keywords=tuple(
            replace(each, inside="") for each in field.keywords if _is_of_object(each, inside)
        ),
        span=field.span,
    )
    found.append(object_)
    return _refer(field, key)


def _refer(field: Field, key: str) -> Field:
    """Replace the inline object of a field by a reference, without the keywords of the object."""
    inside = innermost_part(field.type)
    kept = tuple(each for each in field.keywords if not _is_of_object(each, inside))
    return replace(
        field, type=_replace_innermost(field.type, Ref(key=key)), fields=(), keywords=kept
    )


def _object_fields(field: Field, inside: str) -> tuple[Field, ...]:
    """Return the fields of an object, plus common fields if it is an embedded resource."""
    if not any(each.name == EMBEDDED and each.inside == inside for each in field.keywords):
        return field.fields
    known = {each.name for each in field.fields}
    usual = (("apiVersion", _STRING), ("kind", _STRING), ("metadata", _OBJECT))
    missing = (
        Field(name=name, type=of, span=field.span) for name, of in usual if name not in known
    )
    return (*missing, *field.fields)


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
        limits = [_write_limits(inner) for inner in field.fields]
        named = {inner.name: words for inner, words in zip(field.fields, limits, strict=True)}
        limit = Keyword(name="allOf", value=json.dumps([{"properties": named}], sort_keys=True))
        return replace(
            field, type=Ref(key=OBJECT_META), fields=(), keywords=(limit,) if any(limits) else ()
        )
    inside = innermost_part(field.type)
    is_embedded = any(
        keyword.name == EMBEDDED and keyword.inside == inside for keyword in field.keywords
    )
    fields = _object_fields(field, inside)
    return replace(
        field,
        fields=tuple(_complete_metadata(inner, is_resource=is_embedded) for inner in fields),
    )


def _write_limits(field: Field) -> dict[str, Any]:
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
    own = {field.name: field for field in definition.fields}
    fields = (
        *(own.get(name, field) for name, field in usual.items()),
        *(own[name] for name in own if name not in usual),
    )
    return replace(definition, fields=fields, type=None, open=definition.open or is_any)

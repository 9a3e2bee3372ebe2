"""Patches that look like the object: JSON merge patch (RFC 7386), and the strategic merge patch of Kubernetes.

A strategic merge patch merges lists by the key of their items where the OpenAPI document of the kind says so (`x-kubernetes-patch-strategy`,
`x-kubernetes-patch-merge-key`), and has directives of its own: `$patch`, `$retainKeys`, `$setElementOrder/...`, `$deleteFromPrimitiveList/...`.
Nothing is changed in place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

_PATCH, _RETAIN = "$patch", "$retainKeys"
_ORDER, _DELETED = "$setElementOrder/", "$deleteFromPrimitiveList/"
_DIRECTIVES = (_PATCH, _RETAIN)
REFERENCE = "#/components/schemas/"
MOST_MERGED = 100  # items of a patch that are merged into one item of a list
_Object = dict[str, Any]


class PatchFormatError(ValueError):
    """A strategic merge patch that is none: the request is wrong, whatever the object is."""


class UnmergeableError(ValueError):
    """A strategic merge patch that cannot be applied to the object."""


def merged(document: Any, patch: Any) -> Any:
    """A document with a JSON merge patch: null removes, objects are merged, all else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


class Shape(NamedTuple):
    """How values at a place of an object are merged: the schemas of a document, and the one that holds there."""

    schemas: Mapping[str, Any]
    schema: Mapping[str, Any]

    def field(self, name: str) -> Shape:
        """The shape of a field."""
        found = self._bare()
        inner = found.get("properties", {}).get(name, found.get("additionalProperties"))
        return Shape(self.schemas, inner if isinstance(inner, dict) else {})

    def item(self) -> Shape:
        """The shape of the items of a list."""
        inner = self._bare().get("items")
        return Shape(self.schemas, inner if isinstance(inner, dict) else {})

    @property
    def strategies(self) -> tuple[str, ...]:
        """What is said of merging: `merge`, `replace`, `retainKeys`."""
        return tuple(str(self._said("x-kubernetes-patch-strategy") or "").split(","))

    @property
    def key(self) -> str:
        """The field by which items are known."""
        return str(self._said("x-kubernetes-patch-merge-key") or "")

    def _said(self, word: str) -> Any:
        return self.schema.get(word, self._bare().get(word))

    def _bare(self) -> Mapping[str, Any]:
        """The schema itself, behind references and what only makes it nullable."""
        found: Any = self.schema
        for _ in range(8):
            if not isinstance(found, dict):
                return {}
            choices = [each for word in ("allOf", "anyOf") for each in found.get(word, ()) if each != {"enum": [None]}]
            if "$ref" in found:
                found = self.schemas.get(found["$ref"].removeprefix(REFERENCE), {})
            elif len(choices) == 1 and "properties" not in found:
                found = choices[0]
            else:
                break
        return found if isinstance(found, dict) else {}


def strategic(document: Mapping[str, Any], patch: Mapping[str, Any], shape: Shape) -> _Object:
    """An object with a strategic merge patch. Raises PatchFormatError and UnmergeableError."""
    if _PATCH in patch:
        return _directed(patch)
    result = _retained(document, patch) if _RETAIN in patch else dict(document)
    for name, value in patch.items():
        if name.startswith(_DELETED):
            target = name.removeprefix(_DELETED)
            if isinstance(result.get(target), list):
                gone = _places(_list(value), "")
                result[target] = [item for item in result[target] if _mark(item, "") not in gone]
    for name, value in patch.items():
        if name in _DIRECTIVES or name.startswith((_ORDER, _DELETED)):
            continue
        if value is None:
            result.pop(name, None)
        elif name not in result or type(result[name]) is not type(value):
            result[name] = _bare(value)
        else:
            result[name] = _value(result[name], value, shape.field(name))
    for name, value in patch.items():
        if name.startswith(_ORDER):
            target = name.removeprefix(_ORDER)
            field = shape.field(target)
            _check_order(patch.get(target), _list(value), field.key)
            if isinstance(result.get(target), list):
                before = document.get(target)
                result[target] = _ordered(
                    result[target], _list(value), before if isinstance(before, list) else (), field.key
                )
    return result


def _directed(patch: Mapping[str, Any]) -> _Object:
    """What a directive makes of an object, whatever it was."""
    if patch[_PATCH] == "replace":
        return {name: value for name, value in patch.items() if name != _PATCH}
    if patch[_PATCH] == "delete":
        return {}
    raise UnmergeableError(f"unknown patch type: {patch[_PATCH]}")


def _retained(document: Mapping[str, Any], patch: Mapping[str, Any]) -> _Object:
    """An object with the fields that a patch keeps."""
    kept = patch[_RETAIN]
    if not isinstance(kept, list):
        raise PatchFormatError("invalid patch format of retainKeys")
    names = {each for each in kept if isinstance(each, str)}
    for name, value in patch.items():
        if value is not None and name not in names and name != _RETAIN and not name.startswith((_ORDER, _DELETED)):
            raise PatchFormatError("invalid patch format of retainKeys")
    return {name: value for name, value in document.items() if name in names}


def _value(old: Any, patch: Any, shape: Shape) -> Any:
    """What becomes of a value that is of the type of the patch."""
    if isinstance(patch, dict):
        return _bare(patch) if "replace" in shape.strategies else strategic(old, patch, shape)
    if isinstance(patch, list) and "merge" in shape.strategies:
        return _items(old, patch, shape)
    return patch


def _items(old: Sequence[Any], patch: Sequence[Any], shape: Shape) -> list[Any]:
    """What becomes of a list whose items are merged."""
    if not old and not patch:
        return list(old)
    kinds = {type(item) for item in (*old, *patch)}
    if list in kinds:
        raise UnmergeableError("lists of lists are not supported")
    if len(kinds) > 1:
        raise UnmergeableError("list element types are not identical")
    key = shape.key
    if kinds != {dict}:
        return _ordered(list(dict.fromkeys((*old, *patch))), patch, old, "")
    if not key:
        raise UnmergeableError("cannot merge lists without merge key for type map")
    result, plain = _without_directed(old, patch, key)
    places = _places(result, key)
    times: dict[int, int] = {}
    for item in plain:
        _key_of(item, key)
        place = places.setdefault(_mark(item, key), len(result))
        times[place] = times.get(place, 0) + 1
        if times[place] > MOST_MERGED:  # each time copies what it has become by then
            raise UnmergeableError(f"the patch has more than {MOST_MERGED} items whose {key} is {item[key]}")
        if place == len(result):
            result.append(_bare(item))
        else:
            result[place] = strategic(result[place], item, shape.item())
    return _ordered(result, plain, old, key)


def _without_directed(
    old: Iterable[_Object], patch: Iterable[_Object], key: str
) -> tuple[list[_Object], list[_Object]]:
    """The items that are left of a list by the directives of a patch, and the items of the patch that are no directives."""
    plain: list[_Object] = []
    gone: set[Any] = set()
    is_replaced = False
    for item in patch:
        match item.get(_PATCH):
            case None if _PATCH not in item:
                plain.append(item)
            case "delete":
                _key_of(item, key)
                gone.add(_mark(item, key))
            case "replace":
                is_replaced = True
            case "merge":
                raise UnmergeableError("merging lists cannot yet be specified in the patch")
            case other:
                raise UnmergeableError(f"unknown patch type: {other}")
    return [] if is_replaced else [each for each in old if _mark(each, key) not in gone], plain


def _key_of(item: Any, key: str) -> Any:
    if not isinstance(item, dict) or key not in item:
        raise UnmergeableError(f"map: {item} does not contain declared merge key: {key}")
    return item[key]


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise PatchFormatError("invalid patch format of setElementOrder list")
    return value


def _check_order(patch: Any, order: Sequence[Any], key: str) -> None:
    """Raises UnmergeableError where the items of a patch do not stand in the order that it says itself."""
    if not isinstance(patch, list) or not patch or not order:
        return
    items = [item for item in patch if not (isinstance(item, dict) and _PATCH in item)]
    wanted = [_key_of(item, key) if key else item for item in order]
    given = [_key_of(item, key) if key else item for item in items]
    places = iter(wanted)
    if not all(any(each == other for other in places) for each in given):
        raise UnmergeableError(f"The order in patch list:\n{patch}\n doesn't match {_ORDER[:-1]} list:\n{order}\n")


def _ordered(items: Sequence[Any], order: Sequence[Any], before: Sequence[Any], key: str) -> list[Any]:
    """Items in the order that is wanted; those that it does not name go where they stood among the others."""
    wanted, stood = _places(order, key), _places(before, key)
    marked = [(_mark(item, key), item) for item in items]
    named = sorted((each for each in marked if each[0] in wanted), key=lambda each: wanted[each[0]])
    others = [each for each in marked if each[0] not in wanted]
    others.sort(key=lambda each: stood.get(each[0], len(stood)))
    result, at = [], 0
    for mark, item in named:
        while at < len(others) and stood.get(others[at][0], len(stood)) < stood.get(mark, -1):
            result.append(others[at][1])
            at += 1
        result.append(item)
    return [*result, *(item for _, item in others[at:])]


def _places(items: Iterable[Any], key: str) -> dict[Any, int]:
    """Where each item stands, the first of equal ones."""
    found: dict[Any, int] = {}
    for place, item in enumerate(items):
        found.setdefault(_mark(item, key), place)
    return found


def _mark(item: Any, key: str) -> Any:
    """By what an item is known: the value of its key, else itself; of what no key should be its text."""
    value = item.get(key) if key and isinstance(item, dict) else item
    return value if isinstance(value, str | int | float | None) else json.dumps(value, sort_keys=True)


def _bare(value: Any) -> Any:
    """A value of a patch for which there is nothing to merge it with: without nulls and directives."""
    if isinstance(value, list):
        return [
            _bare(item) for item in value if not (isinstance(item, dict) and item.get(_PATCH) in ("delete", "replace"))
        ]
    if not isinstance(value, dict):
        return value
    return {
        name: _bare(inner)
        for name, inner in value.items()
        if inner is not None and name not in _DIRECTIVES and not name.startswith((_ORDER, _DELETED))
    }

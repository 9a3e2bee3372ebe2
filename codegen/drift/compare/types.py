"""Comparison of two types; facts that a source lost are no differences."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from posixpath import basename
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Span
from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.pairs import ElementPair, TypedElement
from codegen.kube.formats import FORMATS
from codegen.model import (
    Array,
    Definition,
    Field,
    Keyword,
    LossyType,
    Map,
    Parameter,
    Ref,
    Response,
    Scalar,
    Type,
    innermost,
    may_be,
    refs,
)
from codegen.model.pages import page_key
from codegen.model.types import bare_name, format_type, innermost_part

WIDENED, NARROWED, EQUIVALENT = "widened", "narrowed", "equivalent"
FORMAT_CHANGED, TYPE_CHANGED = "format-changed", "type-changed"
CHOICES = frozenset(("oneOf", "anyOf", "type"))  # keywords with the types of a value
# Keywords of a member that is only a type.
_PLAIN = frozenset(("type", "$ref", "title", "description"))
_INT_OR_STRING = "int-or-string"
# Formats of strings that servers of custom resources check, and validators of this project do not.
_UNCHECKED = frozenset(
    ("isbn", "isbn10", "isbn13", "creditcard", "k8s-short-name", "k8s-long-name", _INT_OR_STRING)
)
# Formats of numbers with the formats of the same type that hold all their values. Servers read
# integers without a format as int64.
_WIDER = {"int32": ("int64", ""), "int64": ("",), "": ("int64", "double"), "float": ("double", "")}
Relation = Callable[[str, str], bool]
T = TypeVar("T", Definition, Field, Parameter, Response)


class TypeEnds(Struct, frozen=True, kw_only=True):
    """The first types that differ in form inside two types, and the part where they are."""

    old: Type
    new: Type
    part: str


class TypeDifference(Struct, frozen=True, kw_only=True):
    """A difference between two types.

    `change` is the end of the id of its rule. `relation` is `widened` if the new type holds all values of
    the old one, `narrowed` for the reverse, `equivalent` for both, else empty.
    """

    change: str
    old: str
    new: str
    relation: str


def compare_types(
    context: Context, pair: ElementPair[T], kind: str, *, stored: bool = False
) -> Iterator[Change]:
    """Yield the change of a type. `kind` is field, definition, parameter or response.

    `stored` marks parts of custom resources, whose servers ignore formats that they do not know.
    """
    difference = find_difference(context, pair.old, pair.new)
    if difference is None:
        if has_other_link(context, pair.old, pair.new):
            assert not isinstance(pair.old, Definition)  # noqa: S101 - it has no link
            assert not isinstance(pair.new, Definition)  # noqa: S101
            yield context.change(pair, "link-changed", pair.old.link, pair.new.link)
        return
    if stored and difference.change == FORMAT_CHANGED and _are_ignored(pair.old, pair.new):
        yield context.change(
            pair, "annotation-changed", _describe_format(pair.old), _describe_format(pair.new)
        )
        return
    if difference.relation:
        rule = f"field-type-{difference.relation}"
    elif kind == "field":
        rule = f"field-{difference.change}"
    else:
        rule = f"{kind}-{TYPE_CHANGED}"
    yield context.change(pair, rule, difference.old, difference.new)


def _describe_format(element: TypedElement) -> str | None:
    end = innermost(element.type)
    return f"format: {end.format}" if isinstance(end, Scalar) and end.format else None


def _are_ignored(old: TypedElement, new: TypedElement) -> bool:
    """Return whether servers of custom resources ignore the formats of both types."""
    for element in (old, new):
        end = innermost(element.type)
        if not isinstance(end, Scalar) or end.type != "string":
            return False
        if end.format in FORMATS or end.format in _UNCHECKED:
            return False
    return True


def find_difference(
    context: Context, old: TypedElement, new: TypedElement
) -> TypeDifference | None:
    """Find the difference of the types of two elements, if both sources can express it.

    Between two forms or languages it has no `way`.
    """
    if old.type is None or new.type is None or old.type == new.type:
        return None

    def is_same(old_key: str, new_key: str) -> bool:
        return is_same_type(context, old_key, new_key, old.span, new.span)

    def is_similar(old_key: str, new_key: str) -> bool:
        return is_similar_object(context, old_key, new_key)

    difference = find_choice_difference(old, new)
    if difference is None:
        difference = find_type_difference(old.type, new.type, is_same, is_similar)
    if difference is None:
        return None
    if _is_map_with_fields(old, new):
        difference = replace(difference, relation="")
    is_format = difference.change == FORMAT_CHANGED
    if is_format and not context.both_support("format", old.span, new.span):
        return None
    if context.pages is None and context.old.is_pages is context.new.is_pages:
        return difference
    return replace(difference, relation="")


def find_type_difference(
    old: Type, new: Type, is_same: Relation, is_similar: Relation
) -> TypeDifference | None:
    """Find the difference of the second type from the first, without their enumerations.

    `is_same` tells whether two keys can be the same type, and `is_similar` whether their fields are
    compared one by one instead.
    """
    ends = find_ends(old, new)
    left, right = ends.old, ends.new
    if _is_open_object(left) and _is_open_object(right):
        return None
    what = TYPE_CHANGED
    if isinstance(left, Scalar) and isinstance(right, Scalar) and left.type == right.type:
        if left.format == right.format:
            return None
        what = FORMAT_CHANGED
    if isinstance(left, Ref) and isinstance(right, Ref) and is_same(left.key, right.key):
        return None
    is_lossy = isinstance(left, LossyType) or isinstance(right, LossyType)
    if is_lossy and (may_be(left, right) or may_be(right, left)):
        return None
    if isinstance(left, Ref) and isinstance(right, Ref):
        way = EQUIVALENT if is_similar(left.key, right.key) else ""
    else:
        way = _name_way(is_wider=_holds(right, left), is_narrower=_holds(left, right))
    old_text, new_text = format_type(old, new), format_type(new, old)
    if old_text == new_text:  # the same format of another type
        old_text, new_text = f"{old_text} ({_kind(left)})", f"{new_text} ({_kind(right)})"
    return TypeDifference(change=what, old=old_text, new=new_text, relation=way)


def find_ends(old: Type, new: Type) -> TypeEnds:
    """Go into both types as long as both are lists, or both are maps."""
    part = ""
    while True:
        if isinstance(old, Array) and isinstance(new, Array):
            old, new, part = old.items, new.items, f"{part}[]"
        elif isinstance(old, Map) and isinstance(new, Map):
            old, new, part = old.values, new.values, f"{part}{{}}"
        else:
            return TypeEnds(old=old, new=new, part=part)


def find_type_at(expression: Type, part: str) -> Type | None:
    """Return the type at a part of a type, such as `[]` for the items of a list."""
    inner: Type | None = expression
    for at in range(0, len(part), 2):
        if part[at : at + 2] == "[]" and isinstance(inner, Array):
            inner = inner.items
        elif part[at : at + 2] == "{}" and isinstance(inner, Map):
            inner = inner.values
        else:
            return None
    return inner


def _is_open_object(expression: Type) -> bool:
    """Return whether a type takes objects with any contents: `object` or `map[string]any`."""
    if isinstance(expression, Map):
        return expression.values == Scalar(type="")
    return isinstance(expression, Scalar) and expression.type == "object"


def _is_map_with_fields(old: TypedElement, new: TypedElement) -> bool:
    """Return whether a map became an object with known fields alone, or the reverse.

    Such an object has the type `object` as one with any contents has.
    """
    if not isinstance(old, Field) or not isinstance(new, Field):
        return False
    ends = find_ends(old.type, new.type)
    if isinstance(ends.old, Map):
        return _has_known_fields(new, ends.new)
    return isinstance(ends.new, Map) and _has_known_fields(old, ends.old)


def _has_known_fields(field: Field, end: Type) -> bool:
    is_object = isinstance(end, Scalar) and end.type == "object"
    return is_object and (field.empty or bool(field.fields))


def find_choice_difference(old: TypedElement, new: TypedElement) -> TypeDifference | None:
    """Find the difference of two values by the members of a choice between types.

    Returns None if neither of them has such a choice.
    """
    if old.type is None or new.type is None:  # a response without a body
        return None
    part = innermost_part(old.type)
    if not (_has_choice(old, part) or _has_choice(new, part)) or innermost_part(new.type) != part:
        return None
    old_members, new_members = _list_members(old, part), _list_members(new, part)
    if not old_members or not new_members:
        return None
    way = _name_way(
        is_wider=all(_holds_member(new_members, member) for member in old_members),
        is_narrower=all(_holds_member(old_members, member) for member in new_members),
    )
    old_names, new_names = (
        part + " or ".join(sorted(map(bare_name, members)))
        for members in (old_members, new_members)
    )
    if old_names == new_names:
        return None
    return TypeDifference(change=TYPE_CHANGED, old=old_names, new=new_names, relation=way)


def is_same_type(
    context: Context, old_key: str, new_key: str, old_span: Span, new_span: Span
) -> bool:
    """Return whether two keys can be the same type.

    An undocumented type has a guessed package.
    """
    if context.new_keys.get(old_key, old_key) == new_key:
        return True
    old_package, _, old_name = old_key.rpartition(".")
    new_package, _, new_name = new_key.rpartition(".")
    if old_name != new_name:
        return False
    has_moved = (old_package, new_package) in context.moved_packages
    if has_moved and old_key not in context.new_keys:
        return True  # it moved to another version of its group with the types that refer to it
    if not context.both_support("package", old_span, new_span):
        return True
    for side in (context.old, context.new):
        for key in (old_key, new_key):
            definition = side.reference.definitions.get(key)
            if definition is not None and not definition.documented:
                return True
    return False


def is_similar_object(context: Context, old_key: str, new_key: str) -> bool:
    """Return whether two types are objects that share at least half of their fields.

    Then their other fields are the difference.
    """
    before = context.old.reference.definitions.get(old_key)
    after = context.new.reference.definitions.get(new_key)
    if before is None or after is None:
        return False
    old_names = {field.name for field in before.fields}
    new_names = {field.name for field in after.fields}
    return 2 * len(old_names & new_names) >= len(old_names | new_names) > 0


def has_other_link(context: Context, old: TypedElement, new: TypedElement) -> bool:
    """Return whether a link leads elsewhere on two pages of one layout.

    A page read alone does not know its folder.
    """
    if isinstance(old, Definition) or isinstance(new, Definition):
        return False
    if old.link == new.link or not old.link or not new.link:
        return False
    old_page = context.old.pages.get(old.span.path)
    new_page = context.new.pages.get(new.span.path)
    if old_page is None or new_page is None or old_page.layout != new_page.layout:
        return False
    old_target = _complete_link(context.old, old)
    new_target = _complete_link(context.new, new)
    if (":" in old_target) != (":" in new_target):
        return False
    return not (old_target.endswith(new_target) or new_target.endswith(old_target))


def _complete_link(side: ComparisonInput, element: Field | Parameter | Response) -> str:
    """Return a link with the name of its page, also if it leads to a part of the same page."""
    if element.link.startswith("#"):
        page = side.pages[element.span.path]
        return f"/{basename(page_key(page.path))}{element.link}"
    return f"/{element.link}"


def _name_way(*, is_wider: bool, is_narrower: bool) -> str:
    if is_wider and is_narrower:
        return EQUIVALENT
    if is_wider:
        return WIDENED
    return NARROWED if is_narrower else ""


def _is_choice(keyword: Keyword, part: str) -> bool:
    return keyword.name in CHOICES and keyword.inside == part


def _has_choice(element: TypedElement, part: str) -> bool:
    return any(_is_choice(keyword, part) for keyword in element.keywords)


def _list_members(element: TypedElement, part: str) -> frozenset[str]:
    """Return the names and keys of the types that a part of a value may have.

    Returns nothing if they are not known.
    """
    choice = None
    for keyword in element.keywords:
        if _is_choice(keyword, part):
            choice = json.loads(keyword.value)
            break
    if choice is None:
        end = innermost(element.type)
        if not isinstance(end, Scalar):
            return frozenset(refs(end))
        choice = ["integer", "string"] if end.format == _INT_OR_STRING else [end.type]
    names: set[str] = set()
    for member in choice:
        schema = {"type": member} if isinstance(member, str) else member
        if not isinstance(schema, dict) or not schema.keys() <= _PLAIN:
            return frozenset()
        name = schema.get("$ref", schema.get("type"))
        if not name:
            return frozenset()
        names.add(str(name).rpartition("/")[2])
    return frozenset(names)


def _holds_member(members: frozenset[str], member: str) -> bool:
    """Return whether a choice takes all values of a type. An integer is a number."""
    return member in members or (member == "integer" and "number" in members)


def _kind(expression: Type) -> str:
    return expression.type if isinstance(expression, Scalar) else type(expression).__name__.lower()


def _holds(wide: Type, narrow: Type) -> bool:
    """Return whether a type holds all values of another one, apart from enumerations."""
    match wide, narrow:
        case Scalar(type="", format=""), _:
            return True
        case Scalar(type="object"), Map() | Ref() | Scalar(type="object"):
            return True
        case Scalar(), Scalar():
            return _holds_scalar(wide, narrow)
    return False


def _holds_scalar(wide: Scalar, narrow: Scalar) -> bool:
    if wide.format == _INT_OR_STRING:
        return narrow.type in ("integer", "string")
    if (wide.type, narrow.type) == ("number", "integer"):
        return wide.format != "float"
    if wide.type != narrow.type:
        return False
    if wide.format == narrow.format:
        return True
    if wide.type == "string":
        return not wide.format and narrow.format not in (_INT_OR_STRING, "byte")
    return wide.format in _WIDER.get(narrow.format, ())

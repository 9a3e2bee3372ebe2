"""Unknown fields of classes of pydantic or msgspec, refused with the nearest name or kept and written back."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import NoneType
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_origin

from codegen.kube.errors import DICT, LIST, FieldWarning, ModelError, describe_unknown_field, field_path

_Object = TypeVar("_Object")


class TextShape(NamedTuple):
    """A string."""


class ListShape(NamedTuple):
    """A list of values of one shape."""

    shape: Any


class MapShape(NamedTuple):
    """An object with free names and values of one shape."""

    shape: Any


class ClassShape(NamedTuple):
    """An object of a class."""

    of: Any


class ClassPlan(NamedTuple):
    """The fields of a class, as attribute and shape by wire name.

    `open` says that it may have other fields. Null is written for `nulls`, and kept for `kept` where it was read.
    """

    fields: Mapping[str, tuple[str, Any]]
    open: bool
    nulls: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()


class LibraryAdapter(NamedTuple):
    """An adapter of a library: the plan of a class, and the storage of unknown fields.

    `keeps_open` says that the library does so itself for classes that may have any, `knows_nulls` that it knows which null was read.
    """

    plan: Callable[[Any], ClassPlan]
    get: Callable[[Any], Mapping[str, Any]]
    set: Callable[[Any, dict[str, Any]], None]
    keeps_open: bool
    knows_nulls: bool


def build_shape(annotation: Any, base: type) -> Any:
    """Build the shape of an annotation, or None for scalars other than strings. Classes are subclasses of `base`."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return build_shape(get_args(annotation)[0], base)
    if origin is list:
        return ListShape(build_shape(get_args(annotation)[0], base))
    if origin is dict:
        return MapShape(build_shape(get_args(annotation)[1], base))
    if origin is not None:
        others = [each for each in get_args(annotation) if each is not NoneType]
        if others == [str]:
            return None  # null is no empty string there
        return build_shape(others[0], base) if len(others) == 1 else None
    if annotation is str:
        return TextShape()
    return ClassShape(annotation) if isinstance(annotation, type) and issubclass(annotation, base) else None


class UnknownFieldReader:
    """A reader of one object, which removes unknown fields before the library reads it, and restores kept ones.

    Null as an item of a list or a value of a map of strings is an empty string, as for servers.
    """

    def __init__(self, library: LibraryAdapter, model: Any) -> None:
        self.library = library
        self.model = model
        self.found: list[tuple[str, str]] = []  # field path, message
        self.keeps_fields = False

    def remove_unknown(self, data: Any) -> Any:
        """Return the object without unknown fields."""
        return self._remove_unknown(data, ClassShape(self.model), ())

    def report_unknown(self, field_validation: str) -> None:
        """Report unknown fields by ModelError, by warnings or not at all, depending on the mode."""
        if self.found and field_validation == "Strict":
            raise ModelError(self.found)
        if field_validation == "Warn":
            for path, message in self.found:
                warnings.warn(FieldWarning(f"{path}: {message}"), stacklevel=4)

    def keep(self, data: object, obj: _Object) -> _Object:
        """Store unknown fields of the data in the objects read from it."""
        if self.keeps_fields:
            self._keep(data, obj, ClassShape(self.model))
        return obj

    def _class_plan(self, model: Any) -> tuple[Mapping[str, tuple[str, Any]], bool, frozenset[str]]:
        """Return the fields of a class, whether it may have others, and the fields with kept nulls."""
        plan = self.library.plan(model)
        return plan.fields, plan.open, frozenset() if self.library.knows_nulls else plan.kept

    def _remove_unknown(self, value: Any, shape: Any, at: tuple[Any, ...]) -> Any:
        if isinstance(shape, ListShape) and isinstance(value, LIST):
            text = isinstance(shape.shape, TextShape)
            return [
                "" if text and item is None else self._remove_unknown(item, shape.shape, (*at, index))
                for index, item in enumerate(value)
            ]
        if isinstance(shape, MapShape) and isinstance(value, DICT):
            text = isinstance(shape.shape, TextShape)
            return {
                name: "" if text and item is None else self._remove_unknown(item, shape.shape, (*at, (name,)))
                for name, item in value.items()
            }
        if not isinstance(shape, ClassShape) or not isinstance(value, DICT):
            return value
        fields, open_, nulls = self._class_plan(shape.of)
        result: dict[Any, Any] = {}
        for name, item in value.items():
            if name in fields:
                self.keeps_fields = self.keeps_fields or (item is None and name in nulls)
                result[name] = self._remove_unknown(item, fields[name][1], (*at, name))
                continue
            if open_ and self.library.keeps_open:
                result[name] = item
                continue
            self.keeps_fields = True
            if not open_:
                self.found.append((field_path((*at, str(name))), describe_unknown_field(str(name), fields)))
        return result

    def _keep(self, value: Any, obj: Any, shape: Any) -> None:
        if isinstance(shape, ListShape) and isinstance(value, LIST):
            for item, inner_obj in zip(value, obj, strict=True):
                self._keep(item, inner_obj, shape.shape)
        elif isinstance(shape, MapShape) and isinstance(value, DICT):
            for name, item in value.items():
                self._keep(item, obj[name], shape.shape)
        elif isinstance(shape, ClassShape) and isinstance(value, DICT):
            fields, open_, nulls = self._class_plan(shape.of)
            others: dict[str, Any] = {}
            for name, item in value.items():
                if item is None and name in nulls:
                    others[name] = None
                elif name in fields:
                    attribute, inner = fields[name]
                    self._keep(item, getattr(obj, attribute), inner)
                elif not (open_ and self.library.keeps_open):
                    others[name] = item
            if others:
                self.library.set(obj, others)


def restore_kept_fields(library: LibraryAdapter, obj: Any, wire: Any, shape: Any) -> Any:
    """Restore kept fields in the wire form of an object, and null of required fields."""
    if isinstance(shape, ListShape) and isinstance(obj, LIST):
        for index, item in enumerate(obj):
            restore_kept_fields(library, item, wire[index], shape.shape)
    elif isinstance(shape, MapShape) and isinstance(obj, DICT):
        for name, item in obj.items():
            restore_kept_fields(library, item, wire[name], shape.shape)
    elif isinstance(shape, ClassShape) and isinstance(obj, shape.of):
        plan = library.plan(shape.of)
        for name, (attribute, inner) in plan.fields.items():
            if inner is not None and name in wire:
                restore_kept_fields(library, getattr(obj, attribute), wire[name], inner)
            elif name in plan.nulls:
                wire.setdefault(name, None)
        for name, item in library.get(obj).items():
            wire.setdefault(name, item)
    return wire


def may_keep_fields(library: LibraryAdapter, model: Any) -> bool:
    """Return whether objects of a class may be open, or contain open objects or kept nulls."""
    return any(plan.open or plan.kept for plan in _plans(library, model))


def may_have_nulls(library: LibraryAdapter, model: Any) -> bool:
    """Return whether objects of a class may contain meaningful nulls, which the library leaves out."""
    return any(plan.nulls or plan.kept for plan in _plans(library, model))


def _plans(library: LibraryAdapter, model: Any) -> Iterator[ClassPlan]:
    """Yield the plans of a class and of all classes inside its objects."""
    seen = {model}
    queue = [model]
    while queue:
        plan = library.plan(queue.pop())
        yield plan
        for _, shape in plan.fields.values():
            inner = shape
            while isinstance(inner, (ListShape, MapShape)):
                inner = inner.shape
            if isinstance(inner, ClassShape) and inner.of not in seen:
                seen.add(inner.of)
                queue.append(inner.of)


def find_field_path(library: LibraryAdapter, model: Any, steps: Iterable[Any]) -> str:
    """Return the field path of steps from an object of a class, without steps below a scalar."""
    at: list[Any] = []
    shape: Any = ClassShape(model)
    for step in steps:
        if isinstance(shape, ClassShape):
            at.append(step)
            shape = library.plan(shape.of).fields.get(step, (None, None))[1]
        elif isinstance(shape, (ListShape, MapShape)):
            at.append(step if isinstance(shape, ListShape) else (step,))
            shape = shape.shape
        else:
            break
    return field_path(at)

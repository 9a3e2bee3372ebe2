"""Fields that a class of pydantic or msgspec does not have: refused with the nearest name, or kept and written back."""

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
    """What a class knows: attribute and shape by wire name; whether it may have other fields; of which fields null has to be written,
    and of which it is kept where it was read.
    """

    fields: Mapping[str, tuple[str, Any]]
    open: bool
    nulls: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()


class LibraryAdapter(NamedTuple):
    """How a library says what its classes have, and where an object keeps the fields that its class does not have.

    `keeps_open` says that the library does so itself for classes that may have any, `knows_nulls` that it knows which null was read.
    """

    plan: Callable[[Any], ClassPlan]
    get: Callable[[Any], Mapping[str, Any]]
    set: Callable[[Any, dict[str, Any]], None]
    keeps_open: bool
    knows_nulls: bool


def build_shape(annotation: Any, base: type) -> Any:
    """The shape of what an annotation allows, None for other scalars; classes are those below `base`."""
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
    """One object that is read: what its classes do not know is taken out, and kept if it may be.

    Null as an item of a list or a value of a map of strings is an empty string, as for servers.
    """

    def __init__(self, library: LibraryAdapter, model: Any) -> None:
        self.library = library
        self.model = model
        self.found: list[tuple[str, str]] = []  # field path, message
        self.keeps_fields = False

    def remove_unknown(self, data: Any) -> Any:
        """The object without the fields that are unknown."""
        return self._remove_unknown(data, ClassShape(self.model), ())

    def report_unknown(self, field_validation: str) -> None:
        """Say what is unknown: by ModelError, a warning or not at all, as the mode wants it."""
        if self.found and field_validation == "Strict":
            raise ModelError(self.found)
        if field_validation == "Warn":
            for path, message in self.found:
                warnings.warn(FieldWarning(f"{path}: {message}"), stacklevel=4)

    def keep(self, data: object, obj: _Object) -> _Object:
        """Give the objects that were made of the data the fields that their classes do not have."""
        if self.keeps_fields:
            self._keep(data, obj, ClassShape(self.model))
        return obj

    def _class_plan(self, model: Any) -> tuple[Mapping[str, tuple[str, Any]], bool, frozenset[str]]:
        """The fields of a class, whether it may have others, and of which fields null is kept here."""
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
    """The wire form of an object, with the fields that were kept put back where they stood, and null where a field has to be there."""
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
    """Whether objects of a class have open objects inside, or are such, or have null that is kept."""
    return any(plan.open or plan.kept for plan in _plans(library, model))


def may_have_nulls(library: LibraryAdapter, model: Any) -> bool:
    """Whether objects of a class have fields inside whose null the library leaves out, though it is a value there."""
    return any(plan.nulls or plan.kept for plan in _plans(library, model))


def _plans(library: LibraryAdapter, model: Any) -> Iterator[ClassPlan]:
    """What a class knows, and all classes that its objects have inside."""
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
    """The field path of steps from an object of a class; steps below a scalar are left out."""
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

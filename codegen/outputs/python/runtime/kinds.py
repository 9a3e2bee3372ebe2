"""Lookup of classes by `apiVersion` and `kind`."""

from collections.abc import Container, Mapping
from importlib import import_module
from typing import Any

from codegen.kube.errors import DICT, ModelError, find_similar

# apiVersion -> kind -> the class, as module and name
Kinds = Mapping[str, Mapping[str, str]]


def load_class(package: str, module: str, names: Container[str], name: str) -> Any:
    """Return a class of a unit, whose module is imported on first use."""
    if name not in names:
        raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name)
    return getattr(import_module(f"{package}.{module}"), name)


def load_attribute(package: str, kinds: Kinds, name: str) -> Any:
    """Return an attribute of the package of all units, either a unit or the class of an unambiguous kind."""
    places = {
        place
        for names in kinds.values()
        for place in names.values()
        if place.rpartition(".")[2] == name
    }
    if len(places) == 1:
        return _import_class(package, places.pop())
    if places:
        listed = " and ".join(sorted(place.partition(".")[0] for place in places))
        raise AttributeError(
            f"{name!r} is defined in {listed}: import it from one of them", name=name
        )
    if any(
        place.startswith(f"{name}.")
        for names in kinds.values()
        for place in names.values()
    ):
        return import_module(f"{package}.{name}")
    raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name)


def load_unit_attribute(package: str, unit: str, name: str) -> Any:
    """Return an attribute of the only unit of a package."""
    return getattr(import_module(f"{package}.{unit}"), name)


def find_class(package: str, kinds: Kinds, api_version: object, kind: object) -> Any:
    """Return the class of a kind. Raises ModelError if there is none."""
    if not isinstance(api_version, str) or not isinstance(kind, str):
        wrong = "apiVersion" if not isinstance(api_version, str) else "kind"
        raise ModelError([(wrong, "must be a string that says what the object is")])
    names = kinds.get(api_version)
    if names is None:
        raise ModelError(
            [
                (
                    "apiVersion",
                    f"{api_version!r} is not among the generated versions{_suggest(api_version, kinds)}",
                )
            ]
        )
    place = names.get(kind)
    if place is None:
        raise ModelError(
            [
                (
                    "kind",
                    f"{api_version} has no generated kind {kind!r}{_suggest(kind, names)}",
                )
            ]
        )
    return _import_class(package, place)


def find_object_class(package: str, kinds: Kinds, obj: Any) -> Any:
    """Return the class of an object. Raises ModelError if it names no generated kind."""
    if not isinstance(obj, DICT):
        raise ModelError([("", f"must be an object, not {type(obj).__name__}")])
    return find_class(package, kinds, obj.get("apiVersion"), obj.get("kind"))


def _import_class(package: str, place: str) -> Any:
    module, _, name = place.rpartition(".")
    return getattr(import_module(f"{package}.{module}"), name)


def _suggest(name: str, names: Mapping[str, object]) -> str:
    close = find_similar(name, names)
    return f", did you mean {close[0]!r}?" if close else ""

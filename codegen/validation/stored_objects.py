"""Read the stored objects of `--old`, with which rules compare updates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from codegen.core.diagnostics import CodegenError, failure
from codegen.core.source import Source
from codegen.readers.documents.document import Document
from codegen.readers.documents.loader import expand_lists, read_manifests

_Key = tuple[str, str, str]  # apiVersion, kind and name
_Named = dict[str, dict[str, Any]]  # by namespace


class StoredObjects:
    """Stored objects by apiVersion, kind, namespace and name."""

    def __init__(self, objects: Mapping[_Key, _Named] = MappingProxyType({})) -> None:
        self._objects = objects

    @classmethod
    def read(cls, sources: Iterable[Source]) -> StoredObjects:
        """Read all objects of manifests, including the items of Lists.

        Raises `CodegenError` for a file that cannot be read, a document that is no named object, and an object that occurs twice.
        """
        found: dict[_Key, _Named] = {}
        for source in sources:
            stream = read_manifests(source)
            for fault in stream.faults:
                if fault.fatal:
                    raise CodegenError(fault)
            for document in expand_lists(stream.documents):
                _add_object(document, found)
        return cls(found)

    def find(self, obj: object) -> dict[str, Any] | None:
        """Return the stored state of an object, or None. A namespace is compared only if both name one."""
        key = _identify(obj)
        if key is None:
            return None
        namespace, named = _find_namespace(obj), self._objects.get(key, {})
        if namespace in named or namespace:
            return named.get(namespace) or named.get("")
        return next(iter(named.values())) if len(named) == 1 else None


def _add_object(document: Document, found: dict[_Key, _Named]) -> None:
    key = _identify(document.data)
    if key is None:
        raise failure(
            "stored-object-unnamed",
            "the document is not a stored object: it lacks apiVersion, kind or metadata.name",
            document.span(),
            "--old takes objects as `kubectl get -o yaml` prints them",
        )
    named, namespace = found.setdefault(key, {}), _find_namespace(document.data)
    if namespace in named:
        name = "/".join(filter(None, (namespace, key[2])))
        raise failure(
            "stored-object-twice",
            f"{key[1]} {name} of {key[0]} occurs twice among the stored objects",
            document.span(),
            "leave one of them out",
        )
    named[namespace] = document.data


def _identify(obj: object) -> _Key | None:
    match obj:
        case {"apiVersion": str(version), "kind": str(kind), "metadata": {"name": str(name)}} if (
            version and kind and name
        ):
            return version, kind, name
    return None


def _find_namespace(obj: Any) -> str:
    namespace = obj["metadata"].get("namespace")
    return namespace if isinstance(namespace, str) else ""


NOTHING = StoredObjects()  # each object is created

"""Read the stored objects of `--old`, with which rules compare updates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from codegen.core.diagnostics import CodegenError, failure
from codegen.core.json_types import JsonObject
from codegen.core.source import Source
from codegen.readers.documents.loader import expand_lists, read_manifests

_Key = tuple[str, str, str]  # apiVersion, kind and name


class StoredObjects:
    """Stored objects by apiVersion, kind and name, and then by namespace."""

    def __init__(
        self, objects: Mapping[_Key, Mapping[str, JsonObject]] = MappingProxyType({})
    ) -> None:
        self._objects = objects

    @classmethod
    def read(cls, sources: Iterable[Source]) -> StoredObjects:
        """Read all objects of manifests, including the items of Lists.

        Raises `CodegenError` for a file with faults, a document that is no named object, and an
        object that occurs twice.
        """
        stored: dict[_Key, dict[str, JsonObject]] = {}
        for source in sources:
            stream = read_manifests(source)
            if stream.faults:
                raise CodegenError(*stream.faults)
            for document in expand_lists(stream.documents):
                key, namespace = _identify(document.data)
                if key is None:
                    raise failure(
                        "stored-object-unnamed",
                        "the document is not a stored object: it lacks apiVersion, kind or metadata.name",
                        document.span(),
                        "--old takes objects as `kubectl get -o yaml` prints them",
                    )
                if namespace in stored.setdefault(key, {}):
                    name = "/".join(filter(None, (namespace, key[2])))
                    raise failure(
                        "stored-object-twice",
                        f"{key[1]} {name} of {key[0]} occurs twice among the stored objects",
                        document.span(),
                        "leave one of them out",
                        arguments=(key[1], name, key[0]),
                    )
                stored[key][namespace] = document.data
        return cls(stored)

    def find(self, obj: object) -> JsonObject | None:
        """Return the stored state of an object, or None.

        A namespace is compared only if both name one.
        """
        key, namespace = _identify(obj)
        named = self._objects.get(key, {}) if key is not None else {}
        if namespace in named or namespace:
            return named.get(namespace) or named.get("")
        if len(named) == 1:
            return next(iter(named.values()))
        return None


def _identify(obj: object) -> tuple[_Key | None, str]:
    """Return the key and the namespace of an object. An object without a name has no key."""
    match obj:
        case {
            "apiVersion": str(version),
            "kind": str(kind),
            "metadata": {"name": str(name)} as metadata,
        } if version and kind and name:
            namespace = metadata.get("namespace")
            return (version, kind, name), namespace if isinstance(namespace, str) else ""
    return None, ""


NOTHING = StoredObjects()  # each object is created

"""Paths of fields from the kinds that contain them, as people write manifests."""

from __future__ import annotations

from collections import deque

from msgspec import Struct

from codegen.model.definitions import Definition
from codegen.model.prose import split_prose_id
from codegen.model.reference import Reference
from codegen.model.types import Ref, innermost, innermost_part

_MOST_PATHS = 500  # of one field; kinds of an API have fewer
_MOST_STEPS = 20_000  # of one search upwards
_ALL_STEPS = 2_000_000  # of all searches of one index; an API of Kubernetes needs a tenth


class _Use(Struct, frozen=True, kw_only=True):
    """A field that refers to a definition: its owner, and its path there."""

    owner: str
    path: str


class PathIndex:
    """Finds the paths that lead from kinds to definitions and their fields."""

    def __init__(self, reference: Reference) -> None:
        self._definitions = reference.definitions
        self._uses: dict[str, list[_Use]] = {}
        for key, definition in reference.definitions.items():
            self._add_uses(key, definition)
        self._below_kinds = self._find_keys_below_kinds()
        self._steps_left = _ALL_STEPS

    def find_paths(self, prose_id: str) -> tuple[str, ...]:
        """Return the paths of a field from all kinds, such as `v1 Pod spec.containers[].image`.

        A path through the same definition twice is left out. At most 500 are returned.
        """
        key, name = split_prose_id(prose_id)
        if not name or key not in self._below_kinds:
            return ()
        paths: dict[str, None] = {}
        queue = deque([(key, name, frozenset((key,)))])
        limit = min(_MOST_STEPS, self._steps_left)
        steps = 0
        while queue and steps < limit and len(paths) < _MOST_PATHS:
            steps += 1
            current, path, visited = queue.popleft()
            definition = self._definitions[current]
            for gvk in definition.gvks:
                paths[f"{gvk} {path}"] = None
            for use in self._uses.get(current, ()):
                if use.owner in self._below_kinds and use.owner not in visited:
                    queue.append((use.owner, f"{use.path}.{path}", visited | {use.owner}))
        self._steps_left -= steps
        return tuple(sorted(paths, key=lambda path: (path.count("."), path)))

    def _add_uses(self, key: str, definition: Definition) -> None:
        for path, field in definition.paths:
            end = innermost(field.type)
            if isinstance(end, Ref):
                use = _Use(owner=key, path=path + innermost_part(field.type))
                self._uses.setdefault(end.key, []).append(use)

    def _find_keys_below_kinds(self) -> frozenset[str]:
        """Return the definitions that a kind leads to, and the kinds, without lists of kinds."""
        users: dict[str, list[str]] = {}
        for target, uses in self._uses.items():
            for use in uses:
                users.setdefault(use.owner, []).append(target)
        reached = {key for key, definition in self._definitions.items() if definition.gvks}
        queue = deque(reached)
        while queue:
            for target in users.get(queue.popleft(), ()):
                if target in self._definitions and target not in reached:
                    reached.add(target)
                    queue.append(target)
        return frozenset(reached)

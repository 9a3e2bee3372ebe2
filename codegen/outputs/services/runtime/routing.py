"""Paths of the API and what they lead to, as API servers match them: segment by segment, one slash at the end or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

Target = TypeVar("Target")


class Found(NamedTuple, Generic[Target]):
    """What a path leads to: its targets by method, and its parameters by name."""

    targets: dict[str, Target]
    parameters: dict[str, str]


class _Node(Generic[Target]):
    __slots__ = ("named", "names", "plain", "rest", "targets")

    def __init__(self) -> None:
        self.plain: dict[str, _Node[Target]] = {}
        self.named: _Node[Target] | None = None
        self.rest: _Node[Target] | None = None  # all segments that are left
        self.targets: dict[str, Target] = {}
        self.names: tuple[str, ...] = ()


class Router(Generic[Target]):
    """Patterns such as `/api/v1/namespaces/{namespace}/pods/{name}`, each with a target for each method."""

    def __init__(self) -> None:
        self._root: _Node[Target] = _Node()

    def add(self, method: str, pattern: str, target: Target, whole: str = "") -> None:
        """Add a target. The parameter `whole` stands for the rest of a path, slashes included."""
        node, names = self._root, []
        for segment in pattern.strip("/").split("/"):
            name = segment[1:-1] if segment.startswith("{") and segment.endswith("}") else ""
            if not name:
                node = node.plain.setdefault(segment, _Node())
                continue
            names.append(name)
            if name == whole:
                node.rest = node.rest or _Node()
                node = node.rest
            else:
                node.named = node.named or _Node()
                node = node.named
        node.names = tuple(names)
        node.targets[method] = target

    def __iter__(self) -> Iterator[Target]:
        """All targets."""
        queue = [self._root]
        while queue:
            node = queue.pop()
            yield from node.targets.values()
            queue += [each for each in (node.named, node.rest, *node.plain.values()) if each is not None]

    def find(self, path: str) -> Found[Target] | None:
        """What a decoded path leads to."""
        segments = path.removeprefix("/").removesuffix("/").split("/") if path != "/" else [""]
        return _found(self._root, segments, 0, ())


def _found(node: _Node[Target], segments: Sequence[str], at: int, values: tuple[str, ...]) -> Found[Target] | None:
    """What the segments from one on lead to; a segment as it is written goes before a parameter."""
    if at == len(segments):
        return Found(node.targets, dict(zip(node.names, values, strict=True))) if node.targets else None
    first = segments[at]
    found = None
    if first in node.plain:
        found = _found(node.plain[first], segments, at + 1, values)
    if found is None and node.named is not None:
        found = _found(node.named, segments, at + 1, (*values, first))
    if found is None and node.rest is not None:
        found = _found(node.rest, segments, len(segments), (*values, "/".join(segments[at:])))
    return found


def segment_faults(text: str) -> tuple[str, ...]:
    """Why a text cannot stand in the path of a URL, in the words of k8s.io/apimachinery/pkg/api/validation/path; none if it can."""
    if text in (".", ".."):
        return (f"may not be '{text}'",)
    return tuple(f"may not contain '{char}'" for char in "/%" if char in text)

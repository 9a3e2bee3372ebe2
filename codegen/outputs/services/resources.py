"""Operations by the resource that they are about, as people think of them: `serviceaccounts`, and what is done to one by its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from codegen.outputs import naming
from codegen.outputs.services.operations import Method
from codegen.outputs.services.tunnels import tunnel_of

_NAMESPACED = ["namespaces", "{namespace}"]
_VERBS = {"update": "replace", "deletecollection": "delete_collection"}
_FOLLOW = "follow"  # what a log is asked for that goes on
WATCHES = ("watch", "watchlist")  # deprecated paths of what lists can do


class Action(Struct, frozen=True, kw_only=True):
    """One method of a resource: what it is called there, and the operation. `stream` says that it gives one thing after another:
    the objects of a list (`each`), what happens to them (`watch`), or the lines of a text (`follow`).
    """

    name: str
    method: Method
    stream: str = ""


class Resource(Struct, frozen=True, kw_only=True):
    """A resource by its name in paths; `attribute` is what it is called in Python, `namespaced` says that it lives in namespaces."""

    name: str
    attribute: str
    class_name: str
    namespaced: bool
    actions: tuple[Action, ...]


def resources_of(methods: Iterable[Method]) -> tuple[Resource, ...]:
    """The resources of one group version, by name; what belongs to none is left out."""
    found: dict[str, list[tuple[str, Method]]] = {}
    for method in methods:
        segments = _segments(method)
        if segments and method.verb not in WATCHES and not (tunnel_of(method) and method.method != "GET"):
            found.setdefault(segments[0], []).append((_action(method, segments[1:]), method))
    attributes = naming.identifiers(sorted(found))
    return tuple(
        Resource(
            name=name,
            attribute=attributes[name],
            class_name=naming.class_name(name[:1].upper() + name[1:]),
            namespaced=any("{namespace}" in method.path for _, method in listed),
            actions=tuple(_named(listed)),
        )
        for name, listed in sorted(found.items())
    )


def streams(method: Method) -> tuple[str, ...]:
    """What else a list can do: give its objects page by page, and tell what happens to them; and a text that goes on: give its lines."""
    follows = any(argument.name == _FOLLOW and argument.place == "query" for argument in method.arguments)
    if method.method == "GET" and follows and method.reply is not None and method.reply.annotation == "str":
        return (_FOLLOW,)
    if method.verb != "list" or method.item is None:
        return ()
    watched = any(argument.name == "watch" for argument in method.arguments)
    return ("each", "watch") if watched else ("each",)


def preferred(groups: Mapping[str, tuple[Resource, ...]], order: Iterable[str]) -> Iterator[tuple[str, Resource]]:
    """Each resource of all groups with its group: of those of one name the one whose group comes first in an order."""
    seen: set[str] = set()
    for group in order:
        for resource in groups[group]:
            if resource.attribute not in seen:
                seen.add(resource.attribute)
                yield group, resource


def _segments(method: Method) -> list[str]:
    """The segments of a path from the name of the resource on; none for a path that is about no resource."""
    _, version, segments = naming.api_words(method.path.rstrip("/"))
    if not version or not segments:
        return []
    return segments[2:] if segments[:2] == _NAMESPACED and len(segments) > 2 else segments


def _action(method: Method, behind: list[str]) -> str:
    """What an operation does to a resource: `list`, `get`, `get status`, `get proxy path`."""
    verb = method.method.lower() if method.verb == "connect" else _VERBS.get(method.verb, method.verb)
    if not behind:
        return f"{verb} everywhere" if method.verb == "list" and method.name.endswith("_for_all_namespaces") else verb
    inner = [each.strip("{}") for each in behind[1:]]
    return " ".join((verb, *inner))


def _named(listed: list[tuple[str, Method]]) -> Iterator[Action]:
    """The methods of a resource. What can be done to a subresource in one way alone is called like it: `token`, `log`."""
    parts: dict[str, int] = {}
    for action, _ in listed:
        parts[_part(action)] = parts.get(_part(action), 0) + 1
    wanted = [
        part if (part := _part(action)) and parts[part] == 1 and part != "everywhere" else action
        for action, _ in listed
    ]
    taken = naming.Names()
    for action, (_, method) in zip(wanted, listed, strict=True):
        (plain,) = naming.identifiers([action.replace(" ", "_")]).values()
        name = taken.take(plain)
        yield Action(name=name, method=method)
        for stream in streams(method):
            streamed = f"{stream}_{name}" if stream == _FOLLOW else name.replace("list", stream, 1)
            yield Action(name=taken.take(streamed), method=method, stream=stream)


def _part(action: str) -> str:
    """The subresource that an action is about, or an empty string."""
    return action.partition(" ")[2]

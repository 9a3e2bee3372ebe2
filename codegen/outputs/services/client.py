"""The target `client`: a package `client` beside the classes, with one module for each group version, for callers that block and that do not.

    myapp/api/client/__init__.py    Client, AsyncClient, the errors
    myapp/api/client/core_v1.py     CoreV1, AsyncCoreV1 and their resources
    myapp/api/client/queries.py     the query parameters of operations
    myapp/api/client/runtime/       what all of them stand on

Both kinds of classes come from one template, in which two words differ; the run time has what differs between them in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from codegen.core.escaping import python as escape
from codegen.core.patterns import lazy_pattern
from codegen.model import kubernetes
from codegen.outputs.files import GeneratedFile, notice
from codegen.outputs.job import Job
from codegen.outputs.python.hover import docstring
from codegen.outputs.python.source import call
from codegen.outputs.render import Renderer
from codegen.outputs.services.beside import Beside, beside
from codegen.outputs.services.client_runtime import run_time
from codegen.outputs.services.operations import Method, Methods, Value, class_of
from codegen.outputs.services.queries import Queries
from codegen.outputs.services.resources import WATCHES, Action, Resource, preferred, resources_of
from codegen.outputs.services.server_facts import accepted, refused
from codegen.outputs.services.tunnels import passes_on, tunnel_of

_FOLDER = "client"
_PIECE = 80  # characters of a long text in a line
_WORD = lazy_pattern(r"\w+")


class Call(Struct, frozen=True, kw_only=True):
    """A method as lines of code, its docstring with three quotes: how it begins and the call that it makes, each for a caller that blocks
    and, `later`, for one that does not.
    """

    head: str
    head_later: str
    docstring: str
    does: str
    does_later: str


class Reached(Struct, frozen=True, kw_only=True):
    """How a resource is reached from its group or from a client: the first line of a method, and its arguments."""

    head: str
    head_later: str
    attribute: str
    namespaced: bool


class ResourceClass(Struct, frozen=True, kw_only=True):
    """A resource as a class, and how it is reached."""

    name: str
    reached: Reached
    calls: tuple[Call, ...]


class GroupClass(Struct, frozen=True, kw_only=True):
    """A group version as a class: `rows` are its operations as constants, `imports` the units whose classes it names."""

    module: str
    name: str
    docstring: str
    rows: tuple[str, ...]
    calls: tuple[Call, ...]
    resources: tuple[ResourceClass, ...]
    imports: tuple[str, ...]
    words: frozenset[str]

    @property
    def alias(self) -> str:
        """What the module is called in that of the client, where the group version is a member under its own name."""
        return _alias(self.module)


def emit(job: Job) -> Iterator[GeneratedFile]:
    """The package of a client. Raises `CodegenError` where no classes are written beside it."""
    around = beside(job, "client")
    methods = Methods(job, around.units, job.reference)
    called = methods.groups
    queries = Queries(methods)
    writer = _Writer(around, queries)
    groups = [writer.group(name, called[name]) for name in called]
    renderer = Renderer("client", {"comment": escape.comment, "literal": escape.literal}, job.templates)

    def module(template: str, name: str, docstring: str, **values: object) -> GeneratedFile:
        text = renderer.render(template, notice=notice(job.origin), docstring=docstring, **values)
        return GeneratedFile(path=f"{_FOLDER}/{name}.py", text=text)

    rules = writer.rules
    tunnels = any(map(tunnel_of, methods))
    yield from run_time(job, _FOLDER, f"...{around.runtime}" if rules else "", tunnels=tunnels)
    if rules:
        title = docstring("What servers refuse, by the key of each kind.", 0)
        listed = {key: _pieces(text) for key, text in sorted(rules.items())}
        yield module("rules.py.j2", "rules", title, rules=listed)
    title = docstring("The query parameters that operations take.", 0)
    words = frozenset(
        (
            "Final",
            "Mapping",
            "TypedDict",
            *_WORD.findall(" ".join(entry.declaration for query in queries.all for entry in query.entries)),
        )
    )
    yield module("queries.py.j2", "queries", title, queries=queries.all, words=words)
    for group in groups:
        yield module("group.py.j2", group.module, group.docstring, group=group, classes=around.module)
    resources = {name: resources_of(listed) for name, listed in called.items()}
    shortest = [
        (group, _reached(resource, f"{_alias(group)}."))
        for group, resource in preferred(resources, sorted(resources, key=_rank))
        if resource.attribute not in called
    ]
    yield module(
        "client.py.j2",
        "__init__",
        docstring("A client of the API.", 0),
        groups=groups,
        resources=shortest,
        tunnels=tunnels,
    )


def _alias(module: str) -> str:
    return f"{module}_" if module.startswith("_") else f"_{module}"


def _reached(resource: Resource, module: str) -> Reached:
    """How a resource is reached, whose classes stand in a module."""
    parameters = ["self", *(["namespace: str | None = None"] if resource.namespaced else [])]
    head = f"def {resource.attribute}("
    return Reached(
        head=call(head, parameters, f") -> {module}{resource.class_name}:", 4),
        head_later=call(head, parameters, f") -> {module}Async{resource.class_name}:", 4),
        attribute=resource.attribute,
        namespaced=resource.namespaced,
    )


def _rank(group: str) -> tuple[bool, tuple[int, int, int, str], str]:
    """Sorts group versions: that of the core group first, then by version from the most stable one, then by name."""
    return (group != "core_v1", kubernetes.version_rank(group.rpartition("_")[2]), group)


class _Writer:
    """Writes the classes of a client."""

    def __init__(self, around: Beside, queries: Queries) -> None:
        self._around = around
        self._queries = queries
        self.rules: dict[str, str] = {}  # of servers, by the key of the kind, as far as bodies of it are sent

    def group(self, name: str, methods: Sequence[Method]) -> GroupClass:
        """The class of a group version."""
        calls = tuple(map(self._call, methods))
        values = [
            value
            for method in methods
            for value in (
                method.body,
                method.instead,
                method.item,
                method.reply if method.verb not in WATCHES else None,
            )
        ]
        resources = tuple(map(self._resource, resources_of(methods)))
        listed = [call for each in (calls, *(resource.calls for resource in resources)) for call in each]
        heads = [head for call in listed for head in (call.head, call.head_later)]
        words = frozenset(("Final", "calls", "groups", *_WORD.findall(" ".join(heads))))
        return GroupClass(
            module=name,
            name=class_of(name),
            docstring=docstring(f"{name}: the operations of a group version, and its resources.", 0),
            rows=tuple(map(self._row, methods)),
            calls=calls,
            resources=resources,
            imports=tuple(sorted({value.unit for value in values if value is not None and value.unit})),
            words=words,
        )

    # ------------------------------------------------------------------------------------------- operations

    def _row(self, method: Method) -> str:
        """An operation as a constant."""
        query = self._queries.of(method)
        headers = [argument.attribute for argument in method.arguments if argument.place == "header"]
        whole = [argument.name for argument in method.path_arguments if argument.whole]
        given: dict[str, str] = {
            "method": escape.literal(method.method),
            "path": escape.literal(method.path),
            "query": f"queries.{query.constant}" if query is not None and method.arguments else "",
            "headers": _tuple(map(escape.literal, headers)),
            "whole": _tuple(map(escape.literal, whole)),
            **self._checks(method),
        }
        arguments = [f"{name}={value}" for name, value in given.items() if value]
        if query is not None and query.sends:
            arguments.append(f"sends=queries.{query.constant}_SENDS")
        if fields := self._accepted(method):
            arguments.append(_listed("accepts", fields))
        return call(f"{_constant(method)}: Final = calls.Operation(", arguments, ")", 0)

    def _checks(self, method: Method) -> dict[str, str]:
        """How a body is checked before it is sent."""
        body = method.body
        definition = self._around.units.definition(body.key) if body is not None and body.unit else None
        if body is None or definition is None:
            return {}
        given = {"kind": ""}
        if _may_be_empty(method) and definition.gvk is not None:
            named = (definition.gvk.api_version, definition.gvk.kind)
            given["kind"] = _tuple(map(escape.literal, named))
        whole = method.verb == "create" or (method.verb == "update" and method.path.endswith("/{name}"))
        if whole and (rules := refused(definition)):
            self.rules[definition.key] = rules
            given["rules"] = escape.literal(definition.key)
        if self._around.validates:
            function = f"validate_{self._around.units.functions[body.key]}"
            given["checks"] = escape.literal(f"..{body.unit}.validators:{function}")
        return given

    def _accepted(self, method: Method) -> list[str]:
        """What servers do not mind although the checks do: the fields and the codes."""
        body = method.body
        definition = self._around.units.definition(body.key) if body is not None and body.unit else None
        if definition is None or not self._around.validates:
            return []
        return [f"({escape.literal(field)}, {escape.literal(code)})" for field, code in accepted(definition)]

    def _call(self, method: Method) -> Call:
        """An operation as a method of its group."""
        arguments = [argument.attribute for argument in method.path_arguments]
        if method.verb in WATCHES:
            return self._stream(method, method.name, arguments, arguments, "watch", "self")
        if tunnel_of(method):
            return self._tunnel(method, method.name, arguments, arguments, "self")
        given = [
            _constant(method),
            _path(method, arguments),
            "body" if method.body is not None or passes_on(method) else "None",
            "query" if self._queries.of(method) is not None else "{}",
        ]
        name, more, _ = _answered(method)
        steps = call(f"steps = self._calls.{name}(", [*given, *more], ")", 8)
        return self._made(
            method,
            method.name,
            arguments,
            does=f"{steps}\n        return self._run(steps)",
            does_later=f"{steps}\n        return await self._run(steps)",
        )

    def _stream(
        self, method: Method, name: str, path: Sequence[str], given: Sequence[str], stream: str, group: str
    ) -> Call:
        """A method that gives one thing after another; both kinds of callers ask for them in a loop."""
        item = method.item.annotation if method.item is not None else _ANY_OBJECT
        classes = [item] if method.item is not None and method.item.unit else []
        plain = "" if classes or stream == "follow" else "_plain"
        query = "query" if self._queries.of(method) is not None else "{}"
        arguments = [_constant(method), _path(method, given), query, *classes]
        does = call(f"return {group}._{stream}{plain}(", arguments, ")", 8)
        parameters = ["self", *(f"{attribute}: str" for attribute in path), *self._query(method)]
        given_type = {"each": item, "follow": "str"}.get(stream, f"streams.Event[{item}]")
        return Call(
            head=call(f"def {name}(", parameters, f") -> Iterator[{given_type}]:", 4),
            head_later=call(f"def {name}(", parameters, f") -> AsyncIterator[{given_type}]:", 4),
            docstring=docstring(f"{_STREAMS[stream]}\n\n{method.id}", 8),
            does=does,
            does_later=does,
        )

    def _tunnel(self, method: Method, name: str, path: Sequence[str], given: Sequence[str], group: str) -> Call:
        """A method that gives something to speak with, inside a `with`."""
        kind = tunnel_of(method)
        blocking, later = f"blocking_tunnels.{kind}", f"tunnels.Async{kind}"
        arguments = [f"{group}._connection", _constant(method), _path(method, given), "query"]
        parameters = ["self", *(f"{attribute}: str" for attribute in path), *self._query(method)]
        return Call(
            head=call(f"def {name}(", parameters, f") -> {blocking}:", 4),
            head_later=call(f"def {name}(", parameters, f") -> {later}:", 4),
            docstring=docstring(f"{_text(method)}\n\n{_TUNNELS[kind]}{_OPENED if method.method != 'GET' else ''}", 8),
            does=call(f"return {blocking}(", arguments, ")", 8),
            does_later=call(f"return {later}(", arguments, ")", 8),
        )

    def _query(self, method: Method) -> list[str]:
        """The parameter for the query of an operation."""
        query = self._queries.of(method)
        return [f"**query: Unpack[queries.{query.name}]"] if query is not None else []

    def _made(self, method: Method, name: str, path: Sequence[str], *, does: str, does_later: str) -> Call:
        """A method of a name, with these parameters of the path, in black's layout."""
        parameters = ["self", *(f"{attribute}: str" for attribute in path)]
        if method.body is not None:
            annotation = _sent(method)
            optional = not method.body_required or _may_be_empty(method)
            parameters.append(f"body: {annotation} | None = None" if optional else f"body: {annotation}")
        elif passes_on(method):
            parameters.append("body: calls.Content | None = None")
        parameters += self._query(method)
        tail = f") -> {_answered(method)[2]}:"
        return Call(
            head=call(f"def {name}(", parameters, tail, 4),
            head_later=call(f"async def {name}(", parameters, tail, 4),
            docstring=docstring(_text(method), 8),
            does=does,
            does_later=does_later,
        )

    # -------------------------------------------------------------------------------------------- resources

    def _resource(self, resource: Resource) -> ResourceClass:
        return ResourceClass(
            name=resource.class_name,
            reached=_reached(resource, ""),
            calls=tuple(self._action(action, resource) for action in resource.actions),
        )

    def _action(self, action: Action, resource: Resource) -> Call:
        """An operation as a method of its resource, which fills in the namespace."""
        method = action.method
        inside = resource.namespaced and any(each.name == "namespace" for each in method.path_arguments)
        own = [each for each in method.path_arguments if not (inside and each.name == "namespace")]
        given = ["self._namespace" if each not in own else each.attribute for each in method.path_arguments]
        if action.stream:
            names = [each.attribute for each in own]
            return self._stream(method, action.name, names, given, action.stream, "self._group")
        if tunnel_of(method):
            return self._tunnel(method, action.name, [each.attribute for each in own], given, "self._group")
        given += ["body"] if method.body is not None or passes_on(method) else []
        given += ["**query"] if self._queries.of(method) is not None else []
        return self._made(
            method,
            action.name,
            [each.attribute for each in own],
            does=call(f"return self._group.{method.name}(", given, ")", 8),
            does_later=call(f"return await self._group.{method.name}(", given, ")", 8),
        )


def _may_be_empty(method: Method) -> bool:
    """Whether a body says nothing that the path does not: what is created below an object, as its token, by its name alone."""
    return method.verb == "create" and "}/" in method.path.partition("/namespaces/{namespace}")[2]


def _sent(method: Method) -> str:
    """The type of a body."""
    if method.body is None or method.body.unit:
        return method.body.annotation if method.body is not None else "None"
    return "calls.Patch" if method.method == "PATCH" else method.body.annotation


def _answered(method: Method) -> tuple[str, list[str], str]:
    """Which call an operation makes, what it is told of the answer, and the type of that."""
    reply, instead = method.reply, method.instead
    if reply is None:
        return "nothing", [], "None"
    if not reply.unit and instead is not None and method.gvk is not None:
        return "instead", [_kind(method.gvk.kind, instead)], f"dict[str, Any] | {instead.annotation}"
    if not reply.unit:
        return _PLAIN.get(reply.annotation, ("anything", [], "Any"))
    if instead is not None and method.gvk is not None:
        more = [reply.annotation, _kind(method.gvk.kind, instead)]
        return "either", more, f"{reply.annotation} | {instead.annotation}"
    return "model", [reply.annotation], reply.annotation


_ANY_OBJECT = "dict[str, Any]"
_STREAMS = {
    "each": "The objects of the list one by one, which are asked for page by page.",
    "follow": "The lines of the text one by one, while it is written, without their ends.",
    "watch": "What happens to the objects from now on, or from a `resource_version` on; goes on where it was cut.",
}
_TUNNELS = {
    "ExecProcess": "It runs, and can be spoken with, inside a `with` statement.",
    "PortForward": "The ports are open inside a `with` statement.",
}
_OPENED = " A WebSocket is opened by GET, whatever the operation says."
_PLAIN: dict[str, tuple[str, list[str], str]] = {
    "dict[str, Any]": ("mapping", [], "dict[str, Any]"),
    "str": ("text", [], "str"),
}


def _kind(kind: str, value: Value) -> str:
    return f"({escape.literal(kind)}, {value.annotation})"


def _path(method: Method, given: Sequence[str]) -> str:
    """The parameters of a path with what is given for each."""
    pairs = zip(method.path_arguments, given, strict=True)
    return f"{{{', '.join(f'{escape.literal(each.name)}: {value}' for each, value in pairs)}}}"


def _constant(method: Method) -> str:
    return f"_{method.name.upper()}"


def _text(method: Method) -> str:
    """What an operation does, and which it is."""
    return f"{method.description}\n\n{method.id}" if method.description else method.id


def _listed(name: str, items: Iterable[str]) -> str:
    """An argument that is a tuple, of which each item may have a line."""
    listed = list(items)
    return call(f"{name}=(", listed, ",)" if len(listed) == 1 else ")", 4).lstrip()


def _pieces(text: str) -> list[str]:
    """A text in literals that fit into lines."""
    return [escape.literal(text[at : at + _PIECE]) for at in range(0, len(text), _PIECE)]


def _tuple(items: Iterable[str]) -> str:
    """A tuple as source; an empty one is nothing."""
    listed = list(items)
    return f"({', '.join(listed)}{',' * (len(listed) == 1)})" if listed else ""

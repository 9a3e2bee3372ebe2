"""The target `server`: a package `server` beside the classes, with one module for each group version, whose methods its user writes.

myapp/api/server/__init__.py    create_app, and what handlers are written with
myapp/api/server/core_v1.py     CoreV1Handlers, and the calls of its operations
myapp/api/server/runtime/       what an API server does before and after its own work
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from codegen.core.escaping import python as escape
from codegen.findings.diagnostics import Span, failure
from codegen.model import GroupVersionKind
from codegen.model.keywords import allows_null, default_of
from codegen.outputs import naming
from codegen.outputs.files import GeneratedFile, notice
from codegen.outputs.job import Job
from codegen.outputs.python.hover import docstring
from codegen.outputs.python.source import call
from codegen.outputs.render import Renderer
from codegen.outputs.services import carried, numbers
from codegen.outputs.services.beside import Beside, beside
from codegen.outputs.services.described import documents
from codegen.outputs.services.operations import Method, Methods, Value, class_of

_FOLDER = "server"
_PROTOBUF = "application/vnd.kubernetes.protobuf"
_STREAM = ";stream="  # of media types, which is asked for in another way
# What a call and its module have of their own.
_OF_CALL = frozenset(
    ("operation", "http", "sent", "headers", "status", "warn", "warnings", "dry_running", "query_options", "Any")
)
_OF_MODULE = frozenset(
    (
        "Any",
        "Argument",
        "Call",
        "Expected",
        "Final",
        "Handlers",
        "Mapping",
        "NotServedError",
        "Operation",
        "Patch",
        "Raw",
        "Watch",
    )
)


class CallClass(Struct, frozen=True, kw_only=True):
    """The class of the calls of an operation: its parameters as lines of code, and the method that answers them."""

    name: str
    docstring: str
    attributes: tuple[str, ...]
    signature: str
    description: str


class GroupModule(Struct, frozen=True, kw_only=True):
    """The module of a group version. `constants` are tuples that several operations share, `operations` and `names` lines of code."""

    name: str
    handlers: str
    docstring: str
    about: str
    calls: tuple[CallClass, ...]
    constants: tuple[str, ...]
    operations: tuple[str, ...]
    names: tuple[str, ...]
    defaults: tuple[str, ...]
    resources: tuple[str, ...]
    models: tuple[str, ...]
    checked: tuple[str, ...]
    words: tuple[str, ...]


def emit(job: Job) -> Iterator[GeneratedFile]:
    """The package of a server. Raises `CodegenError` where no dataclasses and validators of the same source are written beside it."""
    around = beside(job, "server")
    if around.module != "models" or not around.validates or around.reference is not job.reference:
        raise failure(
            "validators-missing",
            "the output server has no dataclasses and validators of the same definitions in its folder",
            Span(path=job.origin),
            "add outputs with the same `to` and `select`: {target: dataclasses, to: ...} and {target: validators, to: ...}",
        )
    methods = Methods(job, around.units, job.reference)
    renderer = Renderer("server", {"comment": escape.comment, "literal": escape.literal}, job.templates)
    yield from carried.run_time(job, f"{_FOLDER}/runtime", f"...{around.runtime}")
    groups = [_Group(around, name, listed).module for name, listed in methods.groups.items()]

    def module(template: str, name: str, **values: object) -> GeneratedFile:
        text = renderer.render(template, notice=notice(job.origin), **values)
        return GeneratedFile(path=f"{_FOLDER}/{name}.py", text=text)

    for group in groups:
        yield module("handlers.py.j2", group.name, group=group)
    if numbered := dict.fromkeys(key for method in methods for key in _numbered(method)):
        found = [definition for key in numbered if (definition := around.units.definition(key)) is not None]
        yield numbers.file_of(job, f"{_FOLDER}/protobuf.json", found)
    yield from documents(job, f"{_FOLDER}/openapi")
    kinds = sorted({(gvk.api_version, gvk.kind) for gvk in _kinds(job)})
    yield module(
        "server.py.j2",
        "__init__",
        groups=groups,
        above=f"..{around.runtime}",
        kinds=[f"({escape.literal(version)}, {escape.literal(kind)})" for version, kind in kinds],
    )


def _kinds(job: Job) -> Iterator[GroupVersionKind]:
    for definition in job.reference.definitions.values():
        if definition.documented:
            yield from definition.gvks


class _Group:
    """Writes the module of one group version."""

    def __init__(self, around: Beside, name: str, methods: Sequence[Method]) -> None:
        self._units = around.units
        self._constants: dict[str, str] = {}
        self._expected: dict[str, None] = {}  # the keys of the definitions of bodies
        judged = (self._judged(method) for method in methods)
        bodies = (around.units.definition(body.key) for body in judged if body is not None)
        self._is_custom = any(each is not None and each.resource is not None for each in bodies)
        handlers = f"{class_of(name)}Handlers"
        names = _call_names(methods, _OF_MODULE | {handlers})
        calls = tuple(self._call(method, names[method.name]) for method in methods)
        operations = tuple(self._operation(method, names[method.name]) for method in methods)
        go_names = tuple(self._go_names())
        code = "\n".join([*(each.signature for each in calls), *operations, *self._constants])
        title = f"{name}: the operations of a group version, for who answers them."
        about = "Answers the operations of this group version: derive from it, and write the methods of those that are served."
        self.module = GroupModule(
            name=name,
            handlers=handlers,
            docstring=docstring(title, 0),
            about=docstring(about, 4),
            calls=calls,
            constants=tuple(f"{name}: Final = {text}" for text, name in self._constants.items()),
            operations=operations,
            names=go_names,
            defaults=tuple(self._defaults()),
            resources=tuple(self._resources(methods)),
            models=tuple(sorted({unit for method in methods for unit in _units_of(method)})),
            checked=tuple(sorted({self._units.owner[key] for key in self._reachable()})),
            words=tuple(sorted(word for word in ("Patch", "Raw", "Watch", "Expected") if word in code)),
        )

    # ------------------------------------------------------------------------------------------------------- classes

    def _call(self, method: Method, name: str) -> CallClass:
        """The class of the calls of an operation, and the first lines of the method that answers them."""
        attributes = _attributes(method)
        lines = [f"    {attributes[each.place, each.name]}: str" for each in method.path_arguments]
        lines += [
            f"    {attributes[each.place, each.name]}: {_query_kind(each.annotation)} | None"
            for each in method.arguments
            if each.place == "query"
        ]
        parameters = ["self", f"call: {name}"]
        if _takes(method):
            parameters.append(f"body: {_body(method)}")
        return CallClass(
            name=name,
            docstring=docstring(method.id, 4),
            attributes=tuple(lines),
            signature=call(f"async def {method.name}(", parameters, f") -> {_answer(method)}:", 4),
            description=docstring(method.description or method.id, 8),
        )

    def _operation(self, method: Method, name: str) -> str:
        """The record of an operation."""
        attributes = _attributes(method)
        path = ", ".join(
            f"{escape.literal(each.name)}: {escape.literal(attributes[each.place, each.name])}"
            for each in method.path_arguments
        )
        query = [
            f"Argument({escape.literal(each.name)}, {escape.literal(attributes[each.place, each.name])}, "
            f"{escape.literal(_query_kind(each.annotation))})"
            for each in method.arguments
            if each.place == "query"
        ]
        left_out = () if any(_numbered(method)) else (_PROTOBUF,)
        gives = [each for each in method.produces if _STREAM not in each and each not in left_out]
        takes = [each for each in method.consumes if each not in left_out] if _takes(method) else []
        whole = next((each.name for each in method.path_arguments if each.whole), "")
        given = [
            *(escape.literal(text) for text in (method.method, method.path, method.verb, method.name)),
            name,
            f"{{{path}}}",
            self._constant("QUERY", query),
            self._constant("TYPES", list(map(escape.literal, takes))),
            self._constant("TYPES", list(map(escape.literal, gives))),
            *([f"status={_status(method)}"] if _status(method) != 200 else []),
            *([f"body={self._body_of(method)}"] if self._body_of(method) else []),
            *([f"whole={escape.literal(whole)}"] if whole else []),
        ]
        if method.gvk is not None:
            given.append(f"kind=({escape.literal(method.gvk.api_version)}, {escape.literal(method.gvk.kind)})")
        return call("Operation(", given, "),", 4)

    def _constant(self, name: str, items: Sequence[str]) -> str:
        """A tuple, by the name that all operations use which have the same."""
        if not items:
            return "()"
        text = call("(", items, ",)" if len(items) == 1 else ")", 0)
        return self._constants.setdefault(text, f"_{name}_{len(self._constants) + 1}")

    def _body_of(self, method: Method) -> str:
        """What the body of an operation has to be, as code; empty where it is of no class."""
        body = self._judged(method)
        definition = self._units.definition(body.key) if body is not None and body.unit else None
        if body is None or definition is None:
            return ""
        self._expected[body.key] = None
        gvk = definition.gvk
        validators = f"{self._units.owner[body.key]}_validators"
        function = self._units.functions[body.key]
        given = [
            f"{validators}.check_{function}",
            body.plain,
            escape.literal(gvk.kind if gvk is not None else definition.name),
            *([escape.literal(gvk.api_version)] if gvk is not None else []),
            *([f"validate={validators}.validate_{function}"] if definition.resource is not None else []),
        ]
        text = call("Expected(", given, ")", 0)
        return self._constants.setdefault(text, f"_BODY_{len(self._constants) + 1}")

    def _judged(self, method: Method) -> Value | None:
        """What is judged before an operation does it: the body, or what a patch makes of the object that is answered."""
        if method.method != "PATCH":
            return method.body
        value = method.reply
        definition = self._units.definition(value.key) if value is not None and value.unit else None
        return value if definition is not None and method.gvk in definition.gvks else None

    # ------------------------------------------------------------------------------------------------------ Go's names

    def _reachable(self) -> list[str]:
        """The keys of all classes that bodies are made of."""
        found, queue = dict(self._expected), list(self._expected)
        while queue:
            definition = self._units.definition(queue.pop())
            for key in self._units.used(definition) if definition is not None else ():
                if key not in found:
                    found[key] = None
                    queue.append(key)
        return sorted(found)

    def _go_names(self) -> Iterator[str]:
        """The type of Go of each class that bodies are made of; what is written out inside a custom resource has none."""
        for key in self._reachable():
            if "#" not in key:
                check = f"{self._units.owner[key]}_validators.check_{self._units.functions[key]}"
                yield f"    {check}: {escape.literal('.'.join(key.split('.')[-2:]))},"

    def _defaults(self) -> Iterator[str]:
        """The defaults of each class that bodies of custom resources are made of."""
        for key in self._reachable():
            definition = self._units.definition(key)
            if definition is None or not self._is_custom:
                continue
            found = [
                f"{escape.literal(field.name)}: ({escape.literal(default)}, {allows_null(field.keywords)})"
                for field in definition.fields
                if (default := default_of(field.keywords))
            ]
            if found:
                check = f"{self._units.owner[key]}_validators.check_{self._units.functions[key]}"
                yield call(f"{check}: {{", found, "},", 4)

    def _resources(self, methods: Iterable[Method]) -> Iterator[str]:
        """What the custom resources of the group are called beside their plurals."""
        found = {}
        for method in methods:
            judged = self._judged(method)
            definition = self._units.definition(judged.key) if judged is not None and judged.unit else None
            resource = definition.resource if definition is not None else None
            if definition is not None and resource is not None and (resource.short_names or resource.categories):
                group = definition.gvk.group if definition.gvk is not None else ""
                named = f"{resource.plural}.{group}"
                found[named] = f"({_words(resource.short_names)}, {_words(resource.categories)})"
        for name in sorted(found):
            yield f"    {escape.literal(name)}: {found[name]},"


def _words(words: Sequence[str]) -> str:
    """Words as a tuple in code."""
    return f"({', '.join(map(escape.literal, words))}{',' if len(words) == 1 else ''})"


def _call_names(methods: Iterable[Method], taken: frozenset[str]) -> Mapping[str, str]:
    """The name of the class of the calls of each operation, by that of its method."""
    names: dict[str, str] = {}
    used = naming.Names(taken)
    for method in methods:
        bare = class_of(method.name) or "Operation"
        names[method.name] = used.take(bare, f"{bare}Call")
    return names


def _attributes(method: Method) -> Mapping[tuple[str, str], str]:
    """The attribute of each parameter, by its place and name: as operations name it, unless a call has one of that name itself."""
    return {
        (each.place, each.name): f"{each.attribute}_" if each.attribute in _OF_CALL else each.attribute
        for each in (*method.path_arguments, *method.arguments)
    }


def _query_kind(annotation: str) -> str:
    return annotation if annotation in ("int", "float", "bool") else "str"


def _takes(method: Method) -> bool:
    return method.body is not None or method.method == "PATCH"


def _numbered(method: Method) -> Iterator[str]:
    """The definitions of what is sent and answered whose numbers in protobuf are known; none unless all are."""
    keys = [value.key for value in (method.body, method.reply, method.instead) if value is not None and value.unit]
    if all(map(numbers.knows, keys)):
        yield from keys


def _status(method: Method) -> int:
    """The status of an answer: what was created is 201 unless the source knows no such answer."""
    created = method.verb == "create" and (not method.statuses or "201" in method.statuses)
    return 201 if created else 200


def _body(method: Method) -> str:
    """The type of the body that a handler is given."""
    if method.method == "PATCH":
        return "Patch"
    annotation = method.body.annotation if method.body is not None else "Any"
    if method.body is not None and not method.body.unit:
        annotation = "Any"
    return f"{annotation} | None" if method.method == "DELETE" else annotation


def _answer(method: Method) -> str:
    """The type of what a handler gives: an object of the class, or the same as JSON has it."""
    classes = [value.plain for value in (method.reply, method.instead) if value is not None and value.unit]
    more = ["Mapping[str, Any]"]
    if method.verb in ("list", "watch", "watchlist"):
        more.append("Watch")
    if not classes:
        more.append("Raw")
    if method.method == "DELETE":
        more.append("None")
    return " | ".join([*dict.fromkeys(classes), *more])


def _units_of(method: Method) -> Iterator[str]:
    """The units whose classes a method names."""
    for value in (method.body, method.reply, method.instead):
        if value is not None and value.unit:
            yield value.plain.partition(".")[0]

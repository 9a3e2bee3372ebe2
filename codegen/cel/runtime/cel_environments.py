# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Environments of Google's library with the functions that Kubernetes adds.

One kind checks the text of an expression with the types that servers declare. The
other runs syntax trees, without types: a value of a type of Kubernetes is a map there.
"""

import importlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any, Final, NamedTuple

from codegen.cel.runtime.cel_functions import FUNCTIONS
from codegen.cel.runtime.cel_values import OWN_TYPES, Function

NUMBERS: Final = "comparisons across number types"
# Extensions of Google's library, with their versions, by the library of Kubernetes.
_EXTENSIONS: Final = {
    "strings": ("strings", "0"),
    "strings 2": ("strings", "2"),
    "sets": ("sets", "0"),
    "lists": ("lists", "2"),
    "optional": ("optional", "latest"),
    "two-var-comprehensions": ("two-var-comprehensions", "0"),
}
LIBRARIES: Final = frozenset(
    (*_EXTENSIONS, NUMBERS, *(function.library for function in FUNCTIONS))
)
_EXTENSIONS_OF_PARSER: Final = (*_EXTENSIONS.values(), ("bindings", "latest"))
_COMPARISONS: Final = ("_<_", "_<=_", "_>_", "_>=_")
_NUMBERS: Final = ("int", "uint", "double")
_KINDS: Final = (
    "bool",
    *_NUMBERS,
    "string",
    "bytes",
    "google.protobuf.Timestamp",
    "google.protobuf.Duration",
    "list<dyn>",
    "map<dyn, dyn>",
)
_ANY_TYPE: Final = "~T"


class Declarations(NamedTuple):
    """What an expression may use: variables with their types, a file of messages, and libraries of
    Kubernetes.
    """

    variables: tuple[tuple[str, str], ...]
    messages: bytes = b""
    libraries: frozenset[str] = LIBRARIES


class Environments:
    """Builds environments of the library. Raises ImportError without protobuf."""

    def __init__(self, library: Any) -> None:
        self._cel = library
        self._pool: Any = importlib.import_module("google.protobuf.descriptor_pool")
        self._descriptors: Any = importlib.import_module(
            "google.protobuf.descriptor_pb2"
        )
        self._well_known: dict[str, Any] = {
            name: importlib.import_module(f"google.protobuf.{name}_pb2")
            for name in ("duration", "struct", "timestamp")
        }

    def convert(self, value: object) -> Any:
        """Convert times and durations in a value to the types of the library."""
        if isinstance(value, list):
            return [self.convert(item) for item in value]
        if isinstance(value, dict):
            return {key: self.convert(item) for key, item in value.items()}
        if isinstance(value, bytearray):
            return bytes(value)
        if isinstance(value, datetime):
            timestamp = self._well_known["timestamp"].Timestamp()
            timestamp.FromDatetime(value)
            return timestamp
        if isinstance(value, timedelta):
            duration = self._well_known["duration"].Duration()
            duration.FromTimedelta(value)
            return duration
        return value

    def build_runner(
        self, variables: Iterable[str], adapted: Mapping[str, Callable[..., Any]]
    ) -> Any:
        """Return the environment that parses expressions and runs their trees.

        It knows no types. `adapted` are the functions that only adapted trees call.
        """
        functions = [
            self._declare_run(name, overloads)
            for name, overloads in _group(FUNCTIONS).items()
        ]
        for name, run in adapted.items():
            function = Function(name, ("list<dyn>",), "dyn", run)
            functions.append(self._declare_run(name, [function]))
        return self._cel.NewEnv(
            config=self._configure(_EXTENSIONS_OF_PARSER),
            variables=dict.fromkeys(variables, self._cel.Type.DYN),
            extensions=[self._cel.CelExtension("kubernetes", functions)],
        )

    def _declare_run(self, name: str, functions: Iterable[Function]) -> Any:
        """Declare a function with its implementation, once for each kind of its arguments."""
        overloads: dict[tuple[Any, ...], Any] = {}
        for function in functions:
            kinds: tuple[str, ...] = ("dyn",)
            if _ANY_TYPE in function.takes:
                kinds = _KINDS
            for kind in kinds:
                takes = [_run_type(taken, kind) for taken in function.takes]
                overloads.setdefault(
                    (function.member, *takes),
                    self._cel.Overload(
                        f"kubernetes_{name}_{len(overloads)}",
                        return_type=self._cel.Type.DYN,
                        parameters=[self._cel.Type(taken) for taken in takes],
                        is_member=function.member,
                        impl=self._implement(function.run),
                    ),
                )
        return self._cel.FunctionDecl(name, list(overloads.values()))

    def _implement(self, run: Callable[..., object]) -> Callable[..., Any]:
        def call(*arguments: object) -> Any:
            return self.convert(run(*arguments))

        return call

    def build_checker(self, declarations: Declarations) -> Any:
        """Return the environment that checks expressions as servers do."""
        libraries = declarations.libraries
        extensions = [_EXTENSIONS[name] for name in _EXTENSIONS if name in libraries]
        functions = [
            function for function in FUNCTIONS if function.library in libraries
        ]
        plain = _group(function for function in functions if not function.is_optional)
        declared = [self._declare_check(*overloads) for overloads in plain.items()]
        if NUMBERS in libraries:
            declared += map(self._declare_comparison, _COMPARISONS)
        optional = [function for function in functions if function.is_optional]
        return self._cel.NewEnv(
            descriptor_pool=self._build_pool(declarations.messages),
            config=self._configure(extensions, optional, declarations.variables),
            extensions=[self._cel.CelExtension("kubernetes", declared)],
        )

    def _declare_check(self, name: str, functions: Iterable[Function]) -> Any:
        """Declare a function with its types."""
        overloads: list[Any] = []
        for function in functions:
            for kind in function.types or (_ANY_TYPE,):
                gives = function.gives.replace(_ANY_TYPE, kind)
                takes = [taken.replace(_ANY_TYPE, kind) for taken in function.takes]
                overloads.append(
                    self._cel.Overload(
                        f"kubernetes_{name}_{len(overloads)}",
                        return_type=self._cel.Type(gives),
                        parameters=[self._cel.Type(taken) for taken in takes],
                        is_member=function.member,
                    )
                )
        return self._cel.FunctionDecl(name, overloads)

    def _declare_comparison(self, operator: str) -> Any:
        """Declare an operator for numbers of two types."""
        return self._cel.FunctionDecl(
            operator,
            [
                self._cel.Overload(
                    f"kubernetes_{operator}_{left}_{right}",
                    return_type=self._cel.Type.BOOL,
                    parameters=[self._cel.Type(left), self._cel.Type(right)],
                )
                for left, right in permutations(_NUMBERS, 2)
            ],
        )

    def _build_pool(self, messages: bytes) -> Any:
        """Return the messages of protobuf that types name, with one for each type of Kubernetes."""
        pool = self._pool.DescriptorPool()
        for module in self._well_known.values():
            pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
        if messages:
            pool.AddSerializedFile(messages)
        for name in OWN_TYPES:
            package, _, message = name.rpartition(".")
            file = self._descriptors.FileDescriptorProto(
                name=f"{name}.proto", package=package, syntax="proto3"
            )
            file.message_type.add(name=message)
            pool.Add(file)
        return pool

    def _configure(
        self,
        extensions: Iterable[tuple[str, str]],
        functions: Iterable[Function] = (),
        variables: Iterable[tuple[str, str]] = (),
    ) -> Any:
        """Return the configuration of an environment.

        It has extensions of the library, each in its last version, and what only a
        configuration can declare: variables and functions of optional types.
        """
        versions = dict(extensions)
        configuration = {
            "extensions": [
                {"name": name, "version": version} for name, version in versions.items()
            ],
            "functions": [_describe_function(function) for function in functions],
            "variables": [
                {"name": name, **_describe_type(kind)} for name, kind in variables
            ],
        }
        return self._cel.NewEnvConfigFromYaml(json.dumps(configuration))


def _group(functions: Iterable[Function]) -> dict[str, list[Function]]:
    """Group overloads by the name of the function."""
    groups: dict[str, list[Function]] = {}
    for function in functions:
        groups.setdefault(function.name, []).append(function)
    return groups


def _describe_function(function: Function) -> dict[str, Any]:
    """Describe a function that returns an optional value, for a configuration."""
    takes = [_describe_type(taken) for taken in function.takes]
    overload: dict[str, Any] = {"id": f"kubernetes_{function.name}"}
    if function.member:
        overload["target"] = takes.pop(0)
    overload["args"] = takes
    overload["return"] = _describe_type(f"optional_type<{function.gives}>")
    return {"name": function.name, "overloads": [overload]}


def _describe_type(kind: str) -> dict[str, Any]:
    """Describe a type such as `map<string, list<int>>` for a configuration."""
    name, has_parameters, inner = kind.partition("<")
    if not has_parameters:
        return {"type_name": name}
    parameters = [inner.removesuffix(">")]
    if name == "map":
        parameters = parameters[0].split(", ", 1)
    return {"type_name": name, "params": list(map(_describe_type, parameters))}


def _run_type(taken: str, kind: str) -> str:
    """Return the type of an argument without what the library does not see at run time."""
    if taken in OWN_TYPES:
        return "map<dyn, dyn>"
    if taken.startswith("list<"):
        return "list<dyn>"
    if taken == _ANY_TYPE:
        return kind
    return taken

# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Compiling and running expressions in CEL with `cel-expr-python`, the binding of Google's library in C++."""

import importlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from codegen.cel.runtime.cel_functions import FUNCTIONS
from codegen.cel.runtime.cel_schemas import STRING, free_names
from codegen.cel.runtime.cel_values import Function

MISSING: Final = "cel-expr-python and protobuf are not installed"
UNAVAILABLE: Final = {
    **dict.fromkeys(
        ("authorizer", "image", "isImage"), "is not known outside of a cluster"
    ),
    **dict.fromkeys(("transformMap", "transformMapEntry"), "the library does not run"),
}
_PLACE: Final = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_STATUS: Final = re.compile(r"\s*\[[A-Z_]+\]\s*\Z")
_NO_MESSAGE: Final = re.compile(
    r"expression of type '\w+\.\w+' cannot be the operand of a select"
)
_CODE: Final = re.compile(r"[A-Z_]+: ")
_NO_KEY: Final = re.compile(r'NOT_FOUND: Key not found in map : "?(.*?)"?\Z', re.DOTALL)
_CONFIG: Final = "extensions:\n- name: sets\n- name: two-var-comprehensions\n"
# Functions that return an optional value, which a function in Python cannot do. They return a list, whose first item is the value.
_CALL: Final = re.compile(rf"(\.(?:validate|named)\s*+)?\(|\)|{STRING}")
_FIRST_ITEM: Final = "[?0]"
_BEFORE: Final = (
    "cel.bind({name}, has_{name} ? optional.of({name}_value) : optional.none(), "
)


class CompileError(Exception):
    """Raised for an expression that does not compile, with line, column and reason."""

    def __init__(self, line: int, column: int, text: str) -> None:
        self.line, self.column, self.text = line, column, text
        super().__init__(f"{line}:{column}: {text}")


class EvaluationFailed(Exception):
    """Raised when an expression fails at run time for the given values. The message is that of servers."""


class CannotRun(Exception):
    """Raised for an expression that the library cannot run. The text is the reason, as the end of a sentence."""


class Program:
    """A compiled expression."""

    def __init__(self, expression: Any, error: Any) -> None:
        self._evaluate: Callable[[Any], Any] = expression.eval
        self._error = error

    def run(self, activation: Any) -> Any:
        """Return the result for values prepared by `Engine.activation`. Raises `EvaluationFailed` and `CannotRun`."""
        try:
            result = self._evaluate(activation)
            value = result.value()
            if isinstance(value, bool):
                return value
            value = result.plain_value()
        except RuntimeError as error:
            if "budget exceeded" in str(error):
                raise CannotRun("it takes more steps than the library allows") from None
            raise EvaluationFailed(_server_words(str(error))) from None
        except TypeError:
            raise CannotRun(
                "its result is of a type that the library does not give out"
            ) from None
        if isinstance(value, str) and result.type() == self._error:
            raise EvaluationFailed(_server_words(value))
        return value


class Engine:
    """The CEL library with the functions that Kubernetes adds. Raises ImportError if a part of it is not installed."""

    def __init__(self) -> None:
        self._cel: Any = importlib.import_module("cel_expr_python.cel")
        self._pool: Any = importlib.import_module("google.protobuf.descriptor_pool")
        self._well_known: dict[str, Any] = {
            name: importlib.import_module(f"google.protobuf.{name}_pb2")
            for name in ("duration", "struct", "timestamp")
        }
        self._environments: dict[tuple[Any, ...], Any] = {}

    def compile(
        self, text: str, variables: tuple[str, ...], optional: str = ""
    ) -> Program:
        """Compile an expression over these variables and an optional one. Raises `CompileError` and `CannotRun`."""
        names = free_names(text)
        for word, reason in UNAVAILABLE.items():
            if word in names or f".{word}(" in text:
                raise CannotRun(f"it uses {word}, which {reason}")
        return Program(
            _compile(self._environment(variables, optional), text, optional),
            self._cel.Type.ERROR,
        )

    def check(
        self,
        text: str,
        variables: tuple[str, ...],
        of: str,
        messages: bytes,
        result: str,
        optional: str = "",
    ) -> None:
        """Check an expression over variables of a type. `messages` is a `FileDescriptorProto` with the messages of the type.

        Raises `CompileError`, also for a result of another type than `result`, and `CannotRun` where the library cannot tell.
        """
        environment = self._environment(variables, optional, of, messages)
        kind = _compile(environment, text, optional).return_type()
        if kind not in (self._cel.Type(result), self._cel.Type.DYN):
            raise CompileError(1, 1, f"it returns {kind.name().lower()}, not {result}")

    def activation(self, variables: Mapping[str, Any]) -> Any:
        """Prepare values for the programs of exactly these variables. Raises `CannotRun`."""
        try:
            return self._environment((*variables,)).Activation(variables)
        except (RuntimeError, TypeError, ValueError) as error:
            raise CannotRun(
                f"the library does not take the object: {str(error)[:100]}"
            ) from None

    def convert_time(self, value: Any) -> Any:
        """Convert a time or a duration to the type of the library. Other values stay as they are."""
        if isinstance(value, datetime):
            result = self._well_known["timestamp"].Timestamp()
            result.FromDatetime(value)
        elif isinstance(value, timedelta):
            result = self._well_known["duration"].Duration()
            result.FromTimedelta(value)
        else:
            return value
        return result

    def _environment(
        self,
        variables: tuple[str, ...],
        optional: str = "",
        of: str = "",
        messages: bytes = b"",
    ) -> Any:
        """Return the environment for variables of a type, or of any type. An optional variable is bound by `_compile`."""
        key = variables, optional, of, messages
        if key not in self._environments:
            more: dict[str, Any] = {}
            if of:
                more["descriptor_pool"] = pool = self._pool.DescriptorPool()
                for module in self._well_known.values():
                    pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
                pool.AddSerializedFile(messages)
            kind = self._parse_type(of) if of else self._cel.Type.DYN
            declared = dict.fromkeys(variables, kind)
            if optional:
                declared |= {
                    f"{optional}_value": kind,
                    f"has_{optional}": self._cel.Type.BOOL,
                }
            extensions = (
                ("strings", "optional", "bindings")
                if optional
                else ("strings", "optional")
            )
            self._environments[key] = self._cel.NewEnv(
                config=self._cel.NewEnvConfigFromYaml(_CONFIG),
                variables=declared,
                extensions=[
                    *map(_load_extension, extensions),
                    self._kubernetes_extension(),
                ],
                **more,
            )
        return self._environments[key]

    def _parse_type(self, text: str) -> Any:
        """Parse the name of a CEL type. The library itself reads no lists and maps."""
        if text.startswith("list("):
            return self._cel.Type.List(self._parse_type(text[5:-1]))
        if text.startswith("map(string, "):
            return self._cel.Type.Map(
                self._cel.Type.STRING, self._parse_type(text[12:-1])
            )
        return self._cel.Type(text)

    def _kubernetes_extension(self) -> Any:
        """Declare the functions of Kubernetes."""
        kinds = self._cel.Type
        types = {
            "string": kinds.STRING,
            "int": kinds.INT,
            "double": kinds.DOUBLE,
            "bool": kinds.BOOL,
            "dyn": kinds.DYN,
            "list": kinds.List(kinds.DYN),
            "strings": kinds.List(kinds.STRING),
            "map": kinds.Map(kinds.STRING, kinds.DYN),
            "own": kinds.Map(kinds.STRING, kinds.STRING),
        }
        types |= {
            f"list of {name}": kinds.List(types[name]) for name in ("strings", "own")
        }
        declared: dict[str, list[Any]] = {}
        for function in FUNCTIONS:
            overloads = declared.setdefault(function.name, [])
            overloads.append(
                self._build_overload(
                    function, f"kubernetes_{function.name}_{len(overloads)}", types
                )
            )
        return self._cel.CelExtension(
            "kubernetes", [self._cel.FunctionDecl(*each) for each in declared.items()]
        )

    def _build_overload(
        self, function: Function, name: str, types: Mapping[str, Any]
    ) -> Any:
        def run(*arguments: Any) -> Any:
            return self.convert_time(function.run(*arguments))

        return self._cel.Overload(
            name,
            return_type=types[function.gives],
            parameters=[types[word] for word in function.takes],
            is_member=function.member,
            impl=run,
        )


@cache
def engine() -> Engine | None:
    """Return the engine, or None if the library is not installed."""
    try:
        return Engine()
    except ImportError:
        return None


def _compile(environment: Any, text: str, optional: str) -> Any:
    """Compile an expression, with one variable bound as an optional value. Raises `CompileError` and `CannotRun`."""
    before = _BEFORE.format(name=optional) if optional else ""
    whole = _take_first_items(f"{before}{text}\n)" if optional else text)
    try:
        return environment.compile(whole)
    except RuntimeError as error:
        raise _fault(str(error), whole, len(before)) from None


def _take_first_items(text: str) -> str:
    """Take the first item of each list that stands for an optional value."""
    pieces, end, opened = list[str](), 0, list[bool]()
    for found in _CALL.finditer(text):
        if found[0].endswith("("):
            opened.append(found[1] is not None)
        elif found[0] == ")" and opened and opened.pop():
            pieces += [text[end : found.end()], _FIRST_ITEM]
            end = found.end()
    return "".join([*pieces, text[end:]])


def _fault(error: str, whole: str, before: int) -> CompileError | CannotRun:
    """Convert an error of the library. Columns do not count the added text."""
    if _NO_MESSAGE.search(error):
        return CannotRun("the library does not take the types")
    found = _PLACE.search(error)
    if found is None:
        message = _server_words(error)
        return (
            CannotRun(f"the library does not compile it: {message}")
            if "limit" in message
            else CompileError(1, 1, message)
        )
    line, column = int(found[1]), int(found[2])
    added = whole.split("\n")[line - 1][: column - 1].count(_FIRST_ITEM) * len(
        _FIRST_ITEM
    )
    message = _STATUS.sub("", found[3]).replace(" (in container '')", "")
    return CompileError(
        line, max(1, column - added - (before if line == 1 else 0)), message
    )


def _server_words(text: str) -> str:
    """Reword an error of the library as servers do."""
    text = _STATUS.sub("", text)
    if found := _NO_KEY.match(text):
        return f"no such key: {found[1]}"
    return _CODE.sub("", text, count=1) if _CODE.match(text) else text


@cache
def _load_extension(name: str) -> Any:
    module = importlib.import_module(f"cel_expr_python.ext.ext_{name}")
    return getattr(module, f"Ext{name.capitalize()}")()

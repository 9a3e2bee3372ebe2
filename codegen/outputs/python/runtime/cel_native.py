"""CEL by `cel-expr-python`, the binding of Google's library in C++."""

import importlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from .cel_functions import FUNCTIONS, Function, by_name
from .cel_merging import MERGE, merge, rewrite
from .cel_missing import INSERT, OPTIONAL, insert, needed, supply
from .cel_program import CannotRun, Failed, Fault, Place, Program, refuse_unavailable
from .cel_tree import packed, unpacked

_PLACE: Final = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_STATUS: Final = re.compile(r"\s*\[[A-Z_]+\]\s*\Z")
_NO_MESSAGE: Final = re.compile(r"expression of type '\w+\.\w+' cannot be the operand of a select")
_CODE: Final = re.compile(r"[A-Z_]+: ")
_NO_KEY: Final = re.compile(r'NOT_FOUND: Key not found in map : "?(.*?)"?\Z', re.DOTALL)
_CONFIG: Final = "extensions:\n- name: sets\n- name: two-var-comprehensions\n"
_BEFORE: Final = "cel.bind({name}, has_{name} ? optional.of({name}_value) : optional.none(), "


class NativeEngine:
    """The library with the functions of Kubernetes."""

    name = "cel-expr-python"

    def __init__(self) -> None:
        self._cel: Any = importlib.import_module("cel_expr_python.cel")
        self._environments: dict[tuple[tuple[str, ...], bool], Any] = {}
        self._activations: dict[tuple[str, ...], Callable[[Mapping[str, Any]], Any]] = {}
        self._checkers: dict[tuple[Any, ...], Any] = {}
        self._error = self._cel.Type.ERROR

    def compile(
        self, text: str, variables: tuple[str, ...], optional: str = "", places: Mapping[str, Place] | None = None
    ) -> Program:
        refuse_unavailable(text)
        before = _BEFORE.format(name=optional) if optional else ""
        environment = self._environment(variables, bool(optional))
        try:
            expression = environment.compile(f"{before}{text}\n)" if optional else text)
        except RuntimeError as error:
            raise _fault(str(error), len(before)) from None
        if places is not None or needed(text):
            expression = _rewritten(environment, expression, places)
        return _Program(expression, self._error)

    def check(self, text: str, types: Mapping[str, str], messages: bytes, gives: str, optional: str = "") -> None:
        environment = self._typed(tuple(types.items()), messages, bool(optional))
        before = _BEFORE.format(name=optional) if optional else ""
        try:
            kind = environment.compile(f"{before}{text}\n)" if optional else text).return_type()
        except RuntimeError as error:
            if _NO_MESSAGE.search(str(error)):
                raise CannotRun("the library does not take the types") from None
            raise _fault(str(error), len(before)) from None
        if kind not in (self._cel.Type(gives), self._cel.Type.DYN):
            raise Fault(1, 1, f"it gives {kind.name().lower()}, not {gives}")

    def _typed(self, types: tuple[tuple[str, str], ...], messages: bytes, binds: bool) -> Any:
        key = (types, messages, binds)
        if key not in self._checkers:
            pool = _messages_pool(messages)
            declared = {name: self._kind(kind) for name, kind in types}
            self._checkers[key] = self._made(declared, binds, descriptor_pool=pool)
        return self._checkers[key]

    def _kind(self, text: str) -> Any:
        """A type in the words of CEL; those of lists and maps are built, as the library reads only names."""
        if text.startswith("list("):
            return self._cel.Type.List(self._kind(text[5:-1]))
        if text.startswith("map(string, "):
            return self._cel.Type.Map(self._cel.Type.STRING, self._kind(text[12:-1]))
        return self._cel.Type(text)

    def given(self, variables: Mapping[str, Any]) -> Any:
        names = (*variables,)
        try:
            activation = self._activations.get(names)
            if activation is None:
                activation = self._activations[names] = self._environment(names, False).Activation
            return activation(variables)
        except (RuntimeError, TypeError, ValueError) as error:
            raise CannotRun(f"the library does not take the object: {str(error)[:100]}") from None

    def moment(self, value: datetime) -> Any:
        result = _messages("timestamp_pb2").Timestamp()
        result.FromDatetime(value)
        return result

    def length(self, value: timedelta) -> Any:
        result = _messages("duration_pb2").Duration()
        result.FromTimedelta(value)
        return result

    def merging(self, items: list[Any], keys: tuple[str, ...]) -> list[Any]:
        return items  # the library takes nothing but lists; programs know from the schema what merges

    def _environment(self, variables: tuple[str, ...], binds: bool) -> Any:
        known = self._environments.get((variables, binds))
        if known is None:
            known = self._environments[variables, binds] = self._made(
                dict.fromkeys(variables, self._cel.Type.DYN), binds
            )
        return known

    def _made(self, variables: Mapping[str, Any], binds: bool, **more: Any) -> Any:
        extensions = [_extension("strings"), _extension("optional"), *([_extension("bindings")] if binds else [])]
        return self._cel.NewEnv(
            config=self._cel.NewEnvConfigFromYaml(_CONFIG),
            variables=dict(variables),
            extensions=[*extensions, self._own()],
            **more,
        )

    def _own(self) -> Any:
        """The functions of Kubernetes, and those by which trees say what the library lacks."""
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
        inner = {f"optional {name}": types[name] for name in ("strings", "own")}
        types |= {name: kinds.AbstractType("optional_type", [kind]) for name, kind in inner.items()}
        entries = kinds.Map(kinds.DYN, kinds.DYN)

        def taken(each: Function) -> list[Any]:
            return [types[word] for word in each.takes]

        def run(each: Function) -> Callable[..., Any]:
            return self._giving(each.run) if each.gives == "dyn" else each.run

        own = by_name(each for each in FUNCTIONS if not each.native)
        declared = [
            self._declared(
                name,
                [
                    (f"kubernetes_{name}_{number}", types[each.gives], taken(each), run(each), each.member)
                    for number, each in enumerate(overloads)
                ],
            )
            for name, overloads in own.items()
        ]
        declared += [
            self._declared(listed, [(listed, kinds.List(inner[each.gives]), taken(each), each.run, False)])
            for name, listed in OPTIONAL.items()
            for each in own[name]
        ]
        strings = kinds.List(kinds.STRING)
        declared.append(
            self._declared(
                MERGE, [(f"{MERGE}_0", kinds.DYN, [kinds.DYN, kinds.DYN, strings], self._giving(merge), False)]
            )
        )
        more = ([entries], [kinds.DYN, kinds.DYN])
        inserts = [(f"{INSERT}_{len(each)}", entries, [entries, *each], self._giving(insert), False) for each in more]
        declared.append(self._declared(INSERT, inserts))
        return self._cel.CelExtension("kubernetes", declared)

    def _giving(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """A function that gives what it was given, as the library takes it: that has moments and lengths of time in its own form."""
        return lambda *given: self._value(run(*given))

    def _value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, timedelta):
            return self.length(value)
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if isinstance(value, dict):
            return {name: self._value(inner) for name, inner in value.items()}
        return value

    def _declared(self, name: str, overloads: list[tuple[str, Any, list[Any], Any, bool]]) -> Any:
        """A function of these overloads: name, what it gives and takes, what runs, and whether it stands behind a dot."""
        result = [
            self._cel.Overload(key, return_type=gives, parameters=takes, is_member=member, impl=run)
            for key, gives, takes, run, member in overloads
        ]
        return self._cel.FunctionDecl(name, result)


def _rewritten(environment: Any, expression: Any, places: Mapping[str, Place] | None) -> Any:
    """The expression, each `+` of which merges lists where servers do, without what the library cannot run."""
    serialised = expression.serialize()
    checked = unpacked(serialised)
    merges = places is not None and rewrite(checked, places)
    return environment.deserialize(packed(checked, serialised)) if supply(checked) or merges else expression


class _Program:
    def __init__(self, expression: Any, error: Any) -> None:
        self._run: Callable[[Any], Any] = expression.eval
        self._error = error

    def run(self, given: Any) -> Any:
        try:
            result = self._run(given)
            value = result.value()
            if value is True or value is False:
                return value
            value = result.plain_value()
        except RuntimeError as error:
            if "budget exceeded" in str(error):
                raise CannotRun("it takes more steps than the library allows") from None
            raise Failed(_plain(str(error))) from None
        except TypeError:
            raise CannotRun("its result is of a type that the library does not give out") from None
        if isinstance(value, str) and result.type() == self._error:
            raise Failed(_plain(value))
        return value


def _plain(text: str) -> str:
    """An error as servers say it."""
    text = _STATUS.sub("", text)
    if found := _NO_KEY.match(text):
        return f"no such key: {found[1]}"
    return _CODE.sub("", text, count=1) if _CODE.match(text) else text


def _fault(text: str, before: int) -> Fault | CannotRun:
    found = _PLACE.search(text)
    if found is None:
        said = _plain(text)
        return CannotRun(f"the library does not compile it: {said}") if "limit" in said else Fault(1, 1, said)
    line, column = int(found[1]), int(found[2])
    said = _STATUS.sub("", found[3]).replace(" (in container '')", "")
    return Fault(line, max(1, column - before) if line == 1 else column, said)


@cache
def _extension(name: str) -> Any:
    module = importlib.import_module(f"cel_expr_python.ext.ext_{name}")
    return getattr(module, f"Ext{name.capitalize()}")()


def _messages_pool(messages: bytes) -> Any:
    pool = importlib.import_module("google.protobuf.descriptor_pool").DescriptorPool()
    for name in ("duration_pb2", "struct_pb2", "timestamp_pb2"):
        pool.AddSerializedFile(_messages(name).DESCRIPTOR.serialized_pb)
    if messages:
        pool.AddSerializedFile(messages)
    return pool


@cache
def _messages(name: str) -> Any:
    try:
        return importlib.import_module(f"google.protobuf.{name}")
    except ImportError:
        raise CannotRun("it reads a moment or a length of time, for which protobuf is not installed") from None

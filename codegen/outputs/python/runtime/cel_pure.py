# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""CEL by `cel-python`, which is written in Python and runs everywhere; fewer expressions compile in it."""

import importlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from .cel_functions import FUNCTIONS, Function, by_name
from .cel_merging import Merged, merge
from .cel_program import CannotRun, Failed, Fault, Place, Program, refuse_unavailable

_SPACES: Final = frozenset(name.partition(".")[0] for name in (each.name for each in FUNCTIONS) if "." in name)
_OWN_SYNTAX: Final = (".?", "[?", "{?", "optional.")
_VERDICTS: Final = ("no such member", "no such key", "invalid index", "index out of", "divide by zero", "modulus")


class PureEngine:
    """The library with the functions of Kubernetes."""

    name = "cel-python"

    def __init__(self) -> None:
        self._cel: Any = importlib.import_module("celpy")
        self._types: Any = importlib.import_module("celpy.celtypes")
        self._environment = self._cel.Environment()
        self._merging_list = _merging_list(self._types)
        self._functions = {
            name.rpartition(".")[2]: self._function(overloads) for name, overloads in _by_last_name().items()
        }

    def compile(
        self, text: str, variables: tuple[str, ...], optional: str = "", places: Mapping[str, Place] | None = None
    ) -> Program:
        refuse_unavailable(text)
        if optional:
            raise CannotRun("cel-python has no optional values")
        try:
            tree = self._environment.compile(text)
        except self._cel.CELParseError as error:
            if any(sign in text for sign in _OWN_SYNTAX):
                raise CannotRun("cel-python has no optional values") from None
            raise Fault(error.line or 1, error.column or 1, "Syntax error") from None
        program = self._environment.program(tree, functions=self._functions)
        return _Program(program.evaluate, self._cel.CELEvalError, self.plain)

    def check(self, text: str, types: Mapping[str, str], messages: bytes, gives: str, optional: str = "") -> None:
        raise CannotRun("cel-python knows no types before it runs")

    def given(self, variables: Mapping[str, Any]) -> Any:
        namespaces = {name: self._types.StringType(f"\0{name}") for name in _SPACES if name not in variables}
        return {**namespaces, **{name: self.value(value) for name, value in variables.items()}}

    def moment(self, value: datetime) -> Any:
        return self._types.TimestampType(value)

    def length(self, value: timedelta) -> Any:
        return self._types.DurationType(value)

    def merging(self, items: list[Any], keys: tuple[str, ...]) -> list[Any]:
        return Merged(items, keys)

    def value(self, value: Any) -> Any:
        """A value of JSON in the types of the library."""
        types = self._types
        if isinstance(value, bool):
            return types.BoolType(value)
        if isinstance(value, int):
            return value if isinstance(value, types.IntType | types.UintType) else self._integer(value)
        if isinstance(value, float):
            return types.DoubleType(value)
        if isinstance(value, str):
            return types.StringType(value)
        if isinstance(value, bytes):
            return types.BytesType(value)
        if isinstance(value, Merged):
            return self._merging_list([self.value(item) for item in value], value.keys)
        if isinstance(value, list):
            return types.ListType([self.value(item) for item in value])
        if isinstance(value, dict):
            return types.MapType({self.value(name): self.value(inner) for name, inner in value.items()})
        return value

    def _integer(self, value: int) -> Any:
        try:
            return self._types.IntType(value)
        except ValueError:
            raise CannotRun(f"{str(value)[:30]} has more than 64 bits") from None

    def plain(self, value: Any) -> Any:
        """A value of the library as Python has it."""
        types = self._types
        if isinstance(value, types.BoolType):
            return bool(value)
        for kind, plain in (
            (types.IntType, int),
            (types.UintType, int),
            (types.DoubleType, float),
            (types.StringType, str),
        ):
            if isinstance(value, kind):
                return plain(value)
        if isinstance(value, list):
            return [self.plain(item) for item in value]
        if isinstance(value, dict):
            return {self.plain(name): self.plain(inner) for name, inner in value.items()}
        return value

    def _function(self, overloads: list[Function]) -> Callable[..., Any]:
        """One function that runs the overload that its values are of."""

        def run(*given: Any) -> Any:
            arguments = [self.plain(each) for each in given]
            space = ""
            if arguments and isinstance(arguments[0], str) and arguments[0].startswith("\0"):
                space = f"{arguments.pop(0)[1:]}."
            failed: Any = None
            for (
                each
            ) in overloads:  # those of a name that fail for these values may be meant for others: `ip` of a network
                named = each.name.startswith(space) if space else "." not in each.name
                if named and len(each.takes) == len(arguments) and all(map(_is_of, arguments, each.takes)):
                    try:
                        return self.value(each.run(*arguments))
                    except (ValueError, OverflowError) as error:
                        failed = failed or _failed(self._cel, error)
            if failed is None:
                raise TypeError("no such overload")
            return failed

        return run


def _merging_list(types: Any) -> Any:
    """The type of lists that `+` merges."""

    class MergingList(types.ListType):  # type: ignore[misc]
        def __init__(self, items: list[Any], keys: tuple[str, ...]) -> None:
            super().__init__(items)
            self.keys = keys

        def __add__(self, other: Any) -> Any:
            return MergingList(merge(self, other, self.keys), self.keys)

    return MergingList


class _Program:
    def __init__(self, run: Callable[[Any], Any], error: type[Exception], plain: Callable[[Any], Any]) -> None:
        self._run, self._error, self._plain = run, error, plain

    def run(self, given: Any) -> Any:
        try:
            return self._plain(self._run(given))
        except self._error as error:
            said = str(error.args[0]) if error.args else str(error)
            if said.startswith(_OURS):
                raise Failed(said.removeprefix(_OURS)) from None
            if any(word in said for word in _VERDICTS):
                raise Failed(said.replace("no such member in mapping: ", "no such key: ").replace("'", "")) from None
            raise CannotRun(f"cel-python cannot run it: {said[:100]}") from None
        except Exception as error:  # noqa: BLE001  - what it does not know ends in errors of any kind
            raise CannotRun(f"cel-python cannot run it: {str(error)[:100]}") from None


_OURS: Final = "kubernetes: "


def _failed(library: Any, error: Exception) -> Any:
    """An error as a value, as operators of CEL absorb it."""
    return library.CELEvalError(f"{_OURS}{error}")


def _is_of(value: Any, word: str) -> bool:
    if word == "dyn":
        return True
    if word == "own":
        return isinstance(value, dict)
    if word == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    kinds: Mapping[str, Any] = {
        "string": str,
        "bool": bool,
        "double": float,
        "list": list,
        "strings": list,
        "map": dict,
    }
    return isinstance(value, kinds[word])


def _by_last_name() -> Mapping[str, list[Function]]:
    found: dict[str, list[Function]] = {}
    for name, overloads in by_name(FUNCTIONS).items():
        found.setdefault(name.rpartition(".")[2], []).extend(overloads)
    return found

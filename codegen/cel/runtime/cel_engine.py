# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Compiling and running expressions in CEL with `cel-expr-python`, the binding of Google's library
in C++.

Two environments share the work. One checks the text of an expression with the types and functions
that servers declare. The other runs its syntax tree, adapted where the library evaluates an
expression unlike servers.
"""

import importlib
import re
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any, Final, NamedTuple

from codegen.cel.runtime.cel_adaptation import (
    HAS_OLD,
    OFFSETS,
    OLD,
    UNSUPPORTED,
    Adapter,
    Shape,
    adapted_functions,
)
from codegen.cel.runtime.cel_environments import Declarations, Environments
from codegen.cel.runtime.cel_schemas import Node
from codegen.cel.runtime.cel_syntax import (
    Expression,
    SyntaxTrees,
    called_functions,
    free_names,
    is_unexpanded_macro,
    walk,
)

SELF: Final = "self"
MISSING: Final = "cel-expr-python and protobuf are not installed"
AUTHORIZER: Final = "authorizer"
_UNAVAILABLE: Final = frozenset((AUTHORIZER, "image", "isImage"))
# Code points of the longest expression that servers parse: the default of cel-go.
_LONGEST_EXPRESSION: Final = 100_000
# Messages of the library.
_PLACE: Final = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_STATUS: Final = re.compile(r"\s*\[[A-Z_]+\]\s*\Z")
_NO_MESSAGE: Final = re.compile(
    r"expression of type '\w+\.\w+' cannot be the operand of a select"
)
_CODE: Final = re.compile(r"[A-Z_]+: ")
_NO_KEY: Final = re.compile(r'NOT_FOUND: Key not found in map : "?(.*?)"?\Z', re.DOTALL)
_OUT_OF_BOUNDS: Final = re.compile(r"Index error: index=(-?\d+) size=")
# The name of a type that is made for an object here.
_STRUCT: Final = re.compile(r" not found in struct '[\w.]+'")
_LIMIT: Final = re.compile(
    r"recursion (?:depth|limit)|limit exceeded|size limit|exceeds .* limit"
)


class CompileError(Exception):
    """Raised for an expression that does not compile, with line, column and reason."""

    def __init__(self, line: int, column: int, text: str) -> None:
        self.line, self.column, self.text = line, column, text
        super().__init__(f"{line}:{column}: {text}")


class EvaluationFailed(Exception):
    """Raised when an expression fails at run time for the given values.

    The message is that of servers.
    """


class CannotRun(Exception):
    """Raised for an expression that the library cannot run.

    The text is the reason, as the end of a sentence.
    """


class ParsedExpression(NamedTuple):
    """A syntax tree with all macros expanded, and whether the library's checker would not know one
    of them.
    """

    tree: Expression
    has_unknown_macro: bool


class Program:
    """A compiled expression."""

    def __init__(self, expression: Any, error: Any) -> None:
        self._evaluate: Callable[[Any], Any] = expression.eval
        self._error = error

    def run(self, activation: object) -> Any:
        """Return the result for values prepared by `Engine.activation`.

        Raises `EvaluationFailed` and `CannotRun`.
        """
        try:
            result = self._evaluate(activation)
            value = result.value()
            if isinstance(value, bool):
                return value
            value = result.plain_value()
        except RuntimeError as error:
            if "budget exceeded" in str(error):
                raise CannotRun("it takes more steps than the library allows") from None
            raise _evaluation_error(str(error)) from None
        except TypeError:
            raise CannotRun(
                "its result is of a type that the library does not give out"
            ) from None
        if isinstance(value, str) and result.type() == self._error:
            raise _evaluation_error(value)
        return value


class Engine:
    """The CEL library with the functions that Kubernetes adds.

    Raises ImportError if a part of it is not installed.
    """

    def __init__(self) -> None:
        self._cel: Any = importlib.import_module("cel_expr_python.cel")
        self._environments = Environments(self._cel)
        self._trees = SyntaxTrees()
        self._checkers: dict[Declarations, Any] = {}
        self._nodes: list[Node] = []
        self._positions: dict[int, int] = {}
        adapted = adapted_functions(self._nodes)
        self._runner = self._environments.build_runner(
            (SELF, OLD, HAS_OLD, OFFSETS), adapted
        )
        self.convert = self._environments.convert
        self.parse = lru_cache(1000)(self._parse)

    def uses(self, text: str, variable: str) -> bool:
        """Return whether an expression uses a variable; one that cannot be parsed uses none."""
        try:
            return variable in free_names(self.parse(text).tree)
        except (CompileError, CannotRun):
            return False

    def compile(
        self, text: str, node: Node | None = None, *, has_optional_old: bool = False
    ) -> Program:
        """Compile a rule over `self` and `oldSelf` of a schema.

        Raises `CompileError` and `CannotRun`.
        """
        expression = self._trees.copy(self.parse(text).tree)
        self._refuse_unavailable(expression)
        old_type = "optional_type<dyn>" if has_optional_old else "dyn"
        self.check(text, Declarations(((SELF, "dyn"), (OLD, old_type))))
        shape, old = None, None
        if node is not None:
            shape = Shape(node)
            old = Shape(node, is_optional=has_optional_old)
        adapter = Adapter(self._trees, self._position_of)
        adapter.adapt(
            expression, {SELF: shape, OLD: old}, has_optional_old=has_optional_old
        )
        try:
            return Program(
                self._runner.deserialize(self._trees.write(expression)),
                self._cel.Type.ERROR,
            )
        except RuntimeError as error:
            raise CannotRun(
                f"the library does not run it: {_server_words(str(error))}"
            ) from None

    def check(self, text: str, declarations: Declarations, result: str = "") -> None:
        """Check an expression and the type of its result.

        Raises `CompileError`, and `CannotRun` where the library cannot tell.
        """
        parsed = self.parse(text)
        if parsed.has_unknown_macro:
            return
        # Rules of custom resources have no such variable, which is an error.
        declared = {name for name, _ in declarations.variables}
        if AUTHORIZER in declared or AUTHORIZER not in free_names(parsed.tree):
            self._refuse_unavailable(parsed.tree)
        try:
            if declarations not in self._checkers:
                checker = self._environments.build_checker(declarations)
                self._checkers[declarations] = checker
            kind = self._checkers[declarations].compile(text).return_type()
        except RuntimeError as error:
            raise _compile_error(str(error)) from None
        if result and kind not in (self._cel.Type(result), self._cel.Type.DYN):
            raise CompileError(1, 1, f"it returns {kind.name().lower()}, not {result}")

    def activation(
        self, value: object, old: object = None, *, has_offsets: bool = False
    ) -> Any:
        """Prepare the values of a rule. Raises `CannotRun`."""
        values = {SELF: value, OLD: old, HAS_OLD: old is not None, OFFSETS: has_offsets}
        try:
            return self._runner.Activation(values)
        except (RuntimeError, TypeError, ValueError) as error:
            raise CannotRun(
                f"the library does not take the object: {str(error)[:100]}"
            ) from None

    def _parse(self, text: str) -> ParsedExpression:
        """Return the syntax tree of an expression. Raises `CompileError` and `CannotRun`."""
        if len(text) > _LONGEST_EXPRESSION:
            why = (
                "expression code point size exceeds limit: "
                f"size: {len(text)}, limit {_LONGEST_EXPRESSION}"
            )
            raise CompileError(1, 1, why)
        try:
            serialized = self._runner.compile(text, disable_check=True).serialize()
        except RuntimeError as error:
            raise _compile_error(str(error)) from None
        tree = self._trees.read(serialized)
        has_unknown_macro = any(map(is_unexpanded_macro, walk(tree)))
        self._trees.expand_macros(tree)
        return ParsedExpression(tree, has_unknown_macro)

    def _refuse_unavailable(self, expression: Expression) -> None:
        """Raise `CannotRun` for what only a cluster knows."""
        used = {*free_names(expression), *called_functions(expression)} & _UNAVAILABLE
        if used:
            raise CannotRun(
                f"it uses {min(used)}, which is not known outside of a cluster"
            )

    def _position_of(self, node: Node) -> int:
        """Return the position of a schema for functions that get its values."""
        position = self._positions.setdefault(id(node), len(self._nodes))
        if position == len(self._nodes):
            self._nodes.append(node)
        return position


def is_installed() -> bool:
    """Return whether all parts of the library are installed, without importing them."""
    return all(
        find_spec(package) is not None
        for package in ("google", "google.protobuf", "cel_expr_python")
    )


@cache
def engine() -> Engine | None:
    """Return the engine, or None if the library is not installed."""
    try:
        return Engine()
    except ImportError:
        return None


def _compile_error(error: str) -> CompileError | CannotRun:
    """Convert an error of the library."""
    if _NO_MESSAGE.search(error):
        return CannotRun("the library does not take the types")
    message = _server_words(error)
    if _LIMIT.search(message):
        return CannotRun(f"the library does not compile it: {message}")
    match = _PLACE.search(error)
    if match is None:
        return CompileError(1, 1, message)
    text = _server_words(match[3]).replace(" (in container '')", "")
    return CompileError(int(match[1]), int(match[2]), text)


def _evaluation_error(error: str) -> EvaluationFailed | CannotRun:
    _, is_unsupported, reason = error.partition(UNSUPPORTED)
    if is_unsupported:
        return CannotRun(_STATUS.sub("", reason))
    return EvaluationFailed(_server_words(error))


def _server_words(text: str) -> str:
    """Reword an error of the library as servers do."""
    text = _STATUS.sub("", text)
    if match := _NO_KEY.match(text):
        return f"no such key: {match[1]}"
    if match := _OUT_OF_BOUNDS.search(text):
        return f"index out of bounds: {match[1]}"
    if _CODE.match(text):
        text = _CODE.sub("", text, count=1)
    return _STRUCT.sub("", text).replace("divide by zero", "division by zero")

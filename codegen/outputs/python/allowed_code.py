"""The Python that templates may write, whether they are bundled or of a project.

Nothing of a template runs while a generated module is imported, except what is listed here:

- Imports: the names that code of this output needs, each from its module and under its usual name.
- Classes: bases of the run time or of the module, the keywords of the output with plain data, and
  the decorators of the output.
- Fields and constants: plain data, and calls of the output's own constructors with plain data.
  `default_factory` takes a builtin type, or a lambda that returns plain data.
- Annotations: names of types, `|`, brackets and, in `Literal`, plain data. `Annotated` may contain
  calls of the output's own constructors. A string in annotations is parsed and obeys the same rule,
  since pydantic evaluates it.
- Functions and methods: no special methods, plain data as defaults; decorators are `property`,
  `classmethod` and `staticmethod`. Their bodies run only when somebody calls them. They are plain
  statements over arguments, local names, public attributes, builtins without side effects, and
  functions and classes of the module. They change attributes of `self` alone, which stays the
  argument of the method.
- Each name has one meaning: no import or name of the module is bound again, in classes and
  functions too, and no builtin outside of classes.
- Text: no invisible characters and no encoding declaration, so that Python reads what a reviewer
  sees.

Everything else is refused. This is also the second protection of bundled templates, after the
escaping filters.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.escaping.controls import INVISIBLE
from codegen.outputs.python.function_bodies import BodyCheck
from codegen.outputs.python.module_names import (
    DATACLASS_KEYWORDS,
    HINT,
    KINDS,
    METHOD_DECORATORS,
    ModuleNames,
    ModuleRules,
    all_arguments,
    called_name,
    name_of,
    refusal,
)

_FACTORIES = frozenset(("bool", "bytes", "dict", "float", "int", "list", "set", "str", "tuple"))
_ENCODING = re.compile(r"[ \t\f]*#.*?coding[:=]")  # PEP 263
_DEEPEST_STRING = 3  # strings inside of strings in an annotation


def check_module(text: str, path: str, rules: ModuleRules) -> None:
    """Check the text of a module. Raises `CodegenError` with the line."""
    _check_text(text, path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as those about escapes in strings
            tree = ast.parse(text.encode("utf-8"))
        _ModuleCheck(path, rules).check(tree.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, CodegenError):
            raise
        line = getattr(error, "lineno", None) or 0
        span = Span(path=path, line=line)
        raise failure(
            "generated-code-invalid",
            f"is not valid Python: {error}",
            span,
            HINT,
            arguments=(str(error),),
        ) from None


def _check_text(text: str, path: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if number <= 2 and _ENCODING.match(line):
            raise refusal("an encoding declaration", path, number)
        if match := INVISIBLE.search(line.replace("\t", "")):
            raise refusal(f"the invisible character U+{ord(match[0]):04X}", path, number)


class _ModuleCheck(ModuleNames):
    """The check of one module. `filled` are the tables that have their fields."""

    def __init__(self, path: str, rules: ModuleRules) -> None:
        super().__init__(path, rules)
        self.filled: set[str] = set()

    def check(self, body: Sequence[ast.stmt]) -> None:
        for statement in body:
            self.collect(statement)
        for statement in body:
            self._check_statement(statement)

    # ---------------------------------------------------------------- statements of the module

    def _check_statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.ImportFrom() | ast.Pass() | ast.Expr(value=ast.Constant()):
                pass
            case ast.ClassDef():
                self._check_class(statement)
            case ast.FunctionDef(name="__dir__"):
                self._check_exact_function(statement, "return __all__")
            case ast.FunctionDef(name="__getattr__"):
                self.refuse("a definition of '__getattr__'", statement)
            case ast.FunctionDef():
                self._check_function(statement, is_method=False)
            case ast.Assign() | ast.AnnAssign():
                self._check_assignment(statement)
            case ast.If(
                test=ast.Name(id="TYPE_CHECKING"), orelse=[] | [ast.FunctionDef(name="__getattr__")]
            ):
                if "TYPE_CHECKING" not in self.names:
                    self.refuse("a condition", statement)
                for function in statement.orelse:
                    if isinstance(function, ast.FunctionDef):
                        self._check_exact_function(function, f"return {self.rules.loader}")
            case _:
                self.refuse(f"a statement of the kind {type(statement).__name__}", statement)

    def _check_assignment(self, statement: ast.Assign | ast.AnnAssign) -> None:
        match statement:
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id=table), attr="fields")],
                value=ast.Dict() as fields,
            ):
                if table not in self.tables or table in self.filled:
                    self.refuse("an assignment to an attribute", statement)
                self.filled.add(table)
                self._check_value(fields)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._check_constant(name, value)
            case ast.AnnAssign(
                target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value
            ):
                self._check_annotation(annotation)
                self._check_constant(name, value)
            case _:
                self.refuse("another assignment", statement)

    def _check_constant(self, name: str, value: ast.expr) -> None:
        if name == KINDS:
            if not _is_data(value) or ast.literal_eval(value) != self.rules.kinds:
                self.refuse(f"other values of {KINDS!r}", value)
        elif isinstance(value, ast.Subscript | ast.BinOp):
            self._check_annotation(value)
        else:
            self._check_value(value)

    def _check_exact_function(self, function: ast.FunctionDef, body: str) -> None:
        """Check a function that Python calls: without code of its own, and with this body."""
        self._check_signature(function)
        if function.decorator_list or [ast.unparse(part) for part in function.body] != [body]:
            self.refuse(f"another body of {function.name!r}", function)

    def _check_class(self, node: ast.ClassDef) -> None:
        self._check_type_parameters(node)
        for decorator in node.decorator_list:
            self._check_class_decorator(decorator)
        for base in node.bases:
            written = ast.unparse(base)
            if written not in self.rules.bases and written not in self.classes:
                self.refuse(f"the base class {written[:60]!r}", base)
        self._check_keywords(node.keywords, self.rules.class_keywords)
        self._check_class_body(node.body)

    def _check_class_decorator(self, decorator: ast.expr) -> None:
        function = decorator
        if isinstance(decorator, ast.Call):
            function = decorator.func
            self._check_keywords(decorator.keywords, DATACLASS_KEYWORDS)
            if decorator.args:
                self.refuse("another decorator", decorator)
        if name_of(function) not in self.rules.decorators:
            self.refuse("another decorator", decorator)

    def _check_class_body(self, body: Sequence[ast.stmt]) -> None:
        bound: set[str] = set()
        for statement in body:
            name = _bound_name(statement)
            # Decorators are not called inside of classes.
            is_taken = name in self.names and name not in self.rules.decorators
            if name.startswith("__") or is_taken or name in bound:
                self.refuse(f"a second meaning of {name!r}", statement)
            if name:
                bound.add(name)
        hidden = self.types & bound  # annotations of this class would name the field
        self.types -= hidden
        for statement in body:
            self._check_member(statement)
        self.types |= hidden

    def _check_member(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                pass
            case ast.FunctionDef(name=name):
                if name in METHOD_DECORATORS:
                    self.refuse(f"a second meaning of {name!r}", statement)
                self._check_function(statement, is_method=True)
            case ast.Assign(targets=[ast.Name()], value=value):
                self._check_value(value)
            case ast.AnnAssign(target=ast.Name(), annotation=annotation, value=default):
                self._check_annotation(annotation)
                if default is not None:
                    self._check_value(default)
            case _:
                self.refuse(
                    f"a statement of the kind {type(statement).__name__} in a class", statement
                )

    def _check_keywords(self, keywords: Sequence[ast.keyword], allowed: frozenset[str]) -> None:
        for keyword in keywords:
            if keyword.arg not in allowed or not _is_data(keyword.value):
                self.refuse(f"the keyword {keyword.arg!r} of a class", keyword.value)

    def _check_type_parameters(self, node: ast.AST) -> None:
        if getattr(node, "type_params", []):
            self.refuse("type parameters", node)

    # ---------------------------------------------------------------- values and annotations

    def _check_value(self, node: ast.expr) -> None:
        """Check a value that is computed while the module is imported."""
        if _is_data(node):
            return
        if isinstance(node, ast.Call):
            self._check_call(node)
        elif self.rules.named_values:
            self._check_named_value(node)
        else:
            self.refuse("a value that is not plain data", node)

    def _check_call(self, node: ast.Call) -> None:
        name = called_name(node)
        if name not in self.rules.constructors or name not in self.names:
            self.refuse(
                f"a call to {ast.unparse(node.func)[:60]!r} while the module is imported", node
            )
        if name == "TypedDict":
            self._check_typed_dict(node)
            return
        for argument in node.args:
            self._check_value(argument)
        for keyword in node.keywords:
            if keyword.arg is None:
                self.refuse("unpacked arguments", node)
            elif keyword.arg == "default_factory":
                self._check_factory(keyword.value)
            else:
                self._check_value(keyword.value)

    def _check_named_value(self, node: ast.expr) -> None:
        """Check a value of validators, which may be the name of another one."""
        match node:
            case ast.Name(id=name):
                if name not in self.names or name in self.functions or name in self.modules:
                    self.refuse(f"the name {name!r}", node)
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                if module not in self.modules or not name.startswith("check_"):
                    self.refuse(f"the attribute {name!r}", node)
            case ast.Dict(keys=keys, values=values):
                self._check_keys(keys, node)
                for value in values:
                    self._check_value(value)
            case _:
                self.refuse("a value that is not plain data", node)

    def _check_keys(self, keys: Sequence[ast.expr | None], node: ast.expr) -> None:
        for key in keys:
            if not isinstance(key, ast.Constant):
                self.refuse("a key that is no constant", node)

    def _check_factory(self, node: ast.expr) -> None:
        is_plain_lambda = (
            isinstance(node, ast.Lambda) and not all_arguments(node.args) and _is_data(node.body)
        )
        if not is_plain_lambda and name_of(node) not in _FACTORIES:
            self.refuse("a default factory that is not plain", node)

    def _check_typed_dict(self, node: ast.Call) -> None:
        self._check_keywords(node.keywords, self.rules.class_keywords)
        match node.args:
            case [ast.Constant(), ast.Dict(keys=keys, values=values)]:
                self._check_keys(keys, node)
                for value in values:
                    self._check_annotation(value)
            case _:
                self.refuse("other arguments of 'TypedDict'", node)

    def _check_annotation(self, node: ast.expr, depth: int = 0) -> None:
        """Check an annotation. Python or a library evaluates it, and the strings in it."""
        match node:
            case ast.Constant(value=str() as text):
                self._check_annotation(self._parse_annotation(text, node, depth), depth + 1)
            case ast.Constant(value=value) if value is None or value is ...:
                pass
            case ast.Name(id=name):
                if name not in self.types:
                    self.refuse(f"the name {name!r} in an annotation", node)
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                if module not in self.modules or not name[:1].isupper():
                    self.refuse(f"the attribute {name!r} in an annotation", node)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                self._check_annotation(left, depth)
                self._check_annotation(right, depth)
            case ast.Subscript(value=ast.Name(id=name), slice=inner):
                self._check_brackets(name, inner, node, depth)
            case _:
                self.refuse("an annotation that names no type", node)

    def _parse_annotation(self, text: str, node: ast.expr, depth: int) -> ast.expr:
        """Parse a string in an annotation, with the location of the string."""
        if depth == _DEEPEST_STRING:
            self.refuse("a string of a string in an annotation", node)
        try:
            parsed = ast.parse(text.strip(), mode="eval").body
        except SyntaxError:
            self.refuse("an annotation that is not valid Python", node)
        for part in ast.walk(parsed):
            ast.copy_location(part, node)
        return parsed

    def _check_brackets(self, name: str, inner: ast.expr, node: ast.expr, depth: int) -> None:
        if name not in self.types or name in self.classes:
            self.refuse(f"brackets behind {name!r}", node)
        if name == "Literal":
            if not _is_data(inner):
                self.refuse("a literal that is not plain data", node)
            return
        if isinstance(inner, ast.Tuple):
            parts = inner.elts
        else:
            parts = [inner]
        for number, part in enumerate(parts):
            if name == "Annotated" and number > 0 and isinstance(part, ast.Call):
                self._check_call(part)
            else:
                self._check_annotation(part, depth)

    # ---------------------------------------------------------------- functions

    def _check_signature(self, function: ast.FunctionDef) -> None:
        """Check what Python evaluates where the function is defined."""
        self._check_type_parameters(function)
        arguments = function.args
        for argument in all_arguments(arguments):
            self.check_local(argument.arg, argument)
            if argument.annotation is not None:
                self._check_annotation(argument.annotation)
        if function.returns is not None:
            self._check_annotation(function.returns)
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None and not _is_data(default):
                self.refuse("a default that is not plain data", default)

    def _check_function(self, function: ast.FunctionDef, *, is_method: bool) -> None:
        permitted = METHOD_DECORATORS if is_method else frozenset()
        for decorator in function.decorator_list:
            if name_of(decorator) not in permitted:
                self.refuse("another decorator", decorator)
        self._check_signature(function)
        BodyCheck(self, function, is_method=is_method).check()


def _bound_name(statement: ast.stmt) -> str:
    """Return the name that a member of a class has, or an empty string."""
    match statement:
        case ast.FunctionDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return ""


def _is_data(node: ast.expr) -> bool:
    """Return whether an expression is a constant, a negative number, or a collection of them."""
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return True
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            return all(map(_is_data, items))
        case ast.Dict(keys=keys, values=values):
            return all(key is not None and _is_data(key) for key in keys) and all(
                map(_is_data, values)
            )
    return False

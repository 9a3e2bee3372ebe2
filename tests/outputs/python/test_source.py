"""Code that templates may write, and code that they may not: whatever would run on import."""

from __future__ import annotations

import ast
import builtins
from functools import cache, partial

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.outputs.python import OUTPUTS, PythonOutput
from codegen.outputs.python.allowed_code import check_module
from codegen.outputs.python.module_names import RESERVED, ModuleRules
from gardens.python import emit_outputs, garden

MODULES = {output.name: f"garden_v1/{output.module}.py" for output in OUTPUTS}
MODULES |= {
    "root": "garden_v1/__init__.py",
    "outer": "__init__.py",
    "messages": "garden_v1/runtime/messages.py",
}


@cache
def modules() -> dict[str, tuple[str, ModuleRules]]:
    """Return the text and rules of each rendered module of the garden, by path."""
    files = emit_outputs(garden(), tuple(output.name for output in OUTPUTS))
    return {
        file.path: (file.text, file.finish.keywords["rules"])
        for file in files
        if isinstance(file.finish, partial)
    }


def check(target: str, code: str, before: str = "") -> None:
    """Check the module of a target with more code at its end or start."""
    text, rules = modules()[MODULES[target]]
    check_module(f"{before}{text}\n\n{code}\n", "models.py", rules)


@pytest.mark.parametrize("target", MODULES)
def test_bundled_code_is_allowed(target: str) -> None:
    check(target, "")


CLASS = "class Pond(rt.Model):\n    "
ANNOTATED = f"from typing import Annotated\n\n\n{CLASS}"
STRUCT = "class Pond(rt.StructModel, kw_only=True):\n    "
DICT = "class Pond(TypedDict):\n    "
METHOD = f"{CLASS}def dig(self) -> object:\n        "
EVIL = "\"__import__('os').mknod('x')\""
REFUSED = [
    # imports
    ("dataclasses", "import os"),
    ("dataclasses", "import typing"),
    ("dataclasses", "from os import system"),
    ("dataclasses", "from dataclasses import sys"),
    ("dataclasses", "from dataclasses import field as other"),
    ("dataclasses", "from dataclasses import *"),
    ("dataclasses", "from . import runtime"),
    ("dataclasses", "from .runtime import kinds"),
    ("dataclasses", "from .runtime.kinds import import_module"),
    ("dataclasses", "from .runtime.model import *"),
    ("dataclasses", "from ..pond import models as pond"),
    ("dataclasses", "from typing import Any as Literal2"),
    ("dataclasses", "from __future__ import braces"),
    ("dataclasses", "try:\n    from os import system\nexcept ImportError:\n    pass"),
    ("dataclasses", "if True:\n    from os import system"),
    ("dataclasses", "def dig() -> object:\n    from typing import Any\n    return Any"),
    ("pydantic", "from pydantic import create_model"),
    ("pydantic", "from pydantic import field_validator"),
    ("pydantic", "from pydantic import AfterValidator as Field2"),
    ("msgspec", "from msgspec import convert"),
    ("msgspec", "from msgspec import defstruct"),
    ("validators", "from .runtime.checkers import FunctionType"),
    ("validators", "from .runtime.patterns import importlib"),
    ("validators", "from typing import get_type_hints"),
    ("root", "from .evil import load2"),
    ("root", "from .runtime.kinds import import_module"),
    ("outer", "from .evil import load"),
    # calls on import
    ("dataclasses", "POND = dict()"),
    ("dataclasses", "POND = object()"),
    ("dataclasses", "POND = Plot.from_dict({})"),
    ("dataclasses", "POND = (lambda: 1)()"),
    ("dataclasses", "POND = [].append(1)"),
    ("dataclasses", "POND = dataclass(slots=True)(Plot)"),
    ("dataclasses", "Plot.from_dict({})"),
    ("dataclasses", "print(1)"),
    ("dataclasses", "def dig() -> int:\n    return 1\n\n\nPOND = dig()"),
    ("dataclasses", "def dig() -> int:\n    return 1\n\n\nPOND = {'a': dig()}"),
    ("validators", "POND = explain(1, 2, 'Strict', 'en')"),
    ("validators", "POND = validate_plot({})"),
    ("validators", "POND = Object(validate_plot({}))"),
    ("validators", "POND = List(*(1, 2))"),
    ("validators", "POND = Limits(**{})"),
    ("typeddict", "Pond = TypedDict('Pond', {'a': print(1)})"),
    ("typeddict", "Pond = TypedDict('Pond', {**{}})"),
    ("root", "POND = load({})"),
    ("root", "POND = find_class(__name__, _KINDS, 'v1', 'Plot')"),
    # expressions that run code
    ("dataclasses", "POND = [x for x in (1,)]"),
    ("dataclasses", "POND = f'{Plot}'"),
    ("dataclasses", "POND = (WATER := 1)"),
    ("dataclasses", "POND = Plot == Plot"),
    ("dataclasses", "POND = Plot.__init__"),
    ("dataclasses", "POND = rt.Model"),
    ("dataclasses", "POND = __builtins__"),
    ("dataclasses", "POND = 9 ** 9 ** 9"),
    ("dataclasses", "POND = 'a' * 10 ** 10"),
    ("dataclasses", "POND = Plot[1]"),
    ("dataclasses", "POND = 1 if Plot else 2"),
    ("dataclasses", "POND = not Plot"),
    ("dataclasses", "POND = -Plot"),
    ("dataclasses", "POND = {**{}}"),
    ("dataclasses", "POND = [*()]"),
    ("dataclasses", "POND = lambda: 1"),
    ("dataclasses", "POND: print(1) = 2"),
    ("dataclasses", "POND: (WATER := 1) = 2"),
    # statements
    ("dataclasses", "del Plot"),
    ("dataclasses", "match 1:\n    case 1:\n        pass"),
    ("dataclasses", "with Plot:\n    pass"),
    ("dataclasses", "for WATER in (1,):\n    pass"),
    ("dataclasses", "while 0:\n    pass"),
    ("dataclasses", "assert Plot"),
    ("dataclasses", "raise ValueError"),
    ("dataclasses", "POND = 1\nPOND += 1"),
    ("dataclasses", "A, B = 1, 2"),
    ("dataclasses", "A = B = 1"),
    ("dataclasses", "async def dig() -> int:\n    return 1"),
    ("dataclasses", "def dig() -> object:\n    global Plot\n    Plot = 1\n    return Plot"),
    ("dataclasses", "if 1:\n    POND = 1"),
    ("root", "if not TYPE_CHECKING:\n    POND = 1"),
    ("root", "if TYPE_CHECKING:\n    pass\nelse:\n    POND = print(1)"),
    # rebinding
    ("dataclasses", "Plot = 1"),
    ("dataclasses", "dataclass = 1"),
    ("dataclasses", "int = 1"),
    ("dataclasses", "def print2(int: object) -> object:\n    return int"),
    ("dataclasses", "rt.Model = 1"),
    ("dataclasses", "rt.Model.find = 1"),
    ("dataclasses", "Plot.from_dict = 1"),
    ("dataclasses", "__all__ = ()\n__all__ = ()"),
    ("dataclasses", "class Pond:\n    rt = 1"),
    ("dataclasses", "class Plot:\n    pass"),
    ("dataclasses", "def isinstance(a: object, b: object) -> bool:\n    return True"),
    ("validators", "check_plot.fields = {}"),
    ("validators", "check_pond: Final[Object] = Object()\ncheck_pond.find = explain"),
    ("validators", "explain.fields = {}"),
    ("root", "_KINDS = {}"),
    ("root", "__all__ = ('a',)"),
    # classes
    ("dataclasses", "class Pond(metaclass=type):\n    pass"),
    ("dataclasses", "class Pond(rt.Model, depth=3):\n    pass"),
    ("dataclasses", "@dataclass(depth=3)\nclass Pond:\n    pass"),
    ("typeddict", f"class Pond(TypedDict, extra_items={EVIL}):\n    pass"),
    ("typeddict", f"Pond = TypedDict('Pond', {{'a': 'str'}}, extra_items={EVIL})"),
    ("pydantic", "class Pond(rt.Model, json_schema_extra={'a': 1}):\n    pass"),
    ("pydantic", f"{ANNOTATED}a: Annotated[str, print(1)]"),
    ("pydantic", f"{ANNOTATED}a: Annotated[str, Field(default=print(1))]"),
    ("pydantic", f"{ANNOTATED}a: list[Field()]"),
    ("dataclasses", f"{METHOD}self = Plot\n        self.name = 'a'"),
    ("dataclasses", f"{METHOD}for self in [Plot]:\n            self.name = 'a'"),
    ("dataclasses", "def dig(self: object) -> None:\n    self.name = 'a'"),
    ("dataclasses", "def dig() -> None:\n    Plot.name = 'a'"),
    ("dataclasses", "class Pond(rt.Model, names=dict(a='b')):\n    pass"),
    ("dataclasses", "class Pond(rt.Model, **{}):\n    pass"),
    ("dataclasses", "class Pond(print(1)):\n    pass"),
    ("dataclasses", "class Pond(type):\n    pass"),
    ("dataclasses", "class Pond(rt.json):\n    pass"),
    ("dataclasses", "@print\nclass Pond:\n    pass"),
    ("dataclasses", "@Plot\nclass Pond:\n    pass"),
    ("dataclasses", "@dataclass(slots=print(1))\nclass Pond:\n    pass"),
    ("dataclasses", "@dataclass(print)\nclass Pond:\n    pass"),
    ("dataclasses", f"{CLASS}print(1)"),
    ("dataclasses", f"{CLASS}import os"),
    ("dataclasses", f"{CLASS}class Inner:\n        pass"),
    ("dataclasses", f"{CLASS}if True:\n        a = 1"),
    ("dataclasses", f"{CLASS}a: print(1)"),
    ("dataclasses", f"{CLASS}a: int = print(1)"),
    ("dataclasses", f"{CLASS}Plot = 1"),
    ("pydantic", f"{CLASS}type = {EVIL}\n    a: type"),
    ("pydantic", f"{CLASS}a: 'list[type]'\n    def type(self) -> int:\n        return 1"),
    ("dataclasses", f"{CLASS}a = 1\n    a = 2"),
    ("dataclasses", f"{CLASS}__annotations__ = {{'a': 'b'}}"),
    ("dataclasses", f"{CLASS}__slots__ = ('a',)"),
    *(
        ("dataclasses", f"{CLASS}def {name}(self) -> object:\n        return self")
        for name in (
            "__init_subclass__",
            "__class_getitem__",
            "__set_name__",
            "__get__",
            "__post_init__",
            "__del__",
            "__eq__",
            "__getattr__",
            "__prepare__",
            "__mro_entries__",
            "__get_pydantic_core_schema__",
        )
    ),
    ("dataclasses", f"{CLASS}@print\n    def dig(self) -> object:\n        return self"),
    ("dataclasses", f"{CLASS}def property(self) -> object:\n        return self"),
    ("msgspec", f"{STRUCT}a: int = field(default=print(1))"),
    ("msgspec", f"{STRUCT}a: int = field(default_factory=lambda: print(1))"),
    ("msgspec", f"{STRUCT}a: int = field(default_factory=lambda x=print(1): 1)"),
    ("msgspec", f"{STRUCT}a: int = field(default_factory=Plot)"),
    ("msgspec", f"{STRUCT}a: int = field(**{{}})"),
    ("pydantic", f"{CLASS}a: int = Field(default_factory=print)"),
    ("pydantic", f"{CLASS}a: int = Field(json_schema_extra=print)"),
    ("pydantic", f"{CLASS}a: int = Field(default=(lambda: 1)())"),
    ("pydantic", f"{CLASS}model_config = {{'json_encoders': {{int: print}}}}"),
    # annotations
    ("pydantic", f"{CLASS}a: {EVIL}"),
    ("pydantic", f"{CLASS}a: list[{EVIL}]"),
    ("pydantic", f"{CLASS}a: 'list[' + 'int]'"),
    ("pydantic", f"{CLASS}a: ('int',)[0]"),
    ("pydantic", f"{CLASS}a: f'int'"),
    ("pydantic", CLASS + r"""a: '"__import__(\'os\').mknod(\'x\')"'"""),
    ("pydantic", CLASS + r"a: '\x70rint(1)'"),
    ("pydantic", CLASS + r"a: '\N{LATIN SMALL LETTER P}rint(1)'"),
    ("pydantic", f"{CLASS}a: 'print\uff081\uff09'"),
    ("pydantic", f"{CLASS}a: 'Plot.__init__'"),
    ("pydantic", f"{CLASS}a: 'Plot[1]'"),
    ("pydantic", f"{CLASS}a: 'Plot if 1 else 2'"),
    ("pydantic", f"{CLASS}a: 'lambda: 1'"),
    ("pydantic", f"{CLASS}a: 'rt.json'"),
    ("pydantic", f"{CLASS}a: '*Plot'"),
    ("pydantic", f"Seeds = {EVIL}\n\n\n{CLASS}a: Seeds"),
    ("pydantic", f"Seeds = list[{EVIL}]\n\n\n{CLASS}a: Seeds"),
    ("pydantic", f"{CLASS}Seeds = {EVIL}\n    a: Seeds"),
    ("pydantic", f"{CLASS}a: Literal[print(1)]"),
    ("typeddict", f"{DICT}a: Required[{EVIL}]"),
    ("typeddict", f"Pond = TypedDict('Pond', {{'a': {EVIL}}})"),
    ("dataclasses", f"def dig(a: {EVIL}) -> object:\n    return a"),
    ("dataclasses", "def dig() -> print(1):\n    return 1"),
    ("dataclasses", "def dig(*a: print(1)) -> object:\n    return a"),
    # defaults
    ("dataclasses", "def dig(a: object = print(1)) -> object:\n    return a"),
    ("dataclasses", "def dig(*, a: object = (b := 1)) -> object:\n    return a"),
    ("dataclasses", "def dig() -> object:\n    return lambda a=print(1): a"),
    (
        "dataclasses",
        "def dig() -> object:\n    def inner(a=1):\n        return a\n    return inner",
    ),
    # special functions
    ("dataclasses", "def __getattr__(name: str) -> object:\n    return name"),
    ("dataclasses", "def __dir__() -> object:\n    return Plot.from_dict({})"),
    ("dataclasses", "def __init__() -> int:\n    return 1"),
    # bodies
    *(
        ("dataclasses", f"{METHOD}{body}")
        for body in (
            "return open('x')",
            "return eval('1')",
            "return getattr(self, 'a')",
            "return __import__('os')",
            "return self.__class__",
            "return self._hides",
            "return rt",
            "return rt.json",
            "pond = rt\n        pond.a",
            "return (x for x in ()).gi_frame",
            "return '{0.a}'.format(self)",
            "return self.parse_raw('')",
            "rt.Model = 1",
            "Plot.a = 1",
            "yield 1",
            "await self",
            "return (a := 1)",
            "import os",
            "global Plot",
            "with self:\n            pass",
            "try:\n            pass\n        except ValueError:\n            pass",
            "del self",
            "nonlocal a",
            "assert self",
            "class A:\n            pass",
            "return type('A', (), {})",
            "return globals()",
            "return vars(self)",
            "return exec",
            "return __name__",
            "int = 1",
            "Plot = 1",
            "return self()",
            "return (lambda: 1)()",
            "return self.a()()",
            "while 1:\n            pass",
        )
    ),
    ("root", "def dig(name: str) -> object:\n    return load_attribute(__name__, _KINDS, name)"),
    ("root", "def dig(name: str) -> object:\n    return find_class('os', _KINDS, name, name)"),
    ("root", "def dig(name: str) -> object:\n    return _KINDS"),
    ("root", "def dig(name: str) -> object:\n    loader = find_class\n    return name"),
    # text
    ("dataclasses", "POND = 'a\u202eb'"),
    ("dataclasses", "# a\u200bb"),
    ("dataclasses", "POND = 1\fWATER = 2"),
    ("dataclasses", "# a\rPOND = print(1)"),
    ("dataclasses", "# a\u2028POND = 1"),
    ("dataclasses", "POND = 1\0"),
    ("dataclasses", "POND = ("),
    ("dataclasses", "POND = " + "-" * 5000 + "1"),
    ("dataclasses", "POND = " + "(" * 5000 + "1" + ")" * 5000),
]


@pytest.mark.parametrize(
    ("target", "code"), REFUSED, ids=[f"{target}: {code[:50]!r}" for target, code in REFUSED]
)
def test_code_not_in_templates_is_refused(target: str, code: str) -> None:
    with pytest.raises(CodegenError) as caught:
        check(target, code)
    (problem,) = caught.value.diagnostics
    assert problem.rule in ("generated-code-refused", "generated-code-invalid")


@pytest.mark.parametrize(
    "line", ["# coding: utf-7", "#!x -*- coding=latin-1 -*-", "# vim: set fileencoding=utf-7 :"]
)
@pytest.mark.parametrize("before", ["", "\n", "# A comment.\n"])
def test_encoding_declarations_are_refused(line: str, before: str) -> None:
    with pytest.raises(CodegenError, match="encoding declaration"):
        check("dataclasses", "", f"{before}{line}\n")


def test_type_parameters_are_refused() -> None:
    for code in (
        "class Pond[T: print(1)]:\n    pass",
        "type Pond = print(1)",
        "def dig[T: print(1)]() -> T:\n    pass",
    ):
        with pytest.raises(CodegenError):
            check("dataclasses", code)


def test_loader_of_another_module_is_refused() -> None:
    text, rules = modules()[MODULES["outer"]]
    assert "load_unit_attribute(__name__, " in text
    with pytest.raises(CodegenError, match="another body"):
        check_module(text.replace('"garden_v1", name)', '"evil", name)'), "__init__.py", rules)


def test_other_places_of_kinds_are_refused() -> None:
    text, rules = modules()[MODULES["root"]]
    assert '"models.Plot"' in text
    with pytest.raises(CodegenError, match="_KINDS"):
        check_module(text.replace('"models.Plot"', '"evil.Plot"'), "__init__.py", rules)


ALLOWED = [
    ("dataclasses", "# A comment.\n_TOOLS = ('rake', 'spade')\n_DEPTH: int = -3"),
    ("dataclasses", '"""A note."""'),
    ("dataclasses", "_SOILS = {'clay': [1, 2.5], 'sand': None}"),
    (
        "dataclasses",
        "@dataclass(slots=True, kw_only=True)\nclass Pond(rt.Model):\n    OPEN = True\n    a: int | None = None",
    ),
    ("dataclasses", "@dataclass\nclass Pond:\n    a: 'Plot | None' = None\n    max: int = 0"),
    ("dataclasses", "class Pond(Plot):\n    pass"),
    (
        "dataclasses",
        "Beds = list['Plot'] | None\n\n\ndef dig(beds: Beds) -> Beds:\n    return beds",
    ),
    ("dataclasses", f"{METHOD}return sum(len(bed.name) for bed in self.beds or [] if bed.name)"),
    ("dataclasses", f"{METHOD}return f'{{self.name:>9}} of {{self.owner!r}}'"),
    ("dataclasses", f"{METHOD}self.name = self.name or 'a'\n        return self"),
    ("dataclasses", f"{METHOD}found = {{}}\n        found['a'] = 1\n        return found"),
    (
        "dataclasses",
        f"{METHOD}if self.name is None:\n            raise ValueError('no name')\n        return Plot()",
    ),
    ("dataclasses", f"{METHOD}return sorted(self.beds, key=lambda bed: bed.name)[1:]"),
    ("dataclasses", f"{METHOD}return super().to_dict()"),
    ("dataclasses", f"{CLASS}@property\n    def depth(self) -> int:\n        return 1"),
    (
        "dataclasses",
        f"{CLASS}@classmethod\n    def new(cls, size: int = 3) -> 'Plot':\n        return cls.from_dict({{}})",
    ),
    (
        "pydantic",
        "Water = Literal['Rain', 'Well']\n\n\n" + CLASS + "a: Water | None = Field(default=None)",
    ),
    (
        "pydantic",
        f"{CLASS}a: list[int] = Field(default_factory=list)\n    model_config = {{'extra': 'allow'}}",
    ),
    ("pydantic", f"{ANNOTATED}a: Annotated[str, Field(description='A.')]"),
    ("pydantic", "class Pond(rt.Model, extra='allow', frozen=True):\n    pass"),
    ("msgspec", f"{STRUCT}a: str = field(default_factory=lambda: 'Rain')"),
    ("typeddict", "Pond = TypedDict('Pond', {'not-a-name': 'list[Plot] | None'}, total=False)"),
    (
        "validators",
        "def validate_both(one: object, two: object) -> object:\n    return validate_plot(one), validate_plot(two)",
    ),
    (
        "validators",
        "check_pond: Final[Object] = Object('a')\ncheck_pond.fields = {'a': List(STRING), 'b': check_plot}",
    ),
    ("root", "_VERSION = '1'"),
    ("dataclasses", f"{CLASS}dataclass: str | None = None"),
    ("dataclasses", f"{CLASS}type: str | None = None\n    range: int = 1"),
]


@pytest.mark.parametrize(
    ("target", "code"), ALLOWED, ids=[f"{target}: {code[:50]!r}" for target, code in ALLOWED]
)
def test_harmless_code_is_allowed(target: str, code: str) -> None:
    check(target, code)


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: output.name)
def test_dunder_names_and_import_time_calls_match_templates(output: PythonOutput) -> None:
    """No function may be called on import that bundled code does not call."""
    text, rules = modules()[MODULES[output.name]]
    called = {
        node.func.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert rules.constructors == frozenset(output.constructors)
    assert rules.constructors - called <= NOT_IN_GARDEN


NOT_IN_GARDEN = {"Limited", "Limits", "Nullable", "Rules", "ServerRules", "TypedDict", "field"}


def test_names_of_builtins_exist() -> None:
    assert set(dir(builtins)) >= RESERVED

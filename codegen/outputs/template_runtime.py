"""What a compiled template runs with, as `jinja2.runtime` gives it to the templates of this project.

To import Jinja takes a third of a `codegen check`, and a compiled template needs of it what stands here: names, loops, macros and
includes. It is the strict mode of Jinja, where a name that is missing fails as soon as it is used. The compiler refuses a template that
needs more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from codegen.core.resources import fingerprint

Root = Callable[["Context"], Iterator[str]]

missing: Any = object()


class TemplateRuntimeError(RuntimeError):
    """A template asks for what it was not given."""


def undefined(hint: str | None = None, obj: object = missing, name: object = None) -> Any:
    """Fail for a name or an attribute that is missing."""
    owner = "" if obj is missing else f" of {type(obj).__name__}"
    raise TemplateRuntimeError(hint or f"{name!r}{owner} is undefined")


def Undefined(_hint: str) -> str:  # noqa: N802 - its name in Jinja
    """The value of `a if b` without an `else`: nothing, also in the strict mode."""
    return ""


def internalcode(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function itself: Jinja leaves such a function out of tracebacks."""
    return function


def str_join(parts: Iterable[object]) -> str:
    """The parts of an expression with `~`."""
    return "".join(map(str, parts))


class LoopContext:
    """A loop whose template asks where it stands."""

    first = True  # whether this is the first turn

    def __init__(self, items: Iterable[Any], _undefined: object) -> None:
        self._items = items

    def __iter__(self) -> Iterator[tuple[Any, LoopContext]]:
        for item in self._items:
            yield item, self
            self.first = False


class Macro:
    """A macro of named arguments: its function takes `missing` for those that it is not given."""

    def __init__(
        self, _environment: object, function: Callable[..., str], name: str, arguments: Sequence[str], *_rest: object
    ) -> None:
        self._function, self._name, self._arguments = function, name, arguments

    def __call__(self, *values: object, **named: object) -> str:
        """The text of the macro."""
        rest = [named.pop(name, missing) for name in self._arguments[len(values) :]]
        if named or len(values) > len(self._arguments):
            raise TemplateRuntimeError(f"the macro {self._name} takes {', '.join(self._arguments) or 'nothing'}")
        return self._function(*values, *rest)


class EvalContext:
    """How values become text: as they are."""

    autoescape = False


class Context:
    """The names of one rendering."""

    eval_ctx = EvalContext()
    vars: dict[str, Any]
    exported_vars: set[str]

    def __init__(self, parent: Mapping[str, Any]) -> None:
        self._parent = parent
        self.vars = {}
        self.exported_vars = set()

    def resolve_or_missing(self, name: str) -> Any:
        """The value of a name, or `missing`."""
        return self.vars[name] if name in self.vars else self._parent.get(name, missing)

    def get_all(self) -> dict[str, Any]:
        """All names, for a template that is included."""
        return {**self._parent, **self.vars}

    def call(self, function: Callable[..., Any], *values: Any, _loop_vars: object = None, **named: Any) -> Any:
        """What a template calls."""
        return function(*values, **named)


class Compiled:
    """A template that another includes."""

    root_render_func: Root

    def __init__(self, root: Root) -> None:
        self.root_render_func = root

    def new_context(self, names: Mapping[str, Any], _shared: bool, own: Mapping[str, Any]) -> Context:
        """The names of the template that includes it, with those of the place where it does."""
        return Context({**names, **{name: value for name, value in own.items() if value is not missing}})


def join(values: Iterable[object], between: str = "") -> str:
    """The filter of this name, as in Jinja."""
    return between.join(map(str, values))


def select(values: Iterable[Any], test: str, *arguments: Any) -> Iterator[Any]:
    """The filter of this name with the name of a test, as in Jinja."""
    return (value for value in values if TESTS[test](value, *arguments))


FILTERS: Mapping[str, Callable[..., Any]] = {"join": join, "list": list, "select": select}
TESTS: Mapping[str, Callable[..., bool]] = {
    "in": lambda value, values: value in values,
    "none": lambda value: value is None,
}


class Stale(Exception):  # noqa: N818 - nothing is wrong
    """The template was edited since it was compiled, or never compiled."""


class CompiledTemplates:
    """The compiled templates of one folder, with the filters of a target. It is the `environment` of their code."""

    concat = "".join
    undefined = staticmethod(undefined)
    tests = TESTS
    filters: dict[str, Callable[..., Any]]

    def __init__(self, home: Path, filters: Mapping[str, Callable[..., str]]) -> None:
        self._home = home
        self._loaded: dict[str, Compiled] = {}
        self.filters = {**FILTERS, **filters}

    def get_template(self, name: str, _including: str = "") -> Compiled:
        """A template by its name below the folder. Raises `Stale` where its code is not that of the file."""
        found = self._loaded.get(name)
        if found is None:
            found = self._loaded[name] = self._load(name)
        return found

    def _load(self, name: str) -> Compiled:
        try:
            module = import_module(f"codegen.outputs.compiled.{module_name(self._home.name, name)}")
            source = (self._home / name).read_bytes()
        except (ModuleNotFoundError, OSError):
            raise Stale(name) from None
        if fingerprint(source) != module.SOURCE:
            raise Stale(name)
        return Compiled(module.root_of(self))

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """The text of a template. Raises `Stale` where it, or one that it includes, was edited since it was compiled."""
        return "".join(self.get_template(name).root_render_func(Context(values)))

    @staticmethod
    def getattr(owner: Any, name: str) -> Any:
        """`owner.name` of a template: an attribute, or else an item."""
        try:
            return getattr(owner, name)
        except AttributeError:
            return _item(owner, name)

    @staticmethod
    def getitem(owner: Any, key: Any) -> Any:
        """`owner[key]` of a template."""
        return _item(owner, key)


def _item(owner: Any, key: Any) -> Any:
    try:
        return owner[key]
    except (TypeError, LookupError):
        return undefined(obj=owner, name=key)


def module_name(folder: str, name: str) -> str:
    """`docs` and `list/page.md.j2` -> `docs_list_page_md`."""
    return f"{folder}/{name.removesuffix('.j2')}".translate(_UNDERSCORES)


_UNDERSCORES = str.maketrans("/.-", "___")

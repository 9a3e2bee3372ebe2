"""References for the tests of generated Python, and the import of generated packages."""

from __future__ import annotations

import copy
import importlib
import importlib.util
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, MappingProxyType, ModuleType
from typing import Any

from msgspec.structs import replace

from codegen.core.diagnostics import Span
from codegen.core.generated_files import GeneratedFile
from codegen.model import (
    Array,
    Definition,
    Field,
    GroupVersionKind,
    ListType,
    Map,
    Page,
    PageSection,
    Ref,
    Reference,
    Scalar,
    Type,
    kubernetes,
    refs,
)
from codegen.outputs import registry
from codegen.outputs.job import Job
from codegen.outputs.python.allowed_code import check_module
from codegen.outputs.python.package import emit_shared
from gardens import parts
from gardens.parts import META, PACKAGE, SPAN, STRING, field

SHED = "io.example.api.shed.v1"
INT64 = Scalar(type="integer", format="int64")
ANY = Scalar(type="")
OPEN = Scalar(type="object")
TIME = Ref(key=f"{META}.Time")
DURATION = Ref(key=f"{META}.Duration")
QUANTITY = Ref(key="io.k8s.apimachinery.pkg.api.resource.Quantity")


def definition(
    name: str, *fields: Field, package: str = PACKAGE, path: str = "garden.json", **more: Any
) -> Definition:
    """Build a definition with an arbitrary name and its package."""
    span = Span(path=path, line=1, column=1)
    return parts.definition(f"{package}.{name}", *fields, name=name, span=span, **more)


def reference(
    *definitions: Definition, prose: Mapping[str, str] | None = None, pages: tuple[Page, ...] = ()
) -> Reference:
    """Build a reference that includes the time and quantity types of Kubernetes."""
    known = (TIME, Ref(key=f"{META}.MicroTime"), DURATION, QUANTITY)
    aliases = (parts.definition(each.key, type=kubernetes.ALIASES[each.key]) for each in known)
    return parts.reference(*definitions, *aliases, texts=prose, pages=pages)


def garden() -> Reference:
    """Build a kind with one field of each type, a recursive definition, and an undocumented one."""
    plot = definition(
        "Plot",
        field("apiVersion", value="garden.example.io/v1"),
        field("kind", value="Plot"),
        field("metadata", Ref(key=f"{META}.ObjectMeta")),
        field("spec", Ref(key=f"{PACKAGE}.PlotSpec"), required=True),
        gvks=(GroupVersionKind(group="garden.example.io", version="v1", kind="Plot"),),
    )
    spec = definition(
        "PlotSpec",
        field("owners", Array(items=STRING), required=True, list_type=ListType.SET),
        field("restSeconds", INT64),
        field("rows", Scalar(type="integer", format="int32")),
        field("slope", Scalar(type="number")),
        field("fenced", Scalar(type="boolean")),
        field("gate", Scalar(type="string", format="int-or-string")),
        field("plantedAt", TIME),
        field("sensedAt", Ref(key=f"{META}.MicroTime")),
        field("waterings", Array(items=TIME)),
        field("weight", QUANTITY),
        field("stocks", Map(values=QUANTITY)),
        field("rest", DURATION),
        field("picture", Scalar(type="string", format="byte")),
        field("pictures", Map(values=Scalar(type="string", format="byte"))),
        field("soil", Scalar(type="string", enum=("clay", "sand"))),
        field(
            "beds",
            Array(items=Ref(key=f"{PACKAGE}.Bed")),
            list_type=ListType.MAP,
            list_map_keys=("name",),
        ),
        field("bedsByName", Map(values=Ref(key=f"{PACKAGE}.Bed"))),
        field("grid", Array(items=Array(items=Ref(key=f"{PACKAGE}.Bed")))),
        field("labels", Map(values=STRING)),
        field("notes", OPEN),
        field("extra", ANY),
    )
    bed = definition(
        "Bed", field("name", required=True), field("inner", Array(items=Ref(key=f"{PACKAGE}.Bed")))
    )
    meta = Definition(key=f"{META}.ObjectMeta", name="ObjectMeta", documented=False, span=SPAN)
    return reference(
        plot,
        spec,
        bed,
        meta,
        prose={
            f"{PACKAGE}.Plot": "A plot of a garden.",
            f"{PACKAGE}.PlotSpec": "What a plot is.",
            f"{PACKAGE}.PlotSpec#restSeconds": "How long the soil rests.",
        },
    )


def page(path: str, main: Definition, *others: Definition) -> Page:
    return Page(
        path=path,
        layout="list",
        locale="en",
        kind=main.name,
        api_version="garden.example.io/v1",
        import_path="",
        title=main.name,
        description="",
        weight=None,
        span=Span(path=path),
        sections=tuple(PageSection(key=each.key, anchor=each.name) for each in (main, *others)),
    )


BOTH = ("dataclasses", "validators")


def check(file: GeneratedFile) -> None:
    """Check the code of a file as a template rendered it, before it is formatted."""
    if isinstance(file.finish, partial):
        check_module(file.text, file.path, file.finish.keywords["rules"])


def finish_file(file: GeneratedFile) -> GeneratedFile:
    """Run the last step of a file."""
    return replace(file, text=file.finish(file.text)) if file.finish is not None else file


def emit_outputs(
    source: Reference,
    targets: Iterable[str],
    *,
    locales: tuple[str, ...] = ("en",),
    options: Mapping[str, str] | None = None,
) -> list[GeneratedFile]:
    """Emit the modules of targets that share a folder, then the shared files."""
    companions = tuple((target, source) for target in targets)
    job = Job(
        reference=source,
        locales=locales,
        options=options or {},
        companions=companions,
        origin="garden.json",
    )
    modules = [file for target in targets for file in registry.bundled_outputs()[target].emit(job)]
    return [*modules, *emit_shared(job, modules)]


def write(
    source: Reference,
    folder: Path,
    locales: tuple[str, ...] = ("en", "zh-cn"),
    targets: tuple[str, ...] = BOTH,
    **options: str,
) -> dict[str, str]:
    """Write checked but unformatted modules of targets into the folder.

    Return the texts as rendered by templates.
    """
    made = emit_outputs(source, targets, locales=locales, options=options)
    for each in made:
        check(each)
        (folder / each.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / each.path).write_text(each.text, encoding="utf-8")
    return {each.path: each.text for each in made if each.finish is not None}


def write_unit(files: Mapping[str, str], folder: Path) -> str:
    """Write the only generated Python unit and its shared files into a folder. Return its name."""
    (validators,) = (Path(path) for path in files if path.endswith("/validators.py"))
    home = validators.parent.parent
    for path in map(Path, files):
        if path.is_relative_to(home) and path.suffix == ".py":
            (folder / path.relative_to(home)).parent.mkdir(parents=True, exist_ok=True)
            (folder / path.relative_to(home)).write_text(files[path.as_posix()], encoding="utf-8")
    return validators.parent.name


def positions(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield every position in an object, starting with its root."""
    yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for step, inner in items:
        yield from positions(inner, (*path, step))


def replace_value(value: Any, path: tuple[Any, ...], new: object) -> Any:
    """Return a copy of an object with another value at one position."""
    if not path:
        return new
    made = copy.copy(value)
    made[path[0]] = replace_value(value[path[0]], path[1:], new)
    return made


def sample(source: Reference, key: str) -> dict[str, Any]:
    """Return a wire form with a value in every field. Recursion ends at repeated definitions."""
    made = _sampled(source, Ref(key=key), ())
    assert isinstance(made, dict)
    return made


def _sampled(source: Reference, kind: Type, above: tuple[str, ...]) -> Any:
    match kind:
        case Ref(key=key):
            found = source.definitions.get(key)
            if found is None:
                return {"any": [1]}
            if found.type is not None:
                return _ALIASES.get(found.name) or _sampled(source, found.type, above)
            fields = [
                each
                for each in found.fields
                if each.required or not _ends(source, each.type, (*above, key))
            ]
            return {
                each.name: each.value or _sampled(source, each.type, (*above, key))
                for each in fields
            } or {}
        case Array(items=items):
            return [_sampled(source, items, above)]
        case Map(values=values):
            return {"k": _sampled(source, values, above)}
        case Scalar(enum=enum) if enum:
            return enum[0]
        case Scalar(type=name, format=form):
            if (name, form) == ("string", "date-time"):
                return "2024-02-29T12:00:00Z"
            return "cw==" if form == "byte" else _SCALARS[name]
    raise TypeError(kind)


def _ends(source: Reference, kind: Type, above: tuple[str, ...]) -> bool:
    """Return whether to omit a field because its definition already encloses it repeatedly."""
    return any(key in above[:-1] or above.count(key) > 1 for key in refs(kind))


_ALIASES = {"Quantity": "100m", "Duration": "1h0m0s", "MicroTime": "2024-02-29T12:00:00.250000Z"}
_SCALARS: Mapping[str, Any] = MappingProxyType(
    {
        "string": "s",
        "integer": 7,
        "number": 1.5,
        "boolean": True,
        "object": {"a": {"b": [1, "x"]}},
        "": [1, {"a": "b"}],
    }
)


@cache
def odd_values() -> Mapping[str, object]:
    """Return a strategy for invalid values that callers may pass."""
    round_: dict[str, Any] = {}
    round_["self"] = [round_]
    deep: Any = "end"
    for _ in range(10_000):
        deep = {"a": [deep]}
    return {
        "beyond int64": 2**63,
        "beyond printing": 10**5000,
        "integer as float": 3.0,
        "not a number": float("nan"),
        "infinite": float("inf"),
        "true": True,
        "null": None,
        "naive time": "2024-01-01T00:00:00",
        "wrong day": "2023-02-29T00:00:00Z",
        "a megabyte": "x" * 2**20,
        "surrogate": "\ud800",
        "bytes": b"x",
        "tuple": (1,),
        "set": {1},
        "object": object(),
        "class": dict,
        "keys that are no strings": {1: "a", None: "b", (): "c", 1.5: "d", b"k": "f"},
        "list of all": [None, True, 1, 1.5, "a", [], {}],
        "cycle": round_,
        "deep": deep,
    }


MADE = "made_of_garden"  # the package name of a folder during its import


@contextmanager
def importing(folder: Path) -> Iterator[type[_Importer]]:
    """Import modules of the package in a folder, and restore sys.modules afterwards."""
    before = _forgotten()
    finder = _Finder(folder)
    sys.meta_path.insert(0, finder)
    try:
        yield _Importer
    finally:
        sys.meta_path.remove(finder)
        _forgotten()
        sys.modules.update(before)


def run_time(module: ModuleType, name: str = "errors") -> ModuleType:
    """Return a run-time module used by a module with classes."""
    return importlib.import_module(f"{module.rt.__name__.rpartition('.')[0]}.{name}")


class _Finder(MetaPathFinder):
    """A finder for the package in a folder and its submodules."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        top, *inner = name.split(".")
        if top != MADE:
            return None
        place = self._folder.joinpath(*inner)
        file = place / "__init__.py" if place.is_dir() else place.with_name(f"{place.name}.py")
        return (
            importlib.util.spec_from_file_location(name, file, loader=_Loader(name, str(file)))
            if file.exists()
            else None
        )


class _Loader(SourceFileLoader):
    """A loader that compiles each text once per process, since packages share the same run time."""

    def get_code(self, name: str) -> CodeType:
        return _code(
            self.get_data(self.get_filename(name)), self.get_filename(name).rpartition("/")[2]
        )


@cache
def _code(text: bytes, name: str) -> CodeType:
    found: CodeType = compile(text, name, "exec", dont_inherit=True)
    return found


def _forgotten() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] == MADE]
    return {name: sys.modules.pop(name) for name in names}


class _Importer:
    @staticmethod
    def module(name: str) -> ModuleType:
        """Return a module of the package, or the package itself."""
        return importlib.import_module(f"{MADE}.{name}" if name else MADE)


HOSTILE = [
    'x"""\nopen("canary", "w")\n"""',
    "'''\nopen('canary', 'w')\n'''",
    "\\",
    '"',
    '\\"""+open("canary","w")+"""',
    "{{ 7*7 }}{% for %}",
    "\ropen('canary','w')",
    "\u2028open('canary','w')\u2029\x85\x0b\x0c",
    "\u202eback",
    "\\N{BULLET} \\x41 \\u0022",
    "\ud800",
    "*/ --> ]]>",
    "%s {0} #",
    "\x00",
]


FULL: dict[str, Any] = {
    "apiVersion": "garden.example.io/v1",
    "kind": "Plot",
    "metadata": {"anything": [1, None]},
    "spec": {
        "owners": ["a"],
        "restSeconds": 3,
        "rows": 2,
        "slope": 1.5,
        "fenced": False,
        "gate": "north",
        "plantedAt": "2024-02-29T12:00:00Z",
        "sensedAt": "2024-02-29T12:00:00.000000Z",
        "waterings": ["2024-01-01T00:00:00Z"],
        "weight": 0.5,
        "stocks": {"beans": "500m", "peas": 2, "leeks": " 1.50Gi"},
        "rest": "90m",
        "picture": "YQ==",
        "pictures": {"b": "YW\nI="},
        "soil": "clay",
        "beds": [{"name": "b", "inner": [{"name": "c"}]}],
        "bedsByName": {"x": {"name": "y"}},
        "grid": [[{"name": "z"}], []],
        "labels": {"k": "v"},
        "notes": {"n": {"m": None}},
        "extra": [1, "a", None],
    },
}

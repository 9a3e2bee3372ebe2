"""References built by hand for the tests of generated Python, and how generated packages get imported."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType, ModuleType

from codegen.diagnostics import Span
from codegen.model import (
    Array,
    Definition,
    Field,
    GroupVersionKind,
    ListType,
    Map,
    Page,
    PageSection,
    Prose,
    Ref,
    Reference,
    Scalar,
    Type,
)
from codegen.python_source import check, formatted
from codegen.targets import python_models, python_validators
from codegen.targets.job import Job

GARDEN = "io.example.api.garden.v1"
SHED = "io.example.api.shed.v1"
META = "io.k8s.apimachinery.pkg.apis.meta.v1"
SPAN = Span(path="garden.json", line=1, column=1)
STRING = Scalar(type="string")
INT64 = Scalar(type="integer", format="int64")
ANY = Scalar(type="")
OPEN = Scalar(type="object")
TIME = Ref(key=f"{META}.Time")


def field(name: str, kind: Type = STRING, **more: object) -> Field:
    return Field(name=name, type=kind, span=SPAN, **more)  # type: ignore[arg-type]


def definition(
    name: str, *fields: Field, package: str = GARDEN, path: str = "garden.json", **more: object
) -> Definition:
    return Definition(key=f"{package}.{name}", name=name, fields=fields, span=Span(path=path, line=1, column=1), **more)  # type: ignore[arg-type]


def reference(
    *definitions: Definition, prose: Mapping[str, str] | None = None, pages: tuple[Page, ...] = ()
) -> Reference:
    texts = {key: Prose(text=text, span=SPAN) for key, text in (prose or {}).items()}
    aliases = (
        Definition(key=f"{META}.Time", name="Time", type=Scalar(type="string", format="date-time"), span=SPAN),
        Definition(
            key=f"{META}.MicroTime", name="MicroTime", type=Scalar(type="string", format="date-time"), span=SPAN
        ),
    )
    return Reference(
        definitions=MappingProxyType({each.key: each for each in (*definitions, *aliases)}),
        prose=MappingProxyType({"en": MappingProxyType(texts)}),
        pages=pages,
    )


def garden() -> Reference:
    """A kind with one field of each sort, a recursive definition, and one that nobody documents."""
    plot = definition(
        "Plot",
        field("apiVersion", value="garden.example.io/v1"),
        field("kind", value="Plot"),
        field("metadata", Ref(key=f"{META}.ObjectMeta")),
        field("spec", Ref(key=f"{GARDEN}.PlotSpec"), required=True),
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
        field("soil", Scalar(type="string", enum=("clay", "sand"))),
        field("beds", Array(items=Ref(key=f"{GARDEN}.Bed")), list_type=ListType.MAP, list_map_keys=("name",)),
        field("bedsByName", Map(values=Ref(key=f"{GARDEN}.Bed"))),
        field("grid", Array(items=Array(items=Ref(key=f"{GARDEN}.Bed")))),
        field("labels", Map(values=STRING)),
        field("notes", OPEN),
        field("extra", ANY),
    )
    bed = definition("Bed", field("name", required=True), field("inner", Array(items=Ref(key=f"{GARDEN}.Bed"))))
    meta = Definition(key=f"{META}.ObjectMeta", name="ObjectMeta", documented=False, span=SPAN)
    return reference(
        plot,
        spec,
        bed,
        meta,
        prose={
            f"{GARDEN}.Plot": "A plot of a garden.",
            f"{GARDEN}.PlotSpec": "What a plot is.",
            f"{GARDEN}.PlotSpec#restSeconds": "How long the soil rests.",
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


def write(source: Reference, folder: Path, locales: tuple[str, ...] = ("en", "zh-cn")) -> dict[str, str]:
    """Generate both targets, checked and formatted, into the folder; the texts as the templates made them."""
    job = Job(reference=source, locales=locales, options={}, origin="garden.json")
    raw = {each.path: each.text for emit in (python_models.emit, python_validators.emit) for each in emit(job)}
    for path, text in raw.items():
        final = formatted(text)
        check(final, path)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(final, encoding="utf-8")
    return raw


@contextmanager
def importing(folder: Path) -> Iterator[type[_Importer]]:
    """Import generated packages from a folder; they are forgotten afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield _Importer
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "") or "").startswith(str(folder)):
                del sys.modules[name]


class _Importer:
    @staticmethod
    def module(name: str) -> ModuleType:
        return importlib.import_module(name)

"""Portable file names: valid on Windows, and distinct where case and Unicode form are ignored."""

from __future__ import annotations

import json
import keyword
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.core.generated_files import FileSet, GeneratedFile
from codegen.model import Definition, GroupVersionKind
from codegen.model.file_names import portable, schema_stems
from codegen.outputs import naming
from codegen.project import emit
from codegen.project.config import configuration
from codegen.project.site import build_site_project
from gardens.parts import SPAN, openapi
from support.growth import grows_linearly
from support.portable import faults

RESERVED = "Con Aux Nul Com1 COM¹ lpt9.x Conin$"
EQUAL_LETTERS = "Plot plot PLOT é e\u0301 Straße STRASSE K \u212a ﬁle file İ i ı I 花园"
SIGNS_AND_LONG = [
    "Plot.",
    "Plot ",
    ".Plot",
    "Pl:ot",
    "Pl*o|t?",
    'P"lo<t>',
    "L" * 300,
    "L" * 301,
    "花" * 120,
]
KINDS = (*RESERVED.split(), *EQUAL_LETTERS.split(), *SIGNS_AND_LONG)
GROUPS = (
    "garden.example.io",
    "aux.example.io",
    "con",
    f"{'long' * 15}.{'long' * 15}.{'long' * 15}.io",
)
VERSIONS = ("v1", "V1")
PAGES = ("docs, layout: list", "docs, layout: table", "docs, layout: plain")
FAST = ("json-schema", "json-schema, names: by-group", "openapi", "typeddict", *PAGES)
SLOW = ("dataclasses", "pydantic", "msgspec", "dataclasses, to: out}\n- {target: validators")
OUTPUTS = (*FAST, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW))


def document() -> dict[str, object]:
    """Return a document with each kind in each group and version, and one kind without either."""
    plain = {"type": "object", "description": "Soil.", "properties": {"depth": {"type": "integer"}}}
    definitions: dict[str, object] = dict.fromkeys(KINDS, plain)
    paths: dict[str, object] = {}
    for group in GROUPS:
        for version in VERSIONS:
            for kind in KINDS:
                key = f"io.example.{group.partition('.')[0]}.{version}.{kind}"
                gvk = {"group": group, "version": version, "kind": kind}
                definitions[key] = {**plain, "x-kubernetes-group-version-kind": [gvk]}
            if version != "v1" or "long" in group:
                continue  # group names in objects are unchanged
            path = f"/apis/{group}/{version}/namespaces/{{namespace}}/plots"
            schema = {"$ref": f"#/definitions/io.example.{group.partition('.')[0]}.{version}.Plot"}
            paths[path] = {
                "get": {
                    "operationId": f"{group}{version}",
                    "responses": {"200": {"description": "OK", "schema": schema}},
                }
            }
    return openapi(definitions, paths)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("names")
    (folder / "garden.json").write_text(json.dumps(document()), encoding="utf-8")
    return folder


@pytest.mark.parametrize("outputs", OUTPUTS)
def test_outputs_write_portable_file_names(project: Path, outputs: str) -> None:
    text = f"sources: [{{path: garden.json}}]\nlocales: [en]\noutputs:\n- {{target: {outputs}, to: out}}\n"
    (project / "codegen.yaml").write_text(text)
    paths = list(emit.generate(configuration.load(project / "codegen.yaml")).texts())
    assert len(paths) > 10
    assert list(faults(paths)) == []


def test_site_pages_have_portable_names(project: Path) -> None:
    (project / "codegen.yaml").write_text(
        "sources: [{path: garden.json}]\nlocales: [en]\noutputs: [{target: docs, to: out}]\n"
    )
    site = build_site_project(configuration.load(project / "codegen.yaml"))
    paths = [path for path, _ in site.files]
    assert len(paths) > len(site.content.pages["en"]) > 100
    assert list(faults(paths)) == []


def test_only_unportable_names_are_changed() -> None:
    kept = ("plot-v1", "console", "con-v1", "com10", "x" * 160)
    assert tuple(map(portable, kept)) == kept
    assert [*map(portable, ("con", "aux.example.io", "com0"))] == [
        "con_",
        "aux_.example.io",
        "com0_",
    ]


def test_keywords_are_no_identifiers() -> None:
    assert not any(map(naming.is_identifier, keyword.kwlist))


def test_long_names_stay_distinct() -> None:
    first, second = portable("x" * 300 + "a"), portable("x" * 300 + "b")
    assert first != second
    assert len(first) == len(second) < 200


def test_unportable_names_are_found() -> None:
    assert (
        len(
            list(
                faults(
                    [
                        "a/con.md",
                        "b/x.",
                        "c/y ",
                        'd/"',
                        "é.md",
                        "e\u0301.md",
                        "B/x",
                        "e/" + "x" * 256,
                    ]
                )
            )
        )
        == 7
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [("Plot.md", "plot.md"), ("\u00e9.md", "e\u0301.md"), ("stra\u00dfe.md", "STRASSE.md")],
)
def test_colliding_file_names_are_reported(tmp_path: Path, first: str, second: str) -> None:
    files = FileSet(root=tmp_path)
    files.add("out", [GeneratedFile(path=first, text="one\n")])
    with pytest.raises(CodegenError, match=r"path-taken.*is the same file on systems"):
        files.add("out", [GeneratedFile(path=second, text="two\n")])


def test_output_that_writes_a_file_twice_needs_a_folder_for_each_language(tmp_path: Path) -> None:
    files = FileSet(root=tmp_path)
    files.add("out", [GeneratedFile(path="plot.md", text="one\n")])
    with pytest.raises(CodegenError) as error:
        files.add("out", [GeneratedFile(path="plot.md", text="two\n")])
    assert error.value.diagnostics[0].rule == "path-taken"
    assert "{locale}" in error.value.diagnostics[0].hint


def kind(group: str, name: str, package: str) -> Definition:
    gvk = GroupVersionKind(group=group, version="v1", kind=name)
    return Definition(key=f"{package}.{name}", name=name, gvks=(gvk,), span=SPAN)


def test_colliding_kinds_get_group_then_number() -> None:
    kinds = [
        kind("a.x.io", "Foo", "io.x.a.v1"),
        kind("a.x.io", "foo", "io.x.a.v1"),
        kind("a.y.io", "Foo", "io.y.a.v1"),
        kind("b.x.io", "Foo", "io.x.b.v1"),
    ]
    stems = {
        "io.x.a.v1.Foo": "foo-a.x.io-v1",
        "io.x.a.v1.foo": "foo-a.x.io-v1-2",
        "io.y.a.v1.Foo": "foo-a.y.io-v1",
        "io.x.b.v1.Foo": "foo-b-v1",
    }
    assert schema_stems(kinds) == stems


@pytest.mark.timing
def test_long_names_of_capitals_take_linear_time() -> None:
    assert grows_linearly(lambda count: naming.split_words("P" * count))

"""Updates of a project: fetched sources, carried translations and generated files, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import CodegenError, Level, Report, SourceError
from codegen.project.config.configuration import load
from codegen.project.lock_file import format_lock, lock_source
from codegen.project.pins import replace_pins
from codegen.project.read import read_reference
from codegen.project.update import UpdatePlan, plan_update
from codegen.project.update_report import format_report
from support.corpus import ROOT
from support.faults import tree
from support.web import WebServer, running_server

SIZE = {"type": "integer", "description": "Size of the plot in square metres."}
SOIL = {"type": "string", "description": "Soil of the plot."}
OWNER = {"type": "string", "description": "Owner of the plot."}
CATALOG = """\
msgid ""
msgstr "Language: zh-cn\\n"

msgctxt "io.example.garden.v1.PlotSpec#size"
msgid "Size of the plot in square metres."
msgstr "地块的面积，以平方米计。"
"""
MANIFEST = """\
apiVersion: garden.example.io/v1
kind: Plot
metadata: {name: north}
spec: {size: 3, soil: Clay}
"""


def make_document(fields: dict[str, Any], required: list[str]) -> bytes:
    """Return a custom resource with these fields in its spec."""
    spec = {"type": "object", "properties": fields, "required": required}
    schema = {"type": "object", "properties": {"spec": spec}}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
    }
    names = {"kind": "Plot", "plural": "plots"}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "plots.garden.example.io"},
        "spec": {
            "group": "garden.example.io",
            "scope": "Namespaced",
            "names": names,
            "versions": [version],
        },
    }
    return json.dumps(definition).encode()


@pytest.fixture
def server() -> Iterator[WebServer]:
    with running_server() as running:
        running.documents["/v1.1/plots.json"] = make_document({"size": SIZE, "soil": SOIL}, [])
        running.documents["/v1.2/plots.json"] = make_document(
            {"size": SIZE, "owner": OWNER}, ["owner"]
        )
        running.documents["/v1.1./plots.json"] = make_document({"size": SIZE}, [])
        running.documents["/v1.3/plots.json"] = b'{"kind": "CustomResourceDefin'
        yield running


@pytest.fixture
def project(tmp_path: Path, server: WebServer) -> Path:
    """Return a project that was updated to the first release."""
    (tmp_path / "codegen.yaml").write_text(
        f"""\
# Sources of the garden.
sources:
  - url: "{server.url}/v{{garden}}/plots.json"  # fetched
    path: vendor/plots.json
pins: {{garden: "1.1"}}
manifests: [deploy]
outputs:
  - {{target: dataclasses, to: python}}
""",
        encoding="utf-8",
    )
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/north.yaml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "gardener.py").write_text(
        "from python.garden_example_io_v1 import models\nplot.soil\n", encoding="utf-8"
    )
    plan(tmp_path).write()
    return tmp_path


def plan(folder: Path, **pins: str) -> UpdatePlan:
    return plan_update(folder / "codegen.yaml", pins, Report())


def test_first_update_fetches_and_generates(project: Path, server: WebServer) -> None:
    fetched = (project / "vendor/plots.json").read_bytes()
    assert fetched == server.documents["/v1.1/plots.json"]
    assert (project / "codegen.lock").is_file()
    assert (project / "python").is_dir()


def test_second_update_changes_nothing(project: Path) -> None:
    before = tree(project)
    again = plan(project)
    assert again.list_changed_files() == ()
    assert again.write().written == ()
    assert tree(project) == before


def test_new_pin_brings_everything_up_to_date(project: Path) -> None:
    before = (project / "codegen.yaml").read_text(encoding="utf-8")
    update = plan(project, garden="1.2")
    assert update.changes is not None
    errors = {
        finding.id.rpartition("#")[2]
        for finding in update.changes.findings
        if finding.level is Level.ERR
    }
    assert errors == {"spec.soil", "spec.owner"} or errors == {"soil", "owner"}
    assert {finding.span.path for finding in update.manifests["en"].findings} == {
        "deploy/north.yaml"
    }
    assert [(site.span.path, site.name) for site in update.call_sites.sites] == [
        ("gardener.py", "soil")
    ]
    update.write()
    after = (project / "codegen.yaml").read_text(encoding="utf-8")
    assert after == before.replace('"1.1"', '"1.2"')
    assert plan(project).list_changed_files() == ()


def test_catalogs_of_sources_without_english_stay(tmp_path: Path) -> None:
    """The bundled page is Chinese, and its English is in a catalog."""
    page = next((ROOT / "schemas/sources").glob("*.txt")).read_bytes()
    (tmp_path / "translations").mkdir()
    for catalog in (ROOT / "schemas/translations").glob("*.po"):
        (tmp_path / "translations" / catalog.name).write_bytes(catalog.read_bytes())
    (tmp_path / "codegen.yaml").write_text(
        "sources: [{url: 'https://garden.example/page.txt', path: page.txt}]\n"
        "locales: [en, zh-cn]\ntranslations: translations\n"
        "outputs: [{target: json-schema, to: schemas}]\n",
        encoding="utf-8",
    )
    update = plan_update(tmp_path / "codegen.yaml", {}, Report(), download=lambda _url, _span: page)
    assert update.catalogs == ()
    assert not any(path.startswith("translations/") for path in update.list_changed_files())


FAILURES = {
    "unknown pin": ({"soil": "1"}, "pin-missing"),
    "pin that changes the address": ({"garden": "1.2/../../v1.1"}, "pin-invalid"),
    "pin that ends the text": ({"garden": '1.2"}'}, "pin-invalid"),
    "missing release": ({"garden": "9.9"}, "fetch-failed"),
    "broken document": ({"garden": "1.3"}, "source-unrecognised"),
}


@pytest.mark.parametrize(("pins", "rule"), FAILURES.values(), ids=FAILURES)
def test_failure_changes_nothing(project: Path, pins: dict[str, str], rule: str) -> None:
    before = tree(project)
    with pytest.raises(CodegenError) as error:
        plan_update(project / "codegen.yaml", pins, Report())
    assert rule in {finding.rule for finding in error.value.diagnostics}
    assert tree(project) == before


def test_address_of_a_broken_document_is_named(project: Path, server: WebServer) -> None:
    with pytest.raises(SourceError) as error:
        plan_update(project / "codegen.yaml", {"garden": "1.3"}, Report())
    *_, last = error.value.diagnostics
    assert (last.rule, last.span.line) == ("fetch-failed", 3)
    assert last.arguments == (f"{server.url}/v1.3/plots.json",)


def test_failure_while_writing_changes_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(project)
    update = plan(project, garden="1.2")
    moved: list[Path] = []
    real = Path.replace

    def fail_late(path: Path, target: Path) -> Path:
        moved.append(target)
        if target.name == "plots.json" and len(moved) > 1 and path.name.isdigit():
            raise PermissionError(13, "in use", str(target))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", fail_late)
    with pytest.raises(CodegenError):
        update.write()
    monkeypatch.undo()
    assert len(moved) > 1
    assert tree(project) == before


def edit_config(folder: Path) -> Path:
    file = folder / "codegen.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# kept\n", encoding="utf-8")
    return file


def edit_source(folder: Path) -> Path:
    file = folder / "vendor/plots.json"
    file.write_bytes(file.read_bytes() + b"\n")
    return file


def edit_lock(folder: Path) -> Path:
    file = folder / "codegen.lock"
    file.unlink()
    return file


@pytest.mark.parametrize("edit", [edit_config, edit_source, edit_lock])
def test_change_of_others_meanwhile_is_kept(project: Path, edit: Callable[[Path], Path]) -> None:
    update = plan(project, garden="1.2")
    edited = edit(project)
    before = tree(project)
    with pytest.raises(CodegenError) as error:
        update.write()
    (finding,) = error.value.diagnostics
    assert (finding.rule, project / finding.span.path) == ("update-outdated", edited)
    assert tree(project) == before


def test_second_of_two_updates_changes_nothing(project: Path) -> None:
    first, second = plan(project, garden="1.2"), plan(project, garden="1.1.")
    first.write()
    before = tree(project)
    with pytest.raises(CodegenError):
        second.write()
    assert tree(project) == before


def test_hint_on_a_source_that_was_not_fetched_leads_to_update(project: Path) -> None:
    (project / "vendor/plots.json").unlink()
    with pytest.raises(CodegenError) as error:
        read_reference(load(project / "codegen.yaml"), Report())
    (problem,) = error.value.diagnostics
    assert problem.rule == "source-missing"
    assert problem.hint.endswith("codegen update")


@pytest.mark.parametrize(
    "path",
    ["codegen.yaml", "codegen.lock", "vendor/plots.json", "python/__init__.py", ".git/config"],
)
def test_report_replaces_no_file_of_the_project(project: Path, path: str) -> None:
    before = tree(project)
    with pytest.raises(CodegenError) as error:
        plan(project, garden="1.2").write({path: b"report"})
    assert error.value.diagnostics[0].rule == "path-taken"
    assert tree(project) == before


def test_file_in_the_way_is_found_before_anything_is_written(project: Path) -> None:
    config = project / "codegen.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("to: python}", "to: beds}"), encoding="utf-8")
    (project / "beds").mkdir()
    (project / "beds/__init__.py").write_text("roses = 1\n", encoding="utf-8")
    with pytest.raises(CodegenError) as error:
        plan(project, garden="1.2")
    assert error.value.diagnostics[0].rule == "file-not-generated"


@pytest.mark.parametrize("quote", ["'", '"', ""])
def test_pins_are_replaced_as_written(project: Path, quote: str) -> None:
    file = project / "codegen.yaml"
    text = file.read_text(encoding="utf-8").replace('"1.1"', f"{quote}v1-1{quote}")
    text = text.replace("/v{garden}/", "/{garden}/")
    file.write_text(text, encoding="utf-8")
    config = file.read_text(encoding="utf-8")
    new, changes = replace_pins(file, {"garden": "2.0"})
    kept = quote or '"'
    assert new.decode() == config.replace(f"{quote}v1-1{quote}", f"{kept}2.0{kept}", 1)
    assert [(change.old, change.new) for change in changes] == [("v1-1", "2.0")]


def test_line_ends_of_the_configuration_stay(project: Path) -> None:
    file = project / "codegen.yaml"
    written = file.read_bytes().replace(b"\n", b"\r\n")
    file.write_bytes(written)
    assert plan(project).list_changed_files() == ()
    plan(project, garden="1.2").write()
    assert file.read_bytes() == written.replace(b'"1.1"', b'"1.2"')


def test_source_that_could_not_be_read_is_replaced(project: Path) -> None:
    written = b"rakes\n"
    (project / "vendor/plots.json").write_bytes(written)
    locked = lock_source("vendor/plots.json", "https://garden.example/plots.json", written)
    (project / "codegen.lock").write_text(format_lock([locked]), encoding="utf-8")
    update = plan(project, garden="1.2")
    assert update.changes is None
    update.write()
    assert plan(project).list_changed_files() == ()


def add_catalog(project: Path) -> None:
    (project / "translations").mkdir()
    file = project / "codegen.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}locales: [en, zh-cn]\ntranslations: translations\n", encoding="utf-8")
    (project / "translations/zh-cn.po").write_text(CATALOG, encoding="utf-8")


def test_translations_are_carried(project: Path) -> None:
    add_catalog(project)
    update = plan(project, garden="1.2")
    assert [catalog.locale for catalog in update.catalogs] == ["zh-cn"]
    update.write()
    catalog = (project / "translations/zh-cn.po").read_text(encoding="utf-8")
    assert "地块的面积" in catalog
    assert "Owner of the plot." in catalog


def test_counts_of_translations_add_up(project: Path, server: WebServer) -> None:
    add_catalog(project)
    server.documents["/v1.4/plots.json"] = make_document({"size": SIZE, "width": SIZE}, [])
    report = format_report(plan(project, garden="1.4"))
    section = report.partition("### Translations into zh-cn\n")[2].partition("<details>")[0]
    kept, reused, *others = section.strip().splitlines()
    counts = [int(line.split()[1]) for line in (kept, reused, *others) if "no source" not in line]
    assert "texts keep their translation" in kept
    assert "get the translation of the same text elsewhere" in reused
    assert sum(counts) == int(kept.split()[3])


def test_warnings_name_the_catalog_of_the_project(project: Path) -> None:
    add_catalog(project)
    report = Report()
    plan_update(project / "codegen.yaml", {"garden": "1.2"}, report)
    warnings = [finding for finding in report.diagnostics if finding.rule == "untranslated"]
    assert [finding.path for finding in warnings] == ["translations/zh-cn.po"]
    assert warnings[0].id.startswith("translations/zh-cn.po")


@pytest.mark.parametrize("page", ["update-sources.md", "update-sources.zh-cn.md"])
def test_documented_report_is_real(project: Path, page: str) -> None:
    """The example of the documentation has lines of this report, in their order."""
    file = project / "codegen.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}locales: [en, zh-cn]\n", encoding="utf-8")
    report = format_report(plan(project, garden="1.2")).splitlines()
    documented = (ROOT / "docs" / page).read_text(encoding="utf-8")
    example = documented.partition("```markdown\n")[2].partition("\n```")[0]
    lines = [line for line in example.splitlines() if line and line != "..."]
    assert len(lines) > 5
    positions = [report.index(line) for line in lines]
    assert positions == sorted(positions)

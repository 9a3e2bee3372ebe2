"""`codegen init`: what a folder holds becomes a configuration that works, and nothing that is there is lost."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from commands import run
from corpus import CASES
from gardens.parts import gvk_of
from gardens.resources import PLOTS

PAGE = CASES / "english-page/sources/garden-resources/plot-v1.md"
DOCUMENT = json.dumps(
    {
        "swagger": "2.0",
        "definitions": {
            "io.example.api.garden.v1.Plot": {
                "type": "object",
                "properties": {"size": {"type": "string"}},
                "x-kubernetes-group-version-kind": [gvk_of()],
            }
        },
    }
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def works(*, reads: str) -> None:
    result = run("init")
    assert result.exit_code == 0, result.output
    assert reads in result.output
    assert result.output.splitlines()[-1] == "next:    codegen generate"
    done = run("generate")
    assert done.exit_code == 0, done.output
    assert " 0 written" not in done.output
    assert run("check").exit_code == 0


def test_an_empty_folder_gets_the_page_that_ships() -> None:
    works(reads="(the page that ships with codegen)")
    assert list(Path("generated/docs").glob("zh-cn/*.md"))
    assert list(Path("generated/docs").glob("en/*.md"))


def test_a_document_is_found() -> None:
    put("api/openapi.json", DOCUMENT)
    put("notes.md", "# Notes\n")
    put("node_modules/x/swagger.json", DOCUMENT)
    works(reads="api/openapi.json (OpenAPI document)")
    assert "node_modules" not in Path("codegen.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("place", ["schemas", "generated", "templates", "a/b/c"])
def test_no_name_of_a_folder_hides_a_source(place: str) -> None:
    put(f"{place}/openapi.json", DOCUMENT)
    works(reads=f"{place}/openapi.json (OpenAPI document)")


@pytest.mark.parametrize("place", ["build", "dist/package", "node_modules/package", "a/b/c/d/e/f/g/h/i"])
def test_a_folder_that_is_not_searched_is_said(place: str) -> None:
    put(f"{place}/openapi.json", DOCUMENT)
    put("openapi.json", DOCUMENT)
    result = run("init")
    assert "reads    openapi.json" in result.output
    skipped = place if place.startswith("a/") else place.partition("/")[0]
    assert f"not read {skipped}: not searched; name a source there with --source\n" in result.output
    Path("codegen.yaml").unlink()
    assert f"reads    {place}/openapi.json" in run("init", "--source", f"{place}/openapi.json").output


def test_what_codegen_wrote_is_no_source_unless_it_is_named() -> None:
    put("openapi.json", DOCUMENT)
    works(reads="openapi.json")
    Path("codegen.yaml").unlink()
    again = run("init")
    assert [line for line in again.output.splitlines() if line.startswith("reads")] == [
        "reads    openapi.json (OpenAPI document)"
    ]
    assert re.search(r"not read \d+ files that codegen wrote\n", again.output)
    Path("codegen.yaml").unlink()
    [schema] = Path("schemas").glob("*.json")
    assert f"reads    {schema.as_posix()} (OpenAPI document)" in run("init", "--source", str(schema)).output


def test_custom_resources_are_found() -> None:
    put("plots.yaml", PLOTS)
    put("values.yaml", "rows: 3\n")
    works(reads="plots.yaml (custom resources)")


def test_a_folder_of_definitions_is_one_source() -> None:
    for number in range(4):
        put(f"crds/plots{number}.yaml", PLOTS.replace("Plot", f"Plot{number}").replace("plots", f"plots{number}"))
    put("api/openapi.json", DOCUMENT)
    put("api/plots.yaml", PLOTS)
    result = run("init")
    assert [line for line in result.output.splitlines() if line.startswith("reads")] == [
        "reads    api/openapi.json (OpenAPI document)",
        "reads    api/plots.yaml (custom resources)",
        "reads    crds (4 files, custom resources)",
    ]


def test_of_several_releases_the_newest_is_read() -> None:
    for release in ("v1.9", "v1.10", "v1.2"):
        put(f"{release}/plots.yaml", PLOTS.replace("A plot", f"A plot of {release}"))
    works(reads="v1.10/plots.yaml (custom resources)")
    text = Path("codegen.yaml").read_text(encoding="utf-8")
    assert "history: [v1.2/plots.yaml, v1.9/plots.yaml, v1.10/plots.yaml]" in text
    assert text.count("- path:") == 1
    assert run("history").exit_code == 0
    Path("codegen.yaml").unlink()
    put("beds-v1.3.json", DOCUMENT)  # the only one of its kind
    result = run("init")
    assert "not read v1.2/plots.yaml: an older release of v1.10/plots.yaml" in result.output
    assert "reads    beds-v1.3.json" in result.output
    assert "history:" not in Path("codegen.yaml").read_text(encoding="utf-8")  # two sources in one release


def test_pages_of_two_languages_are_two_sources() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for tag in ("en", "zh-cn"):
        put(f"content/{tag}/reference/garden/plot-v1.md", text)
        put(
            f"content/{tag}/reference/shed/bed-v1.md",
            text.replace("Plot", "Shrub").replace("plot", "shrub").replace("Bed", "Root"),
        )
    works(reads="content/zh-cn/reference (2 reference pages)")
    assert "locales: [en, zh-cn]" in Path("codegen.yaml").read_text(encoding="utf-8")


def test_a_source_is_named_from_another_folder() -> None:
    put("sources/odd: name #1.json", DOCUMENT)
    done = run("init", "--config", "project/codegen.yaml", "--source", "sources/odd: name #1.json")
    assert done.exit_code == 2  # the folder of the configuration is not there
    Path("project").mkdir()
    done = run("init", "--config", "project/codegen.yaml", "--source", "sources/odd: name #1.json")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1] == "next:    codegen generate --config project/codegen.yaml"
    assert run("generate", "--config", "project/codegen.yaml").exit_code == 0


def test_nothing_is_overwritten() -> None:
    put("codegen.yaml", "mine")
    assert run("init").exit_code == 2
    assert Path("codegen.yaml").read_text(encoding="utf-8") == "mine"
    Path("codegen.yaml").unlink()
    assert run("init").exit_code == 0
    Path("codegen.yaml").unlink()
    catalogue = Path("translations/zh-cn.po").read_bytes()
    for page in Path("sources").iterdir():
        page.write_text("no page any more", encoding="utf-8")
    done = run("init")
    assert (done.exit_code, "already exists" in done.output) == (2, True)
    assert not Path("codegen.yaml").exists()
    assert Path("translations/zh-cn.po").read_bytes() == catalogue


@pytest.mark.parametrize(
    "name",
    [
        "a\n::error::b",
        "a: b # {c}",
        'a"b\\c',
        "a\u202eb\ufeff",
        "\x1b[31m\x7f\x85\x9b",
        "\ufffe\uffff",
        "- 'a",
        "\u3000",
        "\U0001f600",
    ],
)
def test_a_source_of_any_name_is_read_by_what_is_written(name: str) -> None:
    put(f"{name}/{name}.json", DOCUMENT)
    works(reads="OpenAPI document")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there are no such names")
def test_a_name_that_no_file_of_text_can_hold_is_said() -> None:
    odd = os.fsdecode(b"\xff.json")
    put(odd, DOCUMENT)
    done = run("init", "--source", odd)
    assert (done.exit_code, "not UTF-8, and cannot stand in codegen.yaml" in done.output) == (2, True)
    assert not Path("codegen.yaml").exists()
    put("plot.json", DOCUMENT)
    works(reads=r"not read \udcff.json: its name is not UTF-8")


def test_a_link_that_leads_nowhere_is_not_overwritten() -> None:
    Path("codegen.yaml").symlink_to("elsewhere.yaml")
    done = run("init")
    assert (done.exit_code, "already exists" in done.output) == (2, True)
    assert not Path("elsewhere.yaml").exists()


@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        ("gone.json", "", "source-missing"),
        ("notes.md", "# Notes\n", "source-unrecognised"),
        ("pages/a.md", "# A\n", "source-empty"),
    ],
)
def test_a_source_that_cannot_be_read_is_said(path: str, text: str, rule: str) -> None:
    if text:
        put(path, text)
    done = run("init", "--source", path if rule != "source-empty" else "pages")
    assert (done.exit_code, rule in done.output) == (2, True)
    assert not Path("codegen.yaml").exists()


def test_a_folder_that_cannot_take_the_files_is_left_as_it_is() -> None:
    put("sources", "a file in the place of the folder")
    done = run("init")
    assert (done.exit_code, "cannot-write" in done.output) == (2, True), done.output
    assert [path.name for path in Path().iterdir()] == ["sources"]

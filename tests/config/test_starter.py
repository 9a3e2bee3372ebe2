"""`codegen init`: what a folder holds becomes a configuration that works, and nothing that is there is lost."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from codegen.outputs import registry
from gardens.parts import PLOT, gvk_of, kind, openapi
from gardens.resources import PLOTS
from support.commands import run
from support.corpus import CASES, ROOT

PAGE = CASES / "english-page/sources/garden-resources/plot-v1.md"
CHINESE = CASES / "chinese-page/sources/garden-resources/plot-v1.zh-cn.md"
MIXED = CASES / "chinese-with-english/sources/content/zh-cn/garden-resources/plot-v1.md"
TOKENS = ROOT / "schemas/sources/token-request-v1.zh-cn.txt"
SIZE = {"size": {"type": "string"}}
DOCUMENT = json.dumps(openapi({PLOT: kind(properties=SIZE)}))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def works(*, reads: str, warns: bool = False) -> None:
    result = run("init")
    assert result.exit_code == 0, result.output
    assert reads in result.output
    assert result.output.splitlines()[-1] == "next:    codegen generate"
    done = run("generate")
    assert done.exit_code == 0, done.output
    assert warns or done.stderr == ""
    assert " 0 written" not in done.output
    assert run("check").exit_code == 0


def test_an_empty_folder_gets_the_page_that_ships() -> None:
    works(reads="(the bundled page, zh-cn)")
    assert list(Path("generated/docs").glob("zh-cn/*.md"))
    assert list(Path("generated/docs").glob("en/*.md"))


def test_a_document_is_found() -> None:
    put("api/openapi.json", DOCUMENT)
    put("notes.md", "# Notes\n")
    put("node_modules/x/swagger.json", DOCUMENT)
    put(".cache/openapi.json", DOCUMENT)
    put("api/__pycache__/openapi.json", DOCUMENT)
    works(reads="api/openapi.json (OpenAPI document)")
    assert configured().count("- path:") == 1


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
    works(reads="v1.10/plots.yaml (custom resources)", warns=True)
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


def configured() -> str:
    return Path("codegen.yaml").read_text(encoding="utf-8")


def test_pages_of_two_languages_are_two_sources() -> None:
    for tag, page in (("en", PAGE), ("zh-cn", CHINESE)):
        text = page.read_text(encoding="utf-8")
        put(f"content/{tag}/reference/garden/plot-v1.md", text)
        put(
            f"content/{tag}/reference/shed/bed-v1.md",
            text.replace("Plot", "Shrub").replace("plot", "shrub").replace("Bed", "Root"),
        )
    works(reads="content/zh-cn/reference (2 files, reference page, zh-cn)")
    assert "locales: [en, zh-cn]" in configured()
    assert "locale: en" not in configured()  # the path tells it


@pytest.mark.parametrize("path", ["page.txt", "en/page.en.md", "copied page (2).txt", "新建 文本文档 (1).txt"])
def test_the_text_of_a_page_and_not_its_path_decides_its_language(path: str) -> None:
    put(path, CHINESE.read_text(encoding="utf-8"))
    works(reads=f"{path} (reference page, zh-cn)")
    assert "locales: [zh-cn]\n" in configured()
    [schema] = Path("schemas").glob("plot*.json")
    assert "这里应该种什么" in schema.read_text(encoding="utf-8")
    assert "这里应该种什么" in next(Path("generated/python").rglob("models.py")).read_text(encoding="utf-8")
    assert [page.parent.name for page in Path("generated/docs").rglob("*.md")] == ["zh-cn"]


def test_bundled_catalogues_complete_the_pages_that_they_translate() -> None:
    put("en/notes (2).txt", TOKENS.read_text(encoding="utf-8"))
    works(reads="en/notes (2).txt (reference page, zh-cn)")
    assert "locales: [en, zh-cn]" in configured()
    assert "#: en/notes%20(2).txt:" in Path("translations/zh-cn.po").read_text(encoding="utf-8")
    for tag, text in (("en", "audiences are the intended audiences"), ("zh-cn", "audiences 是令牌预期的受众")):
        [page] = Path(f"generated/docs/{tag}").rglob("*.md")
        assert text in page.read_text(encoding="utf-8")


def test_the_english_of_a_source_replaces_that_of_a_bundled_catalogue() -> None:
    token = "io.k8s.api.authentication.v1.BoundObjectReference"
    fields = {
        name: {"type": "string", "description": f"The {name} of it."} for name in ("apiVersion", "kind", "name", "uid")
    }
    definition = {"type": "object", "description": "What it is.", "properties": fields}
    put("openapi.json", json.dumps({"swagger": "2.0", "definitions": {token: definition}}))
    works(reads="openapi.json (OpenAPI document)")
    catalog = Path("translations/zh-cn.po").read_text(encoding="utf-8")
    assert 'msgid "The uid of it."\nmsgstr "引用对象的 UID。"' in catalog


def test_many_pages_of_two_languages_in_one_folder_are_one_source() -> None:
    for number in range(6):
        for tag, page in (("a", PAGE), ("b", CHINESE)):
            text = page.read_text(encoding="utf-8")
            put(f"{tag}{number}.md", text.replace("Plot", f"Plot{number}").replace("plot", f"plot{number}"))
    put("openapi.json", DOCUMENT.replace("Plot", "Shed"))
    assert run("init").exit_code == 0
    assert configured().count("- path:") == 13  # a folder would hold the document too
    Path("openapi.json").unlink()
    Path("codegen.yaml").unlink()
    works(reads=". (12 files, reference page)")
    assert "locales: [en, zh-cn]" in configured()


def test_a_page_that_nobody_translated_yet_does_not_split_a_tree() -> None:
    for number in range(20):
        page = PAGE if number % 2 else CHINESE
        text = page.read_text(encoding="utf-8")
        put(f"zh-cn/p{number}.md", text.replace("Plot", f"Plot{number}").replace("plot", f"plot{number}"))
    assert "reads    zh-cn (20 files, reference page, zh-cn)" in run("init").output


def test_english_in_comments_does_not_make_a_page_english() -> None:
    put("page.md", MIXED.read_text(encoding="utf-8"))
    run("init")
    assert "locales: [zh-cn]   # [en, zh-cn] also writes the English in the comments of the pages" in configured()


def test_languages_can_be_named_instead() -> None:
    put("page.md", CHINESE.read_text(encoding="utf-8"))
    done = run("init", "--locale", "zh-cn", "--locale", "en")
    assert (done.exit_code, "locales: [zh-cn, en]" in configured()) == (0, True)
    Path("codegen.yaml").unlink()
    refused = run("init", "--locale", "xx")
    assert (refused.exit_code, "locale-unknown" in refused.output) == (2, True)
    assert not Path("codegen.yaml").exists()


def test_english_alone_is_taken_from_the_bundled_catalogue_too() -> None:
    put("page.txt", TOKENS.read_text(encoding="utf-8"))
    assert run("init", "--locale", "en").exit_code == 0
    assert run("generate").stderr.count("warning[") == 1  # the Chinese of the page is not used
    [page] = Path("generated/docs").rglob("*.md")
    assert "audiences are the intended audiences" in page.read_text(encoding="utf-8")


def test_the_language_of_a_named_source_is_found() -> None:
    put("sub/a.md", CHINESE.read_text(encoding="utf-8"))
    for named in ("sub/a.md", "sub"):
        assert run("init", "--source", named).exit_code == 0
        assert f"path: {named} " in configured()
        assert "    locale: zh-cn\n" in configured()
        assert "locales: [zh-cn]" in configured()
        Path("codegen.yaml").unlink()


def test_a_page_in_a_language_without_a_locale_file_is_left_out() -> None:
    text = re.sub("[\u4e00-\u9fff]+", "опис поля мовою читача", CHINESE.read_text(encoding="utf-8"))
    put("content/uk/plot-v1.md", text)
    refused = run("init", "--source", "content/uk/plot-v1.md")
    assert (refused.exit_code, "no locale file describes the language" in refused.stderr) == (2, True)
    put("openapi.json", DOCUMENT)
    works(reads="openapi.json (OpenAPI document)")
    Path("codegen.yaml").unlink()
    assert "not read content/uk/plot-v1.md: no locale file describes its language\n" in run("init").output
    put("content/.codegen-files", "uk/plot-v1.md\n")
    Path("codegen.yaml").unlink()
    assert "content/uk" not in run("init").output


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "the file is empty"), (b" \n", "the file is empty"), (b"\xff\xfe", "not UTF-8")]
)
def test_a_file_that_may_be_meant_as_a_source_and_cannot_be_read_stops_init(data: bytes, said: str) -> None:
    put("page.md", PAGE.read_text(encoding="utf-8"))
    Path("other.txt").write_bytes(data)
    done = run("init")
    assert (done.exit_code, done.stderr.count("other.txt"), said in done.stderr) == (2, 1, True)
    assert "codegen init --source PATH" in done.stderr
    assert not Path("codegen.yaml").exists()
    assert run("init", "--source", "page.md").exit_code == 0


def test_the_kinds_of_a_large_document_are_counted() -> None:
    kinds = {
        f"io.example.api.garden{number % 4}.v1.Kind{number}": {
            **kind(description="Some kind.", properties=SIZE),
            "x-kubernetes-group-version-kind": [gvk_of(f"Kind{number}") | {"group": f"garden{number % 4}.io"}],
        }
        for number in range(200)
    }
    put("openapi.json", json.dumps(openapi(kinds)))
    done = run("init")
    assert "kinds    200; to write only some of them, name them below `select` in codegen.yaml" in done.output
    [line] = [line for line in configured().splitlines() if line.startswith("# select: ")]
    put("codegen.yaml", configured().replace(line, line.removeprefix("# ")))
    assert run("generate").exit_code == 0
    assert len(list(Path("schemas").glob("kind*.json"))) == line.count("Kind") == 3


def test_every_output_of_the_project_stands_in_the_file() -> None:
    run("init")
    for name in registry.bundled_outputs():
        assert f"{{target: {name}, " in configured(), f"add {name} to templates/init/codegen.yaml.j2"


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
    catalog = Path("translations/zh-cn.po").read_bytes()
    for page in Path("sources").iterdir():
        page.write_text("no page any more", encoding="utf-8")
    done = run("init")
    assert (done.exit_code, "already exists" in done.output) == (2, True)
    assert not Path("codegen.yaml").exists()
    assert Path("translations/zh-cn.po").read_bytes() == catalog


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


@pytest.mark.parametrize("name", ["1.10", "2024", "0x1f", "null"])
def test_a_folder_whose_name_looks_like_another_value_is_a_path(name: str) -> None:
    put(f"{name}/openapi.json", DOCUMENT)
    assert run("init", "--source", name).exit_code == 0
    assert run("generate").exit_code == 0


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

"""`codegen init` writes a working configuration for the sources in a folder and overwrites nothing."""

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


def write_file(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def assert_init_works(*, reads: str, warns: bool = False) -> None:
    result = run("init")
    assert result.exit_code == 0, result.output
    assert reads in result.output
    assert result.output.splitlines()[-1] == "next:    codegen generate"
    done = run("generate")
    assert done.exit_code == 0, done.output
    assert warns or done.stderr == ""
    assert " 0 written" not in done.output
    assert run("check").exit_code == 0


def test_empty_folder_uses_bundled_page() -> None:
    assert_init_works(reads="(the bundled page, zh-cn)")
    assert list(Path("generated/docs").glob("zh-cn/*.md"))
    assert list(Path("generated/docs").glob("en/*.md"))


def test_document_is_found() -> None:
    write_file("api/openapi.json", DOCUMENT)
    write_file("notes.md", "# Notes\n")
    write_file("node_modules/x/swagger.json", DOCUMENT)
    write_file(".cache/openapi.json", DOCUMENT)
    write_file("api/__pycache__/openapi.json", DOCUMENT)
    assert_init_works(reads="api/openapi.json (OpenAPI document)")
    assert configured().count("- path:") == 1


@pytest.mark.parametrize("place", ["schemas", "generated", "templates", "a/b/c"])
def test_source_in_folder_of_any_name_is_found(place: str) -> None:
    write_file(f"{place}/openapi.json", DOCUMENT)
    assert_init_works(reads=f"{place}/openapi.json (OpenAPI document)")


@pytest.mark.parametrize("place", ["build", "dist/package", "node_modules/package", "a/b/c/d/e/f/g/h/i"])
def test_skipped_folder_is_reported(place: str) -> None:
    for path in (f"{place}/openapi.json", "openapi.json", ".hidden.json"):
        write_file(path, DOCUMENT)
    result = run("init")
    assert "reads    openapi.json" in result.output
    assert ".hidden" not in result.output
    skipped = place if place.startswith("a/") else place.partition("/")[0]
    assert f"not read {skipped}: not searched; name a source there with --source\n" in result.output
    Path("codegen.yaml").unlink()
    assert f"reads    {place}/openapi.json" in run("init", "--source", f"{place}/openapi.json").output


def test_generated_files_are_no_sources_unless_named() -> None:
    write_file("openapi.json", DOCUMENT)
    assert_init_works(reads="openapi.json")
    Path("codegen.yaml").unlink()
    again = run("init")
    assert re.findall(r"^reads +(.+)$", again.output, re.MULTILINE) == ["openapi.json (OpenAPI document)"]
    assert re.search(r"not read \d+ files that codegen wrote\n", again.output)
    Path("codegen.yaml").unlink()
    [schema] = Path("schemas").glob("*.json")
    assert f"reads    {schema.as_posix()} (OpenAPI document)" in run("init", "--source", str(schema)).output


def test_folder_of_definitions_is_one_source() -> None:
    for number in range(4):
        write_file(
            f"crds/plots{number}.yaml", PLOTS.replace("Plot", f"Plot{number}").replace("plots", f"plots{number}")
        )
    write_file("api/openapi.json", DOCUMENT)
    write_file("api/plots.yaml", PLOTS)
    result = run("init")
    files = [
        "api/openapi.json (OpenAPI document)",
        "api/plots.yaml (custom resources)",
        "crds (4 files, custom resources)",
    ]
    assert re.findall(r"^reads +(.+)$", result.output, re.MULTILINE) == files


def test_newest_of_several_releases_is_used() -> None:
    for release in ("v1.9", "v1.10", "v1.2"):
        write_file(f"{release}/plots.yaml", PLOTS.replace("A plot", f"A plot of {release}"))
    assert_init_works(reads="v1.10/plots.yaml (custom resources)", warns=True)
    text = Path("codegen.yaml").read_text(encoding="utf-8")
    assert "history: [v1.2/plots.yaml, v1.9/plots.yaml, v1.10/plots.yaml]" in text
    assert text.count("- path:") == 1
    assert run("history").exit_code == 0
    Path("codegen.yaml").unlink()
    write_file("beds-v1.3.json", DOCUMENT)  # the only source of its kind
    result = run("init")
    assert "not read v1.2/plots.yaml: an older release of v1.10/plots.yaml, and 1 more older file\n" in result.output
    assert "reads    beds-v1.3.json" in result.output
    assert "history:" not in Path("codegen.yaml").read_text(encoding="utf-8")  # two sources for one release
    for path in ("codegen.yaml", "v1.2/plots.yaml"):
        Path(path).unlink()
    assert "not read v1.9/plots.yaml: an older release of v1.10/plots.yaml\n" in run("init").output


def configured() -> str:
    return Path("codegen.yaml").read_text(encoding="utf-8")


def test_pages_in_two_languages_are_two_sources() -> None:
    for tag, page in (("en", PAGE), ("zh-cn", CHINESE)):
        text = page.read_text(encoding="utf-8")
        write_file(f"content/{tag}/reference/garden/plot-v1.md", text)
        write_file(
            f"content/{tag}/reference/shed/bed-v1.md",
            text.replace("Plot", "Shrub").replace("plot", "shrub").replace("Bed", "Root"),
        )
    assert_init_works(reads="content/zh-cn/reference (2 files, reference page, zh-cn)")
    assert "locales: [en, zh-cn]" in configured()
    assert "locale: en" not in configured()  # the language is known from the path


@pytest.mark.parametrize("path", ["page.txt", "en/page.en.md", "copied page (2).txt", "新建 文本文档 (1).txt"])
def test_page_text_decides_language(path: str) -> None:
    write_file(path, CHINESE.read_text(encoding="utf-8"))
    assert_init_works(reads=f"{path} (reference page, zh-cn)")
    assert "locales: [zh-cn]\n" in configured()
    [schema] = Path("schemas").glob("plot*.json")
    assert "这里应该种什么" in schema.read_text(encoding="utf-8")
    assert "这里应该种什么" in next(Path("generated/python").rglob("models.py")).read_text(encoding="utf-8")
    assert [page.parent.name for page in Path("generated/docs").rglob("*.md")] == ["zh-cn"]


def test_bundled_catalogues_complete_pages() -> None:
    write_file("en/notes (2).txt", TOKENS.read_text(encoding="utf-8"))
    assert_init_works(reads="en/notes (2).txt (reference page, zh-cn)")
    assert "locales: [en, zh-cn]" in configured()
    assert "#: en/notes%20(2).txt:" in Path("translations/zh-cn.po").read_text(encoding="utf-8")
    for tag, text in (("en", "audiences are the intended audiences"), ("zh-cn", "audiences 是令牌预期的受众")):
        [page] = Path(f"generated/docs/{tag}").rglob("*.md")
        assert text in page.read_text(encoding="utf-8")


def test_source_english_replaces_bundled_catalogue() -> None:
    token = "io.k8s.api.authentication.v1.BoundObjectReference"
    fields = {
        name: {"type": "string", "description": f"The {name} of it."} for name in ("apiVersion", "kind", "name", "uid")
    }
    definition = {"type": "object", "description": "What it is.", "properties": fields}
    write_file("openapi.json", json.dumps({"swagger": "2.0", "definitions": {token: definition}}))
    assert_init_works(reads="openapi.json (OpenAPI document)")
    catalog = Path("translations/zh-cn.po").read_text(encoding="utf-8")
    assert 'msgid "The uid of it."\nmsgstr "引用对象的 UID。"' in catalog


def test_mixed_language_folder_is_one_source() -> None:
    for number in range(6):
        for tag, page in (("a", PAGE), ("b", CHINESE)):
            text = page.read_text(encoding="utf-8")
            write_file(f"{tag}{number}.md", text.replace("Plot", f"Plot{number}").replace("plot", f"plot{number}"))
        if number == 3:
            assert run("init").exit_code == 0
            assert configured().count("- path:") == 8
            Path("codegen.yaml").unlink()
    write_file("openapi.json", DOCUMENT.replace("Plot", "Shed"))
    assert run("init").exit_code == 0
    assert configured().count("- path:") == 13  # the folder also contains the document
    Path("openapi.json").unlink()
    Path("codegen.yaml").unlink()
    assert_init_works(reads=". (12 files, reference page)")
    assert "locales: [en, zh-cn]" in configured()


def test_untranslated_page_does_not_split_tree() -> None:
    for number in range(20):
        page = PAGE if number % 2 else CHINESE
        text = page.read_text(encoding="utf-8")
        write_file(f"zh-cn/p{number}.md", text.replace("Plot", f"Plot{number}").replace("plot", f"plot{number}"))
    assert "reads    zh-cn (20 files, reference page, zh-cn)" in run("init").output


def test_english_comments_do_not_make_page_english() -> None:
    write_file("page.md", MIXED.read_text(encoding="utf-8"))
    run("init")
    assert "locales: [zh-cn]   # [en, zh-cn] also writes the English in the comments of the pages" in configured()


def test_languages_may_be_given_explicitly() -> None:
    write_file("page.md", CHINESE.read_text(encoding="utf-8"))
    done = run("init", "--locale", "zh-cn", "--locale", "en")
    assert (done.exit_code, "locales: [zh-cn, en]" in configured()) == (0, True)
    Path("codegen.yaml").unlink()
    refused = run("init", "--locale", "xx")
    assert (refused.exit_code, "locale-unknown" in refused.output) == (2, True)
    assert not Path("codegen.yaml").exists()
    Path("page.md").unlink()
    write_file("openapi.json", DOCUMENT)  # without texts
    run("init", "--locale", "zh-cn")
    assert "locales: [zh-cn]\n" in configured()


def test_english_only_project_uses_bundled_catalogue() -> None:
    write_file("page.txt", TOKENS.read_text(encoding="utf-8"))
    assert run("init", "--locale", "en").exit_code == 0
    assert run("generate").stderr.count("warning[") == 1  # the Chinese text of the page is not used
    [page] = Path("generated/docs").rglob("*.md")
    assert "audiences are the intended audiences" in page.read_text(encoding="utf-8")


def test_language_of_named_source_is_detected() -> None:
    write_file("sub/a.md", CHINESE.read_text(encoding="utf-8"))
    for named in ("sub/a.md", "sub"):
        assert run("init", "--source", named).exit_code == 0
        assert f"path: {named} " in configured()
        assert "    locale: zh-cn\n" in configured()
        assert "locales: [zh-cn]" in configured()
        Path("codegen.yaml").unlink()


def test_page_without_locale_file_is_skipped() -> None:
    text = re.sub("[\u4e00-\u9fff]+", "опис поля мовою читача", CHINESE.read_text(encoding="utf-8"))
    write_file("content/uk/plot-v1.md", text)
    refused = run("init", "--source", "content/uk/plot-v1.md")
    assert (refused.exit_code, "no locale file describes the language" in refused.stderr) == (2, True)
    write_file("openapi.json", DOCUMENT)
    assert_init_works(reads="openapi.json (OpenAPI document)")
    Path("codegen.yaml").unlink()
    assert "not read content/uk/plot-v1.md: no locale file describes its language\n" in run("init").output
    write_file("content/.codegen-files", "uk/plot-v1.md\n")
    Path("codegen.yaml").unlink()
    assert "content/uk" not in run("init").output


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "the file is empty"), (b" \n", "the file is empty"), (b"\xff\xfe", "not UTF-8")]
)
def test_unreadable_possible_source_stops_init(data: bytes, said: str) -> None:
    write_file("page.md", PAGE.read_text(encoding="utf-8"))
    Path("other.txt").write_bytes(data)
    done = run("init")
    assert (done.exit_code, done.stderr.count("other.txt"), said in done.stderr) == (2, 1, True)
    assert "codegen init --source PATH" in done.stderr
    assert not Path("codegen.yaml").exists()
    assert run("init", "--source", "page.md").exit_code == 0


def test_kinds_of_large_document_are_counted() -> None:
    kinds = {
        f"io.example.api.garden{number % 4}.v1.Kind{number}": {
            **kind(description="Some kind.", properties=SIZE),
            "x-kubernetes-group-version-kind": [gvk_of(f"Kind{number}") | {"group": f"garden{number % 4}.io"}],
        }
        for number in range(200)
    }
    write_file("openapi.json", json.dumps(openapi(kinds)))
    done = run("init")
    assert "kinds    200; to write only some of them, name them below `select` in codegen.yaml" in done.output
    [line] = [line for line in configured().splitlines() if line.startswith("# select: ")]
    write_file("codegen.yaml", configured().replace(line, line.removeprefix("# ")))
    assert run("generate").exit_code == 0
    assert len(list(Path("schemas").glob("kind*.json"))) == line.count("Kind") == 3


def test_file_lists_every_output() -> None:
    run("init")
    for name in registry.bundled_outputs():
        assert f"{{target: {name}, " in configured(), f"add {name} to templates/init/codegen.yaml.j2"


def test_source_path_is_relative_to_configuration() -> None:
    write_file("sources/odd: name #1.json", DOCUMENT)
    done = run("init", "--config", "project/codegen.yaml", "--source", "sources/odd: name #1.json")
    assert done.exit_code == 2  # missing folder
    Path("project").mkdir()
    done = run("init", "--config", "project/codegen.yaml", "--source", "sources/odd: name #1.json")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1] == "next:    codegen generate --config project/codegen.yaml"
    assert run("generate", "--config", "project/codegen.yaml").exit_code == 0


def test_existing_files_are_not_overwritten() -> None:
    Path("codegen.yaml").symlink_to("elsewhere.yaml")
    assert (run("init").exit_code, Path("elsewhere.yaml").exists()) == (2, False)
    Path("codegen.yaml").unlink()
    write_file("codegen.yaml", "mine")
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
    ["a\n::error::b", "a: b # {c}", 'a"b\\c', "a\u202eb\ufeff", "\x1b[31m\x7f\x85\x9b", "\ufffe\uffff", "- 'a", "\u3000", "\U0001f600"],
)  # fmt: skip
def test_source_with_unusual_name_round_trips(name: str) -> None:
    write_file(f"{name}/{name}.json", DOCUMENT)
    assert_init_works(reads="OpenAPI document")


@pytest.mark.parametrize("name", ["1.10", "2024", "0x1f", "null"])
def test_folder_name_is_quoted_in_yaml(name: str) -> None:
    write_file(f"{name}/openapi.json", DOCUMENT)
    assert run("init", "--source", name).exit_code == 0
    assert run("generate").exit_code == 0


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there are no such names")
def test_non_utf8_name_is_reported() -> None:
    odd = os.fsdecode(b"\xff.json")
    write_file(odd, DOCUMENT)
    done = run("init", "--source", odd)
    assert (done.exit_code, "not UTF-8, and cannot stand in codegen.yaml" in done.output) == (2, True)
    assert not Path("codegen.yaml").exists()
    write_file("plot.json", DOCUMENT)
    assert_init_works(reads=r"not read \udcff.json: its name is not UTF-8")


@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        ("gone.json", "", "source-missing"),
        ("notes.md", "# Notes\n", "source-unrecognised"),
        ("settings.json", '{"$schema": "https://example.io/settings.json"}', "source-unrecognised"),
        ("package.json", '{"keywords": ["openapi"]}', "source-unrecognised"),
        ("plots.yaml", "---\napiVersion: example.io/v1\nkind: Plot\n---\nkind: Plot\n", "source-unrecognised"),
        ("pages/a.md", "# A\n", "source-empty"),
    ],
)
def test_unreadable_source_is_reported(path: str, text: str, rule: str) -> None:
    if text:
        write_file(path, text)
    done = run("init", "--source", path if rule != "source-empty" else "pages")
    assert (done.exit_code, rule in done.output) == (2, True)
    assert not Path("codegen.yaml").exists()


def test_write_failure_leaves_folder_unchanged() -> None:
    write_file("sources", "a file in the place of the folder")
    done = run("init")
    assert (done.exit_code, "cannot-write" in done.output) == (2, True), done.output
    assert [path.name for path in Path().iterdir()] == ["sources"]

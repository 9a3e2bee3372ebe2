"""`codegen init` writes a working configuration for the sources in a folder and overwrites nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
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


def assert_init_works(*options: str, reads: str, warns: bool = False) -> None:
    result = run("init", *options)
    assert result.exit_code == 0, result.output
    assert reads in result.output
    assert result.output.splitlines()[-1] == "next:    codegen generate"
    done = run("generate")
    assert done.exit_code == 0, done.output
    assert warns or done.stderr == ""
    assert " 0 written" not in done.output
    assert run("check").exit_code == 0


def test_example_uses_bundled_page() -> None:
    write_file("notes.txt", "Buy seeds.\n")
    assert_init_works("--example", reads="(the bundled page, zh-cn)")
    assert configured().count("- path:") == 1
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


@pytest.mark.parametrize(
    "place", ["build", "dist/package", "node_modules/package", "a/b/c/d/e/f/g/h/i"]
)
def test_skipped_folder_is_reported(place: str) -> None:
    for path in (f"{place}/openapi.json", "openapi.json", ".hidden.json"):
        write_file(path, DOCUMENT)
    result = run("init")
    assert "reads    openapi.json" in result.output
    assert ".hidden" not in result.output
    skipped = place if place.startswith("a/") else place.partition("/")[0]
    assert f"not read {skipped}: not searched; name a source there with --source\n" in result.output
    Path("codegen.yaml").unlink()
    assert (
        f"reads    {place}/openapi.json" in run("init", "--source", f"{place}/openapi.json").output
    )


def test_generated_files_are_no_sources_unless_named() -> None:
    write_file("openapi.json", DOCUMENT)
    assert_init_works(reads="openapi.json")
    Path("codegen.yaml").unlink()
    again = run("init")
    assert re.findall(r"^reads +(.+)$", again.output, re.MULTILINE) == [
        "openapi.json (OpenAPI document)"
    ]
    assert re.search(r"not read \d+ files that codegen wrote\n", again.output)
    Path("codegen.yaml").unlink()
    [schema] = Path("schemas").glob("*.json")
    assert (
        f"reads    {schema.as_posix()} (OpenAPI document)"
        in run("init", "--source", str(schema)).output
    )


def test_folder_of_definitions_is_one_source() -> None:
    for number in range(4):
        write_file(
            f"crds/plots{number}.yaml",
            PLOTS.replace("Plot", f"Plot{number}").replace("plots", f"plots{number}"),
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
    assert (
        "not read v1.2/plots.yaml: an older release of v1.10/plots.yaml, and 1 more older file\n"
        in result.output
    )
    assert "reads    beds-v1.3.json" in result.output
    # Two sources for one release.
    assert "history:" not in Path("codegen.yaml").read_text(encoding="utf-8")
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


@pytest.mark.parametrize(
    "path", ["page.txt", "en/page.en.md", "copied page (2).txt", "新建 文本文档 (1).txt"]
)
def test_page_text_decides_language(path: str) -> None:
    write_file(path, CHINESE.read_text(encoding="utf-8"))
    assert_init_works(reads=f"{path} (reference page, zh-cn)")
    assert "locales: [zh-cn]\n" in configured()
    [schema] = Path("schemas").glob("plot*.json")
    assert "这里应该种什么" in schema.read_text(encoding="utf-8")
    assert "这里应该种什么" in next(Path("generated/python").rglob("models.py")).read_text(
        encoding="utf-8"
    )
    assert [page.parent.name for page in Path("generated/docs").rglob("*.md")] == ["zh-cn"]


def test_bundled_catalogues_complete_pages() -> None:
    write_file("en/notes (2).txt", TOKENS.read_text(encoding="utf-8"))
    assert_init_works(reads="en/notes (2).txt (reference page, zh-cn)")
    assert "locales: [en, zh-cn]" in configured()
    assert "#: en/notes%20(2).txt:" in Path("translations/zh-cn.po").read_text(encoding="utf-8")
    for tag, text in (
        ("en", "audiences are the intended audiences"),
        ("zh-cn", "audiences 是令牌预期的受众"),
    ):
        [page] = Path(f"generated/docs/{tag}").rglob("*.md")
        assert text in page.read_text(encoding="utf-8")


def test_source_english_replaces_bundled_catalogue() -> None:
    token = "io.k8s.api.authentication.v1.BoundObjectReference"
    fields = {
        name: {"type": "string", "description": f"The {name} of it."}
        for name in ("apiVersion", "kind", "name", "uid")
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
            write_file(
                f"{tag}{number}.md",
                text.replace("Plot", f"Plot{number}").replace("plot", f"plot{number}"),
            )
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
        write_file(
            f"zh-cn/p{number}.md",
            text.replace("Plot", f"Plot{number}").replace("plot", f"plot{number}"),
        )
    assert "reads    zh-cn (20 files, reference page, zh-cn)" in run("init").output


def test_english_comments_do_not_make_page_english() -> None:
    write_file("page.md", MIXED.read_text(encoding="utf-8"))
    run("init")
    assert (
        "locales: [zh-cn]   # [en, zh-cn] also writes the English in the comments of the pages"
        in configured()
    )


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
    assert (refused.exit_code, "no locale file describes the language" in refused.stderr) == (
        2,
        True,
    )
    write_file("openapi.json", DOCUMENT)
    assert_init_works(reads="openapi.json (OpenAPI document)")
    Path("codegen.yaml").unlink()
    assert (
        "not read content/uk/plot-v1.md: no locale file describes its language\n"
        in run("init").output
    )
    write_file("content/.codegen-files", "uk/plot-v1.md\n")
    Path("codegen.yaml").unlink()
    assert "content/uk" not in run("init").output


@pytest.mark.parametrize(
    "hidden", ["", ".gitignore", ".git/HEAD"], ids=["nothing", "hidden file", "repository"]
)
def test_empty_folder_is_refused_with_hint_to_example(hidden: str) -> None:
    if hidden:
        write_file(hidden, "x\n")
    done = run("init")
    assert (done.exit_code, "--example" in done.stderr) == (2, True)
    assert not Path("codegen.yaml").exists()


def test_folder_with_hidden_page_alone_is_told_why_it_is_not_read() -> None:
    write_file(".plot.md", PAGE.read_text(encoding="utf-8"))
    done = run("init")
    assert (done.exit_code, ".plot.md" in done.stderr) == (2, True)
    assert "begin with a dot" in done.stderr
    assert not Path("codegen.yaml").exists()


@pytest.mark.parametrize(
    ("groups", "package"),
    [(("garden",), "garden_v1"), (("garden", "shed"), "api.shed_v1")],
    ids=["one group", "several groups"],
)
def test_generated_package_is_imported_from_its_folder(
    groups: tuple[str, ...], package: str
) -> None:
    documents = [PLOTS.replace("garden.example.io", f"{group}.example.io") for group in groups]
    write_file("plots.yaml", "---\n".join(documents))
    assert_init_works(reads="plots.yaml (custom resources)", warns=True)
    done = subprocess.run(
        [sys.executable, "-c", f"from {package} import models, validators; print(models.Plot)"],
        cwd="generated/python",
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{package}.models.Plot" in done.stdout


def test_example_excludes_source() -> None:
    write_file("plot.json", DOCUMENT)
    assert run("init", "--example", "--source", "plot.json").exit_code == 2
    assert not Path("codegen.yaml").exists()


SOURCES = {
    "list page": (PAGE.read_text(encoding="utf-8"), "reference page"),
    "table page": (
        (CASES / "table-page-alone/sources/bed-v1.md").read_text(encoding="utf-8"),
        "reference page",
    ),
    "OpenAPI document": (DOCUMENT, "OpenAPI document"),
    "custom resources": (PLOTS, "custom resources"),
}
NAMES = [
    "Plot",
    "plot.html",
    "plot.log",
    "plot.py",
    "plot.txt.bak",
    "地块",
    "a b/copy of plot (2)",
    "README",
    "go.mod",
]


@pytest.mark.parametrize("form", SOURCES)
@pytest.mark.parametrize("name", NAMES)
def test_source_is_recognized_under_any_name(name: str, form: str) -> None:
    text, noun = SOURCES[form]
    write_file(name, text)
    result = run("init")
    assert (result.exit_code, f"reads    {name} ({noun}" in result.output) == (0, True), (
        result.output
    )
    assert run("generate").exit_code == 0
    assert list(Path("schemas").rglob("*.json"))


OTHER_FILES = {
    "code": ("main.py", b"print(1)\n"),
    "code with a manifest": ("test_crd.py", b'CRD = """\n' + PLOTS.encode() + b'"""\n'),
    "text with a manifest": (
        "notes.md",
        b"# Notes\n\nApply this:\n\n```yaml\n" + PLOTS.encode() + b"```\n",
    ),
    "note with front matter": ("note.md", b"---\nkind: meeting\ntags: [a]\n---\nWe met.\n"),
    "picture": ("plot.png", b"\x89PNG\r\n\x1a\n\0\0"),
    "picture named like a page": ("plot.md", b"\x89PNG\r\n\x1a\n\0\0"),
    "empty code": ("garden/__init__.py", b""),
    "text in another encoding": ("README.de", "Gärten".encode("latin-1")),
    "settings": ("package.json", b'{"name": "garden"}'),
    "manifest": ("plot.yaml", b"apiVersion: garden.example.io/v1\nkind: Plot\n"),
    "site": ("index.html", b"<!DOCTYPE html><html><body><p>Hello.</p></body></html>"),
    "packages": ("vendor/pyvenv.cfg", b"home = /usr\n"),
}


@pytest.mark.parametrize("label", OTHER_FILES)
def test_other_file_beside_source_stays_unmentioned(label: str) -> None:
    name, data = OTHER_FILES[label]
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(data)
    write_file("pages/page", PAGE.read_text(encoding="utf-8"))
    result = run("init")
    assert (result.exit_code, configured().count("- path:")) == (0, 1), result.output
    assert name not in result.output or label == "packages"


@pytest.mark.parametrize("label", sorted(OTHER_FILES.keys() - {"packages"}))
def test_folder_without_source_names_each_file_with_reason(label: str) -> None:
    name, data = OTHER_FILES[label]
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(data)
    done = run("init")
    assert (done.exit_code, Path("codegen.yaml").exists()) == (2, False)
    assert re.search(
        rf"^{re.escape(name)}: error\[source-unrecognised\]: \w", done.stderr, re.MULTILINE
    )
    assert "source-empty" in done.stderr


def test_verbose_names_other_files() -> None:
    write_file("page", PAGE.read_text(encoding="utf-8"))
    write_file("main.py", "print(1)\n")
    assert "main.py" not in run("init").output
    Path("codegen.yaml").unlink()
    assert "main.py" in run("init", "--verbose").output


@pytest.mark.parametrize(("count", "lines"), [(12, 12), (13, 1)], ids=["twelve", "thirteen"])
def test_twelve_files_without_source_are_named(count: int, lines: int) -> None:
    for number in range(count):
        write_file(f"note{number:02}.txt", "Buy seeds.\n")
    named = [line for line in run("init").stderr.splitlines() if line.startswith("note")]
    assert len(named) == lines


def test_many_files_without_source_are_counted() -> None:
    for number in range(300):
        write_file(f"note{number:03}.txt", "Buy seeds.\n")
    write_file("main.py", "print(1)\n")
    done = run("init")
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 3
    assert "299 more" in done.stderr
    assert "main.py" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_irregular_and_empty_files_are_mentioned() -> None:
    write_file("page", PAGE.read_text(encoding="utf-8"))
    os.mkfifo("pipe")
    Path("gone").symlink_to("nowhere")
    write_file("plot-v2.md", "")
    result = run("init")
    assert result.exit_code == 0
    for name in ("pipe", "gone", "plot-v2.md"):
        assert re.search(rf"^not read {name}: ", result.output, re.MULTILINE)


NEEDS_LINKS = pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside of the project, with a document and a folder of documents."""
    place = tmp_path_factory.mktemp("outside")
    write_file(str(place / "openapi.json"), DOCUMENT)
    write_file(str(place / "api/openapi.json"), DOCUMENT)
    return place


@NEEDS_LINKS
@pytest.mark.parametrize("lead", ["openapi.json", "api/openapi.json"])
def test_link_out_of_folder_is_no_source(outside: Path, lead: str) -> None:
    Path("linked.json").symlink_to(outside / lead)
    done = run("init")
    assert done.exit_code == 2
    assert re.search(
        r"^linked\.json: error\[source-unrecognised\]: .* link ", done.stderr, re.MULTILINE
    )
    assert not Path("codegen.yaml").exists()


@NEEDS_LINKS
def test_link_out_beside_source_is_named(outside: Path) -> None:
    write_file("page.md", PAGE.read_text(encoding="utf-8"))
    Path("linked.json").symlink_to(outside / "openapi.json")
    result = run("init")
    assert result.exit_code == 0
    assert re.search(r"^not read linked\.json: .* link ", result.output, re.MULTILINE)
    assert run("generate").exit_code == 0
    assert "linked.json" not in configured()


@NEEDS_LINKS
@pytest.mark.parametrize("lead", ["openapi.json", "api"])
def test_named_link_out_of_folder_is_refused(outside: Path, lead: str) -> None:
    Path("linked").symlink_to(outside / lead)
    done = run("init", "--source", "linked")
    assert (done.exit_code, "error[link-leads-out]" in done.stderr) == (2, True)
    assert not Path("codegen.yaml").exists()


@NEEDS_LINKS
def test_link_within_folder_is_read() -> None:
    write_file("kept/openapi.json", DOCUMENT)
    Path("linked.json").symlink_to("kept/openapi.json")
    assert run("init", "--source", "linked.json").exit_code == 0
    assert run("generate").exit_code == 0


@pytest.mark.parametrize("name", ["plot.txt", "plot"])
def test_page_in_unknown_encoding_stops_init(name: str) -> None:
    Path(name).write_bytes(CHINESE.read_text(encoding="utf-8").encode("gb18030"))
    write_file("openapi.json", DOCUMENT)
    done = run("init")
    assert (
        done.exit_code,
        "not-utf8" in done.stderr,
        "codegen init --source PATH" in done.stderr,
    ) == (2, True, True)
    assert not Path("codegen.yaml").exists()


@pytest.mark.parametrize("share", [15, 20, 35, 50, 65, 80, 90, 97])
@pytest.mark.parametrize("form", ["list page", "table page", "flattened page"])
def test_incomplete_page_is_reported_with_its_line(form: str, share: int) -> None:
    text = SOURCES[form][0] if form in SOURCES else TOKENS.read_text(encoding="utf-8")
    write_file("page", text[: len(text) * share // 100])
    write_file("openapi.json", DOCUMENT.replace("Plot", "Shed"))
    for options in ((), ("--source", "page")):
        done = run("init", *options)
        assert done.exit_code == 2
        assert re.search(r"^page:\d+:\d+: error\[", done.stderr, re.MULTILINE)
        assert "next:" not in done.output
        assert not Path("codegen.yaml").exists()


def test_pages_of_different_kinds_and_languages_are_not_compared() -> None:
    write_file("a.md", PAGE.read_text(encoding="utf-8"))
    write_file("b.txt", TOKENS.read_text(encoding="utf-8"))
    assert_init_works(reads="b.txt (reference page, zh-cn)", warns=True)


def test_folder_is_one_source_only_without_hidden_or_unsearched_folders() -> None:
    for number in range(12):
        write_file(f"plot{number}.json", DOCUMENT.replace("Plot", f"Plot{number}"))
    write_file("build/plot.json", DOCUMENT)
    write_file(".cache/plot.json", DOCUMENT)
    assert run("init").exit_code == 0
    assert configured().count("- path:") == 12
    assert run("generate").exit_code == 0
    assert not list(Path("schemas").glob("plot-*.json"))


def test_kinds_of_large_document_are_counted() -> None:
    kinds = {
        f"io.example.api.garden{number % 4}.v1.Kind{number}": {
            **kind(description="Some kind.", properties=SIZE),
            "x-kubernetes-group-version-kind": [
                gvk_of(f"Kind{number}") | {"group": f"garden{number % 4}.io"}
            ],
        }
        for number in range(200)
    }
    write_file("openapi.json", json.dumps(openapi(kinds)))
    done = run("init")
    assert (
        "kinds    200; to write only some of them, name them below `select` in codegen.yaml"
        in done.output
    )
    [line] = [line for line in configured().splitlines() if line.startswith("# select: ")]
    write_file("codegen.yaml", configured().replace(line, line.removeprefix("# ")))
    assert run("generate").exit_code == 0
    assert len(list(Path("schemas").glob("kind*.json"))) == line.count("Kind") == 3


def test_file_lists_every_output() -> None:
    run("init", "--example")
    for name in registry.bundled_outputs():
        assert f"{{target: {name}, " in configured(), (
            f"add {name} to templates/init/codegen.yaml.j2"
        )


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
    assert run("init", "--example").exit_code == 0
    Path("codegen.yaml").unlink()
    catalog = Path("translations/zh-cn.po").read_bytes()
    for page in Path("sources").iterdir():
        page.write_text("no page any more", encoding="utf-8")
    done = run("init", "--example")
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
    assert (done.exit_code, "not UTF-8, and cannot stand in codegen.yaml" in done.output) == (
        2,
        True,
    )
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
        (
            "plots.yaml",
            "---\napiVersion: example.io/v1\nkind: Plot\n---\nkind: Plot\n",
            "source-unrecognised",
        ),
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
    done = run("init", "--example")
    assert (done.exit_code, "cannot-write" in done.output) == (2, True), done.output
    assert [path.name for path in Path().iterdir()] == ["sources"]


def test_sources_without_anything_to_write_are_an_error(tmp_path: Path) -> None:
    text = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: plots.garden.example.io}
spec:
  group: garden.example.io
  names: {kind: Plot, plural: plots}
  scope: Namespaced
  versions: [{name: v1, served: false, storage: true, schema: {openAPIV3Schema: {type: object}}}]
"""
    (tmp_path / "plots.yaml").write_text(text)
    result = run("init")
    assert result.exit_code == 2
    assert "plots.yaml: error[nothing-to-write]" in result.stderr
    assert not Path("codegen.yaml").exists()


@pytest.mark.parametrize("layout", ["list", "table", "plain"])
def test_generated_files_are_no_sources_without_their_lists(layout: str) -> None:
    write_file("plot-v1.md", PAGE.read_text(encoding="utf-8"))
    write_file(
        "codegen.yaml",
        "sources: [plot-v1.md]\n"
        "outputs:\n"
        "  - {target: openapi, to: out}\n"
        f"  - {{target: docs, layout: {layout}, to: out/docs}}\n",
    )
    assert run("generate").exit_code == 0
    for path in Path().rglob(".codegen-files"):
        path.unlink()
    Path("codegen.yaml").unlink()
    result = run("init")
    assert result.exit_code == 0, result.output
    assert configured().count("plot-v1.md") == 1
    assert "out" not in re.findall(r"path: ([^/\s]+)", configured())


def test_own_page_beside_generated_files_is_a_source() -> None:
    write_file("out/api.json", '{"$comment": "Code generated by codegen from x. DO NOT EDIT."}\n')
    page = PAGE.read_text(encoding="utf-8")
    write_file("out/plot-v1.md", page.replace("auto_generated: true\n", ""))
    assert run("init").exit_code == 0
    assert "out/plot-v1.md" in configured()

"""`codegen site`: content of pages, and the build with Hugo."""

from __future__ import annotations

import ast
import json
import posixpath
import re
import shutil
import subprocess
import tomllib
from contextlib import nullcontext
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from click import Context

from codegen.cli.site import SiteBuilder, site
from codegen.core import limits
from codegen.core.diagnostics import CodegenError, Report, Span
from codegen.core.limits import SITE_LEVELS
from codegen.core.locales import SHIPPED
from codegen.core.manifest import compute_digest
from codegen.core.source import Source
from codegen.model import Definition, GroupVersionKind, Reference, definition_refs
from codegen.outputs.site import project
from codegen.outputs.site.addresses import Addresses
from codegen.outputs.site.badges import find_facts
from codegen.outputs.site.content import SiteInputs, build_content
from codegen.outputs.site.page_index import PageIndex
from codegen.outputs.site.records import RuleNote, SitePage, walk
from codegen.outputs.site.site_settings import SiteSettings
from codegen.readers.built_in.structure import built_ins
from codegen.readers.crd.reader import read_definitions
from codegen.readers.sources import SourcePath, read_sources
from gardens.parts import (
    PACKAGE,
    PLOT,
    definition,
    field,
    gvk_of,
    kind,
    openapi,
    ref,
    reference,
    with_chinese,
)
from gardens.resources import KEY, as_yaml, plots_with_shared_object
from gardens.site import garden
from support.commands import run
from support.corpus import ROOT
from support.files import place

EMPTY = compute_digest(b"")  # of an empty file


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("plot.json").write_text(json.dumps(garden()), encoding="utf-8")
    write_config()
    return tmp_path


def write_config(**settings: Any) -> None:
    written = {
        "sources": [{"path": "plot.json"}],
        "locales": ["en", "zh-cn"],
        "outputs": [],
    } | settings
    Path("codegen.yaml").write_text(json.dumps(written), encoding="utf-8")


def pages(folder: Path, tag: str = "en", **inputs: Any) -> dict[str, SitePage]:
    reference = read_sources(
        [SourcePath(path=folder / "plot.json", display_path="plot.json")], Report()
    )
    built = build_content(reference, ("en", "zh-cn"), SHIPPED, SiteInputs(**inputs))
    return {page.kind: page for page in built.pages[tag]}


def shipped(*kinds: str) -> Reference:
    """Kinds of the newest bundled release with all types they use."""
    known = built_ins()
    found: dict[str, Definition] = {}
    queue = [known.kind_key(known.releases[-1], *kind.rsplit("/", 1)) for kind in kinds]
    for key in queue:
        definition = known.definition(known.releases[-1], key)
        if definition is not None and key not in found:
            found[key] = definition
            queue += definition_refs(definition)
    return Reference(definitions=found)


def test_kind_is_unfolded_until_recursion(folder: Path) -> None:
    plot = pages(folder)["Plot"]
    paths = [path for path, _ in walk(plot.fields)]
    spec = [f"spec.{name}" for name in ("owner", "size", "soil", "beds")]
    beds = [f"spec.beds.{name}" for name in ("name", "rows", "inner", "of")]
    assert paths == ["spec", *spec, *beds, "apiVersion", "kind"]
    assert [path for path, node in walk(plot.fields) if node.is_recursive] == [
        "spec.beds.inner",
        "spec.beds.of",
    ]
    used = pages(folder)["Bed"].used_by
    assert [(use.title, use.field) for use in used] == [("PlotSpec", "beds"), ("Bed", "inner")]


def test_shared_object_is_unfolded_once_and_has_page() -> None:
    reference = read_definitions(
        Source(as_yaml(plots_with_shared_object()), "plots.yaml"), Report()
    )
    content = build_content(reference, ("en",), SHIPPED, SiteInputs())
    places = PageIndex(content.pages["en"])
    plot, _, shared = content.pages["en"]
    assert shared.path == "definitions/plot-spec-first-v1-garden-example-io"
    about = "Fields and uses of PlotSpecFirst."
    assert (shared.title, shared.description, shared.html, shared.import_path) == (
        "PlotSpecFirst",
        about,
        "",
        "",
    )
    nodes = dict(walk(plot.fields))
    assert [path for path in nodes if path.endswith(".a")] == ["spec.first.a"]
    assert plot.anchors == (("PlotSpecFirst", "spec.first"),)
    for at in ("first", "second.inner", "third.inner"):
        assert nodes[f"spec.{at}"].target == shared.path
        assert "at least <code>1</code>" in nodes[f"spec.{at}"].notes[0]
    assert places.locate(f"{KEY}#spec.first.a") == (plot, "spec.first.a")
    # The search index has them after each path to their page.
    assert [entry.path for entry in places.entries if entry.page == 2] == ["", "a", "b"]


def test_schema_facts_are_separate_from_text(folder: Path) -> None:
    nodes = dict(walk(pages(folder)["Plot"].fields))
    assert nodes["spec"].required
    assert nodes["spec.beds.name"].immutable
    assert [rule.code for rule in nodes["spec.beds.name"].rules] == ["self == oldSelf"]
    soil = nodes["spec.soil"]
    assert (soil.enum, soil.default, soil.value, soil.type) == (
        ("clay", "sand"),
        '"clay"',
        "",
        "string",
    )
    assert nodes["spec.beds"].notes == ("Atomic: will be replaced during a merge",)
    assert nodes["spec.beds.inner"].notes == (
        "Map: unique values on key name will be kept during a merge",
    )
    assert (dict(walk(pages(folder, "zh-cn")["Plot"].fields))["spec"].lang, nodes["spec"].lang) == (
        "en",
        "",
    )


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("deprecated is a list. Deprecated: use beds instead.", {"deprecated": ""}),
        ("This field is deprecated in favour of beds.", {"deprecated": ""}),
        ("The value Old is deprecated. Deprecated fields are listed.", {}),
        ("Values:\n - `Old` stays. Deprecated: not set any more.\n - `New` is new.", {}),
        (
            "One of: * New: since 2015. * Old: before. (Deprecated) Not set.\n\nThis field is immutable.",
            {"immutable": ""},
        ),
        (
            "This is an alpha field and requires enabling the DRAPlots feature gate.",
            {"alpha": "", "gate": "DRAPlots"},
        ),
        (
            "This field is beta-level, and needs the feature gate `PlotBeds`.",
            {"beta": "", "gate": "PlotBeds"},
        ),
        ("(Alpha) Using it. (Beta) Using a part of it.", {}),
        ("An alpha feature gate. See the Kubernetes feature gate.", {}),
        ("The size. Defaults to 10.", {"default": "10"}),
        ("Defaults to 0 (at once)", {"default": "0"}),
        ('Default is "Always".', {"default": "Always"}),
        ("It defaults to true", {"default": "true"}),
        ("Defaults to the size of a plot. Defaults to Always on.", {}),
        ("Populated by the system. Read-only.", {"read_only": ""}),
        ("Mounted read-only if true. Read-only root is wanted.", {}),
        ("This field is immutable.", {"immutable": ""}),
        ("Cannot be updated.", {"immutable": ""}),
        ("This field was immutable before. Immutable, if set, keeps the data.", {}),
    ],
)
def test_facts_are_extracted_from_text(text: str, facts: dict[str, str]) -> None:
    assert find_facts(text) == facts


def test_english_items_of_chinese_text_are_marked(folder: Path) -> None:
    reference = read_sources([SourcePath(path=folder, display_path="garden")], Report())
    text = "可选值。 有：\n\n- `clay` is the Clay soil\n- `sand` 让水流走\n- `peat`"
    chinese = with_chinese(reference, {f"{PACKAGE}.PlotSpec#soil": text})
    built = build_content(chinese, ("en", "zh-cn"), SHIPPED, SiteInputs()).pages["zh-cn"]
    (plot,) = (page for page in built if page.kind == "Plot" and page.is_kind)
    html = dict(walk(plot.fields))["spec.soil"].html
    assert re.findall("<li.*?>", html) == ['<li lang="en">', "<li>", "<li>"]
    assert html.startswith("<p>可选值。 有：</p>")
    assert (plot.lang, " lang=" in plot.html) == ("en", False)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "花园。This bed cannot be moved on `wet` days.",
            '<p>花园。<span lang="en">This bed cannot be moved on <code>wet</code> days.</span></p>',
        ),
        ("花园 Plot 的 Bed。", "<p>花园 Plot 的 Bed。</p>"),
    ],
    ids=["sentence", "names"],
)
def test_english_sentences_of_chinese_text_are_marked(folder: Path, text: str, html: str) -> None:
    reference = read_sources([SourcePath(path=folder, display_path="garden")], Report())
    chinese = with_chinese(reference, {f"{PACKAGE}.PlotSpec#soil": text})
    built = build_content(chinese, ("en", "zh-cn"), SHIPPED, SiteInputs()).pages["zh-cn"]
    (plot,) = (page for page in built if page.kind == "Plot" and page.is_kind)
    node = dict(walk(plot.fields))["spec.soil"]
    assert node.html == html
    assert node.is_partly_english == ("lang" in html)


@pytest.mark.parametrize(
    ("text", "partly"),
    [("名称。This name cannot be changed on wet days.", True), ("名称。", False)],
    ids=["sentence", "all Chinese"],
)
def test_partly_english_parameter_is_marked(folder: Path, text: str, *, partly: bool) -> None:
    reference = read_sources([SourcePath(path=folder, display_path="garden")], Report())
    (operation,) = reference.operations.values()
    name_id = operation.parameter_id(operation.parameters[0])
    built = build_content(
        with_chinese(reference, {name_id: text}), ("en", "zh-cn"), SHIPPED, SiteInputs()
    )
    (plot,) = (page for page in built.pages["zh-cn"] if page.kind == "Plot" and page.is_kind)
    assert plot.operations[0].arguments[0].is_partly_english is partly


@pytest.mark.parametrize(
    ("verb", "right"),
    [
        ("get", "get"),
        ("list", "list"),
        ("update", "update"),
        ("connect", "get"),
        ("watchlist", "watch"),
    ],
)
def test_operation_shows_permission(folder: Path, verb: str, right: str) -> None:
    text = Path("plot.json").read_text(encoding="utf-8")
    Path("plot.json").write_text(
        text.replace('-action": "get"', f'-action": "{verb}"'), encoding="utf-8"
    )
    (request,) = pages(folder)["Plot"].operations
    assert (request.group, request.resource, request.right) == ("garden.example.io", "plots", right)


def test_operation_shows_scope_and_samples(folder: Path) -> None:
    plot = pages(folder)["Plot"]
    (request,) = plot.operations
    assert plot.scope == "namespaced"
    samples = {sample.name: sample.code for sample in request.samples}
    assert (
        samples["kubectl"]
        == "kubectl get plots.garden.example.io NAME --namespace NAMESPACE --output yaml"
    )
    assert "$SERVER/apis/garden.example.io/v1/namespaces/NAMESPACE/plots/NAME" in samples["curl"]
    compile(samples["Python"], "sample", "exec")


def words_of_call(tool: str, code: str) -> list[str]:
    """Return the arguments that a shell passes to the tool, replaced by a printing function."""
    script = f"{tool}() {{ printf '%s\\n' \"$@\"; }}\n{code}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, env={})
    return done.stdout.splitlines()


@pytest.mark.parametrize("name", ['plo"+x+"ts', "$(id)", "`id`", ";id", "it's", "a\\", "a&b|c"])
def test_path_is_single_shell_word_in_samples(folder: Path, name: str) -> None:
    document = json.loads(Path("plot.json").read_text(encoding="utf-8"))
    ((_, item),) = document["paths"].items()
    path = f"/apis/garden.example.io/v1/{name}"
    document["paths"] = {path: item, f"{path}/{{name}}": item}
    Path("plot.json").write_text(json.dumps(document), encoding="utf-8")
    for request in pages(folder)["Plot"].operations:
        samples = {sample.name: sample.code for sample in request.samples}
        url = request.path.replace("{name}", "NAME")
        words = {tool: words_of_call(tool, samples[tool]) for tool in ("curl", "kubectl")}
        assert words["curl"][2] == url
        named = [f"{name}.garden.example.io", "NAME", "--output", "yaml"]
        assert words["kubectl"] == ["get", *(named if "{name}" in request.path else ["--raw", url])]
        calls = [
            node for node in ast.walk(ast.parse(samples["Python"])) if isinstance(node, ast.Call)
        ]
        assert [node.args[0].value for node in calls if node.args] == [url]  # type: ignore[attr-defined]


def test_server_rules_are_shown_at_their_fields(folder: Path) -> None:
    note = RuleNote(effect="rejects", html="one bed at least", immutable=True)
    found = pages(
        folder,
        rules=lambda definition, _: {("beds",): (note,)} if definition.name == "PlotSpec" else {},
    )
    nodes = dict(walk(found["Plot"].fields))
    assert nodes["spec.beds"].rules == (note,)
    assert nodes["spec.beds"].immutable
    assert [path for path, node in nodes.items() if note in node.rules] == ["spec.beds"]


class Seen(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        if values.get("id"):
            assert values["id"] not in self.ids, f"two {values['id']}"
            self.ids.add(str(values["id"]))
        self.links += [str(values[name]) for name in ("href", "src") if values.get(name)]
        assert not [name for name in values if name.startswith("on") or name == "style"]


def dead_links(root: Path, below: str = "") -> list[str]:
    """Yield the links of a site without an existing page or anchor."""
    seen = {
        file.relative_to(root).as_posix(): Seen(file.read_text(encoding="utf-8"))
        for file in root.rglob("*.html")
    }
    dead = []
    for name, page in seen.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https", "data"):
                continue
            if parts.path.startswith("/"):  # relative to the folder of its address
                parts = parts._replace(path=parts.path.removeprefix(below) if below else parts.path)
            base = "/" if parts.path.startswith("/") else posixpath.dirname(name)
            path = (
                posixpath.normpath(posixpath.join(base, unquote(parts.path))).lstrip("/")
                if parts.path
                else name
            )
            path = f"{path}/index.html".removeprefix("./") if (root / path).is_dir() else path
            if not (root / path).is_file() or (
                parts.fragment and unquote(parts.fragment) not in seen[path].ids
            ):
                dead.append(f"{name}: {link}")
    return dead


@pytest.mark.slow
def test_hugo_builds_a_site_without_broken_links(folder: Path) -> None:
    write_config(site={"base": "https://docs.example.com/api/", "title": "Garden <API>"})
    root = folder / "build/site"
    root.mkdir(parents=True)  # an empty folder may be written
    output = run("site").output
    count = sum(file.is_file() and file.name != ".codegen-site" for file in root.rglob("*"))
    assert f"\nbuild/site: 6 pages in en, zh-cn, {count} files\n" in f"\n{output}"
    assert dead_links(root, "/api") == []
    text = (root / "zh-cn/garden.example.io/plot-v1/index.html").read_text(encoding="utf-8")
    assert 'href="https://docs.example.com/api/zh-cn/garden.example.io/plot-v1/"' in text
    assert "<title>Plot (garden.example.io/v1) · Garden &lt;API&gt;</title>" in text
    downloads = re.findall(r'"[./]+/(schemas/[^"]+)" download', text)
    assert downloads == [f"schemas/plot-garden-v1.{ending}" for ending in ("json", "openapi.yaml")]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "{{&lt; no shortcode &gt;}}" in text
    both = [
        (root / f"{tag}/garden.example.io/plot-v1/index.html").read_text()
        for tag in ("en", "zh-cn")
    ]
    ids = [set(re.findall(r'id="?([^\s">]+)', each)) for each in both]
    assert ids[0] == ids[1] >= {"spec.beds.name", "PlotSpec"}


def test_build_reports_changed_pages(folder: Path) -> None:
    builder, text = (
        SiteBuilder(folder / "codegen.yaml", None),
        Path("plot.json").read_text(encoding="utf-8"),
    )
    with Context(site):
        builder.build(Report())
        assert builder.changed == []
        Path("plot.json").write_text(text.replace("Beds\\nin it.", "More beds."), encoding="utf-8")
        builder.build(Report())
    paths = ("garden.example.io/plot-v1", "definitions/bed-v1-garden-api-example-io")
    assert builder.changed == [f"{tag}/{path}/" for tag in ("en", "zh-cn") for path in paths]


def test_looks_and_links_of_settings_are_on_pages(folder: Path) -> None:
    Path("mark.svg").write_text("<svg/>", encoding="utf-8")
    links = "https://forge.example.net/{}/{{path}}"
    write_config(
        site={
            "logo": "mark.svg",
            "color": "#7a1f5c",
            "edit": links.format("edit"),
            "report": links.format("issues"),
        }
    )
    assert run("site").exit_code == 0
    page = Path("build/site/en/garden.example.io/plot-v1/index.html").read_text(encoding="utf-8")
    assert 'href="https://forge.example.net/edit/plot.json"' in page
    assert 'href="https://forge.example.net/issues/plot.json"' in page
    assert "logo.svg" in page
    assert Path("build/site/logo.svg").read_text(encoding="utf-8") == "<svg/>"
    styles = [file.read_text(encoding="utf-8") for file in Path("build/site").rglob("*.css")]
    assert any("#7a1f5c" in style for style in styles)


def test_missing_logo_is_named(folder: Path) -> None:
    write_config(site={"logo": "mark.svg"})
    made = run("site")
    assert made.exit_code == 2
    assert "mark.svg" in made.stderr


def test_source_beside_the_project_has_no_edit_link(folder: Path) -> None:
    inside = folder / "inside"
    inside.mkdir()
    config = {
        "sources": ["../plot.json"],
        "site": {"edit": "https://forge.example.net/edit/{path}"},
    }
    (inside / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    assert run("site", "--config", "inside/codegen.yaml").exit_code == 0
    pages = list(inside.rglob("plot-v1/index.html"))
    assert pages
    assert not any("forge.example.net" in page.read_text(encoding="utf-8") for page in pages)


def test_single_release_has_no_comparison_page(folder: Path) -> None:
    write_config(history=[{"path": "plot.json", "release": "1.1"}])
    assert run("site").exit_code == 0
    assert dead_links(folder / "build/site") == []


def test_fragment_is_page_without_frame(folder: Path) -> None:
    write_config(site={"base": "https://docs.example.com/api", "fragments": True})
    assert run("site").exit_code == 0
    text = (folder / "build/site/en/garden.example.io/plot-v1/fragment.html").read_text(
        encoding="utf-8"
    )
    seen = Seen(text)
    assert {"spec.beds.name", "_fields"} <= seen.ids
    assert not seen.tags & {"html", "head", "body", "header", "nav", "script", "main"}
    links = [link for link in seen.links if not link.startswith("#")]
    assert all(link.startswith("https://") for link in links), links
    inside = [
        link.removeprefix("https://docs.example.com/api/")
        for link in links
        if "docs.example.com" in link
    ]
    assert [
        link for link in inside if not (folder / "build/site" / link.partition("#")[0]).exists()
    ] == []


def test_foreign_folders_are_not_replaced(folder: Path) -> None:
    (folder / "mine").mkdir()
    (folder / "mine/page.md").write_text("by hand", encoding="utf-8")
    (folder / "empty").mkdir()
    (folder / "link").symlink_to(folder / "empty")
    (folder / "build").mkdir()
    (folder / "build/site").touch()
    for name in ("mine", "link", "build/site"):
        result = run("site", *(() if name == "build/site" else ("--to", name)))  # the default
        assert (result.exit_code, f"{name}: error[site-folder-taken]" in result.stderr) == (2, True)
    assert (folder / "mine/page.md").read_text(encoding="utf-8") == "by hand"


OTHERS = {"file": "CNAME", "hidden file": "en/.nojekyll", "repository": ".git/config"}


@pytest.mark.parametrize("name", OTHERS.values(), ids=OTHERS)
def test_files_of_others_in_a_site_are_named_and_kept(folder: Path, name: str) -> None:
    """A folder with an empty list, as earlier releases wrote it, has no file that codegen certainly
    wrote.
    """
    place(
        {
            f"build/site/{name}": "mine",
            "build/site/index.html": "",
            "build/site/.codegen-site": f"{EMPTY}  index.html\n",
        },
        folder,
    )
    result = run("site")
    assert result.exit_code == 2
    assert "build/site: error[site-folder-taken]" in result.stderr
    assert name in result.stderr
    assert "index.html" not in result.stderr
    assert (folder / "build/site" / name).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["edited", "without digest"])
def test_list_without_the_digest_of_a_file_removes_nothing(folder: Path, name: str) -> None:
    digest = compute_digest(b"another text")
    line = {"edited": f"{digest}  index.html\n", "without digest": "index.html\n"}[name]
    place({"build/site/index.html": "mine", "build/site/.codegen-site": line}, folder)
    result = run("site")
    assert (result.exit_code, "error[site-folder-taken]" in result.stderr) == (2, True)
    assert (folder / "build/site/index.html").read_text(encoding="utf-8") == "mine"


def list_all_files(folder: Path) -> None:
    """Write a list that has every file of a folder with its digest."""
    lines = ""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            digest = compute_digest(file.read_bytes())
            lines += f"{digest}  {file.relative_to(folder).as_posix()}\n"
    (folder / ".codegen-site").write_text(lines, encoding="utf-8")


@pytest.mark.parametrize("to", [".", ".git", "mine", "mine/../mine"])
def test_site_never_replaces_inputs_and_git(folder: Path, to: str) -> None:
    place({".git/config": "mine", "mine/plot.json": json.dumps(garden())}, folder)
    for path in (folder, folder / ".git", folder / "mine"):
        list_all_files(path)
    write_config(sources=[{"path": "mine"}])
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    result = run("site", "--to", to)
    assert (result.exit_code, "error[site-folder-taken]" in result.stderr) == (2, True)
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_site_can_be_named_through_a_parent(folder: Path) -> None:
    assert run("site", "--to", "pages/../pages").exit_code == 0
    assert run("site", "--to", "pages/../pages").exit_code == 0
    assert (folder / "pages/index.html").is_file()


def test_default_folder_below_a_link_is_refused(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (folder / "build").symlink_to(elsewhere)
    result = run("site")
    assert (result.exit_code, "error[path-outside-output]" in result.stderr) == (2, True)
    assert not list(elsewhere.iterdir())


def test_link_in_place_of_the_list_of_a_site_is_not_read(folder: Path) -> None:
    digest = compute_digest(b"mine")
    place({"names.txt": f"{digest}  index.html\n", "build/site/index.html": "mine"}, folder)
    (folder / "build/site/.codegen-site").symlink_to(folder / "names.txt")
    assert run("site").exit_code == 2
    assert (folder / "build/site/index.html").read_text(encoding="utf-8") == "mine"


def test_broken_layout_keeps_old_site(folder: Path) -> None:
    (folder / "build/site/en").mkdir(parents=True)
    (folder / "build/site/.codegen-site").write_text(f"{EMPTY}  en/old.html\n", encoding="utf-8")
    (folder / "build/site/en/old.html").touch()
    (folder / "own/site/layouts").mkdir(parents=True)
    (folder / "own/site/layouts/section.html").write_text(
        "{{ .Params.none.at.all.Foo | wrong }}", encoding="utf-8"
    )
    write_config(templates="own")
    result = run("site")
    assert (result.exit_code, "error[hugo-refuses]" in result.stderr) == (2, True)
    assert "section.html" in result.stderr
    assert (folder / "build/site/en/old.html").is_file()
    assert [file.name for file in (folder / "build").iterdir()] == ["site"]


def test_unknown_layout_is_reported(folder: Path) -> None:
    (folder / "own/site/layouts").mkdir(parents=True)
    (folder / "own/site/layouts/pages.html").write_text("", encoding="utf-8")
    write_config(templates="own")
    result = run("site")
    assert (
        result.exit_code,
        "own/site/layouts/pages.html: error[template-unknown]" in result.stderr,
    ) == (2, True)
    assert "did you mean site/layouts/page.html" in result.stderr


@pytest.mark.parametrize(
    ("version", "is_old"), [("0.149.1", True), ("0.150.0", False), ("1.0.0", False), ("x", False)]
)
def test_hugo_version_is_checked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, version: str, is_old: bool
) -> None:
    hugo = folder / f"hugo-{version}"  # versions are cached by path
    hugo.write_text(
        f"#!/bin/sh\necho hugo v{version}-abc linux/amd64\n[ $1 = version ]\n", encoding="utf-8"
    )
    hugo.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda *_, **__: str(hugo))
    result = run("site")
    message = f"error[hugo-missing]: {hugo} is Hugo 0.149, and the site needs 0.150 or newer (hint: install it: "
    assert (message in result.stderr, "error[hugo-refuses]" in result.stderr) == (
        is_old,
        not is_old,
    )
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    result = run("site")
    assert (
        result.exit_code,
        "error[hugo-missing]" in result.stderr,
        "[site]" in result.stderr,
    ) == (2, True, True)
    required = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    assert required["site"] == ["hugo>=0.150"]


def test_kinds_without_valid_example_are_reported(folder: Path) -> None:
    document = garden()
    # Missing in all examples.
    name = {
        "type": "string",
        "x-kubernetes-validations": [{"rule": "self == 'north'"}],
    }
    document["definitions"]["io.example.api.garden.v1.Plot"]["properties"]["number"] = name
    document["definitions"]["io.example.api.garden.v1.Plot"]["required"].append("number")
    Path("plot.json").write_text(json.dumps(document), encoding="utf-8")
    said = "warning[example-missing]: no valid example was found for 1 of 1 kind: Plot ("
    assert said in run("site").stderr


@pytest.mark.parametrize(("count", "is_open"), [(60, True), (61, False)])
def test_size_opens_tree(count: int, is_open: bool) -> None:
    plot = definition(
        PLOT,
        *(field(f"f{number}") for number in range(count)),
        gvks=(GroupVersionKind(**gvk_of()),),
    )
    (page,) = build_content(reference(plot), ("en",), SHIPPED, SiteInputs()).pages["en"]
    assert (page.open, page.size) == (is_open, count)


@pytest.mark.parametrize("beyond", [0, 1])
def test_all_pages_have_limited_rows(monkeypatch: pytest.MonkeyPatch, beyond: int) -> None:
    monkeypatch.setattr(limits, "SITE_TOTAL_ROWS", 6 - beyond)
    kinds = [
        definition(
            f"{PACKAGE}.{name}", *map(field, "abc"), gvks=(GroupVersionKind(**gvk_of(name)),)
        )
        for name in ("Plot", "Bed")
    ]
    with pytest.raises(CodegenError, match="output-too-large") if beyond else nullcontext():
        assert (
            len(build_content(reference(*kinds), ("en",), SHIPPED, SiteInputs()).pages["en"]) == 2
        )


def crowd(count: int, folder: Path) -> SitePage:
    """Return the page of a kind, whose types all refer to each other."""
    names = [f"Bed{number}" for number in range(count)]
    beds = {
        name: {"type": "object", "properties": {each.lower(): ref(each) for each in names}}
        for name in names
    }
    made = openapi(
        {f"{PACKAGE}.{name}": schema for name, schema in beds.items()}
        | {PLOT: kind(properties={"spec": ref("Bed0")})}
    )
    (folder / "garden.json").write_text(json.dumps(made), encoding="utf-8")
    source = read_sources(
        [SourcePath(path=folder / "garden.json", display_path="garden.json")], Report()
    )
    pages = build_content(source, ("en",), SHIPPED, SiteInputs()).pages["en"]
    return next(page for page in pages if page.is_kind)


def test_long_page_unfolds_each_type_once_at_its_nearest_field(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(limits, "SITE_ROWS", 20)
    nodes = dict(walk(crowd(4, tmp_path).fields))
    assert [path for path, node in nodes.items() if node.fields] == [
        "spec",
        "spec.bed1",
        "spec.bed2",
        "spec.bed3",
    ]
    assert (nodes["spec.bed0"].shown_at, nodes["spec.bed2.bed1"].shown_at) == ("spec", "spec.bed1")
    assert all(node.target for path, node in nodes.items() if ".bed" in path)


def test_short_page_unfolds_types_at_each_field(tmp_path: Path) -> None:
    nodes = dict(walk(crowd(3, tmp_path).fields))
    assert "spec.bed1.bed2.bed1" in nodes
    assert "spec.bed2.bed1.bed2" in nodes
    assert not any(node.shown_at for node in nodes.values())


def test_types_without_room_on_page_are_only_linked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(limits, "SITE_ROWS", 8)
    nodes = dict(walk(crowd(4, tmp_path).fields))
    assert [path for path, node in nodes.items() if node.fields] == ["spec", "spec.bed1"]
    assert (nodes["spec.bed2"].shown_at, bool(nodes["spec.bed2"].target)) == ("", True)


def chained(
    count: int, folder: Path, *, circular: bool, kinds: bool = False
) -> dict[str, SitePage]:
    """Return the pages of kinds by title.

    `Plot` uses the first of a chain of types, whose last one uses the first or `Soil`.
    """
    names = [f"Bed{number}" for number in range(count)]
    following = [*names[1:], names[0] if circular else "Soil"]
    fields = {"Plot": {"first": ref(names[0])}, "Soil": {"owner": {"type": "string"}}}
    fields |= {name: {"next": ref(after)} for name, after in zip(names, following, strict=True)}
    made = openapi(
        {
            f"{PACKAGE}.{name}": {"type": "object", "properties": each}
            for name, each in fields.items()
        }
    )
    for name in fields if kinds else ("Plot", "Soil"):
        made["definitions"][f"{PACKAGE}.{name}"]["x-kubernetes-group-version-kind"] = [gvk_of(name)]
    (folder / "garden.json").write_text(json.dumps(made), encoding="utf-8")
    reference = read_sources(
        [SourcePath(path=folder / "garden.json", display_path="garden.json")], Report()
    )
    found = build_content(reference, ("en",), SHIPPED, SiteInputs()).pages["en"]
    return {page.title: page for page in found if page.is_kind}


def test_built_in_kinds_are_grouped_by_part() -> None:
    known = shipped(
        "v1/Service", "apps/v1/Deployment", "v1/Pod", "authentication.k8s.io/v1/TokenRequest"
    )
    key, gvk = (
        "io.k8s.api.apps.v1.Sapling",
        GroupVersionKind(group="apps", version="v1", kind="Sapling"),
    )
    # A kind without a part.
    later = Definition(key=key, name="Sapling", gvks=(gvk,), span=Span(path="later.json"))
    reference = Reference(definitions={**known.definitions, key: later})
    content = build_content(reference, ("zh-cn",), SHIPPED, SiteInputs())
    files = dict(project.files(content, SHIPPED, SiteSettings(base="https://example.com"), (), {}))
    old = [
        json.loads(files[f"content/zh-cn/{path}-v1.md"])["aliases"]
        for path in ("core/pod", "apps/deployment")
    ]
    assert (old, json.loads(files["hugo.json"])["params"]["base"]) == (
        [[], []],
        "https://example.com/",
    )
    home = json.loads(files["content/zh-cn/_index.md"])["params"]
    parts = {part["heading"]: [kind["title"] for kind in part["kinds"]] for part in home["parts"]}
    kinds = {
        "工作负载资源": ["Pod", "Deployment"],
        "Service 资源": ["Service"],
        "身份认证资源": ["TokenRequest"],
    }
    assert parts == kinds
    (sapling,) = (kind for group in home["groups"] for kind in group["others"])
    assert (sapling["title"], [each["version"] for each in sapling["versions"]]) == (
        "Sapling",
        ["v1"],
    )


def test_address_depends_on_own_kind_only() -> None:
    groups = ("foo.a.io", "foo.b.io", "foo", "", "Odd/../Group")

    def made(key: str, *gvks: GroupVersionKind) -> Definition:
        return Definition(
            key=key, name=key.rpartition(".")[2], gvks=gvks, span=Span(path="garden.json")
        )

    kinds = [
        made(f"{group}.v1.HTTPPlot", GroupVersionKind(group=group, version="v1", kind="HTTPPlot"))
        for group in groups
    ]
    types = [
        made(f"{package}.v1.Bed") for package in ("io.k8s.api.garden", "io.a.garden", "io.b.garden")
    ]

    def paths(*definitions: Definition) -> dict[str, str]:
        return Addresses(Reference(definitions={each.key: each for each in definitions})).targets

    together = paths(*kinds, *types)
    assert [together[each.key] for each in kinds] == [
        f"{folder}/http-plot-v1"
        for folder in ("foo.a.io", "foo.b.io", "foo", "core", "odd-..-group")
    ]
    assert [together[each.key].removeprefix("definitions/") for each in types] == [
        "bed-v1-garden",
        "bed-v1-garden-a-io",
        "bed-v1-garden-b-io",
    ]
    for each in (*kinds, *types):
        assert paths(each)[each.key] == together[each.key]


def depth_of(page: SitePage) -> int:
    return max(path.count(".") for path, _ in walk(page.fields))


@pytest.mark.parametrize("circular", [False, True])
def test_nested_types_are_unfolded_to_limit_and_then_linked(tmp_path: Path, circular: bool) -> None:
    plot = chained(500, tmp_path, circular=circular)["Plot"]
    assert depth_of(plot) == SITE_LEVELS
    deepest = max(walk(plot.fields), key=lambda each: each[0].count("."))[1]
    assert (deepest.fields, bool(deepest.target)) == ((), True)


def test_unfolding_does_not_depend_on_other_pages(tmp_path: Path) -> None:
    count = SITE_LEVELS + 20
    pages = chained(count, tmp_path, circular=False, kinds=True)
    depths = {title: depth_of(page) for title, page in pages.items()}
    beds = {f"Bed{number}": min(count - number, SITE_LEVELS) for number in range(count)}
    assert depths == {"Plot": SITE_LEVELS, "Soil": 0, **beds}

"""The plain layout: portable Markdown with valid links."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen.core.diagnostics import Report
from codegen.model import Reference
from codegen.readers.sources import SourcePath, read_sources
from gardens.docs import contents, emit_texts, reference
from gardens.parts import PACKAGE, with_chinese
from support.corpus import GARDEN_PAGES, LIST_PAGES, SEED, oldest, pages_of
from support.files import place
from support.judging import JUDGES, environment, import_or_skip, skip_missing

PLOT = "garden-resources/plot-v1.md"
_LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^)\s]*)\)")


def plain(source: Reference, *locales: str, toc: bool = True) -> dict[str, str]:
    return emit_texts(source, *locales, table=contents() if toc else None, layout="plain")


def dead_links(pages: dict[str, str]) -> list[tuple[str, str]]:
    """Yield every relative link without an existing file or heading."""
    anchors = {
        path: {name.lower() for name in re.findall(r"^#+ ([\w-]+)$", text, re.MULTILINE)}
        for path, text in pages.items()
    }
    dead = []
    for path, text in pages.items():
        for target in _LINK.findall(text):
            if re.match(r"\w+:|/", target):  # web addresses, and absolute paths in descriptions
                continue
            page, _, anchor = target.partition("#")
            target_path = (
                posixpath.normpath(posixpath.join(posixpath.dirname(path), page)) if page else path
            )
            if target_path not in pages or (anchor and anchor not in anchors[target_path]):
                dead.append((path, target))
    return dead


@pytest.mark.parametrize("toc", [True, False])
def test_links_have_existing_files_and_anchors(toc: bool) -> None:
    pages = plain(reference(), toc=toc)
    assert sum(len(_LINK.findall(text)) for text in pages.values()) > 20
    assert dead_links(pages) == []


def test_pages_of_folder_become_plain_pages() -> None:
    report = Report()
    pages = plain(
        read_sources([SourcePath(path=GARDEN_PAGES, display_path="garden", locale="en")], report),
        toc=False,
    )
    assert len(pages) > 3
    assert dead_links(pages) == []
    assert not [path for path, text in pages.items() if "{{<" in text or "ref " in text]


def test_pages_have_no_generator_specific_syntax() -> None:
    pages = plain(reference())
    for path, text in pages.items():
        assert "{{<" not in text, path
        assert "{#" not in text, path
        assert not re.search(r"(?<!\\)<", text.split("---\n", 2)[2]), path
        head = text.split("---\n")[1]
        assert re.fullmatch(
            r'# Code generated [^\n]*\ntitle: "[^"\n]*"\n(?:kind: "[^"\n]*"\n)?(?:slug: "[^"\n]*"\n)?(?:build:\n  list: never\n  render: never\n)?orphan: true\n',
            head,
        ), path


def test_navigation_has_pages_outside_folders() -> None:
    source = read_sources([SourcePath(path=SEED, display_path="seed", locale="zh-cn")], Report())
    nav = emit_texts(source, layout="plain", nav="mkdocs")["nav.yml"]
    assert nav.endswith("DO NOT EDIT.\nnav:\n  - README.md\n  - token-request-v1.md\n")


@pytest.mark.parametrize("name", ["_index.md", "README.md"])
def test_indexes_link_to_every_page(name: str) -> None:
    pages = plain(reference())
    other = {"_index.md": "README.md", "README.md": "_index.md"}[name]
    reached, queue = {name}, [name]
    for path in queue:
        for target in _LINK.findall(pages[path]):
            target_path = posixpath.normpath(
                posixpath.join(posixpath.dirname(path), target.partition("#")[0])
            )
            if target_path not in reached and target_path in pages:
                reached.add(target_path)
                queue.append(target_path)
    assert reached == {path for path in pages if posixpath.basename(path) != other}
    assert "[Shed v1beta1](shed-v1beta1.md)" in pages[f"garden-resources/{name}"]
    # Hugo has one index per folder.
    assert ("render: never" in pages[name]) == (name == "README.md")


def test_missing_texts_fall_back_to_english() -> None:
    both = plain(
        with_chinese(reference(), {f"{PACKAGE}.Plot": "Plot 是一块地。\n它很小，\n很好。"}),
        "en",
        "zh-cn",
    )
    page = both[f"zh-cn/{PLOT}"]
    assert "\nPlot 是一块地。它很小，很好。\n" in page  # browsers show a line break as a space
    assert "piece of ground" not in page
    assert "## 操作" in page
    assert "owner is who waters the plot." in page
    assert "Plot 是" not in both[f"en/{PLOT}"]
    assert dead_links(both) == []


def test_markdown_it_finds_nested_lists_and_no_code() -> None:
    markdown_it = pytest.importorskip("markdown_it", reason="needs markdown-it-py")
    body = plain(reference())[PLOT].split("---\n", 2)[2]
    tokens = markdown_it.MarkdownIt("commonmark").parse(body)
    assert not [token for token in tokens if token.type == "code_block"]
    deepest = depth = 0
    for token in tokens:
        depth += {"bullet_list_open": 1, "bullet_list_close": -1}.get(token.type, 0)
        deepest = max(deepest, depth)
    assert deepest == 2


@pytest.mark.slow  # all pages of a release
def test_official_pages_become_plain_pages() -> None:
    folder = pages_of(oldest(LIST_PAGES), "en")
    pages = plain(
        read_sources([SourcePath(path=folder, display_path="en", locale="en")], Report()), toc=False
    )
    assert len(pages) > 90
    assert not [path for path, text in pages.items() if "{{<" in text]
    assert dead_links(pages) == []


BUILDERS = {
    "material": ("mkdocs", "build", "--strict"),
    "zensical": ("zensical", "build", "--strict"),
    "myst_parser": ("sphinx", "-q", "-W", "-b", "dirhtml", "docs", "site"),
}
MKDOCS = """\
site_name: Garden
theme: {name: material}
validation: {anchors: warn, links: {not_found: warn, unrecognized_links: warn}}
"""
SPHINX = """\
extensions = ["myst_parser"]
myst_heading_anchors = 6
root_doc = "README"
exclude_patterns = ["_index.md", "**/_index.md"]
"""


@pytest.mark.slow(reason="site generators of others build the pages")
@pytest.mark.parametrize("nav", [False, True])
@pytest.mark.parametrize("builder", BUILDERS)
def test_other_generators_build_pages_without_warnings(
    builder: str, nav: bool, tmp_path: Path
) -> None:
    own = "sphinx" if builder == "myst_parser" else "mkdocs"
    pages = emit_texts(reference(), table=contents(), layout="plain", nav=own if nav else "")
    import_or_skip(builder)
    place({**pages, "conf.py": SPHINX}, tmp_path / "docs")
    inherited = "INHERIT: docs/nav.yml\n" if "nav.yml" in pages else ""
    (tmp_path / "mkdocs.yml").write_text(inherited + MKDOCS, encoding="utf-8")
    command, known = (
        [sys.executable, "-m", *BUILDERS[builder]],
        {**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env=known
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()
    assert "<li>" in (tmp_path / "site/garden-resources/plot-v1/index.html").read_text(
        encoding="utf-8"
    )


DOCUSAURUS = JUDGES / "docusaurus"


@pytest.fixture
def docusaurus() -> Iterator[Path]:
    """A site folder below the installation of Docusaurus, which does not follow symlinks."""
    if not (DOCUSAURUS / "node_modules/@docusaurus/core").is_dir():
        skip_missing("Docusaurus", "make docusaurus")
    with tempfile.TemporaryDirectory(dir=DOCUSAURUS, prefix="site-") as name:
        shutil.copy(DOCUSAURUS / "docusaurus.config.js", name)
        (Path(name) / "package.json").write_text("{}", encoding="utf-8")
        yield Path(name)


@pytest.mark.slow(reason="a site generator of others builds the pages")
@pytest.mark.parametrize("nav", ["", "docusaurus"])
def test_docusaurus_builds_pages_without_broken_links(docusaurus: Path, nav: str) -> None:
    place(emit_texts(reference(), table=contents(), layout="plain", nav=nav), docusaurus / "docs")
    known = {**environment(), "DOCUSAURUS_NO_UPDATE": "1", "NO_UPDATE_NOTIFIER": "1"}
    node = shutil.which("node", path=known["PATH"])
    assert node is not None
    program = DOCUSAURUS / "node_modules/@docusaurus/core/bin/docusaurus.mjs"
    command = [node, str(program), "build", "--no-minify"]
    done = subprocess.run(
        command, cwd=docusaurus, capture_output=True, text=True, check=False, env=known
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()
    for page in ("garden-resources/plot-v1", "common-parameters/common-parameters"):
        assert "<li>" in (docusaurus / f"build/{page}/index.html").read_text(encoding="utf-8")
    assert (
        docusaurus / "build/common-parameters/index.html"
    ).is_file()  # a different file than the page of that name

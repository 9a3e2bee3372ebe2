"""Documentation links have targets, and user pages exist in both languages."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from codegen import __version__
from support.corpus import ROOT
from support.rows import each_row

DOCS = ROOT / "docs"
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(DOCS.glob("*.md")),
    *sorted((ROOT / "generated").glob("*.md")),
    *sorted((ROOT / "generated/rules").glob("*.md")),
]
FENCE = re.compile(r"^( *)(```+).*?^\1\2$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\((?P<target>[^()\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
HERE = re.compile(r'id="([^"]+)"')


def prose(page: Path) -> str:
    """Return the text of a page without code."""
    return re.sub(
        r"(`+)(?!`).+?(?<!`)\1(?!`)",
        lambda code: "`" * len(code[0]),
        FENCE.sub("", page.read_text(encoding="utf-8")),
    )


def slug(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
    kept = (sign for sign in plain if sign in " -_" or unicodedata.category(sign)[0] in "LN")
    return "".join(kept).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return {slug(heading) for heading in HEADING.findall(text)} | set(HERE.findall(text))


def links(page: Path) -> list[str]:
    """Return the link targets of a page, except for web addresses."""
    found = (link["target"] for link in LINK.finditer(prose(page)))
    return [target for target in found if not re.match(r"[a-z]+:", target)]


@each_row((page,) for page in PAGES)
def test_links_have_existing_files_and_headings(page: Path) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{target}: there is no {found}"
        assert found.is_relative_to(ROOT), target
        if anchor and found.suffix == ".md":
            assert anchor in anchors(found), f"{target}: no heading has this anchor"


@pytest.mark.parametrize(
    ("index", "ending"), [("index.md", ".md"), ("index.zh-cn.md", ".zh-cn.md")]
)
def test_every_page_is_on_index_of_its_language(index: str, ending: str) -> None:
    named = {target.partition("#")[0] for target in links(DOCS / index)}
    stems = {
        page.name.removesuffix(".zh-cn.md").removesuffix(".md") for page in DOCS.glob("*.md")
    } - {"index"}
    wanted = {
        f"{stem}{ending}" if (DOCS / f"{stem}{ending}").exists() else f"{stem}.md" for stem in stems
    }
    assert wanted <= named


def test_pages_exist_in_both_languages_and_link_each_other() -> None:
    stems = {
        page.name.removesuffix(".md")
        for page in DOCS.glob("*.md")
        if not page.name.endswith(".zh-cn.md")
    }
    chinese = {page.name.removesuffix(".zh-cn.md") for page in DOCS.glob("*.zh-cn.md")}
    assert stems == chinese
    for stem in chinese:
        assert f"{stem}.md" in links(DOCS / f"{stem}.zh-cn.md")
        assert f"{stem}.zh-cn.md" in links(DOCS / f"{stem}.md")


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name.endswith(".zh-cn.md")], ids=lambda page: page.name
)
def test_chinese_pages_link_to_chinese_pages(page: Path) -> None:
    own = page.name.replace(".zh-cn", "")
    for target in links(page):
        other = (page.parent / target.partition("#")[0]).resolve()
        if other.suffix == ".md" and other.name != own and not other.name.endswith(".zh-cn.md"):
            assert not other.with_name(other.name.replace(".md", ".zh-cn.md")).exists(), target


@pytest.mark.parametrize("name", ["README.md", "README.zh-cn.md"])
def test_readme_code_fits_80_columns(name: str) -> None:
    """GitHub scrolls code of more than 80 columns."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    assert [
        line for block in FENCE.finditer(text) for line in block[0].splitlines() if len(line) > 80
    ] == []


def test_changelog_and_pages_have_package_version() -> None:
    versions = re.findall(
        r"^## (\S+) - 20\d\d-\d\d-\d\d$",
        (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert versions[0] == __version__


@pytest.mark.parametrize("page", ["check-drift.md", "check-drift.zh-cn.md"])
def test_pages_pin_a_commit_as_there_is_no_tag(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    pins = re.findall(r"(?:codegen@|REPOSITORY@|rev: |checkout --quiet )(\S+?)[\s\"]", text)
    assert len(pins) == 5
    assert all(re.fullmatch("[0-9a-f]{40}", pin) for pin in pins)

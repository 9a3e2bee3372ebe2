"""`make manual`: README, docs/ and the pages about them as one site with a search, by mkdocs, with our own reference pages in it.

The pages are copied to build/manual/source as they lie in the repository, so that their links hold; those that lead to files that are no
pages lead to the repository. mkdocs runs in its strict mode: a link or an anchor that leads nowhere fails.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import codegen
from release.matrix import project
from support.corpus import ROOT

FOLDER = ROOT / "build" / "manual"
LANGUAGES = {
    "en": ("English", "README.md", "docs/index.md"),
    "zh-cn": ("简体中文", "README.zh-cn.md", "docs/index.zh-cn.md"),
}
GENERATED = ("generated/rules.md", "generated/table-differences.md")
IMAGES = ("tests/bench/validators.svg",)

_SLUGS = "{kwds: {case: lower}}"
_FENCE = re.compile(r"^( *)(```+).*?^\1\2$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\]\()([^()\s]+)(\))")
_TITLES = (re.compile(r"^title: \"?(.+?)\"?$", re.MULTILINE), re.compile(r"^# +(.+)$", re.MULTILINE))


def pages() -> list[str]:
    """The pages of the repository that the manual has, as paths in it."""
    found = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
    return [path.relative_to(ROOT).as_posix() for path in found] + list(GENERATED)


def moved(text: str, page: str, known: frozenset[str]) -> str:
    """A page whose links to what is not in the manual lead to the repository."""
    address = project()["urls"]["Source"]

    def link(found: re.Match[str]) -> str:
        target, mark, anchor = found[2].partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
        if not target or ":" in target or path in known:
            return found[0]
        return f"{found[1]}{address}/blob/main/{path}{mark}{anchor}{found[3]}"

    parts, at = [], 0
    for fence in _FENCE.finditer(text):
        parts += [_LINK.sub(link, text[at : fence.start()]), fence[0]]
        at = fence.end()
    return "".join([*parts, _LINK.sub(link, text[at:])])


def assemble(source: Path) -> dict[str, list[str]]:
    """Copy all pages, and write the reference pages; the paths of the latter by language."""
    known = frozenset((*pages(), *IMAGES))
    for name in known:
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name in IMAGES:
            shutil.copyfile(ROOT / name, target)
        else:
            target.write_text(moved((ROOT / name).read_text(encoding="utf-8"), name, known), encoding="utf-8")
    config = source.parent / "codegen.yaml"
    shipped = posixpath.relpath((ROOT / "schemas").as_posix(), source.parent.as_posix())
    settings = {
        "sources": [
            {"path": f"{shipped}/sources/{page.name}"} for page in sorted((ROOT / "schemas/sources").glob("*.txt"))
        ],
        "locales": list(LANGUAGES),
        "translations": f"{shipped}/translations",
        "outputs": [{"target": "docs", "layout": "plain", "to": "source/reference/{locale}"}],
    }
    config.write_text(json.dumps(settings), encoding="utf-8")
    made = codegen.generate(codegen.load_config(config))
    made.write()
    names = sorted(name.removeprefix("source/") for name in made.files if name.endswith(".md"))
    return {tag: [name for name in names if name.startswith(f"reference/{tag}/")] for tag in LANGUAGES}


def navigation(source: Path, reference: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    """For each language the README, the index, and what the index names in its order, then the reference."""
    known = set(pages())
    for tag, (name, readme, index) in LANGUAGES.items():
        text = (ROOT / index).read_text(encoding="utf-8")
        named = [posixpath.normpath(f"docs/{found[2].partition('#')[0]}") for found in _LINK.finditer(text)]
        others = {each for _, *firsts in LANGUAGES.values() for each in firsts}
        inside = [page for page in dict.fromkeys(named) if page in known and page not in others]
        yield {name: [readme, index, *inside, *({title(source / page): page} for page in reference[tag])]}


def title(page: Path) -> str:
    """The title in the front matter of a page, else its heading, else the name of its file."""
    text = page.read_text(encoding="utf-8")
    return next((found[1] for pattern in _TITLES if (found := pattern.search(text))), page.stem)


def settings(nav: list[dict[str, Any]]) -> dict[str, Any]:
    """What mkdocs is told; JSON is YAML."""
    slugs = {"slugify": _SLUGS, "permalink": True}
    return {
        "site_name": project()["name"],
        "site_description": project()["description"],
        "docs_dir": "source",
        "site_dir": "site",
        "use_directory_urls": False,
        "theme": {
            "name": "material",
            "font": False,
            "features": ["navigation.indexes", "search.highlight", "content.code.copy"],
        },
        "plugins": [{"search": {"lang": ["en", "zh"]}}],
        "markdown_extensions": ["tables", "fenced_code", "attr_list", "md_in_html", {"toc": slugs}],
        "validation": {
            "omitted_files": "info",
            "absolute_links": "warn",
            "unrecognized_links": "warn",
            "anchors": "warn",
        },
        "nav": nav,
    }


def build() -> str:
    """Make the manual; a line that says where. Ends with the status of mkdocs where that refuses it, which says why."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    source = FOLDER / "source"
    source.mkdir(parents=True)
    nav = list(navigation(source, assemble(source)))
    config = FOLDER / "mkdocs.yml"
    text = json.dumps(settings(nav), ensure_ascii=False, indent=1)
    # A function cannot be written in JSON: GitHub's anchors keep the letters of all languages.
    text = text.replace(json.dumps(_SLUGS), f"!!python/object/apply:pymdownx.slugs.slugify {_SLUGS}")
    config.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file", str(config)]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    if status := subprocess.run(command, env=env).returncode:
        sys.exit(status)
    count = sum(1 for _ in (FOLDER / "site").rglob("*.html"))
    return f"{FOLDER / 'site' / 'index.html'}: {count} pages"


if __name__ == "__main__":
    print(build())

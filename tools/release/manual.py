"""`make manual`:

README, docs/ and our own reference pages as a site with a search, by mkdocs, in English and in
Chinese below `zh-cn/`.

Pages keep their places and lose the suffix of their language. A link leads to the page in the
reader's language, else to the English one. Links to other files become plain text. mkdocs runs in
its strict mode, so that a link or an anchor that leads nowhere fails.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import codegen
from support.corpus import ROOT
from tools.release.matrix import project

FOLDER = ROOT / "build" / "manual"
RULES = "generated/rules.md"
RULE_PAGES = tuple(
    path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "generated/rules").glob("*.md"))
)
GENERATED = (RULES, *RULE_PAGES, "generated/update-report.md")
IMAGES = (*(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/pictures").glob("*")),)
INDEX = "docs/index.md"
HOME = "README.md"

_SLUGS = "{kwds: {case: lower}}"
_FENCE = re.compile(r"^( *)(```+).*?^\1\2$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[((?:[^\[\]\n]|\[[^\[\]\n]*\])*)\]\(([^()\s]+)\)")
# A line break after full-width punctuation, which a browser would show as a space.
_CHINESE_BREAK = re.compile(r"(?<=[，。；：、）？！”])\n {0,4}(?![-*|#<>\s]|\d+\. )")
_GROUP = re.compile(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Language:
    """A language of the manual: page suffix, site folder and navigation labels."""

    tag: str
    name: str
    theme: str
    suffix: str
    folder: str
    home: str
    reference: str
    modes: tuple[str, str]


LANGUAGES = (
    Language(
        tag="en",
        name="English",
        theme="en",
        suffix=".md",
        folder="",
        home="Overview",
        reference="TokenRequest, generated",
        modes=("Dark mode", "Light mode"),
    ),
    Language(
        tag="zh-cn",
        name="简体中文",
        theme="zh",
        suffix=".zh-cn.md",
        folder="zh-cn/",
        home="概览",
        reference="生成的 TokenRequest 页面",
        modes=("深色模式", "浅色模式"),
    ),
)


def pages(language: Language) -> dict[str, str]:
    """Return the site paths of pages in a language, by their repository paths."""
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in (ROOT, ROOT / "docs")
        for path in sorted(folder.glob("*.md"))
    ]
    if language.suffix == ".md":
        return {
            path: path for path in (*found, *GENERATED) if not path.endswith(LANGUAGES[1].suffix)
        }
    return {
        path: f"{path.removesuffix(language.suffix)}.md"
        for path in found
        if path.endswith(language.suffix)
    }


def relink(text: str, page: str, language: Language) -> str:
    """Rewrite the links of a repository page for the site of its language."""
    own = pages(language)
    others = {
        path: (other, place)
        for other in LANGUAGES
        if other is not language
        for path, place in pages(other).items()
    }
    here = posixpath.dirname(own[page])

    def link(found: re.Match[str]) -> str:
        words, (target, mark, anchor) = found[1], found[2].partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
        if not target or ":" in target or path in IMAGES:
            return found[0]
        if path in own:
            return f"[{words}]({posixpath.relpath(own[path], here)}{mark}{anchor})"
        # mkdocs builds the other language separately, so this is no Markdown link.
        if path in others:
            other, place = others[path]
            root = posixpath.relpath(other.folder or ".", posixpath.join(language.folder, here))
            html = f"{place.removesuffix('.md')}.html".replace("README.html", "index.html")
            return f'<a href="{root}/{html}{mark}{anchor}" hreflang="{other.tag}">{words}</a>'
        return str(words)

    def convert(prose: str) -> str:
        return _LINK.sub(link, _CHINESE_BREAK.sub("", prose))

    parts, at = [], 0
    for fence in _FENCE.finditer(text):
        parts += [convert(text[at : fence.start()]), fence[0]]
        at = fence.end()
    return "".join([*parts, convert(text[at:])])


def assemble(source: Path, language: Language) -> list[str]:
    """Write all pages of a language to a folder, and return the paths of its generated reference
    pages.
    """
    for path, place in pages(language).items():
        (source / place).parent.mkdir(parents=True, exist_ok=True)
        (source / place).write_text(
            relink((ROOT / path).read_text(encoding="utf-8"), path, language), encoding="utf-8"
        )
    for path in IMAGES:
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, source / path)
    schemas = posixpath.relpath((ROOT / "schemas").as_posix(), source.as_posix())
    settings = {
        "sources": [
            {"path": f"{schemas}/sources/{page.name}"}
            for page in sorted((ROOT / "schemas/sources").glob("*.txt"))
        ],
        "locales": [language.tag],
        "translations": f"{schemas}/translations",
        "outputs": [{"target": "docs", "layout": "plain", "to": "reference"}],
    }
    config = source / "codegen.yaml"
    config.write_text(json.dumps(settings), encoding="utf-8")
    made = codegen.generate(codegen.load_config(config))
    made.write()
    for name in (
        "codegen.yaml",
        ".codegen-files",
        "reference/.codegen-files",
        "reference/_index.md",
    ):
        (source / name).unlink()
    return sorted(name for name in made.files if name.endswith(".md") and (source / name).exists())


def navigation(language: Language, reference: list[str]) -> Iterator[str | dict[str, Any]]:
    """Yield the README, the index, the groups of the index in its order, and the reference pages."""
    own = pages(language)
    (index,) = [path for path, place in own.items() if place == INDEX]
    yield {language.home: HOME}
    yield INDEX
    for group in _GROUP.finditer((ROOT / index).read_text(encoding="utf-8")):
        paths = [posixpath.normpath(f"docs/{link[2]}") for link in _LINK.finditer(group[2])]
        if RULES in paths:
            after = paths.index(RULES) + 1
            paths[after:after] = RULE_PAGES
        if inside := [own[path] for path in paths if path in own]:
            yield {group[1]: inside}
    yield {language.reference: reference}


def settings(language: Language, nav: list[str | dict[str, Any]]) -> dict[str, Any]:
    """Return the settings of mkdocs for a language. JSON is YAML."""
    dark, light = language.modes
    up = "../" if language.folder else "./"
    return {
        "site_name": project()["name"],
        "docs_dir": f"source/{language.tag}",
        "site_dir": f"site/{language.folder}",
        "use_directory_urls": False,
        "theme": {
            "name": "material",
            "language": language.theme,
            "font": False,
            "features": ["navigation.sections", "search.highlight", "content.code.copy"],
            "palette": [
                {
                    "media": "(prefers-color-scheme: light)",
                    "scheme": "default",
                    "toggle": {"icon": "material/weather-night", "name": dark},
                },
                {
                    "media": "(prefers-color-scheme: dark)",
                    "scheme": "slate",
                    "toggle": {"icon": "material/weather-sunny", "name": light},
                },
            ],
        },
        "extra": {
            "alternate": [
                {"name": each.name, "link": f"{up}{each.folder}", "lang": each.theme}
                for each in LANGUAGES
            ]
        },
        "plugins": [{"search": {"lang": language.theme}}],
        "markdown_extensions": [
            "tables",
            "fenced_code",
            "attr_list",
            "md_in_html",
            {"toc": {"slugify": _SLUGS, "permalink": True}},
        ],
        "validation": {
            "omitted_files": "info",
            "absolute_links": "warn",
            "unrecognized_links": "warn",
            "anchors": "warn",
        },
        "nav": nav,
    }


def build() -> str:
    """Build the manual and return a message with its location.

    Exits with the status of mkdocs on failure.
    """
    shutil.rmtree(FOLDER, ignore_errors=True)
    for language in LANGUAGES:
        source = FOLDER / "source" / language.tag
        source.mkdir(parents=True)
        text = json.dumps(
            settings(language, list(navigation(language, assemble(source, language)))),
            ensure_ascii=False,
        )
        # JSON cannot express the slug function, which keeps letters of all languages like GitHub's
        # anchors.
        text = text.replace(
            json.dumps(_SLUGS), f"!!python/object/apply:pymdownx.slugs.slugify {_SLUGS}"
        )
        config = FOLDER / f"mkdocs.{language.tag}.yml"
        config.write_text(text, encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--strict",
            "--quiet",
            "--config-file",
            str(config),
        ]
        if status := subprocess.run(
            command, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        ).returncode:
            sys.exit(status)
    count = sum(1 for _ in (FOLDER / "site").rglob("*.html"))
    return f"{FOLDER / 'site' / 'index.html'}: {count} pages"


if __name__ == "__main__":
    print(build())

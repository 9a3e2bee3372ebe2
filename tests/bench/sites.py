"""The site of a whole release beside mkdocs-material on the same pages, and in two languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from row import Row, interleaved

BIN = Path(sys.executable).parent
_SECONDS = 10  # that a build in two languages may take


def rows(document: Path) -> Iterator[Row]:
    """Yield the rows on the sites of an OpenAPI document."""
    with tempfile.TemporaryDirectory() as name:
        folder, release = Path(name), document.parent.name
        pages = {"target": "docs", "layout": "plain", "to": "docs"}
        configure(folder, document, ["en"], pages)
        (folder / "mkdocs.yml").write_text(json.dumps({"site_name": "x", "theme": {"name": "material"}}))
        run(folder, "codegen", "generate")
        count = sum(1 for _ in (folder / "docs").rglob("*.md"))
        ours, theirs = interleaved(
            lambda: run(folder, "codegen", "site"), lambda: run(folder, "mkdocs", "build", "--quiet"), 1
        )
        what = f"codegen site, {release} in English / mkdocs-material on its {count} plain pages"
        yield Row(what=what, ours=ours, theirs=theirs)
        configure(folder, document, ["en", "zh-cn"])
        ours, _ = interleaved(lambda: run(folder, "codegen", "site"), lambda: None, 1)
        yield Row(what=f"codegen site, {release} in two languages / {_SECONDS} s", ours=ours, theirs=_SECONDS * 1000)


def configure(folder: Path, document: Path, locales: list[str], *outputs: dict[str, str]) -> None:
    config = {"sources": [{"path": str(document)}], "locales": locales, "outputs": outputs}
    (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")


def run(folder: Path, program: str, *arguments: str) -> None:
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run([BIN / program, *arguments], cwd=folder, check=True, capture_output=True, env=environment)

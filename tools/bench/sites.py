"""The site of a whole release, compared with mkdocs-material on the same pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.bench.row import Row, measure_interleaved

BIN = Path(sys.executable).parent


def bench_site(document: Path) -> Row:
    """Measure the site of an OpenAPI document in English, with its search."""
    pages = {"target": "docs", "layout": "plain", "to": "docs"}
    config = {"sources": [{"path": str(document)}], "locales": ["en"], "outputs": [pages]}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
        (folder / "mkdocs.yml").write_text(
            json.dumps({"site_name": "x", "theme": {"name": "material"}})
        )
        run(folder, "codegen", "generate")
        count = sum(1 for _ in (folder / "docs").rglob("*.md"))
        mine, others = measure_interleaved(
            lambda: run(folder, "codegen", "site"),
            lambda: run(folder, "mkdocs", "build", "--quiet"),
            1,
        )
    what = (
        f"codegen site, {document.parent.name} in English / mkdocs-material on its {count} "
        "plain pages"
    )
    return Row(what=what, ours=mine, theirs=others)


def run(folder: Path, program: str, *arguments: str) -> None:
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(
        [BIN / program, *arguments], cwd=folder, check=True, capture_output=True, env=environment
    )

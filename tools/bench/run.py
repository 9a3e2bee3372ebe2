"""`make bench`: ratios of this project to other tools on the same input, interleaved in one run.

Ratios depend less on the machine than times. The exit status is the number of rows above their
limit.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tools.bench import custom_resources, manifests, plot, sites, validators
from tools.bench.row import Row, measure_interleaved, processor_time

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = "docs/reference/kubernetes-api"
BIN = Path(sys.executable).parent
PAGES = (ROOT / "docs/performance.md", ROOT / "docs/performance.zh-cn.md")
DRAWING = ROOT / "docs/pictures/validators.svg"
PEERS = (
    "datamodel-code-generator",
    "markdown-it-py",
    "mkdocs-material",
    "jinja2",
    "fastjsonschema",
    "jsonschema",
    "jsonschema-rs",
    "kubernetes-validate",
    "pydantic",
)
# Installed tools come with their bytecode, an editable install must be able to write its own.
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}


def process(*command: str, cwd: Path) -> Callable[[], object]:
    """Return a call that runs a whole process, which must succeed."""
    return lambda: subprocess.run(
        command, cwd=cwd, check=True, capture_output=True, env=ENVIRONMENT
    )


def configure(folder: Path, **config: Any) -> Callable[[], object]:
    """Write a codegen.yaml, and return a call that generates everything from scratch."""
    (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML

    def generate() -> None:
        shutil.rmtree(folder / "out", ignore_errors=True)
        process(str(BIN / "codegen"), "generate", cwd=folder)()

    return generate


def bench_check() -> Row:
    """Measure `codegen check` of this unchanged repository, compared with an interpreter that only
    imports jinja2.
    """
    ours = process(str(BIN / "codegen"), "check", cwd=ROOT)
    mine, others = measure_interleaved(
        ours, process(sys.executable, "-c", "import jinja2", cwd=ROOT), 25
    )
    return Row(
        what='codegen check, nothing changed / python -c "import jinja2"',
        ours=mine,
        theirs=others,
        at_most=3,
    )


def bench_page() -> Row:
    """Measure all outputs of one page, compared with datamodel-codegen for dataclasses only."""
    page = min((ROOT / "schemas/sources").glob("*.txt"))
    schema = min((ROOT / "schemas").glob("tokenrequest-*.json"))
    targets = ("json-schema", "openapi", "dataclasses", "validators", "pydantic", "msgspec")
    with tempfile.TemporaryDirectory() as name:
        outputs = [
            *({"target": target, "to": "out/code"} for target in targets),
            {"target": "docs", "layout": "list", "to": "out/docs/{locale}"},
        ]
        sources = [{"path": str(page), "locale": "zh-cn"}]
        ours = configure(Path(name), sources=sources, locales=["en", "zh-cn"], outputs=outputs)
        kinds = ("--input-file-type", "jsonschema", "--output-model-type", "dataclasses.dataclass")
        command = (
            str(BIN / "datamodel-codegen"),
            "--input",
            str(schema),
            *kinds,
            "--formatters",
            "builtin",
        )
        mine, others = measure_interleaved(
            ours, process(*command, "--output", "models", cwd=Path(name)), 7
        )
    what = "one page to 7 outputs / datamodel-codegen --formatters builtin, its dataclasses alone"
    return Row(what=what, ours=mine, theirs=others)


def list_pages(corpus: Path, locale: str) -> list[Path]:
    """Return all list pages of one language of the first release of the corpus that has them."""
    for release in sorted(corpus.glob("v*")):
        files = sorted((release / "content" / locale / REFERENCE).rglob("*.md"))
        found = [path for path in files if path.name != "_index.md"]
        if found and "<table>" not in found[0].read_text(encoding="utf-8"):
            return found
    return []


def bench_reading(files: list[Path], locale: str) -> Row:
    """Measure reading all list pages of one language, compared with tokenizing by markdown-it-py."""
    from markdown_it import MarkdownIt

    from codegen.core.diagnostics import Report
    from codegen.readers.sources import SourcePath, read_sources

    folder = next(parent for parent in files[0].parents if parent.name == "kubernetes-api")
    parser = MarkdownIt()
    mine, others = measure_interleaved(
        lambda: read_sources(
            [SourcePath(path=folder, display_path="pages", locale=locale)], Report()
        ),
        lambda: [parser.parse(file.read_text(encoding="utf-8")) for file in files],
        7,
    )
    what = f"{len(files)} {locale} list pages into the model / markdown-it-py tokens of them"
    return Row(what=what, ours=mine, theirs=others)


def bench_memory() -> Row:
    """Measure the peak memory of reading one page of 50 MB, compared with its size."""
    with tempfile.TemporaryDirectory() as name:
        page = Path(name) / "page.md"
        page.write_text(invented_page(50 * 1024 * 1024), encoding="utf-8")
        code = (
            "import sys, resource; from pathlib import Path; from codegen.readers.sources import "
            "*; from codegen.core.diagnostics import Report;"
            "read_sources([SourcePath(path=Path(sys.argv[1]), shown='page.md', locale='en')], "
            "Report());"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(page)], check=True, cwd=ROOT, capture_output=True
        )
        size = page.stat().st_size / 1024 / 1024
    what = "peak memory of reading one page of 50 MB / its size"
    return Row(what=what, ours=int(done.stdout) / 1024, theirs=size, unit="MB", at_most=20)


def invented_page(size: int) -> str:
    """Return a page of the list layout with about this many characters."""
    head = '---\napi_metadata:\n  apiVersion: "garden.example.io/v1"\n  import: "example.io/api/garden/v1"\n  kind: "Plot"\ntitle: "Plot"\nweight: 1\n---\n\n`import "example.io/api/garden/v1"`\n\n## Plot {#Plot}\n\nA plot.\n\n<hr>\n'
    row = (
        "\n- **bed{0}** ([]string), required\n\n  *Atomic: will be replaced during a merge*\n  "
        "\n  Bed {0} holds what was sown in it: beans (*early* ones), peas, `leeks`.\n  It is "
        "listed here so that\n  the page is long.\n"
    )
    return head + "".join(map(row.format, range(size // len(row))))


def bench_tree(release: Path, layout: str, upstream: float) -> Row:
    """Measure a whole tree of pages from an OpenAPI document, compared with the best known time of
    upstream's Go generator.

    That binary is in no package registry, so its time is a constant measured on a similar machine.
    """
    output = {"target": "docs", "layout": layout, "to": "out/{locale}"}
    if layout == "list":
        output |= {"toc": str(release / "toc.yaml"), "fields": str(release / "fields.yaml")}
    with tempfile.TemporaryDirectory() as name:
        sources = [{"path": str(release / "swagger.json")}]
        generate = configure(Path(name), sources=sources, locales=["en"], outputs=[output])
        mine = min(processor_time(generate) for _ in range(5))
        count = sum(1 for _ in (Path(name) / "out").rglob("*.md"))
    what = f"{layout} tree of {release.name}, {count} pages / upstream's generator, noted elsewhere"
    return Row(what=what, ours=mine, theirs=upstream)


def bench_generated_python(document: Path) -> Iterator[Row]:
    """Measure validators and dataclasses of one release; the validators are drawn too."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        validators.generate(document, folder)
        figures = {}
        for subject in validators.SUBJECTS:
            figures[subject.title] = validators.measure(subject, folder)
            yield from validators.rows(subject, figures[subject.title])
        yield from validators.bench_all_definitions(document, folder)
    DRAWING.write_text(plot.draw(figures, machine()), encoding="utf-8")


def rows(corpus: Path) -> Iterator[Row]:
    """Yield every comparison that this machine can make."""
    yield bench_check()
    yield bench_page()
    yield bench_memory()
    yield from custom_resources.bench_custom_resources()
    if not corpus.is_dir():
        print(f"      no corpus at {corpus}: the rows on real pages and releases are left out")
        return
    for locale in ("en", "zh-cn"):
        if files := list_pages(corpus, locale):
            yield bench_reading(files, locale)
    documents = sorted(corpus.glob("v*/swagger.json"))
    oldest, newest = documents[0].parent, documents[-1].parent
    if (oldest / "toc.yaml").is_file():
        yield bench_tree(oldest, "list", 1200)
    yield bench_tree(newest, "table", 2700)
    yield from manifests.rows(newest.name.removeprefix("v"))
    yield from bench_generated_python(documents[0])
    yield sites.bench_site(documents[-1])


def machine() -> str:
    return (
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} "
        f"cores, {platform.machine()}"
    )


def record(made: list[Row]) -> None:
    """Write the table into the performance page of each language."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PEERS)
    cells = [("ours / theirs", "ratio", "at most"), ("---",) * 3, *(row.cells for row in made)]
    table = "".join(f"| {' | '.join(each)} |\n" for each in cells)
    begin, end = "<!-- figures: bench -->\n", "<!-- end of figures -->"
    block = f"{begin}{machine()}; {versions}.\n\n{table}{end}"
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        page.write_text(
            re.sub(f"{begin}.*?{end}", lambda _: block, text, flags=re.DOTALL), encoding="utf-8"
        )


def main() -> int:
    """Print the rows and record them. Returns the number of rows above their limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    options = parser.parse_args()
    made = []
    for row in rows(options.corpus.resolve()):
        made.append(row)
        print(row, flush=True)
    record(made)
    return sum(not row.is_good for row in made)


if __name__ == "__main__":
    sys.exit(main())

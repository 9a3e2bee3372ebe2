"""`make bench`: this project beside other tools on the same input, interleaved in one run, printed as ratios.

Every row names what is compared, both medians, the ratio, and the ratio that the project promises. Times move from machine
to machine; ratios move little. The exit status is the number of rows that miss their promise.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import growing
import manifests
import plot
import rules_in_cel
import sites
import tokens
import validators
from row import Row, interleaved

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = "docs/reference/kubernetes-api"
BIN = Path(sys.executable).parent


# Installed tools come with their bytecode, an editable install must be able to write its own.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def process(*command: str, cwd: Path) -> Callable[[], object]:
    """A whole process, which must succeed."""
    return lambda: subprocess.run(command, cwd=cwd, check=True, capture_output=True, env=ENVIRONMENT)


def bench_generate() -> Row:
    """`codegen generate` of all outputs from nothing, beside datamodel-codegen for dataclasses alone from our schema."""
    with tempfile.TemporaryDirectory() as name:
        ours, theirs = Path(name) / "ours", Path(name) / "theirs"
        for part in ("codegen.yaml", "schemas/sources", "schemas/translations"):
            source, target = ROOT / part, ours / part
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
        theirs.mkdir()
        schema = next(path for path in sorted((ROOT / "schemas").glob("*.json")))

        def fresh() -> None:
            for folder in ("generated", *(str(path.relative_to(ours)) for path in (ours / "schemas").glob("*.*"))):
                path = ours / folder
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            process(str(BIN / "codegen"), "generate", cwd=ours)()

        other = process(
            str(BIN / "datamodel-codegen"),
            "--input",
            str(schema),
            "--input-file-type",
            "jsonschema",
            "--output-model-type",
            "dataclasses.dataclass",
            "--formatters",
            "builtin",
            "--output",
            "models",
            cwd=theirs,
        )
        mine, others = interleaved(fresh, other, 7)
    return Row(
        what="codegen generate, all outputs from nothing / datamodel-codegen --formatters builtin",
        ours=mine,
        theirs=others,
        unit="ms",
        at_most=1,
    )


def pages(corpus: Path, locale: str) -> list[Path]:
    """All list pages of one language of the first release of the corpus that has them."""
    for release in sorted(corpus.glob("v*")):
        found = [
            path
            for path in sorted((release / "content" / locale / REFERENCE).rglob("*.md"))
            if path.name != "_index.md"
        ]
        if found and "<table>" not in found[0].read_text(encoding="utf-8"):
            return found
    return []


def bench_reading(corpus: Path, locale: str) -> Row:
    """All list pages of one language into the model, beside markdown-it-py that only makes tokens of them."""
    from markdown_it import MarkdownIt

    from codegen.findings.diagnostics import Report
    from codegen.readers.sources import SourcePath, read_sources

    files = pages(corpus, locale)
    folder = next(parent for parent in files[0].parents if parent.name == "kubernetes-api")
    parser = MarkdownIt()

    def ours() -> None:
        read_sources([SourcePath(path=folder, shown="pages", locale=locale)], Report())

    def theirs() -> None:
        for file in files:
            parser.parse(file.read_text(encoding="utf-8"))

    mine, others = interleaved(ours, theirs, 7)
    return Row(
        what=f"{len(files)} {locale} list pages into the model / markdown-it-py tokens of them",
        ours=mine,
        theirs=others,
        unit="ms",
        at_most=0.25,
    )


def invented_page(fields: int) -> str:
    """A page of the list layout with this many fields."""
    head = '---\napi_metadata:\n  apiVersion: "garden.example.io/v1"\n  import: "example.io/api/garden/v1"\n  kind: "Plot"\ntitle: "Plot"\nweight: 1\n---\n\n`import "example.io/api/garden/v1"`\n\n## Plot {#Plot}\n\nA plot.\n\n<hr>\n'
    row = "\n- **bed{0}** ([]string), required\n\n  *Atomic: will be replaced during a merge*\n  \n  Bed {0} holds what was sown in it: beans (*early* ones), peas, `leeks`.\n  It is listed here so that\n  the page is long.\n"
    return head + "".join(row.format(number) for number in range(fields))


def bench_linear() -> Row:
    """A page twice as long takes about twice as long, from the file to the model."""
    from codegen.findings.diagnostics import Report
    from codegen.readers.sources import SourcePath, read_sources

    with tempfile.TemporaryDirectory() as name:

        def page(fields: int) -> Callable[[], object]:
            file = Path(name) / f"page-{fields}.md"
            file.write_text(invented_page(fields), encoding="utf-8")
            return lambda: read_sources([SourcePath(path=file, shown=file.name, locale="en")], Report())

        long, short = interleaved(page(40_000), page(20_000), 7)
    return Row(what="a page of 40,000 fields / one of 20,000", ours=long, theirs=short, unit="ms", at_most=2.2)


def bench_memory() -> Row:
    """Peak memory of `inspect` on one page of 50 MB, beside the size of the page."""
    size = 50 * 1024 * 1024
    with tempfile.TemporaryDirectory() as name:
        page = Path(name) / "page.md"
        page.write_text(invented_page(size // len(invented_page(1000)) * 1000), encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        code = (
            "import sys; from pathlib import Path; from codegen.readers.sources import *; from codegen.findings.diagnostics import Report;"
            "read_sources([SourcePath(path=Path(sys.argv[1]), shown='page.md', locale='en')], Report())"
        )
        subprocess.run([sys.executable, "-c", code, str(page)], check=True, cwd=ROOT)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        megabytes = page.stat().st_size / 1024 / 1024
    return Row(
        what="peak memory of reading one page of 50 MB / its size" + (" (an upper bound)" if peak == before else ""),
        ours=peak / 1024,
        theirs=megabytes,
        unit="MB",
        at_most=20,
    )


def bench_openapi(document: Path) -> Row:
    """An OpenAPI document into the model, beside json.load of it."""
    from codegen.findings.diagnostics import Report
    from codegen.readers.sources import SourcePath, read_sources

    def theirs() -> object:
        with document.open(encoding="utf-8") as stream:
            return json.load(stream)

    mine, others = interleaved(
        lambda: read_sources([SourcePath(path=document, shown="swagger.json")], Report()), theirs, 7
    )
    return Row(
        what=f"{document.parent.name}/{document.name} into the model / json.load of it",
        ours=mine,
        theirs=others,
        unit="ms",
        at_most=6,
    )


def bench_resources(folders: list[Path]) -> Row:
    """All CustomResourceDefinitions of some folders into the model, beside the C loader of PyYAML on the same files."""
    import yaml

    from codegen.findings.diagnostics import Report
    from codegen.readers.sources import SourcePath, read_sources

    files = [file for folder in folders for file in sorted(folder.rglob("*.yaml"))]

    def theirs() -> object:
        return [list(yaml.load_all(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)) for file in files]

    mine, others = interleaved(
        lambda: [read_sources([SourcePath(path=folder, shown=folder.name)], Report()) for folder in folders], theirs, 7
    )
    return Row(
        what=f"{len(files)} files of CustomResourceDefinitions into the model / PyYAML's CSafeLoader",
        ours=mine,
        theirs=others,
        unit="ms",
        at_most=2,
    )


def bench_check() -> Row:
    """`codegen check` of this repository, unchanged, beside an interpreter that only imports jinja2."""
    ours = process(str(BIN / "codegen"), "check", cwd=ROOT)
    mine, others = interleaved(ours, process(sys.executable, "-c", "import jinja2", cwd=ROOT), 11)
    return Row(
        what='codegen check, nothing changed / python -c "import jinja2"',
        ours=mine,
        theirs=others,
        unit="ms",
        at_most=3,
    )


def bench_tree(release: Path, layout: str, upstream: float) -> Row:
    """A whole tree of pages from an OpenAPI document, beside the best time known of upstream's prebuilt Go generator.

    That binary cannot be had from a package registry, so its time is a constant of the same kind of machine, not measured here.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        output = {"target": "docs", "layout": layout, "to": "out/{locale}"}
        if layout == "list" and (release / "toc.yaml").is_file():
            output |= {"toc": str(release / "toc.yaml"), "fields": str(release / "fields.yaml")}
        config = {"sources": [{"path": str(release / "swagger.json")}], "locales": ["en"], "outputs": [output]}
        (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML

        def fresh() -> None:
            shutil.rmtree(folder / "out", ignore_errors=True)
            process(str(BIN / "codegen"), "generate", cwd=folder)()

        mine, _ = interleaved(fresh, lambda: None, 5)
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        count = sum(1 for _ in (folder / "out").rglob("*.md"))
    what = f"{layout} tree of {release.name}, {count} pages / upstream's generator, noted elsewhere (children so far peak at {before // 1024} MB)"
    return Row(what=what, ours=mine, theirs=upstream, unit="ms", at_most=1)


def bench_one_kind(document: Path) -> Row:
    """One kind of a whole release by all targets that write files of it, beside one page by those of a small project; whole processes.

    What is compared is the time of processors: how long a disk takes to have the files is the same question for both.
    """
    python = ("dataclasses", "validators", "pydantic", "msgspec", "typeddict")
    pages = {"target": "docs", "layout": "list", "to": "docs/{locale}"}
    page = min((ROOT / "schemas" / "sources").glob("*.txt"))
    of_kind = {
        "sources": [{"path": str(document)}],
        "locales": ["en"],
        "select": ["authentication.k8s.io/v1/TokenRequest"],
        "outputs": [*({"target": target, "to": "out"} for target in ("json-schema", "openapi", *python)), pages],
    }
    of_page = {
        "sources": [{"path": str(page), "locale": "zh-cn"}],
        "locales": ["en", "zh-cn"],
        "outputs": [
            *({"target": target, "to": "schemas"} for target in ("json-schema", "openapi")),
            *({"target": target, "to": "py"} for target in python[:2]),
            pages,
        ],
    }

    def spent(config: dict[str, object]) -> float:
        with tempfile.TemporaryDirectory() as name:
            (Path(name) / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            process(str(BIN / "codegen"), "generate", cwd=Path(name))()
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1000

    times = [(spent(of_kind), spent(of_page)) for _ in range(15)]
    mine, others = (statistics.median(side) for side in zip(*times, strict=True))
    return Row(
        what=f"one kind of {document.parent.name}/{document.name}, 8 outputs / one page, 5 outputs; whole processes",
        ours=mine,
        theirs=others,
        unit="ms",
        at_most=1.3,
    )


def rows(corpus: Path) -> list[Callable[[], Row]]:
    """Every comparison that the machine can make."""
    found: list[Callable[[], Row]] = [
        bench_generate,
        bench_check,
        bench_linear,
        rules_in_cel.bench_rules,
    ]
    for release in sorted(corpus.glob("v*")):
        layout, upstream = ("list", 1200) if (release / "toc.yaml").is_file() else ("table", 2700)
        if (release / "swagger.json").is_file():
            found.append(partial(bench_tree, release, layout, upstream))
    found.append(bench_memory)
    for locale in ("en", "zh-cn"):
        if pages(corpus, locale):
            found.append(partial(bench_reading, corpus, locale))
    documents = sorted(corpus.glob("v*/swagger.json"))
    found += [partial(bench_openapi, document) for document in documents]
    found += [partial(bench_one_kind, document) for document in documents[-1:]]
    if resources := sorted(folder for folder in (corpus / "crds").glob("*/*") if folder.is_dir()):
        found.append(partial(bench_resources, resources))
    return found


def of_generated_python(document: Path, drawing: Path | None) -> Iterator[Row]:
    """Validators, structs and dataclasses of one release; the validators are drawn too."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        validators.generate(document, folder)
        figures = {}
        for subject in validators.SUBJECTS:
            times = validators.measured(subject, folder)
            figures[subject.title] = times
            yield from validators.rows(subject, times)
        yield validators.bench_structs()
        yield from validators.bench_all_definitions(document, folder)
    if drawing is not None:
        drawing.write_text(plot.drawn(figures, machine()), encoding="utf-8")
        print(f"      drawn: {drawing}")


def recorded(file: Path, made: list[Row], growth: str | None) -> dict[str, Any]:
    """What is written down: all rows, or those of growth, of one room or of all, among the others as they were measured before."""
    rows = [{"what": row.what, "ratio": row.shown, "at most": row.limit} for row in made]
    if growth is not None:
        before = json.loads(file.read_text(encoding="utf-8"))
        begins = f"{growth}: " if growth else ""
        again = [growing.WHAT in row["what"] and row["what"].startswith(begins) for row in before["rows"]]
        places = [at for at, is_again in enumerate(again) if is_again]
        others = [row for row, is_again in zip(before["rows"], again, strict=True) if not is_again]
        at = places[0] if places else len(others)
        return {**before, "rows": [*others[:at], *rows, *others[at:]]}
    return {"machine": machine(), "versions": versions(), "rows": rows}


def every(corpus: Path, drawing: Path | None) -> Iterator[Row]:
    """All rows, one after the other."""
    for row in rows(corpus):
        yield row()
    yield from tokens.rows()
    yield from growing.rows()
    documents = sorted(corpus.glob("v*/swagger.json"))
    if documents:
        yield from manifests.rows(documents[-1].parent.name.removeprefix("v"))
        yield from of_generated_python(documents[0], drawing)
        yield from sites.rows(documents)


def versions() -> str:
    """What it is measured beside, and what it runs on."""
    return ", ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in (
            *("datamodel-code-generator", "markdown-it-py", "black", "jinja2", "fastjsonschema", "jsonschema"),
            *("jsonschema-rs", "kubernetes-validate", "pydantic", "msgspec", "cel-expr-python"),
        )
    )


def machine() -> str:
    """What it ran on."""
    return (
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    )


def main() -> int:
    """Print the rows; returns how many miss their promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--corpus", type=Path, default=Path(os.environ.get("CODEGEN_CORPUS", ROOT.parent / "shared" / "corpus"))
    )
    parser.add_argument("--plot", type=Path, help="where the drawing of the validators goes")
    parser.add_argument(
        "--record", type=Path, help="where the ratios go, as JSON from which the page of them is written"
    )
    parser.add_argument(
        "--growth", nargs="?", const="", metavar="ROOM", help="only the rows on how work grows, or that of one room"
    )
    options = parser.parse_args()
    corpus = options.corpus.resolve()
    print(f"{machine()}; {versions()}")
    if not corpus.is_dir():
        print(f"      no corpus at {corpus}: the rows on real pages are left out")
    made = []
    for row in growing.rows(options.growth) if options.growth is not None else every(corpus, options.plot):
        made.append(row)
        print(row, flush=True)
    if options.record is not None:
        record = recorded(options.record, made, options.growth)
        options.record.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return sum(not row.good for row in made)


if __name__ == "__main__":
    sys.exit(main())

"""Reading, comparing and validating take linear time, for inputs that invite quadratic algorithms."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import CodegenError, Report
from codegen.drift import diff as drift
from codegen.drift.history.history import history
from codegen.drift.review.review import review
from codegen.findings.formats import render
from codegen.outputs.docs.shared.line_filling import wrap_paragraphs
from codegen.outputs.escaping import cells, portable
from codegen.outputs.python import formatting
from codegen.project.config import configuration
from codegen.project.emit import generate
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation.confirm import confirm_drafts
from codegen.translation.glossary import load_glossary
from codegen.translation.lint.linter import lint
from codegen.translation.po import Catalog, Entry
from codegen.translation.update import translate
from codegen.validation.manifest_files import validate_files
from gardens.parts import GROUP, PACKAGE, PAGE_HEAD, PLOT, gvk_of, kind, openapi, ref
from support.growth import grows_linearly

Make = Callable[[int], Any]
pytestmark = pytest.mark.timing


def field(number: int) -> dict[str, Any]:
    return {"type": "string", "description": f"bed{number} holds beans, peas and leeks."}


def plot(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return openapi({PLOT: kind(properties=properties, **more)})


def nested(depth: int, number: int) -> dict[str, Any]:
    if depth == 0:
        return field(number)
    return {"type": "object", "properties": {"a": nested(depth - 1, number), "b": field(number)}}


def operation(number: int, parameters: int = 2) -> dict[str, Any]:
    queries = [
        {"in": "query", "name": f"query{each}", "type": "string"} for each in range(parameters)
    ]
    return {
        "post": {
            "description": f"create Plot {number}",
            "operationId": f"createPlot{number}",
            "parameters": queries,
            "responses": {"200": {"description": "OK", "schema": ref(PLOT)}},
            "x-kubernetes-action": "post",
            "x-kubernetes-group-version-kind": gvk_of(),
        }
    }


DOCUMENTS: dict[str, Make] = {
    "definitions": lambda n: openapi({f"{PACKAGE}.Plot{i}": kind(f"Plot{i}") for i in range(n)}),
    "kinds of one name": lambda n: openapi(
        {f"io.example.api.g{i}.v1.Plot": kind() for i in range(n)}
    ),
    "names of one spelling": lambda n: openapi(
        {
            f"{PACKAGE}.plot{'-' * (i % 7)}.{i}-Bed": {
                "type": "object",
                "properties": {"a": field(i)},
            }
            for i in range(n)
        }
    ),
    "one that names all": lambda n: openapi(
        {PLOT: kind(properties={f"p{i}": ref(f"Bed{i}") for i in range(n)})}
        | {f"{PACKAGE}.Bed{i}": {"type": "object", "properties": {"a": field(i)}} for i in range(n)}
    ),
    "a circle of kinds": lambda n: openapi(
        {
            f"{PACKAGE}.Plot{i}": kind(
                f"Plot{i}", properties={"next": ref(f"Plot{(i + 1) % n}"), "bed": field(i)}
            )
            for i in range(n)
        }
    ),
    "a chain of parts": lambda n: openapi(
        {
            f"{PACKAGE}.Plot{i}": {
                "allOf": [
                    ref(f"Plot{i + 1}"),
                    {"type": "object", "properties": {f"a{i}": field(i)}},
                ]
            }
            for i in range(n)
        }
        | {f"{PACKAGE}.Plot{n}": kind()}
    ),
    "shared parts": lambda n: openapi(
        {
            f"{PACKAGE}.Plot{i}": {
                "allOf": [ref(f"Plot{i + 1}")] * 2,
                "properties": {f"a{i}": field(i)},
            }
            for i in range(n)
        }
        | {f"{PACKAGE}.Plot{n}": kind()}
    ),
    "one part n times": lambda n: openapi(
        {
            PLOT: {"allOf": [ref("Bed")] * n},
            f"{PACKAGE}.Bed": {"type": "object", "properties": {"a": field(0)}},
        }
    ),
    "parts": lambda n: openapi(
        {PLOT: {"allOf": [{"properties": {f"a{i}": field(i)}} for i in range(n)]}}
    ),
    "a choice": lambda n: plot(
        {"bed": {"oneOf": [{"type": "string", "pattern": f"^bed{i}$"} for i in range(n)]}}
    ),
    "fields": lambda n: plot({f"bed{i}": field(i) for i in range(n)}),
    "objects in fields": lambda n: plot({f"bed{i}": nested(4, i) for i in range(n)}),
    "listed values": lambda n: plot(
        {
            "bed": {
                "type": "string",
                "description": "The bed.",
                "enum": [f"Bed{i}" for i in range(n)],
            }
        }
    ),
    "one long description": lambda n: plot(
        {
            "bed": {
                "type": "string",
                "description": " ".join(f"bed{i} holds `beans{i}`, *peas*." for i in range(n)),
            }
        }
    ),
    "operations": lambda n: openapi(
        {PLOT: kind()}, {f"/apis/{GROUP}/v1/plots{i}": operation(i) for i in range(n)}
    ),
    "parameters": lambda n: openapi(
        {PLOT: kind()}, {f"/apis/{GROUP}/v1/plots": operation(0, parameters=n)}
    ),
}


def page(row: str) -> Callable[[int], str]:
    return lambda n: (
        PAGE_HEAD
        + "".join(row.format(i) for i in range(n))
        + "## Operations {#Operations}\n\n<hr>\n\n"
    )


PAGES: dict[str, Callable[[int], str]] = {
    "fields": page(
        "- **bed{0}** (string)\n\n  <!--\n  bed{0} holds beans.\n  -->\n  bed{0} 有豆子。\n\n"
    ),
    "definitions within": page(
        '- **bed{0}** (Bed{0})\n\n  它有豆子。\n\n  <a name="Bed{0}"></a>\n  *花坛。*\n\n  - **bed{0}.name** (string)\n\n    名称。\n\n'
    ),
    "definitions": page(
        "## Bed{0} {{#Bed{0}}}\n\n花坛。\n\n<hr>\n\n- **name** (string)\n\n  名称。\n\n"
    ),
    "comments": page("<!--\nA bed {0}.\n-->\n花坛 {0}。\n\n"),
    "comments alone": page("<!-- bed{0} -->\n"),
    "anchors": page('<a name="bed{0}"></a>\n'),
    "values": page('  Possible enum values:\n   - `"Bed{0}"` is a bed\n'),
}


def resource(versions: int, fields: int, count: int = 1) -> str:
    """Return a stream of CustomResourceDefinitions."""
    schema = {
        "type": "object",
        "properties": {
            "spec": {"type": "object", "properties": {f"bed{i}": field(i) for i in range(fields)}}
        },
    }
    version = {"served": True, "schema": {"openAPIV3Schema": schema}}
    return "".join(
        "---\n"
        + json.dumps(
            {
                "apiVersion": "apiextensions.k8s.io/v1",
                "kind": "CustomResourceDefinition",
                "metadata": {"name": f"plot{number}s.{GROUP}"},
                "spec": {
                    "group": GROUP,
                    "names": {
                        "kind": f"Plot{number}",
                        "plural": f"plot{number}s",
                        "singular": f"plot{number}",
                    },
                    "scope": "Namespaced",
                    "versions": [
                        {"name": f"v{i + 1}", "storage": i == 0, **version} for i in range(versions)
                    ],
                },
            }
        )
        + "\n"
        for number in range(count)
    )


YAML: dict[str, Callable[[int], str]] = {
    "resources": lambda n: resource(1, 3, n),
    "versions of a resource": lambda n: resource(n, 3),
    "fields of a resource": lambda n: resource(1, n),
    "duplicate keys": lambda n: resource(1, 1) + "".join(f"bed{i // 2}: 1\n" for i in range(n)),
}


def pod(name: str = "a", **spec: Any) -> dict[str, Any]:
    containers = [{"name": "a", "image": "b"}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"containers": containers, **spec},
    }


MANIFESTS: dict[str, Callable[[int], str]] = {
    "objects": lambda n: "\n---\n".join(json.dumps(pod(f"a{i}")) for i in range(n)),
    "objects with faults": lambda n: "\n---\n".join(
        json.dumps(pod(f"A{i}", wrong=1)) for i in range(n)
    ),
    "containers with faults": lambda n: json.dumps(
        pod(containers=[{"name": f"c{i}", "wrong": 1} for i in range(n)])
    ),
    "mounts": lambda n: json.dumps(
        pod(
            volumes=[{"name": f"v{i}", "emptyDir": {}} for i in range(n)],
            containers=[
                {
                    "name": "c",
                    "image": "b",
                    "volumeMounts": [{"name": f"v{i}", "mountPath": f"/m{i}"} for i in range(n)],
                }
            ],
        )
    ),
    "service ports": lambda n: json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "a"},
            "spec": {"ports": [{"name": f"p{i}", "port": i % 60000 + 1} for i in range(n)]},
        }
    ),
    "one long name": lambda n: json.dumps(pod("a-" * n + "A")),
    "duplicate keys": lambda n: "---\n".join(["apiVersion: v1\nkind: Pod\nkind: Pod\n"] * n),
}


def write(folder: Path, name: str, text: str) -> SourcePath:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return SourcePath(path=file, display_path=name, locale="zh-cn" if name.endswith(".md") else "")


def assert_linear(prepare: Callable[[int], Callable[[], object]], size: int = 50) -> None:
    """Assert that the prepared work grows linearly.

    Inputs are prepared once per size and may be refused.
    """
    made: dict[int, Callable[[], object]] = {}

    def work(count: int) -> None:
        with suppress(CodegenError):
            made[count]()

    def measure(count: int) -> None:
        if count not in made:
            made[count] = prepare(count)
            work(count)
        work(count)

    assert grows_linearly(measure, size=size)


READ = {
    **{name: (make, ".json") for name, make in DOCUMENTS.items()},
    **{name: (make, ".yaml") for name, make in YAML.items()},
    **{f"page: {name}": (make, ".md") for name, make in PAGES.items()},
}


@pytest.mark.parametrize("name", READ)
def test_reading_is_linear(tmp_path: Path, name: str) -> None:
    make, ending = READ[name]

    def prepare(count: int) -> Callable[[], object]:
        made = make(count)
        source = write(
            tmp_path, f"{count}{ending}", made if isinstance(made, str) else json.dumps(made)
        )
        return lambda: read_sources([source], Report())

    assert_linear(prepare)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("fields", '"bed', '"sown'),
        ("fields", "", ""),
        ("names of one spelling", "Bed", "Sown"),
        ("definitions", ".Plot", ".Patch"),
        ("a circle of kinds", "garden.v", "yard.v"),
        ("one that names all", '"string"', '"integer"'),
        ("listed values", "Bed", "Sown"),
        ("operations", "/v1/plots", "/v1/patches"),
    ],
)
def test_comparing_is_linear(tmp_path: Path, name: str, old: str, new: str) -> None:
    def prepare(count: int) -> Callable[[], object]:
        text = json.dumps(DOCUMENTS[name](count))
        empty = json.dumps(plot({"only": field(0)}))
        first = write(tmp_path, f"old{count}.json", text)
        second = write(tmp_path, f"new{count}.json", text.replace(old, new) if old else empty)
        return lambda: render(drift.diff(first, second), "json")

    assert_linear(prepare, size=600)  # up to 500 names are compared pairwise


@pytest.mark.parametrize("target", ["dataclasses", "validators"])
@pytest.mark.parametrize(
    "name",
    [
        "definitions",
        "names of one spelling",
        "one that names all",
        "a circle of kinds",
        "fields",
        "objects in fields",
        "listed values",
    ],
)
def test_generating_python_is_linear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, target: str
) -> None:
    """The check of generated code is part of it; the results of black are not kept."""
    monkeypatch.setattr(formatting, "_read_result", lambda file: None)

    def prepare(count: int) -> Callable[[], object]:
        folder = tmp_path / str(count)
        folder.mkdir(exist_ok=True)
        write(folder, "garden.json", json.dumps(DOCUMENTS[name](count)))
        config = folder / "codegen.yaml"
        config.write_text(
            f"sources: [{{path: garden.json}}]\nlocales: [en]\noutputs: [{{target: {target}, to: py}}]\n"
        )
        return lambda: generate(configuration.load(config))

    assert_linear(prepare, size=8)


@pytest.mark.parametrize("name", ["fields", "comments", "definitions"])
def test_reviewing_is_linear(tmp_path: Path, name: str) -> None:
    def prepare(count: int) -> Callable[[], object]:
        chinese, english = (
            write(tmp_path, f"{tag}{count}.md", PAGES[name](count)) for tag in ("zh", "en")
        )
        return lambda: review([chinese.path], english=english.path, locale="zh-cn", fix=True)

    assert_linear(prepare)


def test_history_is_linear(tmp_path: Path) -> None:
    def prepare(count: int) -> Callable[[], object]:
        files = []
        for number in range(count):
            (tmp_path / f"{count}/v1.{number}").mkdir(parents=True)
            files.append(tmp_path / f"{count}/v1.{number}/garden.json")
            files[-1].write_text(
                json.dumps(plot({f"bed{i}": field(i) for i in range(number % 5, 9)}))
            )
        return lambda: history(*files)

    assert_linear(prepare, size=10)


@pytest.mark.parametrize("name", MANIFESTS)
def test_validating_is_linear(name: str) -> None:
    def prepare(count: int) -> Callable[[], object]:
        data = MANIFESTS[name](count).encode()
        return lambda: render(validate_files(BytesIO(data)), "json")

    assert_linear(prepare)


def catalog(folder: Path, texts: list[tuple[str, str]]) -> Path:
    rows = (
        f'msgctxt "{PLOT}#bed{number}"\nmsgid "{english}"\nmsgstr "{chinese}"\n\n'
        for number, (english, chinese) in enumerate(texts)
    )
    file = folder / f"{len(texts)}.po"
    file.write_text('msgid ""\nmsgstr "Language: zh_CN\\n"\n\n' + "".join(rows), encoding="utf-8")
    return file


def test_linting_and_carrying_translations_is_linear(tmp_path: Path) -> None:
    def prepare(count: int) -> Callable[[], object]:
        learnt = catalog(
            tmp_path, [(f"bed{i} holds beans {i % 9}.", f"花坛{i} 有豆子。") for i in range(count)]
        )
        target = tmp_path / f"{count}.json"
        target.write_text(
            json.dumps(plot({f"sown{i}": field(i) for i in range(count)})), encoding="utf-8"
        )

        def work() -> None:
            lint([SourcePath(path=learnt, display_path="a.po")], "zh-cn", load_glossary("zh-cn"))
            translate([learnt], target, "zh-cn", tmp_path / f"out{count}.po")

        return work

    assert_linear(prepare)


def test_confirming_translations_is_linear() -> None:
    def prepare(count: int) -> Callable[[], object]:
        drafts = [
            Entry(id=f"K#{i}", english=f"bed{i}.", translation="花坛。", flags=("fuzzy",))
            for i in range(count)
        ]
        known = Catalog(locale="zh-cn", entries={draft.id: draft for draft in drafts})
        return lambda: confirm_drafts(known, known.entries)

    assert_linear(prepare)


@pytest.mark.parametrize(
    "piece", ["*", "`", "<", "[", "![](", "{{<", "\\", "<!--", "- a\n", "| ", "> ", "a "]
)
def test_escaping_is_linear(piece: str) -> None:
    def work(count: int) -> None:
        text = piece * count
        cells.cell(text)
        portable.block(text)
        wrap_paragraphs(text)

    assert grows_linearly(work)

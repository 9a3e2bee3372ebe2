"""The repository of three commits in docs/check-drift.md: its commands run, with the output shown.

`pytest tests/project/test_walkthrough.py --update-cases` writes the output into the pages.
"""

from __future__ import annotations

import copy
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codegen.project.config import configuration
from codegen.project.emit import generate
from gardens.compare import BED, document
from support.commands import run
from support.corpus import ROOT

PAGES = [ROOT / "docs/check-drift.md", ROOT / "docs/check-drift.zh-cn.md"]
BLOCK = re.compile(
    r"<!-- walkthrough: (?P<step>[a-z-]+) -->\n\n```console\n\$ (?P<command>[^\n]*)\n"
    r"(?P<output>.*?)```\n",
    re.DOTALL,
)
CATALOG = (
    'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nLanguage: zh-cn\\n"\n\n'
    f'msgctxt "{BED}#rows"\nmsgid "rows is how many rows of plants there are."\nmsgstr "行数。"\n'
)


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@garden.example.io")
    command = ["git", *identity, "-c", "commit.gpgsign=false", *arguments]
    subprocess.run(command, capture_output=True, check=True)


def write(file: str, text: str) -> None:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text(text, encoding="utf-8")


def write_page() -> None:
    """Write the page of Plot as codegen writes it, without its notice."""
    write("page/api.json", json.dumps(document()))
    outputs = [{"target": "docs", "layout": "list", "to": "out/{locale}"}]
    settings = {"sources": [{"path": "api.json"}], "locales": ["en"], "outputs": outputs}
    write("page/codegen.yaml", json.dumps(settings))
    files = generate(configuration.load(Path("page/codegen.yaml"))).files
    (text,) = (text for path, text in files.items() if path.endswith("plot-v1.md"))
    write("pages/plot-v1.md", re.sub(r"<!--.*?-->\n", "", text))


def resource(*names: str) -> dict[str, Any]:
    """A custom resource `Fence` with these fields of its spec."""
    texts = {"wood": "The wood of the fence.", "timber": "The timber of the fence."}
    fields = {
        name: {"type": "string", "description": texts.get(name, f"The {name} of it.")}
        for name in names
    }
    spec = {"type": "object", "properties": fields}
    schema = {"type": "object", "properties": {"spec": spec}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names_of = {"kind": "Fence", "plural": "fences", "singular": "fence", "listKind": "FenceList"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "fences.walls.example.io"},
        "spec": {
            "group": "walls.example.io",
            "names": names_of,
            "scope": "Namespaced",
            "versions": [version],
        },
    }


def release(number: int) -> dict[str, Any]:
    """The document of a release with the kind `Pump`."""
    fields: dict[str, Any] = {
        "litres": {"type": "integer", "format": "int32", "description": "The litres of an hour."},
        "power": {"type": "string", "description": "The power of the pump."},
    }
    spec: dict[str, Any] = {
        "type": "object",
        "description": "What is wanted.",
        "properties": fields,
    }
    kind = {"group": "water.example.io", "version": "v1", "kind": "Pump"}
    pump = {
        "type": "object",
        "description": "Pump moves water.",
        "properties": {
            "apiVersion": {"type": "string", "description": "The version."},
            "kind": {"type": "string", "description": "The kind."},
            "spec": {
                "$ref": "#/definitions/io.example.water.v1.PumpSpec",
                "description": "Wanted.",
            },
        },
        "x-kubernetes-group-version-kind": [kind],
    }
    if number > 1:
        spec = copy.deepcopy(spec)
        spec["required"] = ["power"]
        spec["properties"]["noise"] = {"type": "string", "description": "The noise of it."}
    return {
        "swagger": "2.0",
        "info": {"title": "Water", "version": f"v1.{number}"},
        "paths": {},
        "definitions": {"io.example.water.v1.Pump": pump, "io.example.water.v1.PumpSpec": spec},
    }


def edit(step: str) -> None:
    """Make the edit before a step of the page."""
    if step == "page":
        text = Path("pages/plot-v1.md").read_text(encoding="utf-8")
        text = text.replace("rows** (int32)", "rows** (string)")
        write("pages/plot-v1.md", text.replace("how many rows of plants", "how many rows of trees"))
    elif step == "resource":
        write("crds/fences.yaml", json.dumps(resource("height", "timber"), indent=1))
    elif step == "release":
        write("vendor/water.json", json.dumps(release(2), indent=1))


def steps() -> Iterator[tuple[str, str, str]]:
    """Run the steps of the page in a new repository, and yield their names, commands and output."""
    write_page()
    write("crds/fences.yaml", json.dumps(resource("height", "wood"), indent=1))
    write("vendor/water.json", json.dumps(release(1), indent=1))
    write("translations/zh-cn.po", CATALOG)
    settings = {
        "sources": [{"path": path} for path in ("pages", "crds", "vendor/water.json")],
        "locales": ["en", "zh-cn"],
        "translations": "translations",
        "outputs": [{"target": "dataclasses", "to": "models"}],
    }
    write("codegen.yaml", json.dumps(settings))
    assert run("generate").exit_code == 0
    write(".gitignore", "page/\n")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "The garden")
    text = PAGES[0].read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        edit(found["step"])
        yield found["step"], found["command"], run(*found["command"].split()[1:]).stdout
        if found["step"] in ("page", "resource", "release"):
            assert run("generate").exit_code == 0
            git("commit", "-q", "-a", "-m", found["step"])


@pytest.mark.slow
def test_output_of_the_walkthrough_is_real(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    outputs = {step: (command, output) for step, command, output in steps()}
    assert list(outputs) == ["page", "resource", "release", "since"]
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        updated = BLOCK.sub(
            lambda found: (
                found[0].replace(found["output"], outputs[found["step"]][1])
                if found["output"]
                else found[0][: -len("```\n")] + outputs[found["step"]][1] + "```\n"
            ),
            text,
        )
        if request.config.getoption("--update-cases"):
            page.write_text(updated, encoding="utf-8")
        assert {found["step"]: found["command"] for found in BLOCK.finditer(text)} == {
            step: command for step, (command, _) in outputs.items()
        }
        assert updated == text, "pytest tests/project/test_walkthrough.py --update-cases"

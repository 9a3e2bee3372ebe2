"""A site that is built again after an edit is the one that is built of nothing, and little of it is made again."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen import pipeline
from codegen.config import configuration
from codegen.findings.diagnostics import CodegenError
from codegen.model import Definition
from codegen.outputs.site.again import SiteMemory
from codegen.outputs.site.building import Building
from codegen.outputs.site.content import _Builder
from codegen.outputs.site.records import SitePage
from gardens.parts import openapi

KEY = "io.example.api"
GROUPS = ("garden", "kitchen")
KINDS = ("Bed", "Plot", "Shed")
PARTS = ("BedSpec", "PlotSpec", "Soil", "Tool", "Hidden")
Document = dict[str, Any]


def key(name: str, group: str = "garden") -> str:
    return f"{KEY}.{group}.v1.{name}"


def document() -> Document:
    """Two groups of kinds whose fields lead to shared types, one of which contains itself, with operations."""
    definitions: Document = {}
    for part, leads in zip(PARTS, ("Soil", "Tool", "Tool", "Tool", "Soil"), strict=True):
        definitions[key(part)] = {
            "description": f"{part} is a part.",
            "type": "object",
            "properties": {
                "name": {"type": "string", "description": f"Name of the {part}."},
                "leads": {"$ref": f"#/definitions/{key(leads)}", "description": "Where it leads."},
            },
        }
    paths: Document = {}
    for group in GROUPS:
        for kind in KINDS:
            gvk = {"group": f"{group}.example.com", "version": "v1", "kind": kind}
            definitions[key(kind, group)] = {
                "description": f"{kind} is a kind.",
                "type": "object",
                "properties": {
                    "spec": {"$ref": f"#/definitions/{key('PlotSpec' if kind != 'Bed' else 'BedSpec')}"},
                    "note": {"type": "string", "description": "A note."},
                },
                "x-kubernetes-group-version-kind": [gvk],
            }
            path = f"/apis/{group}.example.com/v1/namespaces/{{namespace}}/{kind.lower()}s/{{name}}"
            paths[path] = {
                "get": {
                    "operationId": f"read{group}{kind}",
                    "description": f"read the {kind}",
                    "x-kubernetes-action": "get",
                    "x-kubernetes-group-version-kind": gvk,
                    "parameters": [
                        {"name": "name", "in": "path", "required": True, "type": "string", "description": "its name"}
                    ],
                    "responses": {
                        "200": {"description": "OK", "schema": {"$ref": f"#/definitions/{key(kind, group)}"}}
                    },
                }
            }
    return openapi(definitions, paths)


class Project:
    """A folder with a document of two releases and a catalogue, in which edits are made at random."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.by = random.Random(seed)  # noqa: S311 - edits, no secrets
        self.document = document()
        self.po: dict[str, str] = {}
        self.count = 0
        self.ahead: list[Callable[[], None]] = []
        self.breaks = ""
        (root / "v1.1").mkdir()
        (root / "v1.2").mkdir()
        (root / "l10n").mkdir()
        (root / "v1.1/api.json").write_text(json.dumps(self.document), encoding="utf-8")
        self.settings: Document = {
            "sources": [{"path": "v1.2/api.json"}],
            "locales": ["en", "zh-cn"],
            "translations": "l10n",
            "history": ["v1.1/api.json", "v1.2/api.json"],
            "outputs": [],
        }
        if seed % 2:  # then nothing but the source itself tells of a change
            del self.settings["history"]
        self.write()

    def write(self) -> None:
        (self.root / "codegen.yaml").write_text(json.dumps(self.settings), encoding="utf-8")
        (self.root / "v1.2/api.json").write_text(self.breaks + json.dumps(self.document, indent=1), encoding="utf-8")
        entries = (f'msgctxt "{name}"\nmsgid "x"\nmsgstr "{text}"\n' for name, text in self.po.items())
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nLanguage: zh-cn\\n"\n\n'
        (self.root / "l10n/zh-cn.po").write_text(head + "\n".join(entries), encoding="utf-8")

    def edit(self) -> str:
        """One edit, or several at once, each sort as often as any other; what was done."""
        if not self.ahead:
            self.ahead = [
                *(self.text_of_a_definition, self.text_of_a_field, self.new_field, self.field_removed, self.other_type),
                *(self.required, self.text_of_an_operation, self.one_parameter, self.one_answer, self.lines_moved),
                *(self.translated, self.kind_added, self.kind_removed, self.operation_removed, self.title),
                *(self.older_release, self.undone),
            ]
            self.by.shuffle(self.ahead)
        chosen = [self.ahead.pop() for _ in range(min(self.by.choice((1, 1, 1, 2)), len(self.ahead)))]
        for each in chosen:
            self.count += 1
            each()
        self.write()
        return ", ".join(each.__name__ for each in chosen)

    def some(self) -> Any:
        return self.document["definitions"][self.by.choice(sorted(self.document["definitions"]))]

    def operation(self) -> Any:
        return self.document["paths"][self.by.choice(sorted(self.document["paths"]))]["get"]

    def text_of_a_definition(self) -> None:
        self.some()["description"] = f"Another text {self.count}."

    def text_of_a_field(self) -> None:
        fields = self.some()["properties"]
        fields[self.by.choice(sorted(fields))]["description"] = f"Another text {self.count}, see `name`."

    def new_field(self) -> None:
        self.some()["properties"][f"field{self.count}"] = {"type": "integer", "description": "It is new.", "minimum": 2}

    def field_removed(self) -> None:
        fields = self.some()["properties"]
        if len(fields) > 1:
            del fields[self.by.choice(sorted(fields))]

    def other_type(self) -> None:
        target = self.by.choice(sorted(self.document["definitions"]))
        self.some()["properties"]["leads"] = {"type": "array", "items": {"$ref": f"#/definitions/{target}"}}

    def required(self) -> None:
        definition = self.some()
        definition["required"] = [self.by.choice(sorted(definition["properties"]))]

    def text_of_an_operation(self) -> None:
        self.operation()["description"] = f"read it {self.count}"

    def one_parameter(self) -> None:
        self.operation()["parameters"][0]["description"] = f"name {self.count}"

    def one_answer(self) -> None:
        self.operation()["responses"]["200"]["description"] = f"Fine {self.count}"

    def operation_removed(self) -> None:
        if len(self.document["paths"]) > 1:
            del self.document["paths"][self.by.choice(sorted(self.document["paths"]))]

    def lines_moved(self) -> None:
        self.breaks += "\n"

    def translated(self) -> None:
        name = self.by.choice(sorted(self.document["definitions"]))
        self.po[self.by.choice((name, f"{name}#name", f"{name}#note"))] = f"译文{self.count}。"

    def kind_added(self) -> None:
        gvk = {"group": "garden.example.com", "version": "v1", "kind": f"Kind{self.count}"}
        made = {"type": "object", "properties": {"a": {"type": "string"}}, "x-kubernetes-group-version-kind": [gvk]}
        self.document["definitions"][key(f"Kind{self.count}")] = made

    def kind_removed(self) -> None:
        self.document["definitions"].pop(key("Bed", "kitchen"), None)
        paths = self.document["paths"]
        self.document["paths"] = {
            path: each for path, each in paths.items() if "kitchen" not in path or "bed" not in path
        }

    def title(self) -> None:
        self.settings["site"] = {"title": f"Garden {self.by.choice((1, 2))}"}

    def older_release(self) -> None:
        older = document()
        older["definitions"][key("Soil")]["properties"]["name"]["default"] = str(self.count)
        (self.root / "v1.1/api.json").write_text(json.dumps(older), encoding="utf-8")

    def undone(self) -> None:
        self.document = document()


def files_of(root: Path, memory: SiteMemory | None = None) -> dict[str, bytes]:
    return dict(pipeline.site(configuration.load(root / "codegen.yaml"), memory=memory).files)


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 8))])
def test_what_hugo_gets_after_an_edit_is_what_it_would_get_at_first(tmp_path: Path, seed: int) -> None:
    project, memory = Project(tmp_path, seed), SiteMemory()
    files_of(tmp_path, memory)
    for _ in range(14):
        done = project.edit()
        assert files_of(tmp_path, memory) == files_of(tmp_path), done


def test_an_edit_makes_only_the_pages_again_that_show_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, memory = Project(tmp_path, 0), SiteMemory()
    made: list[str] = []
    before = _Builder._page

    def noted(self: _Builder, definition: Definition) -> SitePage:
        made.append(definition.name)
        return before(self, definition)

    monkeypatch.setattr(_Builder, "_page", noted)
    files_of(tmp_path, memory)
    assert len(made) == 2 * (len(PARTS) + len(GROUPS) * len(KINDS))
    made.clear()
    project.breaks = "\n\n"  # which moves all places
    project.document["definitions"][key("BedSpec")]["properties"]["name"]["description"] = "Another name."
    project.write()
    files_of(tmp_path, memory)
    # What it leads to tells of its users, and those of the field that changed are the two kinds.
    assert sorted(made) == sorted(["Bed", "Bed", "BedSpec", "Soil"] * 2)
    made.clear()
    files_of(tmp_path, memory)
    assert made == []


def test_a_schema_that_a_definition_gets_is_on_its_page_though_nothing_near_it_was_edited(tmp_path: Path) -> None:
    project, memory = Project(tmp_path, 1), SiteMemory()
    definitions = project.document["definitions"]
    # Two that lead to each other, of which the first by name has the schema when no kind leads to them.
    for name, leads in (("First", "Second"), ("Second", "First")):
        definitions[key(name)] = {"type": "object", "properties": {"to": {"$ref": f"#/definitions/{key(leads)}"}}}
    for target in (key("Second"), key("Soil")):
        definitions[key("Shed")]["properties"]["spec"] = {"$ref": f"#/definitions/{target}"}
        project.write()
        files = files_of(tmp_path, memory)
        assert files == files_of(tmp_path)
        page = json.loads(files["content/en/definitions/first-v1-garden.md"])["params"]["page"]
        assert ("schema" in page) == (target == key("Soil"))


def test_after_an_edit_that_cannot_be_read_the_next_is_built_on_what_was_before(tmp_path: Path) -> None:
    project, memory = Project(tmp_path, 1), SiteMemory()
    files_of(tmp_path, memory)
    (tmp_path / "v1.2/api.json").write_text("{", encoding="utf-8")
    with pytest.raises(CodegenError):
        files_of(tmp_path, memory)
    project.edit()
    assert files_of(tmp_path, memory) == files_of(tmp_path)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_site_after_edits_is_that_of_a_build_of_nothing(tmp_path: Path, seed: int) -> None:
    root = tmp_path / "project"
    root.mkdir()
    project, memory = Project(root, seed), SiteMemory()
    building = Building(tmp_path / "site", "site")
    partly = 0
    for number in range(10):
        done = project.edit() if number else "nothing"
        before = bytes_of(tmp_path / "site")
        built = building.build(pipeline.site(configuration.load(root / "codegen.yaml"), memory=memory))
        after = bytes_of(tmp_path / "site")
        whole = Building(tmp_path / f"whole{number}", "whole")
        assert whole.build(pipeline.site(configuration.load(root / "codegen.yaml"))).files == built.files
        assert after == bytes_of(tmp_path / f"whole{number}"), done
        changed = {path for path in after if path.endswith(".html") and before.get(path) != after[path]}
        assert changed <= set(built.pages), done
        partly += 0 < len(built.pages) < sum(path.endswith(".html") for path in after)
    assert partly > 2

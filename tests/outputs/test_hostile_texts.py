"""No text becomes code or markup: each payload everywhere in a document and in each output, checked
by third-party parsers.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt
from msgspec.structs import replace
from openapi_spec_validator import validate
from ruamel.yaml import YAML

from codegen.core.diagnostics import Report
from codegen.core.escaping.documents import has_invisible_characters
from codegen.outputs.docs import layouts
from codegen.outputs.job import Job
from codegen.project import emit
from codegen.project.config import configuration
from codegen.readers.sources import SourcePath, read_sources
from gardens import hostile
from gardens.hostile import PAYLOADS

# Payloads after reading, where lone surrogates are replaced.
TEXTS = {
    name: text.replace("\ud800", "\ufffd").replace("\udc00", "\ufffd")
    for name, text in PAYLOADS.items()
}
PYTHON = {
    "dataclasses": "models",
    "pydantic": "pydantic_models",
    "typeddict": "typed_dicts",
    "msgspec": "structs",
}


@pytest.fixture(scope="module")
def output_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the folder of a group of outputs, generated on first use."""
    done: dict[str, Path] = {}

    def folder(group: str) -> Path:
        if group not in done:
            done[group] = generate_group(tmp_path_factory.mktemp(group), group)
        return done[group]

    return folder


def outputs_of(group: str) -> Iterator[dict[str, str]]:
    if group in PYTHON:
        yield {"target": group, "to": "made"}
        yield {"target": "validators", "to": "made"}
    if group == "schemas":
        yield {"target": "json-schema", "to": "made"}
        yield {"target": "openapi", "to": "made"}
        yield {"target": "openapi", "to": "older", "version": "3.0"}


def generate_group(folder: Path, group: str) -> Path:
    # struct names cannot have quotes
    names = hostile.NAMES if group == "msgspec" else (*hostile.NAMES, *PAYLOADS.values())
    hostile.write(folder / "swagger.json", hostile.document(names=names))
    config = {
        "sources": [{"path": "swagger.json"}],
        "locales": ["en"],
        "outputs": list(outputs_of(group)),
    }
    (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    emit.generate(configuration.load(folder / "codegen.yaml")).write()
    return folder


def properties(schema: Any, name: str) -> Any:
    """Return the fields of a definition in a JSON Schema or OpenAPI document."""
    kept = schema.get("$defs") or schema["components"]["schemas"]
    return kept[f"{hostile.PACKAGE}.{name}"]["properties"]


def assert_payloads_unchanged(found: Any) -> None:
    """Assert that every payload is unchanged everywhere."""
    for number, (name, text) in enumerate(TEXTS.items()):
        said = properties(found, "Texts")[f"t{number}"]
        assert said["description"] == text, name
        assert said["format"] == text, name
        held = properties(found, "Held")
        assert held[f"l{number}"]["items"]["description"] == text, name
        assert held[f"m{number}"]["additionalProperties"]["description"] == text, name
        values = properties(found, "Values")[f"v{number}"]
        assert values["enum"][:2] in ([text, "b"], [text, None]), name
        assert values["default"] == text, name
        limits = properties(found, "Limits")
        # Omitted if engines interpret it differently.
        assert limits[f"p{number}"].get("pattern", text) == text, name
        assert text in hostile.strings(limits[f"c{number}"]), name
    assert set(TEXTS.values()) <= set(properties(found, "Named"))


def test_json_schemas_preserve_texts(output_folder: Callable[[str], Path]) -> None:
    text = (output_folder("schemas") / "made/plot-garden-v1.json").read_text(encoding="utf-8")
    assert not has_invisible_characters(text)
    assert_payloads_unchanged(json.loads(text))


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["made", "older"])
def test_openapi_preserves_texts_for_all_yaml_parsers(
    output_folder: Callable[[str], Path], folder: str
) -> None:
    text = (output_folder("schemas") / folder / "plot-garden-v1.openapi.yaml").read_text(
        encoding="utf-8"
    )
    assert not has_invisible_characters(text)
    found = yaml.load(text, yaml.CSafeLoader)  # YAML 1.1
    validate(found)
    assert_payloads_unchanged(found)
    operations = [each["get"] for path, each in found["paths"].items() if "/t" in path]
    assert [each["summary"] for each in operations] == list(TEXTS.values())
    assert {each["responses"]["200"]["description"] for each in operations} == set(TEXTS.values())
    newer = YAML(typ="safe", pure=True)
    newer.version = (1, 2)
    assert newer.load(text) == found


JUDGE = f"""
import builtins, importlib, json, sys
ran = []
builtins.{hostile.CANARY} = lambda: ran.append("the canary")
sys.path[:0] = [sys.argv[1]]
READS = {{"import", "compile", "exec", "open", "marshal.loads", "os.listdir", "os.scandir", "object.__getattr__", "object.__setattr__",
         "sys._getframe", "sys._getframemodulename", "code.__new__", "function.__new__", "builtins.id"}}
watched = [True]
def hook(event, given):
    if watched[0] and (event not in READS or event == "open" and isinstance(given[1], str) and set(given[1]) & set("wax+")):
        ran.append(event)
for name in sys.argv[3:]:  # what generated code needs of others is loaded before
    importlib.import_module(name)
sys.addaudithook(hook)
modules = {{name: importlib.import_module(name) for name in sys.argv[2].split(",")}}
watched[0] = False
"""


def import_in_process(folder: Path, modules: list[str], more: str, *needed: str) -> Any:
    """Import the modules in a process, assert that no payload ran, and return its output."""
    script = f"{JUDGE}\nfound = None\n{more}\nprint(json.dumps([ran, found]))"
    done = subprocess.run(
        [sys.executable, "-c", script, folder, ",".join(modules), *needed],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    ran, found = json.loads(done.stdout)
    assert ran == []
    assert [each for each in folder.rglob("*") if hostile.CANARY in each.name] == []
    return found


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(each, marks=pytest.mark.slow if each in ("dataclasses", "pydantic") else ())
        for each in PYTHON
    ],
)
def test_importing_classes_runs_no_payload_and_keeps_values(
    output_folder: Callable[[str], Path], target: str
) -> None:
    folder = output_folder(target)
    unit = "made.hostile_v1"
    more = f"""
validate = modules["{unit}.validators"].validate_plot
texts = json.load(open("texts.json", encoding="utf-8"))
def errors(of):
    return [each.path for each in validate({{"apiVersion": "garden.example.io/v1", "kind": "Plot", "spec": {{}}, **of}})]
found = [
    [errors({{"values": {{f"v{{n}}": text}}}}) for n, text in enumerate(texts)],
    [errors({{"values": {{f"v{{n}}": text + "!"}}}}) for n, text in enumerate(texts)],
    [errors({{"named": {{text: 1}}}}) for text in texts],
]
"""
    (folder / "texts.json").write_text(json.dumps(list(TEXTS.values())), encoding="utf-8")
    needed = [target] if target in ("pydantic", "msgspec") else []
    right, wrong, named = import_in_process(
        folder, [f"{unit}.{PYTHON[target]}", f"{unit}.validators"], more, *needed
    )
    for number, name in enumerate(TEXTS):
        assert right[number] == [], name
        # A value outside the enumeration.
        assert wrong[number] == [f"values.v{number}"] * len(wrong[number]) != [], name
        assert len(named[number]) == 1, name


@pytest.mark.slow
def test_objects_with_hostile_names_and_values_round_trip(
    output_folder: Callable[[str], Path],
) -> None:
    given = {
        "apiVersion": "garden.example.io/v1",
        "kind": "Plot",
        "spec": {f"t{number}": text for number, text in enumerate(TEXTS.values())},
        "named": dict.fromkeys((*hostile.NAMES, *TEXTS.values()), "x"),
    }
    folder = output_folder("dataclasses")
    (folder / "object.json").write_text(json.dumps(given), encoding="utf-8")
    more = """
plot = modules["made.hostile_v1.models"].Plot.from_dict(json.load(open("object.json", encoding="utf-8")))
found = [plot.to_dict(), json.loads(plot.to_json()), repr(plot)]
"""
    there, through_json, _ = import_in_process(folder, ["made.hostile_v1.models"], more)
    assert there == through_json == given


@pytest.mark.slow
@pytest.mark.parametrize("target", PYTHON)
def test_importing_custom_resource_classes_runs_no_payload(target: str, tmp_path: Path) -> None:
    hostile.write(tmp_path / "crd.json", hostile.custom_resource())
    config = {
        "sources": [{"path": "crd.json"}],
        "locales": ["en"],
        "outputs": list(outputs_of(target)),
    }
    (tmp_path / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    emit.generate(configuration.load(tmp_path / "codegen.yaml")).write()
    more = """
validate = modules["made.garden_v1.validators"].validate_plot
found = [[each.path, each.message] for each in validate({"apiVersion": "garden.example.io/v1", "kind": "Plot", "spec": {"rows": 0}})]
"""
    modules = [f"made.garden_v1.{PYTHON[target]}", "made.garden_v1.validators"]
    assert import_in_process(
        tmp_path, modules, more, *([target] if target in ("pydantic", "msgspec") else [])
    )


TAGS = {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "a",
    "br",
    "code",
    "em",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
}
TAGS |= {"blockquote", *(f"h{level}" for level in range(1, 7))}
ATTRIBUTES = {"class", "data-mark", "href", "id", "name", "start"}
LAYOUTS = [
    {"layout": "list"},
    {"layout": "table"},
    {"layout": "table", "compat": "upstream"},
    {"layout": "plain"},
]


class Elements(HTMLParser):
    """A parser that collects the elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, set[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, set()).add(value or "")


@pytest.mark.slow
@pytest.mark.parametrize("options", LAYOUTS, ids=lambda each: "-".join(each.values()))
@pytest.mark.parametrize("source", [hostile.document, hostile.custom_resource])
def test_pages_have_no_markup_from_texts(
    source: Callable[[], Any], options: dict[str, str], tmp_path: Path
) -> None:
    """Covers tags, attributes, addresses, headings and shortcodes in both languages."""
    path = hostile.write(tmp_path / "source.json", source())
    reference = read_sources([SourcePath(path=path, display_path=path.name)], Report())
    chinese = {
        key: replace(each, text=f"译 {each.text}") for key, each in reference.prose["en"].items()
    }
    reference = replace(
        reference, prose=MappingProxyType({**reference.prose, "zh-cn": MappingProxyType(chinese)})
    )
    job = Job(reference=reference, locales=("en", "zh-cn"), options=options, origin="source.json")
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    pages = [
        file.text.partition("\n---\n")[2] for file in layouts.emit(job) if file.path.endswith(".md")
    ]
    for page in pages:
        body = re.sub(r'\{\{< ref "[\w./#-]+" >\}\}', "x", page)
        assert not re.search(r"\{\{[<%](?!/\*)", body)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\u2028\u202e]", page)
        assert not re.search(r"^#.*(?<!\\)\{(?!#[\w-]+\}$)[^{}]*\}$", body, re.MULTILINE)
        found = Elements(markdown.render(body))
        assert found.tags <= TAGS
        assert found.attributes.keys() <= ATTRIBUTES
        assert not [
            to
            for to in found.attributes.get("href", ())
            if not re.match(r"https?://|[\w./#%-]*$", to)
        ]

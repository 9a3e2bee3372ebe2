"""The templates that ship run as Python that Jinja made of them before: the same texts, and never those of an older template."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import jinja2
import pytest

from codegen import generate, load_config
from codegen.core import resources
from codegen.outputs import registry
from codegen.outputs.docs import LAYOUTS
from codegen.outputs.render import Renderer
from codegen.outputs.template_compiler import BeyondRuntime, module, sources
from codegen.outputs.template_runtime import Compiled, CompiledTemplates, Stale, TemplateRuntimeError, module_name
from corpus import ROOT
from gardens.docs import swagger

TEMPLATES = list(sources())
SEED = ROOT / "schemas/sources/token-request-v1.zh-cn.txt"


@pytest.mark.parametrize(("folder", "name"), TEMPLATES, ids=map("/".join, TEMPLATES))
def test_the_code_of_each_template_is_that_of_its_file(folder: str, name: str) -> None:
    file = ROOT / "codegen/outputs/compiled" / f"{module_name(folder, name)}.py"
    code = file.read_text(encoding="utf-8") if file.is_file() else ""
    by = re.match(r"# Compiled by Jinja (\S+) ", code)
    made = module(folder, name)
    if by is not None and by[1] != jinja2.__version__:  # another one may write it in other words
        made, code = (next(line for line in text.splitlines() if line.startswith("SOURCE")) for text in (made, code))
    assert code == made, f"{folder}/{name} was edited: run make update"


def test_no_code_is_left_of_templates_that_are_gone() -> None:
    files = {file.stem for file in (ROOT / "codegen/outputs/compiled").glob("*.py")} - {"__init__"}
    assert files == {module_name(*each) for each in TEMPLATES}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "garden.json").write_text(json.dumps(swagger()), encoding="utf-8")
    shutil.copy(SEED, tmp_path)
    outputs: list[dict[str, Any]] = [
        {"target": name, "to": "src/garden/api" if output.package else f"out/{name}/{{locale}}"}
        for name, output in registry.built_in().items()
    ]
    outputs += [{"target": "docs", "layout": layout.name, "to": f"docs/{layout.name}/{{locale}}"} for layout in LAYOUTS]
    outputs += [
        {
            "target": "dataclasses",
            "to": "src/garden/alone",
            "select": ["io.k8s.api.authentication.v1.TokenRequestSpec"],
        },
    ]
    config = {
        "sources": [{"path": "garden.json"}, {"path": SEED.name, "locale": "zh-cn"}],
        "locales": ["en", "zh-cn"],
        "outputs": outputs,
    }
    (tmp_path / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    return tmp_path


def made_in(project: Path) -> dict[str, str]:
    files = dict(generate(load_config(project / "codegen.yaml")).files)
    index = {"exact": True, "notice": "a notice", "title": "a title", "english_title": "", "weight": 3}
    return files | {"an index": Renderer("docs", {}).render("list/index.md.j2", page=index)}


def never(_self: CompiledTemplates, name: str, _values: object) -> str:
    raise Stale(name)


@pytest.mark.slow
def test_both_ways_give_the_same_files(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used = set()
    load = CompiledTemplates.get_template

    def noted(self: CompiledTemplates, name: str, including: str = "") -> Compiled:
        found = load(self, name, including)
        used.add((self._home.name, name))
        return found

    monkeypatch.setattr(CompiledTemplates, "get_template", noted)
    compiled = made_in(project)
    assert sorted(set(TEMPLATES) - used) == []
    monkeypatch.setattr(CompiledTemplates, "render", never)
    assert made_in(project) == compiled


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the templates that ship, in their place."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    monkeypatch.setattr(resources, "templates", lambda: tmp_path / "templates")
    return tmp_path / "templates"


def test_an_edited_template_is_rendered_as_it_is_now(folder: Path) -> None:
    values = {"blank": " "}
    before = Renderer("docs", {}).render("shared/upstream-comment.md", **values)
    edited = folder / "docs/shared/upstream-comment.md"
    edited.write_text(f"edited {edited.read_text(encoding='utf-8')}", encoding="utf-8")
    assert Renderer("docs", {}).render("shared/upstream-comment.md", **values) == f"edited {before}"


def test_an_edited_part_is_seen_by_those_that_include_it(folder: Path) -> None:
    (folder / "docs/table/index-front.j2").write_text("edited {{ index }}\n", encoding="utf-8")
    assert Renderer("docs", {}).render("table/root.md.j2", index="root") == "edited root\n"


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("{{ name|upper }}", "upper"),
        ("{% if name is sameas 1 %}x{% endif %}", "sameas"),
        ("{% for each in names %}{{ loop.revindex }}{% endfor %}", "revindex"),
        ("{% block body %}{% endblock %}", "block"),
        ("{% set box = namespace(n=1) %}{% set box.n = 2 %}", "Namespace"),
        ("{% macro list() %}{{ caller() }}{% endmacro %}{% call list() %}x{% endcall %}", "Macro"),
        ("{% import 'table/root.md.j2' as parts %}{{ parts.x }}", "get_template"),
    ],
)
def test_a_template_that_needs_more_of_jinja_is_refused(folder: Path, text: str, needs: str) -> None:
    (folder / "docs/more.j2").write_text(text, encoding="utf-8")
    with pytest.raises(BeyondRuntime, match=rf"docs/more\.j2 needs .*{needs}"):
        module("docs", "more.j2")


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        ("{{ nam }}", {}, "'nam' is undefined"),
        ("{{ row.nam }}", {"row": {"name": 1}}, "'nam' of dict is undefined"),
        ("{% macro two(a) %}{{ a }}{% endmacro %}{{ two() }}", {}, "parameter 'a' was not provided"),
        ("{% macro two(a) %}{{ a }}{% endmacro %}{{ two(1, 2) }}", {}, "the macro two takes a"),
    ],
)
def test_a_misspelt_name_fails(folder: Path, text: str, values: dict[str, object], message: str) -> None:
    (folder / "docs/wrong.j2").write_text(text, encoding="utf-8")
    code: dict[str, object] = {}
    exec(module("docs", "wrong.j2"), code)  # noqa: S102 - our own
    templates = CompiledTemplates(folder / "docs", {})
    templates._loaded["wrong.j2"] = Compiled(code["root_of"](templates))  # type: ignore[operator]
    with pytest.raises(TemplateRuntimeError, match=re.escape(message)):
        templates.render("wrong.j2", values)

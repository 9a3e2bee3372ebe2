"""Configuration records, their committed JSON Schema, and errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from codegen.core.diagnostics import CodegenError
from codegen.outputs import registry
from codegen.project import emit
from codegen.project.config import configuration, file_records
from codegen.project.config.schema import schema, text
from codegen.project.site import build_site_project
from codegen.readers.built_in.structure import built_ins
from gardens.compare import document
from support.corpus import ROOT

OUTPUT = {"target": "json-schema", "to": "schemas"}


def write_config(folder: Path, **more: Any) -> Path:
    file = folder / "codegen.yaml"
    file.write_text(json.dumps({"sources": [{"path": "page.md"}], "outputs": [OUTPUT], **more}))
    return file


def test_committed_schema_matches_records() -> None:
    assert (ROOT / "schemas/codegen.schema.json").read_text(encoding="utf-8") == text(), (
        "run `make update`"
    )
    Draft202012Validator.check_schema(schema())
    properties = schema()["properties"]
    assert {*properties} == {*file_records.File.__struct_fields__}
    for name in properties:
        assert properties[name]["description"], name
    defaults = [name for name, described in properties.items() if "default" in described]
    assert defaults == ["locales"]


def test_schema_has_options_per_output() -> None:
    validator = Draft202012Validator(schema())
    options = {name: set(output.options) for name, output in registry.bundled_outputs().items()}
    assert options["openapi"] == {"server_rules", "version"}
    for name, known in options.items():
        for option in set().union(*options.values()) - known:
            output = {"target": name, "to": "x", option: "x"}
            (error,) = validator.iter_errors({"sources": [{"path": "x"}], "outputs": [output]})
            assert error.validator == "additionalProperties"
            assert set(error.schema["properties"]) == known | {"target", "to", "select"}


def test_all_forms_of_sources_are_read(tmp_path: Path) -> None:
    (tmp_path / "1.1").mkdir()
    (tmp_path / "1.1/page.md").touch()
    (tmp_path / "page.md").touch()
    second = {"path": "older.md", "locale": "en"}
    sources = [
        "page.md",
        {"path": "page.md", "locale": "en", "against": "old.md"},
        {"path": "b.md", "against": second},
        {"path": "c.md", "against": ["old.md", second]},
    ]
    history = ["1.1/page.md", {"path": "page.md", "release": "1.2", "date": "2026-01-31"}]
    outputs = [
        {"target": "docs", "to": "docs", "select": ["Plot"], "layout": "list", "drafts": True}
    ]
    config = configuration.load(
        write_config(tmp_path, sources=sources, history=history, outputs=outputs)
    )
    assert [source.display_path for source in config.sources] == [
        "page.md",
        "page.md",
        "b.md",
        "c.md",
    ]
    assert [
        (first.display_path, second.display_path, second.locale) for first, second in config.against
    ] == [
        ("page.md", "old.md", ""),
        ("b.md", "older.md", "en"),
        ("c.md", "old.md", ""),
        ("c.md", "older.md", "en"),
    ]
    assert [(each.source.display_path, each.release) for each in config.history] == [
        ("1.1/page.md", "1.1"),
        ("page.md", "1.2"),
    ]
    assert config.outputs[0].options == {"layout": "list", "drafts": True}


def test_internal_error_is_not_reported_as_configuration_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raise_internal_error(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(configuration, "_build_output", raise_internal_error)
    with pytest.raises(KeyError, match="ours"):
        configuration.load(write_config(tmp_path))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"ouputs": []}, "there is no key 'ouputs' (hint: did you mean 'outputs'?"),
        ({"outputs": [{**OUTPUT, "target": "opnapi"}]}, "did you mean 'openapi'?"),
        (
            {"sources": [{"path": "x", "lokale": "en"}]},
            "sources[0]: there is no key 'lokale' (hint: did you mean 'locale'?",
        ),
        ({"check": {"untranslated": {"en": 2}}}, "`en: 0.1`"),
        ({"check": {"baselines": "x"}}, "check: there is no key 'baselines'"),
        (
            {"outputs": [{**OUTPUT, "target": "docs", "layout": "lists"}]},
            "did you mean 'list'? choose one of these: list, table, plain",
        ),
        ({"sources": [3]}, "sources[0]: 3 is not of type 'string' and 3 is not of type 'object'"),
        ({"sources": [""]}, "sources[0]: '' should be non-empty"),
        (
            {"sources": []},
            "sources: [] should be non-empty (hint: write it as in `sources: [{path: pages}]`)",
        ),
        ({"sources": [{"path": 3}]}, "sources[0].path: 3 is not of type 'string'"),
        ({"sources": "x"}, "sources: 'x' is not of type 'array'"),
        ({"sources": [{"path": "x", "release": "1"}]}, "sources[0]: there is no key 'release'"),
        (
            {"sources": [{"path": "x", "against": []}]},
            "sources[0].against: [] should be non-empty",
        ),
        (
            {"sources": [{"path": "x", "against": {"path": "y", "date": "2026-01-31"}}]},
            "sources[0].against: there is no key 'date'",
        ),
        ({"history": [{"path": "x", "against": "y"}]}, "history[0]: there is no key 'against'"),
        ({"locales": ["en", "en"]}, "locales: ['en', 'en'] has non-unique elements"),
        (
            {"sources": [{"path": "x", "against": [3]}]},
            "sources[0].against[0]: 3 is not of type 'string'",
        ),
        (
            {"sources": [{"path": "x", "against": 3}]},
            "sources[0].against: 3 is not of type 'string'",
        ),
        (
            {"sources": [{"path": "x", "against": {"path": 3}}]},
            "sources[0].against.path: 3 is not of type 'string'",
        ),
    ],
)
def test_fault_is_reported_once_with_place_and_suggestion(
    tmp_path: Path, more: dict[str, Any], message: str
) -> None:
    with pytest.raises(CodegenError) as error:
        configuration.load(write_config(tmp_path, **more))
    assert message in str(error.value)
    assert len(error.value.diagnostics) == 1


INVALID: dict[str, tuple[str, str, str]] = {
    "number for a text": ("kubernetes: 1.36", "codegen.yaml:3:13", '"1.36"'),
    "number with a zero at its end": ("kubernetes: 1.30  # one", "codegen.yaml:3:13", '"1.30"'),
    "number of an output": ("outputs: [{target: openapi, to: 007}]", "codegen.yaml:3:33", '"007"'),
    "no value": ("outputs:", "codegen.yaml:3:9", "`outputs: [{target: json-schema, to: schemas}]`"),
    "word for a list": ("locales: en", "codegen.yaml:3:10", "`locales: [en, zh-cn]`"),
    "path for a URL": (
        "site: {base: /docs}",
        "codegen.yaml:3:14",
        "`base: 'https://docs.example.com/api/'`",
    ),
    "number for a URL": (
        "site: {base: 5}",
        "codegen.yaml:3:14",
        "`base: 'https://docs.example.com/api/'`",
    ),
    "word for a site": (
        "site: mine",
        "codegen.yaml:3:7",
        "`site: {base: 'https://docs.example.com/api/'}`",
    ),
    "word for a date": (
        "history: [{path: a, date: May}]",
        "codegen.yaml:3:27",
        "`date: '2026-01-31'`",
    ),
    "share in percent": ("check: {untranslated: 10}", "codegen.yaml:3:23", "`untranslated: 0.1`"),
    "backslashes": (
        r"outputs: [{target: openapi, to: out\api}]",
        "codegen.yaml:3:33",
        "`to: out/api`",
    ),
    "backslashes before a language": (
        r"outputs: [{target: docs, layout: list, to: '.\docs\{locale}'}]",
        "codegen.yaml:3:44",
        "`to: docs/{locale}`",
    ),
}


@pytest.mark.parametrize(("line", "location", "hint"), INVALID.values(), ids=INVALID)
def test_hint_belongs_to_the_property(tmp_path: Path, line: str, location: str, hint: str) -> None:
    rest = {
        "sources": "sources: [{path: page.md}]",
        "outputs": "outputs: [{target: openapi, to: out}]",
    }
    rest.pop(line.partition(":")[0], None)
    (tmp_path / "codegen.yaml").write_text(
        "\n".join(["# mine", *list(rest.values())[:1], line, *list(rest.values())[1:]])
    )
    with pytest.raises(CodegenError) as error:
        configuration.load(tmp_path / "codegen.yaml")
    (found,) = error.value.diagnostics
    assert str(found.span).endswith(location)
    assert hint in found.hint


def test_missing_key_has_an_example(tmp_path: Path) -> None:
    (tmp_path / "codegen.yaml").write_text("outputs: []\n")
    with pytest.raises(CodegenError, match=r"as in `sources: \[\{"):
        configuration.load(tmp_path / "codegen.yaml")


def list_examples(part: Any) -> list[tuple[dict[str, Any], Any]]:
    """Return each schema with its examples."""
    if isinstance(part, list):
        return [found for each in part for found in list_examples(each)]
    if not isinstance(part, dict):
        return []
    own = [(part, example) for example in part.get("examples", ())]
    return own + [
        found for name, each in part.items() if name != "examples" for found in list_examples(each)
    ]


def test_examples_conform_to_their_schema() -> None:
    whole = schema()
    found = list_examples(whole)
    assert len(found) > 10
    for part, example in found:
        Draft202012Validator({**part, "$defs": whole["$defs"]}).validate(example)


def test_empty_outputs_are_an_error_of_generate_only(tmp_path: Path) -> None:
    (tmp_path / "plot.json").write_text(json.dumps(document()))
    (tmp_path / "codegen.yaml").write_text("sources: [{path: plot.json}]\noutputs: []\n")
    config = configuration.load(tmp_path / "codegen.yaml")
    with pytest.raises(CodegenError, match=r"codegen.yaml:2:10: error\[nothing-to-write\]"):
        emit.generate(config)
    assert build_site_project(config).content.pages


def test_source_with_backslashes_is_named_with_slashes(tmp_path: Path) -> None:
    config = configuration.load(write_config(tmp_path, sources=[r"pages\plot.md"]))
    with pytest.raises(CodegenError, match=r"write pages/plot\.md"):
        emit.generate(config)


def test_source_may_be_plain_path(tmp_path: Path) -> None:
    short, long = (
        configuration.load(write_config(tmp_path, sources=[source])).sources
        for source in ("page.md", {"path": "page.md"})
    )
    assert [(source.path, source.display_path) for source in short] == [
        (source.path, source.display_path) for source in long
    ]
    assert [(source.place.line, source.place.column) for source in short if source.place] == [
        (1, 14)
    ]


def test_release_of_kubernetes_types_must_be_bundled(tmp_path: Path) -> None:
    newest = built_ins().newest
    assert (
        configuration.load(write_config(tmp_path, kubernetes=f"v{newest}.3")).kubernetes == newest
    )
    assert configuration.load(write_config(tmp_path)).kubernetes == ""
    with pytest.raises(
        CodegenError, match=rf"codegen.yaml:1:\d+: error\[release-not-bundled\].*{newest}"
    ):
        configuration.load(write_config(tmp_path, kubernetes="1.2"))
    with pytest.raises(CodegenError, match="config-invalid"):
        configuration.load(write_config(tmp_path, kubernetes=1.3))


@pytest.mark.parametrize(
    "folder",
    [
        "con",
        "docs/NUL",
        "out/aux.d",
        "docs.",
        "out /api",
        "out/a:b",
        "C:/out",
        "c:out",
        "out/a|b",
        "out/<b>",
        "out/why?",
        'out/"b"',
        "out/*",
    ],
)
def test_folder_that_windows_cannot_have_is_refused(tmp_path: Path, folder: str) -> None:
    outputs = [{"target": "openapi", "to": folder}]
    with pytest.raises(CodegenError) as error:
        configuration.load(write_config(tmp_path, outputs=outputs))
    (finding,) = error.value.diagnostics
    assert (finding.rule, finding.line > 0, bool(finding.hint)) == ("output-odd", True, True)


@pytest.mark.parametrize("folder", ["/out", "../out", "out/../../x", "//server/share/out"])
def test_folder_that_leads_outside_on_some_system_is_refused(tmp_path: Path, folder: str) -> None:
    outputs = [{"target": "openapi", "to": folder}]
    with pytest.raises(CodegenError) as error:
        configuration.load(write_config(tmp_path, outputs=outputs))
    (finding,) = error.value.diagnostics
    assert (finding.rule, finding.line > 0, bool(finding.hint)) == ("output-outside", True, True)


@pytest.mark.parametrize("folder", ["console", "docs/nullable", ".", "./a", "v1.2", ".hidden/x"])
def test_folder_with_a_similar_name_is_accepted(tmp_path: Path, folder: str) -> None:
    outputs = [{"target": "openapi", "to": folder}]
    assert configuration.load(write_config(tmp_path, outputs=outputs)).outputs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("templates: mine\n", "mine", id="text"),
        pytest.param("templates: 3\n", "", id="not a text"),
        pytest.param("templates: [\n", "", id="not readable"),
        pytest.param("locales: [en]\n", "", id="missing"),
    ],
)
def test_one_text_is_loaded_despite_mistakes(tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "codegen.yaml"
    file.write_text(text, encoding="utf-8")
    assert configuration.load_text(file, "templates") == expected

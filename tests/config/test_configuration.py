"""Configuration records, their committed JSON Schema, and errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from codegen.config import configuration, file_records
from codegen.config.schema import schema, text
from codegen.core.diagnostics import CodegenError
from codegen.outputs import registry
from codegen.readers.built_in.structure import built_ins
from support.corpus import ROOT

OUTPUT = {"target": "json-schema", "to": "schemas"}


def write_config(folder: Path, **more: Any) -> Path:
    file = folder / "codegen.yaml"
    file.write_text(json.dumps({"sources": [{"path": "page.md"}], "outputs": [OUTPUT], **more}))
    return file


def test_committed_schema_matches_records() -> None:
    assert (ROOT / "schemas/codegen.schema.json").read_text(encoding="utf-8") == text(), "run `make update`"
    Draft202012Validator.check_schema(schema())
    properties = schema()["properties"]
    assert {*properties} == {*file_records.File.__struct_fields__}
    for name, record in (("site", file_records.Site), ("check", file_records.Check)):
        assert {*properties[name]["properties"]} == {*record.__struct_fields__}


def test_schema_has_options_per_output() -> None:
    validator = Draft202012Validator(schema())
    options = {name: set(output.options) for name, output in registry.bundled_outputs().items()}
    assert options["openapi"] == {"version"}
    for name, known in options.items():
        for option in set().union(*options.values()) - known:
            output = {"target": name, "to": "x", option: "x"}
            (error,) = validator.iter_errors({"sources": [{"path": "x"}], "outputs": [output]})
            assert error.validator == "additionalProperties"
            assert set(error.schema["properties"]) == known | {"target", "to", "select"}


def test_conversion_error_not_covered_by_schema_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "find_schema_faults", lambda *_: [])
    with pytest.raises(msgspec.ValidationError):
        configuration.load(write_config(tmp_path, locales=1))


def test_valid_file_is_not_compared_with_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "find_schema_faults", None)  # whose library is slow to import
    (tmp_path / "page.md").touch()
    sources = ["page.md", {"path": "page.md", "locale": "en", "against": "old.md"}]
    history = [{"path": "page.md", "locale": "en", "release": "1", "date": "2026-01-31"}]
    outputs = [{"target": "docs", "to": "docs", "select": ["Plot"], "layout": "list", "drafts": True}]
    file = write_config(tmp_path, sources=sources, history=history, outputs=outputs, locales=["en", "zh-cn"])
    assert configuration.load(file).outputs[0].options == {"layout": "list", "drafts": True}


def test_internal_error_is_not_reported_as_configuration_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
        ({"sources": [{"path": "x", "lokale": "en"}]}, "sources[0]: there is no key 'lokale' (hint: did you mean 'locale'?"),
        ({"check": {"untranslated": {"en": 2}}}, "a share is 0 to 1"),
        ({"check": {"baselines": "x"}}, "check: there is no key 'baselines'"),
        ({"outputs": [{**OUTPUT, "target": "docs", "layout": "lists"}]}, "did you mean 'list'? choose one of these: list, table, plain"),
        ({"sources": [3]}, "sources[0]: 3 is not of type 'string' and 3 is not of type 'object'"),
        ({"sources": [""]}, "sources[0]: '' should be non-empty"),
        ({"sources": []}, "sources: [] should be non-empty (hint: write at least one)"),
        ({"sources": [{"path": 3}]}, "sources[0].path: 3 is not of type 'string'"),
        ({"sources": "x"}, "sources: 'x' is not of type 'array'"),
        ({"sources": [{"path": "x", "release": "1"}]}, "sources[0]: there is no key 'release'"),
        ({"sources": [{"path": "x", "against": []}]}, "sources[0].against: [] is not of type 'string'"),
        ({"sources": [{"path": "x", "against": {"path": "y", "date": "2026-01-31"}}]}, "sources[0].against: there is no key 'date'"),
        ({"history": [{"path": "x", "against": "y"}]}, "history[0]: there is no key 'against'"),
        ({"locales": ["en", "en"]}, "locales: ['en', 'en'] has non-unique elements"),
        ({"sources": [{"path": "x", "against": [3]}]}, "sources[0].against[0]: 3 is not of type 'string'"),
        ({"sources": [{"path": "x", "against": 3}]}, "sources[0].against: 3 is not of type 'string'"),
        ({"sources": [{"path": "x", "against": {"path": 3}}]}, "sources[0].against.path: 3 is not of type 'string'"),
    ],
)  # fmt: skip
def test_fault_is_reported_once_with_place_and_suggestion(tmp_path: Path, more: dict[str, Any], message: str) -> None:
    with pytest.raises(CodegenError) as error:
        configuration.load(write_config(tmp_path, **more))
    assert message in str(error.value)
    assert len(error.value.diagnostics) == 1


def test_source_may_be_plain_path(tmp_path: Path) -> None:
    short, long = (
        configuration.load(write_config(tmp_path, sources=[source])).sources
        for source in ("page.md", {"path": "page.md"})
    )
    assert [(source.path, source.shown) for source in short] == [(source.path, source.shown) for source in long]
    assert [(source.place.line, source.place.column) for source in short if source.place] == [(1, 14)]


def test_release_of_kubernetes_types_must_be_bundled(tmp_path: Path) -> None:
    newest = built_ins().newest
    assert configuration.load(write_config(tmp_path, kubernetes=f"v{newest}.3")).kubernetes == newest
    assert configuration.load(write_config(tmp_path)).kubernetes == ""
    with pytest.raises(CodegenError, match=rf"codegen.yaml:1:\d+: error\[release-not-bundled\].*{newest}"):
        configuration.load(write_config(tmp_path, kubernetes="1.2"))
    with pytest.raises(CodegenError, match="config-invalid"):
        configuration.load(write_config(tmp_path, kubernetes=1.3))

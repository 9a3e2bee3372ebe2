"""Schemas of each format round-trip and have no differences to the source and other formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema.validators import validator_for

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.drift.diff import diff
from codegen.model import Ref
from codegen.model.kubernetes import key_of_kind
from codegen.readers.openapi.reader import read_document
from codegen.readers.sources import SourcePath
from gardens.everything import everything, write_all_formats
from gardens.parts import PACKAGE, gvk_of
from support.corpus import ENDS, RELEASES, SEED, document_of, for_each

GROUP_VERSION_KIND = "x-kubernetes-group-version-kind"


def differences(old: Path, new: Path, locale: str) -> list[str]:
    found = diff(*(SourcePath.of(path, locale=locale) for path in (old, new)))
    assert found.complete
    return [f"{finding.rule} {finding.id}" for finding in found.findings]


def assert_alike(source: Path, folder: Path, locale: str = "en") -> None:
    written = write_all_formats(source, folder, locale)
    for form in written.values():
        assert differences(source, form, locale) == differences(form, source, locale) == []
    assert differences(written["openapi-31"], written["openapi-30"], locale) == []
    assert differences(written["openapi-30"], written["openapi-31"], locale) == []


def test_document_with_all_constructs_round_trips(tmp_path: Path) -> None:
    source = tmp_path / "garden.json"
    source.write_text(json.dumps(everything()), encoding="utf-8")
    assert_alike(source, tmp_path)


def test_first_page_round_trips(tmp_path: Path) -> None:
    assert_alike(SEED, tmp_path, "zh-cn")


@pytest.mark.slow
@for_each(ENDS)
def test_whole_release_round_trips(release: Path, tmp_path: Path) -> None:
    assert_alike(document_of(release), tmp_path)


DRAFTS = {
    "http://json-schema.org/draft-04/schema#": ("id", "definitions"),
    "http://json-schema.org/draft-06/schema#": ("$id", "definitions"),
    "http://json-schema.org/draft-07/schema#": ("$id", "definitions"),
    "https://json-schema.org/draft/2019-09/schema": ("$id", "$defs"),
    "https://json-schema.org/draft/2020-12/schema": ("$id", "$defs"),
}


def to_root_schema(written: dict[str, Any], draft: str) -> dict[str, Any]:
    """Convert a file to a single root schema in the vocabulary of a draft."""
    own, home = DRAFTS[draft]
    key = written["$ref"].rpartition("/")[2]
    rest = dict(written["$defs"])
    itself = rest.pop(key)
    title = written["title"] if GROUP_VERSION_KIND in itself else key
    notice = {"$comment": written["$comment"]}  # by which the reader knows a generated file
    made = {"$schema": draft, **notice, own: written["$id"], "title": title, **itself, home: rest}

    def convert(value: Any) -> Any:
        if isinstance(value, list):
            return [convert(each) for each in value]
        if not isinstance(value, dict):
            return value
        if isinstance(target := value.get("$ref"), str):
            name = target.rpartition("/")[2]
            value = {**value, "$ref": "#" if name == key else f"#/{home}/{name}"}
        if "const" in value and draft.endswith("draft-04/schema#"):
            value = {**value, "enum": [value["const"]]}
            del value["const"]
        if "exclusiveMaximum" in value and draft.endswith("draft-04/schema#"):
            value = {**value, "maximum": value["exclusiveMaximum"], "exclusiveMaximum": True}
        return {word: convert(inner) for word, inner in value.items()}

    schema: dict[str, Any] = convert(made)
    return schema


@pytest.mark.parametrize("draft", DRAFTS)
def test_root_schema_is_read_in_every_draft(draft: str, tmp_path: Path) -> None:
    source = tmp_path / "garden.json"
    # Named like API servers do.
    served = json.dumps(everything()).replace(PACKAGE, "io.example.garden.v1")
    source.write_text(served, encoding="utf-8")
    written = write_all_formats(source, tmp_path)["json-schema"]
    for file in written.glob("*.json"):
        schema = to_root_schema(json.loads(file.read_text(encoding="utf-8")), draft)
        validator_for(schema).check_schema(schema)
        file.write_text(json.dumps(schema, indent=2), encoding="utf-8")
    assert differences(source, written, "en") == []


def test_root_schema_is_named_by_kind_id_or_file(tmp_path: Path) -> None:
    plain = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {"a": {"$ref": "#"}},
    }
    gvk = gvk_of()
    named = {
        "io.example.garden.v1.Plot": {
            **plain,
            "x-kubernetes-group-version-kind": [gvk],
            "title": "Other",
        },
        "garden.Bed": {**plain, "title": "garden.Bed"},
        "shed": {**plain, "title": "A shed", "$id": "https://example.io/schemas/shed.schema.json"},
        "file": plain,
    }
    for key, schema in named.items():
        report = Report()
        text = json.dumps(schema, indent=2)
        reference = read_document(Source(text, "folder/file.json"), report)
        assert not report.diagnostics
        assert list(reference.definitions) == [key]
        (field,) = reference.definitions[key].fields
        assert field.type == Ref(key=key)
        assert text.split("\n")[field.span.line - 1].strip().startswith('"a"')


@for_each(RELEASES)
def test_kinds_have_keys_of_kubernetes(release: Path) -> None:
    definitions = json.loads(document_of(release).read_text(encoding="utf-8"))["definitions"]
    kinds = {
        key: gvks[0]
        for key, each in definitions.items()
        if len(gvks := each.get(GROUP_VERSION_KIND, ())) == 1
    }
    assert {key: key_of_kind(**gvk) for key, gvk in kinds.items()} == {key: key for key in kinds}

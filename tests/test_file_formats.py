"""The formats of files as the documentation shows them."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from codegen.project.lock_file import LockFile, parse_lock
from codegen.translation.glossary import load_glossary, schema
from codegen.validation.rule_loader import load_rules
from support.corpus import ROOT

PAGES = ("file-formats.md", "file-formats.zh-cn.md")


def read_examples(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_glossary_schema_is_up_to_date() -> None:
    file = ROOT / "schemas/glossary.schema.json"
    assert file.read_text(encoding="utf-8") == schema(), "run make update"


@pytest.mark.parametrize("page", PAGES)
def test_documented_glossary_is_valid(page: str, tmp_path: Path) -> None:
    glossary, _ = read_examples(page, "toml")
    file = tmp_path / "team.toml"
    file.write_text(glossary, encoding="utf-8")
    names = {term.name for term in load_glossary("zh-cn", file)}
    assert "plot" in names
    Draft202012Validator(json.loads(schema())).validate(tomllib.loads(glossary))


@pytest.mark.parametrize("file", sorted((ROOT / "templates/glossaries").glob("*.toml")), ids=str)
def test_bundled_glossaries_have_the_form_of_the_schema(file: Path) -> None:
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    Draft202012Validator(json.loads(schema())).validate(data)


@pytest.mark.parametrize("page", PAGES)
def test_documented_rules_are_valid(page: str, tmp_path: Path) -> None:
    _, rules = read_examples(page, "toml")
    file = tmp_path / rules.partition("\n")[0].removeprefix("# ")
    file.write_text(rules, encoding="utf-8")
    assert [rule.id for rule in load_rules(file).rules] == ["plot-too-small"]


@pytest.mark.parametrize("page", PAGES)
def test_documented_lock_is_valid(page: str) -> None:
    (lock,) = read_examples(page, "json")
    assert isinstance(parse_lock(lock.encode(), "codegen.lock"), LockFile)

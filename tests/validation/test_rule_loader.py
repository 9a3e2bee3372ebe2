"""Files of server rules, bundled ones and invalid ones."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from codegen.core.diagnostics import CodegenError
from codegen.core.locales import ENGLISH, SHIPPED
from codegen.validation import rule_loader, validate
from codegen.validation.condition_words import WORDS
from gardens.validation import GARDEN, RULES, VALID, rules_folder
from support.rows import each_row

RULE_FILES = sorted(rule_loader.FOLDER.glob("*.toml"))


@cache
def form() -> Draft202012Validator:
    """Return the JSON Schema of rule files, after validating it against the meta-schema."""
    Draft202012Validator.check_schema(rule_loader.rule_file_schema())
    return Draft202012Validator(rule_loader.rule_file_schema())


@each_row((file,) for file in RULE_FILES)
def test_bundled_rule_files_are_valid_by_schema(file: Path) -> None:
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    assert [f"{error.json_path}: {error.message}" for error in form().iter_errors(data)] == []
    rules = rule_loader.load_rules(file)
    book = rule_loader.RuleBook()
    found = book.find_kind(rules.gvk) if rules.gvk is not None else book.find_definition(rules.key)
    assert found == rules
    for rule in rules.rules:
        assert {ENGLISH, "zh-cn"} <= rule.says.keys() <= {*SHIPPED.available()}, (
            f"{rule.id}: add `says.en` and `says.zh-cn`"
        )
        assert rules.first <= rule.span.since <= (rule.span.until or rules.last) <= rules.last, (
            rule.id
        )
        if rule.answer is not None:
            verbs = re.findall(r"%[sdqv]", rule.answer.text)
            assert len(verbs) == len(rule.answer.args), f"{rule.id}: {verbs} and {rule.answer.args}"
            assert (rule.answer.code == 422) == (rule.answer.cause not in ("", "UnknownField")), (
                rule.id
            )


def test_schema_has_exactly_the_conditions_of_the_engine() -> None:
    assert set(rule_loader.rule_file_schema()["$defs"]["word"]["enum"]) == WORDS


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('first = "1.10"', "first = 1.10", "first"),
        ('condition = "pattern"', 'condition = "patterns"', "patterns"),
        ("value = 10\n", "", "value"),
        ('effect = "fills"', 'effect = "fill"', "fill"),
        ('field = "spec.size"', 'field = "spec..size"', "spec..size"),
        ('pattern = "[a-z]+"', 'pattern = "[a-z"', "unterminated"),
        ('id = "size-too-large"', 'id = "size-too-small"', "is defined twice"),
        ('when = ["large"]', 'when = ["small"]', "small"),
        (
            "[[rules]]\n",
            "[[rules]]\nmore = 1\n",
            "-v1.toml:13: error[server-rules-invalid]: rules[0]: ",
        ),
        (
            "first =",
            "first = =",
            "-v1.toml:1:9: error[server-rules-unreadable]: this is not valid TOML: Inv",
        ),
        ('kind = "Plot"', 'kind = "Bed"', "bed-garden-v1.toml"),  # the file is named like its kind
        ('codes = ["FieldValueRequired"]\n', "", "codes"),
    ],
)
def test_invalid_file_is_one_message_with_its_name(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    folder = rules_folder(tmp_path / "rules")
    file = folder / "plot-garden-v1.toml"
    assert old in RULES
    file.write_text(RULES.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CodegenError) as caught:
        validate(VALID, GARDEN, rules=(folder,))
    assert all(diagnostic.span.path == str(file) for diagnostic in caught.value.diagnostics)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("more", "selected"),
    [("", True), ('from = "1.10"', True), ('from = "1.11"', False), ('until = "1.13"', False)],
)
def test_only_rules_of_all_releases_apply_without_release(
    tmp_path: Path, more: str, selected: bool
) -> None:
    file = rules_folder(tmp_path) / "plot-garden-v1.toml"
    file.write_text(
        RULES.replace('id = "beds-not-enforced"', f'id = "beds-not-enforced"\n{more}', 1),
        encoding="utf-8",
    )
    rules = rule_loader.load_rules(file).select(None)
    assert ("beds-not-enforced" in {rule.id for rule in rules}) == selected


def test_word_without_a_fault_of_its_own_leaves_the_verb(tmp_path: Path) -> None:
    file = rules_folder(tmp_path) / "plot-garden-v1.toml"
    rules = RULES.replace(
        'condition = "minimum"\nvalue = 10', 'condition = "amount-minimum"\nvalue = 10'
    )
    rules = rules.replace('"must be a plot"', '"must be a plot, not %s", args = ["fault"]')
    file.write_text(rules, encoding="utf-8")
    small = {**VALID, "spec": {**VALID["spec"], "size": 1}}
    findings = validate(small, GARDEN, rules=(tmp_path,))
    assert any("must be a plot, not %s" in finding.message for finding in findings)

"""The catalogue of rules against the code that reports them, and what is printed of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain

import pytest
from click.testing import Result

from codegen.core.diagnostics import Level
from codegen.findings.rules import page
from codegen.findings.rules.catalogue import AREAS
from codegen.findings.rules.explanations import FOLDER, load_prose, read_text
from codegen.findings.rules.rule import Area, ChangeRule, Convention, Rule
from codegen.validation.rule_catalogue import list_areas
from codegen.validation.validator import rule_id
from support.commands import run as command
from support.corpus import ROOT
from support.rows import for_rows
from support.source_code import MODULES, code_of, nodes

AREAS_OF_ALL = list_areas()
ALL = {rule.id: rule for area in AREAS_OF_ALL for rule in area.rules}
DECLARED = {
    rule.id: rule for area in AREAS for rule in area.rules
}  # those of servers are data: their ids are in no code
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# What reports a rule, and with which severity. `Fault` and `Stop` speak of documents, where an error is the level ERR.
REPORTS = {
    "warning": Level.WARN, "warn": Level.WARN, "error": Level.ERR, "failure": Level.ERR,
    "fault": Level.ERR, "_fault": Level.ERR, "Stop": Level.ERR,
}  # fmt: skip
RECORDS = {"Finding", "Fault", "Printed"}
GRADES: dict[str, str] = {Level.ERR: "ERR", Level.WARN: "WARN", **{level: str(level) for level in Level}}


def explain(*args: str) -> Result:
    return command("explain", *args)


# where rules are declared is no use of them
CODE = [name for name in MODULES if not name.startswith("codegen.findings.rules.")]


@cache
def strings() -> frozenset[str]:
    """Every string of the package; a cause of Kubernetes (`FieldValueRequired`) stands for the rule that is named after it."""
    found = {
        node.value
        for name in CODE
        for node in nodes(name)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return frozenset(found | {rule_id(text) for text in found if re.fullmatch(r"([A-Z][a-z]+)+", text)})


def ids(node: ast.expr) -> Iterator[str]:
    """The ids that an argument can be; none for a variable, whose values are among the strings of the package."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from chain(ids(node.body), ids(node.orelse))


def filled(node: ast.JoinedStr) -> Iterator[str]:
    """`f"{name}-missing"`: the declared ids that it can become by some string of the package."""
    parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.+)" for part in node.values]
    pattern = re.compile("".join(parts))
    for name in DECLARED:
        if (found := pattern.fullmatch(name)) and found.groups() and strings().issuperset(found.groups()):
            yield name


def used() -> Iterator[tuple[str, str, str]]:
    """Id, level and place of every report whose id stands where it is reported."""
    for name in CODE:
        for node in nodes(name):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            words = {word.arg: word.value for word in node.keywords}
            if called == "FaultRules":  # the ids of one kind of document
                yield from (
                    (declared, "ERR", f"{code_of(name)}:{node.lineno}")
                    for word in words.values()
                    for declared in ids(word)
                )
                continue
            if called in REPORTS and len(node.args) > 1:  # rule and message
                rule, level = node.args[0], GRADES[REPORTS[called]]
            elif called in RECORDS and "rule" in words:
                rule, level = words["rule"], level_of(called, words)
            else:
                continue
            for declared in ids(rule):
                yield declared, level, f"{code_of(name)}:{node.lineno}"


def level_of(record: str, words: dict[str | None, ast.expr]) -> str:
    given = words.get("severity", words.get("level"))
    if isinstance(given, ast.Attribute):
        return GRADES.get(given.attr.lower(), given.attr)
    return "ERR" if record == "Fault" else "WARN"  # a finding of the linter has no level: all are warnings


def levels(rule: Rule) -> set[str]:
    return {GRADES[level] for level in rule.levels if level}


def test_every_id_in_the_code_is_declared_with_its_level() -> None:
    places = list(used())
    assert len(places) > 200
    wrong = [
        f"{place}: {rule} ({level})"
        for rule, level, place in places
        if rule not in DECLARED or level not in levels(DECLARED[rule])
    ]
    assert not wrong, "declare them in codegen/findings/rules: " + ", ".join(wrong)


def test_every_declared_level_is_used() -> None:
    found: dict[str, set[str]] = {}
    for rule, level, _ in used():
        found.setdefault(rule, set()).add(level)
    unused = [
        f"{name}: {levels(DECLARED[name]) - found[name]}" for name in found if levels(DECLARED[name]) - found[name]
    ]
    assert not unused


def test_every_declared_id_is_used() -> None:
    built = {
        name for module in CODE for node in nodes(module) if isinstance(node, ast.JoinedStr) for name in filled(node)
    }
    unused = DECLARED.keys() - strings() - built
    assert not unused, "no code reports them: " + ", ".join(sorted(unused))


def test_ids_are_unique_and_kebab_case() -> None:
    names = [rule.id for area in AREAS_OF_ALL for rule in area.rules]
    assert len(names) == len(set(names))
    assert not [name for name in names if not KEBAB.fullmatch(name)]


@for_rows((area,) for area in AREAS_OF_ALL)
def test_every_rule_is_explained(area: Area) -> None:
    for rule in area.rules:
        explained = page.text(rule, area)
        assert explained.startswith(f"{rule.id}: ")
        lines = [line for line in explained.splitlines() if not line.startswith("https://")]  # which cannot be broken
        assert max(map(len, lines)) <= 80, rule.id
        words = " ".join(explained.split())
        assert len(words) >= 100
        for part in (rule.title, *map(rule.part, rule.parts)):
            assert part.strip(), rule.id
            assert " ".join(part.split()) in words, rule.id
        if isinstance(rule, ChangeRule):
            assert re.search(r"\*Follows\*: .+\. .+: https://", page.section(rule)), rule.id
            assert all(rule.part(name).endswith(".") for name in {"senders", "readers"}.intersection(rule.parts))


def test_prose_has_the_rules_of_its_area_and_nothing_else() -> None:
    wanted = {area.name: [(rule.id, sorted(rule.parts)) for rule in area.rules] for area in AREAS}
    wanted["conventions"] = [(convention, ["page", "says", "title"]) for convention in Convention]
    assert {file.stem for file in FOLDER.iterdir()} == {*wanted, "grades", "rules"}
    for name, rules in wanted.items():
        prose = load_prose(name)
        assert sorted((rule, sorted(parts)) for rule, parts in prose.rules.items()) == sorted(rules), name
        words = [prose.title, prose.about]
        words += [word for rule, parts in prose.rules.items() for word in (rule, *parts, *parts.values())]
        assert len(re.sub(r"[\s#*:-]", "", read_text(name))) == len(re.sub(r"[\s#*:-]", "", "".join(words))), name


@pytest.mark.parametrize("area", [AREAS_OF_ALL[0], AREAS_OF_ALL[-1]], ids=["first", "last"])
def test_the_command_prints_what_is_explained(area: Area) -> None:
    rule = area.rules[0]
    assert (explain(rule.id).exit_code, explain(rule.id).stdout) == (0, page.text(rule, area))
    assert explain("--format", "markdown", area.name).stdout == page.chapter(area)
    listed = explain(area.name).stdout
    assert re.findall(r"^  ([a-z0-9-]+)(?=\s)", listed, re.MULTILINE) == [rule.id for rule in area.rules]
    assert max(map(len, listed.splitlines())) <= 80


@pytest.mark.parametrize(("name", "near"), [("field-became-optinal", "field-became-optional"), ("checkz", "checks")])
def test_an_unknown_rule_names_the_nearest(name: str, near: str) -> None:
    result = explain(name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert near in result.stderr


def test_areas_are_listed_with_their_numbers_of_rules() -> None:
    result = explain()
    assert result.exit_code == 0
    found = re.findall(r"^ *(\d+)  (\S+)", result.stdout, re.MULTILINE)
    assert found == [(str(len(area.rules)), area.name) for area in AREAS_OF_ALL]
    assert len(result.stdout.splitlines()) < 100
    assert not {area.name for area in AREAS_OF_ALL} & ALL.keys()


def test_a_server_rule_says_from_which_release_it_holds() -> None:
    assert "Holds from 1.29 to 1.30." in " ".join(explain("node-binding-enabled").stdout.split())


def test_the_page_of_all_rules_is_up_to_date() -> None:
    """After a change of the catalogue: make update"""
    written = (ROOT / "generated" / "rules.md").read_text(encoding="utf-8")
    assert written == explain("--format", "markdown").stdout
    assert re.findall(r"^### `(.+)`$", written, re.MULTILINE) == list(ALL)
    assert explain("--format", "markdown", "field-added").stdout in written

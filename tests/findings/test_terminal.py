"""Terminal output: findings grouped by subject, old and new values, and one line for similar
findings.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level
from codegen.findings import formats
from codegen.findings.finding import NotCompared, Results, View
from codegen.findings.words import mark_changes
from support.corpus import ROOT
from support.report_samples import finding, hostile, results
from tools.pictures import run_in_terminal

PACKAGE = "io.example.api.garden.v1"
P = f"{PACKAGE}.Plot"


def render_lines(found: Results, **view: Any) -> list[str]:
    return formats.render(found, "text", View(**{"width": 100, **view})).splitlines()


def field(name: str, level: Level = Level.ERR, **more: Any) -> Finding:
    facts = {
        "rule": "field-became-required",
        "old": "optional",
        "new": "required",
        "subject": f"Plot.{name} (garden.v1)",
    }
    return finding(level=level, **{"id": f"{P}#{name}", "path": "new.json", **facts, **more})


def test_changes_are_grouped_by_rule_and_similar_ones_share_line() -> None:
    found = results(
        field("old", Level.INFO, rule="field-added", old=None, new="old (int32", line=7),
        field("size", meaning="requests fail", direction="request"),
        field("name", meaning="requests fail", direction="request"),
        field(
            "size",
            id=f"{P}Spec#size",
            subject="PlotSpec.size",
            meaning="requests fail",
            direction="request",
            path="b.json",
        ),
        finding(
            id=P.replace("Plot", "Bed"),
            subject="Bed (garden.v1)",
            rule="definition-renamed",
            old="Bed (garden.v1)",
            new="Plot (garden.v1)",
            path="new.json",
        ),
        *(
            finding(
                id=f"{PACKAGE}.{name}",
                subject=f"{name} (garden.v1)",
                rule="definition-moved",
                old=f"{name} (garden.v1)",
                new=f"{name} (garden.v2)",
                path="new.json",
            )
            for name in ("Bed", "Plot")
        ),
        notes=("n",),
        summary=("s",),
    )
    lines = [
        "6 to act on, of 7 findings: 6 ERR, 0 WARN, 1 INFO",
        "s",
        "note: n",
        "ERR   field-became-required (request)  new.json",
        "   Plot (garden.v1)  size, name: optional -> required  :1",
        "        requests fail",
        "   PlotSpec (garden.v1)  size: optional -> required  b.json:1",
        "ERR   definition-renamed  new.json",
        "   garden.v1  Bed -> Plot (garden.v1)  :1",
        "ERR   definition-moved  new.json",
        "   garden.v1  Bed, Plot -> garden.v2  :1",
        "INFO  field-added  new.json",
        "   Plot (garden.v1)  old: old (int32  :7",
    ]
    assert render_lines(found) == lines
    by_element = render_lines(replace(found, takes_baseline=False))
    assert by_element[:3] == [
        "Plot (garden.v1)  new.json",
        "  ERR   field-became-required (request)  size, name: optional -> required  :1",
        "        requests fail",
    ]
    assert by_element[-5:] == [
        "  INFO  field-added  old: old (int32  :7",
        "",
        "note: n",
        "s",
        "7 findings: 6 ERR, 0 WARN, 1 INFO",
    ]


def test_finding_about_several_elements_has_count() -> None:
    gone = finding(
        id=P,
        subject="Plot (garden.v1)",
        text="Plot is gone, with 3 operations",
        ids=(P, f"{P}List"),
        old=None,
    )
    assert "   Plot is gone, with 3 operations  :1" in render_lines(results(gone))


def test_operations_are_grouped_by_group_version() -> None:
    found = [
        finding(
            id=f"{method} /apis/garden.example/v1{rest}",
            subject="x",
            rule="operation-removed",
            old=None,
        )
        for method, rest in (("GET", ""), ("GET", "/plots"), ("PUT", "/plots/{name}"))
    ]
    assert "   /apis/garden.example/v1  GET /, GET /plots, PUT /plots/{name}  :1" in render_lines(
        results(*found)
    )


def test_many_similar_findings_are_counted() -> None:
    found = [
        field(f"f{number}", Level.INFO, id=f"{P}List#f{number}", subject=f"PlotList.f{number}")
        for number in range(15)
    ]
    for count, more in ((12, ""), (15, " and 3 more")):
        assert any(
            f"f9, f10, f11{more}: optional" in line
            for line in render_lines(results(*found[:count]))
        )


@pytest.mark.parametrize("view", [{"width": 0}, {"width": 100}])
def test_changed_descriptions_are_counted_by_default(view: dict[str, Any]) -> None:
    changed = field(
        "name",
        Level.INFO,
        rule="description-changed",
        old="the old name of it",
        new="the new name of it",
    )
    found = results(field("size"), changed, changed, notes=(), summary=())
    lines = render_lines(found, **view)
    assert lines[:2] == [
        "1 to act on, of 3 findings: 1 ERR, 0 WARN, 2 INFO",
        "note: 2 changed descriptions are left out here; --descriptions lists them",
    ]
    assert not any("description-changed" in line for line in lines)
    lines = render_lines(found, **view, descriptions=True)
    assert any("the [-old-] {+new+} name of it" in line for line in lines)
    assert not any(
        "--descriptions" in line for line in (*lines, *render_lines(found, **view, counts=True))
    )


def test_piped_output_has_most_severe_first_and_each_meaning_once() -> None:
    found = results(
        field("a", Level.INFO, meaning="m"),
        field("b", meaning="m"),
        field("c", meaning="m"),
        field("d", meaning="n"),
    )
    lines = [line for line in render_lines(found, width=0) if line.startswith("new.json")]
    assert [line.rpartition("#")[2] for line in lines] == ["b]", "c]", "d]", "a]"]
    assert [". m [" in line or ". n [" in line for line in lines] == [True, False, True, False]
    every = render_lines(replace(found, takes_baseline=False), width=0)
    assert sum(line.endswith((". m", ". n")) for line in every) == 4
    assert every[0].endswith(". m")


@pytest.mark.parametrize("width", [pytest.param(0, id="piped"), pytest.param(100, id="terminal")])
def test_stale_files_come_after_changes_of_meaning(width: int) -> None:
    stale = finding(rule="file-stale", path="out/plot.json", level=Level.ERR)
    text = "\n".join(render_lines(results(stale, field("a", Level.WARN)), width=width))
    assert text.index("field-became-required") < text.index("file-stale")


def test_changed_words_of_text_are_marked() -> None:
    changed = field(
        "name", rule="description-changed", old="the old name of it", new="the new name of it"
    )
    assert "        the [-old-] {+new+} name of it" in render_lines(
        results(changed), descriptions=True
    )
    coloured = "\n".join(render_lines(results(changed), colour=True, descriptions=True))
    assert "\x1b[31mold\x1b[0m" in coloured
    assert "\x1b[32mnew\x1b[0m" in coloured


@pytest.mark.parametrize("count", [12, 13])
def test_only_left_out_words_become_ellipsis(count: int) -> None:
    same = " ".join(map(str, range(count)))
    shown = same if count == 12 else "0 1 2 3 4 5 … 7 8 9 10 11 12"
    assert mark_changes(f"a {same} b", f"c {same} d") == f"[-a-] {{+c+}} {shown} [-b-] {{+d+}}"


def test_findings_without_subject_are_grouped_by_file() -> None:
    path, detail = "out/a.json", "-a\n+\tb\n"
    found = results(
        finding(text="differs", id=path, path=path, rule="file-stale", hint="run it", detail=detail)
    )
    assert render_lines(found)[-5:] == [
        "ERR   file-stale  out/a.json",
        "   out/a.json  differs  :1",
        "        run it",
        "        -a",
        "        +   b",
    ]
    assert "\x1b[31m-a\x1b[0m" in "\n".join(render_lines(found, colour=True))


def test_counts_and_quiet_runs_show_omissions() -> None:
    lacking = results(field("size"), not_compared=(NotCompared(what="bed.md", count=1),))
    assert render_lines(lacking, counts=True)[-1] == "ERR       1  field-became-required"
    assert "not compared: bed.md" in render_lines(lacking)
    assert render_lines(lacking, quiet=True)[0] == "not compared: bed.md"
    assert render_lines(results(summary=(), notes=())) == ["no drift"]


def test_control_characters_are_escaped() -> None:
    for colour in (False, True):
        found = replace(
            hostile(),
            findings=tuple(replace(each, subject=each.message) for each in hostile().findings),
        )
        for line in render_lines(found, colour=colour):
            own = line.replace("\x1b[", "") if colour else line
            assert "\x1b" not in own
            assert all(char.isprintable() for char in own)


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": ""}, True)],
)
def test_colours_follow_terminal_and_environment(
    tmp_path: Path, environment: dict[str, str], coloured: bool
) -> None:
    out = run_in_terminal(
        f"{sys.executable} -m codegen check --config {project(tmp_path)}", ROOT, environment
    )
    assert "file-missing" in out
    assert ("\x1b[1;31m" in out) is coloured


def test_non_terminal_output_has_one_line_per_finding_and_no_colour(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "codegen", "check", "--config", project(tmp_path)]
    environment = {**os.environ, "FORCE_COLOR": ""}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    report = tmp_path / "report"
    assert "file-missing" not in run_in_terminal(f"{' '.join(command)} --output {report}", ROOT)
    for text in (done.stdout + done.stderr, report.read_text(encoding="utf-8")):
        assert "\x1b" not in text
        assert "file-missing: " in text


def project(folder: Path) -> str:
    file, source = folder / "codegen.yaml", ROOT / "schemas/tokenrequest-authentication-v1.json"
    file.write_text(
        f"sources: ['{source}']\nlocales: [en]\noutputs: [{{target: json-schema, to: out}}]\n",
        "utf-8",
    )
    return str(file)

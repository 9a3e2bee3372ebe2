"""What a person sees at a terminal: findings under the thing that they are about, what was and what is, one line for what is alike."""

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
from codegen.findings.finding import NotCompared, View
from codegen.findings.formats import Results
from pictures import run_in_terminal
from support.corpus import ROOT
from support.report_samples import finding, hostile, results

P = "io.example.api.garden.v1.Plot"


def shown(found: Results, **view: Any) -> list[str]:
    return formats.render(found, "text", View(**{"width": 100, **view})).splitlines()


def field(name: str, level: Level = Level.ERR, **more: Any) -> Finding:
    facts = {
        "rule": "field-became-required",
        "old": "optional",
        "new": "required",
        "subject": f"Plot.{name} (garden.v1)",
    }
    return finding(level=level, **{"id": f"{P}#{name}", "path": "new.json", **facts, **more})


def test_findings_stand_under_their_type_and_alike_ones_on_one_line() -> None:
    found = results(
        field("size", meaning="requests fail", direction="request"),
        field("name", meaning="requests fail", direction="request"),
        field("old", Level.INFO, rule="field-added", old=None, new="int32", line=7),
        finding(id=P.replace("Plot", "Bed"), subject="Bed (garden.v1)", rule="definition-renamed", old="Bed (garden.v1)", new="Plot (garden.v1)", path="new.json"),
        notes=(), summary=(),
    )  # fmt: skip
    assert shown(found) == [
        "Plot (garden.v1)  new.json",
        "  ERR   field-became-required (request)  size, name: optional -> required  :1",
        "        requests fail",
        "  INFO  field-added  old: int32  :7",
        "",
        "garden.v1  new.json",
        "  ERR   definition-renamed  Bed -> Plot (garden.v1)  :1",
        "",
        "4 findings: 3 ERR, 0 WARN, 1 INFO",
    ]


def test_what_is_told_for_several_things_says_so() -> None:
    gone = finding(
        id=P, subject="Plot (garden.v1)", text="Plot is gone, with 3 operations", ids=(P, f"{P}List"), old=None
    )
    assert "  ERR   field-removed  Plot is gone, with 3 operations  :1" in shown(results(gone))


def test_types_as_a_whole_stand_under_their_group_version() -> None:
    gone = [
        finding(
            id=f"{P}{name}",
            subject=f"Plot{name} (garden.v1)",
            rule="definition-removed",
            old=f"{P}{name}",
            path="old.json",
        )
        for name in ("", "Spec")
    ]
    assert shown(results(*gone))[:2] == ["garden.v1  old.json", "  ERR   definition-removed  Plot, PlotSpec  :1"]


def test_operations_stand_under_their_group_version() -> None:
    found = [
        finding(id=f"{method} /apis/garden.example/v1/plots{more}", subject="x", rule="operation-removed", old=None)
        for method, more in (("GET", ""), ("PUT", "/{name}"))
    ]
    lines = shown(results(*found))
    assert lines[:2] == [
        "/apis/garden.example/v1  pages/plot v1.md",
        "  ERR   operation-removed  GET /plots, PUT /plots/{name}  :1",
    ]


def test_the_gravest_comes_first_and_many_alike_are_counted() -> None:
    found = [
        field(f"f{number}", Level.INFO, id=f"{P}List#f{number}", subject=f"PlotList.f{number}") for number in range(15)
    ]
    lines = shown(results(*found, field("size")))
    assert lines[0].startswith("Plot (garden.v1)")
    assert any("f9, f10, f11 and 3 more" in line for line in lines)


def test_a_text_that_changed_is_marked_word_by_word() -> None:
    changed = field("name", rule="description-changed", old="the old name of it", new="the new name of it")
    assert "        the [-old-] {+new+} name of it" in shown(results(changed))
    coloured = "\n".join(shown(results(changed), colour=True))
    assert "\x1b[31mold\x1b[0m" in coloured
    assert "\x1b[32mnew\x1b[0m" in coloured


def test_what_has_no_name_of_its_own_stands_under_its_file() -> None:
    lines = shown(
        results(
            finding(
                id="out/a.json", path="out/a.json", rule="file-stale", text="differs", hint="run it", detail="-a\n+b\n"
            )
        )
    )
    assert lines[:5] == ["out/a.json", "  ERR   file-stale  differs  :1", "        run it", "        -a", "        +b"]


def test_counts_quiet_runs_and_what_could_not_be_compared() -> None:
    lacking = results(field("size"), not_compared=(NotCompared(what="bed.md", count=1),))
    assert shown(lacking, counts=True)[0] == "ERR       1  field-became-required"
    assert "not compared: bed.md" in shown(lacking)
    assert shown(lacking, quiet=True)[-1] == "not compared: bed.md"
    assert shown(results(summary=(), notes=())) == ["no drift"]


def test_no_text_reaches_a_terminal_as_more_than_letters() -> None:
    for colour in (False, True):
        found = replace(hostile(), findings=tuple(replace(each, subject=each.message) for each in hostile().findings))
        for line in shown(found, colour=colour):
            own = line.replace("\x1b[", "") if colour else line
            assert "\x1b" not in own
            assert all(char.isprintable() for char in own)


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": ""}, True)],
)
def test_colours_on_a_terminal_unless_the_environment_forbids_them(
    tmp_path: Path, environment: dict[str, str], coloured: bool
) -> None:
    out = run_in_terminal(f"{sys.executable} -m codegen check --config {project(tmp_path)}", ROOT, environment)
    assert "file-missing" in out
    assert ("\x1b[1;31m" in out) is coloured


def test_a_pipe_has_a_line_a_finding_and_no_colour(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "codegen", "check", "--config", project(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "FORCE_COLOR": "1"})
    assert "\x1b" not in done.stdout + done.stderr
    assert "file-missing: " in done.stdout


def project(folder: Path) -> str:
    (folder / "codegen.yaml").write_text(
        f"sources: [{{path: '{ROOT / 'schemas/tokenrequest-authentication-v1.json'}'}}]\n"
        "locales: [en]\noutputs: [{target: json-schema, to: out}]\n",
        encoding="utf-8",
    )
    return str(folder / "codegen.yaml")

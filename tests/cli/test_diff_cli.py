"""`codegen diff`, and `codegen check` with second sources, languages, the untranslated limit and a
baseline.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import Result
from ruamel.yaml import YAML

from codegen.findings.rules.catalogue import CHANGES, CHECKS
from gardens.compare import BED, SPEC, chinese, document, english, replace_piece
from support.commands import run
from support.corpus import ROOT
from support.report_samples import FINDINGS_SCHEMA


@pytest.fixture
def garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write old.json, new.json (a field became optional) and the page in both languages."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    new = document()
    new["definitions"][SPEC]["required"] = []
    Path("old.json").write_text(json.dumps(document()), encoding="utf-8")
    Path("new.json").write_text(json.dumps(new), encoding="utf-8")
    Path("plot-v1.en.md").write_text(english(), encoding="utf-8")
    Path("plot-v1.zh-cn.md").write_text(chinese(), encoding="utf-8")
    return tmp_path


def write_yard() -> None:
    """Write yard.json, which shares nothing with the others."""
    gate = {"type": "object", "properties": {"lock": {"type": "string"}}}
    content = {**document(), "paths": {}, "definitions": {"io.example.api.yard.v1.Gate": gate}}
    Path("yard.json").write_text(json.dumps(content), encoding="utf-8")


def test_exit_status_depends_on_failing_level(garden: Path) -> None:
    spec = document()
    spec["definitions"][SPEC]["properties"]["shade"] = {"type": "boolean"}
    Path("more.json").write_text(json.dumps(spec), encoding="utf-8")
    for new, statuses in (("new.json", (1, 1, 1, 1)), ("more.json", (0, 0, 0, 1))):
        levels = ((), *(("--fail-on", level) for level in ("ERR", "WARN", "INFO")))
        assert tuple(run("diff", "old.json", new, *level).exit_code for level in levels) == statuses


def test_source_compared_with_itself_has_no_drift(garden: Path) -> None:
    result = run("diff", "old.json", "old.json", "--fail-on", "INFO")
    assert (result.exit_code, result.stdout) == (0, "no drift: both sides agree\n")


def test_file_outside_current_folder_has_absolute_path(
    garden: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = garden / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    changes = json.loads(
        run("diff", "../old.json", str(garden / "new.json"), "--format", "json").stdout
    )["findings"]
    assert {change["path"] for change in changes} == {str(garden / "new.json")}


def test_json_has_documented_structure(garden: Path) -> None:
    result = run("diff", "old.json", "new.json", "--format", "json")
    document = json.loads(result.stdout)
    jsonschema.Draft202012Validator(FINDINGS_SCHEMA).validate(document)
    (found,) = document["findings"]
    assert found["line"]
    assert (
        found.items()
        >= {
            "rule": "field-became-optional",
            "level": "ERR",
            "direction": "both",
            "request": "INFO",
            "response": "ERR",
            "count": 1,
            "id": f"{SPEC}#owner",
            "old": "required",
            "new": "optional",
            "path": "new.json",
        }.items()
    )


BAD = {
    "missing": (("old.json", "nothing.json"), "nothing.json: error[source-missing]"),
    "missing old": (("nothing.json", "old.json"), "nothing.json: error[source-missing]"),
    "no reference": (("old.json", "prose.md"), "prose.md:1:1: error[source-unrecognised]"),
    "nothing shared": (("old.json", "yard.json"), "yard.json: error[nothing-shared]"),
    "errors": (("old.json", "cut.md"), "cut.md: error[side-has-errors]"),
    "release missing": (
        ("old.json", "new.json", "--release", "nothing.json"),
        "nothing.json: error[source-missing]",
    ),
    "locale": (
        ("plot-v1.en.md", "plot-v1.zh-cn.md", "--new-locale", "xx"),
        "error[locale-unknown]",
    ),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("shape", ["text", "json"])
def test_incomparable_file_is_reported_with_exit_2(garden: Path, name: str, shape: str) -> None:
    Path("prose.md").write_text("Only words.", encoding="utf-8")
    write_yard()
    Path("cut.md").write_text(english()[: english().index("## PlotSpec")], encoding="utf-8")
    arguments, message = BAD[name]
    result = run("diff", *arguments, "--format", shape)
    assert result.exit_code == 2
    assert message in result.stderr
    if shape == "text":
        assert result.stdout == ""
        return
    report = json.loads(result.stdout)
    jsonschema.Draft202012Validator(FINDINGS_SCHEMA).validate(report)
    assert (report["complete"], report["findings"], len(report["not_compared"])) == (False, [], 1)
    assert report["diagnostics"][-1]["rule"] in message


def test_skipped_parts_are_reported_and_counted_with_exit_2(garden: Path) -> None:
    spec = document()
    for field in list(spec["definitions"][SPEC]["properties"].values())[:2]:
        field["x-kubernetes-list-type"] = "bag"
    Path("bags.json").write_text(json.dumps(spec, indent=1), encoding="utf-8")
    result = run("diff", "bags.json", "old.json", "--format", "json")
    report = json.loads(result.stdout)
    (entry,) = report["not_compared"]
    assert (result.exit_code, entry["count"]) == (2, 2)
    found = [(finding["rule"], finding["level"]) for finding in report["findings"]]
    assert found == [("list-type-unknown", "WARN")] * 2
    assert "[list-type-unknown], first at bags.json:" in entry["what"]
    said = run("diff", "bags.json", "old.json")
    assert said.exit_code == 2
    assert (
        "note: not compared: `x-kubernetes-list-type` is not one of the known words" in said.stdout
    )
    assert "no drift" not in said.stdout + said.stderr


def write_two_folders() -> None:
    """Write two folders; the second page of `two` is truncated."""
    shed = english().replace("Plot", "Shed").replace("/plots", "/sheds")
    for folder, second in (("one", shed), ("two", shed[: shed.index("## ShedSpec")])):
        Path(folder).mkdir()
        Path(folder, "plot-v1.md").write_text(english(), encoding="utf-8")
        Path(folder, "shed-v1.md").write_text(second, encoding="utf-8")


def test_folder_with_broken_page_is_compared_partially_with_exit_2(garden: Path) -> None:
    write_two_folders()
    result = run("diff", "one", "two", "--format", "json")
    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert document["complete"] is False
    assert document["not_compared"] == [{"what": "two/shed-v1.md, since it has errors", "count": 1}]
    assert "not everything was compared" in result.stderr
    assert "no drift" not in run("diff", "one", "two").stdout


def test_language_summary_separates_defects_from_stale(garden: Path) -> None:
    page = replace_piece(chinese(), "(string)，必填", "(string)")
    Path("plot-v1.zh-cn.md").write_text(page, encoding="utf-8")
    result = run(
        "diff",
        "plot-v1.en.md",
        "plot-v1.zh-cn.md",
        "--release",
        "old.json",
        "--release",
        "new.json",
    )
    assert "zh-cn: 1 defect (errors on the page), 0 stale" in result.stdout
    assert "plot-v1.zh-cn.md is closest to" in result.stdout


def test_untranslated_page_does_not_change_language_of_tree(garden: Path) -> None:
    translated = replace_piece(chinese(), "(string)，必填", "(string)")
    for folder, text in (("original", english()), ("translated", translated)):
        Path(folder).mkdir()
        Path(folder, "plot-v1.md").write_text(text, encoding="utf-8")
    Path("translated/a-head-v1.md").write_text(english().partition("## ")[0], encoding="utf-8")
    result = run("diff", "original", "translated")
    assert "zh-cn: 1 defect (errors on the page)" in result.stdout
    note = "translated: pages in another language than zh-cn: 1 of 2, first translated/a-head-v1.md (en)"
    assert note in result.stdout


def test_step_summary_is_written_in_github_actions_only(
    garden: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("diff", "old.json", "new.json", "--format", "github")
    before = sorted(garden.iterdir())
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(garden / "summary.md"))
    run("diff", "old.json", "new.json")
    assert sorted(garden.iterdir()) == before
    run("diff", "old.json", "new.json", "--format", "github")
    assert "field-became-optional" in (garden / "summary.md").read_text(encoding="utf-8")


def test_output_option_writes_file(garden: Path) -> None:
    result = run("diff", "old.json", "new.json", "--format", "sarif", "--output", "found.sarif")
    assert (result.exit_code, result.stdout) == (1, "")
    assert json.loads(Path("found.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    result = run("diff", "old.json", "new.json", "--output", "no/such/folder/found")
    assert (result.exit_code, "cannot be written" in result.stderr) == (2, True)


def test_rules_are_printed_without_sources() -> None:
    result = run("diff", "--rules")
    assert result.exit_code == 0
    rows = re.findall(r"^\| `([a-z-]+)` \|", result.stdout, re.MULTILINE)
    assert sorted(rows) == sorted((*CHANGES, *CHECKS))
    assert (ROOT / "generated/levels.md").read_text(encoding="utf-8") == result.stdout, (
        "run `make update`"
    )
    assert re.search(
        r"\| `field-removed` \|.*\| WARN \| WARN \|.*\| Elements of an API are removed only with",
        result.stdout,
    )


def project(**settings: object) -> None:
    config = {
        "sources": [{"path": "old.json"}],
        "outputs": [{"target": "json-schema", "to": "out"}],
        **settings,
    }
    Path("codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    assert run("generate").exit_code == 0


def test_check_compares_source_with_second_source(garden: Path) -> None:
    project(sources=[{"path": "old.json", "against": "new.json"}])
    result = run("check", "--format", "json")
    document = json.loads(result.stdout)
    jsonschema.Draft202012Validator(FINDINGS_SCHEMA).validate(document)
    assert result.exit_code == 1
    assert {
        (finding["rule"], finding["level"], finding["path"]) for finding in document["findings"]
    } == {("field-became-optional", "ERR", "old.json")}
    assert document["clean"] is False
    project(
        sources=[
            {"path": "old.json", "against": ["old.json", {"path": "plot-v1.en.md", "locale": "en"}]}
        ]
    )
    assert run("check").exit_code == 0


@pytest.mark.parametrize("named", [True, False], ids=["locale said", "locale in the path"])
def test_check_compares_languages_by_default(garden: Path, named: bool) -> None:
    sources = [
        {"path": f"plot-v1.{locale}.md"} | ({"locale": locale} if named else {})
        for locale in ("en", "zh-cn")
    ]
    project(sources=sources, locales=["en", "zh-cn"])
    assert run("check").exit_code == 0
    Path("plot-v1.zh-cn.md").write_text(
        replace_piece(chinese(), "(string)，必填", "(string)"), encoding="utf-8"
    )
    result = run("check")
    assert result.exit_code == 1
    assert "plot-v1.zh-cn.md:" in result.stdout
    assert "1 defect" in result.stdout


@pytest.mark.parametrize(
    "sources", [("first", "second"), ("first/plot-v1.md", "second/plot-v1.md")]
)
def test_check_detects_language_by_script(garden: Path, sources: tuple[str, str]) -> None:
    for folder, text in (
        ("first", english()),
        ("second", replace_piece(chinese(), "(string)，必填", "(string)")),
    ):
        Path(folder).mkdir()
        Path(folder, "plot-v1.md").write_text(text, encoding="utf-8")
    project(sources=[{"path": path} for path in sources], locales=["en", "zh-cn"])
    found = json.loads(run("check", "--format", "json").stdout)["findings"]
    errors = [(finding["rule"], finding["path"]) for finding in found if finding["level"] == "ERR"]
    assert errors == [("field-became-optional", "second/plot-v1.md")]


@pytest.mark.parametrize("second", ["nothing.json", "yard.json"])
def test_incomparable_second_source_exits_with_2(garden: Path, second: str) -> None:
    write_yard()
    project(sources=[{"path": "old.json", "against": second}])
    result = run("check")
    assert result.exit_code == 2
    assert second in result.stderr
    assert "no drift" not in result.output


@pytest.mark.parametrize(
    ("limit", "status"),
    [(0.5, 1), ({"zh-cn": 0.5}, 1), (1, 0), ({"zh-cn": 1.0}, 0), ({"en": 0.0}, 0)],
)
def test_untranslated_share_is_limited(garden: Path, limit: object, status: int) -> None:
    project(locales=["en", "zh-cn"], check={"untranslated": limit})
    result = run("check")
    assert result.exit_code == status
    assert ("untranslated-share-exceeded" in result.stdout) is (status == 1)


@pytest.mark.parametrize("target", ["json-schema", "openapi"])
def test_stale_schema_has_semantic_finding(garden: Path, target: str) -> None:
    project(outputs=[{"target": target, "to": "out"}])
    Path("old.json").write_text(Path("new.json").read_text(encoding="utf-8"), encoding="utf-8")
    result = run("check", "--format", "json")
    found = {
        (finding["rule"], finding["level"], finding["id"])
        for finding in json.loads(result.stdout)["findings"]
    }
    assert result.exit_code == 1
    assert ("field-became-optional", "ERR", f"{SPEC}#owner") in found
    assert any(rule == "file-stale" for rule, _, _ in found)
    (schema,) = Path("out").glob("[!.]*")
    schema.write_text("{", encoding="utf-8")
    assert run("check").exit_code == 1


def test_generated_schema_agrees_with_its_source(garden: Path) -> None:
    project(outputs=[{"target": "json-schema", "to": "out"}, {"target": "openapi", "to": "out"}])
    for schema in Path("out").glob("[!.]*"):
        for pair in ((str(schema), "old.json"), ("old.json", str(schema))):
            result = run("diff", *pair, "--fail-on", "WARN")
            assert result.exit_code == 0, result.stdout


ENTRY = {
    "rule": "field-became-optional",
    "id": f"{SPEC}#owner",
    "reason": "the client copes",
    "until": "2999-12-31",
}


def accept(*entries: Mapping[str, object]) -> None:
    lines = ["accepted:"] if entries else ["accepted: []"]
    for entry in entries:
        lines += [
            f"{'  - ' if number == 0 else '    '}{key}: {value}"
            for number, (key, value) in enumerate(entry.items())
        ]
    Path("accepted.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def check_with_baseline(*entries: Mapping[str, object]) -> Result:
    project(
        sources=[{"path": "old.json", "against": "new.json"}], check={"baseline": "accepted.yaml"}
    )
    accept(*entries)
    return run("check", "--format", "text")


def test_directions_of_finding_are_accepted_separately(garden: Path) -> None:
    result = check_with_baseline({**ENTRY, "direction": "request"})
    assert result.exit_code == 1
    assert "1 accepted by accepted.yaml" in result.stdout
    assert "ERR field-became-optional (response): " in result.stdout
    assert "INFO in the request" not in result.stdout
    result = check_with_baseline({**ENTRY, "direction": "response"})
    assert result.exit_code == 0
    assert "INFO field-became-optional (request): " in result.stdout
    result = check_with_baseline(
        {**ENTRY, "direction": "request"}, {**ENTRY, "direction": "response"}
    )
    assert result.exit_code == 0
    assert "field-became-optional" not in result.stdout


def test_renewal_adds_missing_direction(garden: Path) -> None:
    check_with_baseline({**ENTRY, "direction": "request"})
    assert run("check", "--write-baseline", "--reason", "asked").exit_code == 0
    text = Path("accepted.yaml").read_text(encoding="utf-8")
    assert [line.strip() for line in text.splitlines() if "direction" in line] == [
        "direction: request",
        "direction: response",
    ]
    assert run("check").exit_code == 0


def test_finding_of_expired_entry_returns_with_reason(garden: Path) -> None:
    result = check_with_baseline({**ENTRY, "until": "2001-02-03"})
    assert result.exit_code == 1
    (line,) = (line for line in result.stdout.splitlines() if "ERR field-became-optional: " in line)
    assert "; accepted until 2001-02-03: " in line
    assert "accepted.yaml: 1 of 1 entry expired" in result.stdout


def test_unused_entry_is_finding(garden: Path) -> None:
    result = check_with_baseline(ENTRY, {**ENTRY, "id": "other"})
    assert result.exit_code == 0
    assert "accepted.yaml:6:5: WARN baseline-unused" in result.stdout
    assert run("check", "--fail-on", "WARN").exit_code == 1


FAULTS = {
    "lacks reason": ({key: value for key, value in ENTRY.items() if key != "reason"}, "`reason`"),
    "empty reason": ({**ENTRY, "reason": '""'}, "`$.reason`"),
    "no day": ({**ENTRY, "until": "soon"}, "`$.until`"),
    "no rule that the stars cover": ({**ENTRY, "rule": "field-vanished-*"}, "'field-vanished-*'"),
    "the rules of baselines": ({**ENTRY, "rule": "baseline-*"}, "'baseline-*'"),
    "unknown key": ({**ENTRY, "because": "x"}, "`because`"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_invalid_entry_exits_with_2_and_location(garden: Path, name: str) -> None:
    entry, named = FAULTS[name]
    result = check_with_baseline(entry)
    assert result.exit_code == 2
    assert "accepted.yaml:2:5: error[baseline-invalid]" in result.stderr
    assert named in result.stderr


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (None, "baseline-missing"),
        ("", "baseline-invalid"),
        ("accepted: {", "config-unreadable"),
        ("accepted: []\nother: []", "baseline-invalid"),
    ],
)
def test_invalid_baseline_exits_with_2(garden: Path, text: str | None, rule: str) -> None:
    project(check={"baseline": "accepted.yaml"})
    if text is not None:
        Path("accepted.yaml").write_text(text, encoding="utf-8")
    result = run("check")
    assert (result.exit_code, rule in result.stderr) == (2, True)


def run_and_read_baseline(*arguments: str) -> tuple[Result, list[dict[str, Any]]]:
    """Run a command. Return its result and the entries of the baseline."""
    result = run(*arguments)
    return result, YAML(typ="safe").load(Path("accepted.yaml").read_text(encoding="utf-8"))[
        "accepted"
    ]


def test_check_writes_baseline_without_generated_files(garden: Path) -> None:
    project(
        sources=[{"path": "old.json", "against": "new.json"}], check={"baseline": "accepted.yaml"}
    )
    assert run("check").exit_code == 2
    last = str(date.today() + timedelta(days=90))
    result, entries = run_and_read_baseline("check", "--write-baseline")
    reason = "TODO: say why this is accepted"
    assert [{**entry, "until": str(entry["until"])} for entry in entries] == [
        {
            "rule": "field-became-optional",
            "id": f"{SPEC}#owner",
            "value": "optional",
            "reason": reason,
            "until": last,
        }
    ]
    assert result.exit_code == 0
    assert "accepted.yaml: 1 added, 0 removed" in result.stdout
    assert (
        f"accepted.yaml: the reason is missing in 1 of 1 entry; replace {reason!r}" in result.stdout
    )
    assert "no drift except what is accepted" in run("check").stdout
    before = Path("accepted.yaml").stat()
    result = run("check", "--write-baseline")
    assert (result.exit_code, "; each finding has an entry already\n" in result.stdout) == (0, True)
    assert (Path("accepted.yaml").stat().st_ino, Path("accepted.yaml").stat().st_mtime_ns) == (
        before.st_ino,
        before.st_mtime_ns,
    )
    (schema,) = Path("out").glob("[!.]*")
    schema.write_text("{}", encoding="utf-8")
    result, again = run_and_read_baseline("check", "--write-baseline")
    assert (result.exit_code, again) == (1, entries)
    assert "file-edited" in result.stdout
    reason = "generated files get no entry, since `codegen generate` repairs them"
    assert f"accepted.yaml: 0 added, 0 removed; {reason}\n" in result.stdout


def test_diff_writes_and_applies_baseline(garden: Path) -> None:
    command = ("diff", "old.json", "new.json", "--baseline", "accepted.yaml")
    assert "accepted.yaml: error[baseline-missing]" in run(*command).stderr
    result, entries = run_and_read_baseline(
        *command, "--write-baseline", "--reason", "a: b # c", "--until", "2999-12-31"
    )
    assert (result.exit_code, [(entry["reason"], str(entry["until"])) for entry in entries]) == (
        0,
        [("a: b # c", "2999-12-31")],
    )
    result = run(*command, "--fail-on", "INFO")
    assert (result.exit_code, result.stdout) == (
        0,
        "no drift except what is accepted\n1 accepted by accepted.yaml\n",
    )
    same = ("diff", "old.json", "old.json", "--baseline", "accepted.yaml")
    result, entries = run_and_read_baseline(*same, "--write-baseline")
    assert (result.exit_code, entries) == (0, [])
    assert "accepted.yaml: 0 added, 1 removed; nothing was found\n" in result.stdout


def test_expired_entry_is_not_renewed(garden: Path) -> None:
    accept({**ENTRY, "until": "2001-02-03"})
    text = Path("accepted.yaml").read_text(encoding="utf-8")
    result = run("diff", "old.json", "new.json", "--baseline", "accepted.yaml", "--write-baseline")
    assert result.exit_code == 1
    assert "accepted until 2001-02-03" in result.stdout
    assert Path("accepted.yaml").read_text(encoding="utf-8") == text


def test_baseline_is_not_written_after_incomplete_comparison(garden: Path) -> None:
    write_two_folders()
    command = ("diff", "one", "two", "--baseline", "accepted.yaml", "--write-baseline")
    result = run(*command)
    assert result.exit_code == 2
    assert "note: accepted.yaml was not updated" in result.stdout
    assert not Path("accepted.yaml").exists()
    accept({**ENTRY, "id": "other"})
    text = Path("accepted.yaml").read_text(encoding="utf-8")
    assert run(*command).exit_code == 2
    assert Path("accepted.yaml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "--write-baseline"), "--write-baseline needs a file"),
        (("diff", "old.json", "new.json", "--write-baseline"), "--write-baseline needs a file"),
        (("check", "--reason", "x"), "--reason and --until are for"),
        (("diff", "old.json", "new.json", "--until", "2999-12-31"), "--reason and --until are for"),
        (
            ("check", "--baseline", "a.yaml", "--write-baseline", "--until", "2001-02-03"),
            "the date is in the past",
        ),
        (
            (
                "diff",
                "old.json",
                "new.json",
                "--baseline",
                "a.yaml",
                "--write-baseline",
                "--select",
                "Plot",
            ),
            "would remove the entries of everything that --select leaves out",
        ),
    ],
)
def test_invalid_baseline_options_exit_with_2(
    garden: Path, arguments: tuple[str, ...], message: str
) -> None:
    project()
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not Path("a.yaml").exists()


def test_check_leaves_no_files(
    garden: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    project()
    before = sorted(Path().rglob("*"))
    first, again = run("check"), run("check")
    assert (first.exit_code, first.stdout, first.stderr) == (
        again.exit_code,
        again.stdout,
        again.stderr,
    )
    assert sorted(Path().rglob("*")) == before
    assert not list(home.iterdir())


def test_renamed_field_is_one_finding_before_stale_files(garden: Path) -> None:
    """Two schemas and a Python module are stale.

    The semantic change comes first, and line differences are optional.
    """
    targets = {"json-schema": "out", "openapi": "out", "dataclasses": "python"}
    project(outputs=[{"target": target, "to": to} for target, to in targets.items()])
    text = Path("old.json").read_text(encoding="utf-8")
    Path("old.json").write_text(
        text.replace('"rows"', '"lines"').replace("rows is", "lines is"), encoding="utf-8"
    )
    found = json.loads(run("check", "--format", "json").stdout)["findings"]
    assert [(finding["rule"], finding["path"]) for finding in found] == [
        ("field-renamed", "old.json"),
        ("file-stale", "out/plot-garden-v1.json"),
        ("file-stale", "out/plot-garden-v1.openapi.yaml"),
        ("file-stale", "python/garden_v1/models.py"),
    ]
    assert "+++ " not in run("check").stdout
    assert sum(line.startswith("+++ ") for line in run("check", "--diff").stdout.splitlines()) == 3


@pytest.mark.parametrize("outputs", [[], [{"target": "openapi", "to": "elsewhere"}]])
def test_files_of_removed_output_are_orphans(garden: Path, outputs: list[object]) -> None:
    project(outputs=[{"target": "json-schema", "to": "out"}, {"target": "openapi", "to": "out"}])
    settings = json.loads(Path("codegen.yaml").read_text(encoding="utf-8"))
    Path("codegen.yaml").write_text(
        json.dumps({**settings, "outputs": [settings["outputs"][0], *outputs]})
    )
    found = json.loads(run("check", "--format", "json").stdout)["findings"]
    orphans = [finding["path"] for finding in found if finding["rule"] == "file-orphaned"]
    assert orphans == ["out/plot-garden-v1.openapi.yaml"]
    assert run("generate").exit_code == run("check").exit_code == 0
    assert not Path("out/plot-garden-v1.openapi.yaml").exists()


def test_skipped_parts_can_be_accepted_by_baseline(garden: Path) -> None:
    spec = document()
    spec["definitions"][SPEC]["properties"]["beds"]["x-kubernetes-list-type"] = "bag"
    Path("bags.json").write_text(json.dumps(spec, indent=1), encoding="utf-8")
    command = ("diff", "bags.json", "bags.json", "--baseline", "accepted.yaml")
    assert run(*command[:3]).exit_code == 2
    result, entries = run_and_read_baseline(
        *command, "--write-baseline", "--reason", "a bag is no list", "--until", f"{date.today()}"
    )
    assert result.exit_code == 0
    assert [(entry["rule"], entry["id"].partition(": ")[0]) for entry in entries] == [
        ("list-type-unknown", "bags.json")
    ]
    result = run(*command)
    assert (result.exit_code, result.stdout) == (
        0,
        "no drift except what is accepted\n1 accepted by accepted.yaml\n",
    )
    del spec["definitions"][BED]["properties"]["rows"]
    spec["definitions"][SPEC]["properties"]["soil"]["x-kubernetes-map-type"] = 3
    Path("more.json").write_text(json.dumps(spec, indent=1), encoding="utf-8")
    result = run("diff", "bags.json", "more.json", "--baseline", "accepted.yaml")
    assert result.exit_code == 2
    assert "ERR list-type-unknown" not in result.stdout
    assert "not compared: " in result.stdout
    assert "field-removed" in result.stdout


def test_files_and_folders_with_leading_dot_are_read(garden: Path) -> None:
    for folder, source in (("one", "old.json"), ("two", "new.json")):
        Path(folder, ".more").mkdir(parents=True)
        Path(folder, ".more", ".well-known.json").write_text(
            Path(source).read_text(encoding="utf-8"), encoding="utf-8"
        )
        Path(folder, "._well-known.json").write_bytes(
            b"\x00\x05\x16\x07 what macOS writes beside a file"
        )
    result = run("diff", "one", "two", "--format", "json")
    findings = json.loads(result.stdout)["findings"]
    assert result.exit_code == 1
    assert {(finding["rule"], finding["path"]) for finding in findings} == {
        ("field-became-optional", "two/.more/.well-known.json")
    }

"""`select:` and `--select`: one grammar for configuration and commands, with located errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gardens.parts import PACKAGE, PLOT, kind, openapi, ref
from support.commands import run


def document(**more: Any) -> str:
    definitions = {
        PLOT: kind(properties={"bed": ref("Bed") | {"description": "The bed."}}),
        f"{PACKAGE}.Bed": {"type": "object", "properties": {"soil": {"type": "string"}, **more}},
        f"{PACKAGE}.Tool": kind("Tool", properties={"length": {"type": "integer"}}),
    }
    return json.dumps(openapi(definitions))


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("garden.json").write_text(document(), encoding="utf-8")
    return tmp_path


def configure(*outputs: str, select: str = "") -> None:
    lines = [
        "sources:",
        "  - path: garden.json",
        *([f"select: {select}"] if select else []),
        "outputs:",
        *outputs,
    ]
    Path("codegen.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def schemas(folder: str = "schemas") -> list[str]:
    return sorted(file.name.partition("-")[0] for file in Path(folder).glob("*.json"))


def test_selection_for_all_outputs_and_for_one() -> None:
    configure(
        "  - {target: json-schema, to: schemas}",
        "  - {target: json-schema, to: tools, select: [Tool]}",
        select="[Plot]",
    )
    assert run("generate").exit_code == 0
    assert (schemas(), schemas("tools")) == (["plot"], ["tool"])
    assert run("check").exit_code == 0


def test_option_overrides_selection_of_configuration() -> None:
    configure("  - {target: json-schema, to: schemas, select: [Plot]}")
    assert run("generate", "--select", "Tool").exit_code == 0
    assert schemas() == ["tool"]


def test_unmatched_pattern_is_located_and_nothing_is_written() -> None:
    configure("  - {target: json-schema, to: schemas}", select="[Plot, garden/v1/Tol]")
    done = run("generate")
    assert done.exit_code == 2
    assert done.output.startswith(
        "codegen.yaml:3:16: error[selection-unmatched]: 'garden/v1/Tol' matches nothing"
    )
    assert "garden/v1/Tool" in done.output
    assert not Path("schemas").exists()


@pytest.mark.parametrize(
    ("select", "rule"),
    [("Plot", "config-invalid"), ("[]", "config-invalid"), ("['a b']", "selection-malformed")],
)
def test_malformed_selection_is_refused(select: str, rule: str) -> None:
    configure("  - {target: json-schema, to: schemas}", select=select)
    done = run("generate")
    assert (done.exit_code, rule in done.output) == (2, True)
    assert "codegen.yaml:3:" in done.output


def test_inspect_and_translate_status_accept_selection() -> None:
    done = run("inspect", "garden.json", "--select", "Plot", "--format", "json")
    assert set(json.loads(done.output)["definitions"]) == {PLOT, f"{PACKAGE}.Bed"}
    Path("zh-cn.po").write_text('msgid ""\nmsgstr "Language: zh_CN\\n"\n', encoding="utf-8")
    command = "translate status --for garden.json --locale zh-cn --catalog zh-cn.po --format json"
    every, some = (
        json.loads(run(*command.split(), *more).output)["total"]
        for more in ((), ("--select", "Tool"))
    )
    assert every != some


def test_diff_selects_from_both_inputs() -> None:
    Path("new.json").write_text(document(depth={"type": "string"}), encoding="utf-8")

    def ids(*select: str) -> list[str]:
        chosen = [part for pattern in select for part in ("--select", pattern)]
        done = run("diff", "garden.json", "new.json", "--format", "json", *chosen)
        assert done.exit_code == 0, done.output
        return [change["id"] for change in json.loads(done.output)["findings"]]

    assert ids() == ids("Plot") == [f"{PACKAGE}.Bed#depth"]  # Bed is required by Plot
    assert ids("Tool") == []


def test_removed_kind_matches_selection_of_old_input() -> None:
    data = json.loads(document())
    del data["definitions"][PLOT]
    Path("new.json").write_text(json.dumps(data), encoding="utf-8")
    done = run("diff", "garden.json", "new.json", "--format", "json", "--select", "Plot")
    assert [(change["rule"], change["id"]) for change in json.loads(done.output)["findings"]] == [
        ("definition-removed", PLOT)
    ]
    assert run("diff", "garden.json", "new.json", "--select", "Plto").exit_code == 2

"""Commands of `translate` that take from codegen.yaml what is not named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gardens.translation import document
from support.commands import run

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nLanguage: zh-cn\\n"\n\n'
ENTRY = 'msgctxt "io.example.api.garden.v1.{}"\nmsgid "{}"\nmsgstr "{}"\n\n'
BEDS = ENTRY.format("Plot#beds", "The beds.", "花坛 ,花坛。")
ROOF = ENTRY.format("Yard#roof", "The roof.", "屋顶。")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two kinds with two texts each, and a translation of one text of each."""
    document(tmp_path / "api.json", Plot={"beds": "The beds.", "owner": "The owner."})
    spec = json.loads((tmp_path / "api.json").read_text(encoding="utf-8"))
    document(tmp_path / "api.json", Yard={"roof": "The roof.", "wall": "The wall."})
    more = json.loads((tmp_path / "api.json").read_text(encoding="utf-8"))
    spec["definitions"].update(more["definitions"])
    for key, schema in spec["definitions"].items():
        gvk = {"group": "garden.example.io", "version": "v1", "kind": key.rpartition(".")[2]}
        schema["x-kubernetes-group-version-kind"] = [gvk]
    (tmp_path / "api.json").write_text(json.dumps(spec), encoding="utf-8")
    (tmp_path / "po").mkdir()
    (tmp_path / "po/zh-cn.po").write_text(HEADER + BEDS + ROOF, encoding="utf-8")
    configure(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(folder: Path, outputs: list[dict[str, object]] | None = None, **more: object) -> None:
    docs = {"target": "docs", "layout": "list", "to": "docs/{locale}"}
    settings = {
        "sources": [{"path": "api.json"}],
        "locales": ["en", "zh-cn"],
        "translations": "po",
        "check": {"untranslated": 0},
        "outputs": [{**docs, **output} for output in outputs or [{}]],
        **more,
    }
    (folder / "codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")


FULL_STATUS = ("--for", "api.json", "--locale", "zh-cn", "--catalog", "po/zh-cn.po")


@pytest.mark.parametrize("named", [0, 2, 4, 6], ids=["nothing", "source", "language", "all"])
@pytest.mark.parametrize("shape", ["text", "json"])
def test_status_takes_the_rest_from_the_configuration(
    project: Path, named: int, shape: str
) -> None:
    expected = run("translate", "status", *FULL_STATUS, "--format", shape)
    assert expected.exit_code == 0
    result = run("translate", "status", *FULL_STATUS[:named], "--format", shape)
    assert (result.exit_code, result.stdout) == (0, expected.stdout)


def test_lint_takes_sources_from_the_configuration(project: Path) -> None:
    expected = run("translate", "lint", "api.json", "po/zh-cn.po", "--locale", "zh-cn")
    assert expected.exit_code == 1
    assert run("translate", "lint").stdout == expected.stdout


def test_paths_are_relative_to_the_current_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "po")
    assert run("translate", "lint").stdout.startswith("zh-cn.po:")
    assert run("translate", "status").exit_code == 0


@pytest.mark.parametrize("command", ["status", "lint"])
def test_several_languages_have_to_be_named(project: Path, command: str) -> None:
    configure(project, locales=["en", "zh-cn", "ja"])
    result = run("translate", command)
    assert result.exit_code == 2
    assert "zh-cn, ja" in result.stderr
    assert run("translate", command, "--locale", "zh-cn").exit_code != 2


@pytest.mark.parametrize("command", ["status", "lint"])
def test_missing_configuration_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("translate", command)
    assert (result.exit_code, "codegen.yaml" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("settings", "counts"),
    [
        ({"select": ["Plot"]}, (1, 2)),
        ({"outputs": [{"select": ["Yard"]}]}, (1, 2)),
        ({"select": ["!Yard"]}, (1, 2)),
        ({"outputs": [{"select": ["Plot"]}, {"select": ["Yard"], "to": "more/{locale}"}]}, (2, 4)),
        ({"outputs": [{"select": ["Plot"]}, {"to": "more/{locale}"}]}, (2, 4)),
        ({}, (2, 4)),
    ],
    ids=["top", "output", "exclusion", "two-outputs", "one-of-two", "all"],
)
def test_all_commands_count_the_same_texts(
    project: Path, settings: dict[str, list[dict[str, object]]], counts: tuple[int, int]
) -> None:
    configure(project, **settings)
    status = json.loads(run("translate", "status", "--format", "json").stdout)
    assert (status["total"] - status["translated"], status["total"]) == counts
    words = "{} of {} texts".format(*counts)
    assert words in run("generate").stderr
    checked = run("check", "--format", "json").stdout
    messages = [finding["message"] for finding in json.loads(checked)["findings"]]
    assert sum(words in message for message in messages) == 2, checked


def test_selection_of_learning_leaves_other_entries(project: Path) -> None:
    (project / "learned.po").write_text(HEADER + BEDS + ROOF, encoding="utf-8")
    target = ("--for", "api.json", "--locale", "zh-cn", "--catalog")
    new = run("translate", "--learn", "learned.po", *target, "new.po", "--select", "Plot")
    assert new.exit_code == 0, new.output
    text = (project / "new.po").read_text(encoding="utf-8")
    assert ("Plot#beds" in text, "Yard" in text) == (True, False)
    (project / "kept.po").write_text(HEADER + ROOF, encoding="utf-8")
    run("translate", "--learn", "learned.po", *target, "kept.po", "--select", "Plot")
    text = (project / "kept.po").read_text(encoding="utf-8")
    assert "Plot#beds" in text
    assert ROOF.strip() in text


def test_export_takes_the_rest_from_the_configuration(project: Path) -> None:
    expected = run("translate", "export", *FULL_STATUS, "--format", "csv")
    assert (expected.exit_code, expected.stdout.count("The owner.")) == (0, 1)
    result = run("translate", "export", "--format", "csv")
    assert (result.exit_code, result.stdout) == (0, expected.stdout)


def test_import_and_confirm_change_the_catalog_of_the_configuration(project: Path) -> None:
    owner = "io.example.api.garden.v1.Plot#owner"
    run("translate", "--for", "api.json")
    run("translate", "export", "--format", "csv", "--output", "open.csv")
    table = (project / "open.csv").read_text(encoding="utf-8")
    (project / "open.csv").write_text(
        table.replace("The owner.,", "The owner.,主人。", 1), encoding="utf-8"
    )
    assert run("translate", "import", "open.csv").exit_code == 0
    draft = (project / "po/zh-cn.po").read_text(encoding="utf-8")
    assert "主人。" in draft
    assert run("translate", "confirm", "--id", owner).exit_code == 0
    assert (project / "po/zh-cn.po").read_text(encoding="utf-8").count("#, fuzzy") < draft.count(
        "#, fuzzy"
    )


def test_translate_takes_source_language_and_catalog_from_the_configuration(project: Path) -> None:
    configure(project, select=["Plot"])
    result = run("translate", "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)["total"]) == (0, 2)


def test_several_sources_have_to_be_named(project: Path) -> None:
    configure(project, sources=[{"path": "api.json"}, {"path": "api.json"}])
    result = run("translate")
    assert (result.exit_code, "--for" in result.stderr) == (2, True)


def test_apply_takes_the_rest_from_the_configuration(project: Path) -> None:
    pages = run("generate")
    assert pages.exit_code == 0
    page = next((project / "docs/zh-cn").rglob("plot-v1.md"))
    text = page.read_text(encoding="utf-8")
    before = run("translate", "apply", str(page), *FULL_STATUS, "--check")
    result = run("translate", "apply", str(page), "--check")
    assert (result.exit_code, result.stdout) == (before.exit_code, before.stdout)
    assert result.exit_code != 2
    assert page.read_text(encoding="utf-8") == text

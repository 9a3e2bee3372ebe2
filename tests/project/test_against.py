"""What a change of the sources means since a Git revision."""

from __future__ import annotations

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.findings.finding import Results
from codegen.findings.rules.catalogue import CHANGES
from codegen.project.check import check
from codegen.project.config import configuration
from codegen.project.emit import generate
from gardens.compare import BED, document

CATALOG = (
    'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nLanguage: zh-cn\\n"\n\n'
    'msgctxt "{id}#rows"\nmsgid "{english}"\nmsgstr "行数。"\n'
)


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@garden.example.io")
    command = ["git", *identity, "-c", "commit.gpgsign=false", *arguments]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)


def git_output(folder: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True)
    return done.stdout.strip()


def git_show(folder: Path) -> str:
    """Return the committed text of the source."""
    return git_output(folder, "show", "HEAD:./api.json")


def write(folder: Path, spec: dict[str, Any], name: str = "api.json", indent: int = 1) -> None:
    (folder / name).write_text(json.dumps(spec, indent=indent), encoding="utf-8")


def check_against(folder: Path, revision: str = "HEAD") -> Results:
    return check(configuration.load(folder / "codegen.yaml"), against=revision)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A committed project with generated classes and a translation."""
    home = tmp_path / "project"
    (home / "translations").mkdir(parents=True)
    spec = document()
    english = spec["definitions"][BED]["properties"]["rows"]["description"]
    write(home, spec)
    catalog = CATALOG.format(id=BED, english=english)
    (home / "translations/zh-cn.po").write_text(catalog, encoding="utf-8")
    settings = {
        "sources": [{"path": "api.json"}],
        "locales": ["en", "zh-cn"],
        "translations": "translations",
        "outputs": [{"target": "dataclasses", "to": "models"}],
    }
    (home / "codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    generate(configuration.load(home / "codegen.yaml")).write()
    git(home, "init", "-q")
    git(home, "add", "-A")
    git(home, "commit", "-q", "-m", "First")
    return home


def change_rows(**rows: object) -> dict[str, Any]:
    """The document with other facts of the field `rows`."""
    spec = copy.deepcopy(document())
    spec["definitions"][BED]["properties"]["rows"].update(rows)
    return spec


def test_nothing_is_found_without_a_change(project: Path) -> None:
    assert check_against(project).findings == ()
    write(project, document(), indent=4)
    assert check_against(project).findings == ()


def test_change_is_found_at_the_line_of_now(project: Path) -> None:
    spec = change_rows(format="int64")
    write(project, spec)
    found = [each for each in check_against(project).findings if each.id == f"{BED}#rows"]
    text = (project / "api.json").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert [each.rule for each in found] == ["field-type-widened"]
    assert found[0].path == "api.json"
    assert '"rows"' in lines[found[0].line - 1]
    assert "models/" in found[0].hint


def test_generated_files_come_last(project: Path) -> None:
    write(project, change_rows(format="int64"))
    rules = [each.rule for each in check_against(project).findings]
    first = next(number for number, rule in enumerate(rules) if rule.startswith("file-"))
    assert all(rule.startswith("file-") for rule in rules[first:])
    assert rules[0] == "field-type-widened"


def test_outdated_translation_is_found_once(project: Path) -> None:
    write(project, change_rows(description="The number of rows, without paths."))
    found = [each for each in check_against(project).findings if "translation" in each.rule]
    assert [(each.rule, each.id, each.locale) for each in found] == [
        ("translation-outdated", f"{BED}#rows", "zh-cn")
    ]
    assert found[0].path == "api.json"
    git(project, "commit", "-q", "-a", "-m", "Second")
    assert not [each for each in check_against(project).findings if "translation" in each.rule]


def test_renamed_source_is_compared(project: Path) -> None:
    (project / "api.json").unlink()
    write(project, change_rows(format="int64"), "garden.json")
    settings = (project / "codegen.yaml").read_text(encoding="utf-8")
    (project / "codegen.yaml").write_text(settings.replace("api.json", "garden.json"))
    found = [each for each in check_against(project).findings if each.id == f"{BED}#rows"]
    assert [(each.rule, each.path) for each in found] == [("field-type-widened", "garden.json")]


def test_old_source_may_be_a_path_alone(project: Path) -> None:
    file = project / "codegen.yaml"
    settings = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**settings, "sources": ["api.json"]}), encoding="utf-8")
    git(project, "commit", "-q", "-a", "-m", "A path alone")
    (project / "api.json").rename(project / "garden.json")
    file.write_text(json.dumps({**settings, "sources": ["garden.json"]}), encoding="utf-8")
    changes = [each.rule for each in check_against(project).findings if each.rule in CHANGES]
    assert changes == []


def test_removed_definition_is_located_on_a_file_of_now(project: Path) -> None:
    spec = document()
    spec["definitions"][f"{BED}Cover"] = {"type": "object", "properties": {"a": {"type": "string"}}}
    write(project, spec)
    git(project, "commit", "-q", "-a", "-m", "More")
    write(project, document())
    found = [each for each in check_against(project).findings if each.rule == "definition-removed"]
    old_lines = git_show(project).splitlines()
    old_line = old_lines.index(f'  "{BED}Cover": {{') + 1
    assert [each.path for each in found] == ["api.json"]
    assert abs(found[0].line - old_line) <= 2  # the comma before it is gone, too


def test_removed_operation_is_located_where_it_was(project: Path) -> None:
    spec = document()
    path = next(iter(spec["paths"]))
    spec["paths"][path]["delete"] = {"responses": {"200": {"description": "OK"}}}
    write(project, spec)
    git(project, "commit", "-q", "-a", "-m", "More")
    del spec["paths"][path]["delete"]
    write(project, spec)
    rules = {finding.rule: finding for finding in check_against(project).findings}
    removed = rules["operation-removed"]
    old_line = git_show(project).splitlines().index('   "delete": {') + 1
    assert removed.path == "api.json"
    assert abs(removed.line - old_line) <= 2


@pytest.mark.parametrize(
    ("revision", "rule"),
    [("nowhere", "revision-unknown"), ("HEAD~1", "revision-unknown")],
)
def test_unknown_revision_is_refused(project: Path, revision: str, rule: str) -> None:
    with pytest.raises(CodegenError) as error:
        check_against(project, revision)
    assert error.value.diagnostics[0].rule == rule


def test_revision_without_the_sources_is_refused(project: Path) -> None:
    git(project, "rm", "-q", "--cached", "api.json")
    git(project, "commit", "-q", "-m", "Not tracked")
    with pytest.raises(CodegenError) as error:
        check_against(project)
    assert error.value.diagnostics[0].rule == "revision-path-missing"


def test_linked_source_is_compared(project: Path) -> None:
    (project / "api.json").rename(project / "vendor.json")
    (project / "api.json").symlink_to("vendor.json")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "Link")
    write(project, change_rows(format="int64"), "vendor.json")
    rules = [finding.rule for finding in check_against(project).findings]
    assert rules[0] == "field-type-widened"


def test_missing_source_of_a_revision_is_noted(project: Path) -> None:
    settings = json.loads((project / "codegen.yaml").read_text(encoding="utf-8"))
    settings["sources"].append({"path": "more.json"})
    (project / "codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    git(project, "commit", "-q", "-a", "-m", "One more source")
    write(project, document(), "more.json")
    assert any("more.json" in note for note in check_against(project).notes)


def test_source_in_a_submodule_is_named(project: Path) -> None:
    """Its files are in another repository, so it does not count as new."""
    commit = git_output(project, "rev-parse", "HEAD")
    settings = json.loads((project / "codegen.yaml").read_text(encoding="utf-8"))
    settings["sources"].append({"path": "vendor/beds/api.json"})
    (project / "codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    git(project, "add", "-A")
    git(project, "update-index", "--add", "--cacheinfo", f"160000,{commit},vendor")
    git(project, "commit", "-q", "-m", "Submodule")
    (project / "vendor/beds").mkdir(parents=True)
    write(project / "vendor/beds", document())
    with pytest.raises(CodegenError) as error:
        check_against(project)
    assert [finding.rule for finding in error.value.diagnostics] == ["submodule-unreadable"]

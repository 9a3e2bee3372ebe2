"""Examples and server rules that pages show beside the reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError, Finding, Report
from codegen.drift.history.changelog_records import Changelog
from codegen.model import Definition, Reference, definition_refs
from codegen.outputs.docs.layouts import emit
from codegen.outputs.job import Job
from codegen.outputs.kind_notes import KindNotes, ServerNote
from codegen.project.config.configuration import load
from codegen.project.kind_notes import collect_notes
from codegen.readers.built_in.structure import built_ins
from gardens.docs import contents, reference

EXAMPLE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kiosk}\ndata: {drink: tea}\n"


def config_map() -> tuple[Reference, Definition]:
    """Return the newest bundled ConfigMap with the types that it uses."""
    known = built_ins()
    release = known.releases[-1]
    definitions: dict[str, Definition] = {}
    key = known.kind_key(release, "v1", "ConfigMap")
    queue = [key]
    for each in queue:
        definition = known.definition(release, each)
        if definition is not None and each not in definitions:
            definitions[each] = definition
            queue.extend(definition_refs(definition))
    return Reference(definitions=definitions), definitions[key]


def notes_of_config_map(folder: Path, settings: str = "") -> KindNotes:
    (folder / "codegen.yaml").write_text(
        f"sources: [plots.yaml]\noutputs: []\n{settings}", encoding="utf-8"
    )
    (folder / "plots.yaml").write_text("", encoding="utf-8")
    found, definition = config_map()
    config = load(folder / "codegen.yaml")
    return collect_notes(config, found, Changelog())(definition, "en")


def test_bundled_example_and_rules_of_the_object_are_found(tmp_path: Path) -> None:
    notes = notes_of_config_map(tmp_path)
    assert notes.example.startswith("apiVersion: v1\nkind: ConfigMap\n")
    effects = [rule.effect for rule in notes.rules]
    assert effects == sorted(effects, key=["rejects", "fills", "changes", "accepts"].index)
    assert any("1048576" in rule.text for rule in notes.rules)
    fields = {field.partition(".")[0] for rule in notes.rules for field in rule.fields}
    assert "data" in fields
    assert "url" not in fields


def test_own_example_comes_first(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/map.yaml").write_text(EXAMPLE, encoding="utf-8")
    assert "drink: tea" in notes_of_config_map(tmp_path, "examples: mine\n").example


def test_wrong_own_example_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/map.yaml").write_text(EXAMPLE.replace("{drink: tea}", "7"), encoding="utf-8")
    with pytest.raises(CodegenError, match="example is not valid"):
        notes_of_config_map(tmp_path, "examples: mine\n")


def plain_page(example: str, *fields: str, report: Report | None = None) -> str:
    """Return the plain page of a plot, all of whose definitions have the same notes."""
    rule = ServerNote(fields=fields, effect="rejects", text="Beds are *dry*.")
    job = Job(
        reference=reference(),
        locales=("en",),
        options={"layout": "plain"},
        origin="plots.json",
        contents=contents(),
        report=Report() if report is None else report,
        collect_notes=lambda: (
            lambda definition, _: KindNotes(
                example=example, rules=(rule,) if definition.name == "Plot" else ()
            )
        ),
    )
    (page,) = (file.text for file in emit(job) if file.path.endswith("/plot-v1.md"))
    return page


def missing_examples(report: Report) -> list[Finding]:
    return [finding for finding in report.diagnostics if finding.rule == "example-missing"]


def test_plain_page_has_example_and_rules() -> None:
    report = Report()
    page = plain_page("kind: Plot", "spec.soil", "spec.size", report=report)
    assert missing_examples(report) == []
    assert page.count("## Example\n\n```yaml\nkind: Plot\n```\n") == 1
    assert (
        "## Server rules\n\n-   **spec.soil**, **spec.size** – Server rule: Beds are \\*dry\\*.\n"
    ) in page
    assert "-   Server rule: Beds" in plain_page("kind: Plot")


@pytest.mark.parametrize(
    "text",
    ["{{< figure >}}", "{% include x %}", "{# note #}", "```", "~~~"],
    ids=["shortcode", "tag", "comment", "fence", "tildes"],
)
def test_example_with_syntax_of_site_generators_is_left_out(text: str) -> None:
    report = Report()
    assert "## Example" not in plain_page(f"kind: Plot\nnote: '{text}'", report=report)
    (warning,) = missing_examples(report)
    assert "Plot" in warning.message

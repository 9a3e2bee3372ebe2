"""The list layout from an OpenAPI document, in the order of upstream's contents files, or grouped
without them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import CodegenError, Level, Report
from codegen.core.generated_files import GeneratedFile
from codegen.outputs.docs.page_comparison import compare_page
from codegen.outputs.docs.shared.groups import contents_by_group
from codegen.outputs.docs.shared.toc import Kind, missing_chapters
from codegen.outputs.docs.shared.typography import first_phrase
from codegen.project import emit
from codegen.project.config import configuration
from gardens.docs import FIELDS, TOC, contents, emit_texts, reference, swagger
from gardens.parts import GROUP, PACKAGE, ref
from support.corpus import CONTENTS, for_each, pages_of
from support.files import place
from support.rows import each_row

PLOT, SHED = "garden-resources/plot-v1.md", "garden-resources/shed-v1beta1.md"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return emit_texts(reference(), table=contents())


def rows(page: str, section: str) -> list[str]:
    body = page.partition(f"## {section} {{#")[2].partition("\n## ")[0]
    return re.findall(r"^ *- \*\*([\w.]+)\*\*", body, re.MULTILINE)


def rules_and_locations(report: Report) -> list[tuple[str, str]]:
    return [(diagnostic.rule, str(diagnostic.span)) for diagnostic in report.diagnostics]


def test_fields_have_configured_order_or_required_first(pages: dict[str, str]) -> None:
    assert rows(pages[PLOT], "PlotSpec") == [
        "size",
        "beds",
        "beds.name",
        "beds.rows",
        "owner",
        "soil",
    ]
    assert re.findall(r"^### (.*)$", pages[PLOT], re.MULTILINE)[0] == "What grows"
    plain = emit_texts(reference(), table=contents(fields=None))[PLOT]
    assert rows(plain, "PlotSpec") == ["owner", "beds", "beds.name", "beds.rows", "size", "soil"]


def test_page_description_ends_at_full_stop_or_sentence(pages: dict[str, str]) -> None:
    document = swagger()
    document["definitions"][f"{PACKAGE}.Plot"]["description"] = (
        "Plot is a piece of v1.2 land. It has beds."
    )
    assert (
        '\ndescription: "Plot is a piece of v1."\n'
        in emit_texts(reference(document), table=contents())[PLOT]
    )
    assert '\ndescription: "Shed keeps toolsand \\"spades\\"."\n' in pages[SHED]
    whole = emit_texts(reference(document), table=contents(), description="sentence")
    assert '\ndescription: "Plot is a piece of v1.2 land."\n' in whole[PLOT]
    assert first_phrase("no end") == "no end."
    assert first_phrase("no end", sentence=True) == "no end."
    assert first_phrase("see e.g. v1.2  of\nit. Then", sentence=True) == "see e.g. v1.2  ofit."


def test_differences_between_contents_and_document_are_located() -> None:
    report = Report()
    well = "  - name: Well\n    group: garden.example.io\n    version: v1\n"
    toc = TOC.replace("    - Roof\n", "    - Roof\n    - Cellar\n")
    toc = toc.replace("  - name: ObjectMeta\n", f"{well}  - name: ObjectMeta\n")
    fields = FIELDS.replace("    - owner\n", "    - tenant\n")
    files = emit_texts(reference(), table=contents(toc, fields, report), report=report)
    assert rules_and_locations(report) == [
        ("field-order-differs", "fields.yaml:1:3"),
        ("toc-definition-missing", "toc.yaml:7:5"),
        ("toc-kind-missing", "toc.yaml:16:5"),
        ("toc-incomplete", "toc.yaml:1:1"),
    ]
    assert all(diagnostic.level is Level.WARN for diagnostic in report.diagnostics)
    assert rows(files[PLOT], "PlotSpec") == [
        "size",
        "beds",
        "beds.name",
        "beds.rows",
        "owner",
        "soil",
    ]
    (incomplete,) = (
        diagnostic for diagnostic in report.diagnostics if diagnostic.rule == "toc-incomplete"
    )
    assert f"Snail ({GROUP}/v1)" in incomplete.message
    assert "Moon" not in incomplete.message
    assert f"SnailList ({GROUP}/v1)" in incomplete.message
    assert "Shed" not in incomplete.message
    folders = ("garden-resources", "common-definitions", "other-resources")
    assert [
        f"\nweight: {n}\n" in files[f"{each}/_index.md"] for n, each in enumerate(folders, 1)
    ] == [True] * 3
    common = files["common-parameters/common-parameters.md"]
    assert ("\nweight: 4\n" in common, re.findall("(?m)^## (.*) {", common)) == (
        True,
        ["by", "pretty"],
    )


@each_row("""
    a/v1/Bed                                   | a/v1/Bed
    a/v1/Bed a/v1beta1/Bed                     | a/v1/Bed
    a/v1beta2/Bed a/v1beta1/Bed a/v1alpha3/Bed | a/v1beta2/Bed
    a/v2/Bed a/v1/Bed                          | a/v1/Bed a/v2/Bed
    b/v1/Bed a/v1beta1/Bed                     | b/v1/Bed
    a/v2/Bed extensions/v1beta1/Bed            | a/v2/Bed
    /v1/Bed events.k8s.io/v1/Bed               | events.k8s.io/v1/Bed
    a/2020/Bed a/2019/Bed                      | a/2019/Bed a/2020/Bed
    b/v1/Ant a/v1/Bed a/v1/Ant                 | a/v1/Ant b/v1/Ant a/v1/Bed
""")
def test_missing_chapters_exclude_replaced_kinds(given: str, wanted: str) -> None:
    kinds, left = (
        [cast("Kind", tuple(kind.split("/"))) for kind in text.split()] for text in (given, wanted)
    )
    assert missing_chapters(kinds, [], []) == left
    assert missing_chapters(reversed(kinds), [], ["Worm"]) == left
    assert missing_chapters(kinds, kinds, []) == []
    assert missing_chapters(kinds, [], [kind[2] for kind in kinds]) == []


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("toc", "", "toc.yaml:1:1"),
        ("toc", "parts: 7\n", "toc.yaml:1:1"),
        ("toc", "parts:\n- name: A\n  chapters:\n  - name: B\n    group: c\n", "toc.yaml:4:5"),
        (
            "toc",
            "parts:\n- name: A\n  chapters:\n  - name: B\n    key: c\n    kind: D\n",
            "toc.yaml:4:5",
        ),
        ("toc", "parts:\n- name: A\n  chapters:\n  - name: [B]\n    key: c\n", "toc.yaml:4:5"),
        (
            "toc",
            "parts:\n- name: A\n  chapters: [{name: B, key: c, otherDefinitions: D}]\n",
            "toc.yaml:3:32",
        ),
        ("toc", "parts: [\n", "toc.yaml:2:1"),
        ("toc", "parts: []\nparts: []\n", "toc.yaml:2:1"),
        ("fields", "a: 1\n", "fields.yaml:1:1"),
        ("fields", "- field_categories: []\n", "fields.yaml:1:3"),
        ("fields", "- definition: a.B\n  field_categories: c\n", "fields.yaml:2:3"),
        ("fields", "- definition: a.B\n  field_categories:\n  - fields: c\n", "fields.yaml:3:5"),
    ],
)
def test_malformed_contents_file_is_located(name: str, text: str, place: str) -> None:
    with pytest.raises(CodegenError) as caught:
        contents(toc=text) if name == "toc" else contents(fields=text)
    assert str(caught.value.diagnostics[0].span) == place


def test_repeated_field_order_is_used_once() -> None:
    report = Report()
    table = contents(fields=FIELDS + FIELDS.replace("    - size\n", ""), report=report)
    assert rules_and_locations(report) == [("field-order-twice", "fields.yaml:9:3")]
    assert table.orders[f"{PACKAGE}.PlotSpec"].groups[0].fields == ("size",)


def test_hostile_names_in_contents_stay_inside_output() -> None:
    toc = TOC.replace("Garden Resources", '"../../{{< x >}}"').replace(
        "name: ObjectMeta", 'name: "../../\\"evil"'
    )
    files = emit_texts(reference(), table=contents(toc))
    assert all(re.fullmatch(r"[a-z0-9-]+/_?[a-z0-9-]+\.md", path) for path in files)
    assert not any(
        "{{< x" in text.replace('title: "../../{{< x >}}"', "") for text in files.values()
    )


def test_pages_without_contents_are_grouped_by_api_group() -> None:
    document = swagger()
    fence = {"type": "object", "description": "Fence.", "properties": {"high": {"type": "string"}}}
    colour = {"type": "string", "description": "Colour.\n\nRed or blue."}
    document["definitions"] |= {f"{PACKAGE}.Fence": fence, f"{PACKAGE}.Colour": colour}
    document["definitions"][f"{PACKAGE}.Smell"] = {"type": "string", "description": "Smell."}
    # Types that an operation uses, one beside a field.
    document["definitions"] |= {
        f"{PACKAGE}.Bench": fence,
        f"{PACKAGE}.Note": {"type": "string", "description": "Note."},
    }
    document["definitions"][f"{PACKAGE}.Bed"]["properties"]["bench"] = ref("Bench")
    get = next(iter(document["paths"].values()))["get"]
    get["responses"] |= {
        status: {"description": "", "schema": ref(name)}
        for status, name in (("201", "Bench"), ("202", "Note"))
    }
    for user in ("PlotSpec", "Bed"):
        for name in ("Fence", "Colour", "Smell"):
            document["definitions"][f"{PACKAGE}.{user}"]["properties"][name.lower()] = ref(name)
    files = emit_texts(reference(document))
    pages = [path for path in files if not path.endswith("_index.md")]
    own = [path for path in pages if path.startswith("garden.example.io/")]
    assert own == ["garden.example.io/plot-v1.md", "garden.example.io/shed-v1beta1.md"]
    assert {"definitions/fence.md", "definitions/bench.md", "definitions/note.md"} <= {*pages}
    assert [path for path in pages if "colour" in path or "smell" in path] == [
        "definitions/colour.md"
    ]
    assert "definitions/bed.md" not in pages
    assert "definitions/object-meta.md" in pages
    plot = files["garden.example.io/plot-v1.md"]
    assert '{{< ref "../definitions/fence#Fence" >}}' in plot
    assert "## Fence {#Fence}" in files["definitions/fence.md"]  # so that links to it work
    assert "- **beds.name** (string), required" in plot
    assert "<!-- Code generated by codegen from swagger.json. DO NOT EDIT. -->" in plot
    assert "Go source code" not in "".join(files.values())


def test_recursive_types_get_page() -> None:
    document = swagger()
    document["definitions"][f"{PACKAGE}.Bed"]["properties"]["within"] = ref("Bed")
    assert "definitions/bed.md" in emit_texts(reference(document))


def test_empty_reference_has_no_contents() -> None:
    source = reference()
    assert contents_by_group(replace(source, definitions={}, operations={})).parts == ()


def generate(
    folder: Path, source: str, *, report: Report | None = None, **output: Any
) -> dict[str, str]:
    """Generate pages from a source with a configuration."""
    outputs = [{"target": "docs", "layout": "list", "to": "out", **output}]
    config = {"sources": [{"path": source}], "locales": ["en"], "outputs": outputs}
    (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    return dict(emit.generate(configuration.load(folder / "codegen.yaml"), report=report).files)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return place(
        {"swagger.json": json.dumps(swagger(), indent=1), "toc.yaml": TOC, "fields.yaml": FIELDS},
        tmp_path,
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [({"fields": "fields.yaml"}, "fields"), ({"toc": "no-such.yaml"}, r"no-such\.yaml")],
    ids=["fields without a table of contents", "a missing table of contents"],
)
def test_incomplete_contents_are_refused(
    project: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(CodegenError, match=message):
        generate(project, "swagger.json", **options)


def test_generated_pages_round_trip(tmp_path: Path) -> None:
    """Their first comment names codegen, so they may differ from pages of kubernetes.io."""
    first = emit_texts(reference())
    place(first, tmp_path / "in")
    report = Report()
    files = generate(tmp_path, "in", report=report)
    assert "page-not-exact" not in {diagnostic.rule for diagnostic in report.diagnostics}
    for path, text in first.items():
        if not path.endswith("_index.md"):
            assert files[f"out/{path}"] == text.replace("from swagger.json", "from in"), path


def test_manually_edited_page_is_reported_with_line(tmp_path: Path) -> None:
    edited = emit_texts(reference(), table=contents())[PLOT].replace(
        "\n<hr>\n", "\n<hr>\n\nSee also the shed.\n", 1
    )
    number = edited.split("\n").index("See also the shed.") + 1
    place({"in/plot-v1.md": edited}, tmp_path)
    report = Report()
    generate(tmp_path, "in", report=report, site="kubernetes.io")
    found = [diagnostic for diagnostic in report.diagnostics if diagnostic.rule == "page-not-exact"]
    assert [(diagnostic.span.path, diagnostic.level) for diagnostic in found] == [
        ("in/plot-v1.md", Level.WARN)
    ]
    assert abs(found[0].span.line - number) <= 1


@pytest.mark.parametrize(
    ("source", "said"), [("a\nb", "'b' becomes the end"), ("a", "the end becomes 'b'")]
)
def test_missing_end_of_page_is_reported(source: str, said: str) -> None:
    report, written = Report(), "a" if "b" in source else "a\nb"
    compare_page(
        source, GeneratedFile(path="garden/plot.md", text=written, exact="in/plot.md"), report
    )
    assert [(each.span.line, said in each.message) for each in report.diagnostics] == [(2, True)]


def test_page_outside_its_folder_counts_as_unedited(tmp_path: Path) -> None:
    page = emit_texts(reference(), table=contents())[PLOT]
    assert '"../' in page
    place({"in/plot-v1.md": page}, tmp_path)
    report = Report()
    generate(tmp_path, "in/plot-v1.md", report=report, site="kubernetes.io")
    assert "page-not-exact" not in [diagnostic.rule for diagnostic in report.diagnostics]


@pytest.mark.slow  # all pages of a release
@for_each(CONTENTS)
def test_upstream_contents_give_published_tree(release: Path, tmp_path: Path) -> None:
    toc, fields = str(release / "toc.yaml"), str(release / "fields.yaml")
    files = generate(tmp_path, str(release / "swagger.json"), toc=toc, fields=fields)
    real = pages_of(release, "en")
    published = {
        file.relative_to(real).as_posix(): file.read_text(encoding="utf-8")
        for file in real.rglob("*.md")
    }
    del published["_index.md"]  # hand-written pages
    made_files = {path.removeprefix("out/"): text for path, text in files.items()}
    assert sorted(made_files) == sorted(published)
    assert [path for path, text in published.items() if made_files[path] != text] == []

"""The table layout of the docs target: placement of types, operations, differences from upstream,
and both languages.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.model import Reference
from codegen.model.contents import Chapter, Contents, ContentsPart
from codegen.model.kubernetes import version_rank
from codegen.outputs.docs import layouts
from codegen.outputs.docs.table.page_paths import definition_path, kebab_name, split_key
from codegen.outputs.docs.table.placement import Placement
from codegen.outputs.job import Job
from codegen.readers.openapi.reader import read_document
from codegen.readers.sources import SourcePath, read_sources
from gardens import table as garden
from gardens.parts import META, PACKAGE, PLOTS, SPAN, ref, with_chinese
from gardens.table import OLD, PERMITS, TOOLS, emit_texts, plain
from support.corpus import SEED
from support.files import place

PLOT_PAGE = "garden/plot-v1.md"


def place_sections(*, upstream: bool) -> dict[str, list[str]]:
    reference = garden.read(garden.document())
    pages = Placement(reference, upstream=upstream).pages
    return {page.path: [key.rpartition(".")[2] for key in page.sections] for page in pages}


def titles(page: str) -> list[tuple[str, str]]:
    return re.findall(r"^### `(\w+)` (.*)$", page, re.MULTILINE)


def section(page: str, name: str) -> str:
    found = re.search(rf"^## {name} .*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found is not None, name
    return found[0]


def read_back(folder: Path, locale: str = "en", *, rules: tuple[str, ...] = ()) -> Reference:
    """Read the pages of a folder as a reference, with findings of these rules only."""
    report = Report()
    reference = read_sources([SourcePath(path=folder, display_path="pages", locale=locale)], report)
    assert [
        str(diagnostic) for diagnostic in report.diagnostics if diagnostic.rule not in rules
    ] == []
    return reference


def test_first_matching_rule_places_type() -> None:
    """By name, then shared types, then the nearest kind. A tie or no kind gives an own page."""
    assert place_sections(upstream=True) == {
        "garden/orchard-v1": ["Orchard", "OrchardList", "TreeBed"],
        "garden/plot-v1": ["Plot", "PlotSpec", "PlotStatus", "PlotList", "Bed"],
        "tools/tool-v1": ["Tool", "ToolList", "Handle", "Seed"],
        "definitions/object-meta-v1-meta": ["ObjectMeta"],
        "definitions/plot-review-v1-garden": ["PlotReview"],
        "definitions/quantity-resource": ["Quantity"],
        "definitions/seed-v1-garden": ["Seed"],
    }


def test_every_current_definition_is_placed() -> None:
    """Definitions that upstream loses are placed with the nearest ones of their package, or alone.

    Old versions have no page.
    """
    known = place_sections(upstream=True)
    lost = ("BedStatus", "PlotStrategy", "RollingUpdatePlot")
    assert place_sections(upstream=False) == {
        **known,
        "garden/orchard-v1": [*known["garden/orchard-v1"], "OrchardSpec"],
        "garden/plot-v1": [*known["garden/plot-v1"], *lost],
        "definitions/permit-v1-permits": ["Permit", "PermitSpec", "PermitHolder"],
        "definitions/int-or-string-intstr": ["IntOrString"],
    }
    reference = garden.read(garden.document())
    placement = Placement(reference, upstream=False)
    assert set(placement.homes) == {key for key in reference.definitions if not key.startswith(OLD)}


def test_page_has_no_sections_of_other_packages() -> None:
    """A page has one package, so a lost type of another package gets its own page."""
    document = garden.document()
    document["definitions"][f"{TOOLS}.BedStatus"] = garden.definition(
        "A tool's.", name=garden.STRING
    )
    document["definitions"][f"{TOOLS}.Bed"] = garden.definition("A tool's bed.", name=garden.STRING)
    document["definitions"][f"{PACKAGE}.PlotStatus"]["properties"]["tool"] = ref(
        f"{TOOLS}.BedStatus"
    )
    pages = {
        page.path: page.sections for page in Placement(garden.read(document), upstream=False).pages
    }
    assert pages["definitions/bed-status-v1-tools"] == [f"{TOOLS}.BedStatus"]


@pytest.mark.parametrize(
    ("key", "path"),
    [
        (f"{PACKAGE}.CSIBed", "definitions/csi-bed-v1-garden"),
        (f"{META}.FieldsV1", "definitions/fields-v1-v1-meta"),
        ("io.example.api.core.v1.Bed", "definitions/bed-v1"),
        ("io.example.pkg.version.Info", "definitions/info-version"),
        ("com.example.stable.v2beta1.Tab", "definitions/tab-v2beta1-stable"),
        ("v1.Tab", "definitions/tab-v1-core"),
        ("Alone", "definitions/alone"),
    ],
)
def test_file_names_come_from_keys(key: str, path: str) -> None:
    assert definition_path(split_key(key)) == path
    assert re.fullmatch(r"[a-z0-9-]+", kebab_name(key))


def test_stable_versions_come_first() -> None:
    versions = ["v2", "v1", "v1beta10", "v1beta2", "v1alpha2", "odd"]
    assert sorted(sorted(versions), key=version_rank) == versions


def test_definitions_with_same_file_name_get_distinct_files() -> None:
    document = garden.document()
    document["definitions"]["io.other.api.garden.v1.PlotReview"] = garden.definition(
        "Another.", name=garden.STRING
    )
    paths = [page.path for page in Placement(garden.read(document), upstream=False).pages]
    assert len(paths) == len(set(paths))
    assert "definitions/plot-review-v1-garden-io-other-api-garden-v1" in paths


def test_indexes_and_group_versions_page() -> None:
    pages = emit_texts(garden.read(garden.document()))
    rows = re.findall(r"^\| `(.*)` \| `(.*)` \|$", pages["group-versions.md"], re.MULTILINE)
    assert rows == [
        ("garden.example.io", "v1, v1beta1"),
        ("permits.example.io", "v1"),
        ("tools.example.io", "v1"),
    ]
    weights = {
        path: int(found)
        for path, text in pages.items()
        for found in re.findall("(?m)^weight: (.*)", text)
    }
    assert list(weights.items())[:3] == [
        ("garden/orchard-v1.md", 10),
        (PLOT_PAGE, 20),
        ("tools/tool-v1.md", 10),
    ]
    assert (
        pages["tools/_index.md"]
        == '---\ncontent_type: "api_reference"\ntitle: "Tools"\nweight: 30\nauto_generated: true\n---\n\n'
    )
    assert "\nbuild:\n  list: never\ntoc_hide: true\n" in pages["definitions/_index.md"]
    for options in ({"site": "kubernetes.io"}, {"compat": "upstream"}):
        of_site = emit_texts(garden.read(garden.document()), **options)
        assert "\n_build:\n  list: never\n" in of_site["definitions/_index.md"]


# By rule of docs/page-differences.md: page, our text, and text of upstream (None: no such page).
SAID: dict[str, tuple[str, str, str | None]] = {
    "link-by-key": (
        PLOT_PAGE,
        'ref "../definitions/seed-v1-garden#Seed"',
        'ref "../tools/tool-v1#Seed"',
    ),
    "type-shown": (
        PLOT_PAGE,
        'int-or-string-intstr#IntOrString" >}}">IntOrString</a>',
        "<code>width</code><br/><em></em>",
    ),
    "map-values": (
        PLOT_PAGE,
        "<em>map[string][]string</em>",
        "<code>notes</code><br/><em>object</em>",
    ),
    "formats": (
        PLOT_PAGE,
        "<code>count</code><br/><em>int32</em>",
        "<code>count</code><br/><em>integer</em>",
    ),
    "every-type": ("definitions/permit-v1-permits.md", "## PermitHolder {#PermitHolder}", None),
    "every-operation": (
        "definitions/plot-review-v1-garden.md",
        "### `post` Create\n",
        "## PlotReview {#PlotReview}",
    ),
    "every-response": (PLOT_PAGE, "<td>401</td>", "<td>200</td>"),
    "cell-html": (
        PLOT_PAGE,
        "<code>a</code> or <code>b&lt;c&gt;</code>:<ul><li>",
        "`a` or `b\\<c>`:<br/> - `a`: see https://example.io/a.  - b",
    ),
    "section-text": (
        PLOT_PAGE,
        '\nPlotSpec says "what" is wanted.\n',
        "\nPlotSpec says &#34;what&#34; is wanted.\n",
    ),
    "required-parameter": (
        PLOT_PAGE,
        "<code>namespace</code>&nbsp;<strong>*</strong>",
        "<code>namespace</code></td>",
    ),
    "plain-front-matter": (
        "definitions/plot-review-v1-garden.md",
        "description: \"It's 'so'.\"",
        'description: "It&#39;s &#39;so&#39;."',
    ),
    "stable-weight": ("core/_index.md", "weight: 20\n", "weight: 30\n"),
    "own-import": (
        "tools/tool-v1.md",
        '{#Handle}\n\n`import "example.io/api/garden/v1"`\n\nHandle is',
        "{#Handle}\n\nHandle is",
    ),
    "notice": (
        PLOT_PAGE,
        "<!-- Code generated by codegen from garden.json. DO NOT EDIT. -->",
        "auto-generated from the Go source code",
    ),
    "redirects": (
        "_redirects.base",
        "/docs/reference/kubernetes-api/:part/plot-v1/  /docs/reference/kubernetes-api/garden/plot-v1/  301\n",
        None,
    ),
}


def add_inconsistent_groups(document: dict[str, Any]) -> dict[str, Any]:
    """Add groups that upstream orders inconsistently, and a description with quotation marks."""
    for group in ("core", "events"):
        package = f"io.example.api.{group}.v1"
        document["paths"].update(
            garden.kind_paths("things", f"{group}.example.io", "Thing", package)
        )
        document["definitions"][f"{package}.Thing"] = garden.definition(
            "A thing.", (), (f"{group}.example.io", "v1", "Thing"), name=garden.STRING
        )
        document["definitions"][f"{package}.ThingList"] = garden.definition(
            "Things.", items=garden.list_schema(ref(f"{package}.Thing"))
        )
    document["definitions"][f"{PACKAGE}.PlotReview"]["description"] = "It's 'so'."
    return document


@pytest.fixture(scope="module")
def reference_with_inconsistent_groups() -> Reference:
    return garden.read(add_inconsistent_groups(garden.document()))


@pytest.fixture(scope="module")
def our_pages(reference_with_inconsistent_groups: Reference) -> dict[str, str]:
    return emit_texts(reference_with_inconsistent_groups)


@pytest.fixture(scope="module")
def upstream_pages(reference_with_inconsistent_groups: Reference) -> dict[str, str]:
    return emit_texts(reference_with_inconsistent_groups, compat="upstream")


@pytest.mark.parametrize("rule", SAID)
def test_pages_differ_from_upstream_as_documented(
    rule: str, our_pages: dict[str, str], upstream_pages: dict[str, str]
) -> None:
    path, ours, theirs = SAID[rule]
    assert ours in our_pages[path]
    if theirs is None:
        assert path not in upstream_pages
    else:
        assert ours not in upstream_pages[path]
        assert theirs in upstream_pages[path]


def test_types_are_not_empty_and_links_have_headings() -> None:
    pages = emit_texts(garden.read(garden.document()))
    anchors = {path: set(re.findall(r"\{#(\w+)\}", text)) for path, text in pages.items()}
    links = 0
    for path, text in pages.items():
        assert "<em></em>" not in text
        for target in re.findall(r'\{\{< ref "([^"]*)" >\}\}', text):
            page, _, anchor = target.partition("#")
            target_path = (
                os.path.normpath(os.path.join(os.path.dirname(path), f"{page}.md"))  # noqa: PTH118, PTH120
                if page
                else path
            )
            assert anchor in anchors[target_path], target
            links += 1
    assert links > 20


def test_table_of_contents_gives_exact_redirects() -> None:
    """The folder of the older layout was chosen by hand; if it is known, the line has it."""
    part = ContentsPart(
        name="Permit Resources",
        span=SPAN,
        chapters=(Chapter(name="Permit", group="permits.example.io", version="v1", span=SPAN),),
    )
    common = ContentsPart(
        name="Common Definitions",
        span=SPAN,
        chapters=(Chapter(name="Bed", key=f"{PACKAGE}.Bed", span=SPAN),),
    )
    contents = Contents(parts=(part, common), span=SPAN)
    job = Job(
        reference=garden.read(garden.document()),
        locales=("en", "zh-cn"),
        options={"layout": "table"},
        origin="g",
        contents=contents,
    )
    lines = {file.locale: file.text for file in layouts.emit(job) if file.path == "_redirects.base"}
    root = "/docs/reference/kubernetes-api"
    assert (
        f"\n{root}/permit-resources/permit-v1/  {root}/definitions/permit-v1-permits/  301\n"
        in lines["en"]
    )
    assert f"\n{root}/common-definitions/bed/  {root}/garden/plot-v1/#Bed  301\n" in lines["en"]
    assert (
        f"\n/zh-cn{root}/permit-resources/permit-v1/  /zh-cn{root}/definitions/permit-v1-permits/  301\n"
        in lines["zh-cn"]
    )
    assert ":part/permit-v1" not in lines["en"]
    assert f"\n{root}/:part/plot-v1/  {root}/garden/plot-v1/  301\n" in lines["en"]


def test_name_of_two_kinds_is_not_redirected() -> None:
    document = garden.document()
    document["paths"].update(garden.kind_paths("plots", "tools.example.io", "Plot", TOOLS))
    document["definitions"][f"{TOOLS}.Plot"] = garden.definition(
        "A plot.", (), ("tools.example.io", "v1", "Plot"), name=garden.STRING
    )
    document["definitions"][f"{TOOLS}.PlotList"] = garden.definition(
        "Plots.", items=garden.list_schema(ref(f"{TOOLS}.Plot"))
    )
    assert ":part/plot-v1/" not in emit_texts(garden.read(document))["_redirects.base"]


def test_both_languages_round_trip(tmp_path: Path) -> None:
    texts = {
        f"{PACKAGE}.Plot": "一块地。第二句 Plot。\n\n第二段，`代码` 和 **粗体**。",
        f"{PACKAGE}.PlotSpec#notes": "`a` 或 `b<c>`：\n\n- `a`：见 [页面](https://example.io/a)。\n- b",
        f"{PACKAGE}.Bed#name": "名称。",
    }
    reference = with_chinese(garden.read(garden.document()), texts)
    folder = place(emit_texts(reference, "en", "zh-cn"), tmp_path) / "zh-cn"
    back = read_back(folder, "zh-cn")
    for key in texts:
        assert plain(back.text("zh-cn", key)) == plain(reference.text("zh-cn", key))
        assert plain(back.text("en", key)).replace("\\", "") == plain(reference.text("en", key)), (
            key
        )
    assert {key for key, definition in back.definitions.items() if definition.documented} == {
        key for key in reference.definitions if not key.startswith(OLD)
    }


def test_table_source_pages_keep_their_paths(tmp_path: Path) -> None:
    """A tree that is read and written keeps paths, titles, weights and rows, and in upstream's form
    its bytes.
    """
    dead = ("link-unresolved", "type-undocumented")  # upstream links to missing headings
    for name, options in (("ours", {}), ("theirs", {"compat": "upstream"})):
        first = emit_texts(garden.read(garden.document()), **options)
        again = emit_texts(
            read_back(place(first, tmp_path / name), rules=dead if options else ()), **options
        )
        assert set(again) == {
            path for path in first if path.count("/") and not path.endswith("_index.md")
        }
        for path, text in again.items():
            rows = re.compile(
                r"<code>[\w.]+</code>(?:&nbsp;<strong>\*</strong>)?(?:<br/>.*)?</td>|^#.*|^weight: .*",
                re.MULTILINE,
            )
            if not options:
                assert rows.findall(text) == rows.findall(first[path])
    assert (
        again["definitions/plot-review-v1-garden.md"]
        == first["definitions/plot-review-v1-garden.md"]
    )


def test_lossy_types_of_page_stay_lossy(tmp_path: Path) -> None:
    page = emit_texts(garden.read(garden.document()), compat="upstream")[PLOT_PAGE]
    folder = place({"garden/plot-v1.md": page}, tmp_path)
    reference = read_sources([SourcePath(path=folder, display_path="pages", locale="en")], Report())
    again = section(emit_texts(reference)[PLOT_PAGE], "PlotSpec")
    assert "<code>count</code><br/><em>integer</em>" in again
    assert "<code>notes</code><br/><em>object</em>" in again
    assert "<code>width</code><br/><em>any</em>" in again


def test_seed_becomes_pages_in_both_languages() -> None:
    reference = read_sources([SourcePath(path=SEED, display_path="seed.txt", locale="")], Report())
    pages = emit_texts(reference, "en", "zh-cn")
    content = [
        path
        for path in pages
        if path.startswith("zh-cn/definitions/") and reference.pages[0].kind in pages[path]
    ]
    page = next(
        pages[path] for path in content if f"## {reference.pages[0].kind} {{#" in pages[path]
    )
    sections = re.findall(r"^## (\w+) \{#\1\}$", page, re.MULTILINE)
    documented = {
        definition.name
        for definition in reference.definitions.values()
        if definition.documented and definition.fields
    }
    assert set(sections) == documented
    operation = next(iter(reference.operations.values()))
    assert f"\n{operation.method} {operation.path}\n" in page
    assert (
        len(
            re.findall(
                r"^/zh-cn/\S+/:part/\S+  /zh-cn/\S+  301$",
                pages["zh-cn/_redirects.base"],
                re.MULTILINE,
            )
        )
        == 1
    )
    for prose_id, text in reference.prose["zh-cn"].items():
        name = prose_id.partition("#")[2]
        if name and name in page and " " not in prose_id:
            assert plain(re.sub(r"\W", "", text.text)) in plain(
                re.sub(r"\W", "", re.sub(r"<[^>]*>", "", page))
            ), prose_id


def test_hostile_names_stay_inside_output_folder() -> None:
    """The reader skips keys with unusual characters; the other ones have safe paths."""
    report = Report()
    document = garden.document()
    document["definitions"]["io.example.api.../../evil.v1.Evil"] = garden.definition(
        "Evil.", name=garden.STRING
    )
    document["definitions"]["..-..-evil"] = garden.definition("Evil.", name=garden.STRING)
    reference = read_document(Source(path="garden.json", text=json.dumps(document)), report)
    for path in emit_texts(reference):
        assert re.fullmatch(r"(?:[a-z0-9-]+/)?[a-z0-9_.-]+", path)
        assert ".." not in path


def test_kind_created_through_another_resource_has_page() -> None:
    """A permit is created through a resource of another group; its types are on its page."""
    page = emit_texts(garden.read(garden.document()))["definitions/permit-v1-permits.md"]
    assert f"POST {PLOTS}/{{name}}/permit\n" in page
    assert titles(page) == [("post", "Create")]
    assert (
        f"{PERMITS}.PermitHolder" in Placement(garden.read(garden.document()), upstream=False).homes
    )

"""History on the site: markers, removed fields, the comparison page and feeds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import msgspec
import pytest

from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED
from codegen.drift.history.changelog import read_changelog
from codegen.drift.history.changelog_records import Changelog
from codegen.model import Reference
from codegen.model.selection import pattern
from codegen.outputs.docs.shared.changelog import events
from codegen.outputs.site import changelog_page, project
from codegen.outputs.site.content import SiteInputs, build_content
from codegen.outputs.site.page_index import PageIndex
from codegen.outputs.site.records import SitePage, walk
from codegen.outputs.site.site_settings import SiteSettings
from codegen.readers.releases import release_source
from codegen.readers.sources import SourcePath, read_sources
from gardens.parts import openapi
from gardens.site import read_data, site_for
from support.browser import open_page, serve_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

KEY = "io.example.api.garden.v1"
BEDS = {
    "type": "string",
    "description": "The list of the beds that it holds, each by its name in the plan.",
}
ATOM = "{http://www.w3.org/2005/Atom}"


def document(required: list[str], text: str = "What is wanted.", **fields: Any) -> dict[str, Any]:
    """Return a document with a kind whose spec has these fields, some of them required."""
    gvk = {"group": "garden.example.com", "version": "v1", "kind": "Plot"}
    spec = {"$ref": f"#/definitions/{KEY}.PlotSpec", "description": text}
    definitions = {
        f"{KEY}.Plot": {
            "type": "object",
            "properties": {"spec": spec},
            "x-kubernetes-group-version-kind": [gvk],
        },
        f"{KEY}.PlotSpec": {"type": "object", "required": required, "properties": fields},
    }
    return openapi(definitions)


SOIL = {"type": "string", "enum": ["clay", "sand"]}
RELEASES = {
    "1.1": document(
        ["beds"], beds={"type": "integer"}, old={"type": "string"}, soil={"type": "string"}
    ),
    "1.2": document(
        [], "What is <wanted>.", beds={"type": "integer"}, soil=SOIL, shed={"type": "string"}
    ),
    "1.3": document(
        ["beds"],
        "What is <wanted>.",
        beds={"type": "string"},
        soil={**SOIL, "enum": ["clay", "sand", "peat"]},
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("releases")
    for release, each in RELEASES.items():
        (root / f"v{release}").mkdir()
        (root / f"v{release}/plot.json").write_text(json.dumps(each), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def found(folder: Path) -> Changelog:
    return read_changelog(
        [release_source(folder / f"v{name}/plot.json") for name in RELEASES], Report()
    )


def test_field_history_is_described(found: Changelog) -> None:
    english, chinese = SHIPPED.get("en"), SHIPPED.get("zh-cn")

    def said(name: str, locale: Any = english) -> list[str]:
        return [each.text for each in events(found, f"{KEY}.PlotSpec#{name}", locale)]

    assert said("beds") == ["optional since 1.2", "required since 1.3", "integer before 1.3"]
    assert said("beds", chinese)[:2] == ["自 1.2 起可选", "自 1.3 起必需"]
    assert said("soil") == ["only these values since 1.2", "may be peat since 1.3"]
    assert said("shed") == ["since 1.2", "which was optional, is gone (1.3)"]
    assert events(found, f"{KEY}.Plot#spec", english) == ()


def build_history(folder: Path, documents: list[dict[str, Any]]) -> tuple[Changelog, Reference]:
    """Return the history of a few releases, and the last one."""
    sources = []
    for number, each in enumerate(documents, start=1):
        file = folder / f"plot-1.{number}.json"
        file.write_text(json.dumps(each), encoding="utf-8")
        sources.append(release_source(SourcePath(path=file, display_path=file.name)))
    return read_changelog(sources, Report()), read_sources([sources[-1].source], Report())


def test_renamed_fields_keep_their_history(tmp_path: Path) -> None:
    size = {"type": "integer"}
    documents = [
        document([], bedsOfIt=BEDS, size=size),
        document(["bedsOfIt"], bedsOfIt=BEDS, size=size),
    ]
    documents.append(document(["beds"], beds=BEDS, size=size))
    known, reference = build_history(tmp_path, documents)
    english, chinese = (
        events(known, f"{KEY}.PlotSpec#beds", SHIPPED.get(tag)) for tag in ("en", "zh-cn")
    )
    assert [each.text for each in english] == ["required since 1.2", "called bedsOfIt before 1.3"]
    assert chinese[1].text == "1.3 之前名为 bedsOfIt"
    pages = build_content(reference, ("en",), SHIPPED, SiteInputs()).pages["en"]
    (plot,) = changelog_page.group_changes(known, PageIndex(pages))
    (renamed,) = (each for each in plot.rows if known.entries[each.entry].rule == "field-renamed")
    assert renamed.path == "spec.beds"
    assert known.entries[renamed.entry].says.startswith(
        "PlotSpec.bedsOfIt (garden.v1) is now called beds"
    )


def with_pump(*names: str) -> dict[str, Any]:
    """Return a document of a kind whose fields of these names have a type of their own."""
    gvk = {"group": "garden.example.com", "version": "v1", "kind": "Plot"}
    pump = {f"{KEY}.Pump": {"type": "object", "properties": {"power": {"type": "integer"}}}}
    fields = {name: {"$ref": f"#/definitions/{KEY}.Pump"} for name in names}
    plot = {
        "type": "object",
        "properties": {"size": {"type": "integer"}, **fields},
        "x-kubernetes-group-version-kind": [gvk],
    }
    return openapi({f"{KEY}.Plot": plot, **(pump if names else {})})


def test_new_field_of_new_type_is_one_change(tmp_path: Path) -> None:
    known, reference = build_history(tmp_path, [with_pump(), with_pump("front", "back")])
    pages = build_content(reference, ("en",), SHIPPED, SiteInputs()).pages["en"]
    groups = changelog_page.group_changes(known, PageIndex(pages))
    (plot,) = (group for group in groups if group.title == "Plot")
    assert sorted(row.path for row in (*plot.rows, *plot.inside)) == ["back", "front"]


def with_operations(*versions: str, verbs: tuple[str, ...]) -> dict[str, Any]:
    """Return a document with a kind in several versions, each with operations of these verbs."""
    made: dict[str, Any] = openapi({})
    for version in versions:
        for kind in ("Plot", "Shed"):
            key = f"io.example.api.garden.{version}.{kind}"
            gvk = {"group": "garden.example.com", "version": version, "kind": kind}
            made["definitions"][key] = {
                "type": "object",
                "properties": {"size": {"type": "integer"}},
                "x-kubernetes-group-version-kind": [gvk],
            }
            path = f"/apis/garden.example.com/{version}/{kind.lower()}s/{{name}}"
            made["paths"][path] = {
                verb: {
                    "description": f"{verb} the {kind}",
                    "x-kubernetes-action": verb,
                    "x-kubernetes-group-version-kind": gvk,
                    "responses": {
                        "200": {"description": "OK", "schema": {"$ref": f"#/definitions/{key}"}}
                    },
                }
                for verb in verbs
            }
    return made


def test_operations_show_first_release_and_new_kinds_have_pages(tmp_path: Path) -> None:
    verbs = ("get", "delete", "patch")
    documents = [with_operations("v1", verbs=("get",)), with_operations("v1", verbs=verbs)]
    documents.append(with_operations("v1", "v2", verbs=verbs))
    known, reference = build_history(tmp_path, documents)
    beside = SiteInputs(changelog=known)
    made = build_content(reference, ("en",), SHIPPED, beside)
    pages = {page.path: page for page in made.pages["en"]}
    said = {
        each.verb: [mark.text for mark in each.marks]
        for each in pages["garden.example.com/plot-v1"].operations
    }
    assert said == {"get": [], "delete": ["since 1.2"], "patch": ["since 1.2"]}
    # Additions together with the kind are not marked again.
    assert [mark.text for mark in pages["garden.example.com/plot-v2"].marks] == ["since 1.3"]
    assert [each.marks for each in pages["garden.example.com/plot-v2"].operations] == [(), (), ()]
    groups = changelog_page.group_changes(known, PageIndex(made.pages["en"]))
    rows = {group.page: [known.entries[each.entry].rule for each in group.rows] for group in groups}
    assert (
        rows["garden.example.com/plot-v2"]
        == rows["garden.example.com/shed-v2"]
        == ["group-version-added"]
    )
    assert "" not in rows
    files = dict(changelog_page.files(known, made, groups, SHIPPED))
    told = read_data(files["static/changes/en.js"].decode())["rows"]
    assert {row["rule"]: row.get("more") for row in told} == {
        "operation-added": 1,
        "group-version-added": None,
    }
    fed = changelog_page.add_feeds(made, groups)
    assert all(page.feed for page in fed.pages["en"])


def test_omissions_of_release_are_warning(folder: Path, tmp_path: Path) -> None:
    broken = json.loads((folder / "v1.2/plot.json").read_text(encoding="utf-8"))
    broken["definitions"][f"{KEY}.Bad"] = {"type": "object", "properties": "none"}
    (tmp_path / "v1.2").mkdir()
    (tmp_path / "v1.2/plot.json").write_text(json.dumps(broken), encoding="utf-8")
    report = Report()
    sources = [folder / "v1.1/plot.json", tmp_path / "v1.2/plot.json"]
    read_changelog(
        [release_source(SourcePath(path=file, display_path=str(file))) for file in sources], report
    )
    (warning,) = report.diagnostics
    assert warning.rule == "history-incomplete"
    assert warning.message.endswith(": its changes are not reported")


def emit_pages(folder: Path, found: Changelog) -> dict[str, bytes]:
    newest = SourcePath(path=folder / "v1.3/plot.json", display_path="plot.json")
    reference = read_sources([newest], Report())
    pages = build_content(reference, ("en", "zh-cn"), SHIPPED, SiteInputs())
    groups = changelog_page.group_changes(found, PageIndex(pages.pages["en"]))
    return dict(changelog_page.files(found, pages, groups, SHIPPED))


def test_selection_limits_history(folder: Path) -> None:
    sources = [release_source(folder / f"v{name}/plot.json") for name in RELEASES]
    everything = read_changelog(sources, Report())
    report = Report()
    assert read_changelog(sources, report, wanted=[pattern("Plot"), pattern("Shed")]) == everything
    assert not report.diagnostics
    assert read_changelog(sources, report, wanted=[pattern("Shed")]) == Changelog()
    (warning,) = report.diagnostics
    assert warning.rule == "history-incomplete"


def test_changes_are_shown_at_fields_of_kinds(folder: Path, found: Changelog) -> None:
    files = emit_pages(folder, found)
    page = json.loads(files["content/en/between-releases.md"])["params"]
    assert (page["from"], page["to"]) == ("1.2", "1.3")  # the last two releases
    names = [
        row["name"] for part in page["parts"] for group in part["groups"] for row in group["rows"]
    ]
    assert names == sorted(names) == ["spec.beds", "spec.beds", "spec.shed", "spec.soil"]
    known = read_data(files["static/changes/en.js"].decode())
    (kind,) = known["groups"]
    rows = [
        (known["rows"][number], f"{path}.{gone}".strip(".")) for number, path, gone in kind["rows"]
    ]
    told = [(row["release"], row["rule"], path, row["text"]) for row, path in rows]
    assert (kind["title"], kind["page"]) == ("Plot", "garden.example.com/plot-v1")
    assert ("1.2", "field-became-optional", "spec.beds", "is no longer required") in told
    assert ("1.2", "description-changed", "spec", "description changed") in told
    assert ("1.3", "field-removed", "spec.shed", "which was optional, is gone") in told
    (changed,) = (row for row, _ in rows if row["rule"] == "description-changed")
    assert changed["words"] == [["", "What is"], ["del", "wanted."], ["ins", "<wanted>."]]
    assert "lang" not in changed  # the language of the page


def test_type_changes_are_in_each_kind_that_contains_it(tmp_path: Path) -> None:
    """The nearest kind always shows them, the others on selection. All have them in their feeds."""
    documents = []
    for fields, more in (
        ({"size": SOIL, "old": SOIL}, {"extra": SOIL}),
        ({"size": {**SOIL, "enum": ["clay"]}, "new": SOIL}, {}),
    ):
        made = document([], soil={"$ref": f"#/definitions/{KEY}.Soil"})
        deep = {
            "type": "object",
            "properties": {"soil": {"$ref": f"#/definitions/{KEY}.Soil"}, **more},
        }
        shed = {
            "type": "object",
            "properties": {"a": {"type": "object", "properties": {"b": deep}}},
        }
        made["definitions"] |= {
            f"{KEY}.Shed": shed
            | {
                "x-kubernetes-group-version-kind": [
                    {"group": "garden.example.com", "version": "v1", "kind": "Shed"}
                ]
            },
            f"{KEY}.Soil": {"type": "object", "properties": fields},
        }
        if more:
            made["definitions"][f"{KEY}.Hut"] = {"type": "object", "properties": more}
        documents.append(made)
    known, reference = build_history(tmp_path, documents)
    pages = build_content(reference, ("en",), SHIPPED, SiteInputs())
    groups = changelog_page.group_changes(known, PageIndex(pages.pages["en"]))
    places = {
        group.title: [
            sorted((each.path, each.gone) for each in placed)
            for placed in (group.rows, group.inside)
        ]
        for group in groups
    }
    assert places == {
        "": [[("", "")], []],
        "Plot": [[("spec.soil", "old"), ("spec.soil.new", ""), ("spec.soil.size", "")], []],
        "Shed": [
            [("a.b", "extra")],
            [("a.b.soil", "old"), ("a.b.soil.new", ""), ("a.b.soil.size", "")],
        ],
    }
    files = dict(changelog_page.files(known, pages, groups, SHIPPED))
    feed = files["static/en/garden.example.com/plot-v1/changes.xml"].decode()
    assert re.findall(r"([a-z ]+): (spec\.soil\.\w+)", feed) == [
        ("new", "spec.soil.new"),
        ("may reject objects accepted before", "spec.soil.old"),
        ("rejects objects accepted before", "spec.soil.size"),
    ]
    page = json.loads(files["content/en/between-releases.md"])
    placed: dict[str, list[tuple[str, str]]] = {}
    for part in page["params"]["parts"]:
        for group in part["groups"]:
            placed.setdefault(group["title"], []).extend(
                (row["name"], row.get("place", "")) for row in group["rows"]
            )
    assert {title: sorted(names) for title, names in placed.items()} == {
        "Across kinds, or no longer there": [("Hut (garden.v1)", "")],
        "Plot": [
            ("spec.soil.new", "spec.soil.new"),
            ("spec.soil.old", "spec.soil"),
            ("spec.soil.size", "spec.soil.size"),
        ],
        "Shed": [("a.b.extra", "a.b")],
    }


@pytest.mark.parametrize(
    "row",
    [
        '"rule":"description-changed","name":"Plot.spec (garden.v1)","own":true,"text":"描述已改变","words":[["","What is"],["del","wanted."],["ins","<wanted>."]],"lang":"en"}',
        '"fact":"type","rule":"field-type-changed","name":"PlotSpec.beds (garden.v1)","own":true,"text":"字段类型已改变：integer → string","old":"integer","new":"string"}',
        '"fact":"enum value peat","rule":"field-enum-value-added","name":"PlotSpec.soil (garden.v1)","own":true,"text":"字段可取新的值：- → peat","new":"peat"}',
        '"rule":"field-enum-added","name":"PlotSpec.soil (garden.v1)","own":true,"text":"字段的取值受到限制","new":"clay, sand"}',
    ],
)
def test_values_are_shown_for_value_rules_only(folder: Path, found: Changelog, row: str) -> None:
    assert row.encode() in emit_pages(folder, found)["static/changes/zh-cn.js"]


def test_feed_has_escaped_entry_per_release(folder: Path, found: Changelog) -> None:
    feed = ElementTree.fromstring(  # noqa: S314 - our own
        emit_pages(folder, found)["static/zh-cn/garden.example.com/plot-v1/changes.xml"]
    )
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        f"Plot garden.example.com/v1 {name}" for name in ("1.3", "1.2")
    ]
    assert "会拒绝以前接受的对象: spec.beds 字段变为必需" in (
        entries[0].findtext(f"{ATOM}content") or ""
    )
    times = [str(entry.findtext(f"{ATOM}updated")) for entry in entries]
    assert times == sorted(times, reverse=True)
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2


@pytest.mark.parametrize(
    ("dates", "times"),
    [
        ({}, []),
        ({"1.2": "2026-02-01"}, ["2026-02-01"] * 3),
        ({"1.3": "2026-03-01"}, ["2026-03-01"] * 2),
        ({"1.2": "2026-02-01", "1.3": "2026-03-01"}, ["2026-03-01"] * 2 + ["2026-02-01"]),
    ],
    ids=["none", "earlier", "later", "both"],
)
def test_feed_claims_known_dates_only(
    folder: Path, found: Changelog, dates: dict[str, str], times: list[str]
) -> None:
    known = msgspec.structs.replace(found, dates=dates)
    feed = emit_pages(folder, known)["static/en/garden.example.com/plot-v1/changes.xml"].decode()
    assert re.findall(r"<updated>([^T<]*)T00:00:00Z</updated>", feed) == times
    assert feed.count("<updated>") == len(times)


def test_summary_counts_each_path_of_a_new_field(tmp_path: Path) -> None:
    hose = {"$ref": f"#/definitions/{KEY}.Hose"}
    documents = []
    for fields in ({}, {"valve": {"type": "string"}}):
        made = document([], front=hose, back=hose)
        made["definitions"][f"{KEY}.Hose"] = {"type": "object", "properties": fields}
        documents.append(made)
    known, reference = build_history(tmp_path, documents)
    pages = build_content(reference, ("en",), SHIPPED, SiteInputs())
    groups = changelog_page.group_changes(known, PageIndex(pages.pages["en"]))
    files = dict(changelog_page.files(known, pages, groups, SHIPPED))
    parts = json.loads(files["content/en/between-releases.md"])["params"]["parts"]
    assert {part["name"]: part["count"] for part in parts} == {"act": 0, "new": 2, "other": 0}
    (group,) = parts[1]["groups"]
    assert [row["name"] for row in group["rows"]] == ["spec.back.valve", "spec.front.valve"]


def test_home_lists_new_kinds_and_fields(tmp_path: Path) -> None:
    string = {"type": "string"}
    known, reference = build_history(
        tmp_path,
        [
            kinds(v1={"beds": string}),
            kinds(v1={"beds": string, "soil": string}, others=("Shed",)),
        ],
    )
    content = build_content(reference, ("en",), SHIPPED, SiteInputs(changelog=known))
    files = dict(project.files(content, SHIPPED, SiteSettings(), (), {}))
    home = json.loads(files["content/en/_index.md"])["params"]
    assert home["fresh_heading"] == "New in 1.2"
    assert [(each["title"], each["fields"], each["more"]) for each in home["fresh"]] == [
        ("Shed", [], 0),
        ("Plot", ["soil"], 0),
    ]
    assert home["queries"] == ["is:required", "since:1.2"]


def test_home_counts_new_fields_that_are_not_listed(tmp_path: Path) -> None:
    string = {"type": "string"}
    beds = {f"bed{number}": string for number in range(9)}
    known, reference = build_history(
        tmp_path, [kinds(v1={"soil": string}), kinds(v1={"soil": string, **beds})]
    )
    content = build_content(reference, ("en",), SHIPPED, SiteInputs(changelog=known))
    files = dict(project.files(content, SHIPPED, SiteSettings(), (), {}))
    (plot,) = json.loads(files["content/en/_index.md"])["params"]["fresh"]
    assert len(plot["fields"]) + plot["more"] == 9
    assert 0 < plot["more"] < 9


def kinds(
    package: str = "garden", others: tuple[str, ...] = (), **versions: dict[str, Any]
) -> dict[str, Any]:
    """Return a document of plots with these fields by version, their lists, and other kinds."""
    definitions = {}
    for version, fields in versions.items():
        for kind in ("Plot", "PlotList", *others):
            gvk = {"group": "garden.example.com", "version": version, "kind": kind}
            made = {
                "type": "object",
                "properties": fields,
                "x-kubernetes-group-version-kind": [gvk],
            }
            definitions[f"io.example.api.{package}.{version}.{kind}"] = made
    return openapi(definitions)


def pages(folder: Path, *releases: dict[str, Any]) -> dict[str, SitePage]:
    """Return the English pages of the last release by path."""
    changelog, reference = build_history(folder, [*releases])
    made = build_content(reference, ("en",), SHIPPED, SiteInputs(changelog=changelog))
    return {page.path: page for page in made.pages["en"]}


def test_removed_field_is_shown_with_last_release_and_new_name(tmp_path: Path) -> None:
    soil = {
        "type": "object",
        "properties": {"depth": {"type": "integer"}, "kind": {"type": "string"}},
    }
    less = {"type": "object", "properties": {"kind": {"type": "string"}}}
    found = pages(
        tmp_path,
        kinds(v1={"bedsOfIt": BEDS, "soil": soil, "again": {"type": "integer"}}),
        kinds(v1={"bedsOfIt": BEDS, "soil": soil}),
        kinds(v1={"beds": BEDS, "soil": less, "again": {"type": "integer"}}),
    )
    fields = list(walk(found["garden.example.com/plot-v1"].fields))
    assert [path for path, _ in fields] == [
        "beds",
        "soil",
        "soil.kind",
        "soil.depth",
        "again",
        "bedsOfIt",
    ]
    former = {path: (node.type, node.until, node.successor) for path, node in fields if node.until}
    assert former == {"soil.depth": ("integer", "1.2", ""), "bedsOfIt": ("", "1.2", "beds")}


def test_removed_kind_has_page_with_link_to_successor(tmp_path: Path) -> None:
    size = {"size": {"type": "integer"}}
    found = pages(tmp_path, kinds(v1alpha1=size, v1beta1=size), kinds(v1beta1=size), kinds(v1=size))
    assert "definitions/plot-list-v1-garden-api-example-io" in found
    gone = [page for page in found.values() if page.gone]
    assert [(page.path, page.successor, page.description) for page in gone] == [
        (
            f"garden.example.com/plot-{version}",
            "garden.example.com/plot-v1",
            f"garden.example.com/{version} Plot was removed in {release}. The last release with it is {last}.",
        )
        for version, last, release in (("v1alpha1", "1.1", "1.2"), ("v1beta1", "1.2", "1.3"))
    ]
    also = pages(tmp_path, kinds(others=("AllowList",), v1=size), kinds(v1=size))
    assert also["garden.example.com/allow-list-v1"].gone  # not a list of other objects
    moved = pages(tmp_path, kinds(v1=size), kinds("orchard", v1=size))  # moved to another package
    assert moved["garden.example.com/plot-v1"].is_kind  # no later page has the path


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    history = [
        {"path": f"v{name}/plot.json", "date": f"2026-0{number}-01"}
        for number, name in enumerate(RELEASES, start=1)
    ]
    made = site_for(folder, sources=[{"path": "v1.3/plot.json"}], history=history)
    assert "2026-03-01T00:00:00Z" in (made / "en/garden.example.com/plot-v1/changes.xml").read_text(
        encoding="utf-8"
    )
    with serve_folder(made) as address:
        yield address


def rows(page: Page) -> list[str]:
    texts = page.locator(".changes li").all_text_contents()
    return [" ".join(text.split()) for text in texts]


@pytest.mark.slow
def test_reader_selects_two_releases(browser: Browser, site: str) -> None:
    with open_page(browser, f"{site}en/between-releases/") as page:
        page.select_option("[name=from]", "1.1")
        shown = rows(page)
        assert any("spec.soil" in row and "peat" in row for row in shown)
        assert not any("shed" in row for row in shown), "it came and went between the two"
        assert not any("is now required" in row or "no longer required" in row for row in shown), (
            "it is required again"
        )
        assert page.url.endswith("?from=1.1&to=1.3")
        for part in page.locator("#changes-shown > details").all():
            names = part.locator("li a").all_text_contents()
            assert names == sorted(names)
        assert (
            page.locator(".changes ins").count()
            == page.locator(".changes span:not([lang]) ins").count()
            > 0
        )
        page.select_option("[name=effect]", "rejects")
        assert rows(page)
        assert all(row.startswith("rejects objects") for row in rows(page))
        page.emulate_media(media="print")
        assert not page.is_visible("#changes")
        assert page.is_visible("#changes-pair")
    with open_page(browser, f"{site}zh-cn/between-releases/?from=1.1&to=1.2", width=390) as page:
        assert page.input_value("header .release select") == "1.3"
        page.locator("#changes select").first.wait_for()
        assert page.evaluate("document.scrollingElement.scrollWidth") == 390
        assert any("spec.shed" in row or "shed" in row for row in rows(page))


@pytest.mark.slow
def test_last_two_releases_are_shown_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}zh-cn/between-releases/")
    assert page.inner_text("#changes-pair b") == "1.2 → 1.3"
    assert any("字段变为必需" in row for row in rows(page))
    context.close()

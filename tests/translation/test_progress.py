"""Translation progress by page, kind and part."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Report
from codegen.model.pages import Page, PageSection
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation.po import Entry
from codegen.translation.progress import TextState, TranslationStatus, compute_status, find_state
from codegen.translation.signals import Signal
from gardens.parts import gvk_of
from gardens.translation import document, key, page


@pytest.mark.parametrize(
    ("entry", "state"),
    [
        (None, TextState.MISSING),
        (Entry(id="K", english="A bed."), TextState.MISSING),
        (Entry(id="K", english="A bed.", translation="花坛。", obsolete=True), TextState.MISSING),
        (Entry(id="K", english="A bed.", translation="花坛。"), TextState.TRANSLATED),
        (Entry(id="K", english="a `bed`.", translation="花坛。"), TextState.TRANSLATED),
        (Entry(id="K", english="A bed.", translation="花坛。", flags=("fuzzy",)), TextState.FUZZY),
        (
            Entry(
                id="K", english="A bed.", translation="花坛。", flags=("fuzzy",), previous="A bet."
            ),
            TextState.STALE,
        ),
        (Entry(id="K", english="A path.", translation="花坛。"), TextState.STALE),
    ],
)
def test_entry_has_state(entry: Entry | None, state: TextState) -> None:
    assert find_state("A bed.", entry) is state


def load_status(source: Path, *entries: Entry) -> TranslationStatus:
    reference = read_sources([SourcePath(path=source, display_path=source.name)], Report())
    return compute_status(reference, {entry.id: entry for entry in entries})


def test_pages_are_sorted_by_remaining_work(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    for kind, fields in {"Plot": ["a", "b", "c"], "Bed": ["a"], "Yard": ["a", "b"]}.items():
        rows = [(name, "", f"The {name} of a {kind}.") for name in fields]
        (folder / f"{kind.lower()}-v1.md").write_text(page(kind, rows), encoding="utf-8")
    done = Entry(id=key("Bed#a"), english="The a of a Bed.", translation="完成。")
    half = Entry(id=key("Yard#a"), english="The a of a Yard.", translation="一半。")
    result = load_status(folder, done, half)
    assert [(tally.name, tally.open, tally.total) for tally in result.pages] == [
        ("yard-v1.md", 1, 2),
        ("plot-v1.md", 3, 3),
        ("bed-v1.md", 0, 1),
    ]
    assert result.pages[0].words == 5
    assert list(result.total.counts.values()) == [2, 0, 0, 4]
    assert [(tally.name, tally.total) for tally in result.parts] == [("fields", 6)]


def test_words_of_equal_texts_are_counted_once(tmp_path: Path) -> None:
    file = document(
        tmp_path / "new.json",
        Plot={"a": "Two words", "b": "Two words"},
        Bed={"a": "two `words`", "b": "One"},
    )
    result = load_status(
        file, Entry(id=key("Bed#gone"), english="x", translation="没了。", obsolete=True)
    )
    assert (result.total.open, len(result.total.texts), result.total.words) == (4, 2, 3)
    assert [(work.words, work.ids) for work in result.work] == [
        (2, (key("Plot#a"), key("Plot#b"), key("Bed#a"))),
        (1, (key("Bed#b"),)),
    ]
    assert (result.missing, result.orphans) == (2, (key("Bed#gone"),))
    assert result.signals == {Signal.ORPHAN: 1, Signal.STRONG: 0, Signal.MODERATE: 0}


def test_inlined_type_counts_for_first_page(tmp_path: Path) -> None:
    """`Bed` is inlined where it is used; `Tool` has its own page."""
    file = document(
        tmp_path / "new.json",
        Plot={"bed": "Its bed."},
        Yard={"bed": "A bed."},
        Bed={"tool": "For it."},
        Tool={"": "A tool."},
    )
    data = json.loads(file.read_text(encoding="utf-8"))
    for owner, name in (("Plot", "bed"), ("Yard", "bed"), ("Bed", "tool")):
        field = data["definitions"][key(owner)]["properties"][name]
        del field["type"]
        field["$ref"] = f"#/definitions/{key(name.capitalize())}"
    file.write_text(json.dumps(data), encoding="utf-8")
    reference = read_sources([SourcePath(path=file, display_path=file.name)], Report())
    pages = tuple(
        Page(
            path=f"{name.lower()}.md",
            layout="list",
            locale="en",
            kind=name,
            api_version="v1",
            import_path="",
            title=name,
            description="",
            weight=None,
            sections=(PageSection(key=key(name), anchor=name),),
            span=reference.definitions[key(name)].span,
        )
        for name in ("Plot", "Yard", "Tool")
    )
    result = compute_status(replace(reference, pages=pages), {})
    assert {tally.name: tally.total for tally in result.pages} == {
        "plot.md": 2,
        "yard.md": 1,
        "tool.md": 1,
    }
    (bed,) = (item for item in result.work if item.english == "For it.")
    assert bed.pages == ("plot.md", "yard.md")


def test_kinds_include_their_types(tmp_path: Path) -> None:
    file = document(
        tmp_path / "new.json",
        Plot={"": "A plot.", "spec": "What is wanted."},
        PlotSpec={"beds": "The beds."},
        PlotList={"items": "The plots."},
        Shared={"name": "A name."},
    )
    data = json.loads(file.read_text(encoding="utf-8"))
    gvk = gvk_of()
    for name in ("Plot", "PlotList"):
        data["definitions"][key(name)]["x-kubernetes-group-version-kind"] = [{**gvk, "kind": name}]
    file.write_text(json.dumps(data), encoding="utf-8")
    kinds = {tally.name: tally.total for tally in load_status(file).kinds}
    assert kinds == {"garden.example.io/v1 Plot": 4, key("Shared"): 1}

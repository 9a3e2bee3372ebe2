"""Every reader, comparison, lint, validation and emitter on inputs that are doubled three times, of the shapes that tempt it most."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from msgspec import Struct

import doublings_endpoint
import shapes
from codegen.config import configuration
from codegen.core.source import Source
from codegen.drift import diff as drift
from codegen.drift.check import acceptance, baseline
from codegen.drift.findings import rule_texts
from codegen.drift.history import views
from codegen.drift.history.history import history
from codegen.drift.review.review import review
from codegen.findings.diagnostics import CodegenError, Report, Span
from codegen.findings.finding import Finding, Results
from codegen.findings.formats import FORMATS, render
from codegen.findings.levels import Level
from codegen.model.selection import pattern, select
from codegen.outputs.inspection.json_view import as_json
from codegen.pipeline import generate, site
from codegen.readers.documents.contents import read_contents
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation.exchange.formats import FORMS
from codegen.translation.glossary import terms_of
from codegen.translation.lint.linter import lint
from codegen.translation.update import translate
from codegen.validation import compiling
from codegen.validation.files import validate_files
from codegen.validation.upgrade import upgrade
from gardens.parts import PACKAGE
from growth import Written

_FOLDER = tempfile.TemporaryDirectory(prefix="doublings-")
Prepare = Callable[[int], Callable[[], object]]


class Series(Struct, frozen=True, kw_only=True):
    """Work on an input that grows: which room does it, and on what."""

    room: str
    what: str
    prepare: Prepare

    @property
    def name(self) -> str:
        """Of all series the only one of this name."""
        return f"{self.room}: {self.what}"


def _file(name: str, text: str) -> Path:
    file = Path(_FOLDER.name) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def _read(file: Path, locale: str = "") -> Any:
    return read_sources([SourcePath(path=file, shown=file.name, locale=locale)], Report())


def _tried(work: Callable[[], object]) -> Callable[[], object]:
    """Work that may refuse its input."""

    def run() -> object:
        with suppress(CodegenError):
            return work()
        return None

    return run


# ---------------------------------------------------------------------------------------------------------- readers


def _reading(make: Callable[[int], str], ending: str, locale: str = "") -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        file = _file(f"read/{count}{ending}", make(count))
        return _tried(lambda: as_json(_read(file, locale), ()))

    return prepare


def _json(make: Callable[[int], Any], count: int) -> str:
    return json.dumps(make(count), ensure_ascii=False)


def _readers() -> Iterator[Series]:
    for name, make in shapes.DOCUMENTS.items():
        yield Series(room="reading", what=name, prepare=_reading(partial(_json, make), ".json"))
    for name, page in shapes.PAGES.items():
        yield Series(room="reading", what=f"page: {name}", prepare=_reading(page, ".zh-cn.md"))
    for name, text in shapes.YAML.items():
        yield Series(room="reading", what=f"YAML: {name}", prepare=_reading(text, ".yaml"))


# --------------------------------------------------------------------------------------------------------- emitters

TARGETS: dict[str, dict[str, Any]] = {
    "json-schema": {},
    "openapi": {},
    "docs list": {"target": "docs", "layout": "list"},
    "docs table": {"target": "docs", "layout": "table"},
    "docs plain": {"target": "docs", "layout": "plain"},
    **{name: {} for name in ("dataclasses", "pydantic", "msgspec", "typeddict", "validators")},
}
# Each schema is complete by itself: what kinds share is written once for each, so kinds that lead to each other make a square. The site
# offers these schemas. What they write counts; of all others the input alone does.
_REPEAT = ("json-schema",)
_NEEDS = {"validators": ["dataclasses"]}


def _configured(count: int, text: str, outputs: list[dict[str, Any]], ending: str = ".json") -> Any:
    folder = f"emit/{count}"
    _file(f"{folder}/garden{ending}", text)
    config = {"sources": [{"path": f"garden{ending}"}], "locales": ["en"], "outputs": outputs}
    return configuration.load(_file(f"{folder}/codegen.yaml", json.dumps(config)))


def _emitting(make: Callable[[int], Any], name: str) -> Prepare:
    outputs = [
        {"to": "out/{locale}" if each.startswith("docs") else "out", **({"target": each} | TARGETS[each])}
        for each in (*_NEEDS.get(name, ()), name)
    ]

    def prepare(count: int) -> Callable[[], object]:
        config = _configured(count, _json(make, count), outputs)
        return _tried(partial(_written if name in _REPEAT else generate, config))

    return prepare


def _written(config: Any) -> Written:
    return Written(sum(map(len, generate(config).files.values())))


def _of_site(make: Callable[[int], Any]) -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        config = _configured(count, _json(make, count), [])
        return _tried(lambda: Written(sum(len(data) for _, data in site(config).files)))

    return prepare


def _emitters() -> Iterator[Series]:
    for name, make in shapes.DOCUMENTS.items():
        for target in TARGETS:
            yield Series(room=f"writing {target}", what=name, prepare=_emitting(make, target))
        yield Series(room="writing site", what=name, prepare=_of_site(make))


# ------------------------------------------------------------------------------------------------------ comparisons


Text = Callable[[int], str]
_ENDINGS = {".md": "en", ".zh-cn.md": "zh-cn"}


def _compared(old: Text, new: Text, endings: tuple[str, str] = (".json", ".json")) -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        files = [
            _file(f"{side}/{count}/plot{ending}", make(count))
            for side, make, ending in zip(("old", "new"), (old, new), endings, strict=True)
        ]
        first, second = (
            SourcePath(path=file, shown=file.name, locale=_ENDINGS.get(ending, ""))
            for file, ending in zip(files, endings, strict=True)
        )
        return _tried(lambda: render(drift.diff(first, second), "json"))

    return prepare


def _folders(place: Callable[[int], tuple[str, str]], change: shapes.Change) -> Prepare:
    """Folders of pages in two languages; a page stands at a place in each, and the second language has a change."""

    def prepare(count: int) -> Callable[[], object]:
        for number in range(count):
            for side, where in zip(("en", "zh-cn"), place(number), strict=True):
                page = shapes.page_of(number)
                _file(f"pages/{count}/{side}/{where}.md", page if side == "en" else change(page))
        first, second = (
            SourcePath(path=Path(_FOLDER.name) / f"pages/{count}/{tag}", shown=tag, locale=tag)
            for tag in ("en", "zh-cn")
        )
        return _tried(lambda: render(drift.diff(first, second), "json"))

    return prepare


def _of_pages() -> Iterator[Series]:
    known, document = shapes.PAGES["fields"], shapes.written(shapes.DOCUMENTS["fields"])
    for name, page in shapes.PAGES.items():
        for what, old, new, endings in (
            ("with its translation", page, page, (".md", ".zh-cn.md")),
            ("with another page", page, known, (".md", ".zh-cn.md")),
            ("in another page", known, page, (".md", ".zh-cn.md")),
            ("with a document", document, page, (".json", ".zh-cn.md")),
        ):
            yield Series(room="comparing pages", what=f"{name}, {what}", prepare=_compared(old, new, endings))
    for what, place in shapes.PLACES.items():
        for how in ("the same", "versions changed", "definitions lost"):
            prepare = _folders(place, shapes.OF_PAGES[how])
            yield Series(room="comparing pages", what=f"{what}, {how}", prepare=prepare)


def _told(make: Callable[[int], Any], change: Callable[[Any, int], Any], releases: int) -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        number = releases or count
        document = make(count if releases else 5)
        files = [
            _file(f"history/{count}/v1.{each}/garden.json", json.dumps(change(document, each)))
            for each in range(number)
        ]
        return _tried(lambda: views.as_json(history(*files)))

    return prepare


def _findings(count: int, rule: str = "field-removed") -> Results:
    return Results(
        command="diff",
        rules=rule_texts,
        findings=tuple(
            Finding(
                rule=rule,
                level=Level.ERR,
                message=f"bed{number} was removed",
                id=f"{PACKAGE}.Plot#bed{number}",
                path="a.json",
                line=number + 1,
                column=1,
            )
            for number in range(count)
        ),
    )


def _accepting(entry: Callable[[int], dict[str, str]]) -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        rows = [{"reason": "x", "until": "2999-12-31", "rule": "field-removed", **entry(each)} for each in range(count)]
        text = json.dumps({"accepted": rows}, indent=1)
        found = _findings(count)
        return lambda: acceptance.apply_entries(
            found, baseline.parse(Source(text, "a.yaml")), "a.yaml", date(2026, 1, 1)
        )

    return prepare


def _rendering(form: str) -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        found = _findings(count)
        return lambda: render(found, form)

    return prepare


def _changed(name: str, text: Text, ending: str) -> Iterator[Series]:
    for how, change in shapes.changing(text).items():
        prepare = _compared(text, _after(text, change), (ending, ending))
        yield Series(room="comparing", what=f"{name}, {how}", prepare=prepare)


def _after(text: Text, change: shapes.Change) -> Text:
    return lambda count: change(text(count))


def _comparisons() -> Iterator[Series]:
    for name, make in shapes.DOCUMENTS.items():
        text, emptied = shapes.written(make), shapes.written(shapes.emptied(make))
        yield Series(room="comparing", what=f"{name}, with nothing", prepare=_compared(text, emptied))
        yield Series(room="comparing", what=f"nothing, with {name}", prepare=_compared(emptied, text))
        yield from _changed(name, text, ".json")
        yield Series(room="telling history", what=name, prepare=_told(make, shapes.of_release, 3))
        yield Series(room="telling history", what=f"{name}, renamed", prepare=_told(make, shapes.renamed, 3))
    for name, text in shapes.YAML.items():
        yield from _changed(f"YAML: {name}", text, ".yaml")
    yield from _of_pages()
    yield Series(
        room="telling history", what="many releases", prepare=_told(shapes.DOCUMENTS["fields"], shapes.of_release, 0)
    )
    yield Series(
        room="accepting", what="each by its id", prepare=_accepting(lambda i: {"id": f"{PACKAGE}.Plot#bed{i}"})
    )
    yield Series(room="accepting", what="each by a pattern", prepare=_accepting(lambda i: {"id": f"*#bed{i}"}))
    yield Series(
        room="accepting", what="each by an open pattern", prepare=_accepting(lambda i: {"id": f"*.Plot#bed{i}*"})
    )
    yield Series(
        room="accepting",
        what="each by a pattern of rules",
        prepare=_accepting(lambda i: {"rule": "field-*", "id": f"{PACKAGE}.Plot#bed{i}"}),
    )
    for form in FORMATS:
        yield Series(room="printing findings", what=form, prepare=_rendering(form))


# -------------------------------------------------------------------------------------------------------- selection


def _selecting(make: Callable[[int], Any], text: str) -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        reference = _read(_file(f"select/{count}.json", _json(make, count)))
        patterns = [pattern(text.format(number)) for number in range(count)]
        return _tried(lambda: select(reference, patterns))

    return prepare


def _selections() -> Iterator[Series]:
    for name in ("definitions", "kinds with operations", "kinds of one name"):
        for text in shapes.PATTERNS:
            yield Series(room="selecting", what=f"{name} by {text}", prepare=_selecting(shapes.DOCUMENTS[name], text))


# -------------------------------------------------------------------------------------------------------- languages


def _linting(english: str, chinese: str, before: str = "", count_terms: bool = False) -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        first = before + "".join(english.format(number) for number in range(count))
        second = before + "".join(chinese.format(number) for number in range(count))
        file = _file(f"lint/{count}.po", shapes.catalogue([("K.plot#bed", first, second)]))
        glossary = _file("lint/terms.toml", shapes.glossary(count if count_terms else 1))
        terms = terms_of("zh-cn", glossary)
        return lambda: lint([SourcePath(path=file, shown="a.po")], "zh-cn", terms)

    return prepare


def _linting_many(entry: Callable[[int], tuple[str, str, str]], count_terms: bool = False) -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        file = _file(f"lint/{count}.po", shapes.catalogue([entry(number) for number in range(count)]))
        terms = terms_of("zh-cn", _file("lint/terms.toml", shapes.glossary(count if count_terms else 1)))
        return lambda: lint([SourcePath(path=file, shown="a.po")], "zh-cn", terms)

    return prepare


def _carrying(old: Callable[[int], tuple[str, str, str]], new: Callable[[int], tuple[str, str]]) -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        learnt = _file(f"carry/{count}.po", shapes.catalogue([old(number) for number in range(count)]))
        fields = dict(new(number) for number in range(count))
        made = shapes.described(fields)
        target = _file(f"carry/{count}.json", json.dumps(made))
        return lambda: translate([learnt], target, "zh-cn", Path(_FOLDER.name) / f"carry/out-{count}.po")

    return prepare


def _field_of(
    entry: Callable[[int], tuple[str, str, str]], name: str, more: str = ""
) -> Callable[[int], tuple[str, str]]:
    """A field that has the English of an entry, and a text behind it."""
    return lambda number: (f"{name}{number}", entry(number)[1] + more)


def _exchanging(name: str, entries: Callable[[int], list[tuple[str, str, str]]]) -> Prepare:
    form = FORMS[name]

    def prepare(count: int) -> Callable[[], object]:
        units = FORMS["po"].read(shapes.catalogue(entries(count)), "a.po")
        return _tried(lambda: form.read(form.write(units, "zh-cn"), "a"))

    return prepare


def _reviewing(page: Callable[[int], str]) -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        chinese = _file(f"review/{count}/zh-cn/plot.md", page(count))
        english = _file(f"review/{count}/en/plot.md", shapes.PAGES["fields"](count))
        return _tried(lambda: review([chinese], english=english, locale="zh-cn", fix=True))

    return prepare


def _languages() -> Iterator[Series]:
    for name, (english, chinese) in shapes.TEXTS.items():
        yield Series(room="linting one text", what=name, prepare=_linting(english, chinese))
    yield Series(room="linting one text", what="terms", prepare=_linting("bed{} holds. ", "花{}。", "", True))
    for name, entry in shapes.ENTRIES.items():
        yield Series(room="linting many texts", what=name, prepare=_linting_many(entry))
        yield Series(
            room="carrying translations",
            what=name,
            prepare=_carrying(entry, _field_of(entry, "bed")),
        )
        yield Series(
            room="carrying translations",
            what=f"{name}, of other fields",
            prepare=_carrying(entry, _field_of(entry, "other")),
        )
        yield Series(
            room="carrying translations",
            what=f"{name}, that changed",
            prepare=_carrying(entry, _field_of(entry, "bed", " More of it is new.")),
        )
        yield Series(
            room="carrying translations",
            what=f"{name}, of other fields that changed",
            prepare=_carrying(entry, _field_of(entry, "other", " More of it is new.")),
        )
    for form in FORMS:
        for name, entries in shapes.CATALOGUES.items():
            yield Series(room="exchanging", what=f"{form}, {name}", prepare=_exchanging(form, entries))
    for name, page in shapes.PAGES.items():
        yield Series(room="reviewing", what=name, prepare=_reviewing(page))


# ---------------------------------------------------------------------------------------------------------- objects


def _validating(make: Callable[[int], str]) -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        data = make(count).encode()
        return lambda: render(validate_files(BytesIO(data)), "json")

    return prepare


def _upgrading(make: Callable[[int], str]) -> Prepare:
    from codegen.readers.built_in.structure import BuiltIns

    releases = BuiltIns().releases

    def prepare(count: int) -> Callable[[], object]:
        data = make(count).encode()
        return lambda: render(upgrade(BytesIO(data), start=releases[0], target=releases[-1]), "json")

    return prepare


def _objects() -> Iterator[Series]:
    for name, make in shapes.MANIFESTS.items():
        yield Series(room="validating", what=name, prepare=_validating(make))
    for name, make in shapes.RULES.items():
        yield Series(room="validating", what=f"a definition with {name}", prepare=_validating(make))
        yield Series(room="compiling rules", what=name, prepare=_compiling(make))
    for name in ("objects", "objects with faults", "objects of one name"):
        yield Series(room="upgrading", what=name, prepare=_upgrading(shapes.MANIFESTS[name]))


def _compiling(make: Callable[[int], str]) -> Prepare:
    def prepare(count: int) -> Callable[[], object]:
        file = _file(f"rules/{count}.yaml", make(count))
        # By its whole path: where a rule stands is looked for in the file.
        reference = read_sources([SourcePath(path=file, shown=str(file))], Report())
        return lambda: compiling.report_invalid_rules(reference, Report())

    return prepare


def _settings() -> Iterator[Series]:
    def contents(count: int) -> Callable[[], object]:
        toc, fields = shapes.contents(count)
        return lambda: read_contents(Source(toc, "toc.yaml"), Source(fields, "fields.yaml"), Report())

    def reports(count: int) -> Callable[[], object]:
        def work() -> None:
            report = Report()
            for number in range(count):
                report.warning("link-missing", str(number), Span(path="a"))
            _ = report.diagnostics

        return work

    yield Series(room="reading", what="contents", prepare=contents)
    yield Series(room="reporting", what="warnings", prepare=reports)


def every() -> Iterator[Series]:
    """All series, room by room."""
    yield from _readers()
    yield from _settings()
    yield from _selections()
    yield from _comparisons()
    yield from _languages()
    yield from _objects()
    for what, prepare in doublings_endpoint.series():
        yield Series(room="answering", what=what, prepare=prepare)
    yield from _emitters()

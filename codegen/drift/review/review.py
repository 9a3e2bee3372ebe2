"""Everything that is known against a translated page, in one list: by line, each fault once, with its repair.

A page is read, compared with its English page (or with the document of a release where there is none), and linted. What stands in the
page itself, as links and the words of responses, is looked at too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct, field
from msgspec.structs import replace

from codegen.core import opening
from codegen.core.editing import corrected
from codegen.core.locales import ENGLISH, SHIPPED, Languages, Locale
from codegen.core.opening import read_bytes, resolved
from codegen.core.source import decode, load
from codegen.core.writing import writing
from codegen.drift import diff as drift
from codegen.drift import findings as changed
from codegen.drift.compare.changes import Change, PageError
from codegen.drift.compare.engine import NothingShared, compare
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.review.comments import comments_at_fault
from codegen.drift.review.raw import say_raw
from codegen.findings.diagnostics import Correction, Diagnostic, Report, Severity, Span, failure
from codegen.findings.finding import Finding, NotCompared, Results, RuleText
from codegen.findings.levels import Level
from codegen.findings.rules.catalogue import AREAS
from codegen.findings.rules.rule import ChangeRule
from codegen.readers.shared.comments import Comments
from codegen.readers.sources import Location, SourcePath
from codegen.translation.glossary import load_glossary
from codegen.translation.lint.linter import collect_segments, lint_segments
from codegen.translation.lint.site_links import SiteTree, add_page_findings, find_site
from codegen.translation.pairs import pair_descriptions, read_descriptions

# What only the other pages of a site tell.
_OF_OTHER_PAGES = frozenset(("type-undocumented", "link-unresolved"))
# A correction may make room for another one; what so many rounds leave is reported again.
_ROUNDS = 5
_LINE_END = re.compile(r"\r?\n")


class Review(Struct, frozen=True, kw_only=True):
    """The results, and, if they were asked for, the pages with all repairs that are certain, by path; only those that change.

    `root` is the folder below which all pages lie, `folders` are their own.
    """

    results: Results
    pages: Mapping[Path, str]
    root: Path
    folders: Sequence[Path]

    def write(self) -> int:
        """Write the repaired pages. Returns how many there are.

        Raises `CodegenError` if one cannot be written, also a link that leads out of the folder that was named; then none is.
        """
        texts: dict[str, str] = {}
        for path, text in self.pages.items():
            target = resolved(path)
            if not target.is_relative_to(self.root):
                raise failure(
                    "path-outside-output",
                    f"this link leads out of the folder of the pages, to {target}",
                    Span(path=str(path)),
                    "name that page itself, or replace the link with the file",
                )
            texts[target.relative_to(self.root).as_posix()] = text
        if texts:
            with writing(self.root, self.folders) as writer:
                writer.write(texts)
        return len(texts)


def review(
    pages: Sequence[Location],
    *,
    english: Location | None = None,
    releases: Sequence[Location] = (),
    locale: str = "",
    glossary: Path | None = None,
    fix: bool = False,
    languages: Languages = SHIPPED,
) -> Review:
    """All that is known against pages of a reference. Nothing is written.

    Args:
        pages: Pages, or folders of them.
        english: The English page, or the folder of the English pages; without it, the same path below `en` where there is one.
        releases: OpenAPI documents or pages of one release each: what a page is compared with where it has no English page, and the
            summary says which one it is nearest to.
        locale: The language of the pages, where neither their paths nor their letters show it.
        glossary: The terms of a team, beside those that ship.
        fix: Also give the pages with all repairs that are certain; `Review.write` puts them in place.
        languages: Those of a project (`Config.languages`) instead of those that ship.

    Raises `CodegenError` for what cannot be read.

    """
    named = [SourcePath.of(page, locale=locale) for page in pages]
    sources = [file for page in named for file in _files(page)]
    documents = tuple(SourcePath.of(release) for release in releases)
    original = SourcePath.of(english) if english is not None else None
    reader = _Reader(documents, glossary, languages)
    found: list[Finding] = []
    summary: list[str] = []
    notes: list[str] = []
    lacking: list[NotCompared] = []
    repaired: dict[Path, str] = {}
    for source in sources:
        page_english = _english_of(source, original, single=len(sources) == 1)
        known = reader.look(source, page_english)
        found += known.findings
        summary += known.summary
        notes += known.notes
        lacking += known.not_compared
        if fix and known.corrections:
            made = reader.repaired(source, page_english, known)
            if made.encode("utf-8", "surrogatepass") != read_bytes(source.path):
                repaired[source.path] = made
    results = Results(
        command="review",
        findings=tuple(found),
        rules=_rules,
        notes=tuple(notes),
        summary=tuple(summary),
        fail_on=Level.INFO,
        not_compared=tuple(lacking),
        clean="nothing is known against it" if len(sources) == 1 else f"nothing is known against {len(sources)} pages",
    )
    root, *folders = _folders(named, sources)
    return Review(results=results, pages=repaired, root=root, folders=folders)


def _folders(pages: Sequence[SourcePath], files: Iterable[SourcePath]) -> list[Path]:
    named = [resolved(page.path) for page in pages]
    root = Path(os.path.commonpath([page if opening.is_folder(page) else page.parent for page in named]))
    own = {resolved(file.path).parent for file in files}
    return [root, *sorted(folder for folder in own - {root} if folder.is_relative_to(root))]


def _files(source: SourcePath) -> Iterator[SourcePath]:
    """The page itself, or the pages of a folder in the order of their paths; index pages hold no reference."""
    if not opening.is_folder(source.path):
        yield source
        return
    found = (file for file in source.path.rglob("*.md") if not file.name.startswith("_"))
    files = sorted(file for file in found if not opening.is_folder(file))
    if not files:
        raise failure(
            "source-empty", "no page was found", Span(path=source.shown), "name a page (.md), or a folder of pages"
        )
    for file in files:
        shown = f"{source.shown.rstrip('/')}/{file.relative_to(source.path).as_posix()}"
        yield SourcePath(path=file, shown=shown, locale=source.locale)


def _english_of(source: SourcePath, named: SourcePath | None, *, single: bool) -> SourcePath | None:
    """The English page of a page: as named, of the same path below a folder that is named, or below `en` beside its language."""
    if named is not None and not opening.is_folder(named.path):
        if not single:
            raise failure(
                "english-of-several",
                "one English page cannot be that of several pages",
                Span(path=named.shown),
                "name the folder of the English pages",
            )
        return named
    return _english_beside(source) if named is None else _english_below(source, named)


def _english_below(source: SourcePath, folder: SourcePath) -> SourcePath | None:
    """The page in a folder of English pages whose path ends as that of a page, in as many parts as can be."""
    parts = resolved(source.path).parts
    for start in range(1, len(parts)):
        below = Path(*parts[start:])
        if opening.is_file(folder.path / below):
            return SourcePath(
                path=folder.path / below, shown=f"{folder.shown.rstrip('/')}/{below.as_posix()}", locale=ENGLISH
            )
    return None


def _english_beside(source: SourcePath) -> SourcePath | None:
    """The page of the same path in the folder `en`, beside that of the language."""
    parts = resolved(source.path).parts
    for number in range(len(parts) - 2, 0, -1):
        beside = Path(*parts[:number], ENGLISH, *parts[number + 1 :])
        if parts[number] != ENGLISH and opening.is_file(beside):
            shown = source.shown.replace(f"{parts[number]}/", f"{ENGLISH}/", 1)
            # Inside of the folder of its language a page is named without it: the two must not have one name.
            return SourcePath(path=beside, shown=shown if shown != source.shown else str(beside), locale=ENGLISH)
    return None


class Known(Struct, kw_only=True):
    """What is known against one page."""

    findings: list[Finding]
    corrections: list[tuple[Span, Correction]]
    locale: str = ""
    summary: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    not_compared: list[NotCompared] = field(default_factory=list)


class _Reader:
    """Looks at pages one after the other; documents are read once."""

    def __init__(self, releases: Sequence[SourcePath], glossary: Path | None, languages: Languages) -> None:
        self.releases = releases
        self.glossary = glossary
        self.languages = languages
        self._sides: dict[SourcePath, ComparisonInput] = {}
        self._sites: dict[str, SiteTree | None] = {}

    def look(self, source: SourcePath, english: SourcePath | None) -> Known:
        """What is known against a page."""
        page = drift.read(source, languages=self.languages)
        tag = page.locale
        found = [one for one in page.diagnostics if one.rule not in _OF_OTHER_PAGES]
        if tag == ENGLISH:
            return _known(source, found, [])
        original = self._side(english) if english is not None else None
        found += self._of_texts(source, english, self.languages.get(tag))
        found = self._with_site(found, source, self.languages.get(tag))
        if original is not None:
            found = comments_at_fault(found, page.reference, original.reference)
        differences, lacking = self._changes(page, original)
        known = _known(source, found, differences)
        known.locale = tag
        known.not_compared += lacking
        if len(self.releases) > 1:
            known.summary.append(
                drift.describe_closest_release(page, [self._side(release) for release in self.releases])
            )
        if original is None and not self.releases:
            known.notes.append(
                f"{source.shown} is not compared with English: name its page with --english, or a release with --release"
            )
        return known

    def repaired(self, source: SourcePath, english: SourcePath | None, known: Known) -> str:
        """The text of a page with all certain repairs, those too for which others make room."""
        text, corrections = load(source.path, source.shown).text, known.corrections
        with TemporaryDirectory() as folder:
            copy = Path(folder) / source.path.name
            seen = [text]
            for _ in range(_ROUNDS):
                text, count = corrected(text, corrections)
                if not count or text in seen:  # repairs that undo each other end with the first of their texts
                    break
                seen.append(text)
                copy.write_text(text, encoding="utf-8", newline="\n")
                again = SourcePath(path=copy, shown=str(copy), locale=known.locale)
                self._sites[again.shown] = self._sites.get(source.shown)
                corrections = self.look(again, english).corrections
        return _as_written(source.path, text)

    def _of_texts(self, source: SourcePath, english: SourcePath | None, locale: Locale) -> Iterator[Diagnostic]:
        """What is wrong with texts: those of descriptions, and what stands beside them."""
        report = Report()
        say_raw(load(source.path, source.shown), load(english.path, english.shown) if english else None, locale, report)
        yield from report.diagnostics
        source = SourcePath(path=source.path, shown=source.shown, locale=locale.tag)
        beside = [english] if english is not None else list(self.releases[:1])
        texts, known = read_descriptions([source, *beside], locale.tag, Report(), languages=self.languages)
        yield from lint_segments(collect_segments(texts, known, locale), load_glossary(locale.tag, self.glossary))
        rejected = Report()
        pair_descriptions(texts, known, locale, rejected)
        yield from rejected.diagnostics

    def _with_site(self, found: list[Diagnostic], source: SourcePath, locale: Locale) -> list[Diagnostic]:
        """The findings with what the folders of the site tell of its addresses; a copy that is repaired has the site of its original."""
        site = self._sites.setdefault(source.shown, find_site(source.path, locale.tag))
        text = load(source.path, source.shown)
        return add_page_findings(found, text, Comments(text, Report()).shown, site, locale)

    def _changes(
        self, page: ComparisonInput, original: ComparisonInput | None
    ) -> tuple[list[Change], list[NotCompared]]:
        """How the page differs from its English page, or from the first release; what its own comments show is told by the reader."""
        first = original or (self._side(self.releases[0]) if self.releases else None)
        if first is None:
            return [], []
        try:
            changes = compare(first, page).changes
        except NothingShared:
            what = f"{page.name} with {first.name}, with which it shares no definition and no operation"
            return [], [NotCompared(what=what, count=1)]
        return [change for change in changes if not isinstance(change, PageError)], []

    def _side(self, source: SourcePath) -> ComparisonInput:
        if source not in self._sides:
            self._sides[source] = drift.read(source, languages=self.languages)
        return self._sides[source]


def _known(source: SourcePath, found: Sequence[Diagnostic], differences: Sequence[Change]) -> Known:
    findings = {_finding(one): None for one in found}
    findings.update({_placed(changed.make_finding(one), source): None for one in differences})
    ordered = sorted(findings, key=lambda one: (one.path, one.line, one.column, one.rule, one.message))
    corrections = [
        (one.span, one.correction) for one in dict.fromkeys(found) if one.correction and one.span.path == source.shown
    ]
    return Known(findings=ordered, corrections=corrections)


def _placed(finding: Finding, source: SourcePath) -> Finding:
    """What the page lacks has its place on the English page only; the finding is about the page all the same."""
    if finding.path == source.shown:
        return finding
    place = f"on the English page: {finding.place}"
    return replace(
        finding, path=source.shown, line=1, column=1, hint=f"{finding.hint}; {place}" if finding.hint else place
    )


def _finding(found: Diagnostic) -> Finding:
    return Finding(
        rule=found.rule,
        level=Level.ERR if found.severity is Severity.ERROR else Level.WARN,
        message=found.message,
        id=found.message,
        path=found.span.path,
        line=found.span.line,
        column=found.span.column,
        hint=found.hint,
    )


def _as_written(path: Path, text: str) -> str:
    """A text with the byte order mark and the line ends that its file has."""
    raw = decode(read_bytes(path), str(path))
    if "\r\n" in raw:  # not all lines have to end alike
        ends = [*_LINE_END.findall(raw), ""]
        lines = text.split("\n")
        text = (
            "".join(map("".join, zip(lines, ends, strict=True)))
            if len(lines) == len(ends)
            else text.replace("\n", "\r\n")
        )
    return f"\ufeff{text}" if raw.startswith("\ufeff") else text


def _rules() -> Mapping[str, RuleText]:
    plain = {
        rule.id: RuleText(id=rule.id, short=rule.title, full=f"{rule.title}. {rule.why}", level=rule.gravest)
        for area in AREAS
        for rule in area.rules
        if not isinstance(rule, ChangeRule)
    }
    return {**plain, **changed.rule_texts()}

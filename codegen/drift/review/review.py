"""Review of translated pages: all findings by line, with repairs.

A page is read, compared with its English page or else with a release, and linted. Its links and
response texts are checked too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct, field
from msgspec.structs import replace

from codegen.core import opening
from codegen.core.diagnostics import (
    CodegenError,
    Correction,
    Finding,
    Level,
    Report,
    Span,
    failure,
    identify,
)
from codegen.core.locales import ENGLISH, SHIPPED, Languages, Locale
from codegen.core.opening import read_bytes, resolve_path
from codegen.core.source import decode, load
from codegen.core.writing import writing
from codegen.drift import diff as drift
from codegen.drift.compare.changes import Change, make_finding
from codegen.drift.compare.engine import compare, list_common_parameters
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.review.comments import blame_comments
from codegen.drift.review.corrections import apply_corrections
from codegen.drift.review.labels import find_other_labels
from codegen.drift.review.raw import report_raw_mistakes
from codegen.drift.review.swallowed import SwallowedBullets
from codegen.findings.finding import NotCompared, Results
from codegen.findings.rules.rule import Lifecycle
from codegen.model import Field, Parameter, Reference, definition_refs
from codegen.readers.shared.comments import Comments
from codegen.readers.sources import Location, SourcePath
from codegen.translation.glossary import load_glossary
from codegen.translation.learning import pair_segments
from codegen.translation.lint.linter import lint_segments
from codegen.translation.lint.site_links import add_page_findings, find_site
from codegen.translation.segments import read_segments

# Rules that need the other pages of a site.
_OF_OTHER_PAGES = frozenset(("type-undocumented", "link-unresolved"))
# A correction can make room for another one, up to this number of rounds.
_ROUNDS = 5
_LINE_END = re.compile(r"\r\n|\r|\n")


class Review(Struct, frozen=True, kw_only=True):
    """The results and, on request, the repaired pages by path.

    `root` is the common folder of all pages, `folders` are their own.
    """

    results: Results
    pages: Mapping[Path, str]
    root: Path
    folders: Sequence[Path]

    def write(self) -> int:
        """Write the repaired pages and return their number.

        Raises `CodegenError` and writes nothing if a page cannot be written or is a link to a place
        outside of the folder.
        """
        texts: dict[str, str] = {}
        for path, text in self.pages.items():
            target = resolve_path(path)
            if not target.is_relative_to(self.root):
                raise failure(
                    "path-outside-output",
                    f"this link leads out of the folder of the pages, to {target}",
                    Span(path=str(path)),
                    "name that page itself, or replace the link with the file",
                    arguments=(str(target),),
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
    """Review pages of a reference. Nothing is written.

    Args:
        pages: Pages, or folders of them.
        english: The English page or the folder of English pages; default: the same path below `en`.
        releases: OpenAPI documents or pages of one release each. The first one stands in for a
            missing English page, and the summary names the closest one.
        locale: The language of the pages; default: detected by path and letters.
        glossary: The terms of a team, in addition to the bundled ones.
        fix: Also return repaired pages, with all certain corrections; `Review.write` writes them.
        languages: Languages of a project (`Config.languages`); default: the bundled ones.

    Raises `CodegenError` for unreadable sources.

    """
    named = [SourcePath.of(page, locale=locale) for page in pages]
    sources = list(chain.from_iterable(map(_list_pages, named)))
    if english is not None:
        original = SourcePath.of(english)
    else:
        original = None
    reviewer = _Reviewer(tuple(map(SourcePath.of, releases)), glossary, languages)
    reviews = []
    repaired: dict[Path, str] = {}
    for source in sources:
        page_english = _find_english(source, original, single=len(sources) == 1)
        reviews.append(reviewer.review_page(source, page_english))
        if fix and reviews[-1].corrections:
            text = reviewer.repair(source, page_english, reviews[-1])
            if text.encode("utf-8", "surrogatepass") != read_bytes(source.path):
                repaired[source.path] = text
    results = Results(
        command="review",
        findings=tuple(chain.from_iterable(review.findings for review in reviews)),
        notes=tuple(chain.from_iterable(review.notes for review in reviews)),
        summary=tuple(chain.from_iterable(review.summary for review in reviews)),
        fail_on=Level.INFO,
        not_compared=tuple(chain.from_iterable(review.not_compared for review in reviews)),
        clean="no findings" if len(sources) == 1 else f"no findings on {len(sources)} pages",
    )
    places = [resolve_path(page.path) for page in named]
    root = Path(
        os.path.commonpath(
            [place if opening.is_folder(place) else place.parent for place in places]
        )
    )
    folders = {resolve_path(file.path).parent for file in sources} - {root}
    return Review(
        results=results,
        pages=repaired,
        root=root,
        folders=sorted(folder for folder in folders if folder.is_relative_to(root)),
    )


def _list_pages(source: SourcePath) -> list[SourcePath]:
    """List the page itself, or the pages of a folder by path, without index pages."""
    pages = [
        page
        for page in source.find_files("*.md")
        if page is source or not page.path.name.startswith("_")
    ]
    if not pages:
        raise failure(
            "source-empty",
            "no page was found",
            Span(path=source.display_path),
            "name a page (.md), or a folder of pages",
        )
    return pages


def _find_english(
    source: SourcePath, named: SourcePath | None, *, single: bool
) -> SourcePath | None:
    """Find the English page of a page: the named one, or the one at the same path in a named folder
    or in `en`.
    """
    parts = resolve_path(source.path).parts
    if named is None:
        candidates = [
            (
                Path(*parts[:at], ENGLISH, *parts[at + 1 :]),
                source.display_path.replace(f"{parts[at]}/", f"{ENGLISH}/", 1),
            )
            for at in range(len(parts) - 2, 0, -1)
            if parts[at] != ENGLISH
        ]
    elif opening.is_folder(named.path):
        below = [Path(*parts[start:]) for start in range(1, len(parts))]
        candidates = [
            (named.path / path, f"{named.display_path.rstrip('/')}/{path.as_posix()}")
            for path in below
        ]
    elif single:
        return named
    else:
        raise failure(
            "english-of-several",
            "one English page cannot be the original of several pages",
            Span(path=named.display_path),
            "name the folder of the English pages",
        )
    for path, shown in candidates:
        if opening.is_file(path):
            # Inside the folder of a language both paths can look alike, but the two pages need
            # different names.
            return SourcePath(
                path=path,
                display_path=shown if shown != source.display_path else str(path),
                locale=ENGLISH,
            )
    return None


class PageReview(Struct, kw_only=True):
    """The findings and corrections of one page."""

    locale: str
    findings: list[Finding] = field(default_factory=list)
    corrections: list[tuple[Span, Correction]] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    not_compared: list[NotCompared] = field(default_factory=list)


class _Reviewer:
    """Reviews pages one after the other and reads each document once."""

    def __init__(
        self, releases: Sequence[SourcePath], glossary: Path | None, languages: Languages
    ) -> None:
        self._releases = releases
        self._glossary = glossary
        self._languages = languages
        self._read_original = cache(partial(drift.read, languages=languages))

    def review_page(
        self, source: SourcePath, english: SourcePath | None, home: Path | None = None
    ) -> PageReview:
        """Find everything wrong with a page.

        A repaired copy belongs to the site of its original, `home`.
        """
        page = drift.read(source, languages=self._languages)
        found = [one for one in page.diagnostics if one.rule not in _OF_OTHER_PAGES]
        reviewed = PageReview(locale=page.locale)
        if page.locale == ENGLISH:
            return _add_findings(reviewed, source, found, (), None)
        locale = self._languages.get(page.locale)
        if english is not None:
            original = self._read_original(english)
        else:
            original = None
        found += self._check_texts(source, english, locale)
        text = load(source.path, source.display_path)
        site = find_site(home or source.path, locale.tag)
        shown = Comments(text, Report()).shown
        found = add_page_findings(found, text, shown, site, locale)
        found += find_other_labels(text, shown, locale)
        if original is not None:
            found = blame_comments(found, page.reference, original.reference)
            found += _find_missing_parameters(original, page, source)
        # A single release stands in for the English page.
        is_needed = original is None or len(self._releases) > 1
        if is_needed:
            releases = [self._read_original(release) for release in self._releases]
        else:
            releases = []
        if len(releases) > 1:
            reviewed.summary.append(drift.describe_closest_release(page, releases))
        changes: Sequence[Change] = ()
        if first := original or next(iter(releases), None):
            try:
                changes = _drop_consequences(
                    compare(first, page).changes, first.reference, page.reference
                )
            except CodegenError:
                what = f"{page.name} with {first.name}, which share no definition and no operation"
                reviewed.not_compared.append(NotCompared(what=what, count=1))
        else:
            reviewed.notes.append(
                f"{source.display_path} is not compared with English: name its page with --english, "
                "or a release with --release"
            )
        return _add_findings(reviewed, source, found, changes, SwallowedBullets(text))

    def repair(self, source: SourcePath, english: SourcePath | None, reviewed: PageReview) -> str:
        """Return the text of a page with all certain corrections, in several rounds."""
        text, corrections = load(source.path, source.display_path).text, reviewed.corrections
        with TemporaryDirectory() as folder:
            copy = Path(folder) / source.path.name
            seen = [text]
            for _ in range(_ROUNDS):
                text, count = apply_corrections(text, corrections)
                # Repairs that undo each other end with the first of their texts.
                if not count or text in seen:
                    break
                seen.append(text)
                copy.write_text(text, encoding="utf-8", newline="\n")
                again = SourcePath(path=copy, display_path=str(copy), locale=reviewed.locale)
                corrections = self.review_page(again, english, source.path).corrections
        raw = decode(read_bytes(source.path), str(source.path))
        ends = [*_LINE_END.findall(raw), ""]  # a correction is part of a line
        text = "".join(line + end for line, end in zip(text.split("\n"), ends, strict=True))
        if raw.startswith("\ufeff"):
            return f"\ufeff{text}"
        return text

    def _check_texts(
        self, source: SourcePath, english: SourcePath | None, locale: Locale
    ) -> Iterator[Finding]:
        """Find faults in descriptions, links and response texts."""
        report = Report()
        report_raw_mistakes(
            load(source.path, source.display_path),
            load(english.path, english.display_path) if english else None,
            locale,
            report,
        )
        source = SourcePath(path=source.path, display_path=source.display_path, locale=locale.tag)
        if english is not None:
            originals = [english]
        else:
            originals = list(self._releases[:1])
        segments, known = read_segments(
            [source, *originals], locale, Report(), languages=self._languages
        )
        report.extend(lint_segments(segments, load_glossary(locale.tag, self._glossary)))
        pairing = Report()
        pair_segments(segments, known, pairing)
        yield from report.diagnostics
        linted = {(finding.rule, finding.span.line) for finding in report.diagnostics}
        for finding in pairing.diagnostics:
            if (finding.rule, finding.span.line) not in linted:  # one fault, one finding
                yield finding


def _drop_consequences(
    changes: Iterable[Change], original: Reference, page: Reference
) -> list[Change]:
    """Drop missing and added types that follow from another missing, added or changed field."""
    shared = original.definitions.keys() & page.definitions.keys()
    original_keys, page_keys = set[str](), set[str]()
    for name in shared:
        original_keys.update(definition_refs(original.definitions[name]))
        page_keys.update(definition_refs(page.definitions[name]))
    lost = original.closure(*(original_keys - page_keys))
    added = page.closure(*(page_keys - original_keys))
    consequences = {(key, "definition-removed") for key in lost}
    consequences.update((key, "definition-added") for key in added)
    return [change for change in changes if (change.id, change.rule.id) not in consequences]


def _find_missing_parameters(
    english: ComparisonInput, page: ComparisonInput, source: SourcePath
) -> Iterator[Finding]:
    """Find sections of the page of common parameters that only the English page has."""
    common = list_common_parameters(page)
    for prose_id in sorted(list_common_parameters(english) - common) if common else ():
        yield Finding(
            level=Level.WARN,
            rule="parameter-removed",
            message=f"the section of {prose_id!r} is missing from the page",
            span=Span(path=source.display_path, line=1, column=1),
            id=identify(Span(path=source.display_path), prose_id),
            hint=f"translate {english.reference.prose[ENGLISH][prose_id].span}",
            arguments=(prose_id,),
        )


def _add_findings(
    reviewed: PageReview,
    source: SourcePath,
    found: Sequence[Finding],
    differences: Iterable[Change],
    bullets: SwallowedBullets | None,
) -> PageReview:
    """Add findings to a review, and the differences that none of them explains."""
    findings = {replace(one, id=one.message): None for one in found}
    links = {each.line for each in found if each.rule == "link-anchor-lost"}
    for one in differences:
        is_explained = one.misstatement in found and one.rule.life is None
        is_same_link = one.rule.id == "link-changed" and one.span.line in links
        if not (is_explained or is_same_link or one.rule.id == "page-misprint"):
            finding = _place_on_page(make_finding(one), source)
            if bullets is not None and _is_missing_on_page(one):
                finding = bullets.locate(finding)
            findings[finding] = None
    reviewed.findings += sorted(
        findings, key=lambda one: (one.path, one.line, one.column, one.rule, one.message)
    )
    reviewed.corrections += (
        (one.span, one.correction)
        for one in dict.fromkeys(found)
        if one.correction and one.span.path == source.display_path
    )
    return reviewed


def _is_missing_on_page(difference: Change) -> bool:
    """Return whether the page lacks a field or parameter of the English page."""
    is_removed = difference.rule.life is Lifecycle.REMOVED
    return is_removed and isinstance(difference.before, Field | Parameter)


def _place_on_page(finding: Finding, source: SourcePath) -> Finding:
    """Place a finding on the reviewed page, with a hint at its place on the English page."""
    if finding.path == source.display_path:
        return finding
    place = f"on the English page: {finding.span}"
    hint = f"{finding.hint}; {place}" if finding.hint else place
    first = Span(path=source.display_path, line=1, column=1)
    return replace(finding, span=first, hint=hint, counterpart=finding.span)

"""Rules for links of a page into its own site, checked against the site's folders."""

from __future__ import annotations

import glob
import posixpath
import re
from collections.abc import Collection, Iterable
from itertools import chain
from pathlib import Path

from msgspec import Struct

from codegen.core.diagnostics import Correction, Finding, Report
from codegen.core.locales import ENGLISH, Locale
from codegen.core.opening import resolve_path
from codegen.core.source import Source, load
from codegen.readers.shared.comments import Comments
from codegen.readers.shared.tokens import REF_CLOSE, REF_OPEN
from codegen.readers.sources import SourcePath
from codegen.translation.lint.urls import ADDRESS

# `ref` and `relref` of Hugo, with or without quotes; a comment of HTML does not stop them.
_REF = re.compile(REF_OPEN + r"(?P<target>[^\s\"'#<>%{}]+)(?:#[^\s\"'<>%{}]*)?" + REF_CLOSE)


class SiteTree(Struct, frozen=True, kw_only=True):
    """The folder of all languages of a site, and the section of a page."""

    folder: Path
    section: str

    def has_page(self, tag: str, path: str) -> bool | None:
        """Return whether there is a page in a language.

        Returns None if the folders lack that section of the site.
        """
        plain = path.strip("/").removesuffix(".html")
        base = self.folder / tag / plain
        if any(
            file.is_file()
            for file in (base.with_name(f"{base.name}.md"), base / "_index.md", base / "index.md")
        ):
            return True
        sections = [(self.folder / language / plain).parent for language in (tag, ENGLISH)]
        if any(section.is_dir() and any(section.glob("*.md")) for section in sections):
            return False
        return None


def find_site(page: Path, tag: str) -> SiteTree | None:
    """Find the site of a page below the folder of its language."""
    parts = resolve_path(page).parts
    at = next((number for number in range(len(parts) - 2, 0, -1) if parts[number] == tag), 0)
    if at:
        return SiteTree(folder=Path(*parts[:at]), section="/".join(parts[at + 1 : -1]))
    return None


def add_site_findings(
    findings: Iterable[Finding], sources: Iterable[SourcePath], locale: Locale
) -> list[Finding]:
    """Add findings about links to the findings of pages.

    Sources outside of a folder of the language have none.
    """
    by_page: dict[str, list[Finding]] = {}
    for finding in findings:
        by_page.setdefault(finding.span.path, []).append(finding)
    for page in (
        page
        for source in sources
        for page in source.find_files("*.md")
        if page.path.suffix == ".md"
    ):
        if (site := find_site(page.path, locale.tag)) is not None:
            text = load(page.path, page.display_path)
            page_findings = by_page.get(page.display_path, [])
            by_page[page.display_path] = add_page_findings(
                page_findings, text, Comments(text, Report()).shown, site, locale
            )
    return list(chain.from_iterable(by_page.values()))


def add_page_findings(
    findings: Collection[Finding],
    source: Source,
    visible_text: str,
    site: SiteTree | None,
    locale: Locale,
) -> list[Finding]:
    """Add findings about links to the findings of one page.

    They are English addresses of translated pages, and addresses of missing translations. An
    English address is right if the site has no page in the language, so the finding against it is
    dropped.
    """
    if site is None:
        return list(findings)
    report, own_links, tag = Report(), set(), locale.tag
    hosts = {host for site in locale.usage.sites for host in site.hosts}
    for match in ADDRESS.finditer(visible_text):
        path, is_own = match["path"], match["path"].startswith(f"/{tag}/")
        if match["host"] and match["host"].casefold() not in hosts:
            continue
        plain = path.removeprefix(f"/{tag}") if is_own else path
        has_translation = site.has_page(tag, plain)
        place = source.span(match.start())
        if is_own and has_translation is False:
            in_english = site.has_page(ENGLISH, plain)
            report.warning(
                "address-dead",
                f"the site has no such page in {locale.name}: {match[0]}",
                place,
                f"write {plain}, the English page" if in_english else "correct the path",
                Correction(written=match[0], correct=match[0].replace(path, plain, 1))
                if in_english
                else None,
                arguments=(locale.name, match[0]),
            )
        elif not is_own and has_translation is not None:
            own_links.add((place.line, place.column))
            if has_translation:
                translated = match[0].replace(path, f"/{tag}{path}", 1)
                report.warning(
                    "address-english",
                    f"the address leads to the English page: {match[0]}",
                    place,
                    f"write {translated}: the site has that page in {locale.name}",
                    Correction(written=match[0], correct=translated),
                    arguments=(match[0],),
                )
    _report_references(source, site, locale, report)
    kept = [
        finding
        for finding in findings
        if finding.rule != "address-english"
        or (finding.span.line, finding.span.column) not in own_links
    ]
    return [*kept, *report.diagnostics]


def _report_references(source: Source, site: SiteTree, locale: Locale, report: Report) -> None:
    """Report references to pages missing in the language. Hugo resolves those in comments too."""
    places: dict[str, list[re.Match[str]]] = {}
    for match in _REF.finditer(source.text):
        places.setdefault(match["target"].removesuffix(".md"), []).append(match)
    for target, (match, *other_matches) in places.items():
        if not _is_dead(site, locale.tag, target):
            continue
        english = next(
            (path for path in _list_paths(site, target) if site.has_page(ENGLISH, path)), ""
        )
        also = f"; {len(other_matches)} more on this page" if other_matches else ""
        report.warning(
            "ref-dead",
            f"the site has no such page in {locale.name}: {match[0]}{also}",
            source.span(match.start()),
            f"translate that page, or write the address of the English one: /{english}/"
            if english
            else "correct the path",
            arguments=(locale.name, match[0]),
        )


def _is_dead(site: SiteTree, tag: str, target: str) -> bool:
    """Return whether a page is missing although its section is there.

    A bare name may be anywhere.
    """
    paths = _list_paths(site, target)
    if any(site.has_page(tag, path) for path in paths) or not any(
        (site.folder / ENGLISH / paths[0]).parent.glob("*.md")
    ):
        return False
    return "/" in target or not any((site.folder / tag).rglob(f"{glob.escape(target)}.md"))


def _list_paths(site: SiteTree, target: str) -> list[str]:
    """List the possible paths of a reference, from the page and from the root."""
    sections = ("",) if target.startswith("/") else (site.section, "")
    return [posixpath.normpath(f"/{section}/{target}").lstrip("/") for section in sections]

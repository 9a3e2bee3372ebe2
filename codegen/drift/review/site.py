"""Addresses of a page that lead into its own site, where the folders of the site are at hand: which pages it has in which language."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from msgspec import Struct

from codegen.core.locales import ENGLISH, Locale
from codegen.core.patterns import lazy_pattern
from codegen.core.source import Source
from codegen.findings.diagnostics import Correction, Diagnostic, Report

# An address of a host, or the target of a link that begins at the root of the site.
_ADDRESS = lazy_pattern(
    r"(?:https?://(?P<host>[\w.-]+)|(?<=\]\()|(?<=href=\"))(?P<path>/[\w./~-]*[\w/~-])(?P<anchor>#[\w.-]*)?"
)


class SiteTree(Struct, frozen=True, kw_only=True):
    """The folder that has the pages of each language in a folder of its own."""

    folder: Path

    def has(self, tag: str, path: str) -> bool | None:
        """Whether there is a page in a language; None where the folders do not have that section of the site at all."""
        plain = path.strip("/").removesuffix(".html")
        base = self.folder / tag / plain
        if any(file.is_file() for file in (base.with_name(f"{base.name}.md"), base / "_index.md", base / "index.md")):
            return True
        sections = [(self.folder / each / plain).parent for each in (tag, ENGLISH)]
        return False if any(section.is_dir() and any(section.glob("*.md")) for section in sections) else None


def site_of(page: Path, tag: str) -> SiteTree | None:
    """The site of a page that stands below the folder of its language."""
    parts = page.resolve().parts
    at = next((number for number in range(len(parts) - 2, 0, -1) if parts[number] == tag), 0)
    return SiteTree(folder=Path(*parts[:at])) if at else None


def with_site(
    found: Collection[Diagnostic], source: Source, shown: str, site: SiteTree | None, locale: Locale
) -> list[Diagnostic]:
    """The findings of a page with what its site tells: an English page that has a translation, and a translation that is not there.

    Where the site has no page in the language, an English address is right, and what was said against it is left out.
    """
    if site is None:
        return list(found)
    report, known, tag = Report(), set(), locale.tag
    hosts = {host for each in locale.usage.sites for host in each.hosts}
    for match in _ADDRESS.finditer(shown):
        path, is_own = match["path"], match["path"].startswith(f"/{tag}/")
        if match["host"] and match["host"].casefold() not in hosts:
            continue
        plain = path.removeprefix(f"/{tag}") if is_own else path
        there = site.has(tag, plain)
        place = source.span(match.start())
        if is_own and there is False:
            in_english = site.has(ENGLISH, plain)
            report.warning(
                "address-dead",
                f"the site has no such page in {locale.name}: {match[0]}",
                place,
                f"write {plain}, the English page" if in_english else "correct the path",
                Correction(written=match[0], correct=match[0].replace(path, plain, 1)) if in_english else None,
            )
        elif not is_own and there is not None:
            known.add((place.line, place.column))
            if there:
                report.warning(
                    "address-english",
                    f"the address leads to the English page: {match[0]}",
                    place,
                    f"write /{tag}{path}: the site has that page in {locale.name}",
                    Correction(written=match[0], correct=match[0].replace(path, f"/{tag}{path}", 1)),
                )
    kept = [one for one in found if one.rule != "address-english" or (one.span.line, one.span.column) not in known]
    return [*kept, *report.diagnostics]

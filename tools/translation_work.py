"""Measures the work that releases leave to translators.

Usage: `python -m tools.translation_work LEARNED RELEASE...`, each a folder of the corpus with
`swagger.json` or `content`. The Chinese pages of LEARNED are learned, and carried from one release
to the next. After each release all its drafts are confirmed, as a team does, so that the next one
counts new decisions only. The outdated pages of LEARNED beside its own English come last.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from codegen.core.locales import SHIPPED
from codegen.readers.sources import SourcePath
from codegen.translation import confirm, po, update
from codegen.translation.page_status import PageState, TextChangeKind, compute_page_status

_REFERENCE = "docs/reference/kubernetes-api"
_LOCALE = "zh-cn"


class ReleaseWork(Struct, frozen=True, kw_only=True):
    """The texts of a release, and what a translator does: decisions and new translations.

    Entries with the same English and the same draft are one decision.
    """

    release: str
    texts: int
    carried: int
    decisions: int
    untranslated: int


def measure_release(release: Path, learned: Sequence[Path], catalog: Path) -> ReleaseWork:
    """Carry a catalog to a release, and confirm the drafts."""
    target = SourcePath.of(release / "swagger.json")
    result = update.translate([SourcePath.of(path) for path in learned], target, _LOCALE, catalog)
    result.write()
    counts = update.count_outcomes(result.carried)
    written = po.open_catalog(catalog, _LOCALE, str(catalog))
    drafts = [entry for entry in written.entries.values() if entry.fuzzy and not entry.obsolete]
    decisions = {(entry.english, entry.translation) for entry in drafts}
    confirmed = confirm.confirm_drafts(
        written, [entry.id for entry in drafts], accepts_incomplete=True
    )
    entries = confirmed.entries.values()
    po.write_catalog(catalog, po.format_catalog(entries, _LOCALE, written))
    return ReleaseWork(
        release=release.name,
        texts=_read_count(counts, "total"),
        carried=sum(_read_count(counts, name) for name in ("carried", "case_only", "reused")),
        decisions=len(decisions),
        untranslated=_read_count(counts, "untranslated"),
    )


def _read_count(counts: Mapping[str, object], name: str) -> int:
    count = counts[name]
    assert isinstance(count, int)
    return count


def list_outdated_pages(release: Path) -> list[str]:
    """List the outdated pages of a release beside its own English, with their changed texts."""
    pages, english = (release / "content" / tag / _REFERENCE for tag in (_LOCALE, "en"))
    statuses = compute_page_status(
        [SourcePath.of(pages)], [SourcePath.of(english)], _LOCALE, languages=SHIPPED
    )
    lines: list[str] = []
    for page in statuses.pages:
        if page.state is PageState.OUTDATED:
            changed, new = page.count(TextChangeKind.CHANGED), page.count(TextChangeKind.NEW)
            lines.append(f"{Path(page.path).name}: {changed} changed, {new} new")
    return lines


def main() -> None:
    """Print one line of JSON for each release, and one line for each outdated page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("learned", type=Path)
    parser.add_argument("releases", type=Path, nargs="+")
    arguments = parser.parse_args()
    learned: list[Path] = [
        arguments.learned / "content" / _LOCALE / _REFERENCE,
        arguments.learned / "swagger.json",
    ]
    with tempfile.TemporaryDirectory() as folder:
        catalog = Path(folder) / f"{_LOCALE}.po"
        for release in arguments.releases:
            work = measure_release(release, learned, catalog)
            print(json.dumps({name: getattr(work, name) for name in work.__struct_fields__}))
            learned = []
    for line in list_outdated_pages(arguments.learned):
        print(line)


if __name__ == "__main__":
    main()

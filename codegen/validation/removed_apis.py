"""API versions that Kubernetes removed since 1.16.

They are from its deprecation guide, from the lifecycle of its types (`make declarative-rules`), and
for kinds that neither of them has from its release notes.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct

from codegen.core import releases
from codegen.core.releases import Release
from codegen.validation.declared_facts import declared_facts


class RemovedApi(Struct, frozen=True, kw_only=True):
    """The first release without an API version of a kind, and the API version to use instead, if
    there is one.
    """

    release: str
    replacement: str


def find_removed_api(api_version: str, kind: str, release: Release) -> RemovedApi | None:
    """Return the removed API version of a kind or of its list, or None if the release serves it or
    nothing is known about it.

    A replacement that the release does not serve either is left out.
    """
    removal = _removed_apis().get((api_version, kind.removesuffix("List")))
    if removal is None or release < releases.parse(removal.release):
        return None
    is_gone = (
        bool(removal.replacement)
        and find_removed_api(removal.replacement, kind, release) is not None
    )
    if is_gone:
        return RemovedApi(release=removal.release, replacement="")
    return removal


@cache
def _removed_apis() -> Mapping[tuple[str, str], RemovedApi]:
    removed: dict[tuple[str, str], RemovedApi] = {}
    for fact in declared_facts().removed:
        kind = fact.kind.removesuffix("List")
        removed[fact.api_version, kind] = RemovedApi(
            release=fact.removed, replacement=fact.replacement
        )
    text = Path(__file__).with_suffix(".tsv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        api = RemovedApi(release=row["release"], replacement=row["replacement"])
        removed.update({(row["apiVersion"], kind): api for kind in row["kinds"].split()})
    return removed

"""Paths of this repository and of the optional corpus of real releases.

The corpus is the folder `CODEGEN_CORPUS`, by default `../shared/corpus`. Each release is a folder
(`v1.2`) with the OpenAPI document `swagger.json` and sometimes pages. Tests refer to releases by
the names below, never by number.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import pytest

from codegen.core.diagnostics import Report
from codegen.model import Reference
from codegen.readers.sources import SourcePath, read_sources

ROOT = Path(__file__).parents[2]
SEED = ROOT / "schemas/sources/token-request-v1.zh-cn.txt"
CASES = ROOT / "tests/cases"
GARDEN_PAGES = ROOT / "tests/pages/garden"

CORPUS = Path(os.environ.get("CODEGEN_CORPUS") or ROOT.parent / "shared/corpus")
REFERENCE = "docs/reference/kubernetes-api"


def pages_of(release: Path, locale: str) -> Path:
    """Return the folder of a release's pages in a language, which may not exist."""
    return release / "content" / locale / REFERENCE


def document_of(release: Path) -> Path:
    return release / "swagger.json"


def _number(release: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in release.name.removeprefix("v").split("."))


# from oldest to newest
RELEASES = tuple(sorted((each.parent for each in CORPUS.glob("v*/swagger.json")), key=_number))
# The oldest and the newest, for slow tests.
ENDS = tuple(dict.fromkeys((*RELEASES[:1], *RELEASES[-1:])))
LIST_PAGES = tuple(
    each for each in RELEASES if (pages_of(each, "en") / "common-definitions").is_dir()
)
TABLE_PAGES = tuple(each for each in RELEASES if (pages_of(each, "en") / "definitions").is_dir())
ENGLISH_PAGES = tuple(each for each in RELEASES if each in {*LIST_PAGES, *TABLE_PAGES})
CHINESE_PAGES = tuple(each for each in RELEASES if pages_of(each, "zh-cn").is_dir())
# The table of contents of list pages.
CONTENTS = tuple(each for each in LIST_PAGES if (each / "toc.yaml").is_file())

_ABSENT = f"no such release in {CORPUS} (CODEGEN_CORPUS)"


def for_each(
    releases: Sequence[Path], *, scope: Literal["function", "module"] = "function"
) -> pytest.MarkDecorator:
    """Parametrize a test by `release`, or skip it if there is none.

    With module scope, fixtures may use `release` too. Releases between the oldest and the newest
    are marked slow.
    """
    absent = [pytest.param(CORPUS, id="absent", marks=pytest.mark.skip(reason=_ABSENT))]
    ends = (*releases[:1], *releases[-1:])
    marks = {each: () if each in ends else pytest.mark.slow for each in releases}
    cases = [pytest.param(each, id=each.name, marks=marks[each]) for each in releases] or absent
    return pytest.mark.parametrize("release", cases, scope=scope)


def oldest(releases: Sequence[Path]) -> Path:
    """Return the oldest of these releases, or skip the test if there is none."""
    return releases[0] if releases else pytest.skip(_ABSENT)


def newest(releases: Sequence[Path]) -> Path:
    """Return the newest of these releases, or skip the test if there is none."""
    return releases[-1] if releases else pytest.skip(_ABSENT)


@cache
def reference_of(release: Path) -> Reference:
    """Read the OpenAPI document of a release, cached for all tests."""
    return read_sources(
        [SourcePath(path=document_of(release), display_path="swagger.json", locale="en")], Report()
    )

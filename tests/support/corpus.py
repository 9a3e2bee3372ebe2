"""Where the tests find this repository, and the corpus of real releases, which not every machine has.

The corpus is the folder that `CODEGEN_CORPUS` names, else `../shared/corpus`. A release is a folder of it (`v1.2`) with Kubernetes' own
OpenAPI document, `swagger.json`; some have pages too. A test says by name which releases it means, and never their numbers.
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
    """The folder of a release's pages in a language; it exists where the release has such pages."""
    return release / "content" / locale / REFERENCE


def document_of(release: Path) -> Path:
    return release / "swagger.json"


def _number(release: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in release.name.removeprefix("v").split("."))


# From the oldest to the newest.
RELEASES = tuple(sorted((each.parent for each in CORPUS.glob("v*/swagger.json")), key=_number))
ENDS = tuple(dict.fromkeys((*RELEASES[:1], *RELEASES[-1:])))  # for what takes long: the oldest and the newest
LIST_PAGES = tuple(each for each in RELEASES if (pages_of(each, "en") / "common-definitions").is_dir())
TABLE_PAGES = tuple(each for each in RELEASES if (pages_of(each, "en") / "definitions").is_dir())
ENGLISH_PAGES = tuple(each for each in RELEASES if each in {*LIST_PAGES, *TABLE_PAGES})
CHINESE_PAGES = tuple(each for each in RELEASES if pages_of(each, "zh-cn").is_dir())
CONTENTS = tuple(each for each in LIST_PAGES if (each / "toc.yaml").is_file())  # the list pages' table of contents

_ABSENT = f"no such release in {CORPUS} (CODEGEN_CORPUS)"


def for_each(releases: Sequence[Path], *, scope: Literal["function", "module"] = "function") -> pytest.MarkDecorator:
    """The test once for each release, as its argument `release`; skipped with a reason where there is none.

    With the scope of a module its fixtures may ask for `release` too. What holds for the oldest and the newest seldom fails between
    them: those are marked slow.
    """
    absent = [pytest.param(CORPUS, id="absent", marks=pytest.mark.skip(reason=_ABSENT))]
    ends = (*releases[:1], *releases[-1:])
    marks = {each: () if each in ends else pytest.mark.slow for each in releases}
    cases = [pytest.param(each, id=each.name, marks=marks[each]) for each in releases] or absent
    return pytest.mark.parametrize("release", cases, scope=scope)


def oldest(releases: Sequence[Path]) -> Path:
    """The oldest of these releases; the test is skipped where there is none."""
    return releases[0] if releases else pytest.skip(_ABSENT)


def newest(releases: Sequence[Path]) -> Path:
    """The newest of these releases; the test is skipped where there is none."""
    return releases[-1] if releases else pytest.skip(_ABSENT)


@cache
def reference_of(release: Path) -> Reference:
    """What the OpenAPI document of a release says, read once for all tests."""
    return read_sources([SourcePath(path=document_of(release), shown="swagger.json", locale="en")], Report())

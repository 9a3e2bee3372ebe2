"""How much the linter finds: the share of each kind of slip, on pages that were looked at when rules were made and on those that were not."""

from __future__ import annotations

import pytest

from codegen.translation.lint.text import Piece
from corpus import CHINESE_PAGES, LIST_PAGES, oldest
from slips import KINDS, Seed, good, is_known, recall, reviewed

pytestmark = pytest.mark.slow

REVIEWED = tuple(release for release in LIST_PAGES if release in CHINESE_PAGES)


@pytest.fixture(scope="module")
def texts() -> list[Piece]:
    """The translations of reviewed pages."""
    return reviewed(oldest(REVIEWED))


@pytest.fixture(scope="module")
def clean(texts: list[Piece]) -> list[Piece]:
    return good(texts)


@pytest.mark.parametrize(("kind", "seed", "rules", "floor"), KINDS, ids=[kind for kind, *_ in KINDS])
def test_slips_of_a_kind_are_found(
    clean: list[Piece], kind: str, seed: Seed, rules: tuple[str, ...], floor: float
) -> None:
    halves = [
        recall([piece for piece in clean if is_known(piece) == known], kind, seed, rules) for known in (True, False)
    ]
    tried = sum(half.tried for half in halves)
    assert tried >= 15, "too few texts have a place for this slip"
    assert sum(half.found for half in halves) / tried >= floor, halves


def test_reviewed_pages_have_few_findings(texts: list[Piece], clean: list[Piece]) -> None:
    """Of the texts of pages that people have reviewed, nearly all are good; each finding in the others was read."""
    assert len(clean) / len(texts) > 0.9

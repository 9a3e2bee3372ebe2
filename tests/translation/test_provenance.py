"""Lossless encoding of provenance in the comment of an entry."""

from __future__ import annotations

import pytest

from codegen.translation import provenance
from codegen.translation.provenance import Origin, Provenance, decode_comment, encode_comment


@pytest.mark.parametrize(
    "record",
    [
        Provenance(),
        provenance.CONFIRMED,
        provenance.CASE_DIFFERS,
        provenance.mark_adapted("K#f"),
        provenance.mark_changed(),
        provenance.mark_changed(["1 × 花坛 (K#f)"]),
        provenance.mark_partial(provenance.mark_reused("K#f")),
        Provenance(
            origin=Origin.CANDIDATES, reason="two", details=("2 × 花坛 (K#f)", "1 × 苗床 (L#f)")
        ),
        provenance.mark_candidate("K#f", "why"),
        provenance.mark_reused("K#f"),
    ],
    ids=encode_comment,
)
def test_provenance_round_trips(record: Provenance) -> None:
    assert decode_comment(encode_comment(record)) == record


@pytest.mark.parametrize(
    ("comment", "origin", "reason"),
    [
        ("reused: the same English as K#f", Origin.REUSED, "the same English as K#f"),
        ("reused:", Origin.REUSED, ""),
        ("reused:K#f", Origin.UNKNOWN, "reused:K#f"),
        ("candidates: two", Origin.CANDIDATES, "two"),
        ("candidate: one", Origin.CANDIDATE, "one"),
        ("partial: sentences behind", Origin.PARTIAL, "sentences behind"),
        ("a note of another program", Origin.UNKNOWN, "a note of another program"),
        ("", Origin.UNKNOWN, ""),
    ],
)
def test_comment_label_gives_origin(comment: str, origin: Origin, reason: str) -> None:
    found = decode_comment(comment)
    assert (found.origin, found.reason) == (origin, reason)
    assert encode_comment(found) == comment

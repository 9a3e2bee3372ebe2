"""Provenance of translations: the comment of an entry as a record, and back without loss."""

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
        provenance.NEW_VALUES,
        provenance.mark_changed(),
        provenance.mark_changed(["1 × 花坛 (K#f)"]),
        provenance.mark_new_sentences(provenance.mark_reused("K#f")).seal("花坛"),
        Provenance(origin=Origin.CANDIDATES, reason="two", details=("2 × 花坛 (K#f)", "1 × 苗床 (L#f)")),
        provenance.mark_candidate("K#f", "why"),
        provenance.mark_reused("K#f"),
        Provenance(checksum="0a1b2c3d"),
    ],
    ids=encode_comment,
)
def test_a_record_is_read_back(record: Provenance) -> None:
    assert decode_comment(encode_comment(record)) == record


@pytest.mark.parametrize(
    ("comment", "origin", "reason"),
    [
        ("reused: the same English as K#f", Origin.REUSED, "the same English as K#f"),
        ("reused:", Origin.REUSED, ""),
        ("reused:K#f", Origin.UNKNOWN, "reused:K#f"),
        ("candidates: two", Origin.CANDIDATES, "two"),
        ("candidate: one", Origin.CANDIDATE, "one"),
        ("partial: sentences behind", Origin.NEW_SENTENCES, "behind"),
        ("partial: the list of values behind", Origin.NEW_VALUES, "behind"),
        ("a note of another program", Origin.UNKNOWN, "a note of another program"),
        ("", Origin.UNKNOWN, ""),
    ],
)
def test_the_label_of_a_comment_gives_the_origin(comment: str, origin: Origin, reason: str) -> None:
    found = decode_comment(comment)
    assert (found.origin, found.reason) == (origin, reason)
    assert encode_comment(found) == comment


def test_an_edit_of_a_translation_breaks_its_seal() -> None:
    sealed = provenance.mark_new_sentences().seal("花坛")
    assert sealed.checksum == provenance.checksum("花坛") != provenance.checksum("苗床")
    assert encode_comment(sealed).splitlines()[-1] == f"as carried: {sealed.checksum}"

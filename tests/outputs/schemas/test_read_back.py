"""What is written is read: each form of schemas beside its source, and beside the other forms, differs in nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.drift.diff import diff
from codegen.readers.sources import SourcePath
from corpus import ENDS, SEED, document_of, for_each
from gardens.everything import everything, written_forms


def differences(old: Path, new: Path, locale: str) -> list[str]:
    found = diff(*(SourcePath.of(path, locale=locale) for path in (old, new)))
    assert found.complete
    return [f"{finding.rule} {finding.id}" for finding in found.findings]


def assert_alike(source: Path, folder: Path, locale: str = "en") -> None:
    written = written_forms(source, folder, locale)
    for form in written.values():
        assert differences(source, form, locale) == []
    assert differences(written["openapi-31"], written["openapi-30"], locale) == []
    assert differences(written["openapi-30"], written["openapi-31"], locale) == []


def test_a_document_with_everything(tmp_path: Path) -> None:
    source = tmp_path / "garden.json"
    source.write_text(json.dumps(everything()), encoding="utf-8")
    assert_alike(source, tmp_path)


def test_the_first_page(tmp_path: Path) -> None:
    assert_alike(SEED, tmp_path, "zh-cn")


@pytest.mark.slow
@for_each(ENDS)
def test_a_whole_release(release: Path, tmp_path: Path) -> None:
    assert_alike(document_of(release), tmp_path)

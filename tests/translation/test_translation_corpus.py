"""Translations of real pages, carried to a later release: counts, quality and correct ids."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from translate.filters import checks
from translate.storage import factory

from codegen.core import resources
from codegen.readers.sources import read
from codegen.translation import po
from codegen.translation.catalog import complete
from codegen.translation.progress import TextState, find_state
from codegen.translation.provenance import Origin, encode_comment
from support.corpus import (
    CHINESE_PAGES,
    ENDS,
    LIST_PAGES,
    document_of,
    for_each,
    newest,
    oldest,
    pages_of,
)

_BULLET = re.compile(r"(?:-\s+\*\*|^\s*\*{1,2})(?P<field>[^\s*]+)\*\*\s*[(（:：]", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
Run = tuple[dict[str, dict[str, dict[str, int]]], Path, Path]

TRANSLATED = tuple(release for release in LIST_PAGES if release in CHINESE_PAGES)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Carry from the oldest Chinese list pages to the newest Chinese release.

    Return counts, catalog and old pages.
    """
    old, new = oldest(TRANSLATED), newest(CHINESE_PAGES)
    if old == new:
        pytest.skip("the corpus has Chinese pages of one release only")
    catalog = tmp_path_factory.mktemp("catalog") / "zh-cn.po"
    learned = pages_of(old, "zh-cn")
    command = [
        sys.executable,
        "-m",
        "codegen",
        "translate",
        "--learn",
        str(learned),
        str(document_of(old)),
    ]
    command += [
        "--for",
        str(document_of(new)),
        "--locale",
        "zh-cn",
        "--catalog",
        str(catalog),
        "--format",
        "json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout), catalog, learned


@pytest.mark.slow  # all Chinese pages of a release
def test_carried_counts_reach_measured_figures(run: Run) -> None:
    parts = [run[0]["by_part"][name] for name in ("definitions", "fields")]
    total = {name: sum(part[name] for part in parts) for name in parts[0]}
    clean = total["carried"] + total["case_only"] + total["reused"]
    assert clean >= 1700
    assert total["several"] <= 20  # the rest is decided by majority
    assert total["changed"] >= 120
    # Of partial ones, texts with additional sentences or values.
    assert clean + total["partial"] >= 1800


@pytest.mark.slow  # all Chinese pages of a release
def test_carried_texts_belong_to_their_id(run: Run) -> None:
    """For 200 sampled entries, the translation is below the field of its id on the page."""
    _, catalog, folder = run
    entries = po.open_catalog(catalog, "zh-cn", "zh-cn.po").entries.values()
    clean = [
        entry
        for entry in entries
        if entry.translation and not entry.fuzzy and not entry.obsolete and "#" in entry.id
    ]
    clean = [entry for entry in clean if " " not in entry.id]
    drawn = random.Random(5).sample(sorted(clean, key=lambda entry: entry.id), 200)  # noqa: S311
    for entry in drawn:
        path, _, line = entry.places[0].rpartition(":")
        text = (folder / path).read_text(encoding="utf-8")
        shown = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text).split("\n")[
            : int(line)
        ]
        assert entry.translation.split("\n")[0].strip() in shown[-1].replace("\\<", "<")
        *_, bullet = _BULLET.finditer("\n".join(shown))
        source = entry.id
        if reused := re.match(
            r"reused: the same English as (.+?)(?:;|\n|\Z)", encode_comment(entry.provenance)
        ):
            source = reused[1]
        name = source.partition("#")[2]
        # A page with a misspelt name has the correct name in the English bullet.
        english = "\n".join(text.split("\n")[len(shown) - 40 : len(shown)])
        assert bullet["field"].rpartition(".")[2] == name or re.search(
            rf"[.*]{re.escape(name)}\*\*", english
        ), entry.id


@pytest.mark.slow  # all Chinese pages of a release
def test_every_translation_is_on_old_pages(run: Run) -> None:
    """Each occurs literally after removing English comments between paragraphs."""
    _, catalog, folder = run
    hay = "".join(
        _letters(_COMMENT.sub("", page.read_text(encoding="utf-8")))
        for page in sorted(folder.rglob("*.md"))
    )
    entries = [
        entry
        for entry in po.open_catalog(catalog, "zh-cn", "zh-cn.po").entries.values()
        if entry.translation
        and entry.provenance.origin is not Origin.ADAPTED  # adapted to another kind name
        and "addresses" not in encode_comment(entry.provenance)
    ]
    assert len(entries) > 3000
    assert [entry.id for entry in entries if _letters(entry.translation) not in hay] == []


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


@pytest.mark.slow  # whole documents of releases
@for_each(ENDS)
def test_bundled_translations_match_release_documents(release: Path) -> None:
    catalog = po.load_catalog(resources.schemas() / "translations/zh-cn.po", "zh-cn")
    reference = read(document_of(release), select=["authentication.k8s.io/v1/TokenRequest"])
    outdated = [
        one
        for one in complete(reference, [catalog], ["zh-cn"]).diagnostics
        if one.rule == "translation-outdated"
    ]
    english = {
        prose_id: prose.text
        for prose_id, prose in reference.prose["en"].items()
        if prose_id in catalog.entries
    }
    states = {
        find_state(text, po.adopt_bundled(catalog.entries[prose_id], text))
        for prose_id, text in english.items()
    }
    assert (outdated, len(english), states) == ([], len(catalog.entries), {TextState.TRANSLATED})


@pytest.mark.slow  # all Chinese pages of a release
def test_translate_toolkit_checks_pass(run: Run, tmp_path: Path) -> None:
    """Uses the checks of translate-toolkit for formats, plurals, variables and characters.

    A draft may have other addresses than its English, whose escapes look like formats. No English
    is in the language.
    """
    names = [
        "nplurals",
        "variables",
        "blank",
        "startwhitespace",
        "endwhitespace",
        "validchars",
        "tabs",
    ]
    files, results = {run[1]: ["printf"], tmp_path / "open.po": [], tmp_path / "open.xlf": []}, []
    command = [
        sys.executable,
        "-m",
        "codegen",
        "translate",
        "export",
        "--for",
        str(document_of(newest(CHINESE_PAGES))),
    ]
    for file in list(files)[1:]:
        shape = {".po": "po", ".xlf": "xliff"}[file.suffix]
        more = [
            "--locale",
            "zh-cn",
            "--catalog",
            str(run[1]),
            "--format",
            shape,
            "--output",
            str(file),
        ]
        subprocess.run([*command, *more], capture_output=True, check=True)
    for file, more_names in files.items():
        checker = checks.StandardChecker(limitfilters=[*names, *more_names])
        store: Any = factory.getobject(str(file))
        units = [
            unit
            for unit in store.units
            if (unit.istranslated() if more_names else unit.target and unit.source)
        ]
        found = {
            unit.getid(): list(failures)
            for unit in units
            if (failures := checker.run_filters(unit))
        }
        results.append(
            (
                len(units) > 300,
                found,
                [unit.source for unit in units if re.search("[一-鿿]", unit.source)],
            )
        )
    assert results == [(True, {}, [])] * 3

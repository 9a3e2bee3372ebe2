"""Faults in parts of a page that its model does not keep: link anchors and response texts."""

from __future__ import annotations

import re

from codegen.core.diagnostics import Correction, Report
from codegen.core.locales import Locale
from codegen.core.source import Source
from codegen.readers.shared.comments import FILLER, Comments

_LINK = re.compile(
    r"<a href=\"\{\{<\s*ref\s+\"(?P<target>[^\"\n]*)\"\s*>\}\}\">"
    r"\s*+(?P<text>[^<\n]*[^<\s])\s*+</a>"
)
_RESPONSE = re.compile(
    r"^[^\S\n]*+(?P<status>[1-5]\d\d)[^\S\n]*+(?:[（(][^\n]*[)）])?[^\S\n]*+"
    r"[:：][^\S\n]*+(?P<text>[^\n]*\S)[^\S\n]*+$"
)


def report_raw_mistakes(
    source: Source, english: Source | None, locale: Locale, report: Report
) -> None:
    """Report lost link anchors and translated response texts."""
    comments = Comments(source, Report())
    originals = [text for _, text in comments.pieces] + (
        [english.text] if english is not None else []
    )
    _report_lost_anchors(source, comments.shown, originals, report)
    _report_translated_responses(source, comments.shown, originals, locale, report)


def _report_lost_anchors(
    source: Source, display_path: str, originals: list[str], report: Report
) -> None:
    anchored: dict[str, set[str]] = {}
    for text in originals:
        for link in _LINK.finditer(text):
            anchored.setdefault(link["text"], set()).add(link["target"])
    for link in _LINK.finditer(display_path):
        targets = anchored.get(link["text"], set())
        if (
            FILLER in link[0]
            or "#" in link["target"]
            or not targets
            or not all("#" in target for target in targets)
        ):
            continue
        best = [
            target for target in targets if target.partition("#")[0] == link["target"]
        ] or sorted(targets)
        correction = Correction(written=f'"{link["target"]}"', correct=f'"{best[0]}"')
        report.warning(
            "link-anchor-lost",
            f"the link of {link['text']!r} leads to the page {link['target']!r}, "
            f"but in English to its part {best[0].partition('#')[2]!r}",
            source.span(link.start()),
            f"write {best[0]!r}",
            correction if len(best) == 1 else None,
            arguments=(link["text"], link["target"], best[0].partition("#")[2]),
        )


def _report_translated_responses(
    source: Source, display_path: str, originals: list[str], locale: Locale, report: Report
) -> None:
    if locale.letters is None:
        return
    texts: dict[str, set[str]] = {}
    for line in "\n".join(originals).split("\n"):
        if (match := _RESPONSE.match(line)) and not locale.letters.search(match["text"]):
            texts.setdefault(match["status"], set()).add(match["text"])
    offset = 0
    for line in display_path.split("\n"):
        if (
            (match := _RESPONSE.match(line))
            and locale.letters.search(match["text"])
            and FILLER not in match["text"]
        ):
            registered = sorted(texts.get(match["status"], ()))
            correct = registered[0] if len(registered) == 1 else ""
            report.warning(
                "response-text-translated",
                f"the text of the response {match['status']} is translated: {match['text']!r}",
                source.span(offset + match.start("text")),
                f"write {correct}: these are the words of HTTP"
                if correct
                else "write the words of the English page",
                Correction(written=match["text"], correct=correct) if correct else None,
                arguments=(match["status"], match["text"]),
            )
        offset += len(line) + 1

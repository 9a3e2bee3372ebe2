"""Reports of translation progress as JSON, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from codegen.core.escaping import terminal
from codegen.core.escaping.controls import shorten
from codegen.core.escaping.gfm import gfm_code, gfm_text
from codegen.findings.formats.html import create_environment
from codegen.translation.progress import Tally, TextState, TranslationStatus, WorkItem
from codegen.translation.signals import Assessment, SentenceChange, Signal

# So many rows of a table stand unfolded.
_FIRST = 40


def format_json(result: TranslationStatus) -> dict[str, object]:
    """Return the status as plain data for JSON."""
    return {
        **_format_tally(result.total),
        "signals": {signal.value: count for signal, count in result.signals.items()},
        "by_part": [_format_tally(tally) for tally in result.parts],
        "by_page": [_format_tally(tally) for tally in result.pages],
        "by_kind": [_format_tally(tally) for tally in result.kinds],
        "work": [_format_item(work) for work in result.work],
        "orphans": list(result.orphans),
    }


def _format_tally(tally: Tally) -> dict[str, object]:
    return {
        "name": tally.name,
        **{state.value: count for state, count in tally.counts.items()},
        "total": tally.total,
        "open_texts": len(tally.texts),
        "open_words": tally.words,
    }


def _format_item(work: WorkItem) -> dict[str, object]:
    return {
        "state": work.state.value,
        "signal": work.assessment.signal.value,
        "words": work.words,
        "english": work.english,
        "old": work.old or None,
        "translation": work.translation or None,
        "reasons": explain_assessment(work.assessment),
        "ids": list(work.ids),
        "pages": list(work.pages),
    }


def explain_assessment(assessment: Assessment) -> list[str]:
    """Explain each reason for a review in a sentence."""
    return [*map(_explain_change, assessment.changes), *filter(None, [assessment.note])]


def _explain_change(change: SentenceChange) -> str:
    if not change.old:
        return f"added: {change.new}"
    if not change.new:
        return f"removed: {change.old}"
    what = "reworded" if change.signal is Signal.MODERATE else "changed in what it says"
    return f"{what}: {change.old} -> {change.new}"


# ----------------------------------------------------------------------------------------------------- for people


def format_markdown(result: TranslationStatus, locale: str) -> str:
    """Format a report for an issue or a pull request."""
    return "\n\n".join(_format_sections(result, locale)) + "\n"


def _format_sections(result: TranslationStatus, locale: str) -> Iterator[str]:
    total = result.total
    yield f"## Translations into {gfm_text(locale)}"
    if not total.open:
        yield f"Nothing is left to do: all {total.total} texts are translated."
    else:
        yield (
            f"{total.words} words to do in {len(total.texts)} distinct texts, at {total.open} of {total.total} places."
        )
    counts = " | ".join(str(count) for count in (*result.signals.values(), result.missing))
    yield f"| orphan | strong signal | moderate signal | not translated |\n| ---: | ---: | ---: | ---: |\n| {counts} |"
    tallies = [tally for tally in result.pages or result.kinds if tally.open]
    if tallies:
        rows = [
            f"| {gfm_text(tally.name)} | {tally.words} | {len(tally.texts)} | {tally.total - tally.open} of {tally.total} |"
            for tally in tallies
        ]
        head = (
            f"| {'page' if result.pages else 'kind'} | words to do | texts | translated |\n| --- | ---: | ---: | ---: |"
        )
        yield from _fold_rows(head, rows, "pages" if result.pages else "kinds")
    for title, works in _group_work(result):
        rows = [
            f"| {gfm_text(shorten(work.english, 100))} | {work.words} | {len(work.ids)} | {gfm_code(work.ids[0])} | {gfm_text(_format_reasons(work))} |"
            for work in works
        ]
        yield f"### {title}"
        head = "| English | words | places | first id | why |\n| --- | ---: | ---: | --- | --- |"
        yield from _fold_rows(head, rows, "texts")


def _group_work(result: TranslationStatus) -> Iterator[tuple[str, list[WorkItem]]]:
    chosen: dict[str, Callable[[WorkItem], bool]] = {
        "Strong signal: the sense may have changed": lambda work: work.assessment.signal is Signal.STRONG,
        "Moderate signal: reworded, or a choice to make": lambda work: work.assessment.signal is Signal.MODERATE,
        "Not translated, the most used first": lambda work: work.state is TextState.MISSING,
    }
    for title, wanted in chosen.items():
        if works := [work for work in result.work if wanted(work)]:
            yield title, works


def _fold_rows(head: str, rows: list[str], what: str) -> Iterator[str]:
    yield "\n".join([head, *rows[:_FIRST]])
    if rest := rows[_FIRST:]:
        table = "\n".join([head, *rest])
        yield f"<details><summary>{len(rest)} more {what}</summary>\n\n{table}\n\n</details>"


def _format_reasons(work: WorkItem) -> str:
    if work.state is TextState.MISSING:
        return ""
    return "; ".join(shorten(reason, 100) for reason in explain_assessment(work.assessment)[:3])


def format_html(result: TranslationStatus, locale: str) -> str:
    """Format a report as one page without network access.

    The template engine escapes all text from outside.
    """
    page = (
        create_environment("status")
        .get_template("status.html.j2")
        .render(
            status=result,
            locale=locale,
            tallies=[tally for tally in result.pages or result.kinds if tally.open],
            what="page" if result.pages else "kind",
            sections=list(_group_work(result)),
        )
    )
    return terminal.markup(f"{page}\n")

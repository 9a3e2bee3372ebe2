"""Reports of translation progress as JSON, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codegen.core.escaping import terminal
from codegen.core.escaping.controls import shorten
from codegen.core.locales import ENGLISH, SHIPPED, Locale
from codegen.findings.formats.gfm import gfm_code, gfm_text
from codegen.findings.formats.html import create_environment
from codegen.translation.progress import TextCounts, TextState, TranslationStatus, WorkItem
from codegen.translation.signals import Assessment, Signal

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


def _format_tally(tally: TextCounts) -> dict[str, object]:
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
    """Explain each reason for a review in an English sentence."""
    return [*_explain_changes(assessment, SHIPPED.get(ENGLISH)), *filter(None, [assessment.note])]


def _explain_changes(assessment: Assessment, reader: Locale) -> list[str]:
    return [
        reader.status[change.kind].format(old=change.old, new=change.new)
        for change in assessment.changes
    ]


def format_markdown(result: TranslationStatus, locale: str, reader: Locale) -> str:
    """Format a report for an issue or a pull request, in the language of the reader."""
    return "\n\n".join(_format_sections(result, locale, reader)) + "\n"


def _format_sections(result: TranslationStatus, locale: str, reader: Locale) -> Iterator[str]:
    words, tallies = reader.status, _list_open_tallies(result)
    yield f"## {words['title'].format(locale=gfm_text(locale))}"
    yield _summarize(result.total, reader)
    signals = _count_signals(result, reader)
    yield from _format_table(list(signals), [list(signals.values())], reader)
    if tallies:
        first = words["page" if result.pages else "kind"]
        rows = [
            (gfm_text(tally.name), tally.words, len(tally.texts), _format_share(tally, reader))
            for tally in tallies
        ]
        yield from _format_table(
            [first, words["words"], words["texts"], words["translated"]], rows, reader
        )
    for title, works in _group_work(result, reader):
        yield f"### {title}"
        names = ("english", "words", "places", "id", "why")
        yield from _format_table(
            [words[name] for name in names], [_list_cells(work, reader) for work in works], reader
        )


def _list_cells(work: WorkItem, reader: Locale) -> tuple[object, ...]:
    reasons = [shorten(reason, 100) for reason in _explain_work(work, reader)[:3]]
    why = gfm_text(reader.findings["separator"].join(reasons))
    return (
        gfm_text(shorten(work.english, 100)),
        work.words,
        len(work.ids),
        gfm_code(work.ids[0]),
        why,
    )


def _explain_work(work: WorkItem, reader: Locale) -> list[str]:
    """Explain why a translation needs work, by the changes of its English, or by its origin."""
    if work.state is TextState.MISSING:
        return []
    origin = f"origin_{work.assessment.origin.name.lower()}"
    return _explain_changes(work.assessment, reader) or [
        reader.status.get(origin, reader.status["fuzzy"])
    ]


def _summarize(total: TextCounts, reader: Locale) -> str:
    """Say how much is left to do."""
    text = reader.status["summary" if total.open else "done"]
    return text.format(
        words=total.words, texts=len(total.texts), open=total.open, total=total.total
    )


def _list_open_tallies(result: TranslationStatus) -> list[TextCounts]:
    return [tally for tally in result.pages or result.kinds if tally.open]


def _format_share(tally: TextCounts, reader: Locale) -> str:
    return reader.status["share"].format(count=tally.total - tally.open, total=tally.total)


def _count_signals(result: TranslationStatus, reader: Locale) -> dict[str, int]:
    counts = {reader.status[signal.value]: count for signal, count in result.signals.items()}
    return {**counts, reader.status["missing"]: result.missing}


def _group_work(result: TranslationStatus, reader: Locale) -> Iterator[tuple[str, list[WorkItem]]]:
    chosen = {
        "strong_signal": [work for work in result.work if work.assessment.signal is Signal.STRONG],
        "moderate_signal": [
            work for work in result.work if work.assessment.signal is Signal.MODERATE
        ],
        "not_translated": [work for work in result.work if work.state is TextState.MISSING],
    }
    yield from ((reader.status[title], works) for title, works in chosen.items() if works)


def _format_table(
    head: Sequence[str], rows: Sequence[Sequence[object]], reader: Locale
) -> Iterator[str]:
    """Format a table with its first rows unfolded. Numbers are aligned at the right."""
    rules = ["---:" if isinstance(cell, int) else "---" for cell in rows[0]]
    top, folded = rows[:_FIRST], rows[_FIRST:]
    for part in filter(None, (top, folded)):
        table = "\n".join(f"| {' | '.join(map(str, row))} |" for row in (head, rules, *part))
        more = reader.status["more"].format(count=len(folded))
        yield (
            table if part is top else f"<details><summary>{more}</summary>\n\n{table}\n\n</details>"
        )


def format_html(result: TranslationStatus, locale: str, reader: Locale) -> str:
    """Format a report as one page without network access, in the language of the reader.

    The template engine escapes all text from outside.
    """
    template = create_environment("status").get_template("status.html.j2")
    page = template.render(
        reader=reader,
        words=reader.status,
        locale=locale,
        summary=_summarize(result.total, reader),
        signals=_count_signals(result, reader),
        by="page" if result.pages else "kind",
        tallies=[(tally, _format_share(tally, reader)) for tally in _list_open_tallies(result)],
        sections=[
            (title, [(work, _explain_work(work, reader)) for work in works])
            for title, works in _group_work(result, reader)
        ],
    )
    return terminal.markup(f"{page}\n")

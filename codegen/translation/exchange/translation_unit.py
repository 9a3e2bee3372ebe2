"""Translation units of the exchange with translators' tools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from codegen.core.diagnostics import count_noun
from codegen.translation.normalization import trim_text
from codegen.translation.progress import TranslationStatus
from codegen.translation.progress_report import explain_assessment


class TranslationUnit(Struct, frozen=True, kw_only=True):
    """A text with a draft and its context for the translator.

    `id` is one of the prose ids of the text, `previous` the English of the draft if that has
    changed. `line`, `language` and `confirmed`, a person's
    decision, are those of an imported file.
    """

    id: str
    english: str
    translation: str = ""
    context: str = ""
    previous: str = ""
    line: int = 0
    language: str = ""
    confirmed: bool = False


def collect_units(
    status: TranslationStatus, pages: Sequence[str] = ()
) -> Iterator[TranslationUnit]:
    """Collect the open texts in the order of the work.

    `pages` limits them to pages by path or its end.
    """
    for work in status.work:
        if not pages or any(is_page(path, page) for path in work.pages for page in pages):
            yield TranslationUnit(
                id=work.ids[0],
                english=trim_text(work.english),
                translation=work.translation,
                previous=trim_text(work.old),
                context="\n".join(
                    _describe_context(work.ids, work.pages, explain_assessment(work.assessment))
                ),
            )


def is_page(path: str, page: str) -> bool:
    """Return whether a path or its end names a page."""
    return path == page or path.endswith(f"/{page}")


def _describe_context(
    ids: Sequence[str], pages: Sequence[str], why: Sequence[str]
) -> Iterator[str]:
    yield f"the text of {ids[0]}"
    if len(ids) > 1:
        yield f"and of {len(ids) - 1} more, such as {ids[1]}"
    if pages:
        yield f"on {pages[0]}" + (
            f" and {count_noun(len(pages) - 1, 'more page')}" if len(pages) > 1 else ""
        )
    yield from why

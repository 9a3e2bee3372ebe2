"""Translation units of the exchange with translators' tools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from codegen.translation.normalization import fold_markup
from codegen.translation.progress import TextState, TranslationStatus, WorkItem
from codegen.translation.progress_report import explain_assessment


class TranslationUnit(Struct, frozen=True, kw_only=True):
    """A text with a draft and its context for the translator.

    `id` is one of the prose ids of the text. `line` and `language` are those of an imported file.
    """

    id: str
    english: str
    translation: str = ""
    context: str = ""
    line: int = 0
    language: str = ""


def collect_units(status: TranslationStatus, pages: Sequence[str] = ()) -> Iterator[TranslationUnit]:
    """Collect the open texts in the order of the work, each English once.

    `pages` limits them to pages by path or its end. Of several drafts the first is used.
    """
    texts: dict[str, list[WorkItem]] = {}
    for work in status.work:
        if not pages or any(is_page(path, page) for path in work.pages for page in pages):
            texts.setdefault(fold_markup(work.english), []).append(work)
    for works in texts.values():
        drafted = next((work for work in works if work.state is not TextState.MISSING), works[0])
        # The first id has the draft that goes out: by it an import sees that nobody touched it.
        ids = [
            prose_id for work in (drafted, *(work for work in works if work is not drafted)) for prose_id in work.ids
        ]
        shown = list(dict.fromkeys(page for work in works for page in work.pages))
        yield TranslationUnit(
            id=ids[0],
            english=works[0].english,
            translation=drafted.translation,
            context="\n".join(_describe_context(ids, shown, explain_assessment(drafted.assessment))),
        )


def is_page(path: str, page: str) -> bool:
    """Return whether a path or its end names a page."""
    return path == page or path.endswith(f"/{page}")


def _describe_context(ids: Sequence[str], pages: Sequence[str], why: Sequence[str]) -> Iterator[str]:
    yield f"the text of {ids[0]}"
    if len(ids) > 1:
        yield f"and of {len(ids) - 1} more, such as {ids[1]}"
    if pages:
        yield f"on {pages[0]}" + (f" and {len(pages) - 1} more pages" if len(pages) > 1 else "")
    yield from why

"""Reference pages in the chosen layout, with drafts of translations on request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from msgspec.structs import replace

from codegen.core.generated_files import GeneratedFile
from codegen.core.locales import ENGLISH
from codegen.model import Prose, Reference
from codegen.outputs.docs import LAYOUTS
from codegen.outputs.job import Job


def emit(job: Job) -> Iterator[GeneratedFile]:
    """Yield the pages of an output in its layout, by default the first."""
    layout = next(
        candidate
        for candidate in LAYOUTS
        if candidate.name == job.options.get("layout", candidate.name)
    )
    return layout.emit(add_drafts(job) if job.options.get("drafts") else job)


def add_drafts(job: Job) -> Job:
    """Add the drafts of its languages to the texts of a job, each with a mark."""
    prose = dict(job.reference.prose)
    for tag, drafts in select_drafts(job.reference, job.locales).items():
        label = job.languages.get(tag).labels["draft"]
        marked = {
            prose_id: Prose(text=label.format(text=draft.text), span=draft.span)
            for prose_id, draft in drafts.items()
        }
        prose[tag] = MappingProxyType({**marked, **prose.get(tag, {})})
    return replace(job, reference=replace(job.reference, prose=MappingProxyType(prose)))


def select_drafts(reference: Reference, locales: Iterable[str]) -> dict[str, dict[str, Prose]]:
    """Return the drafts of existing texts, by language."""
    english = reference.prose.get(ENGLISH, {})
    drafts: dict[str, dict[str, Prose]] = {}
    for tag in locales:
        if tag in reference.drafts:
            of_language = reference.drafts[tag].items()
            drafts[tag] = {text_id: draft for text_id, draft in of_language if text_id in english}
    return drafts

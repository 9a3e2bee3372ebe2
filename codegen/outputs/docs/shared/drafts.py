"""Translations that a person has yet to confirm, on pages that ask for them: each says in the language's own words that it is a draft."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from msgspec.structs import replace

from codegen.core.locales import ENGLISH
from codegen.model import Prose, Reference
from codegen.outputs.job import Job

# The option of an output.
DRAFTS = "drafts"


def add_drafts(job: Job) -> Job:
    """The job with the drafts of its languages as texts, each marked."""
    prose = dict(job.reference.prose)
    for tag, drafts in select_drafts(job.reference, job.locales).items():
        label = job.languages.get(tag).labels["draft"]
        marked = {
            prose_id: Prose(text=label.format(text=draft.text), span=draft.span) for prose_id, draft in drafts.items()
        }
        prose[tag] = MappingProxyType({**marked, **prose.get(tag, {})})
    return replace(job, reference=replace(job.reference, prose=MappingProxyType(prose)))


def select_drafts(reference: Reference, locales: Iterable[str]) -> dict[str, dict[str, Prose]]:
    """The drafts of texts that a reference has, by language."""
    english = reference.prose.get(ENGLISH, {})
    return {
        tag: {prose_id: draft for prose_id, draft in reference.drafts[tag].items() if prose_id in english}
        for tag in locales
        if tag in reference.drafts
    }

"""An output that lists the kinds of a reference in one file."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.plugins import GeneratedFile, Job, Renderer, notice
from garden_plugin import OUTPUT


def emit(job: Job) -> Iterator[GeneratedFile]:
    """Yield the file `kinds.txt`."""
    renderer = Renderer(OUTPUT.name, {}, job.templates, OUTPUT.templates)
    kinds = [
        definition.name for definition in job.reference.definitions.values() if definition.fields
    ]
    margin = " " * job.options.get("indent", 0)
    yield GeneratedFile(
        path="kinds.txt",
        text=renderer.render("kinds.txt.j2", notice=notice(job.origin), margin=margin, kinds=kinds),
    )

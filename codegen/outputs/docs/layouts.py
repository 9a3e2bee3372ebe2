"""Reference pages in each language, in the layout that the output's `layout` names."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.findings.diagnostics import Span, failure
from codegen.outputs.files import GeneratedFile
from codegen.outputs.job import Emit, Job, emitter

LAYOUTS: dict[str, Emit] = {
    "list": emitter("codegen.outputs.docs.list"),
    "plain": emitter("codegen.outputs.docs.plain"),
    "table": emitter("codegen.outputs.docs.table.layout"),
}
DEFAULT_LAYOUT = "list"


def emit(job: Job) -> Iterator[GeneratedFile]:
    """The pages of one output, each with its locale. Raises `CodegenError` for a layout that there is not."""
    layout = job.options.get("layout", DEFAULT_LAYOUT)
    if layout not in LAYOUTS:
        raise failure(
            "layout-unknown",
            f"docs has no layout {layout!r}",
            Span(path="codegen.yaml"),
            f"write one of these as `layout`: {', '.join(LAYOUTS)}",
        )
    return LAYOUTS[layout](job)

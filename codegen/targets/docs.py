"""Reference pages in each language, in the layout that the output's `layout` names."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diagnostics import Span, failure
from codegen.files import GeneratedFile
from codegen.targets.job import Emit, Job, emitter

LAYOUTS: dict[str, Emit] = {
    "list": emitter("codegen.targets.docs_list"),
    "plain": emitter("codegen.targets.docs_plain"),
    "table": emitter("codegen.targets.docs_table"),
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

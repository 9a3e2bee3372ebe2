"""Reference pages in each language, in the layout that the output's `layout` names."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core.diagnostics import Span, failure
from codegen.core.generated_files import GeneratedFile
from codegen.outputs.docs import LAYOUTS
from codegen.outputs.docs.shared.drafts import DRAFTS, add_drafts
from codegen.outputs.job import Job


def emit(job: Job) -> Iterator[GeneratedFile]:
    """The pages of one output, each with its locale; in the first layout if none is named. Raises `CodegenError` for an unknown one."""
    layouts = {layout.name: layout for layout in LAYOUTS}
    name = job.options.get("layout", LAYOUTS[0].name)
    if name not in layouts:
        raise failure(
            "layout-unknown",
            f"docs has no layout {name!r}",
            Span(path="codegen.yaml"),
            f"write one of these as `layout`: {', '.join(layouts)}",
        )
    return layouts[name].emit(add_drafts(job) if job.options.get(DRAFTS) else job)

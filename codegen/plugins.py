"""The interface for packages that add a layout of pages, a form of documents, or an output.

Such a package names its record in an entry point: a `Layout` or `DocumentForm` in the group `codegen.layouts`, an
`Output` in `codegen.outputs`. The records of the model are in `codegen` itself.
"""

from __future__ import annotations

from codegen.core.diagnostics import Report, Span
from codegen.core.generated_files import GeneratedFile, notice
from codegen.core.locales import Languages, Locale
from codegen.core.records import on_demand
from codegen.core.source import Source
from codegen.model import Prose, Reference, field_id
from codegen.outputs.job import Job, roots
from codegen.outputs.output import Output
from codegen.outputs.render import Renderer
from codegen.readers.form import DocumentForm, Layout
from codegen.readers.page_tree import (
    Annotations,
    FieldRow,
    FrontMatter,
    OperationBlock,
    PageTree,
    ParameterRow,
    ResponseRow,
    Section,
    Texts,
    TypeName,
)

__all__ = [
    "Annotations",
    "DocumentForm",
    "FieldRow",
    "FrontMatter",
    "GeneratedFile",
    "Job",
    "Languages",
    "Layout",
    "Locale",
    "OperationBlock",
    "Output",
    "PageTree",
    "ParameterRow",
    "Prose",
    "Reference",
    "Renderer",
    "Report",
    "ResponseRow",
    "Section",
    "Source",
    "Span",
    "Texts",
    "TypeName",
    "field_id",
    "notice",
    "on_demand",
    "roots",
]

"""The interface for packages that add a layout of pages, a form of documents, or an output.

Such a package names its record in an entry point: a `Layout` or `DocumentForm` in the group
`codegen.layouts`, an `Output` in `codegen.outputs`. The records of the model are in `codegen`
itself.
"""

from __future__ import annotations

from codegen.core.diagnostics import Report as Report
from codegen.core.diagnostics import Span as Span
from codegen.core.generated_files import GeneratedFile as GeneratedFile
from codegen.core.generated_files import notice as notice
from codegen.core.locales import Languages as Languages
from codegen.core.locales import Locale as Locale
from codegen.core.records import on_demand as on_demand
from codegen.core.source import Source as Source
from codegen.model import Prose as Prose
from codegen.model import Reference as Reference
from codegen.model import field_id as field_id
from codegen.outputs.job import Job as Job
from codegen.outputs.job import roots as roots
from codegen.outputs.output import Output as Output
from codegen.outputs.render import Renderer as Renderer
from codegen.readers.form import DocumentForm as DocumentForm
from codegen.readers.form import Layout as Layout
from codegen.readers.page_tree import Annotations as Annotations
from codegen.readers.page_tree import FieldRow as FieldRow
from codegen.readers.page_tree import FrontMatter as FrontMatter
from codegen.readers.page_tree import OperationBlock as OperationBlock
from codegen.readers.page_tree import PageTree as PageTree
from codegen.readers.page_tree import ParameterRow as ParameterRow
from codegen.readers.page_tree import ResponseRow as ResponseRow
from codegen.readers.page_tree import Section as Section
from codegen.readers.page_tree import Texts as Texts
from codegen.readers.page_tree import TypeName as TypeName

"""Reference pages. A layout is a record like an output, with templates in `docs/<name>`."""

from __future__ import annotations

from codegen.core.records import on_demand
from codegen.outputs.output import Output

HISTORY = "history"  # option: show the history of fields on pages

LAYOUTS = (
    Output(name="list", emit=on_demand("codegen.outputs.docs.list", "emit")),
    Output(
        name="table",
        emit=on_demand("codegen.outputs.docs.table.layout", "emit"),
        options={
            "compat": {
                "description": "In the table layout: write what the upstream generator writes, its defects included.",
                "enum": ["upstream"],
            },
        },
    ),
    Output(
        name="plain",
        emit=on_demand("codegen.outputs.docs.plain", "emit"),
        options={
            "nav": {
                "description": "In the plain layout: the site generator to write navigation for.",
                "enum": ["mkdocs", "docusaurus", "sphinx"],
            },
        },
    ),
)
OUTPUTS = (
    Output(
        name="docs",
        takes_contents=True,
        layouts=LAYOUTS,
        emit=on_demand("codegen.outputs.docs.layouts", "emit"),
        options={
            "layout": {
                "description": "The layout of the pages.",
                "enum": [layout.name for layout in LAYOUTS],
            },
            "toc": {
                "description": "The table of contents, as the upstream generator reads it.",
                "type": "string",
                "minLength": 1,
            },
            "fields": {
                "description": "Order and categories of fields, as the upstream generator reads them.",
                "type": "string",
                "minLength": 1,
            },
            "site": {
                "description": "The site that the pages become part of: links to its other pages are references that only its Hugo build "
                "can resolve. Without it, they are addresses on kubernetes.io or plain text.",
                "enum": ["kubernetes.io"],
            },
            "description": {
                "description": "With toc: whether the line about a page ends at the first full stop, as upstream did, or at the end of a sentence.",
                "enum": ["phrase", "sentence"],
            },
            HISTORY: {
                "description": "Whether pages tell since when each field and operation is there, required, of a type and so on, by the releases below `history` at the top.",
                "type": "boolean",
            },
            "drafts": {
                "description": "Whether texts whose translation a person has yet to confirm (fuzzy in the catalog) are shown, marked as drafts, "
                "instead of in English.",
                "type": "boolean",
            },
            **{name: schema for layout in LAYOUTS for name, schema in layout.options.items()},
        },
    ),
)

"""A plug-in with the layout `garden` and the output `garden-index`, whose code is imported on
demand.
"""

from __future__ import annotations

from pathlib import Path

from codegen.plugins import Layout, Output, Source, on_demand


def _is_garden(source: Source) -> bool:
    return source.text.startswith("garden ")


LAYOUT = Layout(
    name="garden", recognises=_is_garden, read=on_demand("garden_plugin.layout", "read")
)
OUTPUT = Output(
    name="garden-index",
    emit=on_demand("garden_plugin.output", "emit"),
    options={
        "indent": {"description": "How far each kind is indented.", "type": "integer", "minimum": 0}
    },
    templates=Path(__file__).parent / "templates",
)

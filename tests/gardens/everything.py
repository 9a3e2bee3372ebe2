"""An invented API with every construct that schema formats express differently, and sources in
every format.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codegen.project import emit
from codegen.project.config import configuration as config
from gardens.parts import load_document
from support.files import place

FORMS: dict[str, dict[str, str]] = {
    "json-schema": {"target": "json-schema"},
    "openapi-31": {"target": "openapi", "version": "3.1"},
    "openapi-30": {"target": "openapi", "version": "3.0.3"},
}


def everything() -> dict[str, Any]:
    """Return a document with every construct that schema formats express differently."""
    return load_document("everything")


def write_all_formats(
    source: Path, folder: Path, locale: str = "en", select: Sequence[str] = ()
) -> dict[str, Path]:
    """Generate every schema format, and return their folders."""
    outputs = [{**form, "to": name} for name, form in FORMS.items()]
    (folder / config.NAME).write_text(
        json.dumps(
            {
                "sources": [{"path": str(source), "locale": locale}],
                "locales": [locale],
                **({"select": list(select)} if select else {}),
                "outputs": outputs,
            }
        ),
        encoding="utf-8",
    )
    made = emit.generate(config.load(folder / config.NAME))
    place(made.files, folder)
    return {name: folder / name for name in FORMS}

"""Pages and documents for the tests of translations: a garden in two releases."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from codegen.core.diagnostics import Span
from codegen.core.locales import SHIPPED
from codegen.translation.segments import Segment
from gardens.parts import PACKAGE, openapi

# name, English text of the comment (empty: no comment), translation
Row = tuple[str, str, str]


def key(name: str) -> str:
    """Return the prose id of `PlotSpec` or `PlotSpec#beds`."""
    return f"{PACKAGE}.{name}"


def page(kind: str, rows: Sequence[Row], about: tuple[str, str] = ("", "")) -> str:
    """Return a translated list page with one definition and English comments."""
    english, own = about
    bullets = []
    for name, comment, text in rows:
        beside = f"  <!--\n  {comment}\n  -->\n" if comment else ""
        bullets.append(f"- **{name}** (string)\n\n{beside}  {text}\n")
    return (
        f'---\napi_metadata:\n  apiVersion: "garden.example.io/v1"\n  import: "example.io/api/garden/v1"\n  kind: "{kind}"\n'
        f'content_type: "api_reference"\ntitle: "{kind}"\nweight: 1\n---\n\n'
        f'`apiVersion: garden.example.io/v1`\n\n`import "example.io/api/garden/v1"`\n\n## {kind} {{#{kind}}}\n\n'
        + (f"<!--\n{english}\n-->\n" if english else "")
        + f"{own}\n\n<hr>\n\n"
        + "\n".join(bullets)
    )


def segment(text: str, english: str = "", tag: str = "zh-cn", **more: Any) -> Segment:
    """Return the text of a field `f` in the first line of a page."""
    facts = {"id": "K#f", "span": Span(path="plot.md", line=1), "locale": SHIPPED.get(tag), **more}
    return Segment(text=text, english=english, **facts)


def pages(folder: Path, **made: str) -> Path:
    """Write a folder of pages by name, below the folder of their language."""
    below = folder / "zh-cn"
    below.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (below / f"{name.replace('_', '-')}.md").write_text(text, encoding="utf-8")
    return below


def document(file: Path, **definitions: Mapping[str, str]) -> Path:
    """Write an OpenAPI document with field descriptions by definition.

    The name "" is the definition itself.
    """
    made = {
        key(name): {
            "type": "object",
            "description": fields.get("", ""),
            "properties": {
                field: {"type": "string", "description": text}
                for field, text in fields.items()
                if field
            },
        }
        for name, fields in definitions.items()
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(openapi(made)), encoding="utf-8")
    return file

"""Report patterns of CustomResourceDefinitions that servers do not compile."""

from __future__ import annotations

from codegen.cel.expressions import walk_schemas
from codegen.core.diagnostics import Level
from codegen.kube.errors import INVALID
from codegen.kube.patterns import compile_pattern
from codegen.readers.documents.document import Document
from codegen.validation.object_finding import Layer, ObjectFinding


def find_invalid_patterns(document: Document) -> list[ObjectFinding]:
    """Return the invalid patterns of a definition of custom resources."""
    found: list[ObjectFinding] = []
    for steps, schema in walk_schemas(document.data):
        pattern = schema.get("pattern")
        if not isinstance(pattern, str):
            continue
        try:
            compile_pattern(pattern)
        except ValueError as error:
            found.append(
                ObjectFinding(
                    layer=Layer.SCHEMA,
                    level=Level.ERR,
                    rule="pattern-invalid",
                    code=INVALID,
                    message=f"Invalid value: must be a valid regular expression, but isn't: {error}",
                    steps=(*steps, "pattern"),
                    value=pattern,
                    fault="Invalid value",
                )
            )
    return found

"""Completion of references with bundled types of Kubernetes."""

from __future__ import annotations

from types import MappingProxyType

from msgspec.structs import replace

from codegen.core.diagnostics import Report
from codegen.model import Definition, Reference
from codegen.readers.built_in.structure import built_ins


def complete(reference: Reference, release: str, report: Report) -> Reference:
    """Add the bundled structure of undocumented Kubernetes types, and of the types they need.

    The structure is that of `release`, or of the newest release with the type. A type without a
    structure stays an open object, with a warning.
    """
    bundled = built_ins()
    missing = {
        key: definition
        for key, definition in reference.definitions.items()
        if not definition.documented and bundled.facts(key) is not None
    }
    if not missing:
        return reference
    completed: dict[str, Definition] = {}
    for name in (release,) if release else reversed(bundled.releases):
        older = bundled.reference(
            name, sorted(missing.keys() - completed.keys())
        ).definitions.items()
        # undocumented, so that they get no files
        completed = {
            key: replace(definition, documented=False, built_in=name, gvks=())
            for key, definition in older
        } | completed
    for key, definition in missing.items():
        if key not in completed:
            report.warning(
                "type-undocumented",
                f"Kubernetes {release} has no {definition.name} ({key}); it becomes an open object",
                definition.span,
                "correct `kubernetes:` in the configuration, or add a source that documents the type",
                arguments=(key,),
            )
    added = {
        key: replace(missing[key], built_in=found_definition.built_in)
        if key in missing and missing[key].type is not None
        else found_definition
        for key, found_definition in completed.items()
        if key in missing or key not in reference.definitions
    }
    return replace(reference, definitions=MappingProxyType({**reference.definitions, **added}))

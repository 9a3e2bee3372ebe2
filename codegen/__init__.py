"""Reads Kubernetes API reference pages into one model and writes schemas, code and pages from it.

`__all__` is the public interface, described in `docs/api.md`. Each name is loaded at its first use,
so that importing the package is fast. Nothing here prints, exits, or keeps state between calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codegen.core.diagnostics import CodegenError, Finding, Level, Report, SourceError, Span
    from codegen.core.generated_files import Comparison, FileSet
    from codegen.core.locales import Languages, Locale
    from codegen.drift.diff import diff
    from codegen.drift.history.history import history
    from codegen.drift.history.records import History
    from codegen.drift.review.review import Review, review
    from codegen.findings.finding import Results
    from codegen.findings.formats import render
    from codegen.findings.rules.rule import Rule
    from codegen.model import (
        Array,
        Definition,
        Field,
        GroupVersionKind,
        ListType,
        LossyType,
        Map,
        Operation,
        Page,
        PageSection,
        Parameter,
        Prose,
        Ref,
        Reference,
        Response,
        Scalar,
        Type,
    )
    from codegen.project.check import check
    from codegen.project.config.configuration import Config
    from codegen.project.config.configuration import load as load_config
    from codegen.project.emit import generate
    from codegen.readers.releases import ReleaseSource
    from codegen.readers.sources import SourcePath, read
    from codegen.translation.update import Update, translate
    from codegen.validation.manifest_files import validate_files
    from codegen.validation.object_finding import Answer, Layer, ObjectFinding
    from codegen.validation.object_validation import validate
    from codegen.validation.rule_catalogue import rules
    from codegen.validation.upgrade import upgrade
    from codegen.validation.validator import Validator

__version__ = "0.4.0"

__all__ = [
    "Answer",
    "Array",
    "CodegenError",
    "Comparison",
    "Config",
    "Definition",
    "Field",
    "FileSet",
    "Finding",
    "GroupVersionKind",
    "History",
    "Languages",
    "Layer",
    "Level",
    "ListType",
    "Locale",
    "LossyType",
    "Map",
    "ObjectFinding",
    "Operation",
    "Page",
    "PageSection",
    "Parameter",
    "Prose",
    "Ref",
    "Reference",
    "ReleaseSource",
    "Report",
    "Response",
    "Results",
    "Review",
    "Rule",
    "Scalar",
    "SourceError",
    "SourcePath",
    "Span",
    "Type",
    "Update",
    "Validator",
    "__version__",
    "check",
    "diff",
    "generate",
    "history",
    "load_config",
    "read",
    "render",
    "review",
    "rules",
    "translate",
    "upgrade",
    "validate",
    "validate_files",
]

# Where each name is; all others are of the model.
_MODULES = {
    "project.config.configuration": ("Config", "load_config"),
    "core.generated_files": ("Comparison", "FileSet"),
    "core.locales": ("Languages", "Locale"),
    "drift.diff": ("diff",),
    "drift.history.history": ("history",),
    "drift.history.records": ("History",),
    "drift.review.review": ("Review", "review"),
    "core.diagnostics": ("CodegenError", "Finding", "Level", "Report", "SourceError", "Span"),
    "findings.finding": ("Results",),
    "findings.formats": ("render",),
    "findings.rules.rule": ("Rule",),
    "project.check": ("check",),
    "project.emit": ("generate",),
    "readers.releases": ("ReleaseSource",),
    "readers.sources": ("SourcePath", "read"),
    "translation.update": ("Update", "translate"),
    "validation.rule_catalogue": ("rules",),
    "validation.manifest_files": ("validate_files",),
    "validation.object_finding": ("Answer", "Layer", "ObjectFinding"),
    "validation.upgrade": ("upgrade",),
    "validation.object_validation": ("validate",),
    "validation.validator": ("Validator",),
}
_OTHER_NAMES = {"load_config": "load"}  # what they are called there


# A type checker, which would take any name for one of these, sees the imports above.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        module = next((module for module, names in _MODULES.items() if name in names), "model")
        export: object = getattr(
            import_module(f"{__name__}.{module}"), _OTHER_NAMES.get(name, name)
        )
        globals()[name] = export
        return export


def __dir__() -> list[str]:
    dunders = (name for name in globals() if name.startswith("__"))  # `help` needs some of them
    return sorted({*dunders, *__all__})

"""Registry of source forms, bundled and from plug-ins."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from codegen.core import records
from codegen.core.diagnostics import CodegenError, Finding, Span
from codegen.core.source import Source
from codegen.readers.form import DocumentForm, Layout
from codegen.readers.unreadable_text import find_enclosing_text

GROUP = "codegen.layouts"  # entry points


@cache
def bundled_forms() -> Mapping[str, Layout | DocumentForm]:
    """Return the bundled forms in order of recognition."""
    forms = sorted(
        records.find_records("codegen.readers", "FORMS"), key=lambda form: form.precedence
    )
    return MappingProxyType({form.name: form for form in forms})


def get(name: str) -> Layout | DocumentForm:
    """Return the form of this name."""
    return bundled_forms().get(name) or _plugin_layouts().layouts[name]


def recognize_form(
    source: Source, failed: list[Finding] | None = None
) -> Layout | DocumentForm | None:
    """Return the form of a text, or None if unrecognized.

    A page inside another text, such as a quoted page, is not recognized. Plug-ins are asked for a
    text that no bundled form recognizes. Errors of their layouts are added to `failed`.
    """
    if find_enclosing_text(source.text) is not None:
        return None
    for form in bundled_forms().values():
        if form.recognises(source):
            return form
    layouts, errors = _plugin_layouts()
    faults = [fault for error in errors for fault in error.diagnostics]
    try:
        return next((layout for layout in layouts.values() if layout.recognises(source)), None)
    except CodegenError as error:
        faults += error.diagnostics
    finally:
        if failed is not None:
            failed += faults
    return None


class _PluginLayouts(NamedTuple):
    """The layouts of plug-ins by name, and the errors of broken ones."""

    layouts: Mapping[str, Layout]
    errors: tuple[CodegenError, ...]


@cache
def _plugin_layouts() -> _PluginLayouts:
    """Load the layouts of plug-ins, with errors for broken ones."""
    layouts = []
    errors = []
    for name in records.entry_point_names(GROUP):
        if name in bundled_forms():
            continue
        place = Span(path=name)
        try:
            layout = records.load(GROUP, name, Layout, place)
        except CodegenError as error:
            errors.append(error)
            continue
        if layout is not None:
            recognises, read = (
                records.guard_plugin(name, part, place) for part in (layout.recognises, layout.read)
            )
            layouts.append(replace(layout, recognises=recognises, read=read))
    layouts.sort(key=lambda layout: layout.precedence)
    by_name = MappingProxyType({layout.name: layout for layout in layouts})
    return _PluginLayouts(layouts=by_name, errors=tuple(errors))

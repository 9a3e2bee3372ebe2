"""The pins of a configuration, which fill the braces of its addresses, and their new values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from codegen.core.diagnostics import Span, failure
from codegen.core.line_ends import encode_like
from codegen.core.source import Source, decode, read_data
from codegen.project.config.configuration import Config
from codegen.project.config.file_records import PIN_PATTERN
from codegen.readers.documents.loader import read_settings
from codegen.translation.pages.text_edits import Edit, apply_edits


class PinChange(Struct, frozen=True, kw_only=True):
    """A pin with its old and its new value."""

    name: str
    old: str
    new: str


def refuse_invalid_pins(config: Config, pins: Mapping[str, str]) -> None:
    """Refuse pins that the configuration does not have, and values that no release has.

    Raises `CodegenError`.
    """
    for name, value in pins.items():
        if name not in config.pins:
            names = ", ".join(config.pins) or "none"
            raise failure(
                "pin-missing",
                f"there is no pin {name!r}",
                Span(path=config.name),
                f"the pins of this file are: {names}",
                arguments=(name,),
                choices=tuple(config.pins),
            )
        if not re.fullmatch(PIN_PATTERN, value):
            raise failure(
                "pin-invalid",
                f"{value!r} cannot be the value of the pin {name!r}",
                Span(path=config.name),
                "write letters, digits and the signs . _ + - only, as in a release",
                arguments=(
                    value,
                    name,
                ),
            )


class PinnedConfiguration(NamedTuple):
    """The bytes of a configuration with new pins, and the changes."""

    data: bytes
    changes: tuple[PinChange, ...]


def replace_pins(config_file: Path, pins: Mapping[str, str]) -> PinnedConfiguration:
    """Replace the pins of a configuration. All else stays.

    Raises `CodegenError` for a pin that is not written in one piece, such as an alias.
    """
    data = read_data(config_file, str(config_file))
    source = Source(decode(data, str(config_file)), str(config_file))
    document = read_settings(source)
    written: Mapping[str, str] = document.data.get("pins", {})
    changes: list[PinChange] = []
    edits: list[Edit] = []
    for name, value in pins.items():
        old = written[name]
        if old == value:
            continue
        changes.append(PinChange(name=name, old=old, new=value))
        start = document.offset(("pins", name))
        if not re.match(rf"[\"']?{re.escape(old)}", source.text[start:]):
            raise _unwritable_pin(document.span("pins", name))
        edits.append(_edit_pin(source.text, start, old, value))
    text = apply_edits(source.text, edits)
    expected = {**document.data, "pins": {**written, **pins}}
    if edits and read_settings(Source(text, source.path)).data != expected:
        raise _unwritable_pin(document.span("pins"))
    return PinnedConfiguration(encode_like(data, source.text, text), tuple(changes))


def _unwritable_pin(span: Span) -> Exception:
    return failure(
        "pin-invalid",
        "this pin cannot be replaced as it is written",
        span,
        'write it in one piece, as in `pins: {name: "1.0"}`, without anchors, tags and escapes',
    )


def _edit_pin(text: str, start: int, old: str, new: str) -> Edit:
    """Return the edit of a pin at an offset. A value without quotation marks gets them."""
    mark = text[start] if text[start] in "\"'" else ""
    end = text.index(old, start) + len(old) + len(mark)
    quote = mark or '"'
    return Edit(start=start, end=end, text=f"{quote}{new}{quote}")

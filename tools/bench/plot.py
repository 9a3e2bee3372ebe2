"""The chart for the README: the time of one validation in each library, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from html import escape

OURS = "generated"
_BAR, _LEFT, _WIDTH = 18, 196, 760
_COLOURS = {True: "#326ce5", False: "#9aa5b1"}
_NAMES = {"errors of generated": "generated", "errors of jsonschema-rs": "jsonschema-rs"}


def draw(figures: Mapping[str, Mapping[str, float]], machine: str) -> str:
    """Return an SVG of microseconds by library for each title, with `machine` below."""
    lines: list[str] = []
    top = 34
    for title, times in figures.items():
        errors = {name: time for name, time in times.items() if name in _NAMES}
        valid = {name: time for name, time in times.items() if name not in errors}
        for heading, panel in (
            (f"{title}, valid", valid),
            (f"{title}, seven errors collected", errors),
        ):
            lines.append(_text(12, top, heading, 'font-weight="600"'))
            top += 10
            lines += _bars(panel, top)
            top += len(panel) * (_BAR + 4) + 28
    lines.append(
        _text(
            12,
            top,
            f"Microseconds for one object; lengths are logarithmic. {machine}.",
            'fill="#57606a"',
        )
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{top + 14}" viewBox="0 0 {_WIDTH} {top + 14}"'
    style = 'font-family="system-ui, sans-serif" font-size="12" fill="#24292f"'
    ground = f'<rect width="{_WIDTH}" height="{top + 14}" fill="#ffffff"/>'
    return "\n".join([f"{head} {style}>", ground, *lines, "</svg>", ""])


def _bars(panel: Mapping[str, float], top: int) -> Iterator[str]:
    longest = max(panel.values())
    decades = math.log10(longest / min(panel.values())) + 1
    for number, (name, time) in enumerate(sorted(panel.items(), key=lambda each: each[1])):
        y = top + number * (_BAR + 4)
        width = (math.log10(time / longest) / decades + 1) * (_WIDTH - _LEFT - 120)
        shown = _NAMES.get(name, name)
        yield _text(_LEFT - 8, y + 13, shown, 'text-anchor="end"')
        yield f'<rect x="{_LEFT}" y="{y}" width="{width:.0f}" height="{_BAR}" fill="{_COLOURS[shown.startswith(OURS)]}"/>'
        yield _text(
            round(_LEFT + width + 6), y + 13, f"{time:.1f}" if time < 100 else f"{time:.0f}", ""
        )


def _text(x: int, y: int, text: str, more: str) -> str:
    return f'<text x="{x}" y="{y}"{" " + more if more else ""}>{escape(text)}</text>'

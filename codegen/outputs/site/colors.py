"""The color of a project's links, in forms that can be read on light and on dark pages."""

from __future__ import annotations

_LIGHT_PAGE = (255, 255, 255)
_DARK_PAGE = (18, 22, 28)  # `--page` of site.css
_WHITE = (255, 255, 255)
_BLACK = (0, 0, 0)
_CONTRAST = 4.6  # WCAG asks for 4.5
_STEPS = 50

Color = tuple[int, int, int]


def write_accent_style(color: str) -> str:
    """Write the style that sets the color of links, `#rrggbb`, on light and on dark pages."""
    chosen = _parse(color)
    if _contrast(chosen, _LIGHT_PAGE) >= _CONTRAST:
        light = color
    else:
        light = _adjust(chosen, _BLACK)
    dark = _adjust(chosen, _WHITE)
    return f":root {{ --brand: {color}; --accent: {light}; --accent-dark: {dark}; }}\n"


def _adjust(color: Color, shade: Color) -> str:
    """Mix a color with black or white until it can be read on the page of the other kind."""
    page = _LIGHT_PAGE if shade == _BLACK else _DARK_PAGE
    for step in range(_STEPS + 1):
        mixed = _mix(color, shade, step / _STEPS)
        if _contrast(mixed, page) >= _CONTRAST:
            return _format(mixed)
    return _format(shade)


def _mix(color: Color, shade: Color, share: float) -> Color:
    red, green, blue = (
        round(start + (end - start) * share) for start, end in zip(color, shade, strict=True)
    )
    return red, green, blue


def _contrast(first: Color, second: Color) -> float:
    """Return the contrast of two colors by the formula of WCAG."""
    bright, dim = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = map(_linear, color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: int) -> float:
    share = channel / 255
    if share <= 0.04045:
        return share / 12.92
    return float(((share + 0.055) / 1.055) ** 2.4)


def _parse(color: str) -> Color:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _format(color: Color) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in color)

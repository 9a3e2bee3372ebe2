"""The color of links on light and on dark pages."""

from __future__ import annotations

import re

import pytest

from codegen.outputs.site.colors import _contrast, _parse, write_accent_style

PAGES = {"accent": "#ffffff", "accent-dark": "#12161c"}


@pytest.mark.parametrize("color", ["#7a1f5c", "#ffff00", "#000000", "#ffffff", "#1C5DB8"])
def test_links_can_be_read_on_both_pages(color: str) -> None:
    made = dict(re.findall(r"--([\w-]+): (#\w{6})", write_accent_style(color)))
    assert made["brand"] == color
    for name, page in PAGES.items():
        assert _contrast(_parse(made[name]), _parse(page)) >= 4.5, name


def test_readable_color_stays() -> None:
    assert "--accent: #7a1f5c;" in write_accent_style("#7a1f5c")

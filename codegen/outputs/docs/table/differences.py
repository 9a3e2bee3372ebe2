"""Rules for the differences between table pages and those of the upstream generator, explained in
`docs/table-differences.md`.

With `compat: upstream` no rule applies.
"""

from __future__ import annotations

from enum import StrEnum


class Difference(StrEnum):
    """The id of a rule."""

    LINK_BY_KEY = "link-by-key"
    TYPE_SHOWN = "type-shown"
    MAP_VALUES = "map-values"
    FORMATS = "formats"
    EVERY_TYPE = "every-type"
    EVERY_OPERATION = "every-operation"
    EVERY_RESPONSE = "every-response"
    CELL_HTML = "cell-html"
    SECTION_TEXT = "section-text"
    REQUIRED_PARAMETER = "required-parameter"
    PLAIN_FRONT_MATTER = "plain-front-matter"
    STABLE_WEIGHT = "stable-weight"
    OWN_IMPORT = "own-import"
    NOTICE = "notice"
    REDIRECTS = "redirects"
    PAGE_END = "page-end"


ALL = frozenset(Difference)
NONE: frozenset[Difference] = frozenset()


def differences(compat: str) -> frozenset[Difference]:
    """Return the rules for the option `compat`, none for `upstream` and otherwise all."""
    return NONE if compat == "upstream" else ALL

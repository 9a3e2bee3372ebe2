"""Rules by which table pages differ from those of the upstream generator. `docs/table-differences.md` explains each.

The writer asks for a rule by its name. With `compat: upstream` there is none, and pages are as upstream writes them.
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
    """The rules that hold for an output's `compat` option: all of them, or none for `upstream`."""
    return NONE if compat == "upstream" else ALL

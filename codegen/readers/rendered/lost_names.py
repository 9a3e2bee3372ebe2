"""Names of definitions whose translated headings have lost them in copied text.

The name of such a heading was in its anchor. Bundled definitions of Kubernetes tell it by their
fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from codegen.model.kubernetes import openapi_package
from codegen.readers.built_in.structure import built_ins
from codegen.readers.rendered.parts import Bullet, PartGroup
from codegen.readers.shared.tokens import WRAPPERS

_TYPE = re.compile(rf"\s*+[(（]\s*+{WRAPPERS}\s*+(?P<name>[A-Z]\w*+)\s*+[)）]")
_LEAST_FIELDS = 2
_LEAST_SHARE = 0.9  # of the fields of a page, which may be of another release


def find_lost_name(group: PartGroup, groups: Sequence[PartGroup], import_path: str) -> str:
    """Return the name of the definition that has the fields of a group, or an empty string.

    It is a type of the page without a heading.
    """
    fields = {bullet.name for bullet in _find_bullets([group]) if "." not in bullet.name}
    if len(fields) < _LEAST_FIELDS or not import_path:
        return ""
    package = openapi_package(import_path)
    named = {group.name for group in groups}
    candidates = _find_type_names(groups) - named
    matching = [name for name in candidates if _has_fields(f"{package}.{name}", fields)]
    if len(matching) == 1:
        return matching[0]
    return ""


def _find_bullets(groups: Iterable[PartGroup]) -> list[Bullet]:
    return [part for group in groups for part in group.parts if isinstance(part, Bullet)]


def _find_type_names(groups: Iterable[PartGroup]) -> set[str]:
    types = (_TYPE.match(bullet.rest) for bullet in _find_bullets(groups))
    return {match["name"] for match in types if match is not None}


def _has_fields(key: str, fields: set[str]) -> bool:
    facts = built_ins().facts(key)
    if facts is None:
        return False
    return len(fields & facts.fields.keys()) >= _LEAST_SHARE * len(fields)

"""What a text is, by the text alone: cheap signs, so that a run loads only the readers that it needs."""

from __future__ import annotations

import re

from codegen.core.source import Source
from codegen.readers.shared import front_matter

_HEAD_OF_PAGE = 65_536  # the first table of a page begins within these characters, or the page has none
_VERSION = re.compile(r"`apiVersion:[ \t]*+[^`\s]++`")
_IMPORT = re.compile(r"`import[ \t]++[\"“”'][^\"“”'`\n]++[\"“”']?+`")
_SECTION = re.compile(r"\n## [^\n{]*+\{#")
_RULE = re.compile(r"<hr\s*+/?>", re.IGNORECASE)
_BULLET = re.compile(r"-\s+\*\*[^*\n]{1,200}\*\*\s*[(（:：]|##\s+[^#{}\n]{1,160}\{#")
_LIST_BULLET = re.compile(r"\n-[^\S\n]++\*\*")
_CELL = re.compile(r"<t[dh][\s>]")

_TOP = ("swagger", "openapi", "definitions", "components", "$defs", "$schema")
_YAML_KEY = re.compile(rf"^([\"']?)({'|'.join(map(re.escape, _TOP))})\1[ \t]*:(?:\s|\Z)", re.MULTILINE)
_YAML_FIRST = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n|---[ \t]*\n)*[\"']?[\w$.-]+[\"']?[ \t]*:(?:\s|\Z)")
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n.*?^---[ \t]*$", re.DOTALL | re.MULTILINE)


def is_document(source: Source) -> bool:
    """Whether this is meant as an OpenAPI document or a JSON Schema, by its top-level keys; nothing is parsed."""
    text = source.text
    if looks_like_json(source):
        return any(f'"{word}"' in text for word in _TOP)
    return bool(_YAML_FIRST.match(text)) and not _FRONT_MATTER.match(text) and bool(_YAML_KEY.search(text))


def looks_like_json(source: Source) -> bool:
    """Whether the text begins as a JSON object does."""
    return source.text[:4096].lstrip().startswith("{")


def is_table_page(source: Source) -> bool:
    """Whether this is a page of the table layout: the head of a reference page, tables or a section, and no bullets."""
    text = source.text[:_HEAD_OF_PAGE]
    if text.lstrip()[:1] in ("{", "[") or "<" not in text:
        return False
    if not (_VERSION.search(text) or _IMPORT.search(text) or "api_metadata:" in text):
        return False
    table = text.find("<table")
    if _LIST_BULLET.search(text, 0, table if table >= 0 else len(text)):
        return False
    if table >= 0 and text.find("<th", table) >= 0:
        return True
    # A definition without fields has no table. The list layout prints no heading and no version for such a one.
    return all(each.search(text) for each in (_RULE, _VERSION, _SECTION))


def is_list_page(source: Source) -> bool:
    """Whether this is a page of the list layout: a reference head, or an import line and bullets or headings of its form."""
    if _CELL.search(source.text):
        return False
    head = front_matter.read_head(source.text)
    if head is not None and (head.front.kind or head.front.import_path):
        return True
    return _IMPORT.search(source.text) is not None and _BULLET.search(source.text) is not None

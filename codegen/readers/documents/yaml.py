"""YAML documents as plain data, event by event, so that depth, size and aliases are known before they hurt.

Refused, each with `file:line:column`: duplicate keys, nesting deeper than `MAX_DEPTH`, aliases that grow beyond
`MAX_NODES` values, tags that would build objects, more than one document, more than `MAX_YAML` characters.
"""

from __future__ import annotations

import re
from typing import Any

from codegen.core.source import Source
from codegen.findings.diagnostics import CodegenError, Span, failure

MAX_DEPTH = 200
MAX_NODES = 2_000_000
MAX_YAML = 8 * 1024 * 1024
KeyIndex = dict[tuple[int, str], list[int]]  # depth and name of a key -> its offsets, ascending

_YAML_TAG = "tag:yaml.org,2002:"
_YAML_INT = re.compile(r"[-+]?[0-9]{1,400}\Z|0x[0-9a-fA-F]{1,400}\Z|0o[0-7]{1,400}\Z")
_YAML_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?\Z")
_YAML_CONSTANTS = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


class _Open:
    """A container that is being read."""

    __slots__ = ("anchor", "container", "key", "weight")

    def __init__(self, container: dict[str, Any] | list[Any], anchor: str | None) -> None:
        self.container = container
        self.anchor = anchor
        self.key: str | None = None
        self.weight = 1


class _YamlBuilder:
    """Builds plain data from parser events, one by one; so depth and size are known before they hurt."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.index: KeyIndex = {}
        self.root: Any = None
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._documents = 0

    def feed(self, event: Any) -> None:
        """Take one event of ruamel.yaml's parser."""
        match type(event).__name__:
            case "ScalarEvent":
                self._scalar(event)
            case "AliasEvent":
                self._alias(event)
            case "MappingStartEvent" | "SequenceStartEvent" as start:
                self._start(event, {} if start.startswith("M") else [])
            case "MappingEndEvent" | "SequenceEndEvent":
                done = self._open.pop()
                self._put(done.container, done.weight, done.anchor, event)
            case "DocumentStartEvent":
                self._documents += 1
                if self._documents > 1:
                    raise failure(
                        "yaml-several-documents",
                        "a second document begins here",
                        self._span(event),
                        "put each document into a file of its own",
                    )

    def _span(self, event: Any) -> Span:
        mark = event.start_mark
        return Span(path=self.source.path, line=mark.line + 1, column=mark.column + 1)

    def _start(self, event: Any, container: dict[str, Any] | list[Any]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise too_deep(self._span(event))
        if self._open and isinstance(self._open[-1].container, dict) and self._open[-1].key is None:
            raise failure(
                "yaml-key", "a list or mapping stands as a key", self._span(event), "use a plain word as the key"
            )
        self._check_tag(event, ("map", "seq"))
        self._open.append(_Open(container, event.anchor))

    def _scalar(self, event: Any) -> None:
        self._check_tag(event, ("str", "int", "float", "bool", "null"))
        if self._open and isinstance(self._open[-1].container, dict) and self._open[-1].key is None:
            self._key(event, str(event.value))
            if event.anchor:
                self._anchors[event.anchor] = (event.value, 1)
            return
        plain = event.implicit[0] and event.style not in ("'", '"', "|", ">")
        self._put(_plain_value(event.value) if plain else event.value, 1, event.anchor, event)

    def _key(self, event: Any, key: str) -> None:
        top = self._open[-1]
        if key in top.container:
            raise duplicate_key(self._span(event), key)
        top.key = key
        self.index.setdefault((len(self._open), key), []).append(event.start_mark.index)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            raise failure(
                "yaml-alias",
                f"*{event.anchor} names nothing that is complete here",
                self._span(event),
                "write the value out",
            )
        value, weight = self._anchors[event.anchor]
        top = self._open[-1]
        if isinstance(top.container, dict) and top.key is None:
            if not isinstance(value, str):
                raise failure(
                    "yaml-key", f"*{event.anchor} is no word that can be a key", self._span(event), "write the key out"
                )
            self._key(event, value)
        else:
            self._put(value, weight, None, event)

    def _put(self, value: Any, weight: int, anchor: str | None, event: Any) -> None:
        if anchor:
            self._anchors[anchor] = (value, weight)
        if not self._open:
            self.root = value
            return
        top = self._open[-1]
        top.weight += weight
        if top.weight > MAX_NODES:
            raise failure(
                "yaml-too-large",
                f"aliases grow this to more than {MAX_NODES} values",
                self._span(event),
                "write the values out, without anchors that contain aliases",
            )
        if isinstance(top.container, list):
            top.container.append(value)
        elif top.key is not None:
            top.container[top.key] = value
            top.key = None

    def _check_tag(self, event: Any, allowed: tuple[str, ...]) -> None:
        tag = str(event.tag or "")
        if tag and tag != "!" and tag not in [_YAML_TAG + word for word in allowed] + [f"!!{word}" for word in allowed]:
            raise failure("yaml-tag", f"the tag {tag!r} is not read", self._span(event), "remove the tag")


def _plain_value(text: str) -> Any:
    if text in _YAML_CONSTANTS:
        return _YAML_CONSTANTS[text]
    if _YAML_INT.match(text):
        return int(text, {"0x": 16, "0o": 8}.get(text[:2], 10))
    return float(text) if len(text) < 400 and _YAML_FLOAT.match(text) else text


def read_yaml(source: Source) -> tuple[Any, KeyIndex]:
    """The data of a YAML document and where its keys stand. Raises `CodegenError` with the place of what is wrong."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    from codegen.readers.documents import tabs

    if len(source.text) > MAX_YAML:
        raise failure(
            "document-too-large",
            f"{len(source.text)} characters of YAML, at most {MAX_YAML} are read",
            source.whole,
            "convert the document to JSON",
        )
    builder = _YamlBuilder(source)
    try:
        for event in tabs.events(source.text):
            builder.feed(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Span(path=source.path, line=mark.line + 1, column=mark.column + 1) if mark else source.whole
        hint = tabs.hint(source.text, mark.index if mark else None)
        raise failure("not-yaml", f"not YAML: {error.problem or error.context}", place, hint) from None
    except YAMLError as error:
        offset = getattr(error, "position", None)
        place = source.span(offset) if isinstance(offset, int) and 0 <= offset <= len(source.text) else source.whole
        reason = str(getattr(error, "reason", "") or "it cannot be read")
        raise failure("not-yaml", f"not YAML: {reason}", place, "correct the document") from None
    return builder.root, builder.index


def too_deep(place: Span) -> CodegenError:
    """The message for nesting beyond the limit."""
    return failure(
        "document-too-deep",
        f"nested deeper than {MAX_DEPTH} levels",
        place,
        "no API document nests that deep; check how it was made",
    )


def duplicate_key(place: Span, key: str) -> CodegenError:
    """The message for a key that repeats one of its object."""
    return failure("duplicate-key", f"the key {key[:200]!r} stands twice in one object", place, "remove one of the two")

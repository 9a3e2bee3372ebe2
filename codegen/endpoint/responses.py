"""Answers with objects as JSON, YAML or protobuf in Go's layout, and with warnings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import accumulate
from typing import NamedTuple

import yaml
from starlette.responses import Response

from codegen.core.json_types import JsonObject
from codegen.endpoint import protobuf
from codegen.endpoint.negotiation import JSON, PROTOBUF, YAML, ResponseFormat
from codegen.endpoint.status_errors import StatusError
from codegen.kube.statuses import build_failure

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
_COMPACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_MOST_WARNED = 4096  # characters of all warnings, beyond which each is cut
_CUT = 256  # characters left of each


class EncodedBody(NamedTuple):
    """The bytes of a body, and their media type."""

    data: bytes
    media_type: str


def object_response(
    obj: Mapping[str, object],
    status: int,
    form: ResponseFormat,
    *,
    headers: Mapping[str, str] | None = None,
    warnings: Sequence[str],
) -> Response:
    """Answer with an object, or its metadata alone.

    Raises StatusError (406) for an object without metadata.
    """
    shown = extract_metadata(obj) if form.metadata_only and obj.get("kind") != "Status" else obj
    body = _encode(shown, form)
    response = data_response(body.data, status, body.media_type, headers)
    # Warnings may be in any language, as those of API servers are: not in the encoding of other
    # headers.
    response.raw_headers.extend((b"warning", value.encode()) for value in warning_headers(warnings))
    return response


def data_response(
    data: bytes, status: int, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with bytes."""
    return Response(
        data,
        status,
        {"content-type": media_type, "cache-control": "no-cache, private", **(headers or {})},
    )


def _encode(obj: Mapping[str, object], form: ResponseFormat) -> EncodedBody:
    """Encode an object, as JSON if the field numbers of its kind are not known."""
    if form.media_type == PROTOBUF:
        with suppress(protobuf.UnknownMessage):
            return EncodedBody(protobuf.encode(obj), PROTOBUF)
    if form.media_type == YAML:
        text = yaml.dump(dict(obj), Dumper=_GoDumper, allow_unicode=True, width=80)
        return EncodedBody(_utf8(text), YAML)
    return EncodedBody(json_bytes(obj, pretty=form.pretty), JSON)


def json_bytes(obj: object, *, pretty: bool) -> bytes:
    """Encode a value as Go does, with escapes for characters of HTML."""
    if pretty:
        text = json.dumps(obj, ensure_ascii=False, allow_nan=False, indent=2)
    else:
        text = f"{_COMPACT.encode(obj)}\n"
    return _utf8(text.translate(_ESCAPES))


def _utf8(text: str) -> bytes:
    """Encode a text. Half a character is replaced as in Go."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


class _GoDumper(yaml.SafeDumper):
    """A writer of YAML with the quotes of Go's library."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """Choose the quotes of a text."""
        tag: str = self.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
        style = None if tag.endswith(":str") else '"'
        node: yaml.ScalarNode = self.represent_scalar("tag:yaml.org,2002:str", text, style=style)
        return node


_GoDumper.add_representer(str, _GoDumper.represent_text)


def extract_metadata(obj: Mapping[str, object]) -> JsonObject:
    """Return the metadata of an object or of the items of a list."""
    items = obj.get("items")
    if isinstance(items, list):
        head = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1"}
        return {
            **head,
            "metadata": obj.get("metadata") or {},
            "items": [extract_metadata(item) for item in items],
        }
    if "metadata" not in obj:
        text = f"you requested PartialObjectMetadata, but {obj.get('kind')} has no metadata"
        raise StatusError(build_failure(406, text))
    return {
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": obj["metadata"] or {},
    }


def warning_headers(warnings: Sequence[str]) -> list[str]:
    """Return the values of Warning headers without repetitions, shortened if they are very long."""
    listed = [text for text in dict.fromkeys(warnings) if text and not _CONTROL.search(text)]
    if sum(map(len, listed)) > _MOST_WARNED:
        cut = [text[:_CUT] for text in listed]
        starts = accumulate(map(len, cut), initial=0)
        listed = [text for text, start in zip(cut, starts, strict=False) if start < _MOST_WARNED]
    escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in listed)
    return [f'299 - "{text}"' for text in escaped]

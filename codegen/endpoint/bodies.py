"""Bodies of requests, decoded by the schema of their kind, and patches."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

from codegen.core.diagnostics import Level
from codegen.core.json_types import JsonObject, JsonValue
from codegen.endpoint import patches, protobuf
from codegen.endpoint.body_syntax import (
    DuplicateField,
    RefusedBody,
    describe_unrecognised,
    parse_value,
    require_object,
)
from codegen.endpoint.kinds import DELETE_OPTIONS, Kind
from codegen.endpoint.negotiation import JSON_PATCH, MERGE_PATCH, PROTOBUF, YAML
from codegen.endpoint.patches import PatchError, StrategicMerge
from codegen.endpoint.settings import server_answers
from codegen.endpoint.status_errors import StatusError, build_bad_request
from codegen.kube import statuses
from codegen.kube.errors import UNKNOWN
from codegen.kube.statuses import StatusCause, go_value
from codegen.model import Ref
from codegen.validation import Validator
from codegen.validation.decoder_messages import SCHEME
from codegen.validation.object_finding import (
    RECOGNISING,
    REPEATED,
    describe_decoding_error,
    describe_unknown_field,
)

_NOT_APPLIED = (
    "the server rejected our request due to an error in our request"  # all that servers say
)
QUICK_BYTES = 16 * 1024  # of a body that is parsed at once, which takes a tenth of a second
_MOST_YAML_BYTES = 1024 * 1024
# Fields and items of an object, which are checked within about a second. The deepest lists that
# servers read, of 10,000 levels, fit in.
_MOST_VALUES = 12_000
_OBJECT_WEIGHT = 10  # of an object in a list, to which many rules apply
_MOST_PATCH_VALUES = 200_000  # of a JSON Patch, whose result has the limit of objects
# One thread, so that others are served while a large body is parsed or validated.
_WORKER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="codegen-worker")
T = TypeVar("T")
Refuse = Callable[[str], StatusError]  # by the fault of decoding
Decoded = tuple[JsonObject, list[str]]  # an object, and the warnings about its fields


class ParsedBody(NamedTuple):
    """The value of a body with its media type and its duplicate fields."""

    media_type: str = ""
    value: JsonValue = None
    repeated: Sequence[DuplicateField] = ()


async def parse_body(data: bytes, media_type: str, api_version: str, kind: str) -> ParsedBody:
    """Parse a body with an object of a kind.

    Raises StatusError for wrong syntax and too many values.
    """
    if media_type == YAML and len(data) > _MOST_YAML_BYTES:
        text = f"Request entity too large: limit of YAML is {_MOST_YAML_BYTES}"
        raise StatusError(statuses.build_failure(413, text))
    return await _parse(lambda: read_object(data, media_type, api_version, kind), len(data))


async def parse_patch(data: bytes, media_type: str) -> ParsedBody:
    """Parse a patch. Raises StatusError for wrong syntax and too many values."""
    return await _parse(lambda: read_patch(data, media_type), len(data))


async def run_in_worker(function: Callable[[], T]) -> T:
    """Call a function that may take long, while other requests are answered."""
    return await asyncio.get_running_loop().run_in_executor(_WORKER, function)


async def _parse(read: Callable[[], ParsedBody], size: int) -> ParsedBody:
    """Read a body, in another thread if that takes long. Raises StatusError."""
    if size <= QUICK_BYTES:
        return read()
    return await run_in_worker(read)


def check_size(value: object, most: int = _MOST_VALUES) -> None:
    """Raise StatusError (413) for a value with too many fields and items."""
    waiting, count = [value], 0
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict):
            inner = list(inner.values())
        elif isinstance(inner, list):
            objects = sum(isinstance(item, dict) for item in inner)
            count += objects * (_OBJECT_WEIGHT - 1)
        else:
            continue
        count += len(inner)
        if count > most:
            raise _build_size_failure(most)
        waiting.extend(inner)


def _build_size_failure(most: int) -> StatusError:
    text = f"Request entity too large: limit is {most} fields and items"
    return StatusError(statuses.build_failure(413, text))


class BodyReader:
    """Reads the bodies of requests about the kinds of a validator."""

    def __init__(self, validator: Validator, release: str) -> None:
        self._validator = validator
        self._scheme = f"scheme.go:{server_answers(release)['scheme-line']}"
        self._strategic = StrategicMerge(validator.reference)

    def read(self, body: ParsedBody, kind: Kind, field_validation: str) -> Decoded:
        """Read an object. Raises StatusError for wrong types or kinds."""

        def refuse(why: str) -> StatusError:
            return StatusError(statuses.build_undecodable(kind.name, kind.version, why))

        return self._decode(body.value, body.repeated, kind, field_validation, refuse)

    def read_delete_options(self, body: ParsedBody) -> JsonObject:
        """Read the optional body of a deletion. Raises StatusError."""
        sent = body.value or {}
        options = {
            name: value for name, value in sent.items() if name not in ("apiVersion", "kind")
        }
        for finding in self._validator.decode(options, DELETE_OPTIONS, field_validation="Ignore"):
            if finding.level is Level.ERR and finding.answer is not None:
                raise build_bad_request(finding.answer.text)
        return options

    def _decode(
        self,
        decoded: JsonObject,
        repeated: Sequence[DuplicateField],
        kind: Kind,
        field_validation: str,
        refuse: Refuse,
    ) -> Decoded:
        named = {
            "apiVersion": decoded.get("apiVersion") or kind.api_version,
            "kind": decoded.get("kind") or kind.name,
        }
        sent = {**decoded, **named}
        pairs = [duplicate[:2] for duplicate in repeated]
        findings = self._validator.decode(
            sent, kind.key, field_validation=field_validation, repeated=pairs
        )
        answers = [
            (finding.answer, finding)
            for finding in findings
            if finding.level is Level.ERR and finding.answer is not None
        ]
        for answer, _ in answers:
            if answer.stage == RECOGNISING:  # before all else a decoder looks at the kind
                raise build_bad_request(answer.text.replace(SCHEME, self._scheme))
        if answers:
            raise refuse(describe_decoding_error(answers))
        warnings = [
            describe_unknown_field(finding) for finding in findings if finding.code == UNKNOWN
        ]
        # Validation leaves out the repeated fields below an unknown field.
        counted = {finding.message for finding in findings if finding.code == REPEATED}
        warnings += [
            text
            for duplicate in repeated
            if duplicate.text in counted
            for text in duplicate.warnings
        ]
        return sent, warnings[: statuses.MOST_STRICT]

    def patch(
        self, old: Mapping[str, object], body: ParsedBody, kind: Kind, field_validation: str
    ) -> Decoded:
        """Apply a patch to a stored object. Raises StatusError."""
        try:
            patched = self._apply_patch(old, body, kind)
            return self._decode_patched(patched, body, kind, field_validation)
        except (PatchError, RecursionError):  # moves of a short patch nest values deeply
            raise StatusError(statuses.build_failure(422, _NOT_APPLIED, {})) from None

    def _apply_patch(self, old: Mapping[str, object], body: ParsedBody, kind: Kind) -> JsonObject:
        """Return an object after a patch. Raises PatchError, and StatusError if it is too large."""
        if body.media_type == JSON_PATCH:
            patched = patches.apply_operations(old, body.value)
        elif body.media_type == MERGE_PATCH:
            patched = patches.merge(old, body.value)
        else:
            patched = self._strategic.apply(old, body.value, Ref(key=kind.key))
        if not isinstance(patched, dict):
            raise PatchError("the result is no object")
        check_size(patched)
        return patched

    def _decode_patched(
        self, patched: JsonObject, body: ParsedBody, kind: Kind, field_validation: str
    ) -> Decoded:
        """Decode a patched object. Raises StatusError."""

        def refuse(why: str) -> StatusError:
            text = go_value(
                json.dumps(patched, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            )
            cause = StatusCause("FieldValueInvalid", f"Invalid value: {text}: {why}", "patch")
            return StatusError(statuses.build_invalid("", "", "", [cause]))

        return self._decode(patched, body.repeated, kind, field_validation, refuse)


def read_object(data: bytes, media_type: str, api_version: str, kind: str) -> ParsedBody:
    """Read the object of a body with its duplicate fields. Raises StatusError."""
    try:
        if media_type == PROTOBUF:
            obj = protobuf.decode(data, api_version, kind, most_items=_MOST_VALUES)
            body = ParsedBody(media_type, obj)
        else:
            value, repeated = parse_value(data, is_yaml=media_type == YAML)
            body = ParsedBody(media_type, require_object(value), repeated)
    except RefusedBody as why:
        raise build_bad_request(describe_unrecognised(data, kind, why)) from None
    except protobuf.TooManyValues:
        raise _build_size_failure(_MOST_VALUES) from None
    check_size(body.value)
    return body


def read_patch(data: bytes, media_type: str) -> ParsedBody:
    """Read a patch with its duplicate fields. Raises StatusError."""
    if media_type == JSON_PATCH:
        expected: type[Any] = list
    else:
        expected = dict
    try:
        value, repeated = parse_value(data)
        patch = expected() if value is None else value
        if not isinstance(patch, expected):
            raise RefusedBody(
                f"json: cannot unmarshal {type(patch).__name__} into a patch of type {media_type}"
            )
    except RefusedBody as reason:
        if media_type in (JSON_PATCH, MERGE_PATCH):
            head = "error decoding patch: "
        else:
            head = ""
        raise build_bad_request(f"{head}{reason}") from None
    check_size(patch, _MOST_PATCH_VALUES if media_type == JSON_PATCH else _MOST_VALUES)
    return ParsedBody(media_type, patch, repeated)

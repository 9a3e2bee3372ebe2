"""Bodies of requests, decoded by the schema of their kind, and patches."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from codegen.core.diagnostics import Level
from codegen.endpoint import patches, protobuf
from codegen.endpoint.body_syntax import DuplicateField, RefusedBody, describe_unrecognised, parse_value, require_object
from codegen.endpoint.kinds import DELETE_OPTIONS, Kind
from codegen.endpoint.negotiation import JSON_PATCH, MERGE_PATCH, PROTOBUF, YAML
from codegen.endpoint.patches import PatchError, StrategicMerge
from codegen.endpoint.settings import server_answers
from codegen.endpoint.status_errors import StatusError, build_bad_request
from codegen.kube import statuses
from codegen.kube.errors import UNKNOWN
from codegen.kube.statuses import Cause, go_value
from codegen.model import Ref
from codegen.validation import Validator
from codegen.validation.decoder_messages import SCHEME
from codegen.validation.object_finding import RECOGNISING, REPEATED, describe_decoding_fault, describe_unknown_field

_NOT_APPLIED = "the server rejected our request due to an error in our request"  # all that servers say
Refuse = Callable[[str], StatusError]  # by the fault of decoding
Decoded = tuple[dict[str, Any], list[str]]  # an object, and the warnings about its fields


class BodyReader:
    """Reads the bodies of requests about the kinds of a validator."""

    def __init__(self, validator: Validator, release: str) -> None:
        self._validator = validator
        self._scheme = f"scheme.go:{server_answers(release)['scheme-line']}"
        self._strategic = StrategicMerge(validator.reference)

    def read(self, data: bytes, media_type: str, kind: Kind, field_validation: str) -> Decoded:
        """Read an object. Raises StatusError for wrong syntax, types or kinds."""
        given, repeated = read_object(data, media_type, kind.api_version, kind.name)

        def refuse(why: str) -> StatusError:
            return StatusError(statuses.build_undecodable(kind.name, kind.version, why))

        return self._decode(given, repeated, kind, field_validation, refuse)

    def read_delete_options(self, data: bytes, media_type: str, kind: Kind) -> dict[str, Any]:
        """Read the optional body of a deletion. Raises StatusError."""
        if not data:
            return {}
        given, _ = read_object(data, media_type, kind.api_version, "DeleteOptions")
        options = {name: value for name, value in given.items() if name not in ("apiVersion", "kind")}
        for finding in self._validator.decode(options, DELETE_OPTIONS, field_validation="Ignore"):
            if finding.level is Level.ERR and finding.answer is not None:
                raise build_bad_request(finding.answer.text)
        return options

    def _decode(
        self,
        given: dict[str, Any],
        repeated: Sequence[DuplicateField],
        kind: Kind,
        field_validation: str,
        refuse: Refuse,
    ) -> Decoded:
        named = {"apiVersion": given.get("apiVersion") or kind.api_version, "kind": given.get("kind") or kind.name}
        sent = {**given, **named}
        pairs = [each[:2] for each in repeated]
        findings = self._validator.decode(sent, kind.key, field_validation=field_validation, repeated=pairs)
        answers = [(each.answer, each) for each in findings if each.level is Level.ERR and each.answer is not None]
        for answer, _ in answers:
            if answer.stage == RECOGNISING:  # before all else a decoder looks at the kind
                raise build_bad_request(answer.text.replace(SCHEME, self._scheme))
        if answers:
            raise refuse(describe_decoding_fault(answers))
        warnings = [describe_unknown_field(each) for each in findings if each.code == UNKNOWN]
        counted = {each.message for each in findings if each.code == REPEATED}  # without those below an unknown field
        warnings += [text for each in repeated if each.text in counted for text in each.warnings]
        return sent, warnings[: statuses.MOST_STRICT]

    def patch(self, old: Mapping[str, Any], data: bytes, media_type: str, kind: Kind, field_validation: str) -> Decoded:
        """Apply a patch to a stored object. Raises StatusError."""
        expected: Any = list if media_type == JSON_PATCH else dict
        try:
            patch, repeated = parse_value(data)
            patch = expected() if patch is None else patch
            if not isinstance(patch, expected):
                raise RefusedBody(f"json: cannot unmarshal {type(patch).__name__} into a patch of type {media_type}")
        except RefusedBody as reason:
            head = "error decoding patch: " if media_type in (JSON_PATCH, MERGE_PATCH) else ""
            raise build_bad_request(f"{head}{reason}") from None
        try:
            if media_type == JSON_PATCH:
                patched = patches.apply_operations(old, patch)
            elif media_type == MERGE_PATCH:
                patched = patches.merge(old, patch)
            else:
                patched = self._strategic.apply(old, patch, Ref(key=kind.key))
            if not isinstance(patched, dict):
                raise PatchError("the result is no object")
        except (PatchError, RecursionError):
            raise StatusError(statuses.build_failure(422, _NOT_APPLIED, {})) from None

        def refuse(why: str) -> StatusError:
            text = go_value(json.dumps(patched, ensure_ascii=False, separators=(",", ":"), sort_keys=True))
            cause = Cause("FieldValueInvalid", f"Invalid value: {text}: {why}", "patch")
            return StatusError(statuses.build_invalid("", "", "", [cause]))

        return self._decode(patched, repeated, kind, field_validation, refuse)


def read_object(
    data: bytes, media_type: str, api_version: str, kind: str
) -> tuple[dict[str, Any], tuple[DuplicateField, ...]]:
    """Read the object of a body with its duplicate fields. Raises StatusError."""
    try:
        if media_type == PROTOBUF:
            return protobuf.decode(data, api_version, kind), ()
        value, repeated = parse_value(data, is_yaml=media_type == YAML)
        return require_object(value), repeated
    except RefusedBody as why:
        raise build_bad_request(describe_unrecognised(data, kind, why)) from None

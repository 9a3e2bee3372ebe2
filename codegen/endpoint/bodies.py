"""The bodies of requests: read, decoded by the schema of their kind, and the results of patches."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from codegen.core.diagnostics import Level
from codegen.endpoint import patches, protobuf
from codegen.endpoint.kinds import DELETE_OPTIONS, Kind
from codegen.endpoint.negotiation import JSON_PATCH, MERGE_PATCH, PROTOBUF, YAML
from codegen.endpoint.patches import PatchError, StrategicMerge
from codegen.kube import bodies
from codegen.kube.bodies import Body, Repeated
from codegen.kube.statuses import (
    MOST_STRICT,
    Cause,
    StatusError,
    bad_request,
    failure,
    go_value,
    invalid,
    undecodable,
)
from codegen.model import Ref
from codegen.readers.documents.loader import read_body
from codegen.validation import ObjectFinding, Validator
from codegen.validation.engine import UNKNOWN
from codegen.validation.object_finding import RECOGNISING, REPEATED

_NOT_APPLIED = "the server rejected our request due to an error in our request"  # all that servers say
Refuse = Callable[[str, Iterable[str]], StatusError]  # by the first wrong value, else by what strict decoding lists


class Decoded(Struct, frozen=True, kw_only=True):
    """An object as it was sent, and the warnings about its fields."""

    sent: dict[str, Any]
    warnings: tuple[str, ...] = ()


class BodyReader:
    """Reads the bodies of requests about the kinds of a validator."""

    def __init__(self, validator: Validator) -> None:
        self._validator = validator
        self._strategic = StrategicMerge(validator.reference)

    def read(self, data: bytes, media_type: str, kind: Kind, field_validation: str) -> Decoded:
        """Read an object. Raises StatusError for one that does not decode."""
        body = _parse(data, media_type, kind.api_version, kind.name)

        def refuse(wrong: str, strict: Iterable[str]) -> StatusError:
            return StatusError(undecodable(kind.name, kind.version, wrong, strict))

        return self._decode(body, kind, field_validation, refuse)

    def read_delete_options(self, data: bytes, media_type: str, kind: Kind) -> dict[str, Any]:
        """Read the options of a deletion, which may be left out. Raises StatusError."""
        if not data:
            return {}
        body = _parse(data, media_type, kind.api_version, "DeleteOptions")
        options = {name: value for name, value in body.obj.items() if name not in ("apiVersion", "kind")}
        for finding in self._validator.decode(options, DELETE_OPTIONS, field_validation="Ignore"):
            if finding.level is Level.ERR and finding.answer is not None:
                raise bad_request(finding.answer.text)
        return options

    def _decode(self, body: Body, kind: Kind, field_validation: str, refuse: Refuse) -> Decoded:
        given = body.obj
        sent = {**given, "apiVersion": given.get("apiVersion") or kind.api_version}
        sent["kind"] = given.get("kind") or kind.name
        findings = self._validator.decode(sent, kind.key, field_validation=field_validation, repeated=body.repeated)
        if not findings:
            return Decoded(sent=sent)
        strict = [*_unknown_fields(findings), *(each.message for each in findings if each.code == REPEATED)]
        wrong = [
            (each.answer.stage, each.answer.text)
            for each in findings
            if each.level is Level.ERR and each.answer is not None and each.code not in (UNKNOWN, REPEATED)
        ]
        if wrong:  # a decoder stops at the first; before all others it looks at the kind
            stage, text = min(wrong, key=lambda each: each[0])
            raise bad_request(text) if stage == RECOGNISING else refuse(text, ())
        if field_validation == "Strict" and strict:
            raise refuse("", strict)
        warnings = [*_unknown_fields(findings), *_duplicate_warnings(findings, body.repeated)]
        return Decoded(sent=sent, warnings=tuple(warnings[:MOST_STRICT]) if field_validation == "Warn" else ())

    # --------------------------------------------------------------------------------------------------------- patches

    def read_patch(self, data: bytes, media_type: str, kind: Kind, field_validation: str) -> Patch:
        """Read a patch. Raises StatusError for a body that is none of this type."""
        wanted: Any = list if media_type == JSON_PATCH else dict
        value: Any
        value, repeated, refusal = bodies.value_of(data, "json", read_body)
        value = wanted() if value is None and not refusal else value
        if refusal or not isinstance(value, wanted):
            head = "error decoding patch: " if media_type in (JSON_PATCH, MERGE_PATCH) else ""
            said = refusal or f"json: cannot unmarshal {type(value).__name__} into a patch of type {media_type}"
            raise bad_request(head + said)

        def apply(old: Mapping[str, Any]) -> dict[str, Any]:
            if media_type == JSON_PATCH:
                return _object(patches.apply_operations(old, value))
            if media_type == MERGE_PATCH:
                return _object(patches.merge(old, value))
            return self._strategic.apply(old, value, Ref(key=kind.key))

        def decode(old: Mapping[str, Any]) -> Decoded:
            try:
                patched = apply(old)
            except (PatchError, RecursionError):
                raise StatusError(failure(422, _NOT_APPLIED, {})) from None

            def refuse(wrong: str, strict: Iterable[str]) -> StatusError:
                shown = go_value(json.dumps(patched, ensure_ascii=False, separators=(",", ":"), sort_keys=True))
                said = wrong or f"strict decoding error: {', '.join(dict.fromkeys(strict))}"
                cause = Cause("FieldValueInvalid", f"Invalid value: {shown}: {said}", "patch")
                return StatusError(invalid("", "", "", [cause]))

            return self._decode(Body(obj=patched, repeated=repeated), kind, field_validation, refuse)

        return decode


Patch = Callable[[Mapping[str, Any]], Decoded]  # what becomes of a stored object; raises StatusError


def _parse(data: bytes, media_type: str, api_version: str, kind: str) -> Body:
    """Parse a body. Raises StatusError for one that is no object."""
    if media_type == PROTOBUF:
        body = protobuf.read_body(data, api_version, kind)
    else:
        body = bodies.read(data, "yaml" if media_type == YAML else "json", kind, read_body)
    if body.refusal:
        raise bad_request(body.refusal)
    return body


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PatchError("the result is no object")
    return value


def _unknown_fields(findings: Iterable[ObjectFinding]) -> list[str]:
    return [f"unknown field {go_value(each.path)}" for each in findings if each.code == UNKNOWN]


def _duplicate_warnings(findings: Iterable[ObjectFinding], repeated: Iterable[Repeated]) -> list[str]:
    """Return the warnings about duplicate keys that were reported: below an unknown field none is."""
    reported = {each.message for each in findings if each.code == REPEATED}
    return [warning for each in repeated if each.text in reported for warning in each.warnings]

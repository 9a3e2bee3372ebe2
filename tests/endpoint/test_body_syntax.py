"""Decoding of request bodies: syntax errors with the messages of Go, and duplicate keys."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.endpoint.bodies import read_object
from codegen.endpoint.body_syntax import parse_json
from codegen.endpoint.negotiation import JSON, YAML
from codegen.endpoint.status_errors import StatusError
from codegen.model import GroupVersionKind
from codegen.readers.openapi.reader import read_document
from codegen.validation import Validator, status, validate
from gardens.validation import GARDEN, VALID
from support.corpus import SEED
from support.growth import grows_linearly

PLOT = GroupVersionKind(group="garden.example.io", version="v1", kind="Plot")


@pytest.fixture(scope="module")
def garden() -> Validator:
    return Validator(read_document(Source(json.dumps(GARDEN), "garden"), Report()))


@pytest.mark.parametrize(
    ("media", "body", "says"),
    [
        (
            JSON,
            "[" * 16,
            "couldn't get version/kind; json parse error: unexpected end of JSON input (5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b)",
        ),
        (
            JSON,
            '{"a"}' + "x" * 25,
            "couldn't get version/kind; json parse error: invalid character '}' after object key ({\"a\"}"
            + "x" * 25
            + ")",
        ),
        (
            JSON,
            '{"a"}' + "x" * 26,
            "couldn't get version/kind; json parse error: invalid character '}' after object key ({\"a\"}"
            + "x" * 25
            + " ...)",
        ),
        (
            JSON,
            "",
            "couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
        ),
        (
            JSON,
            '{"kind":NaN}',
            "couldn't get version/kind; json parse error: invalid character 'N' looking for beginning of value ({\"kind\":NaN})",
        ),
        (
            JSON,
            '{"kind":1}',
            'couldn\'t get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string ({"kind":1})',
        ),
        (
            JSON,
            '{"apiVersion":"a/b/c"}',
            'unexpected GroupVersion string: a/b/c ({"apiVersion":"a/b/c"})',
        ),
        (YAML, "a: .inf", "json: unsupported value: +Inf (613a202e696e66)"),
        (
            YAML,
            "{~: true}",
            "unsupported map key of type: %!s(<nil>), key: <nil>, value: true ({~: true})",
        ),
        (YAML, "a: &a [*a]", "yaml: anchor 'a' value contains itself (613a202661205b2a615d)"),
        (YAML, "a: *b", "yaml: unknown anchor 'b' referenced (613a202a62)"),
        (
            YAML,
            "a: !!binary _",
            "yaml: line 1: !!binary value contains invalid base64 data (613a20212162696e617279205f)",
        ),
    ],
)
def test_body_without_object_is_refused(media: str, body: str, says: str) -> None:
    with pytest.raises(StatusError) as error:
        read_object(body.encode(), media, PLOT.api_version, PLOT.kind)
    assert str(error.value) == f"the object provided is unrecognized (must be of type Plot): {says}"


@pytest.mark.parametrize(
    ("media", "body", "obj", "repeated"),
    [
        (JSON, "null", {}, []),
        (
            JSON,
            '{"a":{"b":1,"b":2,"b":3},"c":[{"d":1,"d":1}]}',
            {"a": {"b": 3}, "c": [{"d": 1}]},
            ['duplicate field "a.b"', 'duplicate field "c[0].d"'],
        ),
        (YAML, "", {}, []),
        (YAML, "b: !mine x\na: !!binary aGk=\n---\nc: 1", {"a": "hi", "b": "x"}, []),
        (
            YAML,
            "a: {yes: 1, true: 2}",
            {"a": {"true": 2}},
            ["yaml: unmarshal errors:\n  line 1: key true already set in map"],
        ),
        (
            YAML,
            "a: &a {x: 1}\nb:\n  <<: *a\n  x: 2",
            {"a": {"x": 1}, "b": {"x": 2}},
            ['yaml: unmarshal errors:\n  line 4: key "x" already set in map'],
        ),
    ],
)
def test_duplicate_keys_are_recorded(media: str, body: str, obj: Any, repeated: list[str]) -> None:
    read = read_object(body.encode(), media, PLOT.api_version, PLOT.kind)
    assert (read.value, [field.text for field in read.repeated]) == (obj, repeated)
    assert list(read.value) == list(obj)  # YAML keys are sorted


@pytest.mark.parametrize(
    ("mode", "says"),
    [("Strict", 'unknown field "spec.x", duplicate field "kind"'), ("Warn", ""), ("Ignore", "")],
)
def test_duplicate_fields_have_severity_of_unknown_fields(
    garden: Validator, mode: str, says: str
) -> None:
    obj = {**VALID, "spec": {**VALID["spec"], "x": {"y": 1}}}
    repeated = [(path, f'duplicate field "{path}"') for path in ("kind", "spec.x", "spec.x.y")]
    found = garden.decode(obj, garden.find_key(obj), field_validation=mode, repeated=repeated)
    answer = status(found, PLOT)
    assert answer.get("message", "").partition("strict decoding error: ")[2] == says
    assert sum(finding.rule == "duplicate-key" for finding in found) == (
        0 if mode == "Ignore" else 1
    )


@pytest.mark.parametrize(
    ("media", "text", "shown"),
    [(JSON, "1E3", "1E3"), (YAML, "18446744073709551616", "18446744073709552000")],
)
def test_number_is_quoted_as_written(garden: Validator, media: str, text: str, shown: str) -> None:
    body = read_object(
        f'{{"spec": {{"size": {text}}}}}'.encode(), media, PLOT.api_version, PLOT.kind
    )
    answer = status(garden.validate(body.value, key=garden.find_key(VALID)), PLOT)
    assert f"cannot unmarshal number {shown} into Go struct field" in answer["message"]


@pytest.mark.parametrize(
    ("url", "rule", "code"),
    [
        ({"namespace": "a%b", "name": "robot"}, "namespace-of-url-not-a-path-segment", 500),
        ({"namespace": "garden", "name": ".."}, "name-of-url-not-a-path-segment", 400),
    ],
)
def test_url_segments_are_validated_like_servers(
    url: dict[str, str | None], rule: str, code: int
) -> None:
    kind = GroupVersionKind(group="authentication.k8s.io", version="v1", kind="TokenRequest")
    body = {"apiVersion": kind.api_version, "kind": kind.kind, "spec": {"audiences": ["a"]}}
    found = validate(body, SEED, url=url)
    assert rule in {each.rule for each in found}
    assert status(found, kind)["code"] == code


def duplicates(text: str) -> list[str]:
    return [*parse_json(text.encode())[1]]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "unexpected end of JSON input"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ("[1 2]", "invalid character '2' after array element"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 "b"}', "invalid character '\"' after object key:value pair"),
        ("{1}", "invalid character '1' looking for beginning of object key string"),
        ('"\\x"', r"invalid character '\\' in string literal"),
        ('"a\nb"', r"invalid character '\n' in string literal"),
        ("-a", "invalid character '-' looking for beginning of value"),
        ("1.a", "invalid character '.' after top-level value"),
        ("01", "invalid character '1' after top-level value"),
        ("tru3", "invalid character 't' looking for beginning of value"),
        ("[" * 10_001, "invalid character '[' exceeded max depth"),
        ('{"a":' * 10_001, "invalid character '{' exceeded max depth"),
        ("[" * 10_000, "unexpected end of JSON input"),
    ],
)
def test_json_syntax_errors_have_messages_of_go(body: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)) as caught:
        parse_json(body.encode())
    assert str(caught.value) == says


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ('{"a": 1, "b": 2, "a": 3}', ["a"]),
        (
            '{"a": [{"b": 1, "b": 2}], "c": {"d": {"e": 1, "e": 1}}, "c": {}}',
            ["a[0].b", "c.d.e", "c"],
        ),
        ('{"a": {"x": 1, "x": 2}, "a": {"y": 1, "y": 2}}', ["a.x", "a", "a.y"]),
        ('{"a":' * 2000 + '{"x": 1, "x": 2}' + "}" * 2000, [".".join(["a"] * 2000 + ["x"])]),
    ],
)
def test_duplicate_keys_are_found_in_order(text: str, paths: list[str]) -> None:
    assert duplicates(text) == paths


def test_body_with_duplicates_has_last_values() -> None:
    text = r'{"x": 0, "x": [{}, {"b": [-0.5e3, 12, true, false, null, "\u00e9é\n"]}, [], ""]}'
    assert parse_json(text.encode()) == (json.loads(text), ("x",))


@pytest.mark.timing
def test_duplicate_key_detection_is_linear() -> None:
    def read(size: int) -> None:
        text = ", ".join(f'"k{number}": 0, "k{number}": 0' for number in range(size))
        assert len(duplicates(f"{{{text}}}")) == min(size, 100)  # as many as servers report

    assert grows_linearly(read, size=2000)

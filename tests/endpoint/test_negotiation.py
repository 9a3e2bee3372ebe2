"""Content negotiation, request options, unknown fields and response warnings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from codegen.endpoint import status_errors
from codegen.endpoint.bodies import BodyReader, read_object
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.kinds import CONFIG_MAP
from codegen.endpoint.negotiation import (
    JSON,
    MERGE_PATCH,
    PROTOBUF,
    YAML,
    ResponseFormat,
    body_type,
    check_options,
    check_timeout,
    choose_format,
    is_pretty,
    parse_query,
    patch_type,
)
from codegen.endpoint.responses import extract_metadata, warning_headers
from codegen.endpoint.status_errors import StatusError

OFFERED = (JSON, YAML, PROTOBUF)
METADATA = "as=PartialObjectMetadata;g=meta.k8s.io;v=v1"


def catch_status_error(call: Callable[..., object], *given: Any) -> StatusError:
    with pytest.raises(StatusError) as error:
        call(*given)
    return error.value


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("", ResponseFormat()),
        (f"{JSON};q=0.5, {YAML}", ResponseFormat(YAML)),
        (f"*/*, {PROTOBUF}", ResponseFormat(PROTOBUF)),
        (f"{JSON};q=often, {YAML};q=0.9", ResponseFormat()),
        (f"{JSON};pretty=1", ResponseFormat(pretty=True)),
        (f"{JSON};{METADATA}", ResponseFormat(metadata_only=True)),
        (f"{JSON};{METADATA}beta1", ResponseFormat(metadata_only=True)),
        (f"{JSON};as=Table;g=meta.k8s.io;v=v1, {YAML}", ResponseFormat(YAML)),
        (f"{JSON};as=Table;g=meta.k8s.io;v=v1", None),
        ("text/html", None),
        ("application/*", None),  # go-restful compares strings
    ],
)
def test_response_format_is_negotiated(accept: str, found: ResponseFormat | None) -> None:
    if found is not None:
        assert choose_format(accept, OFFERED, pretty=False) == found
        return
    assert catch_status_error(partial(choose_format, pretty=False), accept, OFFERED).code == 406


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("a\nb", r'"a\nb"'),
        ('"\\', r'"\"\\"'),
        ("\x7f", r'"\x7f"'),
        ("\u200b", r'"\u200b"'),
        ("受", '"受"'),
    ],
)
def test_strings_are_quoted_like_go(text: str, quoted: str) -> None:
    assert status_errors.quote_go(text) == quoted


def test_unknown_body_media_type_is_refused() -> None:
    assert [body_type(each, OFFERED) for each in ("", f"{YAML}; charset=utf-8")] == [JSON, YAML]
    assert patch_type(f"{MERGE_PATCH};charset=utf-8") == MERGE_PATCH
    assert (
        catch_status_error(body_type, "text/plain", OFFERED).code
        == catch_status_error(patch_type, JSON).code
        == 415
    )


@pytest.mark.parametrize(
    ("query", "user_agent", "pretty"),
    [("", "curl/8", True), ("", "kubectl", False), ("pretty=0", "curl/8", False)],
)
def test_browsers_and_curl_get_indented_responses(
    query: str, user_agent: str, pretty: bool
) -> None:
    assert is_pretty(parse_query(query), user_agent) is pretty


@pytest.mark.parametrize(
    ("verb", "query", "fields"),
    [
        ("create", "dryRun=All&fieldManager=ann&fieldValidation=Strict", []),
        ("update", "fieldValidation=Loose", ["fieldValidation"]),
        ("patch", "fieldManager=a%0Ab%09", ["fieldManager", "fieldManager"]),
        ("create", f"fieldManager={'a' * 128}", []),
        ("create", f"fieldManager={'a' * 129}", ["fieldManager"]),
        ("delete", "fieldValidation=Loose", []),
        ("get", "dryRun=Some", []),
        ("create", "dryRun=Some;x&fieldValidation=%zz", []),  # pairs that Go ignores
    ],
)
def test_request_options_are_checked(verb: str, query: str, fields: list[str]) -> None:
    given = verb, parse_query(query), "1.99"
    if not fields:
        check_options(*given)
        return
    error = catch_status_error(check_options, *given)
    assert error.code == 422
    assert [each["field"] for each in error.status["details"]["causes"]] == fields


@pytest.mark.parametrize(("release", "shown"), [("1.1", '[]string{"Some"}'), ("1.99", '["Some"]')])
def test_lists_in_messages_follow_release(release: str, shown: str) -> None:
    error = catch_status_error(check_options, "create", {"dryRun": ["Some"]}, release)
    assert f"Unsupported value: {shown}: supported" in str(error)


def test_timeout_is_go_duration() -> None:
    for text in ("1h30m", "0", "1.5s", ""):
        check_timeout({"timeout": [text]})
    for text in ("5", "1 s", "soon"):
        with pytest.raises(StatusError, match="invalid timeout"):
            check_timeout({"timeout": [text]})


def test_delete_options_may_have_kind(endpoint: Endpoint) -> None:
    options = b'{"apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0}'
    body = read_object(options, JSON, CONFIG_MAP.api_version, "DeleteOptions")
    read = BodyReader(endpoint.validator, "1.32").read_delete_options(body)
    assert read == {"gracePeriodSeconds": 0}


def test_warnings_are_deduplicated_and_truncated() -> None:
    assert warning_headers(['a "b" \\', 'a "b" \\', "", "a\nb"]) == ['299 - "a \\"b\\" \\\\"']
    for length, shown in ((512, 512), (513, 256)):  # 4096 characters of all are not too many
        assert {
            len(each) - len('299 - ""')
            for each in warning_headers(["x" * (length - 1) + char for char in "abcdefgh"])
        } == {shown}
    long = warning_headers([f"{number:03}" + "x" * 500 for number in range(50)])
    assert {len(each) for each in long} == {len('299 - ""') + 256}
    assert len(long) == 4096 // 256


def test_object_without_metadata_is_refused() -> None:
    assert catch_status_error(extract_metadata, {"kind": "APIGroup"}).code == 406

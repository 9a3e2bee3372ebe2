"""Headers and options of requests, unknown fields of bodies, and warnings of answers, without recordings of a server."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from codegen.endpoint import status_errors
from codegen.endpoint.bodies import BodyReader
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.kinds import CONFIG_MAP
from codegen.endpoint.negotiation import (
    JSON,
    MERGE_PATCH,
    PROTOBUF,
    YAML,
    AnswerFormat,
    answer_format,
    body_type,
    check_options,
    check_timeout,
    is_pretty,
    parse_query,
    patch_type,
)
from codegen.endpoint.responses import extract_metadata, warning_headers
from codegen.endpoint.status_errors import StatusError

OFFERED = (JSON, YAML, PROTOBUF)
METADATA = "as=PartialObjectMetadata;g=meta.k8s.io;v=v1"


def refused(call: Callable[..., object], *given: Any) -> StatusError:
    with pytest.raises(StatusError) as error:
        call(*given)
    return error.value


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("", AnswerFormat()),
        (f"{JSON};q=0.5, {YAML}", AnswerFormat(YAML)),
        (f"*/*, {PROTOBUF}", AnswerFormat(PROTOBUF)),
        (f"{JSON};q=often, {YAML};q=0.9", AnswerFormat()),
        (f"{JSON};pretty=1", AnswerFormat(pretty=True)),
        (f"{JSON};{METADATA}", AnswerFormat(metadata_only=True)),
        (f"{JSON};{METADATA}beta1", AnswerFormat(metadata_only=True)),
        (f"{JSON};as=Table;g=meta.k8s.io;v=v1, {YAML}", AnswerFormat(YAML)),
        (f"{JSON};as=Table;g=meta.k8s.io;v=v1", None),
        ("text/html", None),
        ("application/*", None),  # go-restful compares plain words
    ],
)
def test_the_format_of_an_answer_is_negotiated(accept: str, found: AnswerFormat | None) -> None:
    if found is not None:
        assert answer_format(accept, OFFERED, pretty=False) == found
        return
    assert refused(partial(answer_format, pretty=False), accept, OFFERED).code == 406


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("a\nb", r'"a\nb"'), ('"\\', r'"\"\\"'), ("\x7f", r'"\x7f"'), ("\u200b", r'"\u200b"'), ("受", '"受"')],
)
def test_a_text_is_quoted_as_go_quotes_it(text: str, quoted: str) -> None:
    assert status_errors.quote_go(text) == quoted


def test_the_media_type_of_a_body_is_known_or_refused() -> None:
    assert [body_type(each, OFFERED) for each in ("", f"{YAML}; charset=utf-8")] == [JSON, YAML]
    assert patch_type(f"{MERGE_PATCH};charset=utf-8") == MERGE_PATCH
    assert refused(body_type, "text/plain", OFFERED).code == refused(patch_type, JSON).code == 415


@pytest.mark.parametrize(
    ("query", "user_agent", "pretty"), [("", "curl/8", True), ("", "kubectl", False), ("pretty=0", "curl/8", False)]
)
def test_people_get_indented_answers(query: str, user_agent: str, pretty: bool) -> None:
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
        ("create", "dryRun=Some;x&fieldValidation=%zz", []),  # pairs that Go leaves out
    ],
)
def test_options_are_checked(verb: str, query: str, fields: list[str]) -> None:
    given = verb, parse_query(query), "1.99"
    if not fields:
        check_options(*given)
        return
    error = refused(check_options, *given)
    assert error.code == 422
    assert [each["field"] for each in error.status["details"]["causes"]] == fields


@pytest.mark.parametrize(("release", "shown"), [("1.1", '[]string{"Some"}'), ("1.99", '["Some"]')])
def test_a_list_is_shown_as_the_release_shows_it(release: str, shown: str) -> None:
    error = refused(check_options, "create", {"dryRun": ["Some"]}, release)
    assert f"Unsupported value: {shown}: supported" in str(error)


def test_a_timeout_is_a_duration_of_go() -> None:
    for text in ("1h30m", "0", "1.5s", ""):
        check_timeout({"timeout": [text]})
    for text in ("5", "1 s", "soon"):
        with pytest.raises(StatusError, match="invalid timeout"):
            check_timeout({"timeout": [text]})


def test_the_options_of_a_deletion_may_name_their_kind(endpoint: Endpoint) -> None:
    options = b'{"apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0}'
    read = BodyReader(endpoint.validator, "1.32").read_delete_options(options, JSON, CONFIG_MAP)
    assert read == {"gracePeriodSeconds": 0}


def test_warnings_are_listed_once_and_shortened_together() -> None:
    assert warning_headers(['a "b" \\', 'a "b" \\', "", "a\nb"]) == ['299 - "a \\"b\\" \\\\"']
    long = warning_headers([f"{number:03}" + "x" * 500 for number in range(50)])
    assert {len(each) for each in long} == {len('299 - ""') + 256}
    assert len(long) == 4096 // 256


def test_what_has_no_metadata_is_refused() -> None:
    assert refused(extract_metadata, {"kind": "APIGroup"}).code == 406

"""Snapshot of whole responses in `answers.jsonl`. `pytest --update-cases` rewrites it."""

from __future__ import annotations

import json
import re
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from codegen.endpoint.settings import Settings
from codegen.endpoint.testing import TokenEndpoint

FILE = Path(__file__).with_name("answers.jsonl")
HEADERS = (
    "content-type",
    "warning",
    "allow",
    "cache-control",
    "retry-after",
    "x-content-type-options",
)
VARIES = (
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "<uid>"),
    (re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*"), "<token>"),
    (re.compile(r"(?:http://)?127\.0\.0\.1:\d+"), "<url>"),
)


def answer(endpoint: TokenEndpoint, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the response to a request without values that differ between runs."""
    body = asked.get("body")
    data = (
        body.encode()
        if isinstance(body, str)
        else None
        if body is None
        else json.dumps(body).encode()
    )
    headers = {
        "Authorization": f"Bearer {endpoint.admin_token}",
        "Content-Type": "application/json",
        "User-Agent": "rake/1",
    }
    connection = HTTPConnection(endpoint.url.removeprefix("http://"), timeout=20)
    connection.request(
        asked["method"], asked["path"], data, {**headers, **asked.get("headers", {})}
    )
    found = connection.getresponse()
    text = found.read().decode("utf-8", errors="backslashreplace")
    shown = {name.lower(): value for name, value in found.getheaders() if name.lower() in HEADERS}
    connection.close()
    for pattern, word in VARIES:
        text = pattern.sub(word, text)
    return {"status": found.status, "headers": shown, "body": text}


def test_responses_match_snapshot(request: pytest.FixtureRequest) -> None:
    cases = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    with TokenEndpoint(
        Settings(clock=1_900_000_000, release="1.36", algorithm="ES256")
    ) as endpoint:
        found = [{**case, "answer": answer(endpoint, case["request"])} for case in cases]
    if request.config.getoption("--update-cases"):
        FILE.write_text(
            "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in found), encoding="utf-8"
        )
    for expected, now in zip(cases, found, strict=True):
        assert now == expected

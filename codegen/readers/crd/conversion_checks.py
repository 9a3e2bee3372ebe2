"""Checks of the conversion between the versions of a CustomResourceDefinition, as servers do them.

Source: `pkg/apis/apiextensions/validation/validation.go` of k8s.io/apiextensions-apiserver.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.core.json_types import JsonObject
from codegen.kube.errors import REQUIRED, UNSUPPORTED
from codegen.readers.crd.name_checks import check_label, split_url
from codegen.readers.crd.violations import (
    FORBIDDEN,
    Steps,
    Violation,
    format_value,
    read_list,
    read_text,
)

_REVIEW_VERSIONS = ("v1", "v1beta1")
_HIGHEST_PORT = 65535
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\Z")


def check_conversion(conversion: object) -> Iterator[Violation]:
    """Yield the violations of `spec.conversion`."""
    if not isinstance(conversion, dict):
        return
    around: Steps = ("spec", "conversion")
    strategy = read_text(conversion, "strategy")
    webhook = conversion.get("webhook")
    if strategy == "Webhook":
        if not isinstance(webhook, dict):
            yield Violation(
                steps=(*around, "webhook"),
                message="is required with `strategy: Webhook`",
                hint="describe the webhook, or write `strategy: None`",
                code=REQUIRED,
            )
            return
        yield from _check_webhook(webhook, (*around, "webhook"))
        return
    if not strategy:
        yield Violation(
            steps=(*around, "strategy"),
            message="is required",
            hint="write `strategy: None` or `strategy: Webhook`",
            code=REQUIRED,
        )
    elif strategy != "None":
        yield Violation(
            steps=(*around, "strategy"),
            message=f"must be None or Webhook, not {format_value(strategy)}",
            hint="write `strategy: None` or `strategy: Webhook`",
            code=UNSUPPORTED,
        )
    for word in ("clientConfig", "conversionReviewVersions"):
        if isinstance(webhook, dict) and webhook.get(word):
            yield Violation(
                steps=(*around, "webhook", word),
                message="is not allowed without `strategy: Webhook`",
                hint="remove the webhook, or write `strategy: Webhook`",
                code=FORBIDDEN,
            )


def _check_webhook(webhook: JsonObject, steps: Steps) -> Iterator[Violation]:
    yield from _check_review_versions(webhook, (*steps, "conversionReviewVersions"))
    client, around = webhook.get("clientConfig"), (*steps, "clientConfig")
    if not isinstance(client, dict):
        yield Violation(
            steps=around,
            message="is required",
            hint="give it a `service` or a `url`",
            code=REQUIRED,
        )
        return
    url, service = client.get("url"), client.get("service")
    if (url is None) == (service is None):
        yield Violation(
            steps=around,
            message="exactly one of url and service is required",
            hint="keep one of the two",
            code=REQUIRED,
        )
    elif isinstance(url, str):
        yield from _check_url(url, (*around, "url"))
    elif isinstance(service, dict):
        yield from _check_service(service, (*around, "service"))


def _check_review_versions(webhook: JsonObject, steps: Steps) -> Iterator[Violation]:
    versions = read_list(webhook, "conversionReviewVersions")
    hint = "write `conversionReviewVersions: [v1]`"
    if not versions:
        yield Violation(steps=steps, message="is required", hint=hint, code=REQUIRED)
        return
    listed: set[str] = set()
    for number, version in enumerate(versions):
        if not isinstance(version, str):
            continue
        if version in listed:
            message = f"is a duplicate version: {format_value(version)}"
            yield Violation(steps=(*steps, number), message=message, hint="remove one of the two")
        else:
            yield from check_label(version, (*steps, number))
        listed.add(version)
    if listed.isdisjoint(_REVIEW_VERSIONS):
        message = f"must include at least one of {', '.join(_REVIEW_VERSIONS)}"
        yield Violation(steps=steps, message=message, hint=hint)


def _check_url(text: str, steps: Steps) -> Iterator[Violation]:
    hint = "write a URL such as https://webhook.example.io/convert"
    url = split_url(text)
    problems: list[str] = []
    if url is None:
        problems.append("must be a valid URL")
    else:
        if url.scheme != "https":
            problems.append("must begin with https://")
        if not url.netloc.rpartition("@")[2]:
            problems.append("must name a host")
        if "@" in url.netloc:
            problems.append("must not name a user or password")
        if url.query or url.fragment:
            problems.append("must have no query and no fragment")
    for problem in problems:
        yield Violation(steps=steps, message=f"{problem}: {format_value(text)}", hint=hint)


def _check_service(service: JsonObject, steps: Steps) -> Iterator[Violation]:
    for word in ("name", "namespace"):
        if not read_text(service, word):
            yield Violation(
                steps=(*steps, word),
                message="is required",
                hint="name the service of the webhook and its namespace",
                code=REQUIRED,
            )
    port = service.get("port")
    if isinstance(port, int) and not 1 <= port <= _HIGHEST_PORT:
        yield Violation(
            steps=(*steps, "port"),
            message=f"must be between 1 and {_HIGHEST_PORT}, not {format_value(port)}",
            hint="name the port of the service, which is 443 if there is none here",
        )
    path = read_text(service, "path")
    if path:
        yield from _check_service_path(path, (*steps, "path"))


def _check_service_path(path: str, steps: Steps) -> Iterator[Violation]:
    hint = "write an absolute path such as /convert"
    if path == "/":
        return
    if not path.startswith("/"):
        yield Violation(steps=steps, message="must begin with '/'", hint=hint)
        return
    parts = path[1:].removesuffix("/").split("/")
    if not all(_SUBDOMAIN.match(part) for part in parts):
        message = f"each part must be a DNS subdomain, unlike {format_value(path)}"
        yield Violation(steps=steps, message=message, hint=hint)

"""The media types and the query options of a request.

Two layers of an API server read Accept. go-restful compares the plain words, then k8s.io/apiserver
reads the parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs

from codegen.endpoint.settings import server_answers
from codegen.endpoint.status_errors import StatusError, build_bad_request, quote_go
from codegen.kube.duration import is_duration
from codegen.kube.statuses import StatusCause, build_failure, build_invalid, go_value

JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"
JSON_PATCH, MERGE_PATCH = "application/json-patch+json", "application/merge-patch+json"
_PATCHES = (JSON_PATCH, MERGE_PATCH, "application/strategic-merge-patch+json")
_BROWSERS = ("curl", "Wget", "Mozilla/5.0")  # their answers are indented
_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))


class ResponseFormat(NamedTuple):
    """The media type of an answer, its indentation, and its restriction to metadata."""

    media_type: str = JSON
    pretty: bool = False
    metadata_only: bool = False


def is_pretty(query: Mapping[str, Sequence[str]], user_agent: str) -> bool:
    """Return whether an answer is indented, by the query or for the programs of people."""
    asked = query.get("pretty", ("",))[0]
    if asked:
        return asked in _TRUE
    return user_agent.startswith(_BROWSERS)


def choose_format(accept: str, offered: tuple[str, ...], *, pretty: bool) -> ResponseFormat:
    """Choose the format of an answer.

    Raises StatusError (406) if none of the offered media types is accepted.
    """
    accept = accept or "*/*"
    check_acceptable(accept, offered)
    for _, wanted, parameters in _split_accept(accept):
        for media_type in offered:
            if wanted in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
                accepted = _apply_parameters(parameters, ResponseFormat(media_type, pretty))
                if accepted is not None:
                    return accepted
    raise StatusError(
        build_failure(406, f"only the following media types are accepted: {', '.join(offered)}")
    )


def check_acceptable(accept: str, offered: Sequence[str]) -> None:
    """Raise StatusError (406) unless Accept names an offered media type."""
    words = [part.partition(";")[0].strip() for part in (accept or "*/*").split(",")]
    if not any(word == "*/*" or word in offered for word in words):
        listed = f"406: Not Acceptable\n\nAvailable representations: {', '.join(offered)}"
        raise StatusError(build_failure(406, listed, {}))


def _split_accept(accept: str) -> list[tuple[float, str, dict[str, str]]]:
    """Split Accept into quality, media type and parameters, the most wanted first, words before
    stars.
    """
    ranges = []
    for part in accept.split(","):
        media_type, *pieces = (piece.strip() for piece in part.split(";"))
        parameters = dict(pair.partition("=")[::2] for pair in pieces)
        try:
            quality = float(parameters.pop("q", "1"))
        except ValueError:
            quality = 1.0
        ranges.append((quality, "*/*" if media_type == "*" else media_type, parameters))
    return sorted(ranges, key=lambda clause: (-clause[0], clause[1].count("*")))


def _apply_parameters(
    parameters: Mapping[str, str], response_format: ResponseFormat
) -> ResponseFormat | None:
    """Apply the parameters of a clause, or return None for an unsupported format."""
    if "pretty" in parameters:
        response_format = response_format._replace(pretty=parameters["pretty"] == "1")
    if not {"as", "g", "v"} & parameters.keys():
        return response_format
    is_meta = parameters.get("g") == "meta.k8s.io" and parameters.get("v") in ("v1", "v1beta1")
    if is_meta and parameters.get("as") in ("PartialObjectMetadata", "PartialObjectMetadataList"):
        return response_format._replace(metadata_only=True)
    return None


def body_type(content_type: str, accepted: Sequence[str]) -> str:
    """Return the media type of a body, JSON by default.

    Raises StatusError (415) for an unknown one.
    """
    if not content_type:
        return accepted[0]
    plain = content_type.partition(";")[0].strip().lower()
    if plain not in accepted:
        listed = ", ".join(accepted)
        text = f"the body of the request was in an unknown format - accepted media types include: {listed}"
        raise StatusError(build_failure(415, text))
    return plain


def patch_type(content_type: str) -> str:
    """Return the media type of a patch. Raises StatusError (415) for an unknown one."""
    plain = content_type.partition(";")[0].strip()
    if plain not in _PATCHES:
        raise StatusError(build_failure(415, "415: Unsupported Media Type", {}))
    return plain


Query = Mapping[str, Sequence[str]]
_FIELD_VALIDATION = ("", "Ignore", "Strict", "Warn")
_SKIPPED_PAIR = re.compile(r";|%(?![0-9A-Fa-f]{2})")
_MOST_MANAGER_BYTES = 128


def parse_query(text: str) -> Query:
    """Parse a query. Pairs with a semicolon or a bad percent sign are left out, as in Go."""
    pairs = (pair for pair in text.split("&") if not _SKIPPED_PAIR.search(pair))
    return parse_qs("&".join(pairs), keep_blank_values=True)


def option(query: Query, name: str) -> str:
    """Return the first value of an option, or an empty string."""
    return next(iter(query.get(name, ())), "")


def check_timeout(query: Query) -> None:
    """Raise StatusError (400) for a timeout that Go cannot read."""
    text = option(query, "timeout")
    if text and not is_duration(text):
        why = f"time: invalid duration {quote_go(text)}"
        raise build_bad_request(f"invalid timeout specified in the request URL - {why}")


def check_options(verb: str, query: Query, release: str) -> None:
    """Raise StatusError (422) for options that a server refuses."""
    if verb in ("list", "get"):
        return
    if verb == "delete":
        causes = []
    else:
        causes = list(_manager_errors(option(query, "fieldManager")))
    dry_run = query.get("dryRun")
    if dry_run is not None and set(dry_run) != {"All"}:
        listed = f"[]string{{{', '.join(map(quote_go, dry_run))}}}"
        if server_answers(release)["list-in-message"] == "go":
            shown = listed
        else:
            shown = go_value(dry_run)
        text = f'Unsupported value: {shown}: supported values: "All"'
        causes.append(StatusCause("FieldValueNotSupported", text, "dryRun"))
    validation = option(query, "fieldValidation")
    if verb != "delete" and validation not in _FIELD_VALIDATION:
        listed = ", ".join(map(quote_go, _FIELD_VALIDATION))
        text = f"Unsupported value: {quote_go(validation)}: supported values: {listed}"
        causes.append(StatusCause("FieldValueNotSupported", text, "fieldValidation"))
    if causes:
        raise StatusError(build_invalid(f"{verb.capitalize()}Options", "meta.k8s.io", "", causes))


def _manager_errors(manager: str) -> Iterator[StatusCause]:
    if len(manager.encode("utf-8", errors="replace")) > _MOST_MANAGER_BYTES:
        yield StatusCause(
            "FieldValueTooLong",
            f"Too long: may not be more than {_MOST_MANAGER_BYTES} bytes",
            "fieldManager",
        )
        return
    for at, char in enumerate(manager):
        if not char.isprintable():
            position = len(manager[:at].encode("utf-8", errors="replace"))
            text = f"Invalid value: {quote_go(manager)}: invalid character U+{ord(char):04X} (at position {position})"
            yield StatusCause("FieldValueInvalid", text, "fieldManager")

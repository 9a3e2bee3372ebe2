"""The media types of requests and answers: `Content-Type`, `Accept` and the parameter `pretty`.

Two layers of an API server read Accept. go-restful compares the plain words, then k8s.io/apiserver reads the parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from codegen.kube.statuses import StatusError, failure

JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"
JSON_PATCH, MERGE_PATCH = "application/json-patch+json", "application/merge-patch+json"
STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json"
PATCHES = (JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH)
_BROWSERS = ("curl", "Wget", "Mozilla/5.0")  # their answers are indented
_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))


class AnswerFormat(NamedTuple):
    """The format of an answer: its media type, whether it is indented, and whether it is the metadata alone."""

    media_type: str = JSON
    pretty: bool = False
    metadata_only: bool = False


def is_pretty(query: Mapping[str, Sequence[str]], user_agent: str) -> bool:
    """Decide whether an answer is indented: by the query, else for people."""
    asked = query.get("pretty", ("",))[0]
    return asked in _TRUE if asked else user_agent.startswith(_BROWSERS)


@lru_cache(maxsize=256)
def answer_format(accept: str, offered: tuple[str, ...], *, pretty: bool) -> AnswerFormat:
    """Choose the format of an answer. Raises StatusError (406) if none of the offered media types is accepted."""
    accept = accept or "*/*"
    check_acceptable(accept, offered)
    for _, kind, subkind, parameters in _clauses(accept):
        for media_type in offered:
            own_kind, _, own_subkind = media_type.partition("/")
            if kind in (own_kind, "*") and subkind in (own_subkind, "*"):
                found = _with_parameters(parameters, AnswerFormat(media_type, pretty))
                if found is not None:
                    return found
    raise StatusError(failure(406, f"only the following media types are accepted: {', '.join(offered)}"))


def check_acceptable(accept: str, offered: Sequence[str]) -> None:
    """Raise StatusError (406) unless a plain word of Accept is offered."""
    words = [part.partition(";")[0].strip() for part in (accept or "*/*").split(",")]
    if not any(word == "*/*" or word in offered for word in words):
        listed = f"406: Not Acceptable\n\nAvailable representations: {', '.join(offered)}"
        raise StatusError(failure(406, listed, {}))


def _clauses(accept: str) -> list[tuple[float, str, str, dict[str, str]]]:
    """Split Accept into quality, type, subtype and parameters, the most wanted first, words before stars."""
    found = []
    for part in accept.split(","):
        words, *rest = (piece.strip() for piece in part.split(";"))
        kind, slash, subkind = words.partition("/")
        if slash or kind == "*":
            parameters = dict(pair.partition("=")[::2] for pair in rest)
            found.append((_quality(parameters.pop("q", "1")), kind, subkind or "*", parameters))
    return sorted(found, key=lambda clause: (-clause[0], clause[1] == "*", clause[2] == "*"))


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def _with_parameters(parameters: Mapping[str, str], found: AnswerFormat) -> AnswerFormat | None:
    """Apply the parameters of a clause; None if it asks for something that is not served, such as a table."""
    if parameters.get("stream"):
        return None
    if "pretty" in parameters:
        found = found._replace(pretty=parameters["pretty"] == "1")
    if not {"as", "g", "v"} & parameters.keys():
        return found
    is_meta = parameters.get("g") == "meta.k8s.io" and parameters.get("v") in ("v1", "v1beta1")
    if is_meta and parameters.get("as") in ("PartialObjectMetadata", "PartialObjectMetadataList"):
        return found._replace(metadata_only=True)
    return None


def body_type(content_type: str, accepted: Sequence[str]) -> str:
    """Return the media type of a body, JSON by default. Raises StatusError (415) for an unknown one."""
    if not content_type:
        return accepted[0]
    plain = content_type.partition(";")[0].strip().lower()
    if plain not in accepted:
        listed = ", ".join(accepted)
        text = f"the body of the request was in an unknown format - accepted media types include: {listed}"
        raise StatusError(failure(415, text))
    return plain


def patch_type(content_type: str) -> str:
    """Return the media type of a patch. Raises StatusError (415) for an unknown one."""
    plain = content_type.partition(";")[0].strip()
    if plain not in PATCHES:
        raise StatusError(failure(415, "415: Unsupported Media Type", {}))
    return plain

"""Which media types a request sends and takes, and what a server refuses for it.

Two layers of an API server look at Accept, each in its way: go-restful compares the plain words, then k8s.io/apiserver reads them with their
parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from codegen.outputs.services.runtime.statuses import StatusError, failure

JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"
JSON_PATCH, MERGE_PATCH = "application/json-patch+json", "application/merge-patch+json"
STRATEGIC, APPLY = "application/strategic-merge-patch+json", "application/apply-patch+yaml"
_BROWSERS = ("curl", "Wget", "Mozilla/5.0")  # their answers are indented
_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_META = "meta.k8s.io"


class Form(NamedTuple):
    """How an answer is written: its media type, whether it is indented, and whether only `metadata` is asked for."""

    media_type: str = JSON
    pretty: bool = False
    partial: bool = False


class _Clause(NamedTuple):
    quality: float
    kind: str
    subkind: str
    parameters: Mapping[str, str]


@lru_cache(maxsize=256)
def form_of(accept: str, offered: tuple[str, ...], *, pretty: bool) -> Form:
    """The form of an answer. `offered` are the media types that there are, JSON first; `pretty` is what else the request says.

    Raises StatusError where none of them is taken.
    """
    plain = [part.partition(";")[0].strip() for part in (accept or "*/*").split(",")]
    if not any(word == "*/*" or word in offered for word in plain):
        raise not_acceptable(offered)
    for clause in _clauses(accept or "*/*"):
        for media_type in offered:
            kind, _, subkind = media_type.partition("/")
            if clause.kind not in (kind, "*") or clause.subkind not in (subkind, "*"):
                continue
            form = _transformed(clause.parameters, Form(media_type=media_type, pretty=pretty))
            if form is not None:
                return form
    accepted = f"only the following media types are accepted: {', '.join(offered)}"
    raise StatusError(failure(406, accepted))


def not_acceptable(offered: Sequence[str]) -> StatusError:
    """The answer to a request that takes none of these media types."""
    listed = f"406: Not Acceptable\n\nAvailable representations: {', '.join(offered)}"
    return StatusError(failure(406, listed, {}))


def _clauses(accept: str) -> list[_Clause]:
    """The clauses of Accept, the most wanted first, words before stars."""
    found = []
    for part in accept.split(","):
        words, *rest = (piece.strip() for piece in part.split(";"))
        kind, slash, subkind = words.partition("/")
        if not slash and kind != "*":
            continue
        parameters = dict(pair.partition("=")[::2] for pair in rest)
        quality = parameters.pop("q", "1")
        found.append(_Clause(_number(quality), kind, subkind or "*", parameters))
    return sorted(found, key=lambda clause: (-clause.quality, clause.kind == "*", clause.subkind == "*"))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def _transformed(parameters: Mapping[str, str], form: Form) -> Form | None:
    """The form with what the parameters of a clause ask for; None where it is nothing that is served."""
    if parameters.get("stream"):
        return None
    if "pretty" in parameters:
        form = form._replace(pretty=parameters["pretty"] == "1")
    if not {"as", "g", "v"} & parameters.keys():
        return form
    is_meta = parameters.get("g") == _META and parameters.get("v") in ("v1", "v1beta1")
    if is_meta and parameters.get("as") in ("PartialObjectMetadata", "PartialObjectMetadataList"):
        return form._replace(partial=True)
    return None  # a table has columns, which no reference says


def is_pretty(query: Mapping[str, Sequence[str]], user_agent: str) -> bool:
    """Whether an answer is indented: as the query says, else for people who look at it."""
    asked = query.get("pretty", ("",))[0]
    return asked in _TRUE if asked else user_agent.startswith(_BROWSERS)


def media_type_of(content_type: str, taken: Sequence[str]) -> str:
    """The media type of a body, JSON if the request does not say. Raises StatusError for one that is not among those taken."""
    if not content_type:
        return taken[0]
    plain = content_type.partition(";")[0].strip().lower()
    if plain not in taken:
        raise _unknown_format(taken)
    return plain


def patch_type_of(content_type: str, taken: Sequence[str]) -> str:
    """The media type of a patch, which has to be said. Raises StatusError for one that is not among those taken.

    Of Kubernetes' own kinds, which alone have strategic merge patches, go-restful refuses it, and so before it looks at Accept.
    """
    plain = content_type.partition(";")[0].strip()
    if plain in taken:
        return plain
    if STRATEGIC in taken:
        raise StatusError(failure(415, "415: Unsupported Media Type", {}))
    raise _unknown_format(taken)


def _unknown_format(taken: Sequence[str]) -> StatusError:
    listed = ", ".join(taken)
    text = f"the body of the request was in an unknown format - accepted media types include: {listed}"
    return StatusError(failure(415, text))

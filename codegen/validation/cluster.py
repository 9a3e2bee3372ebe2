"""Read release and OpenAPI documents from the cluster of the current kubeconfig.

Requests go through kr8s if it is installed, else through `kubectl`.
"""

from __future__ import annotations

import asyncio
import importlib
import re
import shutil
import subprocess
import warnings
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from codegen.core import releases
from codegen.core.diagnostics import CodegenError, Report, Span, failure
from codegen.core.json_types import JsonObject
from codegen.core.source import Source
from codegen.model import Reference
from codegen.readers.openapi import reader

OPTION = "--cluster"
_TIMEOUT = 60  # seconds that one answer may take
_API_VERSION = re.compile(
    r"""^[ \t{,-]*["']?apiVersion["']?[ \t]*:[ \t]*["']?([\w./-]{1,300})""", re.MULTILINE
)


class Cluster(Struct, frozen=True, kw_only=True):
    """The release of a cluster (`1.N`) and a reference for each requested group version."""

    release: str = ""
    references: tuple[tuple[Reference, str], ...] = ()


def read_cluster(sources: Iterable[Source]) -> Cluster:
    """Read all group versions of manifests from the cluster.

    Raises `CodegenError` where there is neither kr8s nor kubectl, no cluster that answers, or an
    answer that cannot be read.
    """
    version = _fetch_json("/version")
    try:
        release = releases.format_release(releases.parse(str(version.get("gitVersion", ""))))
    except ValueError as error:
        raise _invalid_response_error("/version", str(error)) from None
    paths = _fetch_json("/openapi/v3").get("paths")
    if isinstance(paths, dict):
        served: JsonObject = paths
    else:
        served = {}
    references = []
    for api_version in sorted(
        {name for source in sources for name in _API_VERSION.findall(source.text)}
    ):
        entry = served.get(f"apis/{api_version}" if "/" in api_version else f"api/{api_version}")
        if isinstance(entry, dict):
            url = entry.get("serverRelativeURL")
        else:
            url = None
        # Never send credentials to another server.
        if isinstance(url, str) and url.startswith("/openapi/"):
            document = Source(_fetch_text(url), f"{OPTION} {url.partition('?')[0]}")
            references.append(
                (reader.read_document(document, Report()), f"the cluster ({release})")
            )
    return Cluster(release=release, references=tuple(references))


def _fetch_json(path: str) -> JsonObject:
    try:
        return msgspec.json.decode(_fetch_text(path), type=JsonObject)
    except (ValueError, RecursionError) as error:
        raise _invalid_response_error(path, str(error)) from None


def _fetch_text(path: str) -> str:
    try:
        kr8s = importlib.import_module("kr8s.asyncio")
    except ImportError:
        return _fetch_by_kubectl(path)
    return _fetch_by_kr8s(kr8s, path)


def _fetch_by_kr8s(kr8s: Any, path: str) -> str:
    above, _, last = path.rpartition("/")

    async def fetch() -> str:
        api = await kr8s.api()
        # kr8s joins base and url with `/`, and rejects an empty base
        async with api.call_api(
            "GET", version="", base=above or path, url=last if above else ""
        ) as response:
            return str(response.text)

    try:
        # kr8s warns of releases that are newer than its object classes, which are not used here.
        with warnings.catch_warnings(action="ignore"):
            return asyncio.run(asyncio.wait_for(fetch(), _TIMEOUT))
    except Exception as error:  # noqa: BLE001  - of kr8s, httpx, or a plugin that logs in: they share no type
        raise _no_response_error(
            path, " ".join(str(error).split()) or type(error).__name__
        ) from None


def _fetch_by_kubectl(path: str) -> str:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        raise failure(
            "cluster-unreachable",
            "neither kr8s nor kubectl is installed to query the cluster",
            Span(path=OPTION),
            "install kubectl or `pip install 'apiref-codegen[cluster]'`, or name the cluster's OpenAPI documents with --source",
        )
    try:
        done = subprocess.run(  # noqa: S603  - a fixed command; the path is one that the cluster named
            [kubectl, "get", "--raw", path], capture_output=True, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _no_response_error(path, str(error)) from None
    if done.returncode:
        raise _no_response_error(
            path, done.stderr.decode("utf-8", errors="replace").strip().rpartition("\n")[2]
        )
    return done.stdout.decode("utf-8", errors="replace")


def _no_response_error(path: str, reason: str) -> CodegenError:
    hint = f"try `kubectl get --raw {path.partition('?')[0]}`; `kubectl config current-context` names the cluster"
    return failure(
        "cluster-unreachable",
        f"the cluster does not answer to {path}: {reason[:300]}",
        Span(path=OPTION),
        hint,
        arguments=(
            path,
            reason[:300],
        ),
    )


def _invalid_response_error(path: str, reason: str) -> CodegenError:
    message = f"the answer of the cluster to {path} cannot be read: {reason[:300]}"
    hint = "check whether a proxy answers instead of the cluster"
    return failure(
        "cluster-unreachable",
        message,
        Span(path=OPTION),
        hint,
        arguments=(
            path,
            reason[:300],
        ),
    )

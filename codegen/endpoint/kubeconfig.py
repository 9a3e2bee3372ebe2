"""A kubeconfig that leads to an endpoint."""

from __future__ import annotations

import base64
from pathlib import Path

import yaml

_NAME = "token-endpoint"


def text(url: str, token: str, authority: Path | None = None) -> str:
    """The file for a URL and a bearer token; with the certificates to trust, if TLS is served."""
    cluster = {"server": url}
    if authority is not None:
        cluster["certificate-authority-data"] = base64.b64encode(authority.read_bytes()).decode()
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": _NAME, "cluster": cluster}],
            "users": [{"name": "admin", "user": {"token": token}}],
            "contexts": [{"name": _NAME, "context": {"cluster": _NAME, "user": "admin", "namespace": "default"}}],
            "current-context": _NAME,
        },
        sort_keys=False,
    )

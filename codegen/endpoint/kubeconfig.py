"""A kubeconfig that leads to an endpoint."""

from __future__ import annotations

import base64
from pathlib import Path

import yaml

_NAME = "token-endpoint"


def kubeconfig_text(url: str, token: str, authority: Path | None = None) -> str:
    """Write a kubeconfig for a URL and a bearer token, with the certificates to trust if it is HTTPS."""
    cluster = {"server": url}
    if authority is not None:
        cluster["certificate-authority-data"] = base64.b64encode(authority.read_bytes()).decode()
    context = {"cluster": _NAME, "user": "admin", "namespace": "default"}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": _NAME, "cluster": cluster}],
        "users": [{"name": "admin", "user": {"token": token}}],
        "contexts": [{"name": _NAME, "context": context}],
        "current-context": _NAME,
    }
    return yaml.safe_dump(config, sort_keys=False)

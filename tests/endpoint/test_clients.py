"""Clients of an endpoint: the official client, lightkube, the commands of the documentation, and
pytest.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jwt
import pytest

from codegen.endpoint.testing import TokenEndpoint
from support.corpus import ROOT
from support.judging import import_or_skip, needs_kubectl

Start = Callable[..., TokenEndpoint]

pytestmark = pytest.mark.slow(reason="processes and clients of others")


def test_official_client_requests_token(token_endpoints: Start) -> None:
    kubernetes = import_or_skip("kubernetes")
    endpoint = token_endpoints(tls=True)
    kubernetes.config.load_kube_config(str(endpoint.kubeconfig))
    request = kubernetes.client.AuthenticationV1TokenRequest(
        spec=kubernetes.client.V1TokenRequestSpec(audiences=["shed"])
    )
    answer = kubernetes.client.CoreV1Api().create_namespaced_service_account_token(
        "default", "default", request
    )
    assert jwt.decode(answer.status.token, options={"verify_signature": False})["aud"] == ["shed"]


_BLOCK = re.compile(r"```sh\n(codegen token-endpoint.*?)```", re.DOTALL)


@needs_kubectl
@pytest.mark.parametrize("name", ["docs/token-endpoint.md", "docs/token-endpoint.zh-cn.md"])
def test_documented_commands_work(name: str, tmp_path: Path) -> None:
    (text,) = _BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))
    script = (
        text.replace("codegen token-endpoint", "codegen token-endpoint --port 0", 1) + "\nkill %1\n"
    )
    paths = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": paths, "HOME": str(tmp_path)}
    process = subprocess.Popen(
        ["bash", "-m", "-e", "-c", script],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=120)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert "system:serviceaccount:default:builder" in said
    assert "service account token has been invalidated" in said

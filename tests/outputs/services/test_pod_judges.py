"""The server that clients are tested with, judged by clients of others: kubectl for processes, the official client for those of older servers and
for ports. What they understand is what the servers of a cluster say.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gardens.pods import V4, Pod, serving_pod
from judging import library, needs_kubectl

pytestmark = pytest.mark.slow
PODS = {"name": "pods", "singularName": "pod", "namespaced": True, "kind": "Pod", "verbs": ["get"]}
WEB = {
    "kind": "Pod",
    "apiVersion": "v1",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {"containers": [{"name": "c", "image": "i", "stdin": True}]},
    "status": {"phase": "Running"},
}


@pytest.fixture
def pod() -> Iterator[Pod]:
    with serving_pod() as found:
        found.answers = {
            "/api": {"kind": "APIVersions", "versions": ["v1"]},
            "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
            "/api/v1": {"kind": "APIResourceList", "groupVersion": "v1", "resources": [PODS]},
            "/api/v1/namespaces/default/pods/web": WEB,
        }
        yield found


@needs_kubectl
def test_kubectl_understands_its_processes(pod: Pod, tmp_path: Path) -> None:
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "a", "cluster": {"server": pod.url}}],
        "users": [{"name": "a", "user": {}}],
        "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}],
        "current-context": "a",
    }
    (tmp_path / "config").write_text(json.dumps(config), encoding="utf-8")
    environment = {**os.environ, "KUBECONFIG": str(tmp_path / "config"), "HOME": str(tmp_path)}

    def kubectl(*arguments: str, given: bytes | None = None) -> tuple[int, bytes, bytes]:
        command = ["kubectl", *arguments]
        done = subprocess.run(command, input=given, capture_output=True, env=environment, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    assert kubectl("exec", "-i", "web", "--", "cat", given=b"hello") == (0, b"hello", b"")
    assert kubectl("attach", "web", "-i", given=b"typed")[:2] == (0, b"typed")
    assert kubectl("exec", "web", "--", "exit", "3") == (3, b"", b"command terminated with exit code 3\n")
    assert kubectl("exec", "web", "--", "none")[::2] == (1, b"error: Internal error occurred: no such program\n")
    code, output, errors = kubectl("exec", "web", "--", "pour", "200000")
    assert (code, len(output), len(errors)) == (0, 200_000, 100_000)
    assert kubectl("exec", "web", "--", "said")[2] == b"v5.channel.k8s.io"


# In a process of its own: it leaves its sockets open.
OFFICIAL = """
import sys
from kubernetes import client, stream
api = client.CoreV1Api(client.ApiClient(client.Configuration(host=sys.argv[1])))
run = api.connect_get_namespaced_pod_exec
opened = stream.stream(run, "web", "default", command=["exit", "3"], stdout=True, stderr=True, _preload_content=False)
opened.run_forever(timeout=10)
forward = stream.portforward(api.connect_get_namespaced_pod_portforward, "web", "default", ports="80,9")
socket = forward.socket(80)
socket.settimeout(10)
socket.sendall(b"web")
print(opened.returncode, socket.recv(10), forward.error(9))
"""


def test_the_official_client_understands_its_older_processes_and_its_ports() -> None:
    library("kubernetes")
    with serving_pod(V4) as pod:
        command = [sys.executable, "-W", "ignore", "-c", OFFICIAL, pod.url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "3 b'WEB' nobody listens at port 9\n", done.stderr

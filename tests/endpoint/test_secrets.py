"""Protection of keys, tokens and passwords: file modes, logs, representations and core dumps."""

from __future__ import annotations

import logging
import os
import signal
import ssl
import stat
from pathlib import Path

import jwt
import pytest

from codegen.endpoint.serving import RunningEndpoint
from codegen.endpoint.settings import Settings
from codegen.endpoint.testing import Refusal
from support.processes import EndpointProcess
from support.wire import TOKEN, exchange, request_head, send_request

UNKNOWN = "of-nobody-at-all"


def test_secret_files_are_readable_by_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made = RunningEndpoint(
            Settings(algorithm="ES256", state=tmp_path / "state.db", certificates=tmp_path / "tls")
        )
        made.start()
        made.write_kubeconfig(tmp_path / "kubeconfig")
    finally:
        os.umask(before)
    found = {
        each.name: stat.S_IMODE(each.stat().st_mode)
        for each in tmp_path.rglob("*")
        if each.is_file()
    }
    made.stop()
    public = {"ca.crt", "apiserver.crt"}
    secret = {name: mode for name, mode in found.items() if name not in public}
    assert set(secret) == {"state.db", "state.db-wal", "kubeconfig", "apiserver.key"}
    assert set(secret.values()) == {0o600}


def test_tls_is_1_2_or_newer(tmp_path: Path) -> None:
    made = RunningEndpoint(Settings(algorithm="ES256", certificates=tmp_path))
    served = made._server.config.ssl
    assert served is not None
    assert served.minimum_version >= ssl.TLSVersion.TLSv1_2
    made._socket.close()
    made.endpoint.state.close()


def test_representations_hide_keys_and_tokens(tmp_path: Path) -> None:
    made = RunningEndpoint(
        Settings(algorithm="ES256", state=tmp_path / "state.db", certificates=tmp_path)
    )
    endpoint = made.endpoint
    values = (
        made,
        endpoint,
        *endpoint.state.keys(),
        endpoint.authorizer,
        endpoint.objects,
        endpoint.settings,
    )
    texts = "".join(f"{value!r}{value}" for value in (*values, endpoint.signing_key))
    made._socket.close()
    secrets = [
        made.admin_token,
        *endpoint.signing_key.jwk.as_pem(private=True).decode().splitlines(),
    ]
    secrets.append(str(endpoint.signing_key.jwk.as_dict(private=True)["d"]))
    endpoint.state.close()
    assert [secret for secret in secrets if secret in texts] == []


def test_logs_hide_secrets(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = tmp_path / "tokens.csv"
    tokens.write_text("of-ann-alone,ann,1\n")
    made = RunningEndpoint(Settings(algorithm="ES256", token_file=tokens))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio"):
        caplog.set_level(1, name)  # includes the trace level of uvicorn
    for name in ("uvicorn", "uvicorn.access"):
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    try:
        made.start()
        token = send_request(made, "POST", TOKEN, {})[1].decode()
        issued = jwt.decode(
            token.split('"token":"')[1].split('"')[0], options={"verify_signature": False}
        )["jti"]
        review = {"spec": {"token": token.split('"token":"')[1].split('"')[0]}}
        assert (
            send_request(made, "POST", "/apis/authentication.k8s.io/v1/tokenreviews", review)[0]
            == 201
        )
        assert send_request(made, "POST", "/-/keys", {})[0] == 200
        exchange(made.url, request_head("GET", "/api/v1/namespaces", "of-ann-alone").encode())
        exchange(made.url, request_head("GET", "/api/v1/namespaces", UNKNOWN).encode())
        exchange(
            made.url,
            b"GET / HTTP/9.9\r\nAuthorization: Bearer of-nobody-at-all\r\nHost: x\r\nConnection: close\r\n\r\n",
        )
        exchange(made.url, b"Authorization: Bearer of-nobody-at-all\r\n\r\n")
        made.endpoint.state.list_objects = None  # type: ignore[method-assign, assignment]  # so that the server has something to log
        assert send_request(made, "GET", "/api/v1/namespaces")[0] == 500
        exchange(made.url, request_head("GET", "/api/v1/namespaces", "of-ann-alone").encode())
    finally:
        made.stop()
    secrets = (made.admin_token, "of-ann-alone", UNKNOWN, review["spec"]["token"], "PRIVATE KEY")
    assert "Traceback" in caplog.text  # the deliberately failing request
    assert [secret for secret in secrets if secret in caplog.text] == []
    assert issued


@pytest.mark.slow(reason="a process that crashes")
def test_crash_leaves_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    monkeypatch.setenv("PYTHONFAULTHANDLER", "1")
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))  # core dumps are enabled
    try:
        endpoint = EndpointProcess(f"--state={tmp_path / 'state.db'}")
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
    token = endpoint.token("default")
    with pytest.raises(Refusal):
        endpoint.request("GET", "/api/v1/namespaces", token=UNKNOWN)
    process = endpoint.process
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    assert (
        next(line for line in limits.splitlines() if line.startswith("Max core file size")).split()[
            4
        ]
        == "0"
    )
    secret = endpoint.admin_token
    process.send_signal(signal.SIGSEGV)
    process.wait()
    endpoint.stop()
    log = "".join(endpoint.log)
    assert "Segmentation fault" in log
    assert [each for each in (secret, token, UNKNOWN, "PRIVATE KEY") if each in log] == []
    assert [each.name for each in tmp_path.iterdir() if "core" in each.name] == []

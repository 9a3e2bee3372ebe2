"""Keys, tokens and passwords of an endpoint: who can read their files, what shows them, and how they are compared."""

from __future__ import annotations

import io
import logging
import os
import signal
import ssl
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import jwt
import pytest

from codegen.core.diagnostics import CodegenError
from codegen.endpoint import certificates, keys
from codegen.endpoint.authentication import Authenticator
from codegen.endpoint.clock import Clock
from codegen.endpoint.serving import Address, RunningEndpoint
from codegen.endpoint.settings import Settings
from codegen.endpoint.state import State
from codegen.endpoint.testing import Refusal, TokenEndpoint
from codegen.endpoint.tokens import InvalidToken
from codegen.endpoint.users import User
from codegen.readers.built_in.structure import BuiltIns
from support.wire import TOKEN, asked, head, sent

RELEASE = BuiltIns().newest
Start = Callable[..., TokenEndpoint]
NOBODY = 65534
UNKNOWN = "of-nobody-at-all"


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.rglob("*") if each.is_file()}


# -------------------------------------------------------------------------------------------------------------- files


def test_what_is_secret_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    with umask(0):
        made = RunningEndpoint(
            Settings(release=RELEASE, algorithm="ES256", state=tmp_path / "state.db"), Address(folder=tmp_path / "tls")
        )
        made.start()
        made.write_kubeconfig(tmp_path / "kubeconfig")
    found = modes(tmp_path)
    made.stop()
    public = {"ca.crt", "apiserver.crt"}
    secret = {name: mode for name, mode in found.items() if name not in public}
    assert set(secret) == {"state.db", "state.db-wal", "state.db-shm", "kubeconfig", "apiserver.key"}
    assert set(secret.values()) == {0o600}


def exposed(tmp_path: Path, kind: str) -> Callable[[], object]:
    """A file of some kind with a private key, and what reads it."""
    file = tmp_path / "key"
    if kind == "state":
        State(file).close()
        return lambda: State(file).close()
    if kind == "certificate":
        served = certificates.make_files(tmp_path / "made", ["localhost"])
        file.write_bytes(served.key.read_bytes())
        return lambda: certificates.check_files(served.certificate, file)
    file.write_bytes(keys.generate_key("ES256").pem)
    return lambda: keys.read_key(file)


@pytest.mark.parametrize("kind", ["signing", "certificate", "state"])
def test_a_private_key_that_others_can_read_is_refused(kind: str, tmp_path: Path) -> None:
    read = exposed(tmp_path, kind)
    of_root = os.geteuid() == 0
    owners = ((0, (0o600, 0o400, 0o640, 0o440), (0o644, 0o604, 0o660, 0o620)),) if of_root else ()
    of_others = (NOBODY if of_root else os.geteuid(), (0o600,), (0o640, 0o644, 0o620, 0o606, 0o777))
    for owner, good, bad in (*owners, of_others):
        os.chown(tmp_path / "key", owner, -1)
        for mode in good:
            (tmp_path / "key").chmod(mode)
            read()
        for mode in bad:
            (tmp_path / "key").chmod(mode)
            with pytest.raises(CodegenError) as error:
                read()
            (told,) = error.value.diagnostics
            assert (told.rule, "chmod 600" in told.hint) == ("private-key-exposed", True)


def test_a_key_of_a_folder_that_others_can_read_is_refused(tmp_path: Path) -> None:
    key = certificates.make_files(tmp_path, ["127.0.0.1"]).key
    key.chmod(0o644)
    with pytest.raises(CodegenError) as error:
        certificates.make_files(tmp_path, ["127.0.0.1"])
    assert error.value.diagnostics[0].rule == "private-key-exposed"


def test_a_state_that_others_can_read_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "state.db").touch()
    (tmp_path / "state.db").chmod(0o644)
    with pytest.raises(CodegenError) as error:
        State(tmp_path / "state.db")
    assert error.value.diagnostics[0].rule == "private-key-exposed"
    assert [(each.name, each.stat().st_size) for each in tmp_path.iterdir()] == [("state.db", 0)]


def test_a_public_key_may_be_read_by_everybody(tmp_path: Path) -> None:
    key = keys.generate_key("ES256")
    public = key.jwk.as_pem(private=False)
    (tmp_path / "key.pub").write_bytes(public)
    (tmp_path / "key.pub").chmod(0o644)
    assert keys.read_key(tmp_path / "key.pub").id == key.id


# ---------------------------------------------------------------------------------------------------------------- TLS


def hello(context: ssl.SSLContext) -> tuple[ssl.SSLObject, ssl.MemoryBIO, ssl.MemoryBIO]:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    return context.wrap_bio(incoming, outgoing, server_hostname="localhost"), incoming, outgoing


def shaken(client: ssl.SSLContext, server: ssl.SSLContext) -> str | None:
    """The version of TLS that two sides agree on. Raises SSLError where there is none."""
    ours, ours_in, ours_out = hello(client)
    theirs_in, theirs_out = ssl.MemoryBIO(), ssl.MemoryBIO()
    theirs = server.wrap_bio(theirs_in, theirs_out, server_side=True)
    for _ in range(4):
        for side, out, into in ((ours, ours_out, theirs_in), (theirs, theirs_out, ours_in)):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
            into.write(out.read())
    return ours.version()


def context(kind: int, first: ssl.TLSVersion, last: ssl.TLSVersion) -> ssl.SSLContext:
    made = ssl.SSLContext(kind)
    if kind == ssl.PROTOCOL_TLS_CLIENT:
        made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    made.set_ciphers("ALL:@SECLEVEL=0")
    made.minimum_version, made.maximum_version = first, last
    return made


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_tls_is_1_2_or_newer(tmp_path: Path) -> None:
    made = RunningEndpoint(Settings(release=RELEASE, algorithm="ES256"), Address(folder=tmp_path))
    served = made._server.config.ssl
    assert served is not None
    old = context(ssl.PROTOCOL_TLS_SERVER, ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
    old.load_cert_chain(tmp_path / "apiserver.crt", tmp_path / "apiserver.key")
    clients = {
        version: context(ssl.PROTOCOL_TLS_CLIENT, version, version)
        for version in (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
    }
    assert shaken(clients[ssl.TLSVersion.TLSv1_1], old) == "TLSv1.1"  # so the client can
    with pytest.raises(ssl.SSLError):
        shaken(clients[ssl.TLSVersion.TLSv1_1], served)
    assert shaken(clients[ssl.TLSVersion.TLSv1_2], served) == "TLSv1.2"
    assert shaken(clients[ssl.TLSVersion.TLSv1_3], served) == "TLSv1.3"
    made._socket.close()
    made.endpoint.close()


# ---------------------------------------------------------------------------------------------------------- comparing


class Watched(str):
    """A token that tells when it is compared, which takes as long as the texts are equal."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise AssertionError("compared")

    def __hash__(self) -> int:
        raise AssertionError("looked up")


def test_static_tokens_are_not_compared_letter_by_letter() -> None:
    def judge(token: str, _: object) -> None:
        assert isinstance(token, Watched)

    known = User(name="ann")
    authenticator = Authenticator(judge, static={"secret": known}, audiences=["a"], clock=Clock(), kept=10)
    for _ in range(2):  # the second time it is in the cache
        assert authenticator.authenticate(Watched("secret")).user is known
        with pytest.raises(InvalidToken):
            authenticator.authenticate(Watched("secreT"))
    with pytest.raises(InvalidToken):
        authenticator.authenticate(Watched("half a \ud800 character"))
    assert "'secret'" not in repr(vars(authenticator))


# ------------------------------------------------------------------------------------------------------------ showing


def shown(value: object) -> str:
    from rich.console import Console

    console = Console(file=io.StringIO(), width=1000)
    console.print(value)
    assert isinstance(console.file, io.StringIO)
    return repr(value) + str(value) + console.file.getvalue()


def test_nothing_shows_a_key_or_a_token(tmp_path: Path) -> None:
    made = RunningEndpoint(
        Settings(release=RELEASE, algorithm="ES256", state=tmp_path / "state.db"), Address(folder=tmp_path)
    )
    endpoint = made.endpoint
    texts = "".join(map(shown, (made, endpoint, endpoint.keys, endpoint.keys.signing, *endpoint.state.keys())))
    texts += "".join(map(shown, (endpoint.authenticator, endpoint.issuer, endpoint.settings)))
    made._socket.close()
    secrets = [made.admin_token, *endpoint.keys.signing.pem.decode().splitlines()]
    secrets.append(str(endpoint.keys.signing.jwk.as_dict(private=True)["d"]))
    endpoint.close()
    assert [secret for secret in secrets if secret in texts] == []


def test_no_log_has_a_secret_at_any_level(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = tmp_path / "tokens.csv"
    tokens.write_text("of-ann-alone,ann,1\n")
    made = RunningEndpoint(Settings(release=RELEASE, algorithm="ES256", token_file=tokens))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio"):
        caplog.set_level(1, name)  # what uvicorn has below debug, too
    for name in ("uvicorn", "uvicorn.access"):
        logging.getLogger(name).propagate = True
    try:
        made.start()
        token = sent(made, "POST", TOKEN, {})[1].decode()
        issued = jwt.decode(token.split('"token":"')[1].split('"')[0], options={"verify_signature": False})["jti"]
        review = {"spec": {"token": token.split('"token":"')[1].split('"')[0]}}
        assert sent(made, "POST", "/apis/authentication.k8s.io/v1/tokenreviews", review)[0] == 201
        assert sent(made, "POST", "/-/keys", {})[0] == 200
        asked(made.url, head("GET", "/api/v1/namespaces", "of-ann-alone").encode())
        asked(made.url, head("GET", "/api/v1/namespaces", UNKNOWN).encode())
        asked(made.url, b"GET / HTTP/9.9\r\nAuthorization: Bearer of-nobody-at-all\r\nHost: x\r\n\r\n")
        asked(made.url, b"Authorization: Bearer of-nobody-at-all\r\n\r\n")
        made.endpoint.objects.find_all = None  # type: ignore[method-assign, assignment]  # so that the server has something to log
        assert sent(made, "GET", "/api/v1/namespaces", None, "X-Broken: yes")[0] == 200
        asked(made.url, head("GET", "/api/v1/namespaces", "of-ann-alone").encode())
    finally:
        for name in ("uvicorn", "uvicorn.access"):
            logging.getLogger(name).propagate = False
        made.stop()
    secrets = (made.admin_token, "of-ann-alone", UNKNOWN, review["spec"]["token"], "PRIVATE KEY")
    assert "Traceback" in caplog.text  # it was broken
    assert [secret for secret in secrets if secret in caplog.text] == []
    assert issued


@pytest.mark.slow(reason="a process that crashes")
def test_a_process_that_crashes_leaves_no_secret(
    token_endpoints: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    monkeypatch.setenv("PYTHONFAULTHANDLER", "1")
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))  # as if somebody had asked for core files
    try:
        endpoint = token_endpoints(process=True, state=tmp_path / "state.db")
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
    token = endpoint.token("default")
    with pytest.raises(Refusal):
        endpoint.request("GET", "/api/v1/namespaces", token=UNKNOWN)
    process = endpoint._process
    assert process is not None
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    assert next(line for line in limits.splitlines() if line.startswith("Max core file size")).split()[4] == "0"
    secret = endpoint.admin_token
    process.send_signal(signal.SIGSEGV)
    process.wait()
    endpoint.stop()
    log = "".join(endpoint.log)
    assert "Segmentation fault" in log
    assert [each for each in (secret, token, UNKNOWN, "PRIVATE KEY") if each in log] == []
    assert [each.name for each in tmp_path.iterdir() if "core" in each.name] == []

"""Where a client finds its server, whom it trusts and who it says that it is: kubeconfigs, pods, programs, certificates."""

from __future__ import annotations

import json
import os
import ssl
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gardens.certificates import Authority
from gardens.http import Answer, Site, serving
from gardens.python import importing, write
from gardens.services import plots

LIST = {"kind": "PlotList", "metadata": {}, "items": []}
SECRET = "not-to-be-shown"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    root: Path = tmp_path_factory.mktemp("plots")
    write(plots(), root, locales=("en",), targets=("dataclasses", "client"))
    with importing(root) as importer:
        yield importer.module("client")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as found:
        found.answers = [Answer(200, LIST)]
        yield found


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def kubeconfig(folder: Path, cluster: Mapping[str, Any], user: Mapping[str, Any], **context: str) -> Path:
    """A kubeconfig with one context; JSON is YAML too."""
    file = folder / "config"
    named = {"cluster": "c", "user": "u", **context}
    written = {
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "x", "context": named}],
        "current-context": "x",
    }
    file.write_text(json.dumps(written), encoding="utf-8")
    return file


def asked(client: ModuleType, site: Site, file: Path) -> Mapping[str, str]:
    """The headers by which a client of a kubeconfig asks."""
    with client.Client.from_kubeconfig(file) as made:
        made.plots().list()
        assert (
            SECRET
            not in f"{made!r} {vars(made.configuration.credentials) if hasattr(made.configuration.credentials, '__dict__') else ''}"
        )
    return site.requests[-1].headers


def test_a_kubeconfig_says_where_and_who(client: ModuleType, site: Site, tmp_path: Path) -> None:
    user = {"token": SECRET, "as": "robot", "as-groups": ["a", "b"], "as-user-extra": {"Scopes": ["read"]}}
    headers = asked(client, site, kubeconfig(tmp_path, {"server": site.url}, user, namespace="north"))
    assert headers["authorization"] == f"Bearer {SECRET}"
    assert (headers["impersonate-user"], headers["impersonate-extra-scopes"]) == ("robot", "read")
    assert site.requests[-1].target.endswith("/namespaces/north/plots")
    headers = asked(client, site, kubeconfig(tmp_path, {"server": site.url}, {"username": "me", "password": SECRET}))
    assert headers["authorization"].startswith("Basic ")


def test_of_several_files_the_first_holds(
    client: ModuleType, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first.yaml", kubeconfig(tmp_path, {"server": site.url}, {"token": SECRET})
    first.write_text(
        "users:\n- name: u\n  user: {tokenFile: token}\ncontexts:\n- name: y\n  context:\n    cluster: c\n",
        encoding="utf-8",
    )
    (tmp_path / "token").write_text("first\n", encoding="utf-8")
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(("", str(first), str(tmp_path / "gone"), str(second))))
    with client.Client() as made:
        made.plots().list()
        (tmp_path / "next").write_text("second\n", encoding="utf-8")
        (tmp_path / "next").replace(tmp_path / "token")  # as the kubelet renews it
        made.plots().list()
    with client.Client.from_kubeconfig(context="y") as made:
        made.plots().list()
    assert [each.headers.get("authorization") for each in site.requests] == ["Bearer first", "Bearer second", None]


def test_a_pod_has_a_configuration(
    client: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    from importlib import import_module

    module = import_module(f"{client.__name__}.runtime.kubeconfig")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "gone"))
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(client.ConfigurationError, match="no server is known"):
        client.Client()
    with pytest.raises(client.ConfigurationError, match="runs in no pod"):
        client.Client.in_cluster()
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    with pytest.raises(client.ConfigurationError, match="files of the service account cannot be read"):
        module.in_cluster(tmp_path)
    (tmp_path / "ca.crt").write_bytes(authority.certificate)
    (tmp_path / "namespace").write_text("south\n", encoding="utf-8")
    made = module.in_cluster(tmp_path)
    assert (made.server, made.namespace, made.trust.authority) == (
        "https://[fd00::1]:443",
        "south",
        authority.certificate,
    )
    with pytest.raises(client.ConfigurationError, match="token cannot be read"):
        made.credentials.authorize()
    (tmp_path / "token").write_text("\n", encoding="utf-8")
    with pytest.raises(client.ConfigurationError, match="there is no token in"):
        made.credentials.authorize()


def test_a_token_file_is_read_as_it_is_now(client: ModuleType, site: Site, tmp_path: Path) -> None:
    """A kubelet puts another token in its place, by a link or by a rename; what is gone is told, and is good again when it is back."""
    file = tmp_path / "token"
    file.write_text("first\n")
    config = kubeconfig(tmp_path, {"server": site.url}, {"tokenFile": "token"})
    with client.Client.from_kubeconfig(config) as made:
        made.plots().list()
        (tmp_path / "new").write_text("second")
        (tmp_path / "new").replace(file)
        made.plots().list()
        file.unlink()
        (tmp_path / "..data").mkdir()
        (tmp_path / "..data/token").write_text("third")
        file.symlink_to("..data/token")
        made.plots().list()
        file.unlink()
        with pytest.raises(client.ConfigurationError, match="token cannot be read"):
            made.plots().list()
        file.write_text("fourth")
        made.plots().list()
    said = [each.headers["authorization"] for each in site.requests]
    assert said == ["Bearer first", "Bearer second", "Bearer third", "Bearer fourth"]


CLUSTER = {"server": "https://a.example"}


@pytest.mark.parametrize(
    ("cluster", "user", "said"),
    [
        ({}, {}, "cluster 'c': there is no server"),
        ({**CLUSTER, "certificate-authority": "gone.crt"}, {}, "certificate-authority cannot be read: No such file"),
        ({**CLUSTER, "certificate-authority-data": "%"}, {}, "certificate-authority-data is not base64"),
        ({**CLUSTER, "certificate-authority-data": "YQ==", "insecure-skip-tls-verify": True}, {}, "only one can hold"),
        ({**CLUSTER, "insecure-skip-tls-verify": "yes"}, {}, "insecure-skip-tls-verify is neither true nor false"),
        (CLUSTER, {"client-certificate-data": "YQ=="}, "user 'u': a client certificate needs its key"),
        (CLUSTER, {"token": 5}, "token is not a string"),
        (CLUSTER, {"auth-provider": {}}, "auth-provider has been taken out"),
        (CLUSTER, {"exec": []}, "exec is not an object"),
        (CLUSTER, {"exec": {"command": "a"}}, "exec: apiVersion '' is not known"),
        (CLUSTER, {"exec": {"apiVersion": "client.authentication.k8s.io/v1"}}, "there is no command"),
        (CLUSTER, {"exec": {"args": "a"}}, "args is not a list"),
        (CLUSTER, {"exec": {"env": [{"name": "a"}]}}, "env is not a list of names and values"),
        (CLUSTER, {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Always"}}, "has to ask a person"),
        (CLUSTER, {"as-groups": "a"}, "as-groups is not a list"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_kubeconfig_is_said(
    client: ModuleType, tmp_path: Path, cluster: dict[str, Any], user: dict[str, Any], said: str
) -> None:
    file = kubeconfig(tmp_path, cluster, user)
    with pytest.raises(client.ConfigurationError) as caught:
        client.Client.from_kubeconfig(file)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(file))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [secret", ": is not valid YAML or JSON"),
        ("[]", "holds no object"),
        ("contexts: 1", "contexts is not a list"),
        ("contexts: [{name: x, context: 1}]", "contexts[0] has no name or no context"),
        ("{}", "no context is the current one; there are none"),
        ("{current-context: x, contexts: [{name: y}, {name: z}]}", "there is no context 'x'; there are y, z"),
        ("{current-context: x, contexts: [{name: x}]}", "there is no cluster ''; there are none"),
        ("\udcff", "cannot be read"),
    ],
)
def test_a_file_that_is_no_kubeconfig_is_named(client: ModuleType, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "config").write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(client.ConfigurationError) as caught:
        client.Client.from_kubeconfig(tmp_path / "config")
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


# ------------------------------------------------------------------------------------------------------------- programs


def program(folder: Path, status: object, **more: object) -> dict[str, Any]:
    """The user of a kubeconfig whose program counts how often it is run, and says what it was told."""
    given = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}
    script = folder / "plugin"
    script.write_text(
        f"#!{sys.executable} -IS\n"
        "import os, sys\n"
        f"folder = {str(folder)!r}\n"
        "open(folder + '/runs', 'a').write('x')\n"
        "open(folder + '/told', 'w').write(os.environ['KUBERNETES_EXEC_INFO'] + os.environ.get('EXTRA', '') + sys.argv[1])\n"
        f"print({json.dumps(given)!r})\n",
        encoding="utf-8",
    )
    script.chmod(0o700)
    told = {"apiVersion": "client.authentication.k8s.io/v1", "command": "./plugin", "args": ["go"], **more}
    return {"exec": told}


def runs(folder: Path) -> int:
    return len((folder / "runs").read_text(encoding="utf-8"))


def test_a_program_is_asked_once_as_long_as_its_token_holds(client: ModuleType, site: Site, tmp_path: Path) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    extra = {"env": [{"name": "EXTRA", "value": "!"}], "provideClusterInfo": True}
    user = program(tmp_path, {"token": SECRET, "expirationTimestamp": later}, **extra)
    file = kubeconfig(tmp_path, {"server": site.url, "proxy-url": ""}, user)
    with client.Client.from_kubeconfig(file) as made:
        made.plots().list()
        made.plots().list()
        assert runs(tmp_path) == 1
        site.answers = [Answer(401, b"no"), Answer(200, LIST)]
        with pytest.raises(client.UnauthorizedError):
            made.plots().list()
        made.plots().list()
    assert runs(tmp_path) == 2
    assert {each.headers["authorization"] for each in site.requests} == {f"Bearer {SECRET}"}
    told = (tmp_path / "told").read_text(encoding="utf-8")
    assert told.endswith("!go")
    assert json.loads(told.removesuffix("!go"))["spec"] == {"interactive": False, "cluster": {"server": site.url}}


def test_a_token_that_has_expired_is_asked_for_again(client: ModuleType, site: Site, tmp_path: Path) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=5)).isoformat()
    file = kubeconfig(tmp_path, {"server": site.url}, program(tmp_path, {"token": SECRET, "expirationTimestamp": soon}))
    with client.Client.from_kubeconfig(file) as made:
        made.plots().list()
        made.plots().list()
    assert runs(tmp_path) == 2


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({}, "neither a token nor a certificate"),
        ({"token": 1}, "something else than texts"),
        ({"clientCertificateData": SECRET}, "a certificate without its key"),
        ({"token": SECRET, "expirationTimestamp": "later"}, "an expirationTimestamp that is not a time"),
        (None, "no ExecCredential with a status"),
    ],
)
def test_what_is_wrong_with_a_program_is_said(
    client: ModuleType, site: Site, tmp_path: Path, status: object, said: str
) -> None:
    file = kubeconfig(tmp_path, {"server": site.url}, program(tmp_path, status))
    with client.Client.from_kubeconfig(file) as made, pytest.raises(client.ConfigurationError, match=said) as caught:
        made.plots().list()
    assert SECRET not in str(caught.value)
    missing = {"exec": {**program(tmp_path, {})["exec"], "command": "./gone", "installHint": "Get it."}}
    file = kubeconfig(tmp_path, {"server": site.url}, missing)
    said = r"gone cannot be run: .*; Get it\."
    with client.Client.from_kubeconfig(file) as made, pytest.raises(client.ConfigurationError, match=said):
        made.plots().list()


# --------------------------------------------------------------------------------------------------------- certificates


def secure(authority: Authority, *, of: Authority | None = None, name: str = "") -> ssl.SSLContext:
    """TLS of a server; with `of` it wants certificates of clients by that authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.server(name or "127.0.0.1").load(context)
    if of is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=of.certificate.decode())
    return context


def test_a_server_is_trusted_by_its_authority_alone(client: ModuleType, tmp_path: Path, authority: Authority) -> None:
    with serving(secure(authority)) as site:
        site.answers = [Answer(200, LIST)]
        (tmp_path / "ca.crt").write_bytes(authority.certificate)
        cluster = {"server": site.url, "certificate-authority": "ca.crt"}
        assert "authorization" not in asked(client, site, kubeconfig(tmp_path, cluster, {}))
        assert asked(client, site, kubeconfig(tmp_path, {"server": site.url, "insecure-skip-tls-verify": True}, {}))
        (tmp_path / "ca.crt").write_bytes(Authority().certificate)
        with pytest.raises(client.NoAnswerError, match=r"CERTIFICATE_VERIFY_FAILED.*; name the authority"):
            asked(client, site, kubeconfig(tmp_path, cluster, {"token": SECRET}))
        (tmp_path / "ca.crt").write_bytes(b"nothing")
        with pytest.raises(client.ConfigurationError, match="cannot be used"):
            asked(client, site, kubeconfig(tmp_path, cluster, {}))
        assert not any(SECRET in str(each.headers) for each in site.requests)


def test_a_server_may_have_another_name(client: ModuleType, tmp_path: Path, authority: Authority) -> None:
    with serving(secure(authority, name="kubernetes.example")) as site:
        site.answers = [Answer(200, LIST)]
        (tmp_path / "ca.crt").write_bytes(authority.certificate)
        cluster = {"server": site.url, "certificate-authority": "ca.crt"}
        with pytest.raises(client.NoAnswerError, match="CERTIFICATE_VERIFY_FAILED"):
            asked(client, site, kubeconfig(tmp_path, cluster, {}))
        assert asked(client, site, kubeconfig(tmp_path, {**cluster, "tls-server-name": "kubernetes.example"}, {}))


def test_a_client_shows_its_certificate(client: ModuleType, tmp_path: Path, authority: Authority) -> None:
    with serving(secure(authority, of=authority)) as site:
        site.answers = [Answer(200, LIST)]
        (tmp_path / "ca.crt").write_bytes(authority.certificate)
        cluster = {"server": site.url, "certificate-authority": "ca.crt"}

        def showing(expired: bool) -> dict[str, str]:
            shown = authority.client("robot", expired=expired)
            (tmp_path / "client.crt").write_bytes(shown.certificate)
            (tmp_path / "client.key").write_bytes(shown.key)
            return {"client-certificate": "client.crt", "client-key": "client.key"}

        assert asked(client, site, kubeconfig(tmp_path, cluster, showing(expired=False)))
        with pytest.raises(client.NoAnswerError) as caught:
            asked(client, site, kubeconfig(tmp_path, cluster, showing(expired=True)))
        assert "get a new client certificate" in str(caught.value)
        given = authority.client("robot")
        status = {"clientCertificateData": given.certificate.decode(), "clientKeyData": given.key.decode()}
        file = kubeconfig(tmp_path, cluster, program(tmp_path, status))
        with client.Client.from_kubeconfig(file) as made:
            made.plots().list()
            made.plots().list()
        assert runs(tmp_path) == 1

"""The configuration that a kubeconfig or the pod around a program gives, as kubectl and client-go find it.

Source: k8s.io/client-go/tools/clientcmd (loader.go, client_config.go), k8s.io/client-go/rest (config.go, InClusterConfig).
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from .answers import ConfigurationError
from .calls import Credentials
from .configuration import Anonymous, Certificate, Configuration, Token, Trust
from .credentials import VERSIONS, Command, Password, Program, TokenFile

ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_HOST, _PORT = "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"
_LISTS: Final = {"clusters": "cluster", "contexts": "context", "users": "user"}
_MAPPING: Final[Any] = Mapping
_LIST: Final[Any] = list


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One named entry of a kubeconfig: where it stands, in words and as a folder, and what it says."""

    what: str
    folder: Path
    data: Mapping[str, Any]

    def wrong(self, said: str) -> ConfigurationError:
        return ConfigurationError(f"{self.what}: {said}")

    def text(self, name: str) -> str:
        """A text; an empty one where there is none."""
        value = self.data.get(name)
        if value is not None and not isinstance(value, str):
            raise self.wrong(f"{name} is not a string")
        return value or ""

    def flag(self, name: str) -> bool:
        value = self.data.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(f"{name} is neither true nor false")
        return bool(value)

    def file(self, name: str) -> Path | None:
        """A path, which begins at the folder of the kubeconfig."""
        value = self.text(name)
        return self.folder / value if value else None

    def content(self, name: str) -> bytes | None:
        """What stands in the entry as base64, else in the file that it names."""
        inline, file = self.text(f"{name}-data"), self.file(name)
        try:
            if inline:
                return b64decode(inline, validate=True)
            return file.read_bytes() if file is not None else None
        except ValueError:
            raise self.wrong(f"{name}-data is not base64") from None
        except OSError as error:
            raise self.wrong(f"{name} cannot be read: {error.strerror or error}: {file}") from None


def found() -> Configuration:
    """The configuration of the kubeconfig if there is one, else of the pod. Raises `ConfigurationError` where there is neither."""
    if any(file.is_file() for file in _files(None)):
        return from_kubeconfig()
    if os.environ.get(_HOST):
        return in_cluster()
    raise ConfigurationError(
        "no server is known: there is no kubeconfig (KUBECONFIG, or .kube/config in the home folder), and no pod around this program"
    )


def in_cluster(folder: Path = ACCOUNT) -> Configuration:
    """The configuration of the pod that a program runs in. Its token is read again when it is renewed."""
    host, port = os.environ.get(_HOST, ""), os.environ.get(_PORT, "")
    if not host or not port:
        raise ConfigurationError(f"this program runs in no pod: {_HOST} and {_PORT} are not set")
    try:
        authority = (folder / "ca.crt").read_bytes()
        space = folder / "namespace"
        namespace = space.read_text(encoding="utf-8").strip() if space.is_file() else ""
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"the files of the service account cannot be read: {error}") from None
    return Configuration(
        server=f"https://{f'[{host}]' if ':' in host else host}:{port}",
        namespace=namespace or "default",
        trust=Trust(authority=authority),
        credentials=TokenFile(folder / "token"),
    )


def from_kubeconfig(path: str | Path | None = None, context: str | None = None) -> Configuration:
    """The configuration of a context of a kubeconfig; by default of its current one, and of the files that kubectl reads.

    Raises `ConfigurationError` with the file and the entry where something is wrong.
    """
    files = [file for file in _files(path) if path is not None or file.is_file()]
    entries: dict[str, dict[str, _Entry]] = {name: {} for name in _LISTS}
    current = ""
    for file in files:
        data = _read(file)
        for name in _LISTS:
            for key, entry in _entries(file, data, name):
                entries[name].setdefault(key, entry)  # of several files the first one that says it holds
        chosen = data.get("current-context")
        current = current or (chosen if isinstance(chosen, str) else "")
    shown = ", ".join(map(str, files)) or "KUBECONFIG"
    wanted = context if context is not None else current
    if not wanted:
        raise ConfigurationError(f"{shown}: no context is the current one{_known(entries['contexts'])}")
    chosen_context = _named(entries["contexts"], "context", wanted, shown)
    cluster = _named(entries["clusters"], "cluster", chosen_context.text("cluster"), shown)
    name = chosen_context.text("user")
    user = _named(entries["users"], "user", name, shown) if name else None
    return _configuration(chosen_context, cluster, user)


def _configuration(context: _Entry, cluster: _Entry, user: _Entry | None) -> Configuration:
    server = cluster.text("server")
    if not server:
        raise cluster.wrong("there is no server")
    shown = _certificate(user) if user is not None else None
    insecure = cluster.flag("insecure-skip-tls-verify")
    authority = cluster.content("certificate-authority")
    if insecure and authority is not None:
        raise cluster.wrong("it names an authority and says that certificates are not checked: only one can hold")
    return Configuration(
        server=server if "://" in server else f"https://{server}",
        namespace=context.text("namespace") or "default",
        trust=Trust(
            authority=authority,
            certificate=shown,
            server_name=cluster.text("tls-server-name") or None,
            insecure=insecure,
        ),
        credentials=_credentials(user, cluster) if user is not None else Anonymous(),
        proxy=cluster.text("proxy-url") or None,
        headers=tuple(_acting_as(user)) if user is not None else (),
    )


def _certificate(user: _Entry) -> Certificate | None:
    certificate, key = user.content("client-certificate"), user.content("client-key")
    if (certificate is None) != (key is None):
        raise user.wrong("a client certificate needs its key, and a key its certificate")
    return Certificate(certificate=certificate, key=key) if certificate is not None and key is not None else None


def _credentials(user: _Entry, cluster: _Entry) -> Credentials:
    """Who asks. A file of a token goes before a token, as for kubectl."""
    if "auth-provider" in user.data:
        raise user.wrong("auth-provider has been taken out of Kubernetes: name the plug-in under exec")
    if (file := user.file("tokenFile")) is not None:
        return TokenFile(file)
    if token := user.text("token"):
        return Token(token)
    if name := user.text("username"):
        return Password(name, user.text("password"))
    command = user.data.get("exec")
    return Program(_command(user, command, cluster)) if command is not None else Anonymous()


def _command(user: _Entry, data: Any, cluster: _Entry) -> Command:
    if not isinstance(data, _MAPPING):
        raise user.wrong("exec is not an object")
    plugin = _Entry(what=f"{user.what}, exec", folder=user.folder, data=data)
    arguments, environment = data.get("args") or [], data.get("env") or []
    if not isinstance(arguments, _LIST) or not all(isinstance(each, str) for each in arguments):
        raise plugin.wrong("args is not a list of strings")
    if not isinstance(environment, _LIST) or not all(_is_variable(each) for each in environment):
        raise plugin.wrong("env is not a list of names and values")
    version = plugin.text("apiVersion")
    if version not in VERSIONS:
        raise plugin.wrong(f"apiVersion {version!r} is not known; name {VERSIONS[0]}")
    if plugin.text("interactiveMode") == "Always":
        raise plugin.wrong(
            "it has to ask a person (interactiveMode: Always), and there is none: get a token in another way"
        )
    if not plugin.text("command"):
        raise plugin.wrong("there is no command")
    return Command(
        command=plugin.text("command"),
        arguments=tuple(arguments),
        environment=tuple((each["name"], each["value"]) for each in environment),
        version=version,
        folder=str(user.folder),
        hint=plugin.text("installHint"),
        cluster=_cluster_info(cluster) if plugin.flag("provideClusterInfo") else None,
    )


def _is_variable(each: Any) -> bool:
    return isinstance(each, _MAPPING) and isinstance(each.get("name"), str) and isinstance(each.get("value"), str)


def _cluster_info(cluster: _Entry) -> dict[str, Any]:
    """What a plug-in is told of a cluster."""
    names = ("server", "tls-server-name", "insecure-skip-tls-verify", "proxy-url")
    info = {name: cluster.data[name] for name in names if cluster.data.get(name)}
    authority = cluster.content("certificate-authority")
    if authority is not None:
        info["certificate-authority-data"] = b64encode(authority).decode("ascii")
    listed = cluster.data.get("extensions")
    for each in listed if isinstance(listed, _LIST) else ():
        if isinstance(each, _MAPPING) and each.get("name") == "client.authentication.k8s.io/exec":
            info["config"] = each.get("extension")
    return info


def _acting_as(user: _Entry) -> Iterator[tuple[str, str]]:
    """The headers by which somebody acts as another."""
    names = {"as": "impersonate-user", "as-uid": "impersonate-uid"}
    for name, header in names.items():
        if value := user.text(name):
            yield header, value
    groups, extra = user.data.get("as-groups") or [], user.data.get("as-user-extra") or {}
    if not isinstance(groups, _LIST) or not isinstance(extra, _MAPPING):
        raise user.wrong("as-groups is not a list, or as-user-extra is not an object")
    for group in groups:
        yield "impersonate-group", str(group)
    for key, values in extra.items():
        for value in values if isinstance(values, _LIST) else ():
            yield f"impersonate-extra-{str(key).lower()}", str(value)


# ---------------------------------------------------------------------------------------------------------------- files


def _files(path: str | Path | None) -> list[Path]:
    """The files of a kubeconfig."""
    if path is not None:
        return [Path(path).expanduser()]
    listed = [each for each in os.environ.get("KUBECONFIG", "").split(os.pathsep) if each]
    return [Path(each) for each in listed] or [Path.home() / ".kube/config"]


def _read(file: Path) -> Mapping[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        data: Any = _parsed(text)
    except ImportError:
        raise ConfigurationError(f"{file} is YAML, which needs PyYAML: install it, or write the file as JSON") from None
    except Exception as error:  # noqa: BLE001 - whatever a parser raises; its text would show parts of the file
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark is not None else ""
        raise ConfigurationError(f"{file}{place}: is not valid YAML or JSON") from None
    if not isinstance(data, _MAPPING):
        raise ConfigurationError(f"{file} is not a kubeconfig: it holds no object")
    found: Mapping[str, Any] = data
    return found


def _parsed(text: str) -> Any:
    """What a file says: JSON, which needs nothing else, or YAML."""
    try:
        return json.loads(text)
    except ValueError:
        pass
    yaml: Any = import_module("yaml")  # only a kubeconfig in YAML needs it
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _entries(file: Path, data: Mapping[str, Any], name: str) -> Iterator[tuple[str, _Entry]]:
    listed = data.get(name) or []
    if not isinstance(listed, _LIST):
        raise ConfigurationError(f"{file}: {name} is not a list")
    for number, each in enumerate(listed):
        key = each.get("name") if isinstance(each, _MAPPING) else None
        inner = each.get(_LISTS[name]) if isinstance(each, _MAPPING) else None
        if not isinstance(key, str) or not isinstance(inner, _MAPPING | None):
            raise ConfigurationError(f"{file}: {name}[{number}] has no name or no {_LISTS[name]}")
        what = f"{file}, {_LISTS[name]} {key!r}"
        yield key, _Entry(what=what, folder=file.absolute().parent, data=inner or {})


def _named(entries: Mapping[str, _Entry], what: str, name: str, shown: str) -> _Entry:
    if name not in entries:
        raise ConfigurationError(f"{shown}: there is no {what} {name!r}{_known(entries)}")
    return entries[name]


def _known(entries: Mapping[str, _Entry]) -> str:
    return f"; there are {', '.join(sorted(entries))}" if entries else "; there are none"

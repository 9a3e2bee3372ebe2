"""`codegen token-endpoint`."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from codegen.cli.common import fail, info, parse_release, report_failures
from codegen.cli.options import FILE, PATH, add_options
from codegen.core.diagnostics import Report
from codegen.endpoint.settings import ALGORITHMS, GATES, MODES, Settings

_PARTS = ("starlette", "uvicorn", "joserfc", "cryptography", "google")


def _parse_release(_: click.Context, __: click.Parameter, text: str) -> str:
    """Return the release to serve.

    A release newer than all bundled ones has the fields of the newest.
    """
    from codegen.core import releases
    from codegen.readers.built_in.structure import BuiltIns

    bundled = BuiltIns()
    wanted = parse_release(text, "--kubernetes-version") or bundled.newest
    if releases.parse(wanted) < releases.parse(bundled.releases[0]):
        raise click.BadParameter(
            f"{wanted} is older than all bundled releases; the oldest is {bundled.releases[0]}"
        )
    return wanted


def _parse_duration(_: click.Context, __: click.Parameter, text: str) -> float:
    """Return the seconds of a duration as Go writes it, such as `48h`, `1h30m`, `500ms`."""
    from codegen.kube.duration import Duration

    try:
        duration = Duration(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if duration < "0":
        raise click.BadParameter(f"{text!r} must not be negative")
    return duration.length.total_seconds()


def _parse_moment(_: click.Context, __: click.Parameter, text: str) -> int | None:
    from codegen.endpoint import clock

    try:
        if text:
            return clock.Clock(clock.parse_time(text)).now()
        return None
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a time; write 2030-01-02T03:04:05Z") from None


def _parse_gates(_: click.Context, __: click.Parameter, texts: tuple[str, ...]) -> dict[str, bool]:
    """Parse `NAME=true|false`, with commas between several."""
    pairs = {}
    for text in ",".join(texts).split(",") if texts else ():
        name, value = text.strip().partition("=")[::2]
        if name not in GATES or value.lower() not in ("true", "false"):
            raise click.BadParameter(
                f"{text!r} is not a feature gate of the endpoint; there are "
                f"{', '.join(f'{g}=true' for g in GATES)}"
            )
        pairs[name] = value.lower() == "true"
    return pairs


# A flag as in kube-apiserver: `--flag` is true, `--flag=false` is false.
_SWITCH: dict[str, Any] = {
    "type": click.BOOL,
    "default": True,
    "is_flag": False,
    "flag_value": "true",
    "show_default": True,
}
# Most have the name of a setting.
_OPTIONS = (
    click.option(
        "--kubernetes-version",
        "release",
        default="",
        callback=_parse_release,
        metavar="V",
        help="Answer as a server of this release.  [default: the newest bundled one]",
    ),
    click.option(
        "--bind-address",
        "host",
        default="127.0.0.1",
        show_default=True,
        metavar="IP",
        help="The address to listen on.",
    ),
    click.option(
        "--secure-port",
        "--port",
        "port",
        default=16443,
        show_default=True,
        type=click.IntRange(0, 65535),
        help="The port to listen on; 0 chooses a free one.",
    ),
    click.option(
        "--cert-dir",
        "certificates",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="FOLDER",
        help="Serve HTTPS with apiserver.crt and apiserver.key of this folder. If they are "
        "missing, a self-signed certificate is written (ca.crt).",
    ),
    click.option(
        "--service-account-issuer",
        "issuers",
        multiple=True,
        metavar="URL",
        help="The issuer of new tokens. Tokens of further issuers are accepted too.  [default: "
        "the URL of the endpoint]",
    ),
    click.option(
        "--api-audiences",
        "audiences",
        default="",
        callback=lambda _, __, text: tuple(filter(None, map(str.strip, text.split(",")))),
        metavar="A,B",
        help="The audiences of the server.  [default: the issuer]",
    ),
    click.option(
        "--service-account-max-token-expiration",
        "max_seconds",
        default="0",
        callback=_parse_duration,
        metavar="DURATION",
        help="The longest lifetime of a token; longer requests are shortened with a warning.",
    ),
    click.option(
        "--service-account-extend-token-expiration",
        "extend",
        **_SWITCH,
        help="Let tokens that were injected into pods live for a year.",
    ),
    click.option(
        "--service-account-signing-key-file",
        "signing_key",
        type=PATH,
        metavar="FILE",
        help="The private key that signs, in PEM: RSA or P-256.  [default: a new key]",
    ),
    click.option(
        "--service-account-key-file",
        "verifying_keys",
        multiple=True,
        type=PATH,
        metavar="FILE",
        help="A further key that verifies. Repeatable.",
    ),
    click.option(
        "--anonymous-auth",
        "anonymous",
        **_SWITCH,
        help="Treat requests without credentials as those of system:anonymous.",
    ),
    click.option(
        "--token-auth-file",
        "token_file",
        type=PATH,
        metavar="FILE",
        help="Static tokens, in CSV: token, user, uid, groups.",
    ),
    click.option(
        "--authorization-mode",
        "authorization",
        default="RBAC",
        show_default=True,
        type=click.Choice(MODES),
        help="How requests are authorized.",
    ),
    click.option(
        "--feature-gates",
        "gates",
        multiple=True,
        callback=_parse_gates,
        metavar="GATE=BOOL",
        help="Turn a feature gate on or off.",
    ),
    click.option(
        "--request-timeout",
        default="60s",
        show_default=True,
        callback=_parse_duration,
        metavar="DURATION",
        help="The longest time for a TLS handshake, the head and the body of a request, and "
        "between two requests of a connection.",
    ),
    click.option(
        "--state",
        type=FILE,
        metavar="FILE",
        help="Keep everything in this SQLite file.  [default: in memory]",
    ),
    click.option(
        "--write-kubeconfig",
        type=PATH,
        metavar="FILE",
        help="Write a kubeconfig for an administrator, and serve HTTPS: kubectl sends credentials "
        "over nothing else.",
    ),
    click.option(
        "--plain-http",
        is_flag=True,
        help="Serve HTTP although a kubeconfig is written; kubectl sends no credentials over it.",
    ),
    click.option(
        "--signing-algorithm",
        "algorithm",
        default="RS256",
        show_default=True,
        type=click.Choice(ALGORITHMS),
        help="The algorithm of new keys.",
    ),
    click.option(
        "--fixed-time",
        "clock",
        default="",
        callback=_parse_moment,
        metavar="TIME",
        help="Stop the clock at this time.",
    ),
    click.option(
        "--public-discovery",
        is_flag=True,
        help="Let everybody read the discovery documents of the issuer.",
    ),
)


@click.command("token-endpoint", short_help="Serve tokens of service accounts, for tests.")
@partial(add_options, _OPTIONS)
def token_endpoint(write_kubeconfig: Path | None, **options: Any) -> None:
    """Serve tokens of service accounts as an API server does, for tests of programs that request or
    verify them.

    It has TokenRequest, TokenReview, discovery documents and the objects behind them. Options with
    the names of kube-apiserver's flags have the same effect. By default it listens on this machine
    only.

    Exit status: 2 wrong usage, or something could not be read; Ctrl-C ends it with 130.
    """
    if options["verifying_keys"] and options["signing_key"] is None:
        raise click.UsageError(
            "--service-account-key-file needs --service-account-signing-key-file"
        )
    # Windows has no core files, which would hold the keys and tokens of this process.
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    try:
        from codegen.endpoint.serving import RunningEndpoint
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _PARTS:
            raise
        fail(2, f"{error.name} is missing; run `pip install 'apiref-codegen[endpoint]'`")
    with TemporaryDirectory(prefix="token-endpoint-") as folder, report_failures(Report()):
        running = RunningEndpoint(_settings(Path(folder), write_kubeconfig, **options))

        def ready() -> None:
            if write_kubeconfig is not None:
                running.write_kubeconfig(write_kubeconfig)
            settings = running.endpoint.settings
            structure = running.endpoint.structure
            if structure == settings.release:
                newer = ""
            else:
                newer = f", with the fields of {structure}, the newest bundled release"
            info(
                f"serving  {running.url}  (issuer {settings.issuer}, Kubernetes "
                f"{settings.release}{newer})"
            )

        running.run(ready)


def _settings(
    folder: Path,
    write_kubeconfig: Path | None,
    *,
    plain_http: bool,
    issuers: tuple[str, ...],
    max_seconds: float,
    certificates: Path | None,
    **options: Any,
) -> Settings:
    if certificates is None and write_kubeconfig is not None and not plain_http:
        certificates = folder  # kubectl sends credentials over HTTPS alone
    return Settings(
        issuer=issuers[0] if issuers else "",
        further_issuers=issuers[1:],
        max_seconds=int(max_seconds),
        certificates=certificates,
        **options,
    )

"""Relying parties in other languages verify tokens by the discovery documents over HTTPS, and
refuse invalid ones.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from codegen.endpoint.testing import TokenEndpoint
from support.judging import JUDGES, environment, skip_missing

Start = Callable[..., TokenEndpoint]
Verify = Callable[[TokenEndpoint, str], "subprocess.CompletedProcess[str]"]
pytestmark = pytest.mark.slow
GO_PATH = Path("/usr/share/gocode")  # Debian's folder of Go library sources
GO_PACKAGES = "apt install golang-go golang-github-coreos-go-oidc-v3-dev"
WRONG = (
    "expired",
    "not-yet-valid",
    "other-audience",
    "other-issuer",
    "alg-none",
    "no-signature",
    "changed-claims",
    "hs256-by-public-key",
    "swapped-key",
    "unknown-key",
)


@pytest.fixture(scope="session")
def jose() -> Verify:
    """Return a verifier that uses jose for Node.js."""
    if not (JUDGES / "node_modules/jose").is_dir():
        skip_missing("jose")

    def verify(endpoint: TokenEndpoint, token: str) -> subprocess.CompletedProcess[str]:
        command = ["node", str(JUDGES / "relying_party.mjs"), endpoint.issuer, "shed"]
        return run_verifier(
            command, token, {**environment(), "NODE_EXTRA_CA_CERTS": str(endpoint.ca)}
        )

    return verify


@pytest.fixture(scope="session")
def go_oidc(tmp_path_factory: pytest.TempPathFactory) -> Verify:
    """Return a verifier that uses go-oidc as packaged by Debian."""
    if shutil.which("go") is None or not (GO_PATH / "src/github.com/coreos/go-oidc/v3").is_dir():
        skip_missing("go-oidc", GO_PACKAGES)
    program = tmp_path_factory.mktemp("go") / "relying_party"
    settings = {"GO111MODULE": "off", "GOPATH": str(GO_PATH), "GOFLAGS": "", "CGO_ENABLED": "0"}
    settings |= {"GOTOOLCHAIN": "local", "GOPROXY": "off"}  # no downloads
    command = ["go", "build", "-o", str(program), str(JUDGES / "relying_party/main.go")]
    subprocess.run(command, env={**os.environ, **settings}, check=True)

    def verify(endpoint: TokenEndpoint, token: str) -> subprocess.CompletedProcess[str]:
        return run_verifier(
            [str(program), endpoint.issuer, "shed", str(endpoint.ca)], token, dict(os.environ)
        )

    return verify


def run_verifier(
    command: Sequence[str], token: str, env: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, input=token, capture_output=True, text=True, check=False, env=env, timeout=60
    )


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
@pytest.mark.parametrize("party", ["jose", "go_oidc"])
def test_relying_party_verifies_tokens(
    party: str, algorithm: str, token_endpoints: Start, request: pytest.FixtureRequest
) -> None:
    verify: Verify = request.getfixturevalue(party)
    endpoint = token_endpoints(tls=True, algorithm=algorithm)
    endpoint.service_account("gardener")
    token = endpoint.token("gardener", audiences=["shed"])
    endpoint.rotate(kept=600)
    for good in (token, endpoint.token("gardener", audiences=["shed"])):
        done = verify(endpoint, good)
        assert (done.returncode, done.stdout) == (0, "system:serviceaccount:default:gardener\n"), (
            done.stderr
        )
    for fault in WRONG:
        wrong = endpoint.wrong_token(fault, account="gardener", audiences=["shed"])
        done = verify(endpoint, wrong)
        assert (done.returncode, done.stdout) == (1, ""), fault
        assert done.stderr, fault
        assert wrong not in done.stderr

"""A generated client asks the endpoint of this project, over TLS and by its kubeconfig: it gets a token, and the words of a server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jwt
import pytest

from codegen.endpoint.double import TokenEndpoint
from codegen.endpoint.settings import Settings
from codegen.findings.diagnostics import Report
from codegen.readers.built_in.structure import BuiltIns
from codegen.readers.sources import SourcePath, read_sources
from corpus import SEED
from gardens.python import importing, write


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    root: Path = tmp_path_factory.mktemp("client")
    source = read_sources([SourcePath(path=SEED, shown=SEED.name, locale="zh-cn")], Report())
    write(source, root, locales=("en",), targets=("dataclasses", "validators", "client"))
    with importing(root) as importer:
        yield importer.module("client")


@pytest.mark.slow
def test_it_gets_a_token_and_the_words_of_a_server(client: ModuleType) -> None:
    with TokenEndpoint(Settings(release=BuiltIns().newest, algorithm="ES256"), tls=True) as endpoint:
        endpoint.service_account("gardener")
        with client.Client.from_kubeconfig(endpoint.kubeconfig) as made:
            answer = made.serviceaccounts().token("gardener", {"spec": {"audiences": ["shed"]}})
            found = jwt.decode(answer.status.token, options={"verify_signature": False})
            assert (found["sub"], found["aud"]) == ("system:serviceaccount:default:gardener", ["shed"])
            assert endpoint.review(answer.status.token, ["shed"])["authenticated"]
            with pytest.raises(client.NotFoundError, match='serviceaccounts "nobody" not found') as caught:
                made.serviceaccounts().token("nobody")
            assert (caught.value.status.name, caught.value.status.kind) == ("nobody", "serviceaccounts")
        unchecked = client.Client.from_kubeconfig(endpoint.kubeconfig, settings=client.Settings(validate=False))
        with unchecked as made, pytest.raises(client.InvalidError) as refused:
            made.serviceaccounts().token("gardener", {"spec": {"expirationSeconds": 60}})
        assert [(each.field, each.reason) for each in refused.value.causes] == [
            ("spec.expirationSeconds", "FieldValueInvalid")
        ]
        other = client.Configuration(server=endpoint.url, credentials=client.Token("of nobody"))
        with client.Client(other) as made, pytest.raises(client.NoAnswerError, match="CERTIFICATE_VERIFY_FAILED"):
            made.serviceaccounts().token("gardener")
        trusting = client.Configuration(
            server=endpoint.url,
            trust=client.Trust(authority=endpoint.ca.read_bytes() if endpoint.ca else None),
            credentials=client.Token("of nobody"),
        )

        async def ask() -> Any:
            async with client.AsyncClient(trusting) as made:
                return await made.serviceaccounts().token("gardener")

        with pytest.raises(client.UnauthorizedError):
            asyncio.run(ask())

"""What OpenAPI 3 says of who asks, in the words of version 2: one scheme for each flow, and what has no words is told."""

from __future__ import annotations

import json
from typing import Any

from openapi_spec_validator import validate

from codegen.outputs.services.runtime.openapi_v2 import merged

LINKS = {"authorizationUrl": "https://a.example/ask", "tokenUrl": "https://a.example/token"}
SCHEMES: dict[str, Any] = {
    "bearer": {"type": "http", "scheme": "Bearer", "description": "A token."},
    "basic": {"type": "http", "scheme": "basic"},
    "key": {"type": "apiKey", "in": "query", "name": "key"},
    "oauth": {
        "type": "oauth2",
        "flows": {
            "authorizationCode": {**LINKS, "scopes": {"read": "To read."}},
            "clientCredentials": {"tokenUrl": LINKS["tokenUrl"], "scopes": {}},
        },
    },
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "digest": {"type": "http", "scheme": "digest"},
    "open": {"type": "openIdConnect", "openIdConnectUrl": "https://a.example"},
    "tls": {"type": "mutualTLS"},
}


def made(security: list[dict[str, Any]], *more: dict[str, Any], **schemes: Any) -> dict[str, Any]:
    operation = {"responses": {"200": {"description": "OK"}}, "security": security}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Garden", "version": "v1"},
        "security": list(more),
        "components": {"securitySchemes": schemes},
        "paths": {"/plots": {"get": operation}},
    }
    found: dict[str, Any] = json.loads(merged((json.dumps(document).encode(),)))
    validate(found)
    return found


def test_each_way_to_say_who_asks() -> None:
    document = made([{"oauth": ["read"], "key": []}, {"basic": []}, {"cookie": []}], {"bearer": []}, **SCHEMES)
    assert document["securityDefinitions"] == {
        "bearer": {"type": "apiKey", "name": "authorization", "in": "header", "description": "A token."},
        "basic": {"type": "basic"},
        "key": {"type": "apiKey", "name": "key", "in": "query"},
        "oauth": {"type": "oauth2", "flow": "accessCode", **LINKS, "scopes": {"read": "To read."}},
        "oauth-application": {
            "type": "oauth2",
            "flow": "application",
            "tokenUrl": LINKS["tokenUrl"],
            "scopes": {},
        },
    }
    assert document["security"] == [{"bearer": []}]
    assert document["paths"]["/plots"]["get"]["security"] == [
        {"oauth": ["read"], "key": []},
        {"oauth-application": ["read"], "key": []},
        {"basic": []},
    ]
    assert document["info"]["description"].endswith(
        "see version 3: cookie (cookie), digest (digest), open (openIdConnect), tls (mutualTLS)."
    )


def test_a_document_of_which_all_can_be_said_tells_nothing() -> None:
    document = made([], {"bearer": []}, bearer=SCHEMES["bearer"])
    assert "description" not in document["info"]
    assert document["paths"]["/plots"]["get"]["security"] == []


def test_what_needs_a_scheme_without_words_is_not_said_to_be_open_to_all() -> None:
    document = made([{"cookie": []}], {"bearer": []}, bearer=SCHEMES["bearer"], cookie=SCHEMES["cookie"])
    assert "security" not in document["paths"]["/plots"]["get"]
    assert document["security"] == [{"bearer": []}]
    assert document["info"]["description"].endswith("see version 3: cookie (cookie).")

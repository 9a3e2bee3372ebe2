"""Evaluation of server rules: conditions on an invented kind, and the rules of TokenRequest by
release.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from codegen.core import resources
from codegen.core.diagnostics import Level, Report
from codegen.model import GroupVersionKind, Reference
from codegen.readers.sources import SourcePath, read_sources
from codegen.validation import (
    UNDECIDED,
    Decision,
    Layer,
    ObjectFinding,
    Question,
    find_filling_rules,
    status,
    validate,
)
from gardens.validation import GARDEN, VALID, rules_folder

PLOT = GroupVersionKind(group="garden.example.io", version="v1", kind="Plot")
TOKEN = GroupVersionKind(group="authentication.k8s.io", version="v1", kind="TokenRequest")
OTHER_NAMESPACE = (
    "the namespace of the provided object does not match the namespace sent on the request"
)
URL = {"name": "south", "namespace": "garden"}


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path]:
    return (rules_folder(tmp_path_factory.mktemp("rules") / "rules"),)


def plot(**spec: Any) -> dict[str, Any]:
    fields = {**VALID["spec"], "size": 100, "rows": None, "open": None, "free": None, **spec}
    return {**VALID, "spec": {name: value for name, value in fields.items() if value is not None}}


def test_kind_needs_no_code_for_its_rules(garden: tuple[Path]) -> None:
    assert validate(plot(), GARDEN, rules=garden, url=URL) == ()
    assert validate(plot(size=1), GARDEN, url=URL) == ()  # no rules without the folder
    (found,) = validate(plot(size=1), GARDEN, rules=garden, url=URL)
    assert (found.layer, found.level) == (Layer.SERVER, Level.ERR)
    assert (found.rule, found.path) == ("size-too-small", "spec.size")
    assert (found.message, found.meaning) == (
        "Invalid value: 1: must be a plot",
        "A plot has ten square metres",
    )
    assert found.source == "size.go"


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"size": 9}, ["spec.size: Invalid value: 9: must be a plot"]),
        (
            {"tags": ["a", "B", "c", "D4"]},
            [
                'spec.tags[1]: Invalid value: "B": must be a word',
                'spec.tags[3]: Invalid value: "D4": must be a word',
            ],
        ),
        ({"labels": {"a": "", "b": ""}, "size": 10}, []),
        (
            {"labels": {"a": "", "b": "", "c": ""}},
            ['spec.labels: Too many: {"a":"","b":"","c":""}: must have at most 2 items'],
        ),
        ({"open": True}, ["spec.open: Required value"]),
        ({"open": True, "owner": {"kind": "Gardener", "name": "x"}}, []),
        ({"owner": {"kind": "Gardener", "apiVersion": "v9"}}, []),
        (
            {"owner": {"kind": "Gardener", "apiVersion": "apps/v1"}},
            ["spec.owner: no owner of type apps/v1, Kind=Gardener"],
        ),
        ({"owner": {"kind": "Club", "apiVersion": "clubs.example.io/v1"}}, []),
        (
            {"owner": {"kind": "Club", "apiVersion": "clubs.example.io/v2"}},
            ["spec.owner: no owner of type clubs.example.io/v2, Kind=Club"],
        ),
        ({"owner": {}}, ["spec.owner: no owner of type /, Kind="]),
        (
            {"rows": {"a": [], "z": []}},
            ['spec.rows[z]: Unsupported value: "z": supported values: "a", "b"'],
        ),
        ({"size": 1000, "free": {"a": 1}, "tags": ["B"]}, ["spec.free: Forbidden: not here"]),
        ({"size": 999, "free": {"a": 1}}, []),
    ],
)
def test_conditions_are_evaluated(
    garden: tuple[Path], spec: dict[str, Any], said: list[str]
) -> None:
    found = validate(plot(**spec), GARDEN, rules=garden, url=URL)
    assert [str(finding) for finding in found if finding.level is Level.ERR] == said


def rejected_rules(found: tuple[ObjectFinding, ...]) -> list[str]:
    return [finding.rule for finding in found if finding.level is Level.ERR]


def test_rules_apply_in_their_releases_only(garden: tuple[Path]) -> None:
    def rules(spec: dict[str, Any], version: str | None) -> list[str]:
        return rejected_rules(
            validate(plot(**spec), GARDEN, rules=garden, url=URL, kubernetes_version=version)
        )

    found = {"1.11": [], "1.12": ["size-too-large"], "v1.13.4-x.1": ["size-too-large"], "1.14": []}
    assert {release: rules({"size": 9000}, release) for release in found} == found
    assert [rules({"soil": "Sand"}, release) for release in ("1.11", "1.12")] == [
        ["soil-of-release"],
        [],
    ]
    # Without a release, only values are rejected that every server rejects.
    assert rules({"size": 9000}, None) == rules({"soil": "Sand"}, None) == []
    assert rules({"size": 9}, None) == ["size-too-small"]


def test_unknown_release_is_reported(garden: tuple[Path]) -> None:
    for version in ("1.9", "1.15"):
        (found,) = validate(plot(), GARDEN, rules=garden, url=URL, kubernetes_version=version)
        assert (found.rule, found.code, found.layer) == (
            "release-not-covered",
            UNDECIDED,
            Layer.SERVER,
        )
        assert "1.10 to 1.14" in found.message
    assert rejected_rules(
        validate(plot(size=1), GARDEN, rules=garden, kubernetes_version="1.15")
    ) == ["size-too-small"]


def test_accepted_value_stays_schema_finding(garden: tuple[Path]) -> None:
    obj = plot(beds=[{}])
    obj["spec"].pop("name")
    found = validate(obj, GARDEN, rules=garden, url=URL, locale="zh-cn")
    assert {(finding.path, finding.layer, finding.level) for finding in found} == {
        ("spec.name", Layer.SCHEMA, Level.ERR),
        ("spec.beds[0].id", Layer.SCHEMA, Level.WARN),
    }
    assert [finding.meaning for finding in found if finding.level is Level.WARN] == ["没有人数花坛"]
    answer = status(found, PLOT)
    assert [cause["field"] for cause in answer["details"]["causes"]] == ["spec.name"]


def test_rules_about_url_are_undecided_without_url(garden: tuple[Path]) -> None:
    (found,) = validate(plot(), GARDEN, rules=garden)
    assert (found.layer, found.code, found.rule) == (Layer.CLUSTER, UNDECIDED, "name-matches")
    nameless = {**plot(), "metadata": {}}
    assert validate(nameless, GARDEN, rules=garden) == ()
    wrong = validate(plot(), GARDEN, rules=garden, url={"name": "north", "namespace": "garden"})
    text = 'Plot.garden.example.io "north" is invalid: metadata.name: Invalid value: "south": must match'
    assert status(wrong, PLOT)["message"] == text


def test_callback_decides_cluster_rules(garden: tuple[Path]) -> None:
    obj = plot(owner={"kind": "Gardener", "name": "fern"}, size=2000)
    asked: list[Question] = []

    def ask(answers: Mapping[str, Decision]) -> tuple[ObjectFinding, ...]:
        def decide(question: Question) -> Decision:
            asked.append(question)
            return answers.get(question.rule)

        return validate(obj, GARDEN, rules=garden, url=URL, decide=decide, locale="zh-cn")

    undecided = ask({})
    assert [(finding.rule, finding.layer, finding.code) for finding in undecided] == [
        ("owner-exists", Layer.CLUSTER, UNDECIDED),
        ("size-rounded", Layer.CLUSTER, UNDECIDED),
    ]
    assert undecided[0].message == "所有者存在"
    assert (asked[0].value, asked[0].obj, asked[0].url) == ("fern", obj, URL)
    assert ask({"owner-exists": True, "size-rounded": True}) == ()
    gone, rounded = ask({"owner-exists": {"since": "May"}, "size-rounded": {"rounded": 1500}})
    assert (str(gone), gone.level, gone.layer) == (
        "spec.owner.name: gone since May",
        Level.ERR,
        Layer.CLUSTER,
    )
    assert (rounded.message, rounded.level) == ("rounded to 1500", Level.INFO)
    answer = status((gone, rounded), PLOT)
    assert (answer["code"], answer["reason"], answer["message"]) == (
        404,
        "NotFound",
        'gardeners "fern" not found',
    )
    assert answer["details"] == {"name": "fern", "kind": "gardeners"}
    (unsaid, _) = ask({"owner-exists": False})
    assert unsaid.message == "gone since %s"  # an unknown value is not invented


def test_evaluation_stops_at_first_failing_stage(garden: tuple[Path]) -> None:
    obj = plot(size=1, soil="Sand", tags=["B"])
    found = validate(obj, GARDEN, rules=garden, url=URL, kubernetes_version="1.10")
    assert rejected_rules(found) == ["size-too-small", "tag-pattern", "soil-of-release"]
    answer = status(found, PLOT, "south")
    assert answer["details"]["name"] == "south"
    assert [cause["message"] for cause in answer["details"]["causes"]] == [
        "Invalid value: 1: must be a plot",
        'Invalid value: "B": must be a word',
    ]
    (last,) = (finding for finding in found if finding.rule == "soil-of-release")
    assert status([last], PLOT)["message"] == 'no plot on Sand in "garden"'


def test_facts_of_kind_are_returned(garden: tuple[Path]) -> None:
    assert [(rule.id, rule.value) for rule in find_filling_rules(PLOT, rules=garden)] == [
        ("count-default", 1)
    ]
    assert find_filling_rules(PLOT) == ()


@pytest.fixture(scope="module")
def token_reference() -> Reference:
    (file,) = resources.schemas().glob("tokenrequest-*.json")
    return read_sources([SourcePath(path=file, display_path=file.name)], Report())


def token(spec: Any, **more: Any) -> dict[str, Any]:
    return {"apiVersion": TOKEN.api_version, "kind": TOKEN.kind, "spec": spec, **more}


WEBHOOK = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingWebhookConfiguration",
    "name": "w",
}


@pytest.mark.parametrize(
    ("version", "spec", "message"),
    [
        (
            "1.31",
            {"expirationSeconds": 60},
            '"" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
        ),
        (
            "1.24",
            {"expirationSeconds": 0},
            '"" is invalid: spec.expirationSeconds: Invalid value: 0: may not specify a duration less than 10 minutes',
        ),
        (
            None,
            {"expirationSeconds": 599},
            '"" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
        ),
        ("1.36", {"expirationSeconds": 600}, ""),
        ("1.36", {"expirationSeconds": 2**32}, ""),
        (
            "1.36",
            {"expirationSeconds": 2**32 + 1},
            '"" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
        ),
        ("1.31", {"expirationSeconds": None, "audiences": None, "boundObjectRef": None}, ""),
        ("1.31", {"audiences": ["", "a", "a"]}, ""),
        ("1.31", {}, ""),
        ("1.31", None, ""),
        (
            "1.28",
            {"boundObjectRef": {"apiVersion": "v1", "kind": "Node"}},
            "cannot bind token to object of type /v1, Kind=Node",
        ),
        ("1.31", {"boundObjectRef": {"apiVersion": "v9", "kind": "Node", "name": "n"}}, ""),
        (None, {"boundObjectRef": {"kind": "Node", "name": "n"}}, ""),
        (None, {"boundObjectRef": {"kind": "Node", "name": None}}, "Name parameter required."),
        (
            None,
            {"boundObjectRef": {"kind": "Pod", "name": "a%b/c"}},
            "Name parameter invalid: \"a%b/c\": may not contain '/';may not contain '%'",
        ),
        *(
            (
                None,
                {"boundObjectRef": {"kind": "Pod", "name": name}},
                f"Name parameter invalid: \"{name}\": may not be '{name}'",
            )
            for name in (".", "..")
        ),
        (None, {"boundObjectRef": {"kind": "Pod", "name": "p"}}, ""),
        (
            "1.33",
            {"boundObjectRef": {"apiVersion": "v1", "kind": "ConfigMap"}},
            "cannot bind token to object of type /v1, Kind=ConfigMap",
        ),
        (
            None,
            {"boundObjectRef": {"apiVersion": "apps/v1", "kind": "Deployment"}},
            "cannot bind token to object of type apps/v1, Kind=Deployment",
        ),
        (
            "1.36",
            {"boundObjectRef": WEBHOOK},
            "cannot bind token to object of type admissionregistration.k8s.io/v1, Kind=ValidatingWebhookConfiguration",
        ),
        (
            "1.37",
            {
                "boundObjectRef": WEBHOOK,
                "attestations": {"admissionReviewAPIGroups": ["*"]},
                "audiences": ["a"],
            },
            "",
        ),
        (
            "1.37",
            {
                "boundObjectRef": WEBHOOK,
                "attestations": {"admissionReviewAPIGroups": ["apps"]},
                "audiences": ["a", "b"],
            },
            '"" is invalid: spec.audiences: Invalid value: ["a","b"]: must be length 1 when bound to a webhook config',
        ),
        (
            "1.37",
            {"boundObjectRef": WEBHOOK, "audiences": ["a"]},
            '"" is invalid: spec.attestations: Invalid value: null: webhook bound requests require exactly one admissionReviewAPIGroups attestation',
        ),
        (
            "1.37",
            {"boundObjectRef": WEBHOOK, "audiences": ["a"], "attestations": {"x": []}},
            '"" is invalid: spec.attestations[x]: Unsupported value: "x": supported values: "admissionReviewAPIGroups"',
        ),
        (
            "1.37",
            {
                "boundObjectRef": WEBHOOK,
                "audiences": ["a"],
                "attestations": {"admissionReviewAPIGroups": []},
            },
            '"" is invalid: spec.attestations[admissionReviewAPIGroups]: Invalid value: []: must specify a single value',
        ),
        (
            "1.37",
            {
                "boundObjectRef": WEBHOOK,
                "audiences": ["a"],
                "attestations": {"admissionReviewAPIGroups": [""]},
            },
            '"" is invalid: spec.attestations[admissionReviewAPIGroups][0]: Invalid value: "": may not be an empty string',
        ),
        (
            "1.37",
            {
                "boundObjectRef": WEBHOOK,
                "audiences": ["a"],
                "attestations": {"admissionReviewAPIGroups": ["a" * 254]},
            },
            f'"" is invalid: spec.attestations[admissionReviewAPIGroups][0]: Invalid value: "{"a" * 254}": must specify a valid API Group: must be no more than 253 bytes',
        ),
        (
            "1.37",
            {"attestations": {"x": []}, "expirationSeconds": 60},
            '"" is invalid: spec.attestations: Invalid value: {"x":[]}: attestations may only be specified with a webhook bound object reference',
        ),
        (
            "1.36",
            {"attestations": {"x": []}},
            'strict decoding error: unknown field "spec.attestations"',
        ),
    ],
)
def test_token_rules_match_servers(
    token_reference: Reference, version: str | None, spec: Any, message: str
) -> None:
    found = validate(token(spec), token_reference, kubernetes_version=version, url=URL)
    answer = status(found, TOKEN)
    if message:
        head = "TokenRequest.authentication.k8s.io " if "is invalid" in message else ""
        decoding = (
            'TokenRequest in version "v1" cannot be handled as a TokenRequest: '
            if "decoding" in message
            else ""
        )
        assert answer["message"] == head + decoding + message
        assert answer["code"] == (422 if head else 400)
    else:
        assert answer["status"] == "Success", answer
        assert rejected_rules(found) == []


@pytest.mark.parametrize(("seconds", "is_lowered"), [(600, False), (601, True)])
def test_webhook_token_lifetime_is_lowered(
    token_reference: Reference, seconds: int, is_lowered: bool
) -> None:
    obj = token({"boundObjectRef": WEBHOOK, "expirationSeconds": seconds})
    found = validate(obj, token_reference, kubernetes_version="1.37", url=URL)
    assert ("webhook-expiration-lowered" in {each.rule for each in found}) is is_lowered


def test_name_and_namespace_come_from_url(token_reference: Reference) -> None:
    obj = token({}, metadata={"name": "a", "namespace": "b"})
    answer = status(validate(obj, token_reference, url={"name": "x", "namespace": "b"}), TOKEN)
    text = 'TokenRequest.authentication.k8s.io "x" is invalid: metadata.name: Invalid value: "a": must match the service account name if specified'
    assert answer["message"] == text
    assert len(answer["details"]["causes"]) == 1
    # Checked before the name.
    for url in (
        {"name": "x", "namespace": "y"},
        {"name": "a", "namespace": None},
    ):
        answer = status(validate(obj, token_reference, url=url), TOKEN)
        assert (answer["code"], answer["message"]) == (400, OTHER_NAMESPACE)
    answer = status(
        validate(token({}), token_reference, url={"name": "a", "namespace": None}), TOKEN
    )
    assert (answer["code"], answer["message"]) == (400, "Namespace parameter required.")
    answer = status(validate(token({}), token_reference, url={"name": "", "namespace": "y"}), TOKEN)
    assert (answer["code"], answer["message"]) == (400, "name must be provided")


def test_namespace_faults_are_reported_before_name(token_reference: Reference) -> None:
    def answer(rule: str) -> dict[str, Any]:
        def decide(question: Question) -> Decision:
            return question.rule != rule

        obj = token({"expirationSeconds": 1}, metadata={"name": "a"})
        return status(validate(obj, token_reference, url=URL, decide=decide), TOKEN)

    missing, ending = answer("namespace-exists"), answer("namespace-not-terminating")
    assert (missing["code"], missing["message"]) == (404, 'namespaces "garden" not found')
    assert (ending["code"], ending["reason"]) == (403, "Forbidden")
    cause = {"reason": "NamespaceTerminating", "message": "namespace garden is being terminated"}
    assert ending["details"]["causes"] == [{**cause, "field": "metadata.namespace"}]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ({"apiVersion": "", "kind": ""}, ""),
        ({"kind": None}, ""),
        (
            {"apiVersion": "v1", "kind": "List"},
            "converting (v1.List) to (authentication.TokenRequest): unknown conversion",
        ),
        (
            {"kind": "CreateOptions"},
            "converting (v1.CreateOptions) to (authentication.TokenRequest): unknown conversion",
        ),
        (
            {"kind": "Plot"},
            'no kind "Plot" is registered for version "authentication.k8s.io/v1" in scheme "pkg/runtime/scheme.go:100"',
        ),
        (
            {"apiVersion": "v2"},
            'no kind "TokenRequest" is registered for version "v2" in scheme "pkg/runtime/scheme.go:100"',
        ),
    ],
)
def test_object_of_another_kind_is_refused_first(
    token_reference: Reference, kind: dict[str, Any], says: str
) -> None:
    obj = {**token({"expirationSeconds": 1}), **kind}
    found = validate(obj, token_reference, url=URL, key="io.k8s.api.authentication.v1.TokenRequest")
    answer = status(found, TOKEN)
    assert answer["code"] == (400 if says else 422)
    assert answer["message"].endswith(
        f" cannot be handled as a TokenRequest: {says}" if says else "10 minutes"
    )


def test_fields_required_by_page_only_are_warnings(token_reference: Reference) -> None:
    for version in (None, "1.24", "1.35", "1.36", "1.37"):
        found = validate(
            token(None, status={"token": None}),
            token_reference,
            kubernetes_version=version,
            url=URL,
        )
        page = [(finding.path, finding.level) for finding in found if finding.layer is Layer.SCHEMA]
        assert page == [
            (path, Level.WARN) for path in ("spec", "status.expirationTimestamp", "status.token")
        ]


def undecided(found: tuple[ObjectFinding, ...]) -> set[str]:
    return {finding.rule for finding in found if finding.code == UNDECIDED}


@pytest.mark.parametrize(
    ("version", "spec", "metadata", "rules"),
    [
        ("1.31", {}, {}, set()),
        ("1.33", {}, {"uid": "u"}, set()),
        ("1.34", {}, {"uid": "u"}, {"service-account-uid-matches"}),
        ("1.31", {"expirationSeconds": 3600}, {}, set()),
        ("1.31", {"expirationSeconds": 3601}, {}, {"expiration-within-maximum"}),
        ("1.31", {"expirationSeconds": 3607}, {}, {"expiration-within-maximum"}),
        (
            "1.31",
            {"expirationSeconds": 3607, "boundObjectRef": {"kind": "Pod", "uid": "u"}},
            {},
            {
                "expiration-within-maximum",
                "expiration-not-extended",
                "bound-pod-exists",
                "bound-pod-runs-as-service-account",
                "bound-uid-matches",
            },
        ),
        ("1.31", {"boundObjectRef": {"kind": "Secret"}}, {}, {"bound-secret-exists"}),
        (
            "1.30",
            {"boundObjectRef": {"kind": "Node"}},
            {},
            {"node-binding-enabled", "bound-node-exists"},
        ),
        (
            "1.31",
            {"boundObjectRef": {"kind": "Node"}},
            {},
            {"node-binding-not-disabled", "bound-node-exists"},
        ),
        ("1.33", {"boundObjectRef": {"kind": "Node"}}, {}, {"bound-node-exists"}),
        (
            "1.37",
            {"boundObjectRef": WEBHOOK},
            {},
            {
                "token-can-be-signed",
                "webhook-binding-enabled",
                "webhook-audience-not-of-api-server",
                "webhook-request-allowed",
            },
        ),
    ],
)
def test_undecided_cluster_rules_are_reported(
    token_reference: Reference, version: str, spec: Any, metadata: Any, rules: set[str]
) -> None:
    found = validate(
        token(spec, metadata=metadata), token_reference, kubernetes_version=version, url=URL
    )
    assert undecided(found) == rules | {
        "namespace-exists",
        "namespace-not-terminating",
        "service-account-exists",
    }
    assert all(
        finding.layer is Layer.CLUSTER and finding.level is Level.INFO
        for finding in found
        if finding.code == UNDECIDED
    )


def test_cluster_decisions_give_server_messages(token_reference: Reference) -> None:
    def answer(version: str, spec: Any, metadata: Any, **decisions: Decision) -> dict[str, Any]:
        said = {name.replace("_", "-"): value for name, value in decisions.items()}
        found = validate(
            token(spec, metadata=metadata),
            token_reference,
            kubernetes_version=version,
            url=URL,
            decide=lambda question: said.get(question.rule),
        )
        return status(found, TOKEN)

    pod = {"boundObjectRef": {"kind": "Pod", "name": "p", "uid": "1"}}
    result = answer(
        "1.34", {}, {"uid": "1"}, service_account_uid_matches={"serviceAccountUid": "2"}
    )
    assert result["message"] == (
        'Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "south": '
        "the UID in the token request (1) does not match the UID of the service account (2)"
    )
    result = answer("1.31", pod, {}, bound_uid_matches=False)
    assert (result["code"], result["details"]) == (409, {"name": "p", "kind": "Pod"})
    result = answer("1.29", {"boundObjectRef": {"kind": "Node"}}, {}, node_binding_enabled=False)
    assert "feature-gate is disabled" in result["message"]
    result = answer(
        "1.37",
        {
            "boundObjectRef": WEBHOOK,
            "audiences": ["a"],
            "attestations": {"admissionReviewAPIGroups": ["*"]},
        },
        {},
        webhook_request_allowed=False,
    )
    assert result["message"] == 'serviceaccounts/token "south" is forbidden: token request denied'
    shortened = answer(
        "1.31", {"expirationSeconds": 7200}, {}, expiration_within_maximum={"maximum": 3600}
    )
    assert shortened["status"] == "Success"


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("Strict", {"unknown-field"}),
        ("Warn", {"unknown-field", "bound-kind-not-bindable"}),
        ("Ignore", {"bound-kind-not-bindable"}),
    ],
    ids=["strict", "warn", "ignore"],
)
def test_rules_wait_for_fields_that_the_author_misspelt(
    token_reference: Reference, mode: str, expected: set[str]
) -> None:
    obj = token({"audiences": ["a"], "boundObjectRef": {"kindd": "Pod"}})
    findings = validate(obj, token_reference, field_validation=mode)
    assert {each.rule for each in findings if each.path.startswith("spec.")} == expected

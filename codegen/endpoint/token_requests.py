"""Token requests, validated by the rules of the server, issued and recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from codegen.core.json_types import JsonMapping, JsonObject
from codegen.endpoint import clock, kinds, tokens
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.kinds import TOKEN_REQUEST, Kind
from codegen.endpoint.objects import WriteOptions
from codegen.endpoint.patches import json_identity
from codegen.endpoint.settings import ACCOUNT_UID, NODE_BINDING, WEBHOOK_TOKENS, server_answers
from codegen.endpoint.status_errors import StatusError, build_not_found
from codegen.endpoint.users import account_name
from codegen.validation import Answer, Decision, Question, find_filling_rules, status

# A request for this many seconds, bound to a pod, was injected into the pod.
_INJECTED = 60 * 60 + 7
_YEAR = 365 * 24 * 60 * 60
_BOUND = {"Pod": kinds.POD, "Secret": kinds.SECRET, "Node": kinds.NODE}


class IssuedToken(NamedTuple):
    """A TokenRequest with its token, and the warnings about it."""

    request: JsonObject
    warnings: list[str]


def issue_token(
    endpoint: Endpoint,
    body: Mapping[str, object],
    namespace: str,
    account: str,
    options: WriteOptions,
) -> IssuedToken:
    """Issue a token. Raises StatusError."""
    settings = endpoint.settings
    decisions = _ServerDecisions(endpoint, body, namespace, account)
    changed = decisions.validate()
    if decisions.account is None:  # in a release whose rules do not ask for it
        raise build_not_found(kinds.ACCOUNT.plural, kinds.ACCOUNT.group, account)
    filled = {
        path.text: fact.value
        for fact in find_filling_rules(TOKEN_REQUEST.gvk, settings.release)
        for path in fact.fields
    }

    now = endpoint.clock.now()
    sent = endpoint.objects.go_objects.normalize(body, TOKEN_REQUEST.key)
    answers = server_answers(settings.release)
    metadata = {
        n: v
        for n, v in (sent.get("metadata") or {}).items()
        if n not in answers["dropped-metadata"]
    }
    if uids := _deduplicate_owners(metadata):
        warnings = [answers["repeated-owners"] % ", ".join(uids)]
    else:
        warnings = []
    spec = sent.get("spec") or {}
    # Also an empty list.
    sent_audiences = spec.get("audiences", _read_object(body, "spec").get("audiences"))
    spec["audiences"] = list(spec.get("audiences") or settings.audiences)
    spec["expirationSeconds"] = spec.get("expirationSeconds") or filled["spec.expirationSeconds"]
    spec["boundObjectRef"] = spec.get("boundObjectRef")
    managed = {**sent, "metadata": metadata, "spec": {**spec, "audiences": sent_audiences}}
    if (shortened := changed.get("expiration-within-maximum")) is not None:
        warnings.append(shortened.text)
        spec["expirationSeconds"] = settings.max_seconds

    seconds = spec["expirationSeconds"]
    private = {
        "namespace": namespace,
        **decisions.bindings(),
        "serviceaccount": _object_reference(decisions.account),
    }
    if decisions.is_extended:
        private["warnafter"] = now + seconds
    subject, lives = account_name(namespace, account), _YEAR if decisions.is_extended else seconds
    claims = tokens.build_claims(subject, settings.issuer, spec["audiences"], now, lives, private)
    if not options.dry_run:
        endpoint.state.record_token(claims)
    time = clock.format_time(now)
    entry = endpoint.objects.go_objects.managed_fields(
        managed, TOKEN_REQUEST, manager=options.manager, time=time, subresource="token"
    )
    identity = {
        "name": account,
        "namespace": namespace,
        "creationTimestamp": time,
        "managedFields": [entry],
    }
    if "metadata.uid" in filled:
        identity["uid"] = decisions.account["metadata"]["uid"]
    token = tokens.sign(claims, endpoint.signing_key)
    answer = {
        "kind": TOKEN_REQUEST.name,
        "apiVersion": TOKEN_REQUEST.api_version,
        "metadata": {**metadata, **identity},
        "spec": spec,
        "status": {"token": token, "expirationTimestamp": clock.format_time(now + seconds)},
    }
    return IssuedToken(request=answer, warnings=warnings)


def _deduplicate_owners(metadata: JsonObject) -> Iterable[str]:
    """Keep each owner once, and return the UIDs of those that were repeated."""
    owners = metadata.get("ownerReferences") or ()
    counts = Counter(map(json_identity, owners))
    if owners:
        metadata["ownerReferences"] = list(
            {json_identity(owner): owner for owner in owners}.values()
        )
    return dict.fromkeys(
        owner.get("uid", "") for owner in owners if counts[json_identity(owner)] > 1
    )


class _ServerDecisions:
    """Decisions about server rules by the objects and settings of the endpoint."""

    def __init__(self, endpoint: Endpoint, body: JsonMapping, namespace: str, account: str) -> None:
        self._endpoint = endpoint
        self._body = body
        self._namespace = namespace
        self._account_name = account
        self.account = endpoint.objects.find(kinds.ACCOUNT, namespace, account)
        spec, settings = _read_object(body, "spec"), endpoint.settings
        self._audiences = set(spec.get("audiences") or ())
        reference = _read_object(spec, "boundObjectRef")
        self._bound_kind = _BOUND.get(str(reference.get("kind")))
        if self._bound_kind:
            self._bound = self._find(self._bound_kind, str(reference.get("name") or ""))
        else:
            self._bound = None
        self.is_extended = (  # for a year, as it was injected into a pod
            settings.extend
            and spec.get("expirationSeconds") == _INJECTED
            and self._bound_kind is kinds.POD
            and self._audiences <= set(settings.audiences)
        )

    def _find(self, kind: Kind, name: str) -> JsonObject | None:
        return self._endpoint.objects.find(kind, self._namespace if kind.namespaced else "", name)

    def validate(self) -> dict[str, Answer | None]:
        """Return the answers of the server's rules to a request by rule.

        Raises StatusError for a refusal.
        """
        findings = self._endpoint.validator.validate(
            self._body,
            kubernetes_version=self._endpoint.settings.release,
            url={"namespace": self._namespace, "name": self._account_name},
            decide=self._decide,
            field_validation="Ignore",
            key=TOKEN_REQUEST.key,
        )
        answer = status(findings, TOKEN_REQUEST.gvk)  # without a name, as servers answer
        if answer["status"] != "Success":
            raise StatusError(answer)
        return {finding.rule: finding.answer for finding in findings}

    def _decide(self, question: Question) -> Decision:
        """Answer a question of the validator."""
        settings, bound, asked = self._endpoint.settings, self._bound, question.value
        namespace = self._find(kinds.NAMESPACE, self._namespace)
        uid, limit = _read_object(self.account, "metadata").get("uid", ""), settings.max_seconds
        is_longer = limit and isinstance(asked, int) and asked > limit and not self.is_extended
        runs_as = _read_object(bound, "spec").get("serviceAccountName")
        decisions: dict[str, Decision] = {
            "namespace-exists": not self._namespace or namespace is not None,
            "namespace-not-terminating": "deletionTimestamp"
            not in _read_object(namespace, "metadata"),
            "service-account-exists": self.account is not None,
            "service-account-uid-matches": uid == asked
            or not settings.has_gate(ACCOUNT_UID)
            or {"serviceAccountUid": uid},
            "node-binding-enabled": settings.has_gate(NODE_BINDING),
            "node-binding-not-disabled": settings.has_gate(NODE_BINDING),
            "webhook-binding-enabled": settings.has_gate(WEBHOOK_TOKENS),
            "webhook-audience-not-of-api-server": bool(self._audiences)
            and self._audiences.isdisjoint(settings.audiences),
            **{f"bound-{kind.lower()}-exists": bound is not None for kind in _BOUND},
            "bound-pod-runs-as-service-account": bound is None or runs_as == self._account_name,
            "bound-uid-matches": bound is None or bound["metadata"]["uid"] == asked,
            "expiration-within-maximum": {"maximum": limit} if is_longer else True,
            "expiration-not-extended": not self.is_extended,
        }
        return decisions.get(question.rule, True)

    def bindings(self) -> dict[str, dict[str, str]]:
        """Return references to the bound object and to the node of a bound pod."""
        if self._bound_kind is None or self._bound is None:
            return {}
        bindings = {self._bound_kind.name.lower(): _object_reference(self._bound)}
        if self._bound_kind is kinds.POD and (
            name := _read_object(self._bound, "spec").get("nodeName")
        ):
            node = self._find(kinds.NODE, name)
            if node is None:
                bindings["node"] = {"name": name}
            else:
                bindings["node"] = _object_reference(node)
        return bindings


def _read_object(value: object, name: str) -> JsonObject:
    member = value.get(name) if isinstance(value, dict) else None
    if isinstance(member, dict):
        return member
    return {}


def _object_reference(obj: JsonMapping) -> dict[str, str]:
    return {"name": obj["metadata"]["name"], "uid": obj["metadata"]["uid"]}

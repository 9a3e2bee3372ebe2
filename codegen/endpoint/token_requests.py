"""Token requests, validated by the rules of the server, issued and recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from codegen.endpoint import clock, kinds, tokens
from codegen.endpoint.kinds import TOKEN_REQUEST
from codegen.endpoint.objects import WriteOptions
from codegen.endpoint.patches import json_identity
from codegen.endpoint.server_answers import server_answers
from codegen.endpoint.settings import ACCOUNT_UID, NODE_BINDING, WEBHOOK_TOKENS, Settings
from codegen.endpoint.status_errors import StatusError, build_not_found
from codegen.endpoint.users import account_name
from codegen.validation import Answer, Decision, Question, Validator, facts, status

if TYPE_CHECKING:
    from codegen.endpoint.endpoint import Endpoint
    from codegen.endpoint.objects import Objects

_INJECTED = 60 * 60 + 7  # a request for this many seconds, bound to a pod, was injected into the pod
_YEAR = 365 * 24 * 60 * 60
_BOUND = {"Pod": kinds.POD, "Secret": kinds.SECRET, "Node": kinds.NODE}
_SHORTENED, _EXTENDED = "expiration-within-maximum", "expiration-not-extended"


def issue_token(
    endpoint: Endpoint, body: Mapping[str, Any], namespace: str, account: str, options: WriteOptions
) -> tuple[dict[str, Any], list[str]]:
    """Issue a token, and return the TokenRequest and its warnings. Raises StatusError."""
    settings = endpoint.settings
    decisions = _ServerDecisions(settings, endpoint.objects, namespace, account)
    changed = decisions.validate(endpoint.validator, body)
    if decisions.account is None:  # in a release whose rules do not ask for it
        raise build_not_found(kinds.ACCOUNT.plural, kinds.ACCOUNT.group, account)
    filled = {path.text: fact.value for fact in facts(TOKEN_REQUEST.gvk, settings.release) for path in fact.fields}

    now = endpoint.clock.now()
    sent = endpoint.go_objects.normalize(body, TOKEN_REQUEST.key)
    answers = server_answers(settings.release)
    metadata = {n: v for n, v in (sent.get("metadata") or {}).items() if n not in answers["dropped-metadata"]}
    warnings = [answers["repeated-owners"] % ", ".join(uids)] if (uids := _deduplicate_owners(metadata)) else []
    spec = sent.get("spec") or {}
    sent_audiences = spec.get("audiences", _read_object(body, "spec").get("audiences"))  # also an empty list
    spec["audiences"] = list(spec.get("audiences") or settings.audiences)
    spec["expirationSeconds"] = spec.get("expirationSeconds") or filled["spec.expirationSeconds"]
    spec["boundObjectRef"] = spec.get("boundObjectRef")
    managed = {**sent, "metadata": metadata, "spec": {**spec, "audiences": sent_audiences}}
    if (shortened := changed.get(_SHORTENED)) is not None:
        warnings.append(shortened.text)
        spec["expirationSeconds"] = settings.max_seconds

    seconds, is_extended = spec["expirationSeconds"], _EXTENDED in changed
    private = {
        "namespace": namespace,
        **decisions.bindings(spec),
        "serviceaccount": _object_reference(decisions.account),
    }
    if is_extended:
        private["warnafter"] = now + seconds
    subject, lives = account_name(namespace, account), _YEAR if is_extended else seconds
    claims = tokens.build_claims(subject, settings.issuer, spec["audiences"], now, lives, private)
    if not options.dry_run:
        endpoint.state.record_token(claims)
    time = clock.format_time(now)
    entry = endpoint.go_objects.managed_fields(
        managed, TOKEN_REQUEST, manager=options.manager, time=time, subresource="token"
    )
    identity = {"name": account, "namespace": namespace, "creationTimestamp": time, "managedFields": [entry]}
    if "metadata.uid" in filled:
        identity["uid"] = decisions.account["metadata"]["uid"]
    token = tokens.sign(claims, endpoint.signing_key)
    return {
        "kind": TOKEN_REQUEST.name,
        "apiVersion": TOKEN_REQUEST.api_version,
        "metadata": {**metadata, **identity},
        "spec": spec,
        "status": {"token": token, "expirationTimestamp": clock.format_time(now + seconds)},
    }, warnings


def _deduplicate_owners(metadata: dict[str, Any]) -> Iterable[str]:
    """Keep each owner once, and return the UIDs of those that were repeated."""
    owners = metadata.get("ownerReferences") or ()
    counts = Counter(map(json_identity, owners))
    if owners:
        metadata["ownerReferences"] = list({json_identity(owner): owner for owner in owners}.values())
    return dict.fromkeys(owner.get("uid", "") for owner in owners if counts[json_identity(owner)] > 1)


class _ServerDecisions:
    """Decisions about server rules by the objects and settings of the endpoint."""

    def __init__(self, settings: Settings, objects: Objects, namespace: str, account: str) -> None:
        self._settings = settings
        self._objects = objects
        self._namespace = namespace
        self._account_name = account
        self._namespace_object = objects.find(kinds.NAMESPACE, "", namespace)
        self.account = objects.find(kinds.ACCOUNT, namespace, account)

    def validate(self, validator: Validator, body: Mapping[str, Any]) -> dict[str, Answer | None]:
        """Return the answers of the server's rules to a request by rule. Raises StatusError for a refusal."""
        findings = validator.validate(
            body,
            kubernetes_version=self._settings.release,
            url={"namespace": self._namespace, "name": self._account_name},
            decide=self.decide,
            field_validation="Ignore",
            key=TOKEN_REQUEST.key,
        )
        answer = status(findings, TOKEN_REQUEST.gvk, self._account_name)
        if answer["status"] != "Success":
            raise StatusError(answer)
        return {finding.rule: finding.answer for finding in findings}

    def decide(self, question: Question) -> Decision:
        """Answer a question of the validator."""
        settings = self._settings
        match question.rule:
            case "namespace-exists":
                return not self._namespace or self._namespace_object is not None
            case "namespace-not-terminating":
                return "deletionTimestamp" not in _read_object(self._namespace_object, "metadata")
            case "service-account-exists":
                return self.account is not None
            case "service-account-uid-matches":
                uid = _read_object(self.account, "metadata").get("uid", "")
                return uid == question.value or not settings.has_gate(ACCOUNT_UID) or {"serviceAccountUid": uid}
            case "node-binding-enabled" | "node-binding-not-disabled":
                return settings.has_gate(NODE_BINDING)
            case "webhook-binding-enabled":
                return settings.has_gate(WEBHOOK_TOKENS)
        return self._decide_spec(question, _read_object(question.obj, "spec"))

    def _decide_spec(self, question: Question, spec: Mapping[str, Any]) -> Decision:
        settings = self._settings
        match question.rule:
            case "bound-pod-exists" | "bound-secret-exists" | "bound-node-exists":
                return self._bound_object(spec) is not None
            case "bound-pod-runs-as-service-account":
                pod = self._bound_object(spec)
                return pod is None or _read_object(pod, "spec").get("serviceAccountName", "") == self._account_name
            case "bound-uid-matches":
                found = self._bound_object(spec)
                return found is None or found["metadata"]["uid"] == question.value
            case "webhook-audience-not-of-api-server":
                return bool(spec.get("audiences")) and not set(spec["audiences"]) & set(settings.audiences)
            case "expiration-within-maximum":
                limit, asked = settings.max_seconds, question.value
                is_longer = limit and isinstance(asked, int) and asked > limit and not self._is_extended(spec)
                return {"maximum": limit} if is_longer else True
            case "expiration-not-extended":
                return not self._is_extended(spec)
        return True

    def _is_extended(self, spec: Mapping[str, Any]) -> bool:
        """Return whether a token lives for a year, as it was injected into a pod."""
        return (
            self._settings.extend
            and spec.get("expirationSeconds") == _INJECTED
            and _read_object(spec, "boundObjectRef").get("kind") == kinds.POD.name
            and set(spec.get("audiences") or ()) <= set(self._settings.audiences)
        )

    def _bound_object(self, spec: Mapping[str, Any]) -> dict[str, Any] | None:
        reference = _read_object(spec, "boundObjectRef")
        kind = _BOUND.get(str(reference.get("kind")))
        if kind is None:
            return None
        return self._objects.find(kind, self._namespace if kind.namespaced else "", str(reference.get("name") or ""))

    def bindings(self, spec: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        """Return references to the bound object and to the node of a bound pod."""
        found = self._bound_object(spec)
        if found is None:
            return {}
        kind = spec["boundObjectRef"]["kind"]
        bound = {kind.lower(): _object_reference(found)}
        if kind == kinds.POD.name and (name := _read_object(found, "spec").get("nodeName")):
            node = self._objects.find(kinds.NODE, "", name)
            bound["node"] = {"name": name} if node is None else _object_reference(node)
        return bound


def _read_object(value: object, name: str) -> dict[str, Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _object_reference(obj: Mapping[str, Any]) -> dict[str, str]:
    return {"name": obj["metadata"]["name"], "uid": obj["metadata"]["uid"]}

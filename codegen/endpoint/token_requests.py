"""Requests for tokens: validated by the rules of the server with the objects of the endpoint, then issued and recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from msgspec import Struct

from codegen.endpoint import clock, kinds, tokens
from codegen.endpoint.clock import Clock
from codegen.endpoint.go_objects import GoObjects, deduplicate_owners
from codegen.endpoint.keys import KeyRing
from codegen.endpoint.kinds import TOKEN_REQUEST
from codegen.endpoint.request_info import WriteOptions
from codegen.endpoint.settings import ACCOUNT_UID, NODE_BINDING, WEBHOOK_TOKENS, Settings
from codegen.endpoint.state import ObjectKey, State
from codegen.endpoint.tokens import EXTENDED_FROM, EXTENDED_TO, Subject
from codegen.kube.statuses import StatusError, not_found
from codegen.validation import Answer, Decision, ObjectFinding, Question, Validator, facts, status

_BOUND = {"Pod": kinds.POD, "Secret": kinds.SECRET, "Node": kinds.NODE}
_WIPED = ("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "uid")  # of the metadata of a request
Find = Callable[[kinds.Kind, str, str], dict[str, Any] | None]  # an object by its namespace and name
_SHORTENED, _EXTENDED = "expiration-within-maximum", "expiration-not-extended"


class Issued(Struct, frozen=True, kw_only=True):
    """A TokenRequest with its token, and the warnings that go with it."""

    answer: dict[str, Any]
    warnings: tuple[str, ...] = ()


class Issuer:
    """Answers requests for tokens."""

    def __init__(
        self, settings: Settings, *, state: State, keys: Callable[[], KeyRing], validator: Validator, clock: Clock
    ) -> None:
        """`keys` returns the key ring at the time of a request."""
        self._settings = settings
        self._state = state
        self._keys = keys
        self._validator = validator
        self._go_objects = GoObjects(validator.reference)
        self._clock = clock
        self._filled = {
            path.text: fact.value for fact in facts(TOKEN_REQUEST.gvk, settings.release) for path in fact.fields
        }

    def create(self, body: Mapping[str, Any], namespace: str, account: str, options: WriteOptions) -> Issued:
        """Issue a token. Raises `StatusError`, and `state.Unavailable`."""
        find = cache(self._find)  # each object once, so that the token is about the objects that were validated
        findings = self._findings(body, namespace, account, find)
        answer = status(findings, TOKEN_REQUEST.gvk, account)
        if answer["status"] != "Success":
            raise StatusError(answer)
        changed = {finding.rule: finding.answer for finding in findings}
        found = find(kinds.ACCOUNT, namespace, account)
        if found is None:  # in a release whose rules do not ask for it
            raise not_found(kinds.ACCOUNT.plural, kinds.ACCOUNT.group, account)
        return self._issued(body, found, changed, options, find)

    # ------------------------------------------------------------------------------------------------- validation

    def _findings(self, body: Mapping[str, Any], namespace: str, account: str, find: Find) -> tuple[ObjectFinding, ...]:
        return self._validator.validate(
            body,
            kubernetes_version=self._settings.release,
            url={"namespace": namespace, "name": account},
            decide=partial(self._decide, find),
            field_validation="Ignore",
            key=TOKEN_REQUEST.key,
        )

    def _decide(self, find: Find, question: Question) -> Decision:
        url = question.url or {}
        namespace, account = str(url.get("namespace") or ""), str(url.get("name") or "")
        match question.rule:
            case "namespace-exists":
                return not namespace or find(kinds.NAMESPACE, "", namespace) is not None
            case "namespace-not-terminating":
                found = find(kinds.NAMESPACE, "", namespace)
                return found is None or "deletionTimestamp" not in found["metadata"]
            case "service-account-exists":
                return find(kinds.ACCOUNT, namespace, account) is not None
            case "service-account-uid-matches":
                found = find(kinds.ACCOUNT, namespace, account)
                uid = found["metadata"]["uid"] if found else ""
                if uid == question.value or not self._settings.gate(ACCOUNT_UID):
                    return True
                return {"serviceAccountUid": uid}
            case "node-binding-enabled" | "node-binding-not-disabled":
                return self._settings.gate(NODE_BINDING)
            case "webhook-binding-enabled":
                return self._settings.gate(WEBHOOK_TOKENS)
        return self._decide_of_spec(question, namespace, account, find)

    def _decide_of_spec(self, question: Question, namespace: str, account: str, find: Find) -> Decision:
        spec = _object(question.obj, "spec")
        match question.rule:
            case "bound-pod-exists" | "bound-secret-exists" | "bound-node-exists":
                return _bound(spec, namespace, find) is not None
            case "bound-pod-runs-as-service-account":
                pod = _bound(spec, namespace, find)
                return pod is None or (pod.get("spec") or {}).get("serviceAccountName", "") == account
            case "bound-uid-matches":
                found = _bound(spec, namespace, find)
                return found is None or found["metadata"]["uid"] == question.value
            case "webhook-audience-not-of-api-server":
                return bool(spec.get("audiences")) and not set(spec["audiences"]) & set(self._settings.audiences)
            case "expiration-within-maximum":
                limit, asked = self._settings.max_seconds, question.value
                is_longer = limit and isinstance(asked, int) and asked > limit and not self._is_extended(spec)
                return {"maximum": limit} if is_longer else True
            case "expiration-not-extended":
                return not self._is_extended(spec)
        return True

    def _is_extended(self, spec: Mapping[str, Any]) -> bool:
        """Return whether a token lives for a year: it was injected into a pod, and is for the API server alone."""
        asked = spec.get("audiences") or self._settings.audiences
        return (
            self._settings.extend
            and spec.get("expirationSeconds") == EXTENDED_FROM
            and _object(spec, "boundObjectRef").get("kind") == kinds.POD.name
            and set(asked) <= set(self._settings.audiences)
        )

    # ------------------------------------------------------------------------------------------------------ the token

    def _issued(
        self,
        body: Mapping[str, Any],
        account: dict[str, Any],
        changed: Mapping[str, Answer | None],
        options: WriteOptions,
        find: Find,
    ) -> Issued:
        now = self._clock.now()
        kept = self._go_objects.normalize(body, TOKEN_REQUEST.key)
        sent_metadata = {name: value for name, value in (kept.get("metadata") or {}).items() if name not in _WIPED}
        metadata, warning = deduplicate_owners(sent_metadata)
        spec = self._spec(kept.get("spec") or {})
        audiences = (kept.get("spec") or {}).get(
            "audiences", _object(body, "spec").get("audiences")
        )  # also an empty list
        sent = {**kept, "metadata": metadata, "spec": {**spec, "audiences": audiences}}
        warnings = [warning] if warning else []
        limit = self._settings.max_seconds
        if (shortened := changed.get(_SHORTENED)) is not None:
            warnings.append(shortened.text)
            spec = {**spec, "expirationSeconds": limit}
        seconds, extended = spec["expirationSeconds"], _EXTENDED in changed
        subject = Subject(
            namespace=account["metadata"]["namespace"],
            account=_reference(account),
            bound=_bindings(spec, account["metadata"]["namespace"], find),
            audiences=spec["audiences"],
            seconds=EXTENDED_TO if extended else seconds,
            warn_after=seconds if extended else 0,
        )
        claims = tokens.claims(subject, self._settings.issuer, now)
        token = tokens.sign(claims, self._keys().signing)
        if not options.dry_run:
            self._state.record_token(subject.namespace, subject.account["name"], claims)
        answer = {
            "kind": TOKEN_REQUEST.name,
            "apiVersion": TOKEN_REQUEST.api_version,
            "metadata": self._metadata(metadata, account, sent, options, now),
            "spec": spec,
            "status": {"token": token, "expirationTimestamp": clock.format_time(now + seconds)},
        }
        return Issued(answer=answer, warnings=tuple(warnings))

    def _spec(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Return the specification with the defaults of the server."""
        seconds = sent.get("expirationSeconds")
        if seconds is None:
            seconds = self._filled["spec.expirationSeconds"]
        audiences = list(sent.get("audiences") or self._settings.audiences)
        return {
            **sent,
            "audiences": audiences,
            "expirationSeconds": seconds,
            "boundObjectRef": sent.get("boundObjectRef"),
        }

    def _metadata(
        self,
        sent: Mapping[str, Any],
        account: Mapping[str, Any],
        whole: Mapping[str, Any],
        options: WriteOptions,
        now: int,
    ) -> dict[str, Any]:
        time = clock.format_time(now)
        entry = self._go_objects.managed_fields(
            whole, TOKEN_REQUEST, manager=options.manager, time=time, subresource="token"
        )
        owned = account["metadata"]
        return {
            **sent,
            "name": owned["name"],
            "namespace": owned["namespace"],
            **({"uid": owned["uid"]} if "metadata.uid" in self._filled else {}),
            "creationTimestamp": time,
            "managedFields": [entry],
        }

    def _find(self, kind: kinds.Kind, namespace: str, name: str) -> dict[str, Any] | None:
        return self._state.get(ObjectKey(resource=kind.resource, namespace=namespace, name=name))


def _bindings(spec: Mapping[str, Any], namespace: str, find: Find) -> dict[str, dict[str, str]]:
    """Return the references in the claims: to the object that a token is bound to, and to the node of a pod."""
    found = _bound(spec, namespace, find)
    if found is None:
        return {}
    kind = _object(spec, "boundObjectRef")["kind"]
    bound = {kind.lower(): _reference(found)}
    on = (found.get("spec") or {}).get("nodeName") if kind == kinds.POD.name else None
    if on:
        node = find(kinds.NODE, "", on)
        bound["node"] = {"name": on} if node is None else _reference(node)
    return bound


def _bound(spec: Mapping[str, Any], namespace: str, find: Find) -> dict[str, Any] | None:
    reference = _object(spec, "boundObjectRef")
    kind = _BOUND.get(str(reference.get("kind")))
    if kind is None:
        return None
    return find(kind, namespace if kind.namespaced else "", str(reference.get("name") or ""))


def _object(value: object, name: str) -> dict[str, Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _reference(obj: Mapping[str, Any]) -> dict[str, str]:
    return {"name": obj["metadata"]["name"], "uid": obj["metadata"]["uid"]}

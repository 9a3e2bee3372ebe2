"""Requests for tokens: judged by the rules of the server with the knowledge of the endpoint, then issued and noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from msgspec import Struct

from codegen.endpoint import clock, kinds, refusals, tokens
from codegen.endpoint.asker import Asker
from codegen.endpoint.clock import Clock
from codegen.endpoint.keys import KeyRing
from codegen.endpoint.settings import ACCOUNT_UID, NODE_BINDING, WEBHOOK_TOKENS, Settings
from codegen.endpoint.state import Place, State
from codegen.endpoint.tokens import EXTENDED_FROM, EXTENDED_TO, Subject
from codegen.endpoint.written import Writer, without_repeated_owners
from codegen.outputs.services.runtime.statuses import StatusError
from codegen.validation import Answer, Decision, ObjectFinding, Question, Validator, facts, status

_BOUND = {"Pod": kinds.POD, "Secret": kinds.SECRET, "Node": kinds.NODE}
_WIPED = ("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "uid")  # of the metadata of a request
Look = Callable[[kinds.Kind, str, str], dict[str, Any] | None]  # for an object, by its namespace and name
_SHORTENED, _EXTENDED = "expiration-within-maximum", "expiration-not-extended"


class Issued(Struct, frozen=True, kw_only=True):
    """An answer with a token, and the warnings that go with it."""

    answer: dict[str, Any]
    warnings: tuple[str, ...] = ()


class Issuer:
    """Answers requests for tokens."""

    def __init__(
        self, settings: Settings, *, state: State, keys: Callable[[], KeyRing], validator: Validator, clock: Clock
    ) -> None:
        """`keys` gives the ring as it is at the time of a request."""
        self._settings = settings
        self._state = state
        self._keys = keys
        self._validator = validator
        self._writer = Writer(validator.reference)
        self._clock = clock
        self._filled = {path.text: fact.value for fact in facts(kinds.TOKEN, settings.release) for path in fact.fields}

    def create(self, body: Mapping[str, Any], namespace: str, account: str, asker: Asker) -> Issued:
        """Issue a token. Raises `StatusError`, and `state.Unavailable`."""
        look = cache(self._get)  # each object once, so that the token is of what was judged
        findings = self._findings(body, namespace, account, look)
        answer = status(findings, kinds.TOKEN, account)
        if answer["status"] != "Success":
            raise StatusError(answer)
        changed = {finding.rule: finding.answer for finding in findings}
        found = look(kinds.ACCOUNT, namespace, account)
        if found is None:  # as of a release whose rules do not ask for it
            raise refusals.not_found(kinds.ACCOUNT.plural, kinds.ACCOUNT.group, account)
        return self._issued(body, found, changed, asker, look)

    # ---------------------------------------------------------------------------------------------------- the verdict

    def _findings(self, body: Mapping[str, Any], namespace: str, account: str, look: Look) -> tuple[ObjectFinding, ...]:
        return self._validator.validate(
            body,
            kubernetes_version=self._settings.release,
            url={"namespace": namespace, "name": account},
            decide=partial(self._decide, look),
            field_validation="Ignore",
            key=kinds.TOKEN_KEY,
        )

    def _decide(self, look: Look, question: Question) -> Decision:
        url = question.url or {}
        namespace, account = str(url.get("namespace") or ""), str(url.get("name") or "")
        match question.rule:
            case "namespace-exists":
                return not namespace or look(kinds.NAMESPACE, "", namespace) is not None
            case "namespace-not-terminating":
                found = look(kinds.NAMESPACE, "", namespace)
                return found is None or "deletionTimestamp" not in found["metadata"]
            case "service-account-exists":
                return look(kinds.ACCOUNT, namespace, account) is not None
            case "service-account-uid-matches":
                found = look(kinds.ACCOUNT, namespace, account)
                uid = found["metadata"]["uid"] if found else ""
                if uid == question.value or not self._settings.gate(ACCOUNT_UID):
                    return True
                return {"serviceAccountUid": uid}
            case "node-binding-enabled" | "node-binding-not-disabled":
                return self._settings.gate(NODE_BINDING)
            case "webhook-binding-enabled":
                return self._settings.gate(WEBHOOK_TOKENS)
        return self._decide_of_spec(question, namespace, account, look)

    def _decide_of_spec(self, question: Question, namespace: str, account: str, look: Look) -> Decision:
        spec = _object(question.obj, "spec")
        match question.rule:
            case "bound-pod-exists" | "bound-secret-exists" | "bound-node-exists":
                return _bound(spec, namespace, look) is not None
            case "bound-pod-runs-as-service-account":
                pod = _bound(spec, namespace, look)
                return pod is None or (pod.get("spec") or {}).get("serviceAccountName", "") == account
            case "bound-uid-matches":
                found = _bound(spec, namespace, look)
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
        """Whether a token lives for a year: it was injected into a pod, and is for the API server alone."""
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
        asker: Asker,
        look: Look,
    ) -> Issued:
        now = self._clock.now()
        kept = self._writer.written(body, kinds.TOKEN_KEY)
        sent_metadata = {name: value for name, value in (kept.get("metadata") or {}).items() if name not in _WIPED}
        metadata, warning = without_repeated_owners(sent_metadata)
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
            bound=_bindings(spec, account["metadata"]["namespace"], look),
            audiences=spec["audiences"],
            seconds=EXTENDED_TO if extended else seconds,
            warn_after=seconds if extended else 0,
        )
        claims = tokens.claims(subject, self._settings.issuer, now)
        token = tokens.signed(claims, self._keys().signing)
        if not asker.dry_run:
            self._state.note_token(subject.namespace, subject.account["name"], claims)
        answer = {
            "kind": kinds.TOKEN.kind,
            "apiVersion": kinds.TOKEN.api_version,
            "metadata": self._metadata(metadata, account, sent, asker, now),
            "spec": spec,
            "status": {"token": token, "expirationTimestamp": clock.text(now + seconds)},
        }
        return Issued(answer=answer, warnings=tuple(warnings))

    def _spec(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The specification with what a server fills in."""
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
        self, sent: Mapping[str, Any], account: Mapping[str, Any], whole: Mapping[str, Any], asker: Asker, now: int
    ) -> dict[str, Any]:
        time = clock.text(now)
        entry = self._writer.entry(
            whole,
            kinds.TOKEN_KEY,
            manager=asker.manager,
            api_version=kinds.TOKEN.api_version,
            time=time,
            subresource="token",
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

    def _get(self, kind: kinds.Kind, namespace: str, name: str) -> dict[str, Any] | None:
        return self._state.get(Place(resource=kind.resource, namespace=namespace, name=name))


def _bindings(spec: Mapping[str, Any], namespace: str, look: Look) -> dict[str, dict[str, str]]:
    """What the claims say of the object that a token is bound to, and of the node that a pod is on."""
    found = _bound(spec, namespace, look)
    if found is None:
        return {}
    kind = _object(spec, "boundObjectRef")["kind"]
    bound = {kind.lower(): _reference(found)}
    on = (found.get("spec") or {}).get("nodeName") if kind == kinds.POD.name else None
    if on:
        node = look(kinds.NODE, "", on)
        bound["node"] = {"name": on} if node is None else _reference(node)
    return bound


def _bound(spec: Mapping[str, Any], namespace: str, look: Look) -> dict[str, Any] | None:
    reference = _object(spec, "boundObjectRef")
    kind = _BOUND.get(str(reference.get("kind")))
    if kind is None:
        return None
    return look(kind, namespace if kind.namespaced else "", str(reference.get("name") or ""))


def _object(value: object, name: str) -> dict[str, Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _reference(obj: Mapping[str, Any]) -> dict[str, str]:
    return {"name": obj["metadata"]["name"], "uid": obj["metadata"]["uid"]}

"""The objects of an endpoint: made, read, listed, watched, replaced and removed as an API server does it, without any controller.

There are no kubelets either: a pod is gone as soon as it is deleted, unless it has finalizers. A namespace that is deleted ends when its
finalizers are gone, as on an API server that is alone.
"""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from codegen.endpoint import clock, kinds, refusals, selectors
from codegen.endpoint.asker import Asker
from codegen.endpoint.clock import Clock
from codegen.endpoint.kinds import Kind
from codegen.endpoint.selectors import Choice
from codegen.endpoint.state import Event, Place, State
from codegen.endpoint.written import Writer, without_repeated_owners
from codegen.outputs.services.runtime.statuses import StatusError
from codegen.validation import Validator, status

FIRST_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
DEFAULT_ACCOUNT = "default"
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"  # of generated names
_FINALIZER = "kubernetes"
_TRIES = 8
_DIGITS = 19  # of a version that a database can hold: those of etcd have 63 bits
_ITSELF = Asker(user_agent="codegen")


class Objects:
    """All objects, in a state. Every method may raise `StatusError` and `state.Unavailable`."""

    def __init__(self, state: State, *, clock: Clock, validator: Validator, release: str) -> None:
        """`validator` knows the kinds, `release` says which rules of servers hold."""
        self._state = state
        self._clock = clock
        self._validator = validator
        self._writer = Writer(validator.reference)
        self._release = release

    def prepare(self) -> None:
        """Make what every cluster has from its start."""
        for name in FIRST_NAMESPACES:
            self._found(name)

    def _found(self, namespace: str) -> None:
        """Make a namespace if there is none; another process may do so at the same time."""
        if self.find(kinds.NAMESPACE.resource, "", namespace) is None:
            try:
                self.create(kinds.NAMESPACE, {"metadata": {"name": namespace}}, "", _ITSELF)
            except StatusError:
                if self.find(kinds.NAMESPACE.resource, "", namespace) is None:
                    raise

    # ---------------------------------------------------------------------------------------------------------- reading

    def find(self, resource: str, namespace: str, name: str) -> dict[str, Any] | None:
        """An object by its resource (`roles.rbac.authorization.k8s.io`), or None."""
        return self._state.get(Place(resource=resource, namespace=namespace, name=name))

    def every(self, resource: str, namespace: str = "") -> list[dict[str, Any]]:
        """All objects of a resource, in a namespace or in all."""
        return self._state.all_of(resource, namespace)[0]

    def get(self, kind: Kind, namespace: str, name: str) -> dict[str, Any]:
        """An object."""
        found = self.find(kind.resource, namespace, name)
        if found is None:
            raise refusals.not_found(kind.plural, kind.group, name)
        return found

    def listed(self, kind: Kind, namespace: str, labels: str = "", fields: str = "") -> dict[str, Any]:
        """The objects that selectors choose, as a list of the API."""
        chosen = selectors.parsed(labels, fields)
        found, version = self._state.all_of(kind.resource, namespace)
        items = [{n: v for n, v in obj.items() if n not in ("kind", "apiVersion")} for obj in found if chosen(obj)]
        return {
            "kind": f"{kind.name}List",
            "apiVersion": kind.gvk.api_version,
            "metadata": {"resourceVersion": str(version)},
            "items": items,
        }

    def changes(
        self, kind: Kind, namespace: str, after: str, labels: str = "", fields: str = ""
    ) -> tuple[list[dict[str, Any]], str]:
        """What a watch is told since a version, and the version from which to ask on; without a version all objects as they are."""
        chosen = selectors.parsed(labels, fields)
        if after in ("", "0"):
            found, version = self._state.all_of(kind.resource, namespace)
            return [{"type": "ADDED", "object": obj} for obj in found if chosen(obj)], str(version)
        if not (after.isascii() and after.isdigit() and len(after) < _DIGITS):
            raise refusals.unacceptable_version(after)
        newest = self._state.version()
        events = self._state.changes(kind.resource, namespace, int(after))
        if events is None:
            raise refusals.expired(after, newest)
        seen = events[-1].version if events else int(after)
        last = max(seen, newest)  # what others changed too: a watch of which nothing changes does not grow old
        return [each for event in events if (each := _event(event, chosen)) is not None], str(last)

    # ----------------------------------------------------------------------------------------------------------- making

    def create(self, kind: Kind, body: Mapping[str, Any], namespace: str, asker: Asker) -> dict[str, Any]:
        """Make an object, as a request with this body does."""
        sent = self._sent(kind, body, namespace)
        metadata, _ = without_repeated_owners(sent["metadata"])
        name = metadata.get("name") or ""
        if kind.namespaced:
            self._admit(kind, namespace, name)
        for _ in range(_TRIES):
            chosen = name or _generated(metadata.get("generateName"))
            obj = self._made(kind, {**sent, "metadata": {**metadata, **({"name": chosen} if chosen else {})}}, asker)
            self._judge(kind, obj, chosen)
            place = Place(resource=kind.resource, namespace=namespace, name=chosen)
            if asker.dry_run:
                kept = obj if self._state.get(place) is None else None
            else:
                kept = self._create(kind, place, obj)
            if kept is not None:
                return kept
            if name:
                break
        raise refusals.exists(kind.plural, kind.group, chosen)

    def _create(self, kind: Kind, place: Place, obj: dict[str, Any]) -> dict[str, Any] | None:
        """Keep a new object, of a namespace with its first service account; None where there is one already."""
        with self._state.together():
            kept = self._state.create(place, obj)
            if kept is not None and kind is kinds.NAMESPACE:
                account = Place(resource=kinds.ACCOUNT.resource, namespace=place.name, name=DEFAULT_ACCOUNT)
                if self._state.get(account) is None:
                    self.create(kinds.ACCOUNT, {"metadata": {"name": DEFAULT_ACCOUNT}}, place.name, _ITSELF)
        return kept

    def adopt(self, kind: Kind, obj: Mapping[str, Any]) -> None:
        """Take over an object of another cluster with its uid and time, and make the namespace that it is in; one that is there stays."""
        metadata = obj.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        namespace = str(metadata.get("namespace") or FIRST_NAMESPACES[0]) if kind.namespaced else ""
        if namespace:
            self._found(namespace)
        name = str(metadata.get("name") or "")
        if name and self.find(kind.resource, namespace, name) is not None:
            return
        created = self._made(kind, self._sent(kind, obj, namespace), _ITSELF)
        identity = {
            word: metadata[word] for word in ("uid", "creationTimestamp") if isinstance(metadata.get(word), str)
        }
        kept = {**created, "metadata": {**created["metadata"], **identity}}
        self._judge(kind, kept, name)
        self._create(kind, self._place(kind, namespace, name), kept)

    def _sent(self, kind: Kind, body: Mapping[str, Any], namespace: str) -> dict[str, Any]:
        sent = self._writer.written(body, kind.key)
        metadata = sent.get("metadata") or {}
        if kind.namespaced and metadata.get("namespace", namespace) not in ("", namespace):
            raise refusals.bad_request(
                "the namespace of the provided object does not match the namespace sent on the request"
            )
        own = {name: value for name, value in metadata.items() if name not in ("namespace", "managedFields")}
        return {
            "kind": kind.name,
            "apiVersion": kind.gvk.api_version,
            **{part: value for part, value in sent.items() if part not in ("kind", "apiVersion")},
            "metadata": {**own, **({"namespace": namespace} if kind.namespaced else {})},
        }

    def _admit(self, kind: Kind, namespace: str, name: str) -> None:
        found = self.find(kinds.NAMESPACE.resource, "", namespace)
        if found is None:
            raise refusals.not_found(kinds.NAMESPACE.plural, "", namespace)
        if "deletionTimestamp" in found["metadata"]:
            raise refusals.ending(kind.plural, kind.group, name, namespace)

    def _made(self, kind: Kind, sent: dict[str, Any], asker: Asker) -> dict[str, Any]:
        time = clock.text(self._clock.now())
        entry = self._writer.entry(
            sent,
            kind.key,
            manager=asker.manager,
            api_version=kind.gvk.api_version,
            time=time,
        )
        metadata = {
            **{
                n: v
                for n, v in sent["metadata"].items()
                if n not in ("deletionTimestamp", "resourceVersion", "selfLink")
            },
            "uid": str(uuid.uuid4()),
            "creationTimestamp": time,
            "managedFields": [entry],
        }
        return _defaulted(kind, {**sent, "metadata": metadata})

    def _judge(self, kind: Kind, obj: Mapping[str, Any], name: str, old: Mapping[str, Any] | None = None) -> None:
        """Refuse what the rules of the server refuse."""
        if not name:
            raise refusals.nameless(kind.name, kind.group)
        url = {"name": name, "namespace": obj["metadata"].get("namespace")}
        findings = self._validator.validate(
            obj, kubernetes_version=self._release, url=url, field_validation="Ignore", key=kind.key, old=old
        )
        answer = status(findings, kind.gvk, name)
        if answer["status"] != "Success":
            raise StatusError(answer)

    # --------------------------------------------------------------------------------------------------------- changing

    def replace(
        self, kind: Kind, body: Mapping[str, Any], namespace: str, name: str, asker: Asker, *, part: str = ""
    ) -> dict[str, Any]:
        """Put an object in the place of the stored one; of a `part` (`status`, `finalize`) only what belongs to it."""
        old = self.get(kind, namespace, name)
        sent = self._sent(kind, body, namespace)
        if sent["metadata"].get("name", name) != name:
            raise refusals.bad_request(
                f"the name of the object ({sent['metadata']['name']}) does not match the name on the URL ({name})"
            )
        version, uid = (sent["metadata"].get(word) for word in ("resourceVersion", "uid"))
        known = old["metadata"]
        if version not in (None, "", known["resourceVersion"]) or uid not in (None, "", known["uid"]):
            raise refusals.modified(kind.plural, kind.group, name)
        new = _merged(part, old, sent if part else _defaulted(kind, sent))
        if kind is kinds.NAMESPACE and not part:
            new["spec"] = old["spec"]  # whose finalizers have a path of their own
        for word in ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"):
            new["metadata"].pop(word, None)
            if word in known:
                new["metadata"][word] = known[word]
        new["metadata"] = {**new["metadata"], "name": name, "resourceVersion": known["resourceVersion"]}
        self._judge(kind, new, name, old)
        if asker.dry_run or new == old:
            return new
        place = self._place(kind, namespace, name)
        with self._state.together():
            kept = self._state.replace(place, new, known["resourceVersion"])
            if kept is not None and _is_finished(kept):
                self._state.delete(place, kept["metadata"]["resourceVersion"])
        if kept is None:
            raise refusals.modified(kind.plural, kind.group, name)
        return kept

    def change(
        self,
        kind: Kind,
        namespace: str,
        name: str,
        changed: Callable[[dict[str, Any]], dict[str, Any]],
        asker: Asker,
        *,
        part: str = "",
    ) -> dict[str, Any]:
        """Put what `changed` makes of an object in its place; made once more of what somebody else has put there meanwhile."""
        for _ in range(_TRIES):
            old = self.get(kind, namespace, name)
            try:
                return self.replace(kind, changed(old), namespace, name, asker, part=part)
            except StatusError as error:
                if error.code != 409 or self.get(kind, namespace, name) == old:
                    raise
        raise refusals.modified(kind.plural, kind.group, name)

    def delete(
        self, kind: Kind, namespace: str, name: str, options: Mapping[str, Any], *, dry_run: bool = False
    ) -> dict[str, Any]:
        """Remove an object, or mark it as being removed where finalizers hold it; what a server answers."""
        old = self.get(kind, namespace, name)
        wanted = options.get("preconditions") or {}
        for word, said in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
            if wanted.get(word) not in (None, old["metadata"][word]):
                raise refusals.precondition(kind.plural, kind.group, name, said, wanted[word], old["metadata"][word])
        held = bool(old["metadata"].get("finalizers") or (old.get("spec") or {}).get("finalizers"))
        if held:
            return self._mark(kind, namespace, name, old, dry_run=dry_run)
        if not dry_run:
            gone = self._state.delete(self._place(kind, namespace, name), old["metadata"]["resourceVersion"])
            if gone is None:
                raise refusals.modified(kind.plural, kind.group, name)
            old = gone
        return old if kind.told_deleted else refusals.deleted(kind.plural, kind.group, name, old["metadata"]["uid"])

    def _mark(self, kind: Kind, namespace: str, name: str, old: dict[str, Any], *, dry_run: bool) -> dict[str, Any]:
        if "deletionTimestamp" in old["metadata"]:
            return old
        marks = {"deletionTimestamp": clock.text(self._clock.now()), "deletionGracePeriodSeconds": 0}
        new = {**old, "metadata": {**old["metadata"], **marks}}
        if kind is kinds.NAMESPACE:
            new = {**new, "status": {**(old.get("status") or {}), "phase": "Terminating"}}
            new["metadata"].pop("deletionGracePeriodSeconds")
        if dry_run:
            return new
        kept = self._state.replace(self._place(kind, namespace, name), new, old["metadata"]["resourceVersion"])
        if kept is None:
            raise refusals.modified(kind.plural, kind.group, name)
        return kept

    def _place(self, kind: Kind, namespace: str, name: str) -> Place:
        return Place(resource=kind.resource, namespace=namespace, name=name)


def _defaulted(kind: Kind, obj: dict[str, Any]) -> dict[str, Any]:
    """An object with what a server fills in."""
    metadata, spec = obj["metadata"], obj.get("spec") or {}
    if kind is kinds.NAMESPACE:
        labels = {"kubernetes.io/metadata.name": metadata.get("name", ""), **(metadata.get("labels") or {})}
        finalizers = list(dict.fromkeys((*(spec.get("finalizers") or ()), _FINALIZER)))
        return {
            **obj,
            "metadata": {**metadata, "labels": labels},
            "spec": {**spec, "finalizers": finalizers},
            "status": {"phase": "Active"},
        }
    if kind is kinds.POD:
        account = spec.get("serviceAccountName") or spec.get("serviceAccount") or DEFAULT_ACCOUNT
        spec = {**spec, "serviceAccountName": account, "serviceAccount": account}
        return {**obj, "spec": spec, "status": {"phase": "Pending"}}
    if kind is kinds.SECRET:
        plain = {name: _encoded(value) for name, value in (obj.get("stringData") or {}).items()}
        data = {**(obj.get("data") or {}), **plain}
        kept = {name: value for name, value in obj.items() if name not in ("stringData", "data", "type")}
        return {**kept, **({"data": data} if data else {}), "type": obj.get("type") or "Opaque"}
    return obj


def _merged(part: str, old: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored after an update of an object or of a part of it."""
    if part == "status":
        return {**old, "metadata": dict(old["metadata"]), "status": sent.get("status") or {}}
    if part == "finalize":
        spec = {**(old.get("spec") or {}), "finalizers": list((sent.get("spec") or {}).get("finalizers") or ())}
        return {**old, "metadata": dict(old["metadata"]), "spec": spec}
    kept = {"status": old["status"]} if "status" in old else {}
    return {
        **{name: value for name, value in sent.items() if name != "status"},
        "metadata": dict(sent["metadata"]),
        **kept,
    }


def _is_finished(obj: Mapping[str, Any]) -> bool:
    """Whether nothing holds an object any more that is being removed."""
    held = obj["metadata"].get("finalizers") or (obj.get("spec") or {}).get("finalizers")
    return "deletionTimestamp" in obj["metadata"] and not held


def _event(event: Event, chosen: Choice) -> dict[str, Any] | None:
    """What a watch with selectors is told of a change: what is chosen from now on comes, what is chosen no more goes."""
    is_chosen = chosen(event.obj)
    if event.change != "MODIFIED" or event.before is None:
        return {"type": event.change, "object": event.obj} if is_chosen else None
    was_chosen = chosen(event.before)
    if not was_chosen:
        return {"type": "ADDED", "object": event.obj} if is_chosen else None
    if is_chosen:
        return {"type": "MODIFIED", "object": event.obj}
    version = event.obj["metadata"]["resourceVersion"]  # as it was, but of the version of the change
    gone = {**event.before, "metadata": {**event.before["metadata"], "resourceVersion": version}}
    return {"type": "DELETED", "object": gone}


def _generated(prefix: object) -> str:
    if not isinstance(prefix, str) or not prefix:
        return ""
    return prefix[:58] + "".join(secrets.choice(_LETTERS) for _ in range(5))


def _encoded(text: object) -> str:
    return base64.b64encode(str(text).encode()).decode()

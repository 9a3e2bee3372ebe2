"""The objects of an endpoint: created, read, listed, watched, replaced and deleted as an API server does it.

There are no controllers and no kubelets. A pod is gone as soon as it is deleted, unless it has finalizers. A deleted
namespace ends when its finalizers are gone.
"""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from codegen.endpoint import clock, kinds
from codegen.endpoint.clock import Clock
from codegen.endpoint.go_objects import GoObjects, deduplicate_owners
from codegen.endpoint.kinds import Kind
from codegen.endpoint.request_info import WriteOptions
from codegen.endpoint.selectors import Test, parse_selectors
from codegen.endpoint.state import Event, ObjectKey, State
from codegen.kube import statuses
from codegen.kube.statuses import StatusError, bad_request, go_value
from codegen.validation import Validator, status

FIRST_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
DEFAULT_ACCOUNT = "default"
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"  # of generated names
_FINALIZER = "kubernetes"
_TRIES = 8
_DIGITS = 19  # of a version that a database can hold: those of etcd have 63 bits
_ITSELF = WriteOptions(user_agent="codegen")


class Objects:
    """All objects, in a state. Every method may raise `StatusError` and `state.Unavailable`."""

    def __init__(self, state: State, *, clock: Clock, validator: Validator, release: str) -> None:
        """`validator` knows the kinds, `release` says which rules of servers hold."""
        self._state = state
        self._clock = clock
        self._validator = validator
        self._go_objects = GoObjects(validator.reference)
        self._release = release

    def prepare(self) -> None:
        """Create the namespaces that every cluster has."""
        for name in FIRST_NAMESPACES:
            self._ensure_namespace(name)

    def _ensure_namespace(self, namespace: str) -> None:
        """Create a namespace if it is missing; another process may do so at the same time."""
        if self.find(kinds.NAMESPACE.resource, "", namespace) is None:
            try:
                self.create(kinds.NAMESPACE, {"metadata": {"name": namespace}}, "", _ITSELF)
            except StatusError:
                if self.find(kinds.NAMESPACE.resource, "", namespace) is None:
                    raise

    # ---------------------------------------------------------------------------------------------------------- reading

    def find(self, resource: str, namespace: str, name: str) -> dict[str, Any] | None:
        """Return an object by its resource (`roles.rbac.authorization.k8s.io`), or None."""
        return self._state.get(ObjectKey(resource=resource, namespace=namespace, name=name))

    def find_all(self, resource: str, namespace: str = "") -> list[dict[str, Any]]:
        """Return all objects of a resource, in a namespace or in all."""
        return self._state.list_objects(resource, namespace)[0]

    def get(self, kind: Kind, namespace: str, name: str) -> dict[str, Any]:
        """Return an object. Raises StatusError (404)."""
        found = self.find(kind.resource, namespace, name)
        if found is None:
            raise statuses.not_found(kind.plural, kind.group, name)
        return found

    def list_objects(self, kind: Kind, namespace: str, labels: str = "", fields: str = "") -> dict[str, Any]:
        """Return the selected objects as a list of the API."""
        is_selected = parse_selectors(labels, fields)
        found, version = self._state.list_objects(kind.resource, namespace)
        items = [{n: v for n, v in obj.items() if n not in ("kind", "apiVersion")} for obj in found if is_selected(obj)]
        return {
            "kind": f"{kind.name}List",
            "apiVersion": kind.api_version,
            "metadata": {"resourceVersion": str(version)},
            "items": items,
        }

    def changes(
        self, kind: Kind, namespace: str, after: str, labels: str = "", fields: str = ""
    ) -> tuple[list[dict[str, Any]], str]:
        """Return the events of a watch since a version, and the version to go on from; without a version all objects."""
        is_selected = parse_selectors(labels, fields)
        if after in ("", "0"):
            found, version = self._state.list_objects(kind.resource, namespace)
            return [{"type": "ADDED", "object": obj} for obj in found if is_selected(obj)], str(version)
        if not (after.isascii() and after.isdigit() and len(after) < _DIGITS):
            raise bad_request(f"resourceVersion: Invalid value: {go_value(after)}: invalid resource version")
        newest = self._state.version()
        events = self._state.changes(kind.resource, namespace, int(after))
        if events is None:
            raise statuses.version_expired(after, newest)
        seen = events[-1].version if events else int(after)
        last = max(seen, newest)  # what others changed too: a watch of which nothing changes does not grow old
        return [each for event in events if (each := _event(event, is_selected)) is not None], str(last)

    # ----------------------------------------------------------------------------------------------------------- making

    def create(self, kind: Kind, body: Mapping[str, Any], namespace: str, options: WriteOptions) -> dict[str, Any]:
        """Create the object of a body."""
        sent = self._normalize(kind, body, namespace)
        metadata, _ = deduplicate_owners(sent["metadata"])
        name = metadata.get("name") or ""
        if kind.namespaced:
            self._admit(kind, namespace, name)
        for _ in range(_TRIES):
            selected = name or _generated(metadata.get("generateName"))
            obj = self._complete(
                kind, {**sent, "metadata": {**metadata, **({"name": selected} if selected else {})}}, options
            )
            self._validate(kind, obj, selected)
            key = ObjectKey(resource=kind.resource, namespace=namespace, name=selected)
            if options.dry_run and self._state.get(key) is None:
                return obj
            if not options.dry_run and (kept := self._create(kind, key, obj)) is not None:
                return kept
            if name:
                break
        raise statuses.already_exists(kind.plural, kind.group, selected)

    def _create(self, kind: Kind, key: ObjectKey, obj: dict[str, Any]) -> dict[str, Any] | None:
        """Keep a new object, and the first service account of a namespace; None if it exists."""
        with self._state.transaction():
            kept = self._state.create(key, obj)
            if kept is not None and kind is kinds.NAMESPACE:
                account = ObjectKey(resource=kinds.ACCOUNT.resource, namespace=key.name, name=DEFAULT_ACCOUNT)
                if self._state.get(account) is None:
                    self.create(kinds.ACCOUNT, {"metadata": {"name": DEFAULT_ACCOUNT}}, key.name, _ITSELF)
        return kept

    def adopt(self, kind: Kind, obj: Mapping[str, Any]) -> None:
        """Create an object of another cluster with its uid and time, and its namespace, unless it exists."""
        metadata = obj.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        namespace = str(metadata.get("namespace") or FIRST_NAMESPACES[0]) if kind.namespaced else ""
        if namespace:
            self._ensure_namespace(namespace)
        name = str(metadata.get("name") or "")
        if name and self.find(kind.resource, namespace, name) is not None:
            return
        created = self._complete(kind, self._normalize(kind, obj, namespace), _ITSELF)
        identity = {
            word: metadata[word] for word in ("uid", "creationTimestamp") if isinstance(metadata.get(word), str)
        }
        kept = {**created, "metadata": {**created["metadata"], **identity}}
        self._validate(kind, kept, name)
        self._create(kind, self._key(kind, namespace, name), kept)

    def _normalize(self, kind: Kind, body: Mapping[str, Any], namespace: str) -> dict[str, Any]:
        sent = self._go_objects.normalize(body, kind.key)
        metadata = sent.get("metadata") or {}
        if kind.namespaced and metadata.get("namespace", namespace) not in ("", namespace):
            raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
        own = {name: value for name, value in metadata.items() if name not in ("namespace", "managedFields")}
        return {
            "kind": kind.name,
            "apiVersion": kind.api_version,
            **{part: value for part, value in sent.items() if part not in ("kind", "apiVersion")},
            "metadata": {**own, **({"namespace": namespace} if kind.namespaced else {})},
        }

    def _admit(self, kind: Kind, namespace: str, name: str) -> None:
        found = self.find(kinds.NAMESPACE.resource, "", namespace)
        if found is None:
            raise statuses.not_found(kinds.NAMESPACE.plural, "", namespace)
        if "deletionTimestamp" in found["metadata"]:
            raise statuses.namespace_terminating(kind.plural, kind.group, name, namespace)

    def _complete(self, kind: Kind, sent: dict[str, Any], options: WriteOptions) -> dict[str, Any]:
        time = clock.format_time(self._clock.now())
        entry = self._go_objects.managed_fields(sent, kind, manager=options.manager, time=time)
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

    def _validate(self, kind: Kind, obj: Mapping[str, Any], name: str, old: Mapping[str, Any] | None = None) -> None:
        """Raise StatusError for an object that the rules of the server refuse."""
        if not name:
            raise statuses.name_required(kind.name, kind.group)
        url = {"name": name, "namespace": obj["metadata"].get("namespace")}
        findings = self._validator.validate(
            obj, kubernetes_version=self._release, url=url, field_validation="Ignore", key=kind.key, old=old
        )
        answer = status(findings, kind.gvk, name)
        if answer["status"] != "Success":
            raise StatusError(answer)

    # --------------------------------------------------------------------------------------------------------- changing

    def replace(
        self, kind: Kind, body: Mapping[str, Any], namespace: str, name: str, options: WriteOptions, *, part: str = ""
    ) -> dict[str, Any]:
        """Replace an object, or one part of it (`status`, `finalize`)."""
        old = self.get(kind, namespace, name)
        sent = self._normalize(kind, body, namespace)
        if sent["metadata"].get("name", name) != name:
            raise bad_request(
                f"the name of the object ({sent['metadata']['name']}) does not match the name on the URL ({name})"
            )
        version, uid = (sent["metadata"].get(word) for word in ("resourceVersion", "uid"))
        known = old["metadata"]
        if version not in (None, "", known["resourceVersion"]) or uid not in (None, "", known["uid"]):
            raise statuses.modified(kind.plural, kind.group, name)
        new = _merged(part, old, sent if part else _defaulted(kind, sent))
        if kind is kinds.NAMESPACE and not part:
            new["spec"] = old["spec"]  # whose finalizers have a path of their own
        for word in ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"):
            new["metadata"].pop(word, None)
            if word in known:
                new["metadata"][word] = known[word]
        new["metadata"] = {**new["metadata"], "name": name, "resourceVersion": known["resourceVersion"]}
        self._validate(kind, new, name, old)
        if options.dry_run or new == old:
            return new
        key = self._key(kind, namespace, name)
        with self._state.transaction():
            kept = self._state.replace(key, new, known["resourceVersion"])
            if kept is not None and _is_finished(kept):
                self._state.delete(key, kept["metadata"]["resourceVersion"])
        if kept is None:
            raise statuses.modified(kind.plural, kind.group, name)
        return kept

    def change(
        self,
        kind: Kind,
        namespace: str,
        name: str,
        changed: Callable[[dict[str, Any]], dict[str, Any]],
        options: WriteOptions,
        *,
        part: str = "",
    ) -> dict[str, Any]:
        """Replace an object by the result of `changed`, which is called again if somebody else was faster."""
        for _ in range(_TRIES):
            old = self.get(kind, namespace, name)
            try:
                return self.replace(kind, changed(old), namespace, name, options, part=part)
            except StatusError as error:
                if error.code != 409 or self.get(kind, namespace, name) == old:
                    raise
        raise statuses.modified(kind.plural, kind.group, name)

    def delete(
        self, kind: Kind, namespace: str, name: str, options: Mapping[str, Any], *, dry_run: bool = False
    ) -> dict[str, Any]:
        """Delete an object, or mark it as terminating if finalizers hold it. Returns the answer."""
        old = self.get(kind, namespace, name)
        wanted = options.get("preconditions") or {}
        for word, shown in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
            if wanted.get(word) not in (None, old["metadata"][word]):
                why = f"{shown} in precondition: {wanted[word]}, {shown} in object meta: {old['metadata'][word]}"
                raise statuses.precondition_failed(kind.plural, kind.group, name, why)
        held = bool(old["metadata"].get("finalizers") or (old.get("spec") or {}).get("finalizers"))
        if held:
            return self._mark(kind, namespace, name, old, dry_run=dry_run)
        if not dry_run:
            gone = self._state.delete(self._key(kind, namespace, name), old["metadata"]["resourceVersion"])
            if gone is None:
                raise statuses.modified(kind.plural, kind.group, name)
            old = gone
        if kind.returns_deleted:
            return old
        details = {"name": name, **({"group": kind.group} if kind.group else {}), "kind": kind.plural}
        return {**statuses.success(), "details": {**details, "uid": old["metadata"]["uid"]}}

    def _mark(self, kind: Kind, namespace: str, name: str, old: dict[str, Any], *, dry_run: bool) -> dict[str, Any]:
        if "deletionTimestamp" in old["metadata"]:
            return old
        marks = {"deletionTimestamp": clock.format_time(self._clock.now()), "deletionGracePeriodSeconds": 0}
        new = {**old, "metadata": {**old["metadata"], **marks}}
        if kind is kinds.NAMESPACE:
            new = {**new, "status": {**(old.get("status") or {}), "phase": "Terminating"}}
            new["metadata"].pop("deletionGracePeriodSeconds")
        if dry_run:
            return new
        kept = self._state.replace(self._key(kind, namespace, name), new, old["metadata"]["resourceVersion"])
        if kept is None:
            raise statuses.modified(kind.plural, kind.group, name)
        return kept

    def _key(self, kind: Kind, namespace: str, name: str) -> ObjectKey:
        return ObjectKey(resource=kind.resource, namespace=namespace, name=name)


def _defaulted(kind: Kind, obj: dict[str, Any]) -> dict[str, Any]:
    """Return an object with the defaults of the server."""
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
    """Return the object that is stored after an update."""
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
    """Return whether a terminating object is not held any more."""
    held = obj["metadata"].get("finalizers") or (obj.get("spec") or {}).get("finalizers")
    return "deletionTimestamp" in obj["metadata"] and not held


def _event(event: Event, is_selected: Test) -> dict[str, Any] | None:
    """Return the event of a watch with selectors: objects come and go as they are selected."""
    is_now, was_before = is_selected(event.obj), event.before is not None and is_selected(event.before)
    if event.change != "MODIFIED" or event.before is None:
        return {"type": event.change, "object": event.obj} if is_now else None
    if is_now:
        return {"type": "MODIFIED" if was_before else "ADDED", "object": event.obj}
    if not was_before:
        return None
    version = event.obj["metadata"]["resourceVersion"]  # the object before, with the version of the change
    gone = {**event.before, "metadata": {**event.before["metadata"], "resourceVersion": version}}
    return {"type": "DELETED", "object": gone}


def _generated(prefix: object) -> str:
    if not isinstance(prefix, str) or not prefix:
        return ""
    return prefix[:58] + "".join(secrets.choice(_LETTERS) for _ in range(5))


def _encoded(text: object) -> str:
    return base64.b64encode(str(text).encode()).decode()

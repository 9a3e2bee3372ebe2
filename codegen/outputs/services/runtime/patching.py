"""The body of a PATCH: what it makes of a stored object, judged as an API server judges the result."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from codegen.outputs.services.runtime import bodies, discovery, json_patch, merge_patch
from codegen.outputs.services.runtime.negotiation import APPLY, JSON_PATCH, MERGE_PATCH, STRATEGIC
from codegen.outputs.services.runtime.reading import Expected, Kinds, decode
from codegen.outputs.services.runtime.statuses import MOST_STRICT, Cause, StatusError, failure, go_value, invalid
from codegen.outputs.services.runtime.writing import Written, plain

_OPERATION = ("op", "path", "from", "value")
# All that servers say of a patch that fails.
_MISUSED = "the server rejected our request due to an error in our request"
_GO_TYPES = {JSON_PATCH: "[]handlers.jsonPatchOp"}
_KINDS: Mapping[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "bool",
    int: "number",
    float: "number",
}


class Judge(NamedTuple):
    """By what the result of a patch is judged: the class, what is known of kinds, Strict, Warn or Ignore, and who is told of warnings."""

    expected: Expected | None
    kinds: Kinds
    validation: str
    warn: Callable[[str], None]


class Patch:
    """The body of a patch.

    Attributes:
        media_type: Which kind of patch it is, as `application/merge-patch+json`.
        value: What it says, as JSON has it.

    """

    __slots__ = ("_about", "_judge", "_repeated", "media_type", "value")

    def __init__(
        self, media_type: str, value: Any, *, about: tuple[str, str], judge: Judge, repeated: Sequence[str] = ()
    ) -> None:
        """`about` are the path of a group version and the kind whose document says how lists are merged; `repeated` are fields that the body has twice."""
        self.media_type = media_type
        self.value = value
        self._about = about
        self._judge = judge
        self._repeated = tuple(repeated)

    def applied(self, stored: Written | Mapping[str, Any]) -> dict[str, Any]:
        """What a stored object is with this patch, as JSON has it, judged as a body is.

        Raises StatusError for a patch that cannot be applied, for a result that is no object of the kind, and for `application/apply-patch+yaml`,
        which is no change of an object but a wish of one of its managers.
        """
        if self.media_type == APPLY:
            raise StatusError(failure(415, "applying a configuration on the server is not served"))
        old = dict(plain(stored))
        try:
            patched = self._merged(old)
            return self._judged(patched)
        except (json_patch.PatchError, merge_patch.UnmergeableError, RecursionError):
            raise StatusError(failure(422, _MISUSED, {})) from None
        except merge_patch.PatchFormatError as error:
            raise StatusError(failure(400, str(error))) from None

    def _merged(self, old: Mapping[str, Any]) -> dict[str, Any]:
        if self.media_type == JSON_PATCH:
            patched = json_patch.applied(old, self.value)
        elif self.media_type == STRATEGIC:
            patched = merge_patch.strategic(old, self.value, discovery.shape_of(*self._about))
        else:
            patched = merge_patch.merged(old, self.value)
        if not isinstance(patched, dict):
            raise self._refusal(
                patched, f"json: cannot unmarshal {_kind(patched)} into Go value of type map[string]interface {{}}"
            )
        return patched

    def _judged(self, patched: dict[str, Any]) -> dict[str, Any]:
        strict = [*self._unknown(), *self._repeated]
        judge = self._judge
        if judge.expected is None:
            return patched

        def refuse(wrong: str, listed: Sequence[str]) -> StatusError:
            said = wrong or f"strict decoding error: {', '.join(dict.fromkeys((*strict, *listed)))}"
            return self._refusal(patched, said)

        decoded = decode(bodies.Body(obj=patched), judge.expected, judge.kinds, judge.validation, refuse)
        if strict and judge.validation == "Strict":
            raise refuse("", ())
        for text in (*(strict if judge.validation == "Warn" else ()), *decoded.warnings)[:MOST_STRICT]:
            judge.warn(text)
        return decoded.sent

    def _unknown(self) -> list[str]:
        """The members of operations that mean nothing."""
        if self.media_type != JSON_PATCH:
            return []
        return [
            f"json patch unknown field {go_value(f'[{place}].{name}')}"
            for place, operation in enumerate(self.value)
            for name in operation
            if name not in _OPERATION
        ]

    def _refusal(self, patched: Any, said: str) -> StatusError:
        """The answer where the result is no object of the kind: servers show it, or of a strategic merge patch the patch."""
        shown = go_plain(self.value) if self.media_type == STRATEGIC else _compact(patched)
        return StatusError(
            invalid("", "", "", [Cause("FieldValueInvalid", f"Invalid value: {go_value(shown)}: {said}", "patch")])
        )


def read(
    data: bytes, media_type: str, validation: str, parse: Callable[[str], bodies.Parsed]
) -> tuple[Any, tuple[str, ...]]:
    """What the body of a patch says, and which fields it has twice. Raises StatusError for a body that is no patch of this type."""
    head = "error decoding patch: " if media_type in (JSON_PATCH, MERGE_PATCH) and validation != "Ignore" else ""
    head = "error decoding YAML: " if media_type == APPLY else head
    wanted: Any = list if media_type == JSON_PATCH else dict
    value: Any
    value, repeated, refusal = bodies.value_of(data, "yaml" if media_type == APPLY else "json", parse)
    if not refusal and value is None:
        value = wanted()
    if refusal:
        raise StatusError(failure(400, head + refusal.removeprefix("couldn't get version/kind; json parse error: ")))
    if not isinstance(value, wanted):
        target = _GO_TYPES.get(media_type, "map[string]interface {}")
        raise StatusError(failure(400, f"{head}json: cannot unmarshal {_kind(value)} into Go value of type {target}"))
    if media_type != JSON_PATCH:
        return value, () if media_type == APPLY else tuple(each.text for each in repeated)
    wrong = next((each for each in value if not isinstance(each, dict)), None)
    if wrong is not None or None in value:
        raise StatusError(
            failure(400, f"{head}json: cannot unmarshal {_kind(wrong)} into Go value of type handlers.jsonPatchOp")
        )
    if len(value) > json_patch.MOST_OPERATIONS:
        most = json_patch.MOST_OPERATIONS
        text = f"The allowed maximum operations in a JSON patch is {most}, got {len(value)}"
        raise StatusError(failure(413, f"Request entity too large: {text}"))
    return value, tuple(f"json patch {each.text}" for each in repeated)


def check_options(media_type: str, query: Mapping[str, Sequence[str]]) -> None:
    """Raises StatusError for options that patches of this type have not, or have to have."""
    causes = []
    if media_type == APPLY:
        if not next(iter(query.get("fieldManager", ())), ""):
            causes.append(Cause("FieldValueRequired", "Required value: is required for apply patch", "fieldManager"))
    elif "force" in query:
        causes.append(Cause("FieldValueForbidden", "Forbidden: may not be specified for non-apply patch", "force"))
    if causes:
        raise StatusError(invalid("PatchOptions", "meta.k8s.io", "", causes))


def _kind(value: object) -> str:
    return next((word for kind, word in _KINDS.items() if isinstance(value, kind)), "null")


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def go_plain(value: Any) -> str:
    """A value as Go prints it with `%+v`: `map[metadata:map[labels:map[a:b]]]`."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{name}:{go_plain(value[name])}' for name in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(go_plain, value))}]"
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)

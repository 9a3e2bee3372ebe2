"""The operations on the page of a kind, their order, and the texts of their parameters."""

from __future__ import annotations

from itertools import chain

from msgspec.structs import replace

from codegen.core.locales import ENGLISH
from codegen.model import Operation, Parameter, Prose, Reference, common_parameter_id, place_order

_VERBS = (
    "get",
    "watch",
    "list",
    "watchlist",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "connect",
)
_VERB_ORDER = {verb: number for number, verb in enumerate(_VERBS)}
_NAMESPACED = "/namespaces/{namespace}"
_DEPRECATED = "deprecated"
# This many operations with an equal parameter share its description.
_OFTEN = 10

Texts = dict[str, dict[str, Prose]]


def group_by_kind(
    reference: Reference,
) -> dict[tuple[str | None, str | None, str], list[Operation]]:
    """Group operations by group, version and kind, in page order and without deprecated ones."""
    english = reference.prose.get(ENGLISH, {})
    by_kind: dict[tuple[str | None, str | None, str], list[Operation]] = {}
    for operation in reference.operations.values():
        if operation.gvk is not None and not _is_deprecated(english.get(operation.id)):
            gvk = operation.gvk
            by_kind.setdefault((gvk.group, gvk.version, gvk.kind), []).append(operation)
    for operations in by_kind.values():
        operations.sort(key=_sort_key)
    return by_kind


def _sort_key(operation: Operation) -> tuple[int, bool, str, str]:
    verb = _VERB_ORDER.get(operation.verb, len(_VERB_ORDER))
    return verb, _NAMESPACED not in operation.path, operation.path, operation.method


class SharedParameters:
    """Parameters with one description for all operations, in `texts` by name.

    More than a few operations must have the parameter, all with the same words apart from a remark
    at the end.
    """

    def __init__(self, reference: Reference) -> None:
        self._english = reference.prose.get(ENGLISH, {})
        texts_by_name: dict[str, dict[str, Prose | None]] = {}
        counts: dict[str, int] = {}
        described = list(group_by_kind(reference).values())
        # pages may be of different releases, so only operations of OpenAPI documents count if there
        # are any
        named = any(operation.operation_id for operation in chain.from_iterable(described))
        for operations in described:
            for operation in operations:
                if named and not operation.operation_id:
                    continue
                for parameter in operation.parameters:
                    text = self.text(operation, parameter)
                    if not _is_deprecated(text):
                        texts_by_name.setdefault(parameter.name, {}).setdefault(
                            text.text if text else "", text
                        )
                        counts[parameter.name] = counts.get(parameter.name, 0) + 1
        self.texts: dict[str, Prose] = {}
        for name, texts in texts_by_name.items():
            shortest = min(texts, key=len)
            is_shared = (
                len(texts) <= 2
                and counts[name] > _OFTEN
                and all(text.startswith(shortest) for text in texts)
            )
            if is_shared and (text := texts[shortest]) and text.text:
                self.texts[name] = text

    def text(self, operation: Operation, parameter: Parameter) -> Prose | None:
        """Return the text of a parameter, from its own source first."""
        own_text = self._english.get(operation.parameter_id(parameter))
        if not parameter.common or (
            own_text is not None and own_text.span.path == parameter.span.path
        ):
            return own_text
        return self._english.get(common_parameter_id(parameter.name)) or own_text


def prepare_operation(operation: Operation, shared: SharedParameters, prose: Texts) -> Operation:
    """Prepare an operation for a page.

    Its title and the texts of its parameters are set in `prose`.
    """
    english = prose[ENGLISH]
    title = english.get(operation.id)
    if title is not None and "." in title.text:
        english[operation.id] = replace(title, text=title.text.partition(".")[0])
    parameters = []
    for parameter in operation.parameters:
        text = shared.text(operation, parameter)
        if _is_deprecated(text):
            continue
        common = parameter.name in shared.texts and text is not None
        if not common and parameter.common:
            own_id, shared_id = (
                operation.parameter_id(parameter),
                common_parameter_id(parameter.name),
            )
            for texts in prose.values():
                if shared_id in texts:
                    texts[own_id] = texts[shared_id]
        parameters.append(
            parameter if parameter.common == common else replace(parameter, common=common)
        )
    parameters.sort(key=lambda parameter: (place_order(parameter.place), parameter.name))
    return replace(operation, parameters=tuple(parameters))


def _is_deprecated(text: Prose | None) -> bool:
    return text is not None and _DEPRECATED in text.text.lower()

"""A reference whose operations are those of a kind in namespaces, for what answers them."""

from __future__ import annotations

from codegen.model import Array, Operation, Parameter, Ref, Reference, Response, Scalar, Type
from gardens.parts import META, PACKAGE, SPAN, STRING, field
from gardens.python import definition, garden, reference

PLOT = f"{PACKAGE}.Plot"
STATUS = f"{META}.Status"
PLOTS = "/apis/garden.example.io/v1/namespaces/{namespace}/plots"
WRITING = ("dryRun", "fieldManager", "fieldValidation")
LISTING = ("continue", "labelSelector", "resourceVersion", "limit", "timeoutSeconds", "allowWatchBookmarks", "watch")
_TYPES: dict[str, Type] = {
    **dict.fromkeys(("limit", "timeoutSeconds"), Scalar(type="integer")),
    **dict.fromkeys(("allowWatchBookmarks", "watch"), Scalar(type="boolean")),
}


def plots() -> Reference:
    """The garden with all that is done to plots: in a namespace, in all of them, to one of them, to a part of one."""
    known = garden()
    meta = definition("ListMeta", field("continue"), field("resourceVersion"), package=META)
    listed = definition(
        "PlotList",
        field("apiVersion", value="garden.example.io/v1"),
        field("kind", value="PlotList"),
        field("metadata", Ref(key=meta.key)),
        field("items", Array(items=Ref(key=PLOT)), required=True),
    )
    status = definition("Status", field("status"), field("message"), package=META)
    made = reference(*known.definitions.values(), meta, listed, status)
    gvk = known.definitions[PLOT].gvk

    def operation(
        method: str, verb: str, path: str, name: str, answer: str, *query: str, body: Type | None = None
    ) -> Operation:
        parameters = [Parameter(name=each, place="query", type=_TYPES.get(each, STRING), span=SPAN) for each in query]
        if body is not None:
            parameters.append(Parameter(name="body", place="body", type=body, required=verb != "delete", span=SPAN))
        return Operation(
            method=method,
            verb=verb,
            path=path,
            parameters=tuple(parameters),
            responses=(
                Response(status="200", description="OK", type=Ref(key=answer) if answer else STRING, span=SPAN),
            ),
            operation_id=name.replace("_", "GardenExampleIoV1", 1),
            gvk=gvk,
            span=SPAN,
        )

    one, sent = f"{PLOTS}/{{name}}", Ref(key=PLOT)
    operations: tuple[Operation, ...] = (
        operation("GET", "list", PLOTS, "list_NamespacedPlot", listed.key, *LISTING),
        operation("GET", "list", PLOTS.replace("/namespaces/{namespace}", ""), "list_PlotForAllNamespaces", listed.key, *LISTING),
        operation("POST", "create", PLOTS, "create_NamespacedPlot", PLOT, *WRITING, body=sent),
        operation("GET", "get", one, "read_NamespacedPlot", PLOT),
        operation("PUT", "update", one, "replace_NamespacedPlot", PLOT, *WRITING, body=sent),
        operation("PATCH", "patch", one, "patch_NamespacedPlot", PLOT, *WRITING, "force", body=Scalar(type="object")),
        operation("DELETE", "delete", one, "delete_NamespacedPlot", STATUS, "gracePeriodSeconds", body=Scalar(type="object")),
        operation("PUT", "update", f"{one}/status", "replace_NamespacedPlotStatus", PLOT, *WRITING, body=sent),
        operation("GET", "get", f"{one}/status", "read_NamespacedPlotStatus", PLOT),
        operation("GET", "connect", f"{one}/hose/{{path}}", "connect_GetNamespacedPlotHoseWithPath", "gone"),
    )  # fmt: skip
    return Reference(definitions=made.definitions, operations={each.id: each for each in operations}, prose=made.prose)

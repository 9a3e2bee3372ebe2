"""The operations of a reference as methods: named as official clients name them, with typed parameters, bodies and replies."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.findings.diagnostics import Report
from codegen.model import Operation, Parameter, Prose, Ref, Reference, Response, Scalar, Type, kubernetes, parameter_id
from codegen.outputs.job import Job
from codegen.outputs.python.units import Units
from codegen.outputs.services.operations import MEDIA_TYPES, Argument, Method, Methods, group_of
from codegen.readers.sources import SourcePath, read_sources
from corpus import ENDS, SEED, for_each, reference_of
from gardens.parts import PACKAGE, SPAN
from gardens.python import garden

STRING = Scalar(type="string")


def methods_of(reference: Reference) -> Methods:
    job = Job(reference=reference, locales=("en",), options={}, origin="garden.json")
    return Methods(job, Units(reference), reference)


def of(*operations: Operation) -> dict[str, Method]:
    known = garden()
    reference = Reference(
        definitions=known.definitions, operations={operation.id: operation for operation in operations}
    )
    return {method.name: method for method in methods_of(reference)}


def operation(
    method: str, path: str, verb: str, *parameters: tuple[str, str], id_: str = "", **more: object
) -> Operation:
    return Operation(
        method=method,
        path=path,
        verb=verb,
        parameters=tuple(
            Parameter(name=name, place=place, type=STRING, required=place == "path", span=SPAN)
            for place, name in parameters
        ),
        operation_id=id_,
        span=SPAN,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("path", "id_", "group", "name"),
    [
        ("/api/v1/namespaces/{namespace}/plots/{name}/token", "createCoreV1NamespacedPlotToken", "core_v1", "create_namespaced_plot_token"),
        ("/apis/rbac.garden.k8s.io/v1/plots", "listRbacGardenV1Plot", "rbac_garden_v1", "list_plot"),
        ("/apis/garden.example.io/v1/plots", "listGardenExampleIoV1PlotForAllNamespaces", "garden_example_io_v1", "list_plot_for_all_namespaces"),
        ("/apis/my-garden.io/v1beta1/plots", "listMyGardenIoV1beta1Plot", "my_garden_io_v1beta1", "list_plot"),
        ("/apis/garden/", "getGardenAPIGroup", "garden", "get_api_group"),
        ("/version/", "getCodeVersion", "api", "get_code_version"),
        ("/api/v1/plots", "", "core_v1", "read_plot"),
    ],
)  # fmt: skip
def test_a_method_is_called_as_in_the_official_clients(path: str, id_: str, group: str, name: str) -> None:
    (method,) = of(operation("GET", path, "get", id_=id_)).values()
    assert (group_of(path), method.group, method.name) == (group, group, name)


def test_two_operations_of_one_name_are_two_methods() -> None:
    made = of(
        operation("GET", "/api/v1/plots", "get", id_="readPlot"),
        operation("PUT", "/api/v1/plots", "update", id_="read-plot"),
    )
    assert list(made) == ["read_plot", "read_plot_2"]


def test_parameters_are_those_of_the_path_by_name_and_then_the_others() -> None:
    path = "/api/v1/namespaces/{namespace}/plots/{name}/proxy/{path}"
    asked = (
        ("query", "path"),
        ("path", "path"),
        ("query", "fieldManager"),
        ("query", "body"),
        ("body", "body"),
        ("path", "gone"),
    )
    (method,) = of(operation("POST", path, "connect", *asked, id_="connect")).values()
    assert [(each.name, each.attribute, each.whole) for each in method.path_arguments] == [
        ("name", "name", False),
        ("namespace", "namespace", False),
        ("path", "path", True),
    ]
    assert [(each.name, each.attribute, each.place) for each in method.arguments] == [
        ("body", "body_", "query"),
        ("fieldManager", "field_manager", "query"),
        ("path", "path_2", "query"),
    ]
    assert method.path_arguments[0] == Argument(
        name="name", attribute="name", place="path", annotation="str", required=True
    )


def test_of_two_parameters_of_one_name_each_has_its_own_text() -> None:
    asked = operation("GET", "/api/v1/plots", "get", ("header", "soil"), ("query", "soil"), id_="readPlot")
    texts = {
        parameter_id(asked.id, "header/soil"): Prose(text="As a header.", span=SPAN),
        parameter_id(asked.id, "soil"): Prose(text="In the address.", span=SPAN),
    }
    (method,) = methods_of(Reference(definitions={}, operations={asked.id: asked}, prose={"en": texts}))
    assert [each.description for each in method.arguments] == ["As a header.", "In the address."]


def test_what_is_sent_and_answered_is_a_class_where_there_is_one() -> None:
    plot, unknown = Ref(key=f"{PACKAGE}.Plot"), Ref(key="io.example.Unknown")
    kinds: dict[str, Type] = {"a": plot, "b": unknown, "c": STRING, "d": Scalar(type=""), "e": Scalar(type="object")}
    made = of(
        *(
            operation(
                "GET",
                f"/api/v1/{name}",
                "get",
                id_=name,
                responses=(Response(status="201", description="", type=kind, span=SPAN),),
            )
            for name, kind in kinds.items()
        )
    )
    found = {name: method.reply.annotation for name, method in made.items() if method.reply}
    assert found == {"a": "garden_v1.Plot", "b": "Any", "c": "str", "d": "Any", "e": "dict[str, Any]"}
    assert [(method.reply.unit, method.reply.key) for method in made.values() if method.reply][:2] == [
        ("garden_v1", plot.key),
        ("", ""),
    ]


def test_media_types_that_a_source_does_not_say_are_those_of_servers() -> None:
    made = of(
        operation("POST", "/api/v1/a", "create", id_="a", consumes=("*/*",)),
        operation("PATCH", "/api/v1/b", "patch", id_="b"),
        operation("PUT", "/api/v1/c", "update", id_="c", consumes=("application/json",), produces=("text/plain",)),
    )
    assert [(each.consumes, each.produces) for each in made.values()] == [
        (MEDIA_TYPES, MEDIA_TYPES),
        (kubernetes.PATCH_TYPES, MEDIA_TYPES),
        (("application/json",), ("text/plain",)),
    ]


def test_a_page_gives_the_method_that_people_look_for() -> None:
    reference = read_sources([SourcePath(path=SEED, shown=SEED.name, locale="zh-cn")], Report())
    (method,) = methods_of(reference)
    assert (method.group, method.name) == ("core_v1", "create_namespaced_service_account_token")
    assert [each.attribute for each in method.path_arguments] == ["name", "namespace"]
    assert [each.attribute for each in method.arguments] == ["dry_run", "field_manager", "field_validation", "pretty"]
    assert method.body is not None
    assert method.reply is not None
    assert method.body.annotation == method.reply.plain == "tokenrequest_authentication_v1.TokenRequest"


@pytest.mark.slow
@for_each(ENDS)
def test_every_operation_of_a_release_is_one_method(release: Path) -> None:
    reference = reference_of(release)
    methods = methods_of(reference)
    assert {method.id for method in methods} == set(reference.operations)
    for group, listed in methods.groups.items():
        assert len({method.name for method in listed}) == len(listed), group
        assert not any("_v1" in method.name or "_v2" in method.name for method in listed)
    deleting = [method for method in methods if method.verb == "delete" and method.instead is not None]
    assert deleting
    assert all(method.reply is not None and method.reply.annotation.endswith(".Status") for method in deleting)

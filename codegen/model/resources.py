"""How a server serves a custom resource: what a CustomResourceDefinition says of one version beside its fields."""

from __future__ import annotations

from msgspec import Struct


class PrinterColumn(Struct, frozen=True, kw_only=True):
    """One column that `kubectl get` prints; columns with a priority above 0 appear with `-o wide`. Its description is prose (`column_id`)."""

    name: str
    json_path: str
    type: str
    format: str = ""
    priority: int = 0


class Scale(Struct, frozen=True, kw_only=True):
    """The paths that the subresource `scale` reads and writes."""

    spec_replicas: str
    status_replicas: str
    label_selector: str = ""


class CustomResource(Struct, frozen=True, kw_only=True):
    """One served version of a custom resource.

    `conversion` is the strategy between versions (`None`, `Webhook`), `storage` says that objects are stored in this version.
    `schema` is the structural schema as the definition states it, as JSON without descriptions: fields and keywords say the same in the
    words of this model, where ways of writing that mean the same are equal.
    """

    name: str
    plural: str
    singular: str
    list_kind: str
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    namespaced: bool
    storage: bool = False
    deprecated: bool = False
    deprecation_warning: str = ""
    conversion: str = "None"
    columns: tuple[PrinterColumn, ...] = ()
    selectable_fields: tuple[str, ...] = ()
    status: bool = False
    scale: Scale | None = None
    schema: str

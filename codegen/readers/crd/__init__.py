"""CustomResourceDefinitions: alone, in a list, or among the other manifests of a stream."""

from __future__ import annotations

from codegen.core.records import on_demand
from codegen.readers.crd.recognise import has_definitions
from codegen.readers.form import DocumentForm

FORMS = (
    DocumentForm(
        name="crd",
        noun="custom resources",
        recognises=has_definitions,
        read=on_demand("codegen.readers.crd.reader", "read_definitions"),
        precedence=-1,  # a schema inside may have properties with the names that OpenAPI documents are known by
        exactness=0,
    ),
)

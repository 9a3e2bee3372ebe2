"""The plain layout of this project's own pages."""

from __future__ import annotations

from codegen.core.records import on_demand
from codegen.readers.form import Layout
from codegen.readers.list import UNSAYABLE
from codegen.readers.plain.recognise import is_plain_page

FORMS = (
    Layout(
        name="plain",
        recognises=is_plain_page,
        read=on_demand("codegen.readers.plain.layout", "read"),
        precedence=15,
        exactness=2,
        unsayable=UNSAYABLE,
    ),
)

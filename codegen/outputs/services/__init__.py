"""Services: what answers the operations of an API, typed by the classes that a Python output writes beside it."""

from __future__ import annotations

from codegen.core.records import on_demand
from codegen.outputs.output import Output

_FINISH = on_demand("codegen.outputs.python.source", "finished")

OUTPUTS = (
    Output(
        name="server",
        emit=on_demand("codegen.outputs.services.server", "emit"),
        finish=_FINISH,
        package=True,
    ),
)

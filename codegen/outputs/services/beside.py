"""What stands beside a service in its folder: the classes that type it, and the validators that check what is sent."""

from __future__ import annotations

from msgspec import Struct

from codegen.findings.diagnostics import Span, failure
from codegen.model import Reference
from codegen.outputs.job import Job
from codegen.outputs.python import OUTPUTS
from codegen.outputs.python.units import Units


class Beside(Struct, frozen=True, kw_only=True):
    """The Python in the folder of a service: `module` has the classes of each unit (`models`), `reference` is what they were made of.

    `validates` says that validators of these classes stand there too; `runtime` is the run time of both as a module of the folder: of all
    outputs there, a unit that is alone has it inside.
    """

    module: str
    units: Units
    reference: Reference
    validates: bool
    runtime: str


def beside(job: Job, target: str) -> Beside:
    """What stands beside the output `target` of a job. Raises `CodegenError` where no classes do."""
    written = dict(job.beside)
    having = next((output for output in OUTPUTS if output.base and output.name in written), None)
    if having is None:
        names = ", ".join(output.name for output in OUTPUTS if output.base)
        raise failure(
            "classes-missing",
            f"the output {target} has no classes in its folder, by which it is typed",
            Span(path=job.origin),
            f"add an output with the same `to`: {{target: dataclasses, to: ...}}; any of {names} will do",
        )
    if not job.reference.operations:
        job.report.warning(
            "service-empty",
            f"the {target} has nothing to call: what it is made of has no operations",
            Span(path=job.origin),
            "add a source with operations (an OpenAPI document with `paths`, a custom resource), or leave the output out",
        )
    reference = written[having.name]
    python = {output.name for output in OUTPUTS}
    units = {unit.name for name in python & written.keys() for unit in job.once(Units, written[name]).units}
    alone = f"{units.pop()}." if len(units) == 1 else ""
    return Beside(
        module=having.module,
        units=job.once(Units, reference),
        reference=reference,
        validates=written.get("validators") is reference,
        runtime=f"{alone}runtime",
    )

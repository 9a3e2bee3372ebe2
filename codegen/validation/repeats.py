"""Objects that occur twice among the manifests of a run: of those that are applied, the last one wins."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from codegen.findings.levels import Level
from codegen.validation.finding import Layer, ObjectFinding
from codegen.validation.resources import File, Options, Placed, Resource


def with_repeats(files: Iterable[File], options: Options) -> list[File]:
    """The files with a warning at each object whose group, kind, namespace and name one further up has too.

    In two API versions it is a note: whoever shows both means it so.
    """
    words = options.words.findings
    first: dict[tuple[str, str, str, str], Resource] = {}
    found = []
    for file in files:
        resources = []
        for resource in file.resources:
            group = resource.api_version.rpartition("/")[0]
            known = first.setdefault((group, resource.kind, resource.namespace, resource.name), resource)
            if known is resource or not resource.name or not resource.kind:
                resources.append(resource)
                continue
            message = words["repeated"].format(object=resource.title, place=f"{known.path}:{known.line}")
            warning = ObjectFinding(
                layer=Layer.CLUSTER,
                level=Level.WARN if known.api_version == resource.api_version else Level.INFO,
                rule="object-repeated",
                code="AlreadyExists",
                message=message,
                steps=("metadata", "name"),
                value=resource.name,
            )
            placed = Placed(line=resource.line, column=resource.column, finding=warning)
            resources.append(replace(resource, placed=(*resource.placed, placed)))
        found.append(replace(file, resources=tuple(resources)))
    return found

"""Pages of definitions and their users, the same in all languages.

The address of a page follows from its key alone, whatever else is on the site.
"""

from __future__ import annotations

from msgspec.structs import replace

from codegen.model import Definition, GroupVersionKind, Reference, definition_refs
from codegen.model.file_names import portable
from codegen.model.unique_names import UniqueNames
from codegen.outputs.docs.shared.groups import group_folder, kinds
from codegen.outputs.docs.shared.pages import slug
from codegen.outputs.docs.table.page_paths import (
    DEFINITIONS,
    definition_path,
    kebab_name,
    split_key,
)
from codegen.outputs.site.common_kinds import is_of_kubernetes


class Addresses:
    """The pages by definition key, `kinds` first and then other `definitions`.

    `targets` has the paths of the pages. `users` has the fields with each definition as their type,
    as owner and name.
    """

    def __init__(self, reference: Reference) -> None:
        self.kinds = {
            kind_definition.key: kind_definition
            for kind_definition in sorted(kinds(reference), key=lambda kind: (kind.name, kind.key))
        }
        other_definitions = {
            definition.key: definition
            for definition in sorted(
                reference.definitions.values(),
                key=lambda definition: (definition.name, definition.key),
            )
            if definition.documented and definition.key not in self.kinds
        }
        every = self.kinds | other_definitions
        taken = UniqueNames()  # kinds that differ in capitals only have a number
        paths = {
            key: kind_path(definition.gvk)
            if definition.gvk and key in self.kinds
            else _type_path(definition)
            for key, definition in every.items()
        }
        self.targets = {key: taken.take(path, f"{path}-") for key, path in paths.items()}
        self.users: dict[str, list[tuple[str, str]]] = {}
        for definition in reference.definitions.values():
            for field in definition.fields:
                for target in dict.fromkeys(
                    definition_refs(replace(definition, fields=(field,), type=None))
                ):
                    self.users.setdefault(target, []).append((definition.key, field.name))


def kind_path(gvk: GroupVersionKind) -> str:
    """Return the path of a kind's page, such as `authentication.k8s.io/token-request-v1`."""
    return f"{group_folder(gvk.group)}/{portable('-'.join(filter(None, (kebab_name(gvk.kind), slug(gvk.version)))))}"


def _type_path(definition: Definition) -> str:
    """Return the path of another definition's page.

    Those of other projects than Kubernetes name their whole package.
    """
    if is_of_kubernetes(definition.key):
        return definition_path(split_key(definition.key))
    words = (kebab_name(definition.name), *map(slug, reversed(definition.package.split("."))))
    return f"{DEFINITIONS}/{portable('-'.join(filter(None, words)))}"

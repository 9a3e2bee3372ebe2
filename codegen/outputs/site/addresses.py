"""Pages of definitions and their users, the same in all languages."""

from __future__ import annotations

from msgspec.structs import replace

from codegen.model import Reference, definition_refs
from codegen.model.naming import UniqueNames
from codegen.outputs.docs.shared.groups import kinds
from codegen.outputs.docs.table.page_paths import definition_path, resource_path, split_key


class Addresses:
    """The pages by definition key, `kinds` first and then other `definitions`.

    `targets` has the paths of the pages. `users` has the fields with each definition as their type, as owner and
    name.
    """

    def __init__(self, reference: Reference) -> None:
        self.kinds = {each.key: each for each in sorted(kinds(reference), key=lambda kind: (kind.name, kind.key))}
        self.definitions = {
            each.key: each
            for each in sorted(reference.definitions.values(), key=lambda each: (each.name, each.key))
            if each.documented and each.key not in self.kinds
        }
        taken = UniqueNames()
        paths = {
            **{key: resource_path(split_key(key)) for key in self.kinds},
            **{key: definition_path(split_key(key)) for key in self.definitions},
        }
        self.targets = {key: taken.take(path, f"{path}-") for key, path in paths.items()}
        self.users: dict[str, list[tuple[str, str]]] = {}
        for definition in reference.definitions.values():
            for field in definition.fields:
                for target in dict.fromkeys(definition_refs(replace(definition, fields=(field,), type=None))):
                    self.users.setdefault(target, []).append((definition.key, field.name))

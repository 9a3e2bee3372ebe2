"""File names of kinds, valid on all file systems."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from codegen.model import Definition
from codegen.model.unique_names import UniqueNames

_DEVICE = re.compile(
    r"\A(con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=[. ]|\Z)", re.IGNORECASE
)
_REFUSED_SIGN = re.compile(r'[<>:"|?*]')
_LONGEST = 160  # bytes, so that suffixes fit into the 255 of file systems
_NAMELESS = "definition"  # a name without any permitted letter


def describe_unportable_name(name: str) -> str:
    """Describe why Windows cannot have a file or folder of this name, else return an empty string."""
    if _DEVICE.match(name):
        return "is the name of a device on Windows"
    if name.endswith((".", " ")):
        return "ends in a dot or a space, which Windows removes"
    if sign := _REFUSED_SIGN.search(name):
        return f"contains {sign[0]}, which Windows refuses in names"
    return ""


def portable(name: str) -> str:
    """Return a file name valid on all file systems, shortened with a digest if too long.

    Names of Windows devices such as `aux.json` are changed, too. The given name has no `/`, no
    capitals, and no signs that Windows refuses.
    """
    name = _DEVICE.sub(r"\1_", name)
    if len(name.encode()) > _LONGEST:
        cut = name.encode()[:_LONGEST].decode(errors="ignore").rstrip(". -_")
        name = f"{cut}-{sha256(name.encode()).hexdigest()[:8]}"
    return name


def schema_stem(definition: Definition, *, whole_group: bool = False) -> str:
    """Return the schema file name that kubeconform expects, from kind, group and version.

    `whole_group` keeps all labels of the group, or the whole package of a definition without
    coordinates.
    """
    if definition.gvk is not None:
        gvk = definition.gvk
        parts = [gvk.kind, gvk.group if whole_group else gvk.group.split(".")[0], gvk.version]
    else:
        parts = [definition.name, *definition.package.split(".")[0 if whole_group else -2 :]]
    return portable("-".join(safe for part in parts if (safe := _clean_part(part)))) or _NAMELESS


def _clean_part(part: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "", part.lower()).strip(".")


def resource_stem(definition: Definition) -> str:
    """Return the schema file name for a custom resource, `<group>/<kind>_<version>`."""
    gvk = definition.gvk
    if gvk is None:
        return schema_stem(definition)
    name = portable(f"{_clean_part(gvk.kind) or _NAMELESS}_{_clean_part(gvk.version)}")
    group = re.sub(r"[^a-z0-9.-]+", "", gvk.group.lower()).strip(".")
    if group:
        return f"{portable(group)}/{name}"
    return name


def schema_stems(definitions: Iterable[Definition], *, by_group: bool = False) -> dict[str, str]:
    """Return a unique schema file name for each key, with longer names on collisions.

    Custom resources, their lists, and with `by_group` all kinds are named by `resource_stem`. Names
    without collision never depend on others.
    """
    listed = list(definitions)
    of_resources = {
        (definition.gvk.group, definition.gvk.version)
        for definition in listed
        if definition.resource is not None and definition.gvk
    }
    short = {
        definition.key: resource_stem(definition)
        if by_group
        or (definition.gvk and (definition.gvk.group, definition.gvk.version) in of_resources)
        else schema_stem(definition)
        for definition in listed
    }
    times = Counter(short.values())
    stems = {key: stem for key, stem in short.items() if times[stem] == 1}
    taken = UniqueNames(stems.values())
    for definition in listed:
        if definition.key not in stems:
            long = schema_stem(definition, whole_group=True)
            stems[definition.key] = taken.take(long, f"{long}-")
    return stems

"""The package of all units in one folder: its run time, its `__init__.py` and those of the units.

Several outputs write modules into one folder. `emit_shared` writes their shared files once.

    myapp/k8s/__init__.py              load, kind_of, ModelError, the kinds
    myapp/k8s/runtime/                 modules of the run time
    myapp/k8s/apps_v1/__init__.py      the kinds of the unit
    myapp/k8s/apps_v1/models.py        imports ..runtime and ..meta_v1

A single unit contains the run time, so that its folder can be imported by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.generated_files import GeneratedFile, notice
from codegen.core.locales import ENGLISH
from codegen.core.ownership import DO_NOT_EDIT, GENERATED
from codegen.outputs.escaping import python as escape
from codegen.outputs.job import Job
from codegen.outputs.python import OUTPUTS, PythonOutput, runtime_modules
from codegen.outputs.python.docstrings import docstring
from codegen.outputs.python.finish import rendered_file
from codegen.outputs.python.module_names import Import, ModuleRules, allow_imports
from codegen.outputs.python.statements import export_key, import_block, write_tuple
from codegen.outputs.python.units import Unit, Units
from codegen.outputs.render import Renderer

_RUNTIME_HEAD = f"# {GENERATED}: a run-time module, the same for every source. Requires Python 3.11. {DO_NOT_EDIT}.\n"
_ROOT_IMPORTS = (
    *(("collections.abc", "Mapping"), ("typing", "TYPE_CHECKING"), ("typing", "Final")),
    *((".runtime.errors", name) for name in ("FieldError", "FieldValidation", "ModelError")),
    *((".runtime.kinds", name) for name in ("find_class", "find_object_class", "load_attribute")),
)
_LOOKUPS = frozenset(
    ("find_class(__name__, _KINDS, api_version, kind)", "find_object_class(__name__, _KINDS, obj)")
)
MESSAGES = "messages"  # the run-time module with the texts of the job's languages
FILTERS = {"comment": escape.comment, "literal": escape.literal}


class PackageFolder(Struct, frozen=True, kw_only=True):
    """A folder of generated packages, with its units by name.

    `classes` is the output with the classes of kinds, the first in `codegen.yaml` that has classes
    to read objects. `kinds` maps apiVersion to kind to (unit, class).
    """

    units: Mapping[str, Unit]
    classes: PythonOutput | None
    kinds: Mapping[str, Mapping[str, tuple[str, str]]]

    @property
    def has_one_unit(self) -> bool:
        """Return whether there is a single unit, with the run time inside."""
        return len(self.units) == 1

    @property
    def runtime_dots(self) -> str:
        """The dots from a module of a unit to the run time."""
        return "." if self.has_one_unit else ".."


class RenderedModule(Struct, frozen=True, kw_only=True):
    """The text of a module, and what its code may use."""

    text: str
    rules: ModuleRules


def emit_modules(
    job: Job,
    output: PythonOutput,
    render_module: Callable[[Unit, Units, PackageFolder], RenderedModule],
) -> Iterator[GeneratedFile]:
    """Yield the module of an output in each unit."""
    folder = _package_folder(job, output.name)
    template = find_override(job, f"{output.name}/{output.module}.py.j2")
    units = job.once(Units, job.reference)
    for unit in units.units:
        module = render_module(unit, units, folder)
        yield rendered_file(f"{unit.name}/{output.module}.py", module.text, module.rules, template)


def find_override(job: Job, template: str) -> str:
    """Return the path of the project's template that replaces a bundled one, or an empty string."""
    override = job.templates / template if job.templates else None
    return str(override) if override is not None and override.is_file() else ""


def emit_shared(job: Job, modules: Iterable[GeneratedFile]) -> Iterator[GeneratedFile]:
    """Yield the shared files of a folder, the imported run time and the `__init__.py` files."""
    _warn_of_renamed_classes(job)
    folder = _package_folder(job)
    if not folder.units:
        return
    home = f"{next(iter(folder.units))}/" if folder.has_one_unit else ""
    imported = runtime_modules.find_imports(file.text for file in modules)
    kinds = ["kinds"] if folder.classes is not None else []
    for module in runtime_modules.add_imports(["__init__", *kinds, *imported]):
        path = f"{home}runtime/{module}.py"
        if module == MESSAGES:
            rules = ModuleRules(imports=frozenset((Import(module="typing", name="Final"),)))
            template = find_override(job, "validators/messages.py.j2")
            yield rendered_file(path, _render_messages(job), rules, template)
        else:
            yield GeneratedFile(path=path, text=_RUNTIME_HEAD + runtime_modules.read_module(module))
    yield from _init_files(job, folder)


def _warn_of_renamed_classes(job: Job) -> None:
    """Warn of classes whose names would meet, with both keys and the name of the later class."""
    units = job.once(Units, job.reference)
    for definition, other_definition in units.find_renamed_classes():
        job.report.warning(
            "class-renamed",
            f"{definition.key} is the class {units.classes[definition.key]}, since {other_definition} has the same name in Python",
            definition.span,
            "both are written; change a letter or digit of one name in the source for another class name",
            arguments=(definition.key, units.classes[definition.key], other_definition),
        )


def _package_folder(job: Job, target: str = "") -> PackageFolder:
    """Collect the outputs, units, kinds and run-time modules of the folder of a job."""
    units: dict[str, Unit] = {}
    units_by_output: dict[str, Units] = {}
    for name, reference in job.companions or ((target, job.reference),):
        if any(output.name == name for output in OUTPUTS):
            units_by_output[name] = job.once(Units, reference)
            units = {unit.name: unit for unit in units_by_output[name].units} | units
    by_name = {output.name: output for output in OUTPUTS}
    with_classes = next((by_name[name] for name in units_by_output if by_name[name].base), None)
    return PackageFolder(
        units=units,
        classes=with_classes,
        kinds=_kind_index(units_by_output[with_classes.name]) if with_classes is not None else {},
    )


def _kind_index(units: Units) -> dict[str, dict[str, tuple[str, str]]]:
    """Return the classes of kinds.

    A kind of all groups, such as DeleteOptions, belongs to the core group if it can.
    """
    kinds: dict[str, dict[str, tuple[str, str]]] = {}
    for unit in units.units:
        for definition in unit.definitions:
            for gvk in sorted(definition.gvks, key=lambda gvk: (gvk.group, gvk.version))[:1]:
                kinds.setdefault(gvk.api_version, {})[gvk.kind] = (
                    unit.name,
                    units.classes[definition.key],
                )
    return {version: dict(sorted(kinds[version].items())) for version in sorted(kinds)}


def _render_messages(job: Job) -> str:
    """Render the words of validators in the languages of a job, English first."""
    tags = list(dict.fromkeys([ENGLISH, *job.locales]))
    renderer = Renderer("validators", FILTERS, job.templates)
    return renderer.render(
        "messages.py.j2",
        notice=notice(job.origin),
        locales=write_tuple("LOCALES: Final = ", map(escape.literal, tags)),
        messages={tag: dict(sorted(job.languages.get(tag).validation.items())) for tag in tags},
    )


def _init_files(job: Job, folder: PackageFolder) -> Iterator[GeneratedFile]:
    """Yield the `__init__.py` of the folder and of each unit."""
    init_file = partial(_init_file, job, folder)
    functions = [
        "FieldError",
        "ModelError",
        *(["kind_of", "load"] if folder.classes is not None else []),
    ]
    module = folder.classes.module if folder.classes is not None else ""
    exported: dict[str, list[str]] = {unit: [] for unit in folder.units}
    paths: dict[str, dict[str, str]] = {}  # from the root of the package to classes
    for version, kinds in folder.kinds.items():
        paths[version] = {}
        for kind, (owner, name) in kinds.items():
            path = f"{module}.{name}"
            paths[version][kind] = path if folder.has_one_unit else f"{owner}.{path}"
            if name not in exported[owner]:
                exported[owner].append(name)
    for names in exported.values():
        names.sort()
    root = {"functions": functions, "base": folder.classes, "kinds": paths}
    root_rules = ModuleRules(
        imports=allow_imports(_ROOT_IMPORTS),
        loader="load_attribute(__name__, _KINDS, name)",
        lookups=_LOOKUPS,
        kinds=paths,
    )
    unit_rules = ModuleRules(
        imports=allow_imports([("typing", "TYPE_CHECKING"), ("..runtime.kinds", "load_class")]),
        loader=f"load_class(__name__, {module!r}, __all__, name)",
    )
    if folder.has_one_unit:
        (unit,) = folder.units.values()
        names = exported[unit.name]
        yield init_file(
            "outer.py.j2",
            "__init__.py",
            unit.title,
            dict.fromkeys(names, f".{unit.name}"),
            _outer_rules(unit.name),
            unit=unit.name,
            **root,
        )
        yield init_file(
            "root.py.j2",
            f"{unit.name}/__init__.py",
            unit.title,
            dict.fromkeys(names, f".{module}"),
            root_rules,
            **root,
        )
        if find_override(job, "dataclasses/package.py.j2"):
            # no file comes from it yet, but a project's template is refused before it writes one
            inner = dict.fromkeys(names, f".{module}")
            unused = init_file(
                "package.py.j2", "__init__.py", unit.title, inner, unit_rules, module=module
            )
            if unused.finish is not None:
                unused.finish(unused.text)
        return
    times = Counter(chain.from_iterable(exported.values()))
    homes: dict[str, str] = {}
    for owner, names in exported.items():
        homes.update({name: f".{owner}" for name in names if times[name] == 1})
    title = f"{len(folder.units)} packages of the API"
    yield init_file("root.py.j2", "__init__.py", title, homes, root_rules, **root)
    for unit in folder.units.values():
        homes = dict.fromkeys(exported[unit.name], f".{module}")
        yield init_file(
            "package.py.j2",
            f"{unit.name}/__init__.py",
            unit.title,
            homes,
            unit_rules,
            module=module,
        )


def _init_file(
    job: Job,
    folder: PackageFolder,
    template: str,
    path: str,
    title: str,
    homes: Mapping[str, str],
    rules: ModuleRules,
    **values: Any,
) -> GeneratedFile:
    """Render a template for exported classes, given with their modules."""
    renderer = Renderer("dataclasses", FILTERS, job.templates)
    names = sorted([*values.pop("functions", ()), *homes], key=export_key)
    typed = [(home, name) for name, home in homes.items()]
    if template == "root.py.j2" and folder.classes is not None:
        typed.append((".runtime", f"{folder.classes.base} as rt"))
    rules = replace(rules, typing_imports=allow_imports(typed))
    text = renderer.render(
        template,
        notice=notice(job.origin),
        docstring=docstring(f"{title}: generated Python.", 0),
        exports=write_tuple("__all__ = ", map(escape.literal, names)),
        typing_imports=import_block(typed, 4),
        **values,
    )
    return rendered_file(path, text, rules, find_override(job, f"dataclasses/{template}"))


def _outer_rules(unit: str) -> ModuleRules:
    """Return what the package around the only unit may use."""
    exported = [(f".{unit}", name) for name in ("FieldError", "ModelError", "kind_of", "load")]
    more = [("typing", "TYPE_CHECKING"), (f".{unit}.runtime.kinds", "load_unit_attribute")]
    return ModuleRules(
        imports=allow_imports([*exported, *more]),
        loader=f"load_unit_attribute(__name__, {unit!r}, name)",
    )

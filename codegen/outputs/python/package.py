"""The package of all units that one folder holds: its run time, its `__init__.py` and those of the units.

Several outputs write into one folder. What they have in common is made by the first of them, from what the job says of the others.

    myapp/k8s/__init__.py              load, kind_of, ModelError, the kinds
    myapp/k8s/runtime/                 what all modules have in common, once
    myapp/k8s/apps_v1/__init__.py      the kinds of the unit
    myapp/k8s/apps_v1/models.py        imports ..runtime and ..meta_v1

A unit that is alone has the run time inside, so that its folder can be imported by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from codegen.core.escaping import python as escape
from codegen.core.generated_files import DO_NOT_EDIT, GENERATED, GeneratedFile, notice
from codegen.core.locales import ENGLISH
from codegen.outputs.job import Job
from codegen.outputs.python import OUTPUTS, PythonOutput, shared
from codegen.outputs.python.hover import docstring
from codegen.outputs.python.source import bracketed, call
from codegen.outputs.python.units import Unit, Units
from codegen.outputs.render import Renderer

_RUNTIME_HEAD = f"# {GENERATED}: a run-time module, the same for every source. {DO_NOT_EDIT}.\n"
MESSAGES = "messages"  # the one that is written for the languages of the job


class Tree(Struct, frozen=True, kw_only=True):
    """What one folder holds: the outputs that write into it, and its units by name.

    `classes` is the output whose classes `load` gives, if there is one, and `kinds` are apiVersion -> kind -> (unit, class). `runtime` are the
    modules of the run time that it needs.
    """

    outputs: tuple[PythonOutput, ...]
    units: Mapping[str, Unit]
    classes: PythonOutput | None
    kinds: Mapping[str, Mapping[str, tuple[str, str]]]
    runtime: tuple[str, ...]

    @property
    def alone(self) -> bool:
        """Whether there is one unit, which has the run time inside."""
        return len(self.units) == 1

    def output(self, target: str) -> PythonOutput:
        """One of the outputs."""
        return next(output for output in self.outputs if output.name == target)

    @property
    def above(self) -> str:
        """The dots from a module of a unit to the run time."""
        return "." if self.alone else ".."


def emit(job: Job, target: str, module: Callable[[Unit, Units, Tree], str]) -> Iterator[GeneratedFile]:
    """The module of the output `target` in each unit, its text made by `module`, and what the folder has once if it is the first."""
    tree, units = _tree(job, target)
    output = tree.output(target)
    template = _replacing(job, output)
    if tree.units and tree.outputs[0] is output:
        yield from _common(job, tree)
        _say_renamed(job, units)
    for unit in units.units:
        text = module(unit, units, tree)
        yield GeneratedFile(path=f"{unit.name}/{output.module}.py", text=text, template=template)


def _say_renamed(job: Job, units: Units) -> None:
    """Warn of classes whose names would meet: both keys are said, and what the later one is called."""
    for definition, other in units.renamed():
        job.report.warning(
            "class-renamed",
            f"{definition.key} is the class {units.classes[definition.key]}, since {other} is called the same in Python",
            definition.span,
            "both are written; a name in the source that differs in letters and digits tells them apart",
        )


def _replacing(job: Job, output: PythonOutput) -> str:
    """The template of the user's by which an output writes, if there is one."""
    file = job.templates / output.name / f"{output.module}.py.j2" if job.templates else None
    return str(file) if file is not None and file.is_file() else ""


def _tree(job: Job, target: str) -> tuple[Tree, Units]:
    """The folder of a job, and the units of its own reference."""
    companions = job.beside or ((target, job.reference),)
    units: dict[str, Unit] = {}
    written: dict[str, Units] = {}
    for name, reference in companions:
        if not any(output.name == name for output in OUTPUTS):
            continue
        written[name] = job.once(Units, reference)
        units = {unit.name: unit for unit in written[name].units} | units
    outputs = tuple(output for output in OUTPUTS if output.name in written)
    having = next((output for output in outputs if output.base), None)
    kinds = _kinds(written[having.name]) if having is not None else {}
    runtime = ["__init__", *(["kinds"] if having is not None else [])]
    for output in outputs:
        own = written[output.name]
        runtime += output.runtime
        runtime += output.limits if own.limits.has_any else ()
        runtime += output.rules if own.has_rules else ()
        runtime += [module for name, modules in output.formats.items() if name in own.formats for module in modules]
    tree = Tree(outputs=outputs, units=units, classes=having, kinds=kinds, runtime=shared.with_imports(runtime))
    return tree, job.once(Units, job.reference)


def _kinds(units: Units) -> dict[str, dict[str, tuple[str, str]]]:
    kinds: dict[str, dict[str, tuple[str, str]]] = {}
    for unit in units.units:
        for definition in unit.definitions:
            for gvk in definition.gvks:
                kinds.setdefault(gvk.api_version, {}).setdefault(gvk.kind, (unit.name, units.classes[definition.key]))
    return {version: dict(sorted(kinds[version].items())) for version in sorted(kinds)}


# ------------------------------------------------------------------------------------------ what a folder has once


def _common(job: Job, tree: Tree) -> Iterator[GeneratedFile]:
    """The run time and the package files."""
    home = f"{next(iter(tree.units))}/" if tree.alone else ""
    for module in tree.runtime:
        path = f"{home}runtime/{module}.py"
        if module == MESSAGES:
            yield GeneratedFile(path=path, text=_messages(job))
        else:
            yield GeneratedFile(path=path, text=_RUNTIME_HEAD + shared.text_of(module), finished=True)
    yield from _packages(job, tree)


def _messages(job: Job) -> str:
    """The words of validators in the languages of a job, English first."""
    tags = list(dict.fromkeys([ENGLISH, *job.locales]))
    renderer = Renderer("validators", {"comment": escape.comment, "literal": escape.literal}, job.templates)
    return renderer.render(
        "messages.py.j2",
        notice=notice(job.origin),
        locales=call("LOCALES: Final = (", list(map(escape.literal, tags)), ",)" if len(tags) == 1 else ")", 0),
        messages={tag: dict(sorted(job.languages.get(tag).validation.items())) for tag in tags},
    )


def _packages(job: Job, tree: Tree) -> Iterator[GeneratedFile]:
    """The `__init__.py` of the folder and of each unit."""
    renderer = Renderer("dataclasses", {"comment": escape.comment, "literal": escape.literal}, job.templates)

    def package(template: str, path: str, title: str, **values: object) -> GeneratedFile:
        text = renderer.render(template, notice=notice(job.origin), docstring=docstring(title, 0), **values)
        return GeneratedFile(path=path, text=text)

    title = f"{len(tree.units)} packages of the API: generated Python."
    exported = _exported(tree)
    having = tree.classes
    root: dict[str, object] = {
        "classes": having is not None,
        "base": having.base if having is not None else "",
        "kinds": {
            version: {
                kind: ".".join([*([] if tree.alone else [unit]), having.module if having is not None else "", name])
                for kind, (unit, name) in kinds.items()
            }
            for version, kinds in tree.kinds.items()
        },
    }
    if tree.alone:
        (home,) = tree.units
        names = exported.get(home, [])
        imports = [_import(f".{having.module}", names)] if having is not None and names else []
        title = f"{tree.units[home].title}: generated Python."
        outer = _import(f".{home}", names) if names else ""
        yield package("outer.py.j2", "__init__.py", title, unit=home, imports=outer, **root)
        yield package("root.py.j2", f"{home}/__init__.py", title, imports=imports, **root)
        return
    imports = [
        bracketed("from . import ", [f"{unit} as {unit}" for unit in sorted(tree.units)], 4),
        *(_import(f".{unit}", names) for unit, names in _once(exported).items()),
    ]
    yield package("root.py.j2", "__init__.py", title, imports=imports, **root)
    for unit in tree.units.values():
        names = exported.get(unit.name, [])
        yield package(
            "package.py.j2",
            f"{unit.name}/__init__.py",
            f"{unit.title}: generated Python.",
            module=having.module if having is not None else "",
            imports=_import(f".{having.module}", names) if having is not None and names else "",
            kinds=call("_KINDS = (", [escape.literal(name) for name in names], ",)" if len(names) == 1 else ")", 0),
        )


def _exported(tree: Tree) -> dict[str, list[str]]:
    """The classes of kinds that each unit exports."""
    names: dict[str, set[str]] = {}
    for kinds in tree.kinds.values():
        for unit, name in kinds.values():
            names.setdefault(unit, set()).add(name)
    return {unit: sorted(names[unit]) for unit in sorted(names)}


def _once(exported: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Those whose name no other unit exports: the folder exports them too."""
    times = Counter(name for names in exported.values() for name in names)
    return {unit: once for unit, names in exported.items() if (once := [name for name in names if times[name] == 1])}


def _import(module: str, names: list[str]) -> str:
    """A statement that exports names, as type checkers understand it."""
    return bracketed(f"from {module} import ", [f"{name} as {name}" for name in names], 4)

"""What `codegen inspect` prints: the model as one JSON object, or as a tree for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from codegen.diagnostics import Diagnostic
from codegen.model import (
    Array,
    Definition,
    Field,
    Lost,
    Map,
    Operation,
    Parameter,
    Ref,
    Reference,
    Response,
    Scalar,
    Type,
    field_id,
)
from codegen.openapi_v2 import schema, type_schema

if TYPE_CHECKING:
    from rich.tree import Tree


def as_json(reference: Reference, diagnostics: Iterable[Diagnostic]) -> dict[str, Any]:
    """The object of `inspect --format json`; its shape is a fixed interface."""
    return {
        "definitions": {key: schema(each) for key, each in sorted(reference.definitions.items()) if each.documented},
        "operations": [_operation(reference, each) for _, each in sorted(reference.operations.items())],
        "prose": {
            locale: {prose_id: each.text for prose_id, each in sorted(texts.items())}
            for locale, texts in sorted(reference.prose.items())
        },
        "pages": [
            {
                "path": each.path,
                "layout": each.layout,
                "locale": each.locale,
                "kind": each.kind,
                "apiVersion": each.api_version,
                "import": each.import_path,
                "title": each.title,
                "weight": each.weight,
            }
            for each in reference.pages
        ],
        "diagnostics": [diagnostic_json(each) for each in diagnostics],
    }


def diagnostic_json(each: Diagnostic) -> dict[str, Any]:
    """One diagnostic as the JSON outputs of all commands have it."""
    return {
        "severity": str(each.severity),
        "rule": each.rule,
        "message": each.message,
        "path": each.span.path,
        "line": each.span.line or None,
        "column": each.span.column or None,
        "hint": each.hint,
    }


def _operation(reference: Reference, each: Operation) -> dict[str, Any]:
    summary = next(
        (text for locale in ("en", *sorted(reference.prose)) if (text := reference.text(locale, each.id))), ""
    )
    return {
        "method": each.method,
        "path": each.path,
        "verb": each.verb,
        "summary": summary,
        "parameters": [_parameter(parameter) for parameter in each.parameters],
        "responses": {response.status: _response(response) for response in each.responses},
    }


def _parameter(each: Parameter) -> dict[str, Any]:
    return {"name": each.name, "in": each.place, "required": each.required, **type_schema(each.type)}


def _response(each: Response) -> dict[str, Any]:
    return {"description": each.description, **(type_schema(each.type) if each.type is not None else {})}


# ---------------------------------------------------------------------------------------------------- the tree


def type_words(expression: Type, reference: Reference) -> str:
    """A type in a few characters: `[]string`, `map[string]Quantity`, `integer?` where the source lost its format."""
    match expression:
        case Scalar(type=kind, format=form):
            return form or kind or "any"
        case Array(items=items):
            return f"[]{type_words(items, reference)}"
        case Map(values=values):
            return f"map[string]{type_words(values, reference)}"
        case Ref(key=key):
            found = reference.definitions.get(key)
            return found.name if found else key.rpartition(".")[2]
        case Lost(known=known):
            return f"{type_words(known, reference)}?"


def as_tree(reference: Reference, locales: tuple[str, ...]) -> Tree:
    """The model as a tree: definitions with their fields, then operations, the first line of each text beside it."""
    from rich.text import Text
    from rich.tree import Tree

    counted = sum(each.documented for each in reference.definitions.values())
    root = Tree(
        Text.assemble(
            (f"{counted} definitions, {len(reference.operations)} operations, {len(reference.pages)} pages", "bold")
        ),
        guide_style="dim",
    )
    for _, definition in sorted(reference.definitions.items()):
        if definition.documented:
            _definition_branch(root, reference, definition, locales)
    if reference.operations:
        branch = root.add(Text("operations", style="bold"))
        for _, operation in sorted(reference.operations.items()):
            _operation_branch(branch, reference, operation, locales)
    return root


def _definition_branch(root: Tree, reference: Reference, definition: Definition, locales: tuple[str, ...]) -> None:
    from rich.text import Text

    title = Text.assemble((definition.name, "bold cyan"), ("  ", ""), (definition.package, "dim"))
    if definition.type is not None:
        title.append(f"  = {type_words(definition.type, reference)}", style="green")
    branch = root.add(_with_words(title, reference, definition.key, locales))
    for each in definition.fields:
        branch.add(_with_words(_field_words(each, reference), reference, field_id(definition.key, each.name), locales))


def _field_words(each: Field, reference: Reference) -> Any:
    from rich.text import Text

    words = Text.assemble(
        (each.name, "bold" if each.required else ""),
        ("*" if each.required else "", "red"),
        ("  ", ""),
        (type_words(each.type, reference), "green"),
    )
    if each.value is not None:
        words.append(f" = {each.value}", style="yellow")
    notes = []
    if each.list_type:
        notes.append(f"{each.list_type}" + (f" on {', '.join(each.list_map_keys)}" if each.list_map_keys else ""))
    if each.patch_strategy:
        notes.append(
            f"patch {','.join(each.patch_strategy)}" + (f" on {each.patch_merge_key}" if each.patch_merge_key else "")
        )
    if notes:
        words.append(f"  [{'; '.join(notes)}]", style="magenta")
    return words


def _operation_branch(branch: Tree, reference: Reference, operation: Operation, locales: tuple[str, ...]) -> None:
    from rich.text import Text

    title = Text.assemble((operation.verb, "bold cyan"), ("  ", ""), (f"{operation.method} {operation.path}", ""))
    node = branch.add(_with_words(title, reference, operation.id, locales))
    parts = []
    for place in dict.fromkeys(each.place for each in operation.parameters):
        names = [each.name + ("*" if each.required else "") for each in operation.parameters if each.place == place]
        parts.append(f"{place}: {', '.join(names)}")
    for part in parts:
        node.add(Text(part))
    if operation.responses:
        node.add(
            Text(
                "  ".join(
                    f"{each.status}" + (f" {type_words(each.type, reference)}" if each.type else "")
                    for each in operation.responses
                )
            )
        )


def _with_words(title: Any, reference: Reference, prose_id: str, locales: tuple[str, ...]) -> Any:
    """The title and, in every language, the first line of the text."""
    for locale in locales:
        if text := reference.text(locale, prose_id):
            first = text.split("\n", 1)[0]
            title.append(
                f"\n{first if len(first) <= 160 else first[:159] + '…'}",
                style="dim italic" if locale != locales[0] else "dim",
            )
    return title

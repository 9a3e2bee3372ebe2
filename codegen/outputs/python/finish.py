"""The last step of a generated module: it is formatted, and checked as it is written."""

from __future__ import annotations

from functools import partial

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.generated_files import GeneratedFile
from codegen.outputs.python.allowed_code import check_module
from codegen.outputs.python.formatting import format_python
from codegen.outputs.python.module_names import ModuleRules


def rendered_file(path: str, text: str, rules: ModuleRules, template: str) -> GeneratedFile:
    """Return a rendered module. `template` is the template of the project that wrote it, or empty."""
    return GeneratedFile(
        path=path, text=text, finish=partial(_finish, path=path, rules=rules, template=template)
    )


def _finish(text: str, *, path: str, rules: ModuleRules, template: str) -> str:
    """Format a module and check the result.

    Raises `CodegenError`, located in the project's template if there is one.
    """
    try:
        formatted = format_python(text, path)
        check_module(formatted, path, rules)
    except CodegenError as error:
        if not template:
            raise
        (problem,) = error.diagnostics
        place = f"{path}:{problem.span.line}"
        message = f"the template writes code that is refused, {place}: {problem.message}"
        hint = "docs/templates.md lists what the Python of a template may contain"
        raise failure(problem.rule, message, Span(path=template), hint) from None
    return formatted

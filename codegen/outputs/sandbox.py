"""The environment of templates that are the user's."""

from __future__ import annotations

from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from codegen.outputs.output import MAX_TEMPLATE


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates of the user's reach no internals of Python, change no values, and make no text out of all proportion."""

    intercepted_binops = frozenset(("*", "**"))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Refuse products and powers that would fill the memory."""
        sizes = [len(operand) if isinstance(operand, str | list | tuple) else abs(operand) for operand in (left, right)]
        if operator == "**" or (
            sizes[0] * sizes[1] > MAX_TEMPLATE and not all(isinstance(e, int | float) for e in (left, right))
        ):
            raise SecurityError(f"{operator!r} is not allowed here")
        return super().call_binop(context, operator, left, right)

"""Services: what calls the operations of an API, and what answers them, typed by the classes that a Python output writes beside it."""

from __future__ import annotations

from codegen.outputs.output import Output

OUTPUTS: tuple[Output, ...] = ()

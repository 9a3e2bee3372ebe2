"""The run time of generated Python, shared by all modules of a package.

`errors` and `kinds` serve all of them, `model` the dataclasses; `explain`, `checkers`, `primitives` and `messages` the
validators.
"""

from codegen.kube.errors import FieldError, FieldWarning, ModelError

__all__ = ("FieldError", "FieldWarning", "ModelError")

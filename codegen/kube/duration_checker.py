"""The checker of durations."""

from typing import Final

from codegen.kube.duration import is_duration
from codegen.kube.primitives import Text

DURATION: Final = Text("duration", is_duration)

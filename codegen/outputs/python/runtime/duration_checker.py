"""The checker of durations."""

from typing import Final

from .duration import is_duration
from .primitives import Text

DURATION: Final = Text("duration", is_duration)

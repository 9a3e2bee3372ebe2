"""The checker of durations."""

from typing import Final

from .checkers import Text
from .duration import is_duration

DURATION: Final = Text("duration", is_duration)

"""Types of the values in JSON and YAML documents."""

from collections.abc import Mapping
from typing import Any

# Readers look at each value before they use it, so the values have no type of their own here.
JsonValue = Any
JsonObject = dict[str, JsonValue]
JsonMapping = Mapping[str, JsonValue]
JsonList = list[JsonValue]

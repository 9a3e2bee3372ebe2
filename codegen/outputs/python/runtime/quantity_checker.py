"""The checker of quantities."""

from typing import Final

from .primitives import Amount
from .quantity import is_quantity

QUANTITY: Final = Amount(is_quantity)

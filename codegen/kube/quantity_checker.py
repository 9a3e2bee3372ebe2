"""The checker of quantities."""

from typing import Final

from codegen.kube.primitives import Amount
from codegen.kube.quantity import is_quantity

QUANTITY: Final = Amount(is_quantity)

"""Checks of names and URLs in a CustomResourceDefinition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from codegen.readers.crd.violations import Steps, Violation, format_value

_LABEL = re.compile(r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?\Z")
_LABEL_HINT = "write lower case letters, digits and '-', beginning with a letter"


def check_label(text: str, steps: Steps) -> Iterator[Violation]:
    """Yield a violation for a text that is no DNS label."""
    if not _LABEL.match(text):
        message = f"must be a DNS label of at most 63 characters, not {format_value(text)}"
        yield Violation(steps=steps, message=message, hint=_LABEL_HINT)


def split_url(text: str) -> SplitResult | None:
    """Return the parts of a URL, or None if it has none."""
    try:
        return urlsplit(text)
    except ValueError:
        return None

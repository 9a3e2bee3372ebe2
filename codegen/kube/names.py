"""Names in URLs, as k8s.io/apimachinery/pkg/api/validation/path checks them."""

from __future__ import annotations


def path_segment_faults(text: str) -> tuple[str, ...]:
    """List the reasons why a text cannot be a segment of an API path."""
    if text in (".", ".."):
        return (f"may not be '{text}'",)
    return tuple(f"may not contain '{char}'" for char in "/%" if char in text)

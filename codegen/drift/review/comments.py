"""Errors in the English comments of a page, as the English page shows."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from codegen.core.diagnostics import Finding
from codegen.drift.compare.translation import index_by_line, index_by_prose_id
from codegen.model import Field, Parameter, Reference, split_prose_id

_ABOUT_COMMENTS = (
    "required-lost",
    "required-invented",
    "type-unlike-english",
    "name-unlike-english",
)


def blame_comments(
    page_findings: Iterable[Finding], page: Reference, english: Reference
) -> list[Finding]:
    """Attribute findings about a page to its English comments if the English page agrees with the
    page.
    """
    elements, originals = index_by_prose_id(page), index_by_prose_id(english)
    ids = index_by_line(page)
    findings = []
    for finding in page_findings:
        if finding.rule in _ABOUT_COMMENTS:
            key = ids.get((finding.span.path, finding.span.line), "")
        else:
            key = ""
        original = originals.get(key)
        # The written name counts, not that of the comment.
        if finding.rule == "name-unlike-english":
            if finding.correction is not None:
                written = finding.correction.written.rpartition(".")[2]
            else:
                written = ""
            if original is None:
                original = originals.get(f"{split_prose_id(key).owner}#{written}")
            else:
                original = None
        is_blamed = original is not None and _has_same_fact(elements[key], original, finding)
        findings.append(_blame_comment(finding) if is_blamed else finding)
    return findings


def _blame_comment(finding: Finding) -> Finding:
    if finding.counterpart is not None:
        where = f" in line {finding.counterpart.line}"
    else:
        where = ""
    return replace(
        finding,
        rule="comment-wrong",
        message=(
            f"the page agrees with the English page, but its comment does not: {finding.message}"
        ),
        hint=(
            f"correct the comment{where} as the English page has it; leave the translation as it is"
        ),
        correction=None,
    )


def _has_same_fact(field: Field | Parameter, original: Field | Parameter, finding: Finding) -> bool:
    if finding.rule == "type-unlike-english":
        return finding.counterpart is not None and field.type == original.type
    return finding.rule == "name-unlike-english" or field.required == original.required

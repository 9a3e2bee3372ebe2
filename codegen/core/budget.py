"""A count of what an input expands to, so that small inputs cannot fill the memory."""

from __future__ import annotations

from codegen.core.diagnostics import Report, Span, count_noun


class Budget:
    """The number of items that an expansion may have, such as fields or rows.

    `cut` counts the places where it was exceeded, and `first_cut` is the first of them.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.spent = 0
        self.cut = 0
        self.first_cut: Span | None = None

    def spend(self, number: int, span: Span) -> bool:
        """Add a number of items, and return whether the total is within the budget."""
        self.spent += number
        if self.spent <= self.most:
            return True
        self.cut += 1
        if self.first_cut is None:
            self.first_cut = span
        return False

    def report_cuts(self, report: Report, subject: str, hint: str) -> None:
        """Report in one warning that a document or page was not expanded any further."""
        if self.first_cut is None:
            return
        places = count_noun(self.cut, "place is", "places are")
        report.warning(
            "expansion-too-large",
            f"{subject} more than {self.most:,} times; {places} left out, the first of them here",
            self.first_cut,
            hint,
        )

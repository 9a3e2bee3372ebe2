"""How much is read, compared and written: every limit, with the rule that tells what goes beyond it. docs/limits.md shows them.

A limit that input can reach is far above what anybody writes by hand, and far below what takes minutes or all memory.
"""

LINTED_TEXT = 20_000  # characters of one text, or of its English, that the linter looks at: text-too-long

"""How much is compared and written, with the rule that tells what goes beyond it. docs/limits.md shows these, and those of single readers and formats.

A limit that input can reach is far above what anybody writes by hand, and far below what takes minutes or all memory.
"""

CANDIDATES_SHOWN = 50  # translations of one English that an entry of a catalogue lists, and that are compared: the entry counts the others
LINTED_TEXT = 20_000  # characters of one text, or of its English, that the linter looks at: text-too-long
PAGE_LEVELS = 100  # types that are written out inside each other on a page: page-too-long
# A page of the largest kind has some thousand rows; types that lead to each other could make any number of them.
PAGE_ROWS = 50_000  # page-too-long
SITE_LEVELS = 32  # types that are folded out inside each other on the site: behind them a link
# Each schema is complete by itself: kinds that all lead to each other make a square of texts.
OUTPUT_CHARACTERS = 1 << 29  # characters of all files of one output, which are in memory at once: output-too-large

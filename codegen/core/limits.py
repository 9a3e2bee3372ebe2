"""Limits of comparing and writing, each with the rule that reports excess input. docs/limits.md lists all limits.

They are far above anything written by hand, and far below input that takes minutes or all memory.
"""

# Translations of one English text that a catalog entry lists and that are compared. The entry counts the others.
CANDIDATES_SHOWN = 50
LINTED_TEXT = 20_000  # characters of a linted text or of its English: text-too-long
PAGE_LEVELS = 100  # nested types on a page: page-too-long
REPEATED_FIELDS = 1_000_000  # fields that `allOf` adds to a document: all-of-unsupported
SHARED_FIELDS = 200_000  # fields of the shared objects of a document or page, in each place: type-too-deep
# A page of the largest kind has some thousand rows. Types that refer to each other could have any number.
PAGE_ROWS = 50_000  # page-too-long
SITE_LEVELS = 32  # nested types on the site, then a link
# Each schema is complete, so kinds that all refer to each other have quadratic size.
OUTPUT_CHARACTERS = 1 << 29  # characters of all files of an output, which are in memory at once: output-too-large

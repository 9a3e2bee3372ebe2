"""Limits of comparing and writing, each with the rule that reports excess input. docs/limits.md
lists all limits.

They are far above anything written by hand, and far below input that takes minutes or all memory.
"""

# Translations of one English text that a catalog entry lists and that are compared. The entry
# counts the others.
CANDIDATES_SHOWN = 50
HTML_LEVELS = 100  # elements inside each other on an HTML page: html-too-deep
LINTED_TEXT = 20_000  # characters of a linted text or of its English: text-too-long
PAGE_LEVELS = 100  # nested types on a page: page-too-long
# Fields and parts that a document or page repeats, by `allOf` or by objects that several fields
# share.
REPEATED_FIELDS = 200_000  # expansion-too-large
# A page of the largest kind has some thousand rows. Types that refer to each other could have any
# number.
PAGE_ROWS = 50_000  # page-too-long
# Each row has the path to its field, and long names are in the paths of all rows below.
PAGE_CHARACTERS = 10_000_000  # of the paths of all rows: page-too-long
SITE_ROWS = 10_000  # rows of a page of the site, then each type is unfolded once, and then links
SITE_TOTAL_ROWS = 2_000_000  # rows of all pages of the site in one language: output-too-large
SITE_LEVELS = 32  # nested types on the site, then a link
# Each schema is complete, so kinds that all refer to each other have quadratic size.
# Characters of all files of an output, which are in memory at once: output-too-large.
OUTPUT_CHARACTERS = 1 << 29
GENERATED_FILES = 200_000  # files of all outputs of a configuration: output-too-large
# Lines of all lists of generated files in the folders of outputs, also of other configurations.
LISTED_LINES = 2 * GENERATED_FILES  # lists-too-large

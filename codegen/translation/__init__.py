"""Translation of an API reference across releases and layouts.

`pairs` learns translations from pages, `memory` matches them with new texts, and `carry` merges the
matches into a catalog. `po` reads and writes catalogs, `progress` counts the work left, `exchange`
talks to translators' tools, and `lint` checks translated prose.
"""

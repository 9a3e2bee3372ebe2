"""Translations across releases and layouts: learn them from pages, carry them to another source, report what is left to do.

`pairs` learns, `carry` merges, `po` reads and writes the catalogue, `status` counts, `lint` reads translated prose.
"""

"""One invented API, `garden.example.io`, as the tests of each room need it.

`parts` has its names and the builders that all share: what a document and a kind of it begin with is written there alone. `schemas` and
`translation` describe nothing of their own. The other five stay apart; each was put in the place of another to see what it would take (failing tests of those that use it):

- `python` read from the document of `validation`: 105 of 889. The first has a field for each spelling of a class, among them values that
  no document says; of the second every value, optional or required, is an argument of the valid object and of the server's rules.
- `table` as `docs`: 36 of 91, `docs` as `table`: 15 of 44, `docs` as `compare`: 13 of 44. They are lists of pages in their order, and each
  definition more is a page, an index entry or a link more in what the other one expects.
- `compare` as `docs`: 37 of 148. It is three texts that say the same letter by letter, which tests change by replacing words.
- `validation` as `compare`: 109 of 271.

- the definitions, paths and parameters of `compare`, `docs` and `table` in one document, in which each still has its own where two of
  them share a key: 12 of 1,085, 15 of 175 and 6 of 62. It is no one description yet: `Plot`, `PlotSpec` and `Bed` are others in each.

A description that held all would be cut down again in each of these, by lists that say what the five say now.
"""

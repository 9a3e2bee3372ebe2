"""An invented API, `garden.example.io`, in the forms that the tests of each package need.

`sources` has its documents, pages and server rules as files. `parts` has its names and the builders
that all share: what a document and a kind of it begin with is written there alone. `compare`
describes the API: a plot with its spec and its beds, as a document and as a page in two languages.
`docs` and `site` are that document with what their pages need beside it: kinds, paths and
parameters, types that lead to each other, texts that look like markup. `schemas` and `translation`
describe nothing of their own, and `everything` and the kind of the schemas that equal validators
are for schemas alone.

Three stay apart; each was put in the place of another to see what it would take (failing tests of
those that use it):

- `python` read from the document of `validation`: 105 of 889. The first has a field for each spelling of a class, among them values that
  no document says; of the second every value, optional or required, is an argument of the valid object and of the server's rules.
- `validation` as `compare`: 109 of 271.
- `table` as `docs`: 36 of 91. It is a list of pages in their order, and each definition more is a page, an index entry or a link more.

A description that held these too would be cut down again in each, by lists that say what the three
say now.
"""

"""One invented API, `garden.example.io`, as the tests of each room need it.

`parts` has its names and the builders that all share. What the gardens describe stays apart: those of `compare` say the same in three
forms letter by letter, those of `docs` and `table` have orders and operations that only their layout shows, and those of `python`,
`schemas` and `validation` have types that no page can say.
"""

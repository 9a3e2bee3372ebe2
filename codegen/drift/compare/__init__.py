"""One comparison of two references of any kind: page and page, Chinese and English, page and OpenAPI, release and release.

`side.side` makes a side, `engine.compare` the changes, `rules.RULES` is the table of what can change. Nothing is imported here, so that
whoever needs one part does not load all.
"""

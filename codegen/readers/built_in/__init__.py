"""The structure of Kubernetes' own kinds, which ships: one file of facts in which everything has the span of releases that have it.

`facts` says what the file holds, `structure` reads a release out of it, `writing` makes the file from OpenAPI documents.
"""

"""The bundled structure of Kubernetes' own kinds, by release.

`facts` says what the file holds, `structure` reads a release out of it, `writing` makes the file from OpenAPI documents.
"""

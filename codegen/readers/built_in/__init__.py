"""The bundled structure of Kubernetes' own kinds, by release.

`facts` has the records of the file, `structure` reads a release from it, and `file_writer` writes
it from OpenAPI documents.
"""

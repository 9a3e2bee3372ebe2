"""The meaning of Kubernetes values: paths of fields, bodies of requests, the words of servers, Status objects.

Pure functions and records. Nothing here imports another package of codegen, so that every package may use it.
"""

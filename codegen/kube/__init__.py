"""The meaning of Kubernetes values: quantities, durations, times, formats, constraints, field paths, bodies of requests, Status objects.

Pure functions and records. Nothing here imports another package of codegen, so that every package may use it, and so that
generated packages can copy the modules that they need.
"""

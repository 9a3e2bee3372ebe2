"""Reads Kubernetes API reference pages into one model and writes schemas, code and pages from it."""

__version__ = "0.1.0"

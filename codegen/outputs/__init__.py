"""Outputs.

Each is a folder whose `__init__` has its records in `OUTPUTS`. Templates are in `templates/<name>`.
"""

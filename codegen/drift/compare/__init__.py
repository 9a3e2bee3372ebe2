"""Comparison of two references: page and page, Chinese and English, page and OpenAPI, release and release.

`inputs.make_input` prepares a reference, and `engine.compare` compares two.
"""

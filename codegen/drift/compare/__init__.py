"""Comparison of two references: page and page, Chinese and English, page and OpenAPI, release and
release.

`engine.compare` compares two `ComparisonInput`s.
"""

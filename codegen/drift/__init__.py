"""Drift: between two sources, and between sources and what was generated from them."""

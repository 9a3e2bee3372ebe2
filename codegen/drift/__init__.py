"""Comparison of sources with each other and with the files generated from them."""

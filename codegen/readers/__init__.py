"""Readers of sources. Each form of source is a folder with its records in `FORMS`."""

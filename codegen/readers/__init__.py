"""Readers of sources. Each form of source is a folder that lists its records in `FORMS`."""

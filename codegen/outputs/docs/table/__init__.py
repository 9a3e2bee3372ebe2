"""The table layout of pages."""

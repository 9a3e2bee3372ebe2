"""The table layout of reference pages."""

"""Existing translated pages, brought up to date in place."""

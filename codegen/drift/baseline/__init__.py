"""Findings that a team accepts for a time."""

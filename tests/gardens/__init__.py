"""Invented APIs that tests build their references from."""

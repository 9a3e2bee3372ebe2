"""Shared parts of all layouts: pages, texts in one language, and views."""

"""Shared basics: findings, source texts, languages, bundled files, escaping and writing."""

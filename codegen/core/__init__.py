"""Shared by all packages: findings, source texts, the words of languages, shipped files, escaping, and the writer of files."""

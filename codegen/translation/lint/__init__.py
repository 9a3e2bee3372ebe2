"""The linter of translated prose."""

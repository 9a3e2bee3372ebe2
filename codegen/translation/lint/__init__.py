"""The linter of translated prose: what a reviewer would mark."""

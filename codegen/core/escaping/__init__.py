"""Escaping for what every package may write: documents, terminals and control characters."""

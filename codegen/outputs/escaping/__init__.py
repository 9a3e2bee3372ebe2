"""Escaping of foreign text, one module for each language of an output."""

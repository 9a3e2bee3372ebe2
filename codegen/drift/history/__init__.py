"""Histories of definitions, fields and operations over several releases."""

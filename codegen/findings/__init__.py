"""Findings, their rules and their report formats."""

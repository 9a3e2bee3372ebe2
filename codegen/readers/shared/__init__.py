"""Helpers shared by readers of several layouts."""

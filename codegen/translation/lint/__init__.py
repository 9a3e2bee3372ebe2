"""What a reviewer would mark in a translation."""

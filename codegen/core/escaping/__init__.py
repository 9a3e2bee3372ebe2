"""Escaping filters, one per output language. All text from outside passes one of them."""

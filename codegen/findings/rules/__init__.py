"""The catalogue of rules: each is declared once, by area; what is printed of them is made from it."""

"""The catalogue of rules: each is declared once, by area; and all that is printed about rules comes from it."""

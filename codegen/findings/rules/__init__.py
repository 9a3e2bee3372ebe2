"""The catalogue of rules, by area. Everything that is printed about rules comes from it."""

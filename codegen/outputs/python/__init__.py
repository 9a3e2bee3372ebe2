"""Python: dataclasses, validators and further classes."""

"""What is read. A form of source is a folder here whose `__init__` has its records in `FORMS`."""

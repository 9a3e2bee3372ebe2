"""What is written. An output is a folder here whose `__init__` has its records in `OUTPUTS`, with templates in `templates/<name>`."""

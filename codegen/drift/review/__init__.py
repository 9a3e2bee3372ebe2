"""Review of translated pages, with the findings of reading, comparing and linting by line."""

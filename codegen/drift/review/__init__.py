"""One translated page under review: what reading, comparing and linting know of it, by line."""

"""One escaping filter per output language: the only ways by which text from outside reaches an output."""

"""What every room may use: sources as text, the words of languages, shipped files, escaping."""

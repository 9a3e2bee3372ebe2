"""Texts to translators' tools and back: what is open goes out, drafts come back as fuzzy entries that lint has seen."""

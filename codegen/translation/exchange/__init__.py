"""Exchange of texts with translators' tools.

Open texts are exported. Drafts are imported as fuzzy entries after a check by the linter.
"""

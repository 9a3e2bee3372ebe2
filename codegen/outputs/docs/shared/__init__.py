"""What all layouts share: which pages there are, their texts in one language, and the views of a page."""

"""The model as a tree for people and as JSON for programs."""

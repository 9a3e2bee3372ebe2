"""The model for people and programs to look at."""

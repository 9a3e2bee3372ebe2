"""The list layout of reference pages."""

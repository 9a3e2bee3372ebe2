"""JSON and YAML documents as plain data with places."""

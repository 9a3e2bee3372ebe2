"""JSON Schema and OpenAPI."""

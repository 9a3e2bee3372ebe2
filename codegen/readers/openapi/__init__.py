"""OpenAPI documents and JSON Schemas."""

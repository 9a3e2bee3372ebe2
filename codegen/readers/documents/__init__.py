"""JSON and YAML documents as plain data with the locations of keys and values.

`yaml_events` and `json_events` read a text, and `builder` makes data, positions and faults of the events. `dialects` says what plain words
and keys mean and how faults are called. `loader` reads manifests, request bodies and settings, `api_document` OpenAPI documents, and
`contents_files` tables of contents.
"""

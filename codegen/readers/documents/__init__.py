"""JSON and YAML documents as plain data with the locations of keys and values.

`yaml_events` and `json_events` read a text, `builder` makes data, marks and faults of the events, a record of `dialects` says what plain
words and keys mean and how faults are called. `api_document`, `contents`, `manifest` and `settings` are the four kinds of documents.
"""

"""JSON and YAML documents as plain data with the locations of keys and values.

`loader` has a function for each kind of file. `json_reader` and `yaml_reader` parse texts,
`document` has the records they return, and `dialects` defines how plain words and keys are read and
which rule each fault has. `contents_files` reads tables of contents.
"""

"""JSON and YAML documents as plain data with the locations of keys and values.

`loader` reads each kind of file, by `json_reader` or `yaml_reader`, into the records of `document`. `dialects` says
how plain words and keys are read and how faults are called. `contents_files` reads tables of contents.
"""

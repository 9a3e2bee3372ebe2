"""The file `codegen.yaml`, read into records."""

"""`codegen.yaml`."""

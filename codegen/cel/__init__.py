"""Rules in CEL (`x-kubernetes-validations`), with their schemas, types and compile errors.

`runtime` runs them, also in generated code.
"""

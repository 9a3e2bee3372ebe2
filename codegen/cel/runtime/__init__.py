"""CEL for validators: the engine, the functions of Kubernetes, and rules checked against values.

Generated packages copy these modules.
"""

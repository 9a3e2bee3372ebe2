"""The engine of server rules: conditions, walks through objects, and what rules say of an object.

`codegen validate` runs these modules, and generated packages copy them.
"""

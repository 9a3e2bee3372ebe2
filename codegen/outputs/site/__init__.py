"""The documentation site: what its pages say as records, the project that Hugo builds of them, and the build itself.

It knows more than other outputs do: the history of each field and the rules of servers, so it stands above drift and validation.
"""

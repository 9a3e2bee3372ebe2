"""The documentation site: records of its pages, the Hugo project, and the build.

It uses the history of fields and the rules of servers, so it is above drift and validation.
"""

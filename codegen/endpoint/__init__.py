"""A token endpoint for tests, with the TokenRequest and TokenReview of an API server.

`application` answers HTTP, `endpoint` holds the parts together, `serving` and `testing` run it.
"""

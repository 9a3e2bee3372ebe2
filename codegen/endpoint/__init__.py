"""A token endpoint for tests: TokenRequest and TokenReview as an API server answers them, with the objects behind them.

`application` answers HTTP, `endpoint` holds the parts together, `serving` and `testing` run it.
"""

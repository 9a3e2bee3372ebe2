"""A working endpoint for tokens of service accounts, as a test double: state, keys, tokens, who may ask, and what is answered.

`settings` says how an endpoint is started, `state` keeps objects, keys and issued tokens, `tokens` issues and reviews, `app` puts all
of it behind the HTTP layer that the target `server` generates.
"""

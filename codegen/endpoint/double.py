"""The former name of `codegen.endpoint.testing`."""

from codegen.endpoint.testing import Refusal, TokenEndpoint

__all__ = ("Refusal", "TokenEndpoint")

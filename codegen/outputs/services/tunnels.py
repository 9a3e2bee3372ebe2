"""Operations that connect with something behind the server. A process in a container and forwarded ports are no request and answer: clients speak with
them by a WebSocket. All others are a proxy, which passes on what it is sent.

A source says of all that they `connect`, and what can be told beside them; nothing else in it tells one from the other.
"""

from __future__ import annotations

from codegen.outputs.services.operations import Method

_PROCESS = frozenset(("stdin", "stdout", "stderr"))
_PORTS = "ports"
_SENT = ("POST", "PUT", "PATCH")
# Parameters of which servers read several, though sources declare them as one: the arguments of a command, and ports.
# Source: PodExecOptions and PodPortForwardOptions in k8s.io/api/core/v1/types.go, whose conversion to queries loses that they are lists.
SEVERAL = ("command", _PORTS)


def tunnel_of(method: Method) -> str:
    """The class of the run time that speaks with an operation: `ExecProcess` or `PortForward`; an empty string for a request."""
    if method.verb != "connect" or method.method not in ("GET", "POST") or method.body is not None:
        return ""
    names = {argument.name for argument in method.arguments if argument.place == "query"}
    if names & _PROCESS:
        return "ExecProcess"
    return "PortForward" if _PORTS in names else ""


def passes_on(method: Method) -> bool:
    """Whether an operation passes a body on, whatever it is: sources name none."""
    return method.verb == "connect" and method.method in _SENT and method.body is None and not tunnel_of(method)

"""Operations that are no request and answer: a process in a container, and ports that are forwarded. Clients speak with them by a WebSocket.

A source says of both that they `connect`, by GET and by POST, and what can be told beside them; nothing else in it tells them from a proxy.
"""

from __future__ import annotations

from codegen.outputs.services.operations import Method

_PROCESS = frozenset(("stdin", "stdout", "stderr"))
_PORTS = "ports"
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

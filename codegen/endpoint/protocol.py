"""HTTP/1.1 by uvicorn and h11; what is not HTTP ends its connection, whatever the application does with the request meanwhile."""

from __future__ import annotations

from uvicorn.protocols.http.h11_impl import H11Protocol


class Protocol(H11Protocol):
    """The protocol of one connection."""

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be read, if nothing is answered yet, and close: what the application says from now on reaches nobody."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            super().send_400_response(msg)
            return
        cycle.disconnected = True
        cycle.message_event.set()
        if cycle.response_started:
            self.transport.close()
        else:
            super().send_400_response(msg)

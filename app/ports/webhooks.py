"""How a webhook leaves, as a port."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What an endpoint answered: its status and the beginning of what it said. Without a status
    nothing came back, and `fault` says why (`read_timeout`, `connect`, `refused_address`, ...)."""

    status: int | None
    said: str = ""
    fault: str = ""

    @property
    def well(self) -> bool:
        """Did the endpoint take it?"""
        return self.status is not None and 200 <= self.status < 300


class WebhookPost(Protocol):
    """Sends one request, follows no redirect, never raises. Nothing but an address that anybody on
    the internet may reach is connected to."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer: ...

"""What the core asks of whoever knows when a SIM was changed last."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer comes as a SwapCallback with this request id."""

    request_id: str


@dataclass(frozen=True, slots=True)
class Answered:
    """`last_swap`: the day of the last change, None when there was none that counts."""

    last_swap: date | None


@dataclass(frozen=True, slots=True)
class SwapUnknown:
    """No answer will come of this."""

    code: str


@dataclass(frozen=True, slots=True)
class SwapCallback:
    """A later answer to a request. SwapUnknown: the network couldn't say."""

    request_id: str
    answer: Answered | SwapUnknown


class SimSwapProvider(Protocol):
    """Somebody who can be asked. Never raises for what a network can do."""

    name: str

    def ask(self, msisdn: Msisdn) -> Asked | Answered | SwapUnknown:
        """When was the SIM of this number changed last? Blocks up to the read timeout; holds no
        transaction."""
        ...

"""Where the outbound client leaves a record of each exchange with a vendor or gateway."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came back, with every secret already cut out.

    `status` is the HTTP status, None when no answer was read; `fault` names what went wrong
    (`connect`, `read_timeout`, ...). `subject` is the id this was about, such as an attempt's
    reference. `duration_ms` in milliseconds.
    """

    peer: str
    subject: str
    method: str
    path: str
    request_body: str
    status: int | None
    response_body: str
    fault: str
    started_at: datetime
    duration_ms: int


class ExchangeLog(Protocol):
    """Keeps exchanges for staff; losing one harms nobody, so it never raises."""

    def record(self, exchange: Exchange) -> None: ...

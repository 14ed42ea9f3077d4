"""A vendor that answers from a script and keeps its own book: the outermost edge, faked."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from app.domain.money import Money
from app.domain.outcomes import (
    Delivered,
    Misconfigured,
    NotFound,
    NotSent,
    ProviderTraits,
    QueryOutcome,
    Unknown,
    VendOutcome,
)
from app.ports.clock import Clock
from app.ports.vending import VendRequest

Answer = VendOutcome | Callable[[VendRequest], VendOutcome]


class ScriptedVendor:
    """`answers` to vends and `words` to queries are taken in turn; without one it delivers.

    It keeps what every adapter must keep: nothing is taken after `send_by`. `book` counts what
    reached a phone, by reference.
    """

    def __init__(self, clock: Clock, name: str = "vtpass", **traits: object) -> None:
        documented: dict[str, object] = {
            "can_query": True, "refuses_duplicates": True, "grace": timedelta(seconds=20)
        }  # fmt: skip
        self.traits = ProviderTraits(name, **(documented | traits))  # type: ignore[arg-type]
        self._clock = clock
        self.answers: deque[Answer] = deque()
        self.words: deque[QueryOutcome] = deque()
        self.requests: list[VendRequest] = []
        self.queries: list[str] = []
        self.book: dict[str, int] = {}
        self.balance: Money | Misconfigured | NotSent | Unknown = Money(1_000_000_00, "NGN")

    def new_reference(self, seed: str, at: datetime) -> str:
        return f"{self.traits.name}-{seed}"

    def vend(self, request: VendRequest) -> VendOutcome:
        if self._clock.now() > request.send_by:
            return NotSent("send_by_passed")
        self.requests.append(request)
        answer = self.answers.popleft() if self.answers else Delivered(f"X{len(self.requests)}")
        outcome = answer(request) if callable(answer) else answer
        if isinstance(outcome, Delivered):
            self.deliver(request.reference)
        return outcome

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:
        self.queries.append(reference)
        if self.words:
            return self.words.popleft()
        return Delivered("X") if self.book.get(reference) else NotFound()

    def probe(self) -> Money | Misconfigured | NotSent | Unknown:
        return self.balance

    def deliver(self, reference: str) -> None:
        """Value reaches the phone, whatever we are told of it."""
        self.book[reference] = self.book.get(reference, 0) + 1

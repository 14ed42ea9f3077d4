"""What the database can say, as errors the services know."""

from app.domain.errors import DomainError, InsufficientFunds, PriceRose, ReferenceConflict


class DatabaseUnavailable(Exception):
    """PostgreSQL can't be reached; nothing was written (see AnswerLost)."""


class AnswerLost(DatabaseUnavailable):
    """The connection broke after a statement was sent: it may or may not have taken effect."""


class DailyLimit(DomainError):
    """The order would exceed the day's limit; `left_minor` is what may still be spent."""

    def __init__(self, left_minor: int) -> None:
        super().__init__(left_minor)
        self.left_minor = left_minor


REFUSALS: dict[str, type[DomainError]] = {
    "NX001": ReferenceConflict,
    "NX007": PriceRose,
    "wallet_not_negative": InsufficientFunds,
}
"""SQLSTATEs of our own functions, and names of constraints, that are an answer to a person."""

DAILY_LIMIT = "NX003"

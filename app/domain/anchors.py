"""The head of a hash chain, the ledger's or the audit log's, kept where the database's owner can't
write."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

_LINE = re.compile(r"([1-9][0-9]{0,17}) ([0-9a-f]{64}) ([1-9][0-9]{0,17}) (\S+)")


class NotAnAnchor(ValueError):
    """The line isn't `<seal> <digest> <transactions> <time>`."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """`seal` is the seal's number, `digest` its 32 bytes, `transactions` how many are in the chain
    up to it, `at` when it was sealed (UTC). In the audit log an entry is its own seal."""

    seal: int
    digest: bytes
    transactions: int
    at: datetime

    @classmethod
    def parse(cls, line: str) -> Self:
        """Raises NotAnAnchor."""
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise NotAnAnchor(line[:120])
        seal, digest, transactions, at = found.groups()
        try:
            return cls(int(seal), bytes.fromhex(digest), int(transactions),
                       datetime.fromisoformat(at))  # fmt: skip
        except ValueError:
            raise NotAnAnchor(line[:120]) from None

    def __str__(self) -> str:
        return f"{self.seal} {self.digest.hex()} {self.transactions} {self.at.isoformat()}"

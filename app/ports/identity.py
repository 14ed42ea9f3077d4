"""What the core asks of whoever can look an identity number up.

An adapter never raises for what a provider or a network can do. A check changes nothing at the
provider, so it may be asked any number of times (though each may cost money).
"""

from dataclasses import dataclass
from typing import Protocol

from app.domain.documents import Document
from app.domain.msisdn import Msisdn
from app.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class Matched:
    """The number exists. `name` is its holder's full name; `same_phone` says whether the MSISDN
    asked about is registered with it, None where the provider doesn't say."""

    name: Secret
    same_phone: bool | None


@dataclass(frozen=True, slots=True)
class NotMatched:
    """There is no such number, or it can't be used; `code` is the provider's word."""

    code: str


@dataclass(frozen=True, slots=True)
class IdentityUnknown:
    """Not to be known now: ask again later."""

    code: str


IdentityOutcome = Matched | NotMatched | IdentityUnknown


class IdentityProvider(Protocol):
    def check(
        self, document: Document, number: Secret, msisdn: Msisdn, reference: str
    ) -> IdentityOutcome:
        """Whose number is this? `reference` is our id of the question."""
        ...

"""What the core asks of a provider that knows where a number is now, ported or not.

Called by a worker; a screen reads what was kept of the answer.
"""

from dataclasses import dataclass
from typing import Protocol

from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class OperatorFound:
    """`operator` is our code."""

    operator: str


@dataclass(frozen=True, slots=True)
class OperatorNotFound:
    """The provider knows the number and none of our operators, or says that there is no such
    number; `code` is its word."""

    code: str


@dataclass(frozen=True, slots=True)
class LookupUnknown:
    """No answer, or none that can be read: nothing is learned."""

    code: str


LookupOutcome = OperatorFound | OperatorNotFound | LookupUnknown


class OperatorLookup(Protocol):
    """A provider's look-up. `name` is kept with each answer as its source; `countries`: of which
    it knows numbers, as ISO 3166 codes."""

    name: str
    countries: frozenset[str]

    def operator_of(self, msisdn: Msisdn) -> LookupOutcome:
        """Whose the number is now. Never raises for what a network can do; holds no transaction."""
        ...

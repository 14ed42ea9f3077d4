"""Numbers that a subscriber keeps with a name, to buy or send to them again."""

from dataclasses import dataclass

from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class GetBeneficiaries:
    """The saved numbers, last used first. Answered with Beneficiaries."""


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """`name` is what the subscriber calls the number."""

    msisdn: Msisdn
    name: str


@dataclass(frozen=True, slots=True)
class Beneficiaries:
    saved: tuple[Beneficiary, ...]


@dataclass(frozen=True, slots=True)
class SaveBeneficiary:
    """Keep a number under a name; one that is kept already gets the new name.

    Replies: Done, NameTaken, ListFull, TooFast, Refused.
    """

    msisdn: Msisdn
    name: str


@dataclass(frozen=True, slots=True)
class NameTaken:
    """Another saved number has this name."""


@dataclass(frozen=True, slots=True)
class ListFull:
    """No more numbers can be saved."""


@dataclass(frozen=True, slots=True)
class RemoveBeneficiary:
    """Forget a saved number. Replies: Done, Refused."""

    msisdn: Msisdn


BeneficiaryRequest = GetBeneficiaries | SaveBeneficiary | RemoveBeneficiary
BeneficiaryReply = Beneficiaries | NameTaken | ListFull

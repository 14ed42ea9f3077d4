"""A vendor that says of numbers what it is told to and remembers what it was asked."""

from dataclasses import dataclass, field

from app.domain.msisdn import Msisdn
from app.ports.operator_lookup import LookupOutcome, LookupUnknown, OperatorFound


@dataclass
class ScriptedLookup:
    """`answers`: what is said next; without, where `knows` has the number; else nothing that can be
    read."""

    name: str = "reloadly"
    countries: frozenset[str] = frozenset({"NG"})
    knows: dict[str, str] = field(default_factory=dict)
    answers: list[LookupOutcome] = field(default_factory=list)
    asked: list[Msisdn] = field(default_factory=list)

    def operator_of(self, msisdn: Msisdn) -> LookupOutcome:
        self.asked.append(msisdn)
        if self.answers:
            return self.answers.pop(0)
        known = self.knows.get(msisdn)
        return OperatorFound(known) if known else LookupUnknown("503")

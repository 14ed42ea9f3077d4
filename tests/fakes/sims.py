"""A network that says of SIMs what it is told to and remembers what it was asked."""

from dataclasses import dataclass, field

from app.domain.msisdn import Msisdn
from app.ports.sim_swap import Answered, Asked, SwapUnknown


@dataclass
class ScriptedSims:
    """`answers`: what is said next; without, a request is taken and its answer comes later."""

    name: str = "africastalking"
    answers: list[Asked | Answered | SwapUnknown] = field(default_factory=list)
    asked: list[Msisdn] = field(default_factory=list)

    def ask(self, msisdn: Msisdn) -> Asked | Answered | SwapUnknown:
        self.asked.append(msisdn)
        return self.answers.pop(0) if self.answers else Asked(f"request-{msisdn}")

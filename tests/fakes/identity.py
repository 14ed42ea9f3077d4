"""Identity look-ups that say what they are told to and remember what they were asked."""

from dataclasses import dataclass, field

from app.domain.documents import Document
from app.domain.msisdn import Msisdn
from app.domain.secret import Secret
from app.ports.identity import IdentityOutcome, Matched


@dataclass
class ScriptedIdentity:
    """`answers` are given in turn, the last one for ever."""

    answers: list[IdentityOutcome] = field(
        default_factory=lambda: [Matched(Secret("ONE TWO"), same_phone=True)]
    )
    asked: list[tuple[Document, str, Msisdn]] = field(default_factory=list)

    def check(
        self, document: Document, number: Secret, msisdn: Msisdn, reference: str
    ) -> IdentityOutcome:
        del reference
        self.asked.append((document, number.value, msisdn))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

"""How often something may be asked at a door that costs us something, as data. All figures ours.

Counted in Redis (app.sessions.rate_limits), all of an act's in one trip. What a subscriber may do
with money is in app.domain.velocity and tiers, tries at secrets beside the secrets, the API's
limits in app.web.api.limits: docs/limits.md shows all of them.
"""

from dataclasses import dataclass
from enum import StrEnum

HOUR = 3600


class Subject(StrEnum):
    """Of whom is counted; a prefix is the first eight digits of an MSISDN."""

    MSISDN = "MSISDN"
    PREFIX = "prefix"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class DoorLimit:
    """`most` of what `counts` says in any `seconds` of one `subject`; `guards` is what for,
    `answers` what the refused one reads."""

    name: str
    subject: Subject
    most: int
    seconds: int
    counts: str
    guards: str
    answers: str


SMS_COMMANDS = DoorLimit(
    "sms-commands", Subject.MSISDN, 60, HOUR, "SMS commands, but STOP and BLOCK",
    "what answers cost; a flood under a forged sender", "nothing: an answer would cost an SMS",
)  # fmt: skip
SMS_STRANGERS = DoorLimit(
    "sms-strangers", Subject.PREFIX, 600, HOUR, "SMS of numbers that aren't registered",
    "pumping of answers", "nothing",
)  # fmt: skip
ENROLMENTS = DoorLimit(
    "enrolments", Subject.PREFIX, 1_000, HOUR, "numbers that enrol",
    "farms of SIM cards", "`That was too often. Try again after 14:05.`",
)  # fmt: skip
COUNTER_ENROLMENTS = DoorLimit(
    "counter-enrolments", Subject.AGENT, 60, HOUR, "numbers that an agent's people enrol",
    "made-up customers", "the counter's page says that it was too many",
)  # fmt: skip
BENEFICIARIES = DoorLimit(
    "beneficiaries", Subject.MSISDN, 10, HOUR, "numbers that are given a name",
    "preparing a wallet to be emptied", "`That was too often. Try again after 14:05.`",
)  # fmt: skip

DOOR_LIMITS: tuple[DoorLimit, ...] = (
    SMS_COMMANDS, SMS_STRANGERS, ENROLMENTS, COUNTER_ENROLMENTS, BENEFICIARIES,
)  # fmt: skip

"""Gateways that answer from a script, on a real database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from app.db import outbox
from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.ports.channels import MtSms, SmsAccepted, SmsOutcome
from app.services.send_sms import SmsContext, send_sms
from app.services.sms_context import MtSmsRules
from app.services.sweep import take_overdue
from tests.factories.world import World
from tests.fakes.clock import FixedClock

_numbers = count(1)


class Gateway:
    """Answers from a script; without one it accepts."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.answers: list[SmsOutcome] = []
        self.always: SmsOutcome | None = None
        self.sent: list[MtSms] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def send(self, sms: MtSms) -> SmsOutcome:
        self.sent.append(sms)
        accepts = SmsAccepted(f"{self.name}-{sms.reference}", "NGN 2.2000")
        answer = self.answers.pop(0) if self.answers else self.always or accepts
        self.meanwhile()
        return answer


@dataclass
class Office:
    """Queues SMS and sends what is due; `first` and `second` are its gateways."""

    world: World
    first: Gateway = field(default_factory=lambda: Gateway("first"))
    second: Gateway = field(default_factory=lambda: Gateway("second"))
    counted: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ruled()

    def ruled(self, **rules: Any) -> None:
        """These rules from now on."""
        self.context = SmsContext(
            self.world.context, (self.first, self.second), timedelta(seconds=18),
            lambda gateway, outcome: self.counted.append((gateway, outcome)), MtSmsRules(**rules),
        )  # fmt: skip

    def queue(self, msisdn: Msisdn, kind: str = "pin_changed", **params: object) -> int:
        key = f"test:{next(_numbers)}"
        with self.world.db.transaction() as tx:
            outbox.queue_sms(tx, msisdn, kind, "en", params, dedupe_key=key)
        return int(self.world.one("select id from mt_sms where dedupe_key = %s", key))

    def send(self, msisdn: Msisdn, kind: str = "pin_changed", **params: object) -> int:
        """Queue it and try once; its id."""
        sms_id = self.queue(msisdn, kind, **params)
        send_sms(self.context, sms_id)
        return sms_id

    def pass_time(self, **span: float) -> None:
        """The clock goes on, and what is due by then is tried."""
        self.world.clock.advance(**span)
        for sms_id in take_overdue(self.world.db, self.world.clock).jobs["notify"]:
            send_sms(self.context, sms_id)

    def state(self, sms_id: int) -> tuple[str, str]:
        """State and code."""
        [row] = self.world.all("select state, code from mt_sms where id = %s", sms_id)
        return row[0], row[1]

    def column(self, name: str, sms_id: int) -> Any:
        return self.world.one(f"select {name} from mt_sms where id = %s", sms_id)

    @property
    def sent(self) -> list[str]:
        """Names of the gateways, once for each SMS that was handed over."""
        return [one.name for one in (self.first, self.second) for _ in one.sent]


@pytest.fixture
def office(db: Database, clock: FixedClock) -> Office:
    """A desk of its own: nothing is left over from the test before."""
    with db.transaction() as tx:
        for table in ("sms_asked", "sms_parts", "sms_gateways", "sms_refusals", "opt_outs"):
            tx.run(f"delete from {table}")
        tx.run("update mt_sms set state = 'failed', due_at = null where due_at is not null")
    return Office(World(db, clock))


@pytest.fixture
def ada(office: Office) -> Msisdn:
    """A subscriber."""
    return office.world.subscriber()

"""The SMPP process made from its settings, and the desk that its link talks to."""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.db.errors import DatabaseUnavailable
from app.observability.smpp import count
from app.ports.channels import SessionEnd, UssdAnswer, UssdHop
from app.ports.smpp import ClaimedPart, DeskAway, HeardSms, LinkState, PartAnswer, Receipt
from app.services import hear_by_smpp, send_by_smpp, smpp_link
from app.services.record_reports import record_session_end
from app.services.send_by_smpp import SmppContext
from providers import registry

if TYPE_CHECKING:
    from app.bootstrap import Parts


def smpp_process(of: "Parts", say: Callable[..., None]) -> Any:
    """The process, ready to run."""
    wanted, made = of.settings, registry.smpp
    settings = made.SmppSettings(
        made.SmscAddress(
            wanted.smpp_host, wanted.smpp_port, wanted.smpp_tls, wanted.smpp_tls_ca_file
        ),
        made.Login(
            wanted.smpp_system_id, wanted.smpp_password.get_secret_value(),
            wanted.smpp_system_type,
        ),
        wanted.smpp_window, wanted.smpp_per_second, wanted.short_code, wanted.smpp_alphabet,
        wanted.smpp_answer_ids, f"{socket.gethostname()}-{os.getpid()}",
        made.Times(wanted.smpp_enquire_link_seconds, wanted.smpp_answer_seconds),
    )  # fmt: skip
    return made.SmppProcess(settings, Desk(of, made.LEASE_SECONDS), say, count)


class Desk:
    """An SmppDesk: each method is a service."""

    def __init__(self, of: "Parts", lease_seconds: float) -> None:
        self._services = of.context
        self._sending = SmppContext(of.context, timedelta(seconds=lease_seconds), count)
        self._hops = of.hops
        self._sessions = of.sessions

    def claim(self, limit: int) -> list[ClaimedPart]:
        return send_by_smpp.claim_parts(self._sending, limit)

    def record(self, answers: Sequence[PartAnswer]) -> None:
        send_by_smpp.record_answers(self._sending, answers)

    def receive(self, receipts: Sequence[Receipt]) -> None:
        send_by_smpp.record_receipts(self._sending, receipts)

    def hear(self, sms: HeardSms, link: str) -> None:
        hear_by_smpp.hear_sms(self._services, sms, link)

    def hop(self, hop: UssdHop) -> UssdAnswer:
        return self._hops.answer(hop)

    def over(self, end: SessionEnd) -> None:
        name = self._sessions.name(end.channel, end.session)
        with _here():
            record_session_end(self._services, replace(end, session=name))

    def stands(self, state: LinkState) -> None:
        with _here():
            smpp_link.say_link(self._services, state)

    def tidy(self) -> None:
        with _here():
            smpp_link.forget(self._services)


@contextmanager
def _here() -> Iterator[None]:
    try:
        yield
    except DatabaseUnavailable as error:
        raise DeskAway from error

"""One USSD hop: the session loaded, the menu run, what it asks for done, the answer stored.

A hop is told from others by (channel, session, number of inputs, keyed digest of the history, or of
its gateway's own id of it).
One per session takes effect; copies get its answer. The history a gateway sends is only ever used
to find the newest input: it presses keys for nobody.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from app.db.errors import DatabaseUnavailable
from app.domain.msisdn import Msisdn
from app.domain.requests import Origin, Reply, Request
from app.ports.channels import UssdAnswer, UssdHop
from app.security.field_encryption import FieldCipher
from app.services.hop_number import HopName, seal
from app.services.hop_step import (
    begins,
    begins_anew,
    dialled_through,
    in_its_session,
    session_name,
    step_of,
)
from app.services.sealed_record import Sealer
from app.services.surely import Unsure
from app.sessions.store import Dropped, HopLine, Keep, Record, SessionStore, SessionsUnavailable
from menus.engine.left import Left
from menus.engine.machine import Ask, Machine, Show
from menus.engine.session import Data, Session

TROUBLE = "We can't do this now. Nothing was charged. Please try again in a minute."
UNSURE = (
    "We can't say yet if your request went through. An SMS follows if it did."
    " Check your balance before you buy again."
)
OVER = "This session is over. Please dial again."
LATE = 30
"""Seconds after which nobody waits for the answer any more. A gateway that keeps hops while we are
away brings them then; its subscriber may have dialled again, so a late one presses no key."""
_NOTHING: Data = MappingProxyType({})


class HopLog(Protocol):
    """Where each hop is counted and logged; never gets input."""

    def hop(self, line: HopLine) -> None: ...

    def failed(self, hop: UssdHop, name: str, error: Exception) -> None: ...


@dataclass(frozen=True, slots=True)
class MenuFacts:
    """What every session starts with besides the hop itself."""

    sms_code: str


class Hops:
    """Answers hops; always with something a handset can show.

    `perform` answers the menu's requests; `find_end` gives the last text of a session that placed
    an order, from PostgreSQL; `key` is the server's key for digests of histories; `fields` encrypts
    whose a hop was.
    """

    def __init__(
        self, store: SessionStore, machine: Machine, perform: Callable[[Origin, Request], Reply],
        find_end: Callable[[str, str, Msisdn], str | None], key: bytes, fields: FieldCipher,
        facts: MenuFacts, log: HopLog,
    ) -> None:  # fmt: skip
        self._store = store
        self._machine = machine
        self._perform = perform
        self._find_end = find_end
        self._key = key
        self._sealer = Sealer(key)
        self._fields = fields
        self._facts = facts
        self._log = log

    def answer(self, hop: UssdHop) -> UssdAnswer:
        """The answer to a hop. Never raises; unless it says otherwise, nothing was charged."""
        started, step, name = time.perf_counter(), len(hop.inputs), hop.session
        try:
            record, dropped = self._find(hop)
            hop = in_its_session(hop, record)
            digest = self._digest(hop)
            step = step_of(hop, record, digest)
            name = session_name(hop, record, digest, time.time())
            origin = Origin(hop.channel, name, step, hop.msisdn)
            answer, outcome = self._answer(hop, origin, digest, record, dropped, started)
        except Unsure as error:
            self._log.failed(hop, name, error)
            answer, outcome = UssdAnswer(UNSURE, close=True, label="unsure"), "unsure"
        except (SessionsUnavailable, DatabaseUnavailable) as error:
            self._log.failed(hop, name, error)
            answer, outcome = UssdAnswer(TROUBLE, close=True, label="trouble"), "unavailable"
        except Exception as error:  # noqa: BLE001 - a handset must get an answer, whatever broke
            self._log.failed(hop, name, error)
            answer, outcome = UssdAnswer(TROUBLE, close=True, label="trouble"), "failed"
        self._log.hop(_line(hop, name, step, answer.label, outcome, started))
        return answer

    def _answer(
        self, hop: UssdHop, origin: Origin, digest: str, record: Record | None,
        dropped: Dropped | None, started: float,
    ) -> tuple[UssdAnswer, str]:  # fmt: skip
        if hop.sent is not None and time.time() - hop.sent.timestamp() > LATE:
            return UssdAnswer(OVER, close=True, label="late"), "late"
        if record is None or begins_anew(hop, record, digest):
            if not begins(hop):
                ended = self._find_end(origin.channel, origin.session, hop.msisdn)
                if ended is not None:
                    return UssdAnswer(ended, close=True, label="buy.placed"), "repeated"
            show = self._open(hop, origin, self._left_by(dropped, hop.msisdn))
        else:
            known = self._known_answer(record, hop, origin.step, digest)
            if known is not None:
                return known
            turn = self._machine.feed(Session.from_record(record.menu), hop.inputs[-1])
            show = self._run(origin, turn)
        return self._store_answer(hop, origin, digest, record, show, started)

    def _known_answer(
        self, record: Record, hop: UssdHop, step: int, digest: str
    ) -> tuple[UssdAnswer, str] | None:
        """The answer when the hop isn't the session's next one; None when it is."""
        stored = UssdAnswer(record.text, record.close, record.label)
        if record.msisdn != hop.msisdn:
            return UssdAnswer(OVER, close=True, label="stranger"), "stranger"
        if record.inputs == step and hmac.compare_digest(record.digest, digest):
            return stored, "repeated"
        if record.close:
            return UssdAnswer(record.text, close=True, label=record.label), "over"
        if step != record.inputs + 1:
            # An older copy that comes late, or a hop that skips others: the screen stands.
            return stored, "out_of_order"
        return None

    def _open(self, hop: UssdHop, origin: Origin, left: Left | None) -> Show:
        """A new session; a deep dial goes where its stable code leads, and walks as far as fixed
        options go."""
        show = self._run(
            origin,
            self._machine.open(
                {
                    "msisdn": hop.msisdn,
                    "network": hop.network_code or "",
                    "sms_code": self._facts.sms_code,
                },
                left,
            ),
        )
        for typed in dialled_through(hop):
            turn = None if show.close else self._walked(show.session, typed)
            if turn is None:
                break
            show = self._run(origin, turn)
        return show

    def _walked(self, session: Session, typed: str) -> Show | Ask | None:
        """Where what was dialled leads from here; None when it presses nothing."""
        if self._machine.walks(session, typed):
            return self._machine.feed(session, typed)
        return self._machine.dial(session, typed)

    def _left_by(self, dropped: Dropped | None, msisdn: Msisdn) -> Left | None:
        """What can be gone on with. Where money was moved, nothing: the session ended well, and
        only its last record was lost."""
        if dropped is None or self._find_end(dropped.channel, dropped.session, msisdn) is not None:
            return None
        return Left.from_record(dropped.left)

    def _run(self, origin: Origin, turn: Show | Ask) -> Show:
        while isinstance(turn, Ask):
            reply = self._perform(origin, turn.request)  # type: ignore[arg-type]
            turn = self._machine.resume(turn.session, reply)
        return turn

    def _store_answer(
        self,
        hop: UssdHop,
        origin: Origin,
        digest: str,
        before: Record | None,
        show: Show,
        started: float,
    ) -> tuple[UssdAnswer, str]:
        answer = UssdAnswer(show.text, show.close, show.session.state)
        record = Record(
            version=before.version + 1 if before else 1, msisdn=hop.msisdn,
            inputs=origin.step, digest=digest, text=answer.text, close=answer.close,
            label=answer.label, menu=show.session.to_record(), name=origin.session,
        )  # fmt: skip
        if self._machine.reveals(show.session):
            record = self._sealer.seal(record, hop.channel, hop.session)
        outcome = "end" if answer.close else "screen"
        line = _line(
            hop, origin.session, origin.step, answer.label, outcome, started, show.session.data,
            seal(self._fields, HopName(hop.channel, origin.session, origin.step), hop.msisdn),
        )  # fmt: skip
        left = self._left_behind(show)
        try:
            saved = self._store.save(hop.channel, hop.session, before, record, line, left)
        except SessionsUnavailable as error:
            if not answer.close:
                raise
            # What the session came for is done; that Redis went away since changes nothing of it.
            self._log.failed(hop, origin.session, error)
            return answer, "not_stored"
        if saved:
            return answer, line.outcome
        winner = self._load(hop)
        if winner is None:
            # Redis forgot the session while this hop was at work: what it did stands.
            self._store.save(hop.channel, hop.session, None, record, line, left)
            return answer, line.outcome
        if winner.msisdn != hop.msisdn:
            return UssdAnswer(OVER, close=True, label="stranger"), "stranger"
        return UssdAnswer(winner.text, winner.close, winner.label), "repeated"

    def _left_behind(self, show: Show) -> list[Any] | Keep:
        if show.session.state == self._machine.offer and not show.close:
            return Keep.AS_IS
        left = None if show.close else self._machine.leaves(show.session)
        return left.to_record() if left else Keep.CLEAR

    def _find(self, hop: UssdHop) -> tuple[Record | None, Dropped | None]:
        """The session's record; when it begins by dialling the short code alone, also what the
        subscriber's last session left. Whoever dials deeper has said what they want."""
        if not begins(hop) or dialled_through(hop):
            return self._load(hop), None
        record, dropped = self._store.begin(hop.channel, hop.session, hop.msisdn)
        return (self._opened(hop, record) if record else None), dropped

    def _load(self, hop: UssdHop) -> Record | None:
        record = self._store.load(hop.channel, hop.session)
        return self._opened(hop, record) if record else None

    def _opened(self, hop: UssdHop, record: Record) -> Record:
        return self._sealer.open(record, hop.channel, hop.session)

    def _digest(self, hop: UssdHop) -> str:
        history = hop.message.encode() or "*".join(hop.inputs).encode()
        return hmac.digest(self._key, history, hashlib.sha256).hex()[:32]


def _line(
    hop: UssdHop, name: str, step: int, label: str, outcome: str, started: float,
    data: Data = _NOTHING, number: str = "",
) -> HopLine:  # fmt: skip
    milliseconds = (time.perf_counter() - started) * 1000
    return HopLine(
        hop.channel, name, step, hop.msisdn, label, outcome, milliseconds, time.time(),
        str(data.get("language", "")), hop.network_code or "", number,
    )  # fmt: skip

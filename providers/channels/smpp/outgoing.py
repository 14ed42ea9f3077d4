"""What goes out: claimed in batches as the window has room, submitted, answered for."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from app.ports.smpp import ClaimedPart, DeskAway, PartAnswer, PartOutcome, SmppDesk
from providers.channels.smpp.client import SmppClient
from providers.channels.smpp.codes import SLOW_DOWN, VERDICTS, Verdict
from providers.channels.smpp.gateway import submission
from providers.channels.smpp.link import Answer, Link, LinkLost, NotSent
from providers.channels.smpp.receipts import AnswerIds, stored_id
from providers.channels.smpp.recorder import Recorder
from providers.channels.smpp.threads import Threads
from providers.channels.smpp.window import Pace

_TICK, _IDLE, _AWAY = 0.02, 0.2, 1.0
"""Seconds between claims, when nothing was due, when the desk is away."""


@dataclass(frozen=True, slots=True)
class OutgoingRules:
    """`fresh_seconds`: a claim older than this isn't submitted, somebody else may have it by now;
    `reserve`: places of the window that only USSD gets."""

    answer_ids: AnswerIds
    fresh_seconds: float
    reserve: int


class Outgoing:
    """Feeds the link until cancelled."""

    def __init__(
        self, desk: SmppDesk, client: SmppClient, recorder: Recorder, pace: Pace,
        rules: OutgoingRules, threads: Threads, count: Callable[[str, str], None],
    ) -> None:  # fmt: skip
        self._desk = desk
        self._client = client
        self._recorder = recorder
        self._pace = pace
        self._rules = rules
        self._threads = threads
        self._count = count
        self._sending: set[asyncio.Task[None]] = set()
        self._now = asyncio.get_running_loop().time

    async def feed(self) -> None:
        """Claim what is due whenever something may leave."""
        while True:
            link = await self._client.bound()
            room = min(link.window.free - self._rules.reserve, self._pace.allowance())
            if room < 1 or self._recorder.behind:
                await asyncio.sleep(_TICK)
                continue
            claiming = asyncio.ensure_future(self._threads.run(self._desk.claim, room))
            try:
                parts = await asyncio.shield(claiming)
            except DeskAway:
                await asyncio.sleep(_AWAY)
                continue
            except asyncio.CancelledError:
                await self._give_back(claiming)
                raise
            self._pace.spend(len(parts))
            claimed_at = self._now()
            for part in parts:
                task = asyncio.create_task(self._send(link, part, claimed_at))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)
            await asyncio.sleep(_TICK if parts else _IDLE)

    async def settle(self) -> None:
        """Until every submission has its answer or its link's end."""
        while self._sending:
            await asyncio.wait(self._sending)

    async def _give_back(self, claiming: "asyncio.Future[list[ClaimedPart]]") -> None:
        try:
            parts = await claiming
        except DeskAway:
            return
        for one in parts:
            self._recorder.answer(PartAnswer(one.id, one.claim, PartOutcome.NOT_SENT))

    async def _send(self, link: Link, part: ClaimedPart, claimed_at: float) -> None:
        self._recorder.answer(await self._submitted(link, part, claimed_at))

    async def _submitted(self, link: Link, part: ClaimedPart, claimed_at: float) -> PartAnswer:
        if self._now() - claimed_at > self._rules.fresh_seconds:
            return PartAnswer(part.id, part.claim, PartOutcome.NOT_SENT, "late")
        try:
            answer = await link.submit(submission(part.sender, part.msisdn, part.part))
        except NotSent:
            return PartAnswer(part.id, part.claim, PartOutcome.NOT_SENT, "no_link")
        except LinkLost:
            return PartAnswer(part.id, part.claim, PartOutcome.IN_DOUBT)
        return self._of(part, answer)

    def _of(self, part: ClaimedPart, answer: Answer) -> PartAnswer:
        code = f"smpp {answer.status:#06x}"
        if answer.status in SLOW_DOWN:
            self._pace.complained()
            self._count("throttled", "")
        match VERDICTS.get(answer.status, Verdict.UNKNOWN):
            case Verdict.ACCEPTED:
                self._pace.taken()
                message_id = stored_id(answer.message_id, self._rules.answer_ids)
                return PartAnswer(part.id, part.claim, PartOutcome.ACCEPTED, "", message_id)
            case Verdict.REFUSED:
                return PartAnswer(part.id, part.claim, PartOutcome.REFUSED, code)
            case Verdict.RETRY:
                wait = max(self._pace.pause_left, 1.0 if answer.status not in SLOW_DOWN else 0.0)
                return PartAnswer(part.id, part.claim, PartOutcome.RETRY, code, wait_seconds=wait)
            case Verdict.UNKNOWN:
                return PartAnswer(part.id, part.claim, PartOutcome.UNKNOWN, code)

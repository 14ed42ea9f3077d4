"""What comes in: MO SMS, delivery receipts, USSD, each answered once it is safe to say so."""

import asyncio
from collections.abc import Awaitable, Callable

from app.observability.logging import where
from app.ports.channels import SessionEnd, Unreadable, UssdAnswer, UssdHop
from app.ports.smpp import DeskAway, HeardSms, Receipt, SmppDesk
from providers.channels.smpp import parts, receipts, ussd
from providers.channels.smpp.alphabets import DefaultAlphabet
from providers.channels.smpp.codes import SLOW_DOWN, Status, Tag
from providers.channels.smpp.link import Link, LinkLost
from providers.channels.smpp.pdu import BadBody, ShortMessage
from providers.channels.smpp.receipts import AnswerIds
from providers.channels.smpp.threads import Threads
from providers.channels.smpp.times import smpp_time
from providers.hop_fields import LONGEST_TEXT, msisdn

_SHOW_AFTER = (0.0, 0.2, 0.5, 1.0)
"""Seconds before a screen is submitted, and again while the SMSC throttles it; then it is too
late."""


class Incoming:
    """Callable with a deliver_sm and its link; the status to answer with."""

    def __init__(
        self, desk: SmppDesk, receive: Callable[[Receipt], Awaitable[None]], people: Threads,
        short_code: str, alphabet: DefaultAlphabet, answer_ids: AnswerIds,
        say: Callable[..., None], count: Callable[[str, str], None],
    ) -> None:  # fmt: skip
        self._desk = desk
        self._receive = receive
        self._people = people
        self._short_code = short_code
        self._alphabet = alphabet
        self._answer_ids = answer_ids
        self._say = say
        self._count = count
        self._hops: set[asyncio.Task[None]] = set()

    async def __call__(self, message: ShortMessage, link: Link) -> int:
        try:
            if receipts.is_receipt(message):
                return await self._receipt(message)
            if self._people.busy:
                self._count("mo", "busy")
                return Status.TRY_LATER
            if ussd.is_ussd(message):
                return self._ussd(message, link)
            return await self._sms(message, link)
        except (BadBody, Unreadable) as error:
            self._count("mo", "unreadable")
            self._say("smpp_bad_message", reason=str(error))
            return Status.NEVER
        except DeskAway:
            self._count("mo", "away")
            return Status.TRY_LATER
        except Exception as error:  # noqa: BLE001 - the SMSC must get an answer, whatever broke
            self._count("mo", "failed")
            self._say("smpp_failed", error=where(error))
            return Status.TRY_LATER

    async def settle(self) -> None:
        """Until the hops at work are answered."""
        while self._hops:
            await asyncio.wait(self._hops)

    async def _receipt(self, message: ShortMessage) -> int:
        receipt = receipts.read(message, self._answer_ids)
        if receipt is not None:
            await self._receive(receipt)
        return Status.OK

    async def _sms(self, message: ShortMessage, link: Link) -> int:
        read = parts.read(message, self._alphabet)
        given = (message.tlv(Tag.RECEIPTED_MESSAGE_ID) or b"").split(b"\0", 1)[0]
        heard = HeardSms(
            msisdn(message.source.value), message.destination.value[:20],
            read.text[:LONGEST_TEXT], read.place, given.decode("latin-1")[:100],
            smpp_time(message.schedule_time),
        )  # fmt: skip
        await self._people.run(self._desk.hear, heard, link.name)
        self._count("mo", "sms")
        return Status.OK

    def _ussd(self, message: ShortMessage, link: Link) -> int:
        turn = ussd.read(message, self._alphabet)
        # The hop is answered by a submit_sm of its own; the SMSC needn't wait for it.
        task = asyncio.create_task(self._hop(turn, link))
        self._hops.add(task)
        task.add_done_callback(self._hops.discard)
        self._count("ussd", turn.op.name.lower())
        return Status.OK

    async def _hop(self, turn: ussd.Turn, link: Link) -> None:
        try:
            told = ussd.told(turn, self._short_code)
            if isinstance(told, SessionEnd):
                await self._people.run(self._desk.over, told)
            else:
                answer = await self._people.run(self._desk.hop, told)
                await self._show(told, answer, link)
        except (Unreadable, DeskAway) as error:
            self._say("smpp_bad_hop", reason=str(error) or type(error).__name__)
        except Exception as error:  # noqa: BLE001 - one hop's failure is no other's
            self._say("smpp_failed", error=where(error))

    async def _show(self, hop: UssdHop, answer: UssdAnswer, link: Link) -> None:
        screen, status = ussd.show(hop, answer, self._alphabet), "no_link"
        for pause in _SHOW_AFTER:
            await asyncio.sleep(pause)
            try:
                said = (await link.submit(screen, urgent=True)).status
            except LinkLost:
                break
            if said == Status.OK:
                return
            status = f"{said:#06x}"
            if said not in SLOW_DOWN:
                break
        self._say("smpp_not_shown", session=hop.session, status=status)

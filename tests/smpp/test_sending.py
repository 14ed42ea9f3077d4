"""What the SMPP process has claimed: answered once, taken again when nobody answers, told of."""

from datetime import timedelta

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.ports.channels import MtSms, SmsState
from app.ports.smpp import ClaimedPart, PartAnswer, PartOutcome, Receipt, SmsPart
from app.services.send_by_smpp import (
    SmppContext,
    claim_parts,
    put_parts,
    record_answers,
    record_receipts,
    state_of,
)
from tests.factories.world import World
from tests.fakes.clock import FixedClock

LEASE = timedelta(seconds=90)


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    with db.statement() as tx:
        tx.run("delete from smpp_parts")
    return World(db, clock)


@pytest.fixture
def counted() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def out(world: World, counted: list[tuple[str, str]]) -> SmppContext:
    return SmppContext(
        world.context, LEASE, lambda event, outcome: counted.append((event, outcome))
    )


def put(world: World, reference: str, *texts: bytes) -> None:
    sms = MtSms(reference, Msisdn("+2348030000001"), "")
    parts = [SmsPart(text, 0, 0) for text in texts]
    assert put_parts(world.context, sms, "20880", parts)


def answered(claimed: ClaimedPart, outcome: PartOutcome, **more: object) -> PartAnswer:
    return PartAnswer(claimed.id, claimed.claim, outcome, **more)  # type: ignore[arg-type]


def state(world: World, reference: str) -> list[tuple[str, str]]:
    rows = world.all(
        "select state, code from smpp_parts where reference = %s order by part", reference
    )
    return [(str(one), str(code)) for one, code in rows]


def test_a_reference_is_queued_once_and_claimed_once(world: World, out: SmppContext) -> None:
    for _ in range(2):
        put(world, "once", b"one", b"two")
    assert [one.part.text for one in claim_parts(out, 10)] == [b"one", b"two"]
    assert claim_parts(out, 10) == []


def test_a_text_lies_encrypted_and_is_gone_with_its_answer(world: World, out: SmppContext) -> None:
    put(world, "secret", b"Your start PIN is 4821")
    assert "4821" not in str(world.one("select sealed from smpp_parts"))
    [claimed] = claim_parts(out, 10)
    record_answers(out, [answered(claimed, PartOutcome.ACCEPTED, message_id="1")])
    assert world.one("select sealed from smpp_parts") is None


def test_a_claim_that_nobody_answers_for_comes_again_and_is_counted(
    world: World, out: SmppContext, clock: FixedClock, counted: list[tuple[str, str]]
) -> None:
    put(world, "silent", b"one")
    [first] = claim_parts(out, 10)
    clock.advance(seconds=91)
    [second] = claim_parts(out, 10)
    assert (first.again, second.again) == (False, True)
    assert ("sent_again", "") in counted
    record_answers(out, [answered(first, PartOutcome.REFUSED, code="late")])
    assert state(world, "silent") == [("sending", "")]
    record_answers(out, [answered(second, PartOutcome.ACCEPTED, message_id="silent-1")])
    assert state(world, "silent") == [("sent", "")]


def test_what_never_left_is_claimed_again_and_not_counted(
    world: World, out: SmppContext, clock: FixedClock
) -> None:
    put(world, "kept", b"one")
    for outcome, wait in ((PartOutcome.NOT_SENT, 0), (PartOutcome.RETRY, 5)):
        [claimed] = claim_parts(out, 10)
        record_answers(out, [answered(claimed, outcome, wait_seconds=wait)])
    assert claim_parts(out, 10) == []
    clock.advance(seconds=5)
    [claimed] = claim_parts(out, 10)
    assert not claimed.again


def test_what_ends_every_link_is_not_sent_for_ever(world: World, out: SmppContext) -> None:
    put(world, "poison", b"one")
    for _ in range(8):
        [claimed] = claim_parts(out, 10)
        record_answers(out, [answered(claimed, PartOutcome.IN_DOUBT)])
    assert claim_parts(out, 10) == []
    assert state(world, "poison") == [("unknown", "link_lost")]


def test_a_receipt_may_come_before_the_answer_is_recorded(world: World, out: SmppContext) -> None:
    put(world, "early", b"one")
    [claimed] = claim_parts(out, 10)
    record_receipts(out, [Receipt("early-1", SmsState.DELIVERED, "DELIVRD")])
    record_answers(out, [answered(claimed, PartOutcome.ACCEPTED, message_id="early-1")])
    assert state(world, "early") == [("delivered", "DELIVRD")]


def test_receipts_only_move_forward_and_the_younger_of_two_messages_is_meant(
    world: World, out: SmppContext
) -> None:
    for reference in ("old", "new"):
        put(world, reference, b"one")
        [claimed] = claim_parts(out, 10)
        record_answers(out, [answered(claimed, PartOutcome.ACCEPTED, message_id="same")])
    record_receipts(out, [Receipt("same", SmsState.DELIVERED, "DELIVRD")])
    assert (state(world, "old"), state(world, "new")) == (
        [("sent", "")], [("delivered", "DELIVRD")]
    )  # fmt: skip


def test_a_message_is_buffered_and_then_delivered_in_one_batch(
    world: World, out: SmppContext
) -> None:
    put(world, "both", b"one")
    [claimed] = claim_parts(out, 10)
    record_answers(out, [answered(claimed, PartOutcome.ACCEPTED, message_id="both-1")])
    record_receipts(
        out,
        [Receipt("both-1", SmsState.BUFFERED, "ENROUTE"),
         Receipt("both-1", SmsState.DELIVERED, "DELIVRD")],
    )  # fmt: skip
    assert state(world, "both") == [("delivered", "DELIVRD")]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (("sent", "delivered"), None), (("delivered", "delivered"), SmsState.DELIVERED),
        (("delivered", "failed"), SmsState.FAILED), (("expired", "sent"), SmsState.EXPIRED),
        (("buffered", "sent"), SmsState.BUFFERED), (("unknown", "delivered"), None),
    ],
)  # fmt: skip
def test_an_sms_is_what_its_parts_are(parts: tuple[str, ...], told: SmsState | None) -> None:
    assert state_of(parts) == told

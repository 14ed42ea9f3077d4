"""One line of time for an order: what its buyer did, what vendors were asked and said, what moved,
what people did."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, groupby

from app.db.order_trail import Audited, Booked, CaseSeen, MadeBy, Word
from app.services.run_routes import Decision
from app.services.show_order import OrderFile


@dataclass(frozen=True, slots=True)
class Happened:
    """`kind` is one word (hop, order, route, attempt, vendor, money, sms, case, break, staff);
    `said` a line for a person; `detail` what explains it."""

    at: datetime
    kind: str
    said: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Trail:
    """What only the line of time shows: hops of the session (at, screen, outcome, milliseconds),
    when attempts closed (by number), breaks (id, kind, opened, closed, resolution), and acts."""

    hops: Sequence[tuple[datetime, str, str, float]] = field(default_factory=tuple)
    closings: dict[int, datetime] = field(default_factory=dict)
    breaks: Sequence[tuple[int, str, datetime, datetime | None, str]] = field(default_factory=tuple)
    acts: Sequence[Audited] = field(default_factory=tuple)


def timeline(
    file: OrderFile, made_by: MadeBy, decisions: Sequence[Decision], words: Sequence[Word],
    postings: Sequence[Booked], cases: Sequence[CaseSeen], trail: Trail,
) -> list[Happened]:  # fmt: skip
    """Everything, oldest first."""
    everything = chain(
        (Happened(at, "hop", label, f"{outcome}, {ms:.0f} ms")
         for at, label, outcome, ms in trail.hops),
        _of_order(file, made_by), _of_routes(decisions), _of_attempts(file, trail),
        _of_words(words), _of_money(postings), _of_sms(file), _of_cases(cases), _of_breaks(trail),
        _of_acts(trail),
    )  # fmt: skip
    return sorted(everything, key=lambda one: one.at)


def _of_order(file: OrderFile, made_by: MadeBy) -> Iterator[Happened]:
    order = file.order
    yield Happened(order.placed_at, "order", f"placed by {made_by.channel}",
                   f"{order.operator} {order.product}, {order.price} held")  # fmt: skip
    if made_by.ended_at is not None:
        yield Happened(made_by.ended_at, "order", f"{order.state}", order.code)


def _of_routes(decisions: Sequence[Decision]) -> Iterator[Happened]:
    for one in decisions:
        against = [f"{r['provider']}: {r['against']}" for r in one.routes if r.get("against")]
        said = f"route: {one.chosen or 'none to take'}"
        yield Happened(one.at, "route", said, "; ".join(against))


def _of_attempts(file: OrderFile, trail: Trail) -> Iterator[Happened]:
    for one in file.attempts:
        again = "sent again" if one.is_resend else "sent"
        sent = f"{one.reference or 'nothing sent'}, told {one.told}"
        yield Happened(one.opened_at, "attempt", f"{again} to {one.provider}", sent)
        closed_at = trail.closings.get(one.number)
        if closed_at is not None:
            said = f"{one.provider}: {one.outcome.replace('_', ' ')}"
            yield Happened(closed_at, "attempt", said, one.code)
    for told in file.exchanges:
        answer = f"{told.status}" if told.status else told.fault or "no answer"
        yield Happened(told.at, "vendor", f"{told.peer}: {told.request}",
                       f"{answer}, {told.milliseconds} ms")  # fmt: skip


def _of_words(words: Sequence[Word]) -> Iterator[Happened]:
    return (Happened(one.at, "vendor", f"{one.provider} {one.said}", one.code) for one in words)


def _of_money(postings: Sequence[Booked]) -> Iterator[Happened]:
    for (at, reference), parts in groupby(postings, key=lambda one: (one.at, one.reference)):
        moved = (f"{p.account.replace('_', ' ')} {p.owner} {p.amount}" for p in parts)
        yield Happened(at, "money", reference, "; ".join(" ".join(m.split()) for m in moved))


def _of_sms(file: OrderFile) -> Iterator[Happened]:
    for one in file.messages:
        yield Happened(one.queued_at, "sms", f"{one.kind} queued")
        if one.sent_at is not None:
            yield Happened(one.sent_at, "sms", f"{one.kind} sent", one.text)
        if one.reported_at is not None:
            yield Happened(one.reported_at, "sms", f"{one.kind}: {one.state}", one.code)


def _of_cases(cases: Sequence[CaseSeen]) -> Iterator[Happened]:
    for one in cases:
        said = f"complaint {one.ticket}"
        yield Happened(one.opened_at, "case", said, one.kind.replace("_", " "))
        if one.ended_at is not None:
            yield Happened(one.ended_at, "case", f"{said} {one.state}")


def _of_breaks(trail: Trail) -> Iterator[Happened]:
    for id_, kind, opened, closed, resolution in trail.breaks:
        said = f"break {id_}"
        yield Happened(opened, "break", f"{said} opened", kind.replace("_", " "))
        if closed is not None:
            yield Happened(closed, "break", f"{said} closed", resolution)


def _of_acts(trail: Trail) -> Iterator[Happened]:
    for one in trail.acts:
        detail = ", ".join(f"{name} {value}" for name, value in one.detail.items())
        yield Happened(one.at, "staff", f"{one.actor}: {one.act}", detail)

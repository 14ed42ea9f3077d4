"""What vendors were asked and answered, read back for staff; bodies are stored encrypted."""

import json
from collections.abc import Iterator

from app.db import exchanges
from app.db.engine import Transaction
from app.db.exchanges import ExchangeRow
from app.db.order_file import Told
from app.ports.exchanges import Exchange
from app.security.field_encryption import FieldCipher, Place, Unreadable
from app.services.context import Context

_UNREADABLE = ("(encrypted under a key we don't have)", "")


def seal_bodies(fields: FieldCipher, exchange_id: int, request: str, response: str) -> str:
    """As the row with this id stores them."""
    return fields.encrypt_bytes(json.dumps([request, response]).encode(), _place(exchange_id))


def open_bodies(fields: FieldCipher, row: ExchangeRow) -> tuple[str, str]:
    """Request and answer. Raises Unreadable."""
    if row.ciphertext is None:
        return row.request_body or "", row.response_body or ""
    request, response = json.loads(fields.decrypt_bytes(row.ciphertext, _place(row.id)))
    return request, response


def keep_exchanges(tx: Transaction, fields: FieldCipher, made: list[Exchange]) -> None:
    """Write them, bodies encrypted."""
    ids = exchanges.new_ids(tx, len(made))
    exchanges.add(
        tx,
        [
            (id_, one, seal_bodies(fields, id_, one.request_body, one.response_body))
            for id_, one in zip(ids, made, strict=True)
        ],
    )


def exchanges_about(ctx: Context, tx: Transaction, subjects: list[str]) -> list[Told]:
    """Oldest first. A look-up repeats itself each minute: of equal answers in a row to the same
    request only the first and the last are told."""
    rows = exchanges.about(tx, subjects)
    return list(_without_repeats([_told(ctx.fields, row) for row in rows]))


def _told(fields: FieldCipher, row: ExchangeRow) -> Told:
    try:
        request, response = open_bodies(fields, row)
    except Unreadable:
        request, response = _UNREADABLE
    return Told(
        row.started_at, row.peer, row.asked, request, row.status, response, row.fault,
        row.duration_ms,
    )  # fmt: skip


def _without_repeats(told: list[Told]) -> Iterator[Told]:
    """Counted within what goes to one peer by one path."""
    by_road: dict[tuple[str, str], list[int]] = {}
    for number, one in enumerate(told):
        by_road.setdefault((one.peer, one.request), []).append(number)
    wanted = {
        number
        for road in by_road.values()
        for place, number in enumerate(road)
        if place in (0, len(road) - 1)
        or _answer(told[number]) != _answer(told[road[place - 1]])
        or _answer(told[number]) != _answer(told[road[place + 1]])
    }
    yield from (one for number, one in enumerate(told) if number in wanted)


def _answer(told: Told) -> tuple[int | None, str, str]:
    return told.status, told.answered, told.fault


def _place(exchange_id: int) -> Place:
    return Place("exchanges", "bodies_ciphertext", exchange_id)

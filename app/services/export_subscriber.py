"""Everything that is held about a subscriber, as a ZIP to hand over: JSON, and a page to read."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from app.db import ledger, personal_data, subscribers
from app.db.engine import Transaction
from app.db.personal_data import Person
from app.domain.ledger import wallet
from app.domain.msisdn import Msisdn
from app.domain.personal_data import HELD, Kind
from app.domain.secret import Secret
from app.security.audit import Entry, append
from app.security.field_encryption import Place, Unreadable
from app.services.context import Context
from app.services.cure_pin import NoSuchSubscriber
from app.services.hop_number import indexes
from app.services.reason import reason_of

_SECRET = {(one.table, name) for one in HELD if one.kind is Kind.SECRET for name in one.columns}
_SEALED = {
    ("subscribers", "name_ciphertext"): "id",
    ("identity_checks", "number_ciphertext"): "id",
    ("virtual_accounts", "number_ciphertext"): "id",
    ("virtual_accounts", "name_ciphertext"): "id",
    ("topups", "account_ciphertext"): "reference",
}
"""Fields that are opened for their owner -> the column that says where they were sealed."""
_MOST_MOVEMENTS = 100_000
_STYLE = (
    "body{font:15px sans-serif;margin:1.5em}div{overflow-x:auto}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:2px 6px;text-align:left;vertical-align:top}"
)

Rows = Sequence[Mapping[str, Any]]


def export_subscriber(ctx: Context, msisdn: Msisdn, actor: str, reason: str) -> bytes:
    """The ZIP; that it was made is written down, without what is in it. Raises NoSuchSubscriber,
    StaffRefused without a reason."""
    kept = reason_of(reason)
    with ctx.db.transaction() as tx:
        tx.run("set transaction isolation level repeatable read")
        person = personal_data.find_by_number(tx, msisdn)
        if person is None:
            raise NoSuchSubscriber(msisdn)
        everything = _everything(ctx, tx, person)
    zipped = _zip(person, everything, f"{ctx.clock.now():%Y-%m-%d %H:%M} UTC")
    with ctx.db.transaction() as tx:
        counts = {table: str(len(rows)) for table, rows in everything.items()}
        append(tx, Entry(
            ctx.clock.now(), actor, "subscriber.export", f"subscriber:{person.id}",
            {"reason": kept, "rows": str(sum(int(count) for count in counts.values()))},
        ))  # fmt: skip
    return zipped


def _everything(ctx: Context, tx: Transaction, person: Person) -> dict[str, Rows]:
    whole = Person(
        person.id, person.msisdn, person.registered_at, indexes(ctx.fields, person.msisdn)
    )
    found: dict[str, Rows] = {}
    for table in personal_data.tables():
        rows = [_readable(ctx, table, row) for row in personal_data.rows(tx, table, whole)]
        if rows:
            found[table] = rows
    who = subscribers.find_by_id(tx, person.id)
    if who is not None:
        moved = ledger.movements(tx, wallet(who.id, who.currency), _MOST_MOVEMENTS)
        found["movements of the wallet"] = [
            {"at": row.at.isoformat(), "kind": row.kind, "amount": str(row.amount),
             "reference": row.reference}
            for row in moved
        ]  # fmt: skip
    return found


def _readable(ctx: Context, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without secrets, with sealed fields of the person's own opened."""
    plain = {name: value for name, value in row.items() if (table, name) not in _SECRET}
    for (sealed_in, column), names_it in _SEALED.items():
        if sealed_in == table and row.get(column):
            try:
                value: Secret = ctx.fields.decrypt(row[column], Place(table, column, row[names_it]))
                plain[column.removesuffix("_ciphertext")] = value.value
            except Unreadable:
                plain[column.removesuffix("_ciphertext")] = "its key is gone"
    return plain


def _zip(person: Person, everything: Mapping[str, Rows], made: str) -> bytes:
    said = {"subscriber": person.id, "number": person.msisdn, "made": made, "held": everything}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("personal-data.json", json.dumps(said, indent=1, ensure_ascii=False))
        files.writestr("personal-data.html", _page(person, everything, made))
    return packed.getvalue()


def _page(person: Person, everything: Mapping[str, Rows], made: str) -> str:
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'>",
        f"<title>What is held about {escape(person.msisdn)}</title><style>{_STYLE}</style>",
        f"<h1>What is held about {escape(person.msisdn)}</h1><p>Made {made}. ",
        "personal-data.json holds the same for programs. PINs and codes are kept as digests ",
        "that nobody can read, and are left out.</p>",
    ]
    for table, rows in everything.items():
        told = sorted({one.kept for one in HELD if one.table == table and one.kept})
        parts.append(f"<h2>{escape(table.replace('_', ' '))} ({len(rows)})</h2>")
        parts.append(f"<p>Kept: {escape('; '.join(told) or 'as long as the books')}</p>")
        names = list(dict.fromkeys(name for row in rows for name in row))
        parts.append("<div><table><tr>")
        parts.extend(f"<th>{escape(name.replace('_', ' '))}</th>" for name in names)
        for row in rows:
            parts.append("<tr>")
            parts.extend(f"<td>{escape(_cell(row.get(name)))}</td>" for name in names)
        parts.append("</table></div>")
    return "".join(parts)


def _cell(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)

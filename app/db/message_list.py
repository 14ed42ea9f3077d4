"""SMS that were sent, and broadcasts, as lists."""

from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.broadcasts import BroadcastState
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.roles import Right

_STATES = ("queued", "sending", "sent", "buffered", "delivered", "failed", "expired")
_HOLD_A_CODE = "'withdrawal_code', 'web_code', 'start_pin', 'wish_code', 'sign_in_code'"
_NUMBER = r"\+?[0-9]([ -]?[0-9]){8,}"
"""Whatever could be somebody's number: nine digits or more."""

MESSAGES = ListSpec(
    name="messages",
    title="Messages",
    rows="messages",
    right=Right.SEE_MESSAGES,
    source="mt_sms m",
    table="mt_sms m",
    at="m.queued_at",
    id="m.id",
    columns=(
        Column("queued", "Queued", Kind.WHEN, "m.queued_at"),
        Column("number", "To", Kind.MSISDN, "m.msisdn"),
        Column("kind", "Kind", Kind.TEXT, "replace(m.kind, '_', ' ')"),
        Column("state", "State", Kind.STATE, "m.state"),
        Column("gateway", "Gateway", Kind.TEXT, "coalesce(m.gateway, m.via)"),
        Column("text", "Text", Kind.TEXT,
               f"case when m.sent_text is null then null when m.kind in ({_HOLD_A_CODE})"
               " then '(holds a code)'"
               f" else regexp_replace(m.sent_text, '{_NUMBER}', '****', 'g') end"),
        Column("code", "Why", Kind.TEXT, "m.code"),
        Column("parts", "Parts", Kind.NUMBER, "m.parts", chosen=False),
        Column("cost", "Cost, as told", Kind.TEXT, "m.cost", chosen=False),
        Column("language", "Language", Kind.TEXT, "m.language", chosen=False),
        Column("tries", "Tries", Kind.NUMBER, "m.tries", chosen=False),
        Column("sent", "Sent", Kind.WHEN, "m.sent_at", chosen=False),
        Column("reported", "Reported", Kind.WHEN, "m.reported_at", chosen=False),
    ),
    filters=(
        Filter("number", "Number", Asks.MSISDN, "m.msisdn = %s", indexed=True),
        Filter("state", "State", Asks.WORD, "m.state = %s", _STATES, indexed=True,
               common=tuple(word for word in _STATES if word not in ("failed", "expired"))),
        Filter("kind", "Kind", Asks.TEXT, "m.kind = replace(%s, ' ', '_')"),
        Filter("gateway", "Gateway", Asks.TEXT, "m.gateway = %s"),
        Filter("broadcast", "Broadcast", Asks.TEXT,
               "m.kind = 'broadcast' and m.params->>'broadcast' = upper(%s)",
               indexed=True),
        Filter("from", "From", Asks.FROM_DAY, "m.queued_at >= %s"),
        Filter("to", "To", Asks.TO_DAY, "m.queued_at < %s"),
    ),
    empty="An SMS appears here the moment it is queued.",
)  # fmt: skip

BROADCASTS = ListSpec(
    name="broadcasts",
    title="Broadcasts",
    rows="broadcasts",
    right=Right.SEE_MESSAGES,
    source="broadcasts b",
    at="b.made_at",
    id="b.id",
    columns=(
        Column("reference", "Reference", Kind.TEXT, "b.reference"),
        Column("made", "Written", Kind.WHEN, "b.made_at"),
        Column("state", "State", Kind.STATE, "b.state"),
        Column("by", "By", Kind.TEXT, "b.made_by"),
        Column("country", "Country", Kind.TEXT, "b.country"),
        Column("text", "Text", Kind.TEXT, "left(b.texts->>'en', 60)"),
        Column("recipients", "Recipients", Kind.NUMBER,
               "(select sum(value::bigint)::bigint from jsonb_each_text(b.counts))"),
        Column("queued", "Sent", Kind.NUMBER, "b.queued"),
        Column("ended", "Ended", Kind.WHEN, "b.ended_at", chosen=False),
    ),
    filters=(
        Filter("state", "State", Asks.WORD, "b.state = %s", tuple(BroadcastState)),
        Filter("country", "Country", Asks.WORD, "b.country = %s", tuple(COUNTRY_CURRENCY)),
        Filter("by", "By", Asks.TEXT, "b.made_by = %s"),
        Filter("from", "From", Asks.FROM_DAY, "b.made_at >= %s"),
        Filter("to", "To", Asks.TO_DAY, "b.made_at < %s"),
    ),
    empty="Write one: nobody gets it before you have seen what it costs.",
)  # fmt: skip

"""The list of all subscribers."""

from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.roles import Right

SUBSCRIBERS = ListSpec(
    name="subscribers",
    title="Subscribers",
    rows="subscribers",
    right=Right.SEE_SUBSCRIBER,
    source="subscribers s",
    at="s.registered_at",
    id="s.id",
    columns=(
        Column("registered", "Registered", Kind.WHEN, "s.registered_at"),
        Column("subscriber_id", "Id", Kind.NUMBER, "s.id"),
        Column("msisdn", "Number", Kind.MSISDN, "s.msisdn"),
        Column("tier", "Tier", Kind.NUMBER, "s.tier"),
        Column("state", "State", Kind.STATE,
               "case when s.blocked then 'blocked' when s.locked_until > now() then 'locked'"
               " else 'active' end"),
        Column("country", "Country", Kind.TEXT, "s.country"),
        Column("language", "Language", Kind.TEXT, "s.language"),
        Column("name", "Verified name", Kind.TEXT,
               "case when s.name_ciphertext is null then 'no' else 'yes' end"),
        Column("pin_changed", "PIN changed", Kind.WHEN, "s.pin_changed_at", chosen=False),
        Column("start_pin", "Start PIN", Kind.TEXT,
               "case when s.must_change_pin then 'to be changed' end", chosen=False),
    ),
    filters=(
        Filter("msisdn", "Number", Asks.MSISDN, "s.msisdn = %s"),
        Filter("tier", "Tier", Asks.WORD, "s.tier = %s::smallint", ("1", "2", "3")),
        Filter("country", "Country", Asks.WORD, "s.country = %s", tuple(COUNTRY_CURRENCY)),
        Filter("blocked", "Blocked", Asks.WORD, "s.blocked and %s = 'yes'", ("yes",)),
        Filter("from", "From", Asks.FROM_DAY, "s.registered_at >= %s"),
        Filter("to", "To", Asks.TO_DAY, "s.registered_at < %s"),
    ),
    empty="Whoever dials and chooses a PIN, or is enrolled by an agent, appears here.",
)  # fmt: skip

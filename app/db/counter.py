"""What was done at an agent's counter, by browser and by phone: sales from the float, cash in, cash
out. Who did it is in `done_by`; empty: the agent by phone."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.roles import Right

ACTS = """
(select o.subscriber_id as agent_id, o.placed_at as at, o.id, o.reference,
        case when o.product = 'airtime' then 'airtime' else 'data' end as kind,
        coalesce(o.sold_by, '') as done_by, o.recipient as number, o.operator, o.product,
        o.price_minor as amount_minor, 0::bigint as fee_minor, 0::bigint as earned_minor,
        o.currency, o.state, o.code, o.ended_at
 from orders o where o.paid_from = 'agent_float'
 union all
 select c.agent_id, c.at, c.id, c.reference, 'cash_in'::text, coalesce(c.done_by, ''),
        s.msisdn, ''::text, ''::text, c.amount_minor, 0::bigint, c.earned_minor, c.currency,
        'done'::text, ''::text, c.at
 from cash_ins c join subscribers s on s.id = c.customer_id
 union all
 select w.agent_id, w.ended_at, w.id, w.reference, 'cash_out'::text,
        coalesce(w.paid_by, ''), s.msisdn, ''::text, ''::text, w.amount_minor, w.fee_minor,
        0::bigint, w.currency, 'done'::text, ''::text, w.ended_at
 from withdrawals w join subscribers s on s.id = w.customer_id where w.state = 'paid')
"""

"""Of one agent since some time it is read along three indexes. An order and a cash-in may share an
id, and would have to share a microsecond too to be taken for each other."""

KINDS = ("airtime", "data", "cash_in", "cash_out")

COUNTER_ACTS = ListSpec(
    name="counter_acts",
    title="Everything done",
    rows="sales or cash acts",
    right=Right.SEE_DAY_SHEET,
    source=f"{ACTS} a",
    at="a.at",
    id="a.id",
    scope="a.agent_id = %s",
    columns=(
        Column("at", "When", Kind.WHEN, "a.at"),
        Column("reference", "Reference", Kind.TEXT, "a.reference"),
        Column("kind", "What", Kind.TEXT, "replace(a.kind, '_', ' ')"),
        Column("number", "Number", Kind.MSISDN, "a.number"),
        Column("amount", "Amount", Kind.MONEY, "a.amount_minor", "a.currency"),
        Column("state", "State", Kind.STATE, "a.state"),
        Column("by", "By", Kind.TEXT, "a.done_by"),
    ),
    filters=(
        Filter("kind", "What", Asks.WORD, "a.kind = %s", KINDS),
        Filter("number", "Number", Asks.MSISDN, "a.number = %s"),
        Filter("by", "By", Asks.MSISDN, "a.done_by = %s"),
        Filter("from", "From", Asks.FROM_DAY, "a.at >= %s"),
        Filter("to", "To", Asks.TO_DAY, "a.at < %s"),
    ),
    empty="A sale, a cash-in or a cash-out appears here the moment it is done.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ActRow:
    """One act. `operator` and `product` are codes, of sales only; `fee` is what the customer paid
    for a cash-out."""

    reference: str
    kind: str
    at: datetime
    done_by: str
    number: Msisdn
    operator: str
    product: str
    amount: Money
    fee: Money
    earned: Money
    state: str
    code: str
    ended_at: datetime | None


def act(tx: Transaction, agent_id: int, reference: str) -> ActRow | None:
    """The act of this agent with this reference."""
    row = tx.maybe(
        f"""
        select reference, kind, at, done_by, number, operator, product, amount_minor, fee_minor,
               earned_minor, currency, state, code, ended_at
        from {ACTS} a where agent_id = %s and reference = %s
        """,  # noqa: S608 - a constant
        (agent_id, reference),
    )
    if row is None:
        return None
    (name, kind, at, by, number, operator, product, amount, fee, earned, currency, state, code,
     ended) = row  # fmt: skip
    return ActRow(
        name, kind, at, by, Msisdn(number), operator, product, Money(amount, currency),
        Money(fee, currency), Money(earned, currency), state, code, ended,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SumRow:
    """What one person did of one kind; what was given back isn't in `count` and `amount_minor` but
    in `back` and `back_minor`."""

    done_by: str
    kind: str
    count: int
    amount_minor: int
    earned_minor: int
    back: int
    back_minor: int


def sums(
    tx: Transaction, agent_id: int, begins: datetime, ends: datetime, by: str | None = None
) -> list[SumRow]:
    """By person and kind, of what was done in that time; `by`: only this person's."""
    given_back = "state in ('declined', 'reversed')"
    rows = tx.all(
        f"""
        select done_by, kind, count(*) filter (where not {given_back}),
               coalesce(sum(amount_minor) filter (where not {given_back}), 0)::bigint,
               coalesce(sum(earned_minor), 0)::bigint, count(*) filter (where {given_back}),
               coalesce(sum(amount_minor) filter (where {given_back}), 0)::bigint
        from {ACTS} a
        where agent_id = %s and at >= %s and at < %s and coalesce(done_by = %s, true)
        group by done_by, kind order by done_by, kind
        """,  # noqa: S608 - constants
        (agent_id, begins, ends, by),
    )
    return [SumRow(*row) for row in rows]


# --- the float -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FloatLine:
    """One movement of a float; `reference` has six characters, or is empty."""

    id: int
    kind: str
    amount: Money
    reference: str
    at: datetime


def float_lines(
    tx: Transaction, agent_id: int, currency: str, before_id: int | None, most: int
) -> list[FloatLine]:
    """The newest first; `before_id`: those older than this one."""
    rows = tx.all(
        """
        select p.id, t.kind, p.amount_minor, split_part(t.reference, ':', 2), t.at
        from postings p join ledger_transactions t on t.id = p.transaction_id
        where p.account_id = account_id('agent_float', %s, %s) and coalesce(p.id < %s, true)
        order by p.id desc limit %s
        """,
        (str(agent_id), currency, before_id, most),
    )
    return [
        FloatLine(id_, kind, Money(amount, currency), reference, at)
        for id_, kind, amount, reference, at in rows
    ]

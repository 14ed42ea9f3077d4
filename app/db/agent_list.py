"""Agents as staff see them: the list of all, a level of the tree, and what moved one's float."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.roles import Right

_STATE = "case when a.active then 'active' else 'closed' end"
_HELD = (
    "coalesce((select b.posted_minor from accounts c join balances b on b.account_id = c.id"
    " where c.kind = '{kind}' and c.owner = a.subscriber_id::text and c.currency = s.currency), 0)"
)
_OWNER = "(select msisdn, currency, country from subscribers where id = a.subscriber_id offset 0)"
"""Looked up for each agent: PostgreSQL would sooner read all subscribers when it filters by float,
because it counts the cost of looking floats up once for each subscriber."""
_FLOAT = _HELD.format(kind="agent_float")
_COMMISSION = _HELD.format(kind="commission")

AGENTS = ListSpec(
    name="agents",
    title="All agents",
    rows="agents",
    right=Right.SEE_AGENTS,
    source=f"agents a cross join lateral {_OWNER} s"
    " left join agents p on p.subscriber_id = a.parent_id",
    at="a.opened_at",
    id="a.subscriber_id",
    columns=(
        Column("number", "Agent", Kind.TEXT, "a.number"),
        Column("name", "Name", Kind.TEXT, "a.name"),
        Column("msisdn", "Phone", Kind.MSISDN, "s.msisdn"),
        Column("state", "State", Kind.STATE, _STATE),
        Column("float", "Float", Kind.MONEY, _FLOAT, "s.currency"),
        Column("low", "Low below", Kind.MONEY, "a.low_float_minor", "s.currency", chosen=False),
        Column("commission", "Commission", Kind.MONEY, _COMMISSION, "s.currency"),
        Column("above", "Below agent", Kind.TEXT, "p.number"),
        Column("country", "Country", Kind.TEXT, "s.country", chosen=False),
        Column("opened", "Opened", Kind.WHEN, "a.opened_at"),
    ),
    filters=(
        Filter("number", "Agent number", Asks.TEXT, "a.number = %s"),
        Filter("msisdn", "Phone", Asks.MSISDN,
               "a.subscriber_id = (select id from subscribers where msisdn = %s)"),
        Filter("above", "Right below agent", Asks.TEXT, "p.number = %s"),
        Filter("state", "State", Asks.WORD, f"{_STATE} = %s", ("active", "closed")),
        Filter("float", "Float", Asks.WORD,
               f"case when {_FLOAT} < a.low_float_minor then 'low' else 'enough' end = %s",
               ("low", "enough")),
    ),
    empty="Make a registered subscriber an agent with the button on top.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BranchRow:
    """An agent in the tree; `below`: there are agents below."""

    id: int
    number: str
    name: str
    msisdn: Msisdn
    active: bool
    float_: Money
    low_float: Money
    below: bool

    @property
    def low(self) -> bool:
        return self.float_ < self.low_float


def level(tx: Transaction, parent_id: int | None, after_id: int, limit: int) -> list[BranchRow]:
    """The agents right below this one, or those below nobody, the oldest first."""
    rows = tx.all(
        f"""
        select a.subscriber_id, a.number, a.name, s.msisdn, a.active, {_FLOAT}, a.low_float_minor,
               s.currency, exists (select from agents b where b.parent_id = a.subscriber_id)
        from agents a join subscribers s on s.id = a.subscriber_id
        where {"a.parent_id = %(parent)s" if parent_id is not None else "a.parent_id is null"}
          and a.subscriber_id > %(after)s
        order by a.subscriber_id limit %(limit)s
        """,  # noqa: S608 - constants
        {"parent": parent_id, "after": after_id, "limit": limit},
    )
    return [
        BranchRow(
            id_, number, name, Msisdn(msisdn), active, Money(held, cur), Money(low, cur), any_
        )
        for id_, number, name, msisdn, active, held, low, cur, any_ in rows
    ]


@dataclass(frozen=True, slots=True)
class Moved:
    """What one kind of transaction moved in an account: in the last day, and in all that time."""

    kind: str
    count_day: int
    day: Money
    count: int
    amount: Money


MOST_POSTINGS = 20_000


def moved(
    tx: Transaction, account_kind: str, owner: int, currency: str, day: datetime, since: datetime
) -> list[Moved]:
    """By kind of transaction, what moved an account since then, of its latest MOST_POSTINGS."""
    rows = tx.all(
        """
        select t.kind, count(*) filter (where t.at >= %(day)s),
               coalesce(sum(p.amount_minor) filter (where t.at >= %(day)s), 0)::bigint,
               count(*), sum(p.amount_minor)::bigint
        from (select transaction_id, amount_minor from postings
              where account_id = account_id(%(kind)s, %(owner)s, %(currency)s)
              order by id desc limit %(most)s) p
        join ledger_transactions t on t.id = p.transaction_id
        where t.at >= %(since)s group by t.kind order by t.kind
        """,
        {
            "kind": account_kind, "owner": str(owner), "currency": currency, "day": day,
            "since": since, "most": MOST_POSTINGS,
        },
    )  # fmt: skip
    return [
        Moved(kind, n_day, Money(sum_day, currency), n, Money(total, currency))
        for kind, n_day, sum_day, n, total in rows
    ]


@dataclass(frozen=True, slots=True)
class RequestRow:
    """Float that is asked for and wasn't given yet."""

    reference: str
    giver: str
    taker: str
    amount: Money
    asked_at: datetime


def requests(tx: Transaction, agent_id: int, since: datetime, limit: int) -> list[RequestRow]:
    """Asked of this agent, or by this agent of the one above, the oldest first."""
    rows = tx.all(
        """
        select f.reference, g.number, t.number, f.amount_minor, f.currency, f.asked_at
        from float_moves f join agents g on g.subscriber_id = f.giver_id
        join agents t on t.subscriber_id = f.taker_id
        where f.state = 'asked' and f.asked_at > %(since)s and f.giver_id in (
            %(agent)s, (select parent_id from agents where subscriber_id = %(agent)s))
          and (f.giver_id = %(agent)s or f.taker_id = %(agent)s)
        order by f.asked_at limit %(limit)s
        """,
        {"agent": agent_id, "since": since, "limit": limit},
    )
    return [
        RequestRow(reference, giver, taker, Money(amount, currency), at)
        for reference, giver, taker, amount, currency, at in rows
    ]


@dataclass(frozen=True, slots=True)
class KycRow:
    """How far the agent's owner is known: tier, name kept, and the newest check of each document
    with its state."""

    tier: int
    named: bool
    checks: tuple[tuple[str, str, datetime], ...]


def kyc(tx: Transaction, agent_id: int) -> KycRow:
    tier, named = tx.one(
        "select tier, name_ciphertext is not null from subscribers where id = %s", (agent_id,)
    )
    rows = tx.all(
        "select distinct on (document) document, state, asked_at from identity_checks"
        " where subscriber_id = %s order by document, id desc",
        (agent_id,),
    )
    return KycRow(tier, named, tuple((str(doc), str(state), at) for doc, state, at in rows))

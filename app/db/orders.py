"""Queries on orders. State moves only by compare-and-set along the table of transitions."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.db import webhook_events
from app.db.engine import Transaction
from app.db.risk import as_json
from app.domain.errors import ForbiddenTransition, NotSold
from app.domain.ledger import Account, AccountKind
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.orders import OrderState, may_become
from app.domain.rates import SaleAbroad
from app.domain.risk import NOTHING, Score


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What placing an order writes; `reference` is a fresh candidate, `product` a code of the
    catalogue, `said` the price that the buyer was told. `amount` has another currency than `price`
    where the sale is `abroad`. `paid_from` is the wallet, or an agent's float, from which `sold_by`
    sold. `score` is what the rules of risk say; with `held_until` it waits for staff so long."""

    channel: str
    session: str
    step: int
    subscriber_id: int
    reference: str
    product: str
    operator: str
    recipient: Msisdn
    amount: Money
    price: Money
    said: Money
    placed_at: datetime
    hold_digest: bytes
    day: date
    daily_limit_minor: int | None
    abroad: SaleAbroad | None = None
    paid_from: AccountKind = AccountKind.WALLET
    sold_by: str = ""
    score: Score = NOTHING
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """`created` is False when the same (channel, session, step) had placed it before; `held_until`
    is there while it waits for staff."""

    id: int
    reference: str
    created: bool
    held_until: datetime | None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as the services see it. `worth`, in a sale abroad only: what the amount is worth in
    the price's currency, without our margin. `paid_from`: the subscriber's wallet or float."""

    id: int
    reference: str
    subscriber_id: int
    msisdn: Msisdn
    language: str
    product: str
    operator: str
    recipient: Msisdn
    amount: Money
    price: Money
    state: OrderState
    code: str
    placed_at: datetime
    deadline: datetime
    worth: Money | None
    paid_from: AccountKind

    @property
    def payer(self) -> Account:
        return Account(self.paid_from, str(self.subscriber_id), self.price.currency)


_ROW = """
select o.id, o.reference, o.subscriber_id, s.msisdn, s.language, o.product, o.operator,
       o.recipient, o.amount_minor, coalesce(o.amount_currency, o.currency), o.price_minor,
       o.currency, o.state, o.code, o.placed_at, o.deadline, o.worth_minor, o.paid_from
from orders o join subscribers s on s.id = o.subscriber_id
"""


def _order(row: tuple) -> OrderRow:  # type: ignore[type-arg]
    (id_, reference, subscriber, msisdn, language, product, operator, recipient, amount, sold_in,
     price, currency, state, code, placed_at, deadline, worth, paid_from) = row  # fmt: skip
    return OrderRow(
        id_, reference, subscriber, Msisdn(msisdn), language, product, operator,
        Msisdn(recipient), Money(amount, sold_in), Money(price, currency), OrderState(state),
        code, placed_at, deadline, None if worth is None else Money(worth, currency),
        AccountKind(paid_from),
    )  # fmt: skip


_STOPPED = """
    exists (select from route_rules where provider = '' and closed
            and operator = %s and kind = case %s when 'airtime' then 'airtime' else 'data' end)
"""
"""Staff sell nothing of this operator and of this product's kind, through any provider."""
_PLACE = f"""
select order_id, reference, placed, held_until from
    (select %s::text, %s::text, %s::integer
     where not {_STOPPED}
        or exists (select from orders where channel = %s and session = %s and step = %s))
        wanted (channel, session, step),
    place_order(wanted.channel, wanted.session, wanted.step, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
                %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""  # noqa: S608 - a constant


def place(
    tx: Transaction, order: NewOrder, first_attempt_within: timedelta, slow_after: timedelta
) -> PlacedOrder:
    """Place an order in one statement, or find the one this step placed before.

    Raises NotSold, PriceRose, InsufficientFunds, DailyLimit; nothing is written then.
    """
    abroad = order.abroad
    row = tx.maybe(
        _PLACE,
        (
            order.channel, order.session, order.step, order.operator, order.product,
            order.channel, order.session, order.step, order.subscriber_id, order.reference,
            order.product, order.operator, order.recipient, order.amount.amount_minor,
            order.price.amount_minor, order.price.currency, order.placed_at, first_attempt_within,
            slow_after, order.day, order.daily_limit_minor, order.hold_digest,
            order.said.amount_minor, abroad and abroad.amount.currency,
            abroad and abroad.worth.amount_minor, abroad and abroad.rate.id, order.paid_from,
            order.sold_by or None, order.held_until, order.score.points,
            as_json(order.score) if order.score.points else None,
        ),
    )  # fmt: skip
    if row is None:
        raise NotSold(f"{order.operator} {order.product} is stopped")
    return PlacedOrder(*row)


def get(tx: Transaction, order_id: int) -> OrderRow:
    return _order(tx.one(f"{_ROW} where o.id = %s", (order_id,)))


def lock(tx: Transaction, order_id: int) -> OrderRow:
    """The order, locked until the transaction ends."""
    return _order(tx.one(f"{_ROW} where o.id = %s for update of o", (order_id,)))


def find_by_reference(tx: Transaction, reference: str, subscriber_id: int) -> OrderRow | None:
    """The subscriber's order with this reference."""
    row = tx.maybe(
        f"{_ROW} where o.reference = %s and o.subscriber_id = %s",
        (reference, subscriber_id),
    )
    return _order(row) if row else None


def id_of(tx: Transaction, reference: str) -> int | None:
    """The id of the order with this reference, whoever's it is."""
    row = tx.maybe("select id from orders where reference = %s", (reference,))
    return int(row[0]) if row else None


def find_by_session(tx: Transaction, channel: str, session: str) -> OrderRow | None:
    """The latest order placed in a session."""
    row = tx.maybe(
        f"{_ROW} where o.channel = %s and o.session = %s order by o.id desc limit 1",
        (channel, session),
    )
    return _order(row) if row else None


def latest(tx: Transaction, msisdn: Msisdn, limit: int) -> list[OrderRow]:
    """The subscriber's latest orders, newest first."""
    rows = tx.all(
        f"{_ROW} where s.msisdn = %s order by o.id desc limit %s",
        (msisdn, limit),
    )
    return [_order(row) for row in rows]


def of_step(
    tx: Transaction, channel: str, session: str, step: int, subscriber_id: int
) -> str | None:
    """Reference of the order that the subscriber placed with this step."""
    row = tx.maybe(
        "select reference from orders where channel = %s and session = %s and step = %s"
        " and subscriber_id = %s",
        (channel, session, step, subscriber_id),
    )
    return str(row[0]) if row else None


def sold_abroad(tx: Transaction, subscriber_id: int, references: list[str]) -> dict[str, Money]:
    """By reference, what reached a phone in another currency; other orders aren't in it."""
    rows = tx.all(
        "select reference, amount_minor, amount_currency from orders"
        " where subscriber_id = %s and reference = any(%s) and amount_currency is not null",
        (subscriber_id, references),
    )
    return {reference: Money(amount, currency) for reference, amount, currency in rows}


def times_bought(
    tx: Transaction, msisdn: Msisdn, operator: str, recipient: Msisdn
) -> dict[str, int]:
    """How often the subscriber bought each product of the operator for this number, of the latest
    hundred purchases."""
    rows = tx.all(
        """
        select product, count(*) from (
            select product, operator, recipient, state from orders
            where subscriber_id = (select id from subscribers where msisdn = %s)
            order by id desc limit 100) latest
        where operator = %s and recipient = %s and state <> 'declined' group by product
        """,
        (msisdn, operator, recipient),
    )
    return dict(rows)


def same_since(
    tx: Transaction, msisdn: Msisdn, recipient: Msisdn, operator: str, product: str, amount: Money,
    since: datetime,
) -> tuple[datetime | None, bool]:  # fmt: skip
    """When the subscriber last bought the same for the same number, if after `since`; a plan stays
    the same at another price. And whether staff have stopped its sale."""
    placed_at, stopped = tx.one(
        f"""
        select (select o.placed_at from orders o join subscribers s on s.id = o.subscriber_id
        where s.msisdn = %s and o.recipient = %s and o.product = %s
          and (o.product <> 'airtime' or o.amount_minor = %s)
          and coalesce(o.amount_currency, o.currency) = %s
          and o.placed_at > %s and o.state <> 'declined'
        order by o.id desc limit 1), {_STOPPED}
        """,  # noqa: S608 - a constant
        (
            msisdn, recipient, product, amount.amount_minor, amount.currency, since,
            operator, product,
        ),
    )  # fmt: skip
    return placed_at, stopped


def move(
    tx: Transaction, order: OrderRow, wanted: OrderState, *, due_at: datetime | None,
    code: str = "", provider: str | None = None, external_id: str | None = None,
    ended_at: datetime | None = None,
) -> None:  # fmt: skip
    """Compare-and-set the state. Raises ForbiddenTransition when it isn't in the table, or when
    the order is no longer in the state it was read in."""
    if order.state != wanted and not may_become(order.state, wanted):
        raise ForbiddenTransition(f"{order.reference}: {order.state} to {wanted}")
    changed = tx.run(
        """
        update orders set state = %s, due_at = %s, code = %s,
            provider = coalesce(%s, provider), external_id = coalesce(%s, external_id),
            ended_at = %s
        where id = %s and state = %s
        """,
        (wanted, due_at, code, provider, external_id, ended_at, order.id, order.state),
    )
    if changed != 1:
        raise ForbiddenTransition(f"{order.reference} is no longer {order.state}")
    if ended_at is not None and order.paid_from is AccountKind.AGENT_FLOAT:
        webhook_events.order_ended(tx, order.id, ended_at)


def take_due(tx: Transaction, now: datetime, again_after: timedelta, limit: int = 500) -> list[int]:
    """Ids of orders nobody has looked at in time; they come due again after `again_after`."""
    rows = tx.all(
        """
        update orders set due_at = %s where id in (
            select id from orders where due_at <= %s
              and state in ('placed', 'sending', 'pending', 'unknown')
            order by due_at limit %s
            for update skip locked)
        returning id
        """,
        (now + again_after, now, limit),
    )
    return [int(row[0]) for row in rows]


def held_until(tx: Transaction, order_id: int) -> datetime | None:
    """By when staff decide; None for an order that doesn't wait for them."""
    row = tx.maybe("select due_at from orders where id = %s and state = 'review'", (order_id,))
    return row[0] if row else None


def review_over(tx: Transaction, now: datetime, limit: int = 100) -> list[OrderRow]:
    """Orders on which staff haven't decided in time, locked; none that another has locked."""
    rows = tx.all(
        "select id from orders where state = 'review' and due_at <= %s order by due_at limit %s"
        " for update skip locked",
        (now, limit),
    )
    return [lock(tx, int(row[0])) for row in rows]


def release(
    tx: Transaction, order: OrderRow, now: datetime, first_attempt_within: timedelta,
    slow_after: timedelta,
) -> None:  # fmt: skip
    """From review to placed: its times run from now. Raises ForbiddenTransition."""
    changed = tx.run(
        """
        update orders set state = 'placed', deadline = %s, due_at = %s, slow_notice_at = %s
        where id = %s and state = 'review'
        """,
        (now + first_attempt_within, now + timedelta(seconds=3), now + slow_after, order.id),
    )
    if changed != 1:
        raise ForbiddenTransition(f"{order.reference} is no longer in review")


def take_slow(tx: Transaction, now: datetime, limit: int = 200) -> list[OrderRow]:
    """Open orders whose buyer should hear that they are slow; each is given out once."""
    ids = tx.all(
        """
        update orders set slow_notice_at = null where id in (
            select id from orders where slow_notice_at <= %s
              and state in ('review', 'placed', 'sending', 'pending', 'unknown')
            order by id limit %s for update skip locked)
        returning id
        """,
        (now, limit),
    )
    return [lock(tx, int(row[0])) for row in ids]

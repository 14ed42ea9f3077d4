"""What must hold after every step: cheap looks at what changed, and now and then all of it."""

from tests.factories.world import World
from tests.simulation.vendors import Vendors

_DELIVERIES = {"delivered": {1}, "declined": {0}, "reversed": {0, 1}}
"""How often value may have reached a phone, by the state of an order that has ended. An order that
was given up is ours to lose: its buyer has the money."""

ENDED = tuple(_DELIVERIES)


class Invariants:
    """Remembers how far it has looked, so that a step costs the same early and late."""

    def __init__(self, world: World, vendors: Vendors) -> None:
        self.world, self.vendors = world, vendors
        self.all_is_said = False
        self._transaction = 0
        self._order = 0
        self._open: list[int] = []

    def after_a_step(self) -> list[str]:
        """What is wrong with what has changed since the last look."""
        return [*self._sums(), *self._balances(), *self._orders()]

    def of_everything(self) -> list[str]:
        """All that `nexustop ledger verify` looks at, and every order against the vendors' book."""
        self._order, self._open = 0, []
        return [*self.world.books_differ(), *self._orders()]

    def at_the_end(self) -> list[str]:
        """What may be open for a while must have ended."""
        return [
            f"never ended: {what} {reference} {state}"
            for what, reference, state in self.world.all(
                """
                select 'order', reference, state from orders where state <> all(%s)
                union all select 'transfer', reference, state from transfers
                    where state = 'waiting'
                union all select 'withdrawal', reference, state from withdrawals
                    where state = 'open'
                union all select 'payment event', id::text, outcome from payment_events
                    where handled_at is null
                """,
                list(ENDED),
            )
        ]

    def _sums(self) -> list[str]:
        rows = self.world.all(
            """
            select t.id, t.reference,
                   exists (select from postings p where p.transaction_id = t.id
                           group by p.currency having sum(p.amount_minor) <> 0)
                   or not exists (select from postings p where p.transaction_id = t.id)
            from ledger_transactions t where t.id > %s order by t.id
            """,
            self._transaction,
        )
        if rows:
            self._transaction = int(rows[-1][0])
        return [f"{reference} doesn't sum to zero" for _, reference, wrong in rows if wrong]

    def _balances(self) -> list[str]:
        rows = self.world.all(
            "select account_id, posted_minor from balances where guarded and posted_minor < 0"
        )
        return [f"account {account} holds {minor}" for account, minor in rows]

    def _orders(self) -> list[str]:
        deliveries, undone_references = self.vendors.deliveries(), self.vendors.undone()
        found, still_open = [], []
        for order, state, receipts, references in self.world.all(
            """
            select o.id, o.state,
                   (select count(*) from mt_sms m
                    where m.order_id = o.id and m.kind in ('delivered', 'refunded')),
                   (select array_agg(distinct a.reference) from vend_attempts a
                    where a.order_id = o.id and a.reference <> '')
            from orders o where o.id > %s or o.id = any(%s) order by o.id
            """,
            self._order, self._open,
        ):  # fmt: skip
            self._order = max(self._order, order)
            times = sum(deliveries[reference] for reference in references or ())
            if times > 1:
                found.append(f"order {order} was delivered {times} times")
            if state not in ENDED:
                still_open.append(order)
                continue
            if receipts != 1:
                found.append(f"order {order} is {state} and has {receipts} receipts")
            undone = not undone_references.isdisjoint(references or ())
            if times not in _DELIVERIES[state] and not (undone and not self.all_is_said):
                found.append(f"order {order} is {state} and was delivered {times} times")
            if undone and self.all_is_said and state == "delivered":
                found.append(f"order {order} is {state} and was taken back")
        self._open = still_open
        return found

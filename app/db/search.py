"""Find whatever has a reference that somebody read out."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class Found:
    """`what` it is, whose, how much (None where no amount belongs to it), where it stands."""

    what: str
    msisdn: Msisdn | None
    amount: Money | None
    state: str
    at: datetime


_PLACES = {
    "purchase": """
        select s.msisdn, o.price_minor, o.currency,
               o.state || ', ' || o.operator || ' ' || o.product || ' for ' || o.recipient,
               o.placed_at
        from orders o join subscribers s on s.id = o.subscriber_id where o.reference = %s""",
    "transfer": """
        select s.msisdn, f.amount_minor, f.currency, f.state || ', to ' || f.recipient, f.sent_at
        from transfers f join subscribers s on s.id = f.sender_id where f.reference = %s""",
    "top-up": """
        select s.msisdn, p.amount_minor, p.currency,
               p.state || ', ' || p.provider || ' ' || p.external_id, p.at
        from topups p left join subscribers s on s.id = p.subscriber_id where p.reference = %s""",
    "withdrawal": """
        select s.msisdn, w.amount_minor, w.currency, trim(w.state || ' ' || w.why), w.asked_at
        from withdrawals w join subscribers s on s.id = w.customer_id where w.reference = %s""",
    "cash-in": """
        select s.msisdn, c.amount_minor, c.currency, 'by agent ' || a.number, c.at
        from cash_ins c join subscribers s on s.id = c.customer_id
        join agents a on a.subscriber_id = c.agent_id where c.reference = %s""",
    "float": """
        select s.msisdn, f.amount_minor, f.currency, f.state || ', from ' || f.source, f.asked_at
        from float_moves f join subscribers s on s.id = f.taker_id where f.reference = %s""",
    "commission": """
        select s.msisdn, c.amount_minor, c.currency, 'taken', c.at
        from commission_payouts c join subscribers s on s.id = c.agent_id
        where c.reference = %s""",
    "charge": """
        select s.msisdn, c.amount_minor, c.currency,
               c.state || ', ' || c.method || ' by ' || c.provider, c.asked_at
        from charges c join subscribers s on s.id = c.subscriber_id where c.reference = %s""",
    "voucher": """
        select s.msisdn, b.face_minor, b.currency,
               'redeemed, ' || b.reference || '-' || lpad(v.number::text, 5, '0'), v.redeemed_at
        from vouchers v join voucher_batches b on b.id = v.batch_id
        join subscribers s on s.id = v.subscriber_id where v.reference = %s""",
    "voucher batch": """
        select null, b.count * b.face_minor, b.currency, b.state || ', made by ' || b.made_by,
               b.made_at
        from voucher_batches b where b.reference = %s""",
    "case": """
        select s.msisdn, null, null,
               trim(c.state || ', ' || c.kind || ' about ' || c.subject), c.opened_at
        from cases c join subscribers s on s.id = c.subscriber_id where c.ticket = %s""",
}
"""What can have a reference, and how to find it: number, amount, currency, state, moment."""

_PREFIXES = "order transfer topup withdrawal cashin float commission voucher batch".split()
_ENDINGS = (
    "",
    ":hold",
    ":end",
    ":reversal",
    ":late_failure",
    ":vendor_reversal",
    ":debt",
    ":issue",
)


def find(tx: Transaction, reference: str) -> list[Found]:
    """Everything with this reference; nearly always one thing."""
    found = []
    for what, sql in _PLACES.items():
        for msisdn, minor, currency, state, at in tx.all(sql, (reference,)):
            amount = None if minor is None else Money(minor, currency)
            found.append(Found(what, Msisdn(msisdn) if msisdn else None, amount, state, at))
    return found


def postings_of(tx: Transaction, reference: str) -> list[tuple[datetime, str, str, Money]]:
    """(at, ledger reference, account, amount) of each posting made under it, in their order."""
    names = [f"{head}:{reference}{tail}" for head in _PREFIXES for tail in _ENDINGS]
    names += [f"reversal:{name}" for name in names]
    rows = tx.all(
        """
        select t.at, t.reference, trim(a.kind || ' ' || a.owner), p.amount_minor, p.currency
        from ledger_transactions t join postings p on p.transaction_id = t.id
        join accounts a on a.id = p.account_id
        where t.reference = any(%(names)s || array(
            select 'topup:' || reference || ':back:' || taken_back_minor from topups
            where reference = %(sought)s
            union all
            select 'order:' || o.reference || ':refund:' || r.reference
            from refunds r join orders o on o.id = r.order_id
            where o.reference = %(sought)s or r.reference = %(sought)s))
        order by t.id, p.id
        """,
        {"names": names, "sought": reference},
    )
    return [(at, name, account, Money(minor, cur)) for at, name, account, minor, cur in rows]

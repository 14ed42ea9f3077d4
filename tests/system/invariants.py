"""What must hold when everything has ended: the sandbox's book is the truth."""

from collections import Counter

from tests.system.harness import System


def problems(system: System, *, purchases: int) -> list[str]:
    """Everything that is wrong after `purchases` orders; empty when all is well."""
    orders = system.sql(
        "select o.reference, o.state, o.recipient, o.amount_minor, a.references, r.receipts"
        " from orders o"
        " left join lateral (select array_agg(distinct reference) as references"
        "   from vend_attempts where order_id = o.id) a on true"
        " left join lateral (select count(*) as receipts from mt_sms where order_id = o.id"
        "   and kind in ('delivered', 'refunded') and state in ('sent', 'delivered')) r on true"
    )
    found = [] if len(orders) == purchases else [f"{len(orders)} orders, not {purchases}"]
    delivered = Counter(
        vend["reference"] for vend in system.vends() if vend["state"] == "delivered"
    )
    for reference, state, _, _, references, receipts in orders:
        times = sum(delivered.pop(name, 0) for name in references or [])
        if times != (state == "delivered"):
            found.append(f"{reference} is {state} and was delivered {times} times")
        if state not in {"delivered", "declined"}:
            found.append(f"{reference} ended as {state}")
        if receipts != 1:
            found.append(f"{reference} has {receipts} receipts")
    found += [f"{reference} was delivered for no order" for reference in delivered]
    code, said = system.cli("ledger", "verify")
    if code != 0:
        found.append(said)
    return found

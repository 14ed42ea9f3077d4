"""What must hold when everything has ended: the sandbox's book is the truth."""

from collections import Counter

from tests.system.harness import System


def problems(system: System, *, purchases: int) -> list[str]:
    """Everything that is wrong after `purchases` orders; empty when all is well.

    Book and orders are compared by who received: not every vendor takes a reference of ours.
    """
    orders = system.sql(
        "select o.reference, o.state, o.recipient, r.receipts from orders o"
        " left join lateral (select count(*) as receipts from mt_sms where order_id = o.id"
        "   and kind in ('delivered', 'refunded') and state in ('sent', 'delivered')) r on true"
    )
    found = [] if len(orders) == purchases else [f"{len(orders)} orders, not {purchases}"]
    for reference, state, _, receipts in orders:
        if state not in {"delivered", "declined"}:
            found.append(f"{reference} ended as {state}")
        if receipts != 1:
            found.append(f"{reference} has {receipts} receipts")
    had = Counter(vend["msisdn"] for vend in system.vends() if vend["state"] == "delivered")
    paid = Counter(recipient for _, state, recipient, _ in orders if state == "delivered")
    found += [
        f"{recipient} had {had[recipient]} deliveries, {paid[recipient]} were paid"
        for recipient in had | paid
        if had[recipient] != paid[recipient]
    ]
    code, said = system.cli("ledger", "verify")
    if code != 0:
        found.append(said)
    return found

"""Which postings agents' acts are made of. Commissions are our cost and the agent's money."""

from dataclasses import dataclass

from app.domain.ledger import Account, AccountKind, LedgerTransaction, Posting, move, system, wallet
from app.domain.money import Money


def agent_float(agent: int, currency: str) -> Account:
    """The prefunded balance of an agent."""
    return Account(AccountKind.AGENT_FLOAT, str(agent), currency)


def commission(agent: int, currency: str) -> Account:
    """What an agent has earned and not yet taken."""
    return Account(AccountKind.COMMISSION, str(agent), currency)


@dataclass(frozen=True, slots=True)
class Earning:
    """`amount` goes to the commission wallet of `agent`."""

    agent: int
    amount: Money


def cash_in(
    reference: str, agent: int, customer: int, amount: Money, earnings: tuple[Earning, ...]
) -> LedgerTransaction:
    """The customer gives cash to the agent, whose float pays it into the customer's wallet."""
    currency = amount.currency
    postings = (
        Posting(agent_float(agent, currency), -amount),
        Posting(wallet(customer, currency), amount),
        *_earned(earnings),
    )
    return LedgerTransaction(f"cashin:{reference}", "cash_in", postings)


def hold_withdrawal(reference: str, customer: int, total: Money) -> LedgerTransaction:
    """Amount and fee leave the customer's wallet and are held until an agent has paid."""
    return move(
        f"withdrawal:{reference}:hold", "cash_out",
        wallet(customer, total.currency), system(AccountKind.HOLDS, total.currency), total,
    )  # fmt: skip


def pay_out(
    reference: str, agent: int, amount: Money, fee: Money, earnings: tuple[Earning, ...]
) -> LedgerTransaction:
    """The agent has paid cash: the held amount is now float, the fee our revenue."""
    currency = amount.currency
    postings = [
        Posting(system(AccountKind.HOLDS, currency), -(amount + fee)),
        Posting(agent_float(agent, currency), amount),
        *([Posting(system(AccountKind.REVENUE, currency), fee)] if fee.amount_minor else []),
        *_earned(earnings),
    ]
    return LedgerTransaction(f"withdrawal:{reference}:end", "paid_out", tuple(postings))


def void_withdrawal(reference: str, customer: int, total: Money) -> LedgerTransaction:
    """Nobody paid: amount and fee go back to the customer's wallet."""
    return move(
        f"withdrawal:{reference}:end", "void",
        system(AccountKind.HOLDS, total.currency), wallet(customer, total.currency), total,
    )  # fmt: skip


def move_float(reference: str, source: Account, agent: int, amount: Money) -> LedgerTransaction:
    """Float for an agent: from the agent above, from the own wallet, or from the operator."""
    return move(f"float:{reference}", "float", source, agent_float(agent, amount.currency), amount)


def take_commission(
    reference: str, agent: int, amount: Money, target: Account
) -> LedgerTransaction:
    """Earned commission goes to the agent's wallet or float."""
    source = commission(agent, amount.currency)
    return move(f"commission:{reference}", "commission", source, target, amount)


def _earned(earnings: tuple[Earning, ...]) -> tuple[Posting, ...]:
    paid = [earning for earning in earnings if earning.amount.amount_minor]
    if not paid:
        return ()
    currency = paid[0].amount.currency
    total = sum((earning.amount for earning in paid[1:]), paid[0].amount)
    return (
        Posting(system(AccountKind.COMMISSION_COST, currency), -total),
        *(Posting(commission(earning.agent, currency), earning.amount) for earning in paid),
    )

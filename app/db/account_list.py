"""The lists of accounts and of what moved in one."""

from dataclasses import replace

from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.ledger import OF_SUBSCRIBERS, AccountKind
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.roles import Right

_THEIRS = ", ".join(f"'{kind}'" for kind in sorted(OF_SUBSCRIBERS))

ACCOUNTS = ListSpec(
    name="accounts",
    title="Accounts",
    rows="accounts",
    right=Right.SEE_LEDGER,
    source="accounts a left join balances b on b.account_id = a.id",
    at="a.opened_at",
    id="a.id",
    columns=(
        Column("number", "Account", Kind.NUMBER, "a.id"),
        Column("kind", "Kind", Kind.TEXT, "replace(a.kind, '_', ' ')"),
        Column("msisdn", "Whose", Kind.MSISDN,
               f"case when a.kind in ({_THEIRS}) then (select s.msisdn from subscribers s"  # noqa: S608 - kinds of ours
               " where s.id = a.owner::bigint) end"),
        Column("provider", "Provider", Kind.TEXT,
               f"case when a.kind not in ({_THEIRS}) then a.owner end"),
        Column("balance", "Balance", Kind.MONEY, "coalesce(b.posted_minor, 0)", "a.currency"),
        Column("opened", "Opened", Kind.WHEN, "a.opened_at"),
    ),
    filters=(
        Filter("kind", "Kind", Asks.WORD, "a.kind = %s", tuple(sorted(AccountKind))),
        Filter("currency", "Currency", Asks.WORD, "a.currency = %s",
               tuple(sorted(COUNTRY_CURRENCY.values()))),
        Filter("msisdn", "Whose number", Asks.MSISDN,
               f"a.kind in ({_THEIRS}) and a.owner = (select s.id::text from subscribers s"  # noqa: S608 - kinds of ours
               " where s.msisdn = %s)"),
        Filter("provider", "Provider", Asks.TEXT,
               "a.kind in ('provider_float', 'payment_clearing') and a.owner = %s"),
        Filter("from", "Opened from", Asks.FROM_DAY, "a.opened_at >= %s"),
        Filter("to", "Opened to", Asks.TO_DAY, "a.opened_at < %s"),
    ),
    empty="A wallet is opened when a subscriber enrols, an agent's float with the agent.",
)  # fmt: skip

POSTINGS = ListSpec(
    name="postings",
    title="Postings",
    rows="postings",
    right=Right.SEE_LEDGER,
    source="postings p join ledger_transactions t on t.id = p.transaction_id",
    table="postings p",
    at="t.at",
    id="p.id",
    by_id=True,
    columns=(
        Column("at", "When", Kind.WHEN, "t.at"),
        Column("reference", "Transaction", Kind.TEXT, "t.reference"),
        Column("kind", "Kind", Kind.TEXT, "replace(t.kind, '_', ' ')"),
        Column("amount", "Amount", Kind.MONEY, "p.amount_minor", "p.currency"),
    ),
    filters=(
        Filter("kind", "Kind", Asks.TEXT, "t.kind = replace(%s, ' ', '_')"),
        Filter("from", "From", Asks.FROM_DAY, "t.at >= %s"),
        Filter("to", "To", Asks.TO_DAY, "t.at < %s"),
    ),
    scope="p.account_id = %s",
    empty="Nothing has moved in this account.",
)  # fmt: skip

WALLET_POSTINGS = replace(
    POSTINGS,
    name="wallet_postings",
    columns=(
        *POSTINGS.columns,
        Column("balance", "Balance after", Kind.MONEY,
               "(select sum(x.amount_minor)::bigint from postings x"
               " where x.account_id = p.account_id and x.id <= p.id)", "p.currency"),
    ),
)  # fmt: skip
"""Of accounts that see few movements in their life, with what each left in them."""

"""What staff and agents have in hand, made by the services: what the story doesn't tell of."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import pyotp

from app.db import agents, web_accounts
from app.db.agents import AgentRow
from app.db.order_list import ORDERS
from app.domain.broadcasts import Audience
from app.domain.catalogue import AIRTIME
from app.domain.msisdn import Msisdn
from app.domain.operators import OPERATORS
from app.domain.roles import Role
from app.domain.secret import Secret
from app.ports.identity import IdentityUnknown
from app.services.agent_logins import open_login
from app.services.approve import approve
from app.services.backoffice.agent_float import ask as ask_float
from app.services.backoffice.agent_float import send as send_float
from app.services.backoffice.counter import cash_in
from app.services.backoffice.export import ask_workbook, make_workbook
from app.services.backoffice.listing import read_address
from app.services.backoffice.person import Person
from app.services.backoffice.sell import Wanted as Sale
from app.services.backoffice.sell import sell
from app.services.backoffice.web_code import key_place
from app.services.broadcasts import make_broadcast
from app.services.check_books import check_books
from app.services.correct_books import ask_adjustment
from app.services.import_statement import import_statement
from app.services.reconcile_daily import reconcile_run
from app.services.run_agents import add_agent, put_float
from app.services.run_broadcast import run_broadcast
from app.services.run_staff import add_staff
from app.services.run_vouchers import Wanted as Batch
from app.services.run_vouchers import ask_batch, issue_vouchers
from tests.browser.merchant import add_servers
from tests.browser.office import PASSWORD, Office
from tests.browser.suspicion import add_suspicion
from tests.factories.world import World, naira, next_reference
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor
from tests.identity.papers import fresh, give

BUYER = Msisdn("+2348031999001")
BELOW = Msisdn("+2348031999002")
_A_DAYS_ACTS = 60
"""More than a page of a list holds."""
_STATEMENT = "Transaction ID,Reference,Amount,Fees,Currency,Status,Paid at\n"
_keys = count(1)


@dataclass(frozen=True)
class Affairs:
    """References and ids that stand in addresses of pages. `to_print` is a batch of vouchers that
    was approved, `batch` one that was printed; `account` is of a subscriber in the ledger."""

    agent: Msisdn
    agent_number: str
    receipt: str
    to_print: str
    batch: str
    broadcast: str
    export: str
    check: int
    run: int
    account: int
    transaction: str
    newcomer: str
    """Staff with a long address and no code app yet."""
    enrolled: str
    """Staff with a code app."""
    forgetful: str
    """Staff who gets a new password."""
    below_number: str
    """The agent below, who signs in too."""
    held: str
    """An order that the rules of risk hold."""
    delivery: int
    """What the agent's server wasn't told yet."""
    correction: str
    audited: int
    """An entry of the audit log about an agent."""


def add_affairs(office: Office) -> Affairs:
    """Needs the story to have been told, and today to be old enough for a day's sales."""
    made, ctx = office.parts, office.parts.context
    held = add_suspicion(made.db, ctx.clock)
    world = World(made.db, FixedClock(ctx.clock.now()), {"vtpass": ScriptedVendor(FixedClock())})
    world.stock_plans()
    maker, checker = (office.name_of(one) for one in (Role.FINANCE_MAKER, Role.FINANCE_CHECKER))
    printed, to_print = (_batch(office, maker, checker, number) for number in (3, 40))
    issue_vouchers(ctx, printed, maker, lambda _: None)
    buyer = world.subscriber(naira(20_000), msisdn=BUYER)
    correction = ask_adjustment(ctx, buyer, 50_000, "", "Paid twice, says the bank", maker)
    agent, receipt = Msisdn(office.name_of(Role.AGENT)), _counter(office, buyer)
    open_login(ctx, BELOW, Secret(PASSWORD), "cli:test")
    selling, below = _agent_row(office, agent), _agent_row(office, BELOW)
    delivery = add_servers(made, world, selling, office.name_of(Role.ADMIN), checker)
    check_books(made.db, ctx.clock)
    with made.db.statement() as tx:
        audited = tx.one("select max(id) from audit where act = 'agent.add'")[0]
        account = tx.one(
            "select a.id from accounts a join subscribers s on s.id::text = a.owner"
            " where s.msisdn = %s and a.kind = 'wallet'", (buyer,),
        )[0]  # fmt: skip
        transaction = tx.one("select reference from ledger_transactions order by id desc limit 1")[
            0
        ]
    return Affairs(
        agent=agent, agent_number=selling.number, below_number=below.number, receipt=receipt,
        audited=int(audited), to_print=to_print, batch=printed, broadcast=_broadcast(office),
        export=_export(office), check=_identity_check(world), run=_run(office, maker),
        account=int(account), transaction=str(transaction), correction=correction,
        held=held, delivery=delivery, forgetful=_member(office, "ifeoma@nexustop.example"),
        newcomer=_member(office, "oluwaseun.adebayo-ogunlesi@customer-care.nexustop.example"),
        enrolled=_with_app(office, _member(office, "kemi@nexustop.example")),
    )  # fmt: skip


def _member(office: Office, email: str) -> str:
    add_staff(office.parts.context, email, Secret(PASSWORD), "cli:test", Role.SUPPORT)
    return email


def _with_app(office: Office, email: str) -> str:
    ctx = office.parts.context
    with ctx.db.transaction() as tx:
        account = web_accounts.find(tx, "staff", email)
        assert account is not None
        key = Secret(pyotp.random_base32())
        sealed = ctx.fields.encrypt(key, key_place(account.kind, account.id))
        assert web_accounts.enrol(tx, account.kind, account.id, sealed, 0, ctx.clock.now())
    return email


def _batch(office: Office, maker: str, checker: str, number: int) -> str:
    ctx = office.parts.context
    last_day = ctx.clock.now().date() + timedelta(days=300)
    ticket = ask_batch(ctx, Batch(number, naira(500), last_day), "the shops ran out", maker)
    approve(ctx, ticket, checker)
    return ticket


def _counter(office: Office, buyer: Msisdn) -> str:
    """A day at the counter of the agent, who has one below; a receipt."""
    ctx = office.parts.context
    agent = Msisdn(office.name_of(Role.AGENT))
    office.register(BELOW)
    add_agent(ctx, BELOW, "Iya Basira Provisions", agent, 100_000, "cli:test")
    put_float(ctx, agent, 50_000_000, "counter-1", "cli:test", "")
    who = _agent_person(office, agent)
    for number in range(_A_DAYS_ACTS):
        cash_in(ctx, who, f"K{next(_keys)}", buyer, naira(10 + number))
    sale = Sale(buyer, OPERATORS["mtn-ng"], AIRTIME, naira(500))
    sold = [sell(ctx, who, f"K{next(_keys)}", sale) for _ in range(3)]
    send_float(ctx, who, f"K{next(_keys)}", BELOW, naira(2_000))
    ask_float(ctx, _agent_person(office, BELOW), f"K{next(_keys)}", naira(5_000))
    return str(sold[0].reference)  # type: ignore[union-attr]


def _agent_row(office: Office, msisdn: Msisdn) -> AgentRow:
    with office.parts.db.statement() as tx:
        row = agents.find_by_msisdn(tx, msisdn)
    assert row is not None
    return row


def _agent_person(office: Office, msisdn: Msisdn) -> Person:
    row = _agent_row(office, msisdn)
    return Person("agent", row.id, msisdn, Role.AGENT, "", "Africa/Lagos", row.id, msisdn)


def _broadcast(office: Office) -> str:
    reference = next_reference()
    text = "Data is cheaper this week: 1GB for NGN 800. To stop: SMS STOP"
    make_broadcast(
        office.parts.context, reference, Audience("NG"), {"en": text}, office.name_of(Role.ADMIN)
    )
    with office.parts.db.statement() as tx:
        broadcast = tx.one("select id from broadcasts where reference = %s", (reference,))[0]
    run_broadcast(office.parts.sms, int(broadcast))
    return reference


def _export(office: Office) -> str:
    """A workbook of the owner's."""
    ctx, name = office.parts.context, office.name_of(Role.OWNER)
    with ctx.db.statement() as tx:
        number = tx.one("select id from staff where email = %s", (name,))[0]
    person = Person("staff", int(number), name, Role.OWNER, "", "Africa/Lagos")
    reference = ask_workbook(ctx, person, read_address(ORDERS, {}, person.zone))
    with ctx.db.statement() as tx:
        made = tx.one("select id from exports where reference = %s", (reference,))[0]
    make_workbook(ctx, int(made))
    return reference


def _identity_check(world: World) -> int:
    world.identity.answers = [IdentityUnknown("timeout")]
    give(world, world.subscriber(), fresh())
    world.look()
    return int(world.one("select max(id) from identity_checks"))


def _run(office: Office, maker: str) -> int:
    day = date(2026, 3, 1)
    row = f"p1,ref-p1,500.00,10,NGN,success,{day}T11:00:00.000Z\n"
    found = import_statement(
        office.parts.reconciliation, "paystack", day, (_STATEMENT + row).encode(), maker
    )
    reconcile_run(office.parts.reconciliation, found.run_id)
    return found.run_id

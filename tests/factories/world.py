"""The services on a real database with everything outside them fixed: clock, ids, vendors."""

import json
import random
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, product
from typing import Any

from app.db import catalogue, ledger, orders, subscribers
from app.db.engine import Database
from app.db.ledger_check import differences
from app.domain.catalogue import AIRTIME
from app.domain.charges import ChargeMethod
from app.domain.ledger import Account, fund, wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.operators import operators_in
from app.domain.products import Offered, ProductKind
from app.domain.references import ALPHABET
from app.domain.requests import (
    BuyAirtime,
    BuyData,
    ChoosePin,
    Done,
    Enrol,
    OrderPlaced,
    Origin,
    PinAccepted,
    PinPurpose,
    SendMoney,
)
from app.domain.secret import Secret
from app.domain.vending import VendingRules
from app.ports.vending import VendingProvider
from app.security.codes import WithdrawalCodes
from app.security.factors import FactorSecrets
from app.security.field_encryption import FieldCipher
from app.security.pin import PinHasher
from app.security.vouchers import VoucherPins
from app.services.api.sign_in import send_code
from app.services.bulkheads import Bulkheads
from app.services.buy_airtime import buy_airtime
from app.services.buy_data import buy_data
from app.services.case_context import CaseContext
from app.services.check_identity import IdentityContext, check_identity
from app.services.check_sim import SimSwapContext, check_sim
from app.services.choose_pin import choose_pin
from app.services.context import Context, LookUps, Selling, SimChecks
from app.services.enrol import enrol
from app.services.fold_ledger import fold_ledger
from app.services.funding_context import FundingContext
from app.services.look_after_attempt import look_after_attempt
from app.services.look_after_charge import look_after_charge
from app.services.look_after_schedule import look_after_schedule
from app.services.look_up_operator import LookUpContext, look_up_operator
from app.services.open_books import open_books
from app.services.pay_in_account import look_again, open_account
from app.services.recall_delivery import recall_delivery
from app.services.seal_ledger import seal_ledger
from app.services.send_money import send_money
from app.services.sweep import take_outbox, take_overdue, tell_of_delays, tidy
from app.services.take_payment import hear_payment_event, take_payment
from app.services.vend_order import vend_order
from app.services.vending_context import BreakerRules, VendingContext
from app.services.ways_in import Collects, WaysIn
from tests.factories.airtime_codes import airtime_code
from tests.factories.plans import mtn, stock
from tests.fakes.clock import FixedClock
from tests.fakes.identity import ScriptedIdentity
from tests.fakes.lookups import ScriptedLookup
from tests.fakes.payments import ScriptedPayments
from tests.fakes.sims import ScriptedSims

PIN = "7392"
_steps = count(1)
_people = count(10_000)
_references = count(1)
_HOUSE_KEPT_EVERY = timedelta(seconds=5)
"""As workers/schedule.py does."""
_FIELDS = FieldCipher("f1:field-key-of-tests")
_HASHER = PinHasher("p1:test-pepper", memory_kib=8, passes=1)


def next_reference() -> str:
    """Unique within a test run."""
    number, letters = next(_references), ""
    for _ in range(6):
        number, place = divmod(number, len(ALPHABET))
        letters = ALPHABET[place] + letters
    return letters


def _digits() -> Callable[[], str]:
    """Digits without end, the same in every run."""
    source = random.Random(7)
    return lambda: source.choice("0123456789")


def naira(amount: int) -> Money:
    return Money(amount * 100, "NGN")


@dataclass
class World:
    """Everything a test of the services needs; `vendors` are tried in their order."""

    db: Database
    clock: FixedClock
    vendors: dict[str, Any] = field(default_factory=dict)
    nudges: list[int] = field(default_factory=list)
    opens_after: int = 5
    sims_asked: bool = False
    lookups: tuple[ScriptedLookup, ...] = ()
    tier: int = 1

    def __post_init__(self) -> None:
        open_books(
            self.db, ["africastalking", "vtpass", "first", "second", *self.vendors], ["paystack"]
        )
        self.context = Context(
            db=self.db, clock=self.clock, hasher=_HASHER,
            new_reference=next_reference, random_digit=_digits(),
            nudge=lambda: self.nudges.append(1), first_attempt_within=timedelta(seconds=20),
            slow_notice_after=timedelta(seconds=60), start_pin_for=timedelta(hours=24),
            short_code="*384*123#", codes=WithdrawalCodes(b"test"),
            voucher_pins=VoucherPins(b"test"), licence_held=True,
            factors=FactorSecrets(b"test", _FIELDS), fields=_FIELDS, identity_checked=True,
            sims=SimChecks(self.sims_asked, timedelta(hours=24), timedelta(hours=72)), demo=True,
            look_ups=LookUps(
                frozenset(country for vendor in self.lookups for country in vendor.countries),
                timedelta(days=30),
            ),
            selling=Selling(tuple(self.vendors), samples=False),
            ways_in=WaysIn({"paystack": frozenset({"NGN"})}, {
                "paystack": Collects(
                    frozenset(ChargeMethod), frozenset({"NGN"}),
                    frozenset({"gtb", "uba", "sterling", "zenith"}),
                ),
            }),
        )  # fmt: skip
        providers: dict[str, VendingProvider] = dict(self.vendors)
        traits = {name: provider.traits for name, provider in providers.items()}
        self.vending = VendingContext(
            self.db, self.clock, VendingRules(), BreakerRules(self.opens_after, 10), providers,
            Bulkheads(traits, 64), order=tuple(providers),
        )  # fmt: skip
        self.stock(*providers)

        self.payments = ScriptedPayments()
        self.funding = FundingContext(
            self.context, *({"paystack": self.payments} for _ in range(3))
        )
        self.cases = CaseContext(self.context, {})
        self.sims = ScriptedSims()
        self.sim_swap = SimSwapContext(self.context, self.sims if self.sims_asked else None)
        self.identity = ScriptedIdentity()
        self.identities = IdentityContext(self.context, self.identity)
        self.look_ups = LookUpContext(self.context, self.lookups)
        self.jobs: dict[str, Callable[[int], None]] = {
            "vend": lambda order_id: vend_order(self.vending, order_id),
            "ask": lambda attempt_id: look_after_attempt(self.vending, attempt_id),
            "payment": lambda event_id: take_payment(self.funding, event_id),
            "account": lambda subscriber_id: open_account(self.funding, subscriber_id),
            "recall": lambda case_id: recall_delivery(self.cases, case_id),
            "charge": lambda charge_id: look_after_charge(self.funding, charge_id),
            "identity": lambda check_id: check_identity(self.identities, check_id),
            "look_again": lambda subscriber_id: look_again(self.funding, subscriber_id),
            "lookup": lambda lookup_id: look_up_operator(self.look_ups, lookup_id),
            "sim_swap": lambda subscriber_id: check_sim(self.sim_swap, subscriber_id),
            "sign_in_code": lambda code_id: send_code(self.context, code_id),
            "schedule": lambda schedule_id: look_after_schedule(self.context, schedule_id),
        }

    def stock(self, *names: str, countries: Collection[str] = ("NG",)) -> None:
        """These providers sell the airtime of every operator of these countries."""
        sold = [one for country in countries for one in operators_in(country)]
        with self.db.transaction() as tx:
            for operator, name in product(sold, names):
                code = airtime_code(name, operator.code)
                offered = Offered(operator.code, ProductKind.AIRTIME, code, "airtime")
                now = self.clock.now()
                catalogue.put_product(tx, offered, AIRTIME, now)
                catalogue.put_offer(
                    tx, name, offered, AIRTIME, operator.currency, "vendor", None, now
                )

    def stock_plans(self, *names: str, plans: Iterable[Offered] | None = None) -> None:
        """These providers, or all, list MTN's plans from now on."""
        for name in names or self.vendors:
            stock(self.vending, name, mtn() if plans is None else plans)

    # --- people and orders -------------------------------------------------------------------

    def subscriber(
        self, amount: Money | None = None, *, exempt: bool = False, msisdn: Msisdn | None = None
    ) -> Msisdn:
        """A registered subscriber with PIN 7392 and this much in the wallet."""
        msisdn = msisdn or Msisdn(f"+2348031{next(_people):06d}")
        made = _HASHER.hash(Secret(PIN), msisdn)
        with self.db.transaction() as tx:
            new = subscribers.NewSubscriber(
                msisdn, "en", "NG", "NGN", made.hash, made.pepper_id, self.clock.now(), demo=exempt
            )
            owner = subscribers.register(tx, new)
            assert owner is not None
            tx.run("update subscribers set tier = %s where id = %s", (self.tier, owner))
            account = wallet(owner, "NGN")
            ledger.open_account(tx, account)
            if amount is not None:
                ledger.post(tx, fund(f"test:{owner}", account, amount))
        return msisdn

    def origin(self, msisdn: Msisdn, step: int = 1, session: str = "") -> Origin:
        return Origin("test", session or f"session-{next(_steps)}", step, msisdn)

    def buy(
        self, msisdn: Msisdn, amount: int = 200, to: str = "", pin: str = PIN,
        origin: Origin | None = None, operator: str = "mtn-ng",
    ) -> Any:  # fmt: skip
        """What the service says to a purchase."""
        request = BuyAirtime(Msisdn(to or msisdn), operator, naira(amount), Secret(pin))
        return buy_airtime(self.context, origin or self.origin(msisdn), request)

    def buy_plan(
        self, msisdn: Msisdn, plan: str = "1024mb-7d", price: int = 800, to: str = "",
        pin: str = PIN, origin: Origin | None = None,
    ) -> Any:  # fmt: skip
        """What the service says to a purchase of data at a price that was shown."""
        request = BuyData(Msisdn(to or msisdn), "mtn-ng", plan, naira(price), Secret(pin))
        return buy_data(self.context, origin or self.origin(msisdn), request)

    def send(
        self, msisdn: Msisdn, to: Msisdn, amount: Money, pin: str = PIN,
        origin: Origin | None = None,
    ) -> Any:  # fmt: skip
        """What the service says to a transfer."""
        request = SendMoney(to, amount, Secret(pin))
        return send_money(self.context, origin or self.origin(msisdn), request)

    def webhook(self, event: dict[str, object]) -> None:
        """A payment provider tells us something."""
        hear_payment_event(self.context, "paystack", json.dumps(event).encode())

    def enrol(self, msisdn: Msisdn) -> None:
        """Somebody registers by dialling."""
        session = f"enrol-{next(_steps)}"
        choose = ChoosePin(Secret(PIN), PinPurpose.ENROL)
        assert choose_pin(self.context, self.origin(msisdn, 1, session), choose) == PinAccepted()
        wanted = Enrol(Secret(PIN), "en")
        assert enrol(self.context, self.origin(msisdn, 2, session), wanted) == Done()

    def placed(self, amount: int = 200, to: str = "") -> int:
        """A placed order of a fresh subscriber with NGN 1,000; its id."""
        answer = self.buy(self.subscriber(naira(1_000)), amount, to)
        assert isinstance(answer, OrderPlaced), answer
        return int(self.one("select id from orders where reference = %s", answer.reference))

    # --- what workers do ---------------------------------------------------------------------

    def vend(self, order_id: int) -> None:
        vend_order(self.vending, order_id)

    def look(self) -> None:
        """One turn of all that is regular, jobs run at once."""
        self._hand_on()
        self._keep_house()

    def pass_time(self, seconds: float, step: float = 1) -> None:
        """Let time pass with relay and sweeper at work, and the rest as often as it really is."""
        left, kept_house = seconds, self.clock.now()
        while left > 0:
            self.clock.advance(seconds=min(step, left))
            left -= step
            self._hand_on()
            if left <= 0 or self.clock.now() - kept_house >= _HOUSE_KEPT_EVERY:
                self._keep_house()
                kept_house = self.clock.now()

    def _hand_on(self) -> None:
        for due in (take_outbox(self.db), take_overdue(self.db, self.clock)):
            for topic, job in self.jobs.items():
                for subject_id in due.jobs.get(topic, []):
                    job(subject_id)

    def _keep_house(self) -> None:
        tell_of_delays(self.db, self.clock)
        tidy(self.db, self.clock)
        fold_ledger(self.db)
        seal_ledger(self.db)

    # --- looking -----------------------------------------------------------------------------

    def one(self, sql: str, *params: object) -> Any:
        """The first column of the first row, None without a row."""
        with self.db.statement() as tx:
            row = tx.maybe(sql, params)
        return row[0] if row else None

    def all(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        with self.db.statement() as tx:
            return tx.all(sql, params)

    def state(self, order_id: int) -> str:
        return str(self.one("select state from orders where id = %s", order_id))

    def spendable(self, msisdn: Msisdn) -> Money:
        owner = self.one("select id from subscribers where msisdn = %s", msisdn)
        return self.balance(wallet(int(owner), "NGN"))

    def buyers_money(self, order_id: int) -> Money:
        owner = self.one("select subscriber_id from orders where id = %s", order_id)
        return self.balance(wallet(int(owner), "NGN"))

    def balance(self, account: Account) -> Money:
        with self.db.statement() as tx:
            return ledger.balance(tx, account)

    def attempts(self, order_id: int) -> list[tuple[str, str, str]]:
        """(provider, state, code) of each attempt, oldest first."""
        return [
            (row[0], row[1], row[2])
            for row in self.all(
                "select provider, state, code from vend_attempts where order_id = %s"
                " order by number", order_id,
            )
        ]  # fmt: skip

    def sms(self, msisdn: Msisdn) -> list[str]:
        """Kinds of SMS queued for a number, oldest first."""
        rows = self.all("select kind from mt_sms where msisdn = %s order by id", msisdn)
        return [row[0] for row in rows]

    def receipts(self, order_id: int) -> list[str]:
        rows = self.all(
            "select kind from mt_sms where order_id = %s and kind in ('delivered', 'refunded')",
            order_id,
        )
        return [row[0] for row in rows]

    def books_differ(self) -> list[str]:
        with self.db.transaction() as tx:
            return differences(tx)

    def order(self, order_id: int) -> orders.OrderRow:
        with self.db.transaction() as tx:
            return orders.lock(tx, order_id)

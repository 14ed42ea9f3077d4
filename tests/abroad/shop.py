"""A world that sells in Kenya: two members of staff, a vendor there, wallets in naira."""

from datetime import timedelta
from typing import Any

from app.db.engine import Database
from app.domain.ledger import AccountKind, system
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import BuyAirtime, OrderPlaced, Origin, QuoteAbroad, Quoted
from app.domain.secret import Secret
from app.services.buy_airtime import buy_airtime
from app.services.context import Context
from app.services.quote_abroad import quote_abroad
from app.services.set_rate import ask_rate
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor
from tests.staff.office import ADMIN, Office

KENYAN = Msisdn("+254712345678")
SHILLINGS = Money(100_00, "KES")
PRICE, WORTH = Money(1_211_77, "NGN"), Money(1_176_48, "NGN")


class Shop:
    """`vendor` is asked for every sale; 1 NGN = 0.085 KES with a margin of 3 %, now."""

    def __init__(self, db: Database, clock: FixedClock) -> None:
        self.vendor = ScriptedVendor(clock, "first")
        self.world = World(db, clock, {"first": self.vendor})
        self.world.stock("first", countries=COUNTRY_CURRENCY)
        self.office = Office(self.world)
        self.context: Context = self.world.context
        self.set("0.085")

    def set(self, rate: str, margin_bp: int = 300, begins_in: timedelta = timedelta(0)) -> str:
        """A rate that a second person has approved; its name."""
        begins = self.world.clock.now() + begins_in
        ticket = ask_rate(self.context, "NGN", "KES", rate, margin_bp, begins, "moved", ADMIN)
        return self.office.approve(ticket)

    def quote(self, amount: Money = SHILLINGS, context: Context | None = None) -> Any:
        origin = self.world.origin(KENYAN)
        return quote_abroad(context or self.context, origin, QuoteAbroad(amount, "NGN"))

    def buy(
        self, buyer: Msisdn, said: Money | None = PRICE, origin: Origin | None = None,
        context: Context | None = None, pin: str = PIN,
    ) -> Any:  # fmt: skip
        request = BuyAirtime(KENYAN, "safaricom-ke", SHILLINGS, Secret(pin), said)
        return buy_airtime(context or self.context, origin or self.world.origin(buyer), request)

    def placed(self) -> int:
        """An order of somebody who had NGN 5,000.00; its id."""
        quoted = self.quote()
        assert isinstance(quoted, Quoted)
        answer = self.buy(self.world.subscriber(naira(5_000)), quoted.price)
        assert isinstance(answer, OrderPlaced), answer
        return int(self.world.one("select id from orders where reference = %s", answer.reference))

    def books(self) -> dict[str, Money]:
        """What our own accounts hold that a sale abroad may move."""
        accounts = {
            "naira taken": system(AccountKind.CURRENCY_POSITION, "NGN"),
            "shillings given": system(AccountKind.CURRENCY_POSITION, "KES"),
            "float": system(AccountKind.PROVIDER_FLOAT, "KES", "first"),
            "margin": system(AccountKind.REVENUE, "NGN"),
            "loss": system(AccountKind.UNKNOWN_LOSS, "NGN"),
            "held": system(AccountKind.HOLDS, "NGN"),
        }
        return {name: self.world.balance(account) for name, account in accounts.items()}

    def moved(self, before: dict[str, Money]) -> dict[str, str]:
        """What has moved since, as text."""
        now = self.books()
        return {
            name: str(now[name] - before[name]) for name in now if now[name] != before[name]
        }  # fmt: skip

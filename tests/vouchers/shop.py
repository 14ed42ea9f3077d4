"""A world in which vouchers are sold."""

from datetime import date

from app.domain.ledger import AccountKind, system
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import Origin, RedeemVoucher, VoucherRedeemed
from app.domain.roles import Role
from app.domain.secret import Secret
from app.domain.vouchers import check_digit
from app.services.approve import approve
from app.services.context import Context
from app.services.perform import perform
from app.services.run_staff import add_staff
from app.services.run_vouchers import Issued, Wanted, ask_batch, issue_vouchers
from tests.factories.world import World, naira

LAST_DAY = date(2026, 12, 31)
OWED = system(AccountKind.VOUCHERS, "NGN")
MAKER, CHECKER = "prints@nexustop.example", "approves@nexustop.example"
PASSWORD = "correct horse 9"


def hire(context: Context) -> None:
    """The two people whom a batch takes."""
    for name, role in ((MAKER, Role.FINANCE_MAKER), (CHECKER, Role.FINANCE_CHECKER)):
        add_staff(context, name, Secret(PASSWORD), "cli:test", role)


def approved(context: Context, wanted: Wanted) -> str:
    """The ticket of a batch that one asked for and the other approved."""
    ticket = ask_batch(context, wanted, "shops ran out", MAKER)
    approve(context, ticket, CHECKER)
    return ticket


def issue_batch(context: Context, wanted: Wanted) -> Issued:
    """A batch, as its file gets it."""
    kept: list[Issued] = []
    issue_vouchers(context, approved(context, wanted), MAKER, kept.append)
    return kept[0]


class Shop:
    """Batches, PINs, and people who type them."""

    def __init__(self, world: World) -> None:
        self.world = world
        hire(world.context)

    def issue(self, count: int = 1, face: int = 500, last_day: date = LAST_DAY) -> Issued:
        """A batch, as its file gets it."""
        return issue_batch(self.world.context, Wanted(count, naira(face), last_day))

    def pin(self, face: int = 500) -> str:
        return self.issue(1, face).pins[0].value

    def redeem(self, msisdn: Msisdn, pin: str, origin: Origin | None = None) -> object:
        asked = RedeemVoucher(Secret(pin))
        return perform(self.world.context, origin or self.world.origin(msisdn), asked)

    def redeemed(self, msisdn: Msisdn, pin: str, origin: Origin | None = None) -> VoucherRedeemed:
        reply = self.redeem(msisdn, pin, origin)
        assert isinstance(reply, VoucherRedeemed), reply
        return reply

    def owed(self) -> Money:
        """What outstanding PINs are worth."""
        return self.world.balance(OWED)

    def state(self, batch: str) -> str:
        return str(self.world.one("select state from voucher_batches where reference = %s", batch))


def guess(number: int) -> str:
    """Digits that could be a PIN."""
    digits = f"{number:013d}"
    return digits + check_digit(digits)

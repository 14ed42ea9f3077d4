"""A world with providers' statements, and the desk at which they are compared with the books."""

from datetime import date, datetime
from typing import Any

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.ports.payments import Paid
from app.ports.statements import LineKind, StatementLine
from app.services.reconcile import ReconcileContext, Reconciled, reconcile
from tests.factories.world import World, naira
from tests.fakes.statements import ScriptedStatements

DAY = date(2026, 3, 2)
ACCOUNT = "9912345678"


class Desk:
    """Paystack's API gives statements, and so does a vendor that sells to us, for the tests."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.paystack, self.vtpass = ScriptedStatements(), ScriptedStatements("vtpass")
        self.context = ReconcileContext(
            world.funding, {"paystack": self.paystack, "vtpass": self.vtpass}
        )
        self.owner: Msisdn = world.subscriber()
        world.webhook({"account": ACCOUNT, "owner": self.owner})
        world.look()

    # --- what happened -----------------------------------------------------------------------

    def paid(self, external_id: str, amount: Money, *, told: bool = True) -> None:
        """Money came in at Paystack, which told us of it or not."""
        self.world.payments.payments[f"ref-{external_id}"] = Paid(
            external_id, amount, naira(10), ACCOUNT
        )
        if told:
            self.world.webhook({"paid": f"ref-{external_id}"})
            self.world.look()

    def sold(self) -> tuple[int, str, str]:
        """An order that VTpass delivered: its id, the attempt's reference and its external id."""
        order = self.world.placed(200)
        self.world.vend(order)
        [row] = self.world.all(
            "select reference, external_id from vend_attempts where order_id = %s", order
        )
        return order, *row

    # --- what the other side says ------------------------------------------------------------

    def line(
        self, external_id: str, amount: Money, kind: LineKind = LineKind.PAYMENT,
        at: datetime | None = None, reference: str | None = None, day: date = DAY,
    ) -> StatementLine:  # fmt: skip
        """A line in the statement of the day."""
        source = self.paystack if kind is LineKind.PAYMENT else self.vtpass
        made = StatementLine(
            kind, external_id, f"ref-{external_id}" if reference is None else reference, amount,
            naira(10), at or self.world.clock.now(),
        )  # fmt: skip
        source.lines.setdefault(day, []).append(made)
        return made

    # --- comparing ---------------------------------------------------------------------------

    def run(self, provider: str = "paystack", day: date = DAY) -> Reconciled:
        return reconcile(self.context, provider, day)

    def breaks(self, provider: str = "paystack") -> list[tuple[str, str]]:
        """(kind, external id) of open ones."""
        return self.world.all(
            "select kind, external_id from breaks where provider = %s and closed_at is null"
            " order by external_id", provider,
        )  # fmt: skip

    def detail(self, external_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.world.one(
            "select detail from breaks where external_id = %s", external_id
        )
        return found

"""Something of everything that pages of orders, queues and tickets show, made by the services."""

from dataclasses import dataclass
from datetime import timedelta

from app.db import breaks, mt_sms, routes, timeline
from app.db.engine import Database
from app.domain.breaks import Way
from app.domain.cases import CaseKind
from app.domain.msisdn import Msisdn
from app.domain.outcomes import Unknown
from app.domain.requests import ProblemReported, ReportProblem
from app.domain.roles import Role
from app.domain.secret import Secret
from app.ports.exchanges import Exchange
from app.ports.payments import Paid
from app.services.backoffice.order_acts import ask_settlement
from app.services.exchanges_about import keep_exchanges
from app.services.perform import perform
from app.services.refund_order import ask_refund
from app.services.run_staff import add_staff
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

MAKER = "ngozi@nexustop.example"
_ROUTES = (
    {"provider": "vtpass", "against": "", "score": 931, "margin_bp": 300, "weight": 100,
     "success_bp": 9_950, "median_ms": 810},
    {"provider": "reloadly", "against": "", "score": 412, "margin_bp": 150, "weight": 60,
     "success_bp": 9_400, "median_ms": 2_310},
    {"provider": "baxi", "against": "stopped", "score": 0, "margin_bp": 250, "weight": 100,
     "success_bp": 0, "median_ms": 0},
)  # fmt: skip


@dataclass(frozen=True)
class Story:
    """`order` was delivered and money of it is asked back under `ticket`; `unknown` waits for its
    vendor; `complaint` is a case about the order; `suspense` a break about a payment of nobody."""

    order: str
    unknown: str
    ticket: str
    complaint: str
    suspense: int


def tell(db: Database, clock: FixedClock) -> Story:
    """Everything happens within a few minutes of the clock."""
    vendor = ScriptedVendor(clock, "vtpass")
    world = World(db, clock, {"vtpass": vendor})
    add_staff(world.context, MAKER, Secret("correct horse 9"), "cli:test", Role.FINANCE_MAKER)
    order, reference = _sold(world, 900)
    _what_staff_see_of_it(world, order, reference)
    reply = perform(world.context, world.origin(_buyer(world, order)),
                    ReportProblem(reference, CaseKind.WRONG_NUMBER))  # fmt: skip
    assert isinstance(reply, ProblemReported)
    clock.advance(minutes=2)
    ask_refund(world.context, reference, naira(100), "Half of the bundle was lost", "STRY2A", MAKER)
    clock.advance(minutes=1)
    asked = ask_refund(
        world.context, reference, naira(700), "The bundle expired at once, says MTN", "STRY2B",
        MAKER,
    )  # fmt: skip
    vendor.answers.append(Unknown("read_timeout"))
    vendor.words.extend([Unknown("500")] * 50)
    _, unknown = _sold(world, 200)
    ask_settlement(
        world.context, unknown, Way.DECLINED, "VTpass has nothing under this reference", "STRY2C",
        MAKER,
    )  # fmt: skip
    world.payments.payments["R-7781"] = Paid("R-7781", naira(1_500), naira(15), "nobody")
    world.webhook({"paid": "R-7781"})
    world.look()
    with db.transaction() as tx:
        low = {"provider": "vtpass", "left_minor": 1_250_000, "currency": "NGN"}
        breaks.open_(tx, "low_float", low, clock.now())
        suspense = tx.one("select max(id) from breaks where kind = 'suspense'")[0]
    return Story(reference, unknown, asked.reference, reply.ticket, int(suspense))


def _sold(world: World, amount: int) -> tuple[int, str]:
    order = world.placed(amount)
    world.clock.advance(seconds=1)
    world.vend(order)
    return order, str(world.one("select reference from orders where id = %s", order))


def _buyer(world: World, order: int) -> Msisdn:
    return Msisdn(str(world.one(
        "select s.msisdn from orders o join subscribers s on s.id = o.subscriber_id"
        " where o.id = %s", order,
    )))  # fmt: skip


def _what_staff_see_of_it(world: World, order: int, reference: str) -> None:
    """What the outer edges leave behind: hops, the vendor's answer, the route, the SMS sent."""
    now = world.clock.now()
    [(channel, session, msisdn)] = world.all(
        "select o.channel, o.session, o.recipient from orders o where id = %s", order
    )
    with world.db.transaction() as tx:
        timeline.add_hops(tx, [
            (channel, session, number, msisdn, None, None, label, "CON", 11.5 + number,
             now - timedelta(seconds=30 - 6 * number), "en", "62130")
            for number, label in enumerate(
                ("main_menu.home", "buy_airtime.whose", "buy_airtime.amount", "buy_airtime.confirm",
                 "buy_airtime.pin"), 1,
            )
        ])  # fmt: skip
        keep_exchanges(tx, world.context.fields, [Exchange(
            "vtpass", f"vtpass-{reference}", "POST", "/api/pay",
            f'{{"request_id": "vtpass-{reference}", "phone": "0{msisdn[4:]}", "amount": 900}}', 200,
            '{"code": "000", "content": {"transactions": {"status": "delivered"}}}', "",
            now - timedelta(milliseconds=800), 731,
        )])  # fmt: skip
        routes.decided(tx, order, "vtpass", _ROUTES, now - timedelta(seconds=1))
        sms = tx.one("select id from mt_sms where order_id = %s", (order,))[0]
        tx.run("update mt_sms set state = 'sending' where id = %s", (sms,))
        text = f"NGN 900.00 MTN airtime sent to 0{msisdn[4:7]} {msisdn[7:10]} {msisdn[10:]}."
        mt_sms.accepted(tx, sms, "africastalking", "AT-1", "NGN 4.00", text, now)

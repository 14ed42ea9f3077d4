"""Add money with a voucher: its digits are a secret, so they are asked for and kept nowhere."""

from app.domain.requests import (
    RedeemVoucher,
    Refused,
    VoucherIsYours,
    VoucherMistyped,
    VoucherNotGood,
    VoucherRedeemed,
    VouchersStopped,
    VoucherTooMuch,
)
from app.domain.secret import Secret
from menus.engine.state import Do, Move, Scene, Screen, State
from menus.flows.shared import REFUSED, ending, money, tell
from menus.texts.vouchers import (
    ADDED,
    IS_YOURS,
    MISTYPED,
    NOT_GOOD,
    STOPPED,
    TOO_MUCH,
    day_and_time,
)


def _redeemed(scene: Scene) -> Move:
    done = scene.fact
    return Move(
        "voucher.redeemed",
        {
            "amount": done.amount.amount_minor, "balance": done.balance.amount_minor,
            "reference": done.reference,
        },
    )  # fmt: skip


def _stopped(scene: Scene) -> Move:
    until = day_and_time(scene.fact.until, scene.text("country"))
    return Move("voucher.stopped", {"until": until})


STATES = (
    State(
        "voucher",
        screen=lambda scene: Screen(tell(scene.data, "Enter the digits of your voucher")),
        accept=lambda _, typed: Do(RedeemVoucher(Secret(typed))),
        after={
            VoucherRedeemed: _redeemed,
            VoucherMistyped: lambda scene: Move("voucher", notice=tell(scene.data, MISTYPED)),
            VoucherNotGood: lambda scene: Move("voucher", notice=tell(scene.data, NOT_GOOD)),
            VoucherIsYours: lambda _: Move("voucher.yours"),
            VoucherTooMuch: lambda scene: Move(
                "voucher.too_much", {"amount": scene.fact.amount.amount_minor}
            ),
            VouchersStopped: _stopped,
            Refused: lambda scene: Move(REFUSED, {"why": scene.fact.why}),
        },
        goes=("voucher", "voucher.redeemed", "voucher.yours", "voucher.too_much",
              "voucher.stopped", REFUSED),
        secret=True,
    ),
    ending(
        "voucher.redeemed",
        lambda scene: tell(
            scene.data, ADDED, amount=money(scene), balance=money(scene, "balance"),
            reference=scene.text("reference"),
        ),
    ),
    ending("voucher.yours", lambda scene: tell(scene.data, IS_YOURS)),
    ending(
        "voucher.too_much", lambda scene: tell(scene.data, TOO_MUCH, amount=money(scene))
    ),
    ending(
        "voucher.stopped", lambda scene: tell(scene.data, STOPPED, time=scene.text("until"))
    ),
)  # fmt: skip

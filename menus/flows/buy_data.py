"""Buy data: for how long, which plan, confirm, PIN. For whom is asked as for airtime."""

from app.domain.catalogue import Term, term_of
from app.domain.msisdn import Msisdn
from app.domain.operators import OPERATORS
from app.domain.requests import (
    BuyData,
    FindSamePurchase,
    GetPlans,
    LimitReached,
    NotEnough,
    OrderPlaced,
    PlanGone,
    Plans,
    PriceChanged,
    Purchase,
    TooFast,
)
from app.domain.second_factor import Act
from app.domain.secret import Secret
from menus.engine.state import Choice, Do, Move, Scene, Screen, State
from menus.flows.buy_airtime import choose_operator
from menus.flows.second_factor import proof_states, subject_of
from menus.flows.shared import (
    FAST,
    HELD,
    LIMIT,
    PIN_ENDS,
    after_pin,
    ending,
    money,
    number,
    operator,
    placed_at,
    spoken_language,
    tell,
    too_fast,
)
from menus.texts.catalogue import later
from menus.texts.plans import plan_lasts, plan_name, plan_size

_TERMS = {
    Term.DAILY: later("Daily"), Term.WEEKLY: later("Weekly"), Term.MONTHLY: later("Monthly"),
}  # fmt: skip
_GONE = later("This plan is not sold any more. Nothing was charged.")


def buy_again(scene: Scene, last: Purchase) -> Choice:
    """The last purchase of data with one key and the PIN."""
    label = tell(
        scene.data, "Buy again: {operator} {amount}", operator=OPERATORS[last.operator].name,
        amount=f"{plan_size(last.product)} {last.amount.label()}",
    )  # fmt: skip
    put: dict[str, str | int] = {
        "operator": last.operator, "recipient": last.recipient, "plan": last.product,
        "amount": last.amount.amount_minor, "again": 1,
    }  # fmt: skip
    return Choice(label, "data.again", put, walk=False)


def _plans(scene: Scene) -> GetPlans:
    return GetPlans(scene.text("operator"), Msisdn(scene.text("recipient")))


def _terms(scene: Scene) -> Screen:
    on_sale: Plans = scene.fact
    found = {term_of(plan.validity_days) for plan in on_sale.plans}
    name = operator(scene).name
    if not found:
        text = tell(scene.data, "No {operator} data is sold now.", operator=name)
        return Screen(text, (Choice(tell(scene.data, "Wrong network"), "data.network"),))
    choices = (
        Choice(tell(scene.data, label), "data.plans", {"term": term})
        for term, label in _TERMS.items()
        if term in found
    )
    return Screen(tell(scene.data, "{operator} data", operator=name), tuple(choices))


def _list(scene: Scene) -> Screen:
    on_sale: Plans = scene.fact
    term, language = Term(scene.text("term")), spoken_language(scene.data)
    choices = (
        Choice(
            f"{plan_name(language, plan.code)} {plan.price.label()}", "data.same",
            {"plan": plan.code, "amount": plan.price.amount_minor, "again": 0, "dearer": 0},
            walk=False,
        )
        for plan in on_sale.plans
        if term_of(plan.validity_days) is term
    )  # fmt: skip
    title = tell(scene.data, "{operator} data", operator=operator(scene).name)
    return Screen(title, tuple(choices))


def _as_before(scene: Scene) -> Move:
    """Today's price of a plan that was named, with what it cost then if that is known: a higher one
    is shown before the PIN is asked."""
    on_sale: Plans = scene.fact
    prices = {plan.code: plan.price for plan in on_sale.plans}
    price = prices.get(scene.text("plan"))
    if price is None:
        return Move("data.terms", notice=tell(scene.data, _GONE))
    dearer = int(0 < scene.number("amount") < price.amount_minor)
    again = int(bool(scene.number("again")) and not dearer)
    return Move("data.same", {"amount": price.amount_minor, "dearer": dearer, "again": again})


def _same(scene: Scene) -> FindSamePurchase:
    return FindSamePurchase(Msisdn(scene.text("recipient")), money(scene), scene.text("plan"))


def _warn_or_go_on(scene: Scene) -> Move:
    minutes = scene.fact.minutes_ago
    if minutes is not None:
        return Move("data.warn", {"minutes": max(minutes, 1)})
    return Move(_confirmed(scene))


def _confirmed(scene: Scene) -> str:
    return "data.proof" if scene.number("again") else "data.confirm"


def _warn(scene: Scene) -> Screen:
    text = tell(
        scene.data, "You bought this {minutes} min ago. Buy again?",
        minutes=scene.number("minutes"),
    )  # fmt: skip
    return Screen(
        text,
        (
            Choice(tell(scene.data, "Yes"), _confirmed(scene)),
            Choice(tell(scene.data, "No"), "home"),
        ),
    )


def _confirm(scene: Scene) -> Screen:
    plan, language = scene.text("plan"), spoken_language(scene.data)
    text = tell(
        scene.data, "{size}, {lasts}, {operator} to {number}. {amount}",
        size=plan_size(plan), lasts=plan_lasts(language, plan), operator=operator(scene).name,
        number=number(scene), amount=money(scene),
    )  # fmt: skip
    if scene.number("dearer"):
        text = f"{tell(scene.data, 'The price has gone up.')}\n{text}"
    return Screen(
        text,
        (
            Choice(tell(scene.data, "Confirm"), "data.proof"),
            Choice(tell(scene.data, "Wrong network"), "data.network"),
        ),
    )


def _named(scene: Scene) -> str:
    return plan_name(spoken_language(scene.data), scene.text("plan"))


def _pin(scene: Scene) -> Screen:
    return Screen(
        tell(
            scene.data, "Enter PIN for {amount} {operator} {plan}",
            amount=money(scene), operator=operator(scene).name, plan=_named(scene),
        )
    )  # fmt: skip


def _pin_typed(scene: Scene, typed: str) -> Do:
    return Do(
        BuyData(
            Msisdn(scene.text("recipient")), scene.text("operator"), scene.text("plan"),
            money(scene), Secret(typed),
        )
    )  # fmt: skip


def _not_enough(scene: Scene) -> Screen:
    return Screen(
        tell(
            scene.data, "You have {balance}, this costs {price}",
            balance=money(scene, "balance"), price=money(scene),
        ),
        (
            Choice(tell(scene.data, "Add money"), "fund"),
            Choice(tell(scene.data, "Another plan"), "data.terms"),
        ),
    )  # fmt: skip


def _placed(scene: Scene) -> str:
    return tell(
        scene.data,
        "Request received. {plan} {operator} data for {number}. An SMS follows. Ref {reference}",
        plan=_named(scene), operator=operator(scene).name, number=number(scene),
        reference=scene.text("reference"),
    )  # fmt: skip


STATES = (
    State("data.terms", ask=_plans, screen=_terms, goes=("data.plans", "data.network")),
    State(
        "data.network", screen=lambda scene: choose_operator("data.terms", scene),
        goes=("data.terms",),
    ),
    State("data.plans", ask=_plans, screen=_list, goes=("data.same",)),
    State("data.again", ask=_plans, route=_as_before, goes=("data.same", "data.terms")),
    State(
        "data.same", ask=_same, route=_warn_or_go_on,
        goes=("data.warn", "data.proof", "data.confirm"),
    ),
    State("data.warn", screen=_warn, goes=("data.proof", "data.confirm", "home")),
    State("data.confirm", screen=_confirm, goes=("data.proof", "data.network")),
    *proof_states("data", lambda scene: subject_of(Act.DATA, scene), "data.pin"),
    State(
        "data.pin", screen=_pin, accept=_pin_typed,
        after={
            **after_pin("data.pin"),
            OrderPlaced: placed_at("data.placed"),
            PriceChanged: lambda scene: Move(
                "data.confirm", {"amount": scene.fact.now.price.amount_minor, "dearer": 1}
            ),
            PlanGone: lambda scene: Move("data.terms", notice=tell(scene.data, _GONE)),
            NotEnough: lambda scene: Move(
                "data.not_enough", {"balance": scene.fact.balance.amount_minor}
            ),
            LimitReached: lambda scene: Move(LIMIT, {"left": scene.fact.left.amount_minor}),
            TooFast: too_fast,
        },
        goes=("data.pin", "data.placed", "data.confirm", "data.terms", "data.not_enough", LIMIT,
              FAST, HELD, *PIN_ENDS),
        secret=True,
    ),
    State("data.not_enough", screen=_not_enough, goes=("data.terms", "fund")),
    ending("data.placed", _placed),
)  # fmt: skip

"""Routes: providers, operators, and what staff switch; a change works from the next order on."""

from collections.abc import Callable
from datetime import timedelta

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from app.domain.catalogue import AIRTIME
from app.domain.errors import BadAmount
from app.domain.money import parse_amount
from app.domain.operators import OPERATORS
from app.domain.roles import Right
from app.services.backoffice.routes_page import (
    OperatorPage,
    ProviderPage,
    operator_page,
    provider_page,
    routes_page,
)
from app.services.run_providers import (
    announce_maintenance,
    close_breaker,
    end_maintenance,
    open_breaker,
    set_float_limits,
    tick_item,
)
from app.services.run_routes import set_route, switch_operator, weigh_route
from app.services.staff_refused import StaffRefused
from app.services.watch_providers import start_provider, stop_provider
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, ReasonForm
from app.web.backoffice.refused import refused_status, sentence
from app.web.backoffice.route_forms import (
    AnswerForm,
    BreakerForm,
    FloatForm,
    MaintenanceForm,
    RuleForm,
)

_SO_BEFORE = "It was so before. Nothing was done."


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/routes`."""
    vending = desk.vending
    routes = Blueprint("routes", __name__, url_prefix="/backoffice/routes")

    @routes.get("")
    @needs(Right.SEE_ROUTES)
    def overview() -> str:
        return render_template("routes/overview.html", page=routes_page(vending))

    @routes.get("/providers/<name>")
    @needs(Right.SEE_ROUTES)
    def provider(name: str) -> Response:
        return _show_provider(_provider(desk, name))

    @routes.get("/operators/<operator>")
    @needs(Right.SEE_ROUTES)
    def operator(operator: str) -> Response:
        return _show_operator(_operator(desk, operator))

    _provider_switches(routes, desk)
    _provider_acts(routes, desk)
    _operator_acts(routes, desk)
    return routes


def _provider_switches(routes: Blueprint, desk: Desk) -> None:
    vending = desk.vending

    @routes.post("/providers/<name>/stop")
    @needs(Right.MANAGE_ROUTES)
    def stop(name: str) -> Response:
        return _switch(
            desk, name, "stop", lambda why: stop_provider(vending, name, person().name, why),
            f"{name} is stopped: no order goes there from now on.",
        )  # fmt: skip

    @routes.post("/providers/<name>/start")
    @needs(Right.MANAGE_ROUTES)
    def start(name: str) -> Response:
        return _switch(
            desk, name, "start", lambda why: start_provider(vending, name, person().name, why),
            f"{name} is in use: orders go there again.",
        )  # fmt: skip

    @routes.post("/providers/<name>/breakers/<operator>/close")
    @needs(Right.MANAGE_ROUTES)
    def shut(name: str, operator: str) -> Response:
        return _switch(
            desk, name, f"close-{operator}",
            lambda why: close_breaker(vending, name, operator, person().name, why),
            f"The breaker of {name} for {operator} is closed.",
        )  # fmt: skip

    @routes.post("/maintenance/<int(max=9223372036854775807):window>/end")
    @needs(Right.MANAGE_ROUTES)
    def end(window: int) -> Response:
        form = ReasonForm(prefix=f"end-{window}")
        if not form.validate():
            abort(400, "Say why in 8 to 300 characters, then press the button again.")
        try:
            end_maintenance(vending, window, person().name, form.reason.data)
            flash("The maintenance has ended.")
        except StaffRefused as refused:
            flash(sentence(refused), "warning")
        return make_response(redirect(url_for("routes.overview"), 303))


def _provider_acts(routes: Blueprint, desk: Desk) -> None:
    vending = desk.vending

    @routes.post("/providers/<name>/float")
    @needs(Right.MANAGE_ROUTES)
    def limits(name: str) -> Response:
        page, form = _provider(desk, name), FloatForm(prefix="float")
        if page.line.float_ is None:
            abort(400, "Its float isn't known yet: nothing can be set in a currency.")
        form.alarm.currency = form.stop.currency = page.line.float_.currency
        return _act(page, "float", form, lambda: set_float_limits(
            vending, name, form.alarm.data.amount_minor, form.stop.data.amount_minor,
            person().name, form.reason.data,
        ), "The limits are set.")  # fmt: skip

    @routes.post("/providers/<name>/maintenance")
    @needs(Right.MANAGE_ROUTES)
    def announce(name: str) -> Response:
        page, form = _provider(desk, name), MaintenanceForm(prefix="maintenance")
        form.from_at.zone = form.until_at.zone = person().zone
        return _act(page, "maintenance", form, lambda: announce_maintenance(
            vending, name, form.operator.data, form.from_at.data, form.until_at.data,
            form.reason.data, person().name,
        ), "The maintenance is announced.")  # fmt: skip

    @routes.post("/providers/<name>/questions/<item>")
    @needs(Right.MANAGE_ROUTES)
    def confirm(name: str, item: str) -> Response:
        page, form = _provider(desk, name), AnswerForm(prefix=f"item-{item}")

        def tick() -> bool:
            tick_item(vending, name, item, person().name, form.reason.data)
            return True

        return _act(page, f"item-{item}", form, tick, "The vendor's answer is written down.")

    @routes.post("/providers/<name>/breakers/<operator>/open")
    @needs(Right.MANAGE_ROUTES)
    def hold(name: str, operator: str) -> Response:
        page, form = _provider(desk, name), BreakerForm(prefix=f"open-{operator}")

        def open_it() -> bool:
            lasts = timedelta(minutes=form.minutes.data)
            open_breaker(vending, name, operator, lasts, person().name, form.reason.data)
            return True

        return _act(page, f"open-{operator}", form, open_it,
                    f"The breaker of {name} for {operator} is open.")  # fmt: skip


def _operator_acts(routes: Blueprint, desk: Desk) -> None:
    vending = desk.vending

    def switch(operator: str, name: str, said: str, *, closed: bool) -> Response:
        page, form = _operator(desk, operator), ReasonForm(prefix=name)
        return _act(page, name, form, lambda: switch_operator(
            vending, operator, person().name, form.reason.data, closed=closed
        ), said)  # fmt: skip

    @routes.post("/operators/<operator>/stop")
    @needs(Right.MANAGE_ROUTES)
    def stop_operator(operator: str) -> Response:
        said = "Nothing of it is sold from now on: orders that come are declined and paid back."
        return switch(operator, "stop", said, closed=True)

    @routes.post("/operators/<operator>/start")
    @needs(Right.MANAGE_ROUTES)
    def start_operator(operator: str) -> Response:
        return switch(operator, "start", "It is sold again.", closed=False)

    @routes.post("/operators/<operator>/rules/<name>")
    @needs(Right.MANAGE_ROUTES)
    def rule(operator: str, name: str) -> Response:
        page, form = _operator(desk, operator), RuleForm(prefix=f"rule-{name}")

        def change() -> bool:
            why, by = form.reason.data, person().name
            weighed = weigh_route(
                vending, operator, page.kind, name, form.weight.data, form.place.data, by, why
            )
            closed = set_route(
                vending, operator, page.kind, name, by, why, closed=form.sold.data == "no"
            )
            return weighed or closed

        return _act(page, f"rule-{name}", form, change, "The route is set.")


Page = ProviderPage | OperatorPage


def _act(page: Page, name: str, form: Form, act: Callable[[], bool], said: str) -> Response:
    """Do what a valid form asks for; else the page again with the form as it was typed."""
    if not form.validate():
        return _show(page, {name: form})
    try:
        changed = act()
    except StaffRefused as refused:
        return _show(page, {name: form}, refused)
    flash(said if changed else _SO_BEFORE, "good" if changed else "warning")
    return _back(page)


def _switch(desk: Desk, name: str, prefix: str, act: Callable[[str], bool], said: str) -> Response:
    page, form = _provider(desk, name), ReasonForm(prefix=prefix)
    return _act(page, prefix, form, lambda: act(form.reason.data), said)


def _show(page: Page, typed: dict[str, Form], refused: StaffRefused | None = None) -> Response:
    if isinstance(page, ProviderPage):
        return _show_provider(page, typed, refused)
    return _show_operator(page, typed, refused)


def _back(page: Page) -> Response:
    if isinstance(page, ProviderPage):
        return make_response(redirect(url_for("routes.provider", name=page.line.name), 303))
    code = page.line.operator.code
    there = url_for("routes.operator", operator=code, product=page.sale.product)
    return make_response(redirect(there, 303))


def _provider(desk: Desk, name: str) -> ProviderPage:
    found = provider_page(desk.vending, name)
    if found is None:
        abort(404)
    return found


def _operator(desk: Desk, operator: str) -> OperatorPage:
    """With the order that the address asks about."""
    found = OPERATORS.get(operator)
    if found is None:
        abort(404)
    amount, text = None, request.args.get("amount", "").strip()
    try:
        amount = parse_amount(text, found.currency) if text else None
    except BadAmount:
        abort(400, f"Type an amount above zero in {found.currency}, like 500.")
    page = operator_page(desk.vending, operator, request.args.get("product", AIRTIME), amount)
    if page is None:
        abort(404)
    return page


def _status(typed: dict[str, Form] | None, refused: StaffRefused | None) -> int:
    if refused is not None:
        return refused_status(refused)
    return 400 if typed else 200


def _show_provider(
    page: ProviderPage, typed: dict[str, Form] | None = None, refused: StaffRefused | None = None
) -> Response:
    line, sent = page.line, typed or {}

    def form(name: str, kind: type[Form], **data: object) -> Form:
        return sent.get(name) or kind(formdata=None, prefix=name, **data)

    limits = form("float", FloatForm, alarm=line.alarm, stop=line.stop)
    if line.float_ is not None:
        limits.alarm.currency = limits.stop.currency = line.float_.currency
    maintenance = form("maintenance", MaintenanceForm)
    maintenance.from_at.zone = maintenance.until_at.zone = person().zone
    html = render_template(
        "routes/provider.html", page=page, line=line, limits=limits, maintenance=maintenance,
        reason=lambda name: form(name, ReasonForm), answer=lambda name: form(name, AnswerForm),
        breaker=lambda name: form(name, BreakerForm), problem=sentence(refused) if refused else "",
    )  # fmt: skip
    return make_response(html, _status(typed, refused))


def _show_operator(
    page: OperatorPage, typed: dict[str, Form] | None = None, refused: StaffRefused | None = None
) -> Response:
    sent = typed or {}

    def rule(name: str) -> Form:
        found = next(one.rule for one in page.candidates if one.route.provider == name)
        return sent.get(f"rule-{name}") or RuleForm(
            formdata=None, prefix=f"rule-{name}", sold="no" if found.closed else "yes",
            weight=found.weight, place=found.place,
        )  # fmt: skip

    html = render_template(
        "routes/operator.html", page=page, line=page.line, rule=rule,
        reason=lambda name: sent.get(name) or ReasonForm(formdata=None, prefix=name),
        problem=sentence(refused) if refused else "",
    )  # fmt: skip
    return make_response(html, _status(typed, refused))

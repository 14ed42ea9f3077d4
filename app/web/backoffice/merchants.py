"""Merchants' servers: API keys, webhook endpoints, what was delivered. The same pages hang on an
agent's for staff, and are the agent's own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

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
from flask.typing import ResponseReturnValue

from app.db.agents import AgentRow
from app.db.webhook_list import WEBHOOK_DELIVERIES
from app.domain.roles import Right
from app.services.backoffice.merchant_page import agent_of_number, own_agent, show_merchant
from app.services.merchants import endpoints, keys
from app.services.merchants.replay import find_delivery, replay, replay_since
from app.services.reason import reason_of
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, MoneyForm, ReasonField, ReasonForm
from app.web.backoffice.lists import show_list
from app.web.backoffice.merchant_forms import EndpointForm, KeyForm, ReplayForm
from app.web.backoffice.refused import refused_status, sentence

_PATH = "/backoffice/agents/<number>/servers"
_ACTS: dict[str, tuple[Callable[..., object], str]] = {
    "on": (endpoints.switch_on, "It is on. Send again what happened meanwhile."),
    "off": (endpoints.switch_off, "It is off, and what waited for it is dropped."),
    "delete": (endpoints.delete_endpoint, "It is gone. What was delivered stays on record."),
}


class LetForm(MoneyForm):
    reason = ReasonField()


def pages_of_staff(desk: Desk) -> Blueprint:
    """`/backoffice/agents/<number>/servers`."""
    routes = Blueprint("merchants", __name__, url_prefix=_PATH)
    pages = _Pages(
        desk, routes, Right.SEE_AGENTS, Right.MANAGE_AGENTS,
        lambda where: agent_of_number(desk.context, where.get("number", "")),
    )  # fmt: skip
    pages.register()
    _selling(desk, routes, pages)

    @routes.url_defaults
    def same_agent(_: str, values: dict[str, object]) -> None:
        values.setdefault("number", (request.view_args or {}).get("number"))

    return routes


def pages_of_agents(desk: Desk) -> Blueprint:
    """`/backoffice/servers`."""
    routes = Blueprint("own_servers", __name__, url_prefix="/backoffice/servers")
    _Pages(
        desk, routes, Right.MANAGE_API, Right.MANAGE_API,
        lambda _: own_agent(desk.context, person()),
    ).register()  # fmt: skip
    return routes


def _selling(desk: Desk, routes: Blueprint, pages: "_Pages") -> None:
    """What staff alone do: let live keys spend the float, by two people, and stop that."""
    ctx = desk.context

    @routes.post("/let")
    @needs(Right.MANAGE_AGENTS)
    @step_up
    def let(**where: str) -> Response:
        agent, form = pages.agent(where), LetForm(prefix="let")
        if not form.validate():
            return pages.show(where, let=form)
        try:
            ticket = keys.ask_to_let_sell(
                ctx, agent.id, form.reason.data, person().name, form.key.data
            )
        except StaffRefused as refused:
            return pages.show(where, refused, let=form)
        flash(f"Asked for: another person must approve {ticket}.", "warning")
        return pages.back(where)

    @routes.post("/stop")
    @needs(Right.MANAGE_AGENTS)
    @step_up
    def stop(**where: str) -> Response:
        agent, form = pages.agent(where), ReasonForm(prefix="stop")
        if not form.validate():
            return pages.show(where, stop=form)
        keys.stop_selling(ctx, agent.id, person().name, form.reason.data)
        flash("Live keys can't buy any more, from the next request on.")
        return pages.back(where)


class _Pages:
    """The pages of one kind of viewer: `see` and `manage` are the rights they need, `find` says
    whose the page is."""

    def __init__(
        self, desk: Desk, routes: Blueprint, see: Right, manage: Right,
        find: Callable[[dict[str, str]], AgentRow | None],
    ) -> None:  # fmt: skip
        self._desk, self._routes = desk, routes
        self._see, self._manage, self._find = see, manage, find

    def register(self) -> None:
        self._reading()
        self._keys()
        self._endpoints()
        self._sending_again()

    # --- what all of them need -----------------------------------------------------------------

    def agent(self, where: dict[str, str]) -> AgentRow:
        found = self._find(where)
        if found is None:
            abort(404)
        return found

    def back(self, where: dict[str, str], view: str = "page", **more: Any) -> Response:
        number: dict[str, Any] = {"number": where["number"]} if "number" in where else {}
        to = url_for(f"{self._routes.name}.{view}", **number, **more)
        return make_response(redirect(to, 303))

    def show(
        self, where: dict[str, str], refused: StaffRefused | None = None, **given: Form
    ) -> Response:
        """The page, with the form that was sent and what is wrong with it."""
        page = show_merchant(self._desk.context, self.agent(where))
        forms: dict[str, Form] = {
            "key": KeyForm(formdata=None, prefix="key"),
            "endpoint": EndpointForm(formdata=None, prefix="endpoint"),
            "reason": ReasonForm(formdata=None),
            "let": LetForm(formdata=None, prefix="let"),
            "stop": ReasonForm(formdata=None, prefix="stop"),
            "replay": ReplayForm(formdata=None, prefix="replay"),
            **given,
        }  # fmt: skip
        html = render_template(
            "merchants/page.html", page=page, agent=page.agent, forms=forms, opened=set(given),
            problem=sentence(refused) if refused else "", may=person().may(self._manage),
            **self._links(where),
        )  # fmt: skip
        wrong = any(form.errors for form in given.values())
        return make_response(html, refused_status(refused) if refused else 400 if wrong else 200)

    def _links(self, where: dict[str, str]) -> dict[str, Any]:
        number = {"number": where["number"]} if "number" in where else {}
        return {"base": self._routes.name, "where": number}

    def _shown_once(self, where: dict[str, str], title: str, name: str, secret: str) -> Response:
        return make_response(
            render_template(
                "merchants/shown_once.html",
                title=title,
                name=name,
                secret=secret,
                **self._links(where),
            )
        )

    # --- pages ---------------------------------------------------------------------------------

    def _reading(self) -> None:
        @self._routes.get("")
        @needs(self._see)
        def page(**where: str) -> Response:
            return self.show(where)

        @self._routes.get("/deliveries")
        @needs(self._see)
        def deliveries(**where: str) -> ResponseReturnValue:
            return show_list(
                self._desk, WEBHOOK_DELIVERIES, within=self.agent(where).id,
                leads_to={"delivery_id": f"{self._routes.name}.delivery"},
                template="merchants/deliveries.html", **self._links(where),
            )  # fmt: skip

        @self._routes.get("/deliveries/<int:delivery_id>")
        @needs(self._see)
        def delivery(delivery_id: int, **where: str) -> str:
            return self._delivery(delivery_id, where)

    def _delivery(self, delivery_id: int, where: dict[str, str], form: Form | None = None) -> str:
        if delivery_id >= 2**63:
            abort(404)
        found = find_delivery(self._desk.context, self.agent(where).id, delivery_id)
        if found is None:
            abort(404)
        return render_template(
            "merchants/delivery.html", found=found, may=person().may(self._manage),
            form=form or ReasonForm(formdata=None), **self._links(where),
        )  # fmt: skip

    def _keys(self) -> None:
        ctx = self._desk.context

        @self._routes.post("/keys")
        @needs(self._manage)
        @step_up
        def make_key(**where: str) -> Response:
            agent, form = self.agent(where), KeyForm(prefix="key")
            if not form.validate():
                return self.show(where, key=form)
            try:
                made = keys.make_key(
                    ctx, agent.id, form.wanted(ctx.clock.now()), person().name,
                    staff=person().kind == "staff",
                )  # fmt: skip
            except StaffRefused as refused:
                return self.show(where, refused, key=form)
            return self._shown_once(where, "API key", form.label.data or "", made.whole.value)

        @self._routes.post("/keys/<key_id>/revoke")
        @needs(self._manage)
        @step_up
        def revoke(key_id: str, **where: str) -> Response:
            agent, form = self.agent(where), ReasonForm()
            if not form.validate():
                return self.show(where, reason=form)
            if not keys.revoke_key(ctx, agent.id, key_id, person().name, form.reason.data):
                abort(404)
            flash("It is revoked: the next request with it is refused.")
            return self.back(where)

    def _endpoints(self) -> None:
        ctx = self._desk.context

        @self._routes.post("/endpoints")
        @needs(self._manage)
        @step_up
        def add_endpoint(**where: str) -> Response:
            agent, form = self.agent(where), EndpointForm(prefix="endpoint")
            if not form.validate():
                return self.show(where, endpoint=form)
            try:
                made = endpoints.add_endpoint(
                    ctx, agent.id, form.url.data or "", form.events(), person().name,
                    live=form.kind.data == "live",
                )  # fmt: skip
            except StaffRefused as refused:
                return self.show(where, refused, endpoint=form)
            name = made.row.reference
            return self._shown_once(where, "Webhook secret", name, made.secret.value)

        @self._routes.post("/endpoints/<reference>/rotate")
        @needs(self._manage)
        @step_up
        def rotate(reference: str, **where: str) -> Response:
            agent, form = self.agent(where), ReasonForm()
            if not form.validate():
                return self.show(where, reason=form)
            made = endpoints.rotate_secret(ctx, agent.id, reference, person().name)
            if made is None:
                abort(404)
            return self._shown_once(where, "Webhook secret", reference, made.secret.value)

        @self._routes.post("/endpoints/<reference>/<act>")
        @needs(self._manage)
        @step_up
        def turn(reference: str, act: str, **where: str) -> Response:
            agent, form = self.agent(where), ReasonForm()
            if not form.validate():
                return self.show(where, reason=form)
            if act not in _ACTS:
                abort(404)
            do, done = _ACTS[act]
            if not do(ctx, agent.id, reference, person().name):
                abort(404)
            flash(done)
            return self.back(where)

    def _sending_again(self) -> None:
        ctx = self._desk.context

        @self._routes.post("/endpoints/<reference>/ping")
        @needs(self._manage)
        @step_up
        def ping(reference: str, **where: str) -> Response:
            sent = endpoints.ping(ctx, self.agent(where).id, reference)
            if sent is None:
                abort(404)
            return self.back(where, "delivery", delivery_id=sent)

        @self._routes.post("/endpoints/<reference>/replay")
        @needs(self._manage)
        @step_up
        def since(reference: str, **where: str) -> Response:
            agent, form = self.agent(where), ReplayForm(prefix="replay")
            if not form.validate():
                return self.show(where, replay=form)
            hours = timedelta(hours=form.hours.data or 0)
            try:
                sent = replay_since(
                    ctx, agent.id, reference, ctx.clock.now() - hours, person().name,
                    reason_of(form.reason.data),
                )  # fmt: skip
            except StaffRefused as refused:
                return self.show(where, refused, replay=form)
            flash(f"{sent:,} events are sent again.")
            return self.back(where, "deliveries")

        @self._routes.post("/deliveries/<int:delivery_id>/replay")
        @needs(self._manage)
        @step_up
        def again(delivery_id: int, **where: str) -> Response:
            agent, form = self.agent(where), ReasonForm()
            if not form.validate():
                return make_response(self._delivery(delivery_id, where, form), 400)
            if delivery_id >= 2**63 or not replay(
                ctx, agent.id, delivery_id, person().name, form.reason.data
            ):
                flash("It isn't sent: it waits already, or its endpoint is off.", "warning")
            else:
                flash("It is sent again, with the same event id.")
            return self.back(where, "delivery", delivery_id=delivery_id)

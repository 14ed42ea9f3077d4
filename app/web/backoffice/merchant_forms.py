"""What is typed on the pages of merchants' servers."""

from datetime import datetime, timedelta

from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from app.domain.api_callers import Scope
from app.domain.api_keys import LONGEST_LABEL, MOST_PER_MINUTE, USUAL_PER_MINUTE
from app.domain.webhook_addresses import LONGEST
from app.domain.webhooks import CHOSEN_FROM, KEPT, EventKind
from app.services.merchants.keys import NewKey
from app.web.backoffice.forms import Form, ReasonField

_LONGEST_NETWORKS = 1_000
_LONGEST_DAYS = 1_096
_SAYS = {
    Scope.CATALOGUE: "read plans and operators", Scope.BALANCE: "read the float",
    Scope.HISTORY: "read purchases", Scope.PURCHASE: "buy", Scope.WEBHOOKS: "manage webhooks",
}  # fmt: skip


class KeyForm(Form):
    """A new key. Test keys may do anything; what a live one may is chosen."""

    label = StringField(
        "Which server", [InputRequired("Say which server it is for."), Length(1, LONGEST_LABEL)],
        render_kw={"maxlength": LONGEST_LABEL, "autocomplete": "off"},
    )  # fmt: skip
    kind = SelectField("Kind", choices=[
        SelectChoice("test", "test: moves no money"), SelectChoice("live", "live"),
    ])  # fmt: skip
    catalogue, balance, history, purchase, webhooks = (
        BooleanField(f"May {_SAYS[scope]}", default=scope is not Scope.PURCHASE) for scope in Scope
    )
    networks = TextAreaField(
        "Only from these addresses", [Length(max=_LONGEST_NETWORKS)], render_kw={"rows": 2}
    )
    per_minute = IntegerField(
        "Requests a minute", [InputRequired("Type a number."), NumberRange(1, MOST_PER_MINUTE)],
        default=USUAL_PER_MINUTE, render_kw={"inputmode": "numeric"},
    )  # fmt: skip
    days = IntegerField(
        "Expires after days", [InputRequired("Type a number."), NumberRange(1, _LONGEST_DAYS)],
        default=365, render_kw={"inputmode": "numeric"},
    )  # fmt: skip

    def wanted(self, now: datetime) -> NewKey:
        chosen = frozenset(scope for scope in Scope if self[scope.name.lower()].data)
        networks = (self.networks.data or "").replace(",", " ").split()
        return NewKey(
            self.kind.data == "live", chosen, self.label.data or "", tuple(networks),
            self.per_minute.data or 0, now + timedelta(days=self.days.data or 0),
        )  # fmt: skip


class EndpointForm(Form):
    """Where a server is told what."""

    url = StringField(
        "Address", [InputRequired("Type an address."), Length(1, LONGEST)],
        render_kw={"maxlength": LONGEST, "autocomplete": "off", "inputmode": "url"},
    )  # fmt: skip
    kind = SelectField("Of purchases with", choices=[
        SelectChoice("live", "live keys"), SelectChoice("test", "test keys"),
    ])  # fmt: skip
    delivered, declined, reversed_, float_low, float_credited = (
        BooleanField(kind.value, default=True) for kind in CHOSEN_FROM
    )

    def events(self) -> list[EventKind]:
        ticked = (
            self.delivered,
            self.declined,
            self.reversed_,
            self.float_low,
            self.float_credited,
        )
        return [kind for kind, one in zip(CHOSEN_FROM, ticked, strict=True) if one.data]


class ReplayForm(Form):
    """How far back everything is sent again."""

    hours = IntegerField(
        "Since how many hours", [InputRequired("Type a number."), NumberRange(1, KEPT.days * 24)],
        default=24, render_kw={"inputmode": "numeric"},
    )  # fmt: skip
    reason = ReasonField()

"""Forms of what staff switch about routes."""

from wtforms import IntegerField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, NumberRange
from wtforms.validators import Optional as MayBeEmpty

from app.domain.operators import OPERATORS
from app.services.run_routes import LAST_PLACE, MOST_WEIGHT
from app.web.backoffice.forms import AmountField, Form, MomentField, ReasonField

_MOST_MINUTES = 24 * 60


class FloatForm(Form):
    alarm = AmountField("Call staff below", zero=True)
    stop = AmountField("Sell nothing below", zero=True)
    reason = ReasonField()


class MaintenanceForm(Form):
    operator = SelectField(
        "Of which operator",
        choices=[
            SelectChoice("", "All"),
            *(SelectChoice(one.code, f"{one.name} {one.country}") for one in OPERATORS.values()),
        ],
    )
    from_at = MomentField("From", wanted=True)
    until_at = MomentField("Until", wanted=True)
    reason = ReasonField()


class BreakerForm(Form):
    minutes = IntegerField(
        "For how many minutes",
        [InputRequired("Type minutes."), NumberRange(1, _MOST_MINUTES, "From 1 to 1440 minutes.")],
        default=15,
    )
    reason = ReasonField()


class AnswerForm(Form):
    reason = ReasonField("What the vendor said")


class RuleForm(Form):
    sold = SelectField(
        "Sold through it", choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")]
    )
    weight = IntegerField(
        "Weight, per cent",
        [InputRequired("Type a weight."), NumberRange(1, MOST_WEIGHT, "From 1 to 1000 per cent.")],
    )
    place = IntegerField(
        "Place (empty: drawn by score)",
        [MayBeEmpty(), NumberRange(1, LAST_PLACE, "From 1 to 99, or nothing.")],
    )
    reason = ReasonField()

"""What agents type: a customer's number and an amount in the agent's own currency."""

from wtforms.validators import ValidationError

from app.domain.msisdn import country_of
from app.services.backoffice.counter import agent_of, currency_of
from app.web.backoffice.access import person
from app.web.backoffice.forms import AmountField, MoneyForm, MsisdnField

LONGEST_SENT = 24


class OwnCountry(MsisdnField):
    """A mobile number of the agent's country; another country's is refused with its reason."""

    def pre_validate(self, form: object) -> None:
        self.country = country_of(agent_of(person())[1])
        super().pre_validate(form)
        if country_of(self.data) != self.country:
            raise ValidationError("That number is of another country. This counter can't serve it.")


class OwnCurrency(AmountField):
    """An amount in the currency of the agent's float."""

    def process(self, *given: object, **more: object) -> None:
        self.currency = currency_of(person())
        super().process(*given, **more)


class CustomerForm(MoneyForm):
    """A number and an amount."""

    number = OwnCountry("Customer's number", render_kw={"maxlength": LONGEST_SENT})
    amount = OwnCurrency(render_kw={"maxlength": LONGEST_SENT})

"""The catalogue: an operator's products, one product, and changes of its price."""

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
from wtforms.widgets import HiddenInput

from app.domain.operators import OPERATORS
from app.domain.roles import Right
from app.services.backoffice.catalogue_page import (
    STANDINGS,
    CatalogueWanted,
    ProductPage,
    catalogue_page,
    families,
    product_page,
)
from app.services.backoffice.price_preview import PricePreview, price_preview
from app.services.set_price import PriceWanted, ask_price
from app.services.staff_refused import StaffRefused
from app.services.sync_catalogue import NoSuchChange, accept_change, decline_change
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import (
    AmountField,
    Form,
    MomentField,
    MoneyForm,
    ReasonField,
    ReasonForm,
)
from app.web.backoffice.refused import refused_status, sentence

_ACTS = {"accept": accept_change, "decline": decline_change}


class PriceTyped(Form):
    """A price to look at: nothing is asked for yet."""

    class Meta:
        csrf = False

    amount = AmountField("New price")
    begins = MomentField("From")


class PriceAsk(MoneyForm):
    """What was looked at, to be asked for."""

    amount = AmountField(widget=HiddenInput())
    begins = MomentField("From", widget=HiddenInput())
    reason = ReasonField()


class LetGoForm(MoneyForm):
    reason = ReasonField()


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/catalogue`."""
    routes = Blueprint("catalogue", __name__, url_prefix="/backoffice/catalogue")

    @routes.get("")
    @needs(Right.SEE_CATALOGUE)
    def products() -> ResponseReturnValue:
        wanted = CatalogueWanted(
            *(request.args.get(n, "") for n in ("operator", "family", "state"))
        )
        known = (
            wanted.operator in ("", *OPERATORS)
            and wanted.family in ("", *families())
            and wanted.state in ("", *STANDINGS)
        )
        page = catalogue_page(desk.context, desk.vending, wanted if known else CatalogueWanted(""))
        html = render_template(
            "catalogue/products.html", page=page, wanted=wanted, families=families(),
            standings=STANDINGS, problem="" if known else "Choose one of the lists.",
        )  # fmt: skip
        return html, 200 if known else 400

    @routes.get("/<operator>/<product>")
    @needs(Right.SEE_CATALOGUE)
    def one(operator: str, product: str) -> Response:
        return _show(_product(desk, operator, product))

    _price_acts(routes, desk)

    @routes.post("/changes/<int(max=9223372036854775807):change_id>")
    @needs(Right.MANAGE_CATALOGUE)
    @step_up
    def decide(change_id: int) -> Response:
        form, how = ReasonForm(prefix=f"change-{change_id}"), request.form.get("how", "")
        if how not in _ACTS:
            abort(400, "Accept it or decline it.")
        if not form.validate():
            abort(400, "Say why in 8 to 300 characters, then press the button again.")
        try:
            change = _ACTS[how](desk.vending, change_id, person().name, form.reason.data)
        except NoSuchChange:
            flash("This change was decided before, or is over.", "warning")
            return make_response(redirect(url_for("catalogue.products"), 303))
        flash(
            f"{change.provider} is paid {change.now} from now on."
            if how == "accept"
            else f"It isn't bought from {change.provider} while it costs {change.now} there."
        )
        return _to(change.operator, change.product)

    return routes


def _price_acts(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    @routes.get("/<operator>/<product>/price")
    @needs(Right.MANAGE_CATALOGUE)
    def look(operator: str, product: str) -> Response:
        page, form = _product(desk, operator, product), PriceTyped(request.args)
        _fit(form, page)
        if not form.validate():
            return _show(page, price=form)
        wanted = PriceWanted(operator, product, form.amount.data, form.begins.data)
        return _look(desk, page, wanted)

    @routes.post("/<operator>/<product>/price")
    @needs(Right.MANAGE_CATALOGUE)
    @step_up
    def ask(operator: str, product: str) -> Response:
        page, form = _product(desk, operator, product), PriceAsk()
        _fit(form, page)
        valid = form.validate()
        if form.amount.errors or form.begins.errors:
            abort(400, "The price can't be read. Nothing was done. Type it on the product's page.")
        wanted = PriceWanted(operator, product, form.amount.data, form.begins.data)
        if not valid:
            return _look(desk, page, wanted, form)
        try:
            ticket = ask_price(ctx, wanted, form.reason.data, person().name, form.key.data)
        except StaffRefused as refused:
            return _show(page, refused=refused)
        flash(f"Asked for: another person must approve {ticket}.", "warning")
        return _to(operator, product)

    @routes.post("/<operator>/<product>/let-go")
    @needs(Right.MANAGE_CATALOGUE)
    @step_up
    def let_go(operator: str, product: str) -> Response:
        page, form = _product(desk, operator, product), LetGoForm(prefix="let-go")
        if not form.validate():
            return _show(page, let_go=form)
        wanted = PriceWanted(operator, product, None)
        try:
            ticket = ask_price(ctx, wanted, form.reason.data, person().name, form.key.data)
        except StaffRefused as refused:
            return _show(page, let_go=form, refused=refused)
        flash(f"Asked for: another person must approve {ticket}.", "warning")
        return _to(operator, product)


def _product(desk: Desk, operator: str, product: str) -> ProductPage:
    known = operator in OPERATORS and product.isprintable()
    found = product_page(desk.context, desk.vending, operator, product) if known else None
    if found is None:
        abort(404)
    return found


def _change_form(change_id: int) -> ReasonForm:
    return ReasonForm(formdata=None, prefix=f"change-{change_id}")


def _fit(form: PriceTyped | PriceAsk, page: ProductPage) -> None:
    form.amount.currency = page.operator.currency
    form.begins.zone = person().zone


def _show(
    page: ProductPage, *, price: PriceTyped | None = None, let_go: LetGoForm | None = None,
    refused: StaffRefused | None = None,
) -> Response:  # fmt: skip
    """The page; with what was typed and can't be done."""
    wrong = refused is not None or any(form and form.errors for form in (price, let_go))
    if price is None:
        price = PriceTyped(formdata=None)
        _fit(price, page)
    html = render_template(
        "catalogue/one.html", page=page, row=page.row, price=price,
        let_go=let_go or LetGoForm(formdata=None, prefix="let-go"), change=_change_form,
        problem=sentence(refused) if refused else "",
    )  # fmt: skip
    return make_response(html, (refused_status(refused) if refused else 400) if wrong else 200)


def _look(
    desk: Desk, page: ProductPage, wanted: PriceWanted, form: PriceAsk | None = None
) -> Response:
    """What it would mean, with the button that asks for it."""
    try:
        preview: PricePreview = price_preview(desk.context, wanted, desk.vending.providers)
    except StaffRefused as refused:
        return _show(page, refused=refused)
    ask = form or PriceAsk(formdata=None, amount=wanted.price, begins=wanted.begins)
    _fit(ask, page)
    html = render_template(
        "catalogue/price.html", page=page, row=page.row, preview=preview, ask=ask
    )
    return make_response(html, 400 if ask.errors else 200)


def _to(operator: str, product: str) -> Response:
    return make_response(
        redirect(url_for("catalogue.one", operator=operator, product=product), 303)
    )

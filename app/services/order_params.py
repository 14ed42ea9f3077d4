"""What texts about an order are filled with (menus.texts.messages)."""

from app.db.orders import OrderRow


def order_params(order: OrderRow) -> dict[str, object]:
    """Amount and currency are the wallet's; `sold_...` is what reaches a phone abroad."""
    said: dict[str, object] = {
        "operator": order.operator, "product": order.product, "recipient": order.recipient,
        "amount_minor": order.price.amount_minor, "currency": order.price.currency,
        "reference": order.reference, "paid_from": order.paid_from,
    }  # fmt: skip
    if order.worth is not None:
        said |= {
            "sold_minor": order.amount.amount_minor, "sold_currency": order.amount.currency
        }  # fmt: skip
    return said

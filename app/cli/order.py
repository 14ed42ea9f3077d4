"""`nexustop order REFERENCE`: everything that is known of one purchase."""

import argparse
import sys
from collections.abc import Iterator
from typing import Any

HELP = "REFERENCE: one purchase: attempts, requests and answers, the number, SMS, breaks"
_LONGEST = 600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The reference."""
    parser.add_argument("reference", help="six characters, as on the receipt")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when no purchase has this reference."""
    from app.bootstrap import parts
    from app.services.show_order import show_order

    reference = arguments.reference.strip().upper()
    found = show_order(parts().context, reference)
    if found is None:
        print(f"there is no order {reference}", file=sys.stderr)
        return 1
    for line in _lines(found):
        print(line)
    return 0


def _lines(file: Any) -> Iterator[str]:
    order = file.order
    yield (f"{order.reference}: {order.operator} {order.product} {order.amount} for"
           f" {order.recipient}, {order.price} from {order.msisdn}")  # fmt: skip
    yield f"placed {_at(order.placed_at)}, now {order.state}"
    for one in file.attempts:
        yield ""
        yield f"attempt {one.number} at {one.provider}, reference {one.reference}"
        yield (f"  their id {one.external_id or '-'}, {one.product_code} told as {one.told}, opened"
               f" {_at(one.opened_at)}")  # fmt: skip
        yield (f"  {one.state}, outcome {one.outcome or '-'}, code {one.code or '-'}, asked"
               f" {one.asked} times, not found {one.not_found} times, callback"
               f" {one.final_word or '-'}")  # fmt: skip
        yield from _talk(file.exchanges, one.provider)
    yield ""
    for known in file.number:
        since = _at(known.learned_at)
        yield f"{order.recipient} is with {known.operator}, says {known.source}, {since}"
    for sms in file.messages:
        yield f"SMS {sms.kind}: {sms.state}{f', {_at(sms.sent_at)}' if sms.sent_at else ''}"
    for seen in file.breaks:
        yield f"break {seen.id} {seen.kind}, {seen.owner or 'nobody'}: {seen.resolution or 'open'}"
    yield f"why these providers: nexustop route show {order.reference}"
    yield f"what it moved: nexustop find {order.reference}"


def _talk(exchanges: Any, provider: str) -> Iterator[str]:
    for told in exchanges:
        if told.peer == provider:
            yield f"  {_at(told.at)}  {told.request}  {told.milliseconds} ms"
            yield f"    > {told.asked[:_LONGEST] or '(no body)'}"
            yield f"    < {told.status or told.fault or 'nothing'} {told.answered[:_LONGEST]}"


def _at(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"

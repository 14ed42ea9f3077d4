"""A voucher on a handset: what is shown, and that its digits are kept nowhere on the way."""

from datetime import date

import pytest
import redis

from app.domain.money import Money
from app.services.run_vouchers import Wanted
from tests.conftest import Urls
from tests.factories.gateway import SUBSCRIBER, Gateway, settings
from tests.vouchers.shop import hire, issue_batch


@pytest.fixture
def gateway(urls: Urls, redis_url: str) -> Gateway:
    return Gateway.to(settings(urls.program, redis_url))


def pins(gateway: Gateway, count: int) -> list[str]:
    wanted = Wanted(count, Money(500_00, "NGN"), date(2099, 12, 31))
    hire(gateway.parts.context)
    return [pin.value for pin in issue_batch(gateway.parts.context, wanted).pins]


def to_the_digits(gateway: Gateway) -> list[str]:
    """The options from the main menu to the screen that wants the digits."""
    pressed: list[str] = []
    for label in ("Wallet", "Add money", "Voucher"):
        screen = gateway.dial(*pressed)[-1]
        [line] = [line for line in screen.splitlines() if line.endswith(f". {label}")]
        pressed.append(line.split(".")[0])
    return pressed


def test_a_voucher_is_redeemed_in_four_inputs_and_a_copy_of_the_hop_says_the_same(
    gateway: Gateway,
) -> None:
    [pin] = pins(gateway, 1)
    inputs = [*to_the_digits(gateway), pin]
    session = "voucher-once"
    screens = [
        gateway.hop(session, "*".join(inputs[:step]), SUBSCRIBER) for step in range(len(inputs) + 1)
    ]
    assert screens[-2].startswith("CON Enter the digits of your voucher\n")
    end = screens[-1]
    assert end.startswith("END NGN 500.00 added to your wallet. Balance NGN 5,500.00. Ref ")
    assert gateway.hop(session, "*".join(inputs), SUBSCRIBER) == end
    with redis.Redis.from_url(gateway.parts.settings.redis_url) as client:
        client.flushall()
    assert gateway.hop(session, "*".join(inputs), SUBSCRIBER) == end, "after Redis forgot it"
    again = gateway.dial(*inputs)[-1]
    assert again == "END This voucher is already in your wallet."


def test_the_digits_are_in_no_session_and_no_log(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    [pin] = pins(gateway, 1)
    wrong = pin[:-1] + str((int(pin[-1]) + 1) % 10)
    gateway.dial(*to_the_digits(gateway), wrong, pin)
    said = capsys.readouterr()
    kept = [said.out, said.err]
    with redis.Redis.from_url(gateway.parts.settings.redis_url) as client:
        for key in client.scan_iter():
            kind = client.type(key)
            value = client.xrange(key) if kind == b"stream" else client.dump(key)
            kept += [str(key), str(value)]
    assert len(kept) > 2
    assert not any(digits in text for digits in (pin, wrong) for text in kept)


def test_a_deep_dial_presses_no_digits_of_a_voucher(gateway: Gateway) -> None:
    [pin] = pins(gateway, 1)
    inputs = [*to_the_digits(gateway), pin]
    screen = gateway.hop("voucher-deep", "*".join(inputs), SUBSCRIBER)
    assert screen.startswith("CON Enter the digits of your voucher\n")

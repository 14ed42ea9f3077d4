"""The SMS grammar reads what can be read in one way only, and hides whatever might be a PIN."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.operators import OPERATORS, best_known
from app.domain.requests import (
    AskFloat,
    BlockAccount,
    GetAgentDesk,
    GetBalance,
    PayOut,
    RedeemVoucher,
    RevealBalance,
    SendStatement,
    SetLanguage,
)
from app.domain.wishes import Wish, WishKind
from menus.keywords.asked import (
    AgainWanted,
    Confirmed,
    OfferWish,
    PlanWanted,
    TellLanguage,
    Wanted,
)
from menus.keywords.plan_words import PlanWords
from menus.keywords.redaction import redact
from menus.keywords.replies import (
    AMOUNT_OR_PIN,
    DATA_AT_HOME,
    DID_YOU_MEAN,
    NOT_SOLD,
    OWN_NUMBER,
    SEND_AT_HOME,
    TWO_WAYS,
    Saying,
)
from menus.keywords.sms import Sender, parse
from menus.keywords.usage import HELP_OF_AGENTS, HELP_WITHOUT_AIRTIME, USAGE
from menus.keywords.vocabulary import BY_WORD, COMMANDS, REVIEWED, Command, word_for

ME = Msisdn("+2348030000001")
SENDER = Sender(ME, "62130", "NG", "NGN", "*384*123#")
KENYAN = Sender(Msisdn("+254712345678"), "63902", "KE", "KES", "*384*123#")
SOUTH_AFRICAN = Sender(Msisdn("+27821234567"), None, "ZA", "", "*384*123#")


def read(text: str) -> object:
    return parse(text, SENDER)


@pytest.mark.parametrize("text", ["BAL", "bal", " Bal. ", "BAL\n"])
def test_balance(text: str) -> None:
    assert read(text) == GetBalance()


def test_balance_with_a_pin_for_those_who_hide_it() -> None:
    asked = read("BAL 7392")
    assert isinstance(asked, RevealBalance)
    assert asked.pin is not None
    assert asked.pin.value == "7392"


@pytest.mark.parametrize("text", ["BLOCK", "BLOCK me", "BLOCK 12", "BLOCK 7392 now"])
def test_an_account_is_blocked_only_with_a_pin(text: str) -> None:
    assert isinstance(read("block 7392"), BlockAccount)
    assert not isinstance(read(text), BlockAccount)


@pytest.mark.parametrize(
    ("text", "to", "amount"),
    [
        ("AIR 500 7392", ME, 500),
        ("air n500 7392", ME, 500),
        ("AIR NGN 500 7392", ME, 500),
        ("AIR 1,000 7392", ME, 1_000),
        ("AIR 500.00 7392", ME, 500),
        ("AIR 500 08051112222 7392", "+2348051112222", 500),
        ("AIR 500 +2348051112222 7392", "+2348051112222", 500),
        ("AIR 500 0805 111 2222 7392", "+2348051112222", 500),
    ],
)
def test_airtime(text: str, to: str, amount: int) -> None:
    asked = read(text)
    assert isinstance(asked, Wanted)
    assert (asked.wish.recipient, asked.wish.amount) == (to, Money(amount * 100, "NGN"))
    assert asked.pin is not None
    assert asked.pin.value == "7392"


@pytest.mark.parametrize(
    "text",
    ["", "HELP", "help me", "AIR", "AIR 7392", "AIR abc 7392", "AIR -5 7392", "AIR 0 7392",
     "AIR 500", "AIR ٥٠٠ 7392", "AIR 500 12345 7392", "AIR 500 7392 08051112222", "AIR 1e3 7392",
     "hello", "AIR 500 08051112222 7392 now", "BAL 1 2 3", "x" * 500, "AIR 99999999 7392"],
)  # fmt: skip
def test_whatever_is_not_clear_buys_nothing(text: str) -> None:
    assert isinstance(read(text), Saying)


@pytest.mark.parametrize("text", ["AIR 500 7392", "AIR 500 08051112222 7392", "air", "AIR abc"])
def test_where_no_airtime_is_sold_air_says_so_and_help_does_not_speak_of_it(
    text: str,
) -> None:
    assert parse(text, SOUTH_AFRICAN) == Saying(NOT_SOLD)
    assert parse("HELP", SOUTH_AFRICAN) == Saying(HELP_WITHOUT_AIRTIME, {"code": "*384*123#"})
    assert parse("BAL", SOUTH_AFRICAN) == GetBalance()
    assert "7392" not in redact(text, SOUTH_AFRICAN.country, SOUTH_AFRICAN.currency)


@pytest.mark.parametrize(
    ("text", "to", "operator"),
    [
        ("AIR 200 7392", KENYAN.msisdn, "safaricom-ke"),
        ("AIR KES 200 0733345678 7392", "+254733345678", "airtel-ke"),
    ],
)
def test_airtime_in_kenya_is_bought_in_shillings(text: str, to: str, operator: str) -> None:
    asked = parse(text, KENYAN)
    assert isinstance(asked, Wanted)
    assert (asked.wish.recipient, asked.wish.operator) == (to, operator)
    assert asked.wish.amount == Money(200_00, "KES")


@pytest.mark.parametrize(
    ("network", "learned", "bought"),
    [
        ("62120", "glo-ng", "airtel-ng"),
        (None, "glo-ng", "glo-ng"),
        ("63902", "glo-ng", "glo-ng"),
        (None, None, "mtn-ng"),
    ],
)
def test_ones_own_number_is_whose_its_sim_says_then_whose_was_learned(
    network: str | None, learned: str | None, bought: str
) -> None:
    sender = replace(
        SENDER, network_code=network, operator_of=lambda number: best_known(number, learned)
    )
    asked = parse("AIR 200 7392", sender)
    assert isinstance(asked, Wanted)
    assert asked.wish.operator == bought


def test_for_another_number_ones_own_sim_says_nothing() -> None:
    sender = replace(SENDER, network_code="62120", operator_of=lambda _: OPERATORS["glo-ng"])
    asked = parse("AIR 200 08051112222 7392", sender)
    assert isinstance(asked, Wanted)
    assert asked.wish.operator == "glo-ng"


@pytest.mark.parametrize(
    "text",
    ["TOPUP 12345678901234", "topup 1234 5678 9012 34", "Topup 1234-5678-9012-34.", "TOPUP 12"],
)
def test_a_voucher_is_redeemed_with_whatever_digits_are_sent(text: str) -> None:
    asked = read(text)
    assert isinstance(asked, RedeemVoucher)
    assert "12" not in repr(asked)


@pytest.mark.parametrize("text", ["TOPUP", "topup please"])
def test_topup_without_digits_says_how(text: str) -> None:
    asked = read(text)
    assert isinstance(asked, Saying)
    assert "TOPUP" in asked.sentence


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("TOPUP", "TOPUP"),
        ("TOPUP 12345678901234", "TOPUP ****"),
        ("topup 123 456 789 012 34", "topup ****"),
        ("TOPUP 08030000001234", "TOPUP ****"),
        ("top up 1234 5678 9012 34 thanks", "top up **** thanks"),
        ("TOPUP12345678901234", "TOPUP****"),
        ("123 456 789 012 34", "****"),
        ("my card\n1234\n5678\n9012\n34", "my card\n****"),
        ("AIR 500 7392", "AIR 500 ****"),
        ("air 500 08051112222 864297", "air 500 08051112222 ****"),
        ("BAL 7392", "BAL ****"),
        ("BLOCK 7392", "BLOCK ****"),
        ("my pin is 7392 ok", "my pin is **** ok"),
        ("7392", "****"),
        ("BAL", "BAL"),
    ],
)
def test_a_pin_is_cut_out(text: str, kept: str) -> None:
    assert redact(text, "NG", "NGN") == kept


@given(
    before=st.text(max_size=20),
    after=st.text(max_size=20),
    pin=st.from_regex(r"[0-9]{4,6}", fullmatch=True),
)
def test_four_digits_that_stand_alone_never_stay_in_a_text_that_is_no_command(
    before: str, after: str, pin: str
) -> None:
    kept = redact(f"x{before} {pin} {after}", "NG", "NGN")
    assert f" {pin} " not in kept

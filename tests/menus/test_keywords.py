"""The SMS grammar reads what can be read in one way only."""

from dataclasses import replace

import pytest

from app.domain.catalogue import Term
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.operators import OPERATORS, best_known
from app.domain.products import Family
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
from menus.keywords.vocabulary import Command

ME = Msisdn("+2348030000001")
SENDER = Sender(ME, "62130", "NG", "NGN", "*384*123#")
KENYAN = Sender(Msisdn("+254712345678"), "63902", "KE", "KES", "*384*123#")
SOUTH_AFRICAN = Sender(Msisdn("+27821234567"), None, "ZA", "", "*384*123#")


def read(text: str) -> object:
    return parse(text, SENDER)


@pytest.mark.parametrize("text", ["BAL", "bal", " Bal. ", "BAL\n", "bal?", "Solde"])
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
     "AIR ٥٠٠ 7392", "AIR 500 12345 7392", "AIR 500 7392 08051112222", "AIR 1e3 7392",
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
    ("text", "amount", "to", "pin"),
    [
        ("AIR 500", 500, ME, None),
        ("AIR 500naira 7392", 500, ME, "7392"),
        ("AIR 500 naira 7392", 500, ME, "7392"),
        ("AIR =N=500 7392", 500, ME, "7392"),
        ("AIR #500 7392", 500, ME, "7392"),
        ("AIR \u20a6500 7392", 500, ME, "7392"),
        ("AIR 08051112222 500 7392", 500, "+2348051112222", "7392"),
        ("AIR 0805 111 2222 N500 7392", 500, "+2348051112222", "7392"),
        ("AIR 500, 0805-111-2222, 7392.", 500, "+2348051112222", "7392"),
        ("AIR 500 to 2348051112222 pin 7392", 500, "+2348051112222", "7392"),
        ("AIR 500 8051112222", 500, "+2348051112222", None),
        ("AIR 1000", 1_000, ME, None),
        ("AIR N7392", 7_392, ME, None),
        ("air500 7392", 500, ME, "7392"),
        ("KATI 500 7392", 500, ME, "7392"),
        ("crédit 500 7392", 500, ME, "7392"),
    ],
)
def test_airtime_however_it_is_written(text: str, amount: int, to: str, pin: str | None) -> None:
    asked = read(text)
    assert isinstance(asked, Wanted)
    assert asked.wish == Wish(
        WishKind.AIRTIME, Money(amount * 100, "NGN"), Msisdn(to), asked.wish.operator
    )
    assert (asked.pin and asked.pin.value) == pin


@pytest.mark.parametrize("text", ["AIR 7392", "AIR 4821 08051112222", "SEND 4821 08051112222"])
def test_digits_that_may_be_the_pin_are_no_amount_while_no_pin_follows(text: str) -> None:
    asked = read(text)
    assert isinstance(asked, Saying)
    assert asked.sentence == AMOUNT_OR_PIN


def test_what_can_be_read_in_two_ways_does_nothing_and_says_so() -> None:
    two_numbers = parse("SEND 712345678 733123456", KENYAN)
    assert isinstance(two_numbers, Saying)
    assert (two_numbers.sentence, two_numbers.then) == (TWO_WAYS, USAGE[Command.SEND])
    signed = parse("SEND KES 500 733123456", KENYAN)
    assert isinstance(signed, Wanted)
    assert signed.wish == Wish(WishKind.SEND, Money(500_00, "KES"), Msisdn("+254733123456"))


def test_an_amount_has_at_most_one_sign_and_of_the_own_currency() -> None:
    for text in ("AIR NGN 500 naira 7392", "AIR KES 500 7392", "AIR 500k 7392", "AIR NN500 7392"):
        assert isinstance(read(text), Saying), text


@pytest.mark.parametrize(
    ("text", "plan", "to", "pin"),
    [
        ("DATA", PlanWords(), ME, None),
        ("DATA 1gb", PlanWords(size="1GB"), ME, None),
        ("data 1 GB weekly 7392", PlanWords(size="1GB", term=Term.WEEKLY), ME, "7392"),
        ("DATA 1.5GB 30 days", PlanWords(size="1.5GB", days=(30, 30), exact=True), ME, None),
        ("DATA 1GB7D", PlanWords(size="1GB", days=(7, 7), exact=True), ME, None),
        ("DATA 1GB-7D 7392", PlanWords(size="1GB", days=(7, 7), exact=True), ME, "7392"),
        ("DATA 500mb 1 week", PlanWords(size="500MB", days=(7, 7)), ME, None),
        ("DATA 1024MB", PlanWords(size="1GB"), ME, None),
        ("DATA 10GB 1 month SME", PlanWords("10GB", (28, 31), family=Family.SME), ME, None),
        ("DATA 0805 111 2222 1gb 7392", PlanWords(size="1GB"), "+2348051112222", "7392"),
        ("bando 1GB 7 siku 7392", PlanWords("1GB", (7, 7), exact=True), ME, "7392"),
        ("DATA 7 days", PlanWords(days=(7, 7), exact=True), ME, None),
    ],
)
def test_data(text: str, plan: PlanWords, to: str, pin: str | None) -> None:
    asked = read(text)
    assert isinstance(asked, PlanWanted), asked
    assert (asked.plan, asked.recipient) == (plan, to)
    assert (asked.pin and asked.pin.value) == pin


@pytest.mark.parametrize(
    "text",
    ["DATA 1GB 2GB", "DATA 1", "DATA GB", "DATA 1GB weekly daily", "DATA 0805 1gb 1112222",
     "DATA 1.5 days", "DATA cheap", "DATA 1GB 7392 08051112222"],
)  # fmt: skip
def test_data_that_is_not_clear_buys_nothing(text: str) -> None:
    assert isinstance(read(text), Saying)


def test_data_is_for_the_own_country() -> None:
    assert read("DATA 1GB +254712345678 7392") == Saying(DATA_AT_HOME)


def test_the_other_commands() -> None:
    assert isinstance(read("again 7392"), AgainWanted)
    assert read("AGAIN") == AgainWanted(None)
    assert read("LANG") == TellLanguage()
    assert read("lang Kiswahili") == SetLanguage("sw")
    assert read("langue FR") == SetLanguage("fr")
    assert read("stop") == OfferWish(wanted=False)
    assert read("ANZA") == OfferWish(wanted=True)
    assert read("relevé") == SendStatement()
    assert read("float") == GetAgentDesk()
    assert read("ask float 5,000") == AskFloat(Money(5_000_00, "NGN"))


@pytest.mark.parametrize("text", ["YES 482913 7392", "yes 482 913 7392", "EE 482913 pin 7392"])
def test_a_code_is_confirmed_with_the_pin_last(text: str) -> None:
    asked = read(text)
    assert isinstance(asked, Confirmed)
    assert (asked.code.value, asked.pin.value) == ("482913", "7392")


@pytest.mark.parametrize("text", ["YES", "YES 482913", "YES 7392 482913", "YES 4829 7392", "yes?"])
def test_a_code_without_a_pin_confirms_nothing(text: str) -> None:
    assert isinstance(read(text), Saying)


def test_money_goes_to_somebody_else_in_the_same_country() -> None:
    for command, kind in (
        ("SEND", WishKind.SEND), ("CASHIN", WishKind.CASH_IN), ("SEND FLOAT", WishKind.SEND_FLOAT),
    ):  # fmt: skip
        asked = read(f"{command} 500 08051112222 7392")
        assert isinstance(asked, Wanted)
        assert asked.wish == Wish(kind, Money(500_00, "NGN"), Msisdn("+2348051112222"))
        own, abroad = read(f"{command} 500 08030000001"), read(f"{command} 500 +254712345678")
        assert isinstance(own, Saying)
        assert own.sentence == OWN_NUMBER
        assert isinstance(abroad, Saying)
        assert abroad.sentence == SEND_AT_HOME
        assert isinstance(read(f"{command} 500"), Saying)


def test_a_pay_out_needs_everything() -> None:
    asked = read("PAYOUT 500 08051112222 482913 7392")
    assert isinstance(asked, PayOut)
    assert (asked.customer, asked.amount) == ("+2348051112222", Money(500_00, "NGN"))
    assert (asked.code.value, asked.pin.value) == ("482913", "7392")
    for text in ("PAYOUT 500 08051112222 482913", "PAYOUT 500 482913 7392", "PAYOUT 500"):
        assert isinstance(read(text), Saying)


def test_help_of_one_command_and_of_the_agents() -> None:
    assert read("HELP data") == Saying(USAGE[Command.DATA], {"code": "*384*123#"})
    assert read("aide AGENT") == Saying(HELP_OF_AGENTS, {"code": "*384*123#"})


@pytest.mark.parametrize(("text", "meant"), [("ARI 500 7392", "AIR"), ("bla", "BAL")])
def test_an_unknown_word_is_answered_with_what_may_be_meant_and_does_nothing(
    text: str, meant: str
) -> None:
    asked = read(text)
    assert isinstance(asked, Saying)
    assert asked.sentence == DID_YOU_MEAN
    assert meant in asked.arguments["words"]


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

"""What is kept of an SMS holds no PIN, and nothing that might be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menus.keywords.redaction import redact


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("TOPUP", "TOPUP"),
        ("TOPUP 12345678901234", "TOPUP ****"),
        ("topup 123 456 789 012 34", "topup ****"),
        ("TOPUP 08030000001234", "TOPUP ****"),
        ("top up 1234 5678 9012 34 thanks", "top up ****"),
        ("card 1234 5678 9012 34 thanks", "card **** thanks"),
        ("TOPUP12345678901234", "TOPUP ****"),
        ("123 456 789 012 34", "****"),
        ("my card\n1234\n5678\n9012\n34", "my card\n****"),
        ("AIR 500 7392", "AIR 500 ****"),
        ("air 500 08051112222 864297", "air 500 08051112222 ****"),
        ("BAL 7392", "BAL ****"),
        ("BLOCK 7392", "BLOCK ****"),
        ("block my account 7392", "block my account ****"),
        ("AGAIN 7392", "AGAIN ****"),
        ("YES 482913 7392", "YES ****"),
        ("oui 482 913 7392", "oui ****"),
        ("AIR 500 7392 please", "AIR 500 ****"),
        ("air500 pin 7392", "air 500 ****"),
        ("AIR 1000", "AIR ****"),
        ("AIR 7392", "AIR ****"),
        ("AIR NGN 7392", "AIR NGN ****"),
        ("AIR NGN 5000", "AIR NGN 5000"),
        ("FOWOSI 1001 NGN", "FOWOSI **** NGN"),
        ("AIR 4821 7392", "AIR **** ****"),
        ("SEND 500 0805 111 2222 7392", "SEND 500 0805 111 2222 ****"),
        ("send 08051112222 500 7392", "send 08051112222 500 ****"),
        ("SEND 4821 08051112222", "SEND ****"),
        ("DATA 1GB 7D 08051112222 7392", "DATA 1GB 7D 08051112222 ****"),
        ("DATA 7392", "DATA ****"),
        ("DATA what 7392", "DATA what ****"),
        ("CASHIN 500 08051112222 7392", "CASHIN 500 08051112222 ****"),
        ("PAYOUT 500 08051112222 482913 7392", "PAYOUT 500 08051112222 **** ****"),
        ("PAYOUT 500 08051112222 482913", "PAYOUT ****"),
        ("BUYFLOAT 500 7392", "BUYFLOAT 500 ****"),
        ("LANG 7392", "LANG ****"),
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


@pytest.mark.parametrize("text", ["AIR 500 7392", "AIR 500 08051112222 7392", "DATA 1GB 7392"])
def test_where_nobody_can_enrol_a_pin_is_cut_out_too(text: str) -> None:
    assert "7392" not in redact(text, "ZA", "")

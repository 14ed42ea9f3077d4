"""docs/limits.md, written from the code's own figures: `python -m tests.security.limits_page`."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from app.api_settings import ApiSettings
from app.domain import (
    agency,
    api_sign_in,
    beneficiaries,
    code_guard,
    second_factor,
    sign_in,
    sms_rules,
    vouchers,
)
from app.domain.door_limits import DOOR_LIMITS
from app.domain.tiers import TIERS
from app.domain.velocity import PACES
from app.services.backoffice.customers import ENROLMENTS_A_DAY, PIN_RESETS_A_DAY
from app.services.sms_context import MtSmsRules
from app.web.api.limits import READS, RULES, TRIES, WRITES

PAGE = Path("docs/limits.md")
_BEGINNING = """# Limits

Written by `python -m tests.security.limits_page` from the code's own figures; a test keeps it
current. Who is exempt from limits (the demo subscriber, and in demo mode whoever `nexustop demo
fund` funded) is bound by none of the first two tables, nor by the risk rules
([0040](decisions/0040-risk-is-a-sum-of-sentences.md)).

"Where" says where is counted. What guards money or a secret is counted in PostgreSQL, in the
commit that it guards or before the secret is looked at, so that no race gets past it. What
guards cost is counted in Redis, all of a request's limits in one trip; without Redis reads and
SMS go uncounted, and an API request that costs something is answered `try_later`."""
_END = """## What has no limit of its own

- **USSD hops.** A hop makes two Redis trips and no third, and comes from a gateway only: the door
  knows it by its address and its path's token. A gateway bills each session, and a flood of one
  number is cut there. A hop that costs something (a PIN, a code, an order, an enrolment) meets the
  limits above.
- **Reads of a subscriber by USSD.** They change nothing and cost one query.
- **Tries from one address at USSD and SMS.** The address is the gateway's."""
_COUNTED = {
    "purchases": "purchases from the wallet",
    "new_recipients": "numbers that money was never sent to before",
    "withdrawals": "withdrawals",
    "failed_withdrawals": "withdrawals void after wrong codes",
    "identity_numbers": "identity numbers given",
}
_TOO_OFTEN = "`That was too often. Try again after 14:05. Nothing was charged.`"


def page() -> str:
    """The whole document."""
    parts = [
        _BEGINNING, "## Money, by subscriber", *_money(), "## Pace, by subscriber", *_pace(),
        "## Secrets", *_secrets(), "## Doors", *_doors(), "## REST API", *_api(),
        "## SMS that others have sent", *_sms(), _END,
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _money() -> Iterator[str]:
    rows = [
        (one.country, str(one.number), *(_minor(limit) for limit in (
            one.limits.transaction_minor, one.limits.day_minor, one.limits.balance_minor)))
        for one in TIERS
    ]  # fmt: skip
    yield (
        "Minor units of the country's currency; PostgreSQL, in the act's own commit. The refused"
        " one reads `This is above your limit. You can still buy ... today. Nothing was charged.`"
    )
    yield _table(("country", "tier", "at once", "a day", "wallet holds"), rows)


def _pace() -> Iterator[str]:
    names = dict.fromkeys(pace.counted for pace in PACES)
    rows = []
    for name in names:
        found = [pace for pace in PACES if pace.counted is name]
        most = " / ".join(str(pace.most) for pace in found)
        rows.append((_COUNTED[name], most, _span(found[0].within), _TOO_OFTEN))
    yield _table(("what", "tier 1 / 2 / 3", "within", "the refused one reads"), rows)


def _secrets() -> Iterator[str]:
    rungs = ", ".join(
        f"{one.allowed} in {_span(one.window)}: {_span(one.pause)}" for one in vouchers.WRONG
    )
    factor = f"{second_factor.WRONG_CODES_ALLOWED} wrong: {_span(second_factor.LOCKED_FOR)}"
    web = f"{sign_in.WRONG_TRIES_ALLOWED} wrong: {_span(sign_in.LOCKED_FOR)}"
    rows = [
        ("PIN, all doors", "subscriber", "10 wrong a calendar day",
         "`Your PIN is locked until ...`"),
        ("PIN by USSD", "subscriber", "3 wrong: 15 minutes, 5: 24 hours, 7: until staff unlock",
         "`Wrong PIN, 1 try left.`, then `Your PIN is locked ...`"),
        ("PIN by SMS", "subscriber", "3 wrong: off for 24 hours; never closes USSD",
         "`PIN by SMS is off. Please dial`"),
        ("PIN by API", "subscriber", "after a one-time code only; 3 wrong: off for 24 hours; never"
         " closes USSD", "`pin_locked`"),
        ("one-time code, API", "MSISDN", f"{api_sign_in.CODE_TRIES} tries a code", "`wrong_code`"),
        ("one-time code, order by SMS", "subscriber", f"{sms_rules.CODE_TRIES} tries a code;"
         f" {sms_rules.CODES_AT_MOST} codes in {_span(sms_rules.CODES_WITHIN)}",
         "`Wrong code. Nothing was charged.`"),
        ("one-time code, agent's enrolment", "account", f"{sign_in.SMS_CODE_TRIES} tries a code;"
         f" {sign_in.SMS_CODES_AN_HOUR} codes an hour", "the page says until when"),
        ("second factor", "subscriber", factor, "`Too many wrong codes. ...`"),
        ("approval code at an agent", "agent",
         f"{second_factor.APPROVAL_TRIES} tries; {second_factor.WRONG_APPROVALS_AN_HOUR} wrong an"
         " hour", "`Too many wrong codes. ...`"),
        ("withdrawal code", "withdrawal, agent", f"{agency.WITHDRAWAL_TRIES} tries;"
         f" {agency.WRONG_PAYOUTS_AN_HOUR} wrong an hour", "`Too many wrong codes. Pay nothing out"
         " for an hour.`"),
        ("recharge PIN", "MSISDN", rungs, "when the next may be tried"),
        ("back-office password, code", "name", web, "`... until ...`; the same for no name"),
        ("back-office sign-in", "IP", "`BACKOFFICE_TRIES_A_MINUTE` (30)", "429"),
    ]  # fmt: skip
    yield "PostgreSQL; a try is taken before the secret is looked at. The last one: Redis."
    yield _table(("secret", "of whom", "most", "the refused one reads"), rows)


def _doors() -> Iterator[str]:
    rows = [
        (one.counts, one.subject.value, f"{one.most:,}", _span(timedelta(seconds=one.seconds)),
         "Redis", one.guards, one.answers)
        for one in DOOR_LIMITS
    ]  # fmt: skip
    rows += [
        ("numbers that one person enrols at a counter", "person", str(ENROLMENTS_A_DAY), "24 hours",
         "PostgreSQL", "made-up customers", "the counter's page says that it was too many"),
        ("start PINs that one person sends", "person", str(PIN_RESETS_A_DAY), "24 hours",
         "PostgreSQL", "take-over at a counter", "the counter's page says that it was too many"),
        ("numbers with a name", "MSISDN", str(beneficiaries.MOST), "at all", "PostgreSQL",
         "screens that fit", "`Your list is full ...`"),
    ]  # fmt: skip
    heads = ("what", "of whom", "most", "within", "where", "guards", "the refused one reads")
    yield _table(heads, rows)


def _api() -> Iterator[str]:
    fields = ApiSettings.model_fields
    named = [("any read", READS), ("any write", WRITES), ("a token that is none", TRIES)]
    named += [(f"`{endpoint}`", rules) for endpoint, rules in RULES.items()]
    rows = [
        (what, rule.key.__name__.strip("_"), f"`{rule.most.upper()}` ({fields[rule.most].default})",
         _span(timedelta(seconds=rule.seconds)))
        for what, rules in named for rule in rules
    ]  # fmt: skip
    yield (
        "Redis, one trip a request; refused with `too_many_requests` and `Retry-After`. A caller is"
        " the subscriber, the key, or without either the IP."
    )
    yield _table(("what", "of whom", "most", "within"), rows)


def _sms() -> Iterator[str]:
    rules = MtSmsRules()
    rows = [
        ("SMS on request", "MSISDN", str(rules.per_number), "an hour", "the SMS isn't sent"),
        ("SMS on request of strangers", "prefix", str(rules.per_prefix), "an hour",
         "the SMS isn't sent"),
        ("the same where no subscribers live", "country", str(rules.per_country), "an hour",
         "the SMS isn't sent"),
        ("one-time codes, all doors together", "prefix", f"{code_guard.MOST_A_DAY:,}", "24 hours",
         "the code isn't sent"),
        ("one-time codes that don't come back", "prefix",
         f"fewer than {code_guard.LEAST_USED_PERCENT} % of {code_guard.LEAST_ASKED} or more",
         _span(code_guard.LOOKED_AT),
         f"no code goes there for {_span(code_guard.CLOSED_FOR)}; staff hear of it and may reopen"),
        ("one-time codes and SMS that aren't receipts", "country", "`SMS_DAILY_PARTS`",
         "a calendar day", "codes aren't sent, reminders wait"),
    ]  # fmt: skip
    yield "PostgreSQL, in the transaction that decides whether an SMS leaves."
    yield _table(("what", "of whom", "most", "within", "then"), rows)


def _minor(value: int | None) -> str:
    return "none" if value is None else f"{value:,}"


def _span(span: timedelta) -> str:
    minutes = span // timedelta(minutes=1)
    if minutes % 60:
        return "a minute" if minutes == 1 else f"{minutes} minutes"
    return "an hour" if minutes == 60 else f"{minutes // 60} hours"


def _table(heads: tuple[str, ...], rows: "list[tuple[str, ...]]") -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page())
    print(PAGE)
